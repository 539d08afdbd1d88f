"""What reading claims adds to tagging, and how it grows with the length of a text.

`make bench`. Articles are drawn from the development data where it is at hand, else the sentences of our own
tests are read. Tagging and reading claims run in one process on the same articles: compare the share.
Hostile texts are read at n and at 2n characters: the ratio of a linear reader is 2.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nlp.annotation import EntityTag, Text
from nlp.claims.reader import ClaimReader, read_claim_reader
from southbound.pipeline.tag import make_tagger
from southbound.settings import read_settings

ROOT = Path(__file__).parent.parent.parent
_SEED = 20250211
_N_CHARS = 100_000
_N_RUNS = 4
_HOSTILE = {
    "digits": "9" * 50 + " ",
    "sums": "HK$435 billion, ",
    "names of money": "HK$ US$ ",
    "Chinese numerals": "一百二十三",
    "lists": "甲公司、乙公司和",
    "days": "March 28, 2025 to ",
    "brackets": "((((1%",
    "records": "record high record ",
    "moves": "涨1%跌2%，",
    "stops": "。.",
    "capitals": "Abcdef Ghijk ",
    "since": "highest since the ",
    "white space": " \t\u00a0",
}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--articles", type=int, default=200)
    arguments = parser.parse_args()
    reader = read_claim_reader(ROOT / "config" / "claims.yaml")
    share = _share_of_tagging(reader, _draw(arguments.data, arguments.articles))
    print(f"share of reading claims in tagging {arguments.articles} articles: {share:.3f}")
    for name, piece in _HOSTILE.items():
        print(f"{name}: time of 2n characters to that of n: {_growth(reader, piece):.2f}")


def _share_of_tagging(reader: ClaimReader, texts: list[Text]) -> float:
    tagger = make_tagger(read_settings(None))
    entities: list[tuple[EntityTag, ...]] = [a.entities for a in tagger.annotate(texts)]
    fields = [tagger.inspect(text).reading.texts for text in texts]  # what tagging has read of them anyway
    drawn = list(zip(texts, entities, fields, strict=True))
    claims, whole = [], []
    for _ in range(_N_RUNS):
        claims.append(_time(lambda: [reader.read(text, tags, fields=read) for text, tags, read in drawn]))
        whole.append(_time(lambda: list(tagger.annotate(texts))))
    return min(claims) / min(whole)  # the least disturbed


def _growth(reader: ClaimReader, piece: str) -> float:
    text = Text(title="", body="", language="en", published_on=datetime(2025, 3, 28, tzinfo=UTC).date())
    bodies = [(piece * (n // len(piece) + 1))[:n] for n in (_N_CHARS, 2 * _N_CHARS)]
    short, long = (_least_time(reader, replace(text, body=body)) for body in bodies)
    return long / short


def _least_time(reader: ClaimReader, text: Text) -> float:
    return min(_time(lambda: reader.read(text, ())) for _ in range(3))


def _draw(data: Path, n: int) -> list[Text]:
    path = data / "news" / "rthk_2024.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = random.Random(_SEED).sample([json.loads(line) for line in lines], n)
    else:
        sentences = (ROOT / "tests" / "data" / "claims.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [{"title": "", "body": row["text"], **row} for row in map(json.loads, sentences)]
    return [_text(row) for row in rows]


def _text(row: Mapping[str, Any]) -> Text:
    told = row.get("published_at")
    published_at = datetime.fromisoformat(told) if told else None
    return Text(
        title=row["title"],
        body=row.get("body") or "",
        language=row["language"],
        published_on=published_at.date() if published_at else None,
        published_at=published_at,
    )


def _time(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    main()

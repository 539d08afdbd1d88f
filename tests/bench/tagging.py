"""How fast whole English articles are tagged, beside a plain loop over an encoder of the base's size.

`make bench`. Articles are drawn from the development data where it is at hand, else the bundled sample
is read several times over. Both ways run in one process, one after the other, on the same articles:
compare the ratio, for machines differ and are noisy.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from ingest.feed import parse_feed
from nlp.annotation import Text
from nlp.scoring.engine import read_manifest
from nlp.tagger import Tagger
from southbound.pipeline.tag import make_tagger
from southbound.settings import Settings, read_feeds, read_settings

ROOT = Path(__file__).parent.parent.parent
_SEED = 20250211
#: Multiplications and additions of a layer's products for one word piece: 12 * width ** 2 of each.
_FLOP_PER_LAYER = 2 * 12 * 384**2


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--articles", type=int, default=400)
    arguments = parser.parse_args()
    settings = read_settings(None)
    texts = _draw(arguments.data, arguments.articles)
    tagger = make_tagger(settings)
    list(tagger.annotate(texts[:8]))  # the matcher and the threads are made on first use

    seconds, n_pieces = _time_tagger(tagger, texts)
    rate = len(texts) / seconds
    print(f"{len(texts)} whole English articles, {n_pieces / len(texts):.0f} word pieces each (mean)")
    print(f"southbound tag, {settings.tag.precision}, {settings.tag.n_cores} cores: {rate:.1f} articles/s")
    shape = read_manifest(settings.tag.folder_of(settings.tag.model)).shape
    work = n_pieces * (shape.n_layers if shape else 0) * _FLOP_PER_LAYER / seconds / 1e9
    print(f"  {n_pieces / seconds:,.0f} word pieces/s, {work:.0f} GFLOP/s of encoder products alone")
    plain = texts[: max(20, len(texts) // 8)]
    loop = len(plain) / _time(lambda: _plain_loop(settings, plain))
    print(f"plain loop over an encoder of the base's size, cut at 512 pieces: {loop:.1f} articles/s")
    print(f"ratio: {rate / loop:.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, both ways: {peak:,.0f} MB")


def _draw(data: Path, n_articles: int) -> list[Text]:
    files = [data / "news" / name for name in ("rthk_2024.jsonl.gz", "wire_2025-02-07_12.jsonl.gz")]
    if not all(path.is_file() for path in files):
        return _sample_texts(n_articles)
    rows = []
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows += [row for row in map(json.loads, lines) if row["language"] == "en"]
    chosen = random.Random(_SEED).sample(rows, n_articles)
    return [Text(title=row["title"], body=row.get("body") or "", language="en") for row in chosen]


def _sample_texts(n_articles: int) -> list[Text]:
    found = []
    for feed in read_feeds(ROOT / "config" / "sample" / "feeds.yaml"):
        parsed = parse_feed(Path(feed.url).read_bytes(), feed=feed, headers={}, seen_at=datetime.now(tz=UTC))
        found += [a for a in parsed.articles if a.language == "en"]
    texts = [Text(title=a.title, body=a.body, language="en") for a in found]
    return (texts * (n_articles // len(texts) + 1))[:n_articles]


def _time_tagger(tagger: Tagger, texts: list[Text]) -> tuple[float, int]:
    start = time.perf_counter()
    n_pieces = sum(annotation.tokens.read for annotation in tagger.annotate(texts))
    return time.perf_counter() - start, n_pieces


def _time(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@torch.inference_mode()
def _plain_loop(settings: Settings, texts: list[Text]) -> None:
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    tokenizer = Tokenizer.from_file(str(settings.tag.folder_of(settings.tag.model) / "tokenizer.json"))
    tokenizer.enable_truncation(512)
    config = BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)
    encoder = BertModel(config, add_pooling_layer=False).train(mode=False)
    for text in texts:
        ids = tokenizer.encode(f"{text.title}. {text.body}").ids
        encoder(input_ids=torch.tensor([ids]))


if __name__ == "__main__":
    main()

"""Are the verdicts on claims right? `python tests/bench/claim_verdicts.py --data DATA`; it prints shares.

Labelled claims about what the development data cover (`models/labels/claim_verdicts.jsonl`: read by people,
verdicts too) are held against the data known a week after publication. What the reader of claims makes of the
texts plays no part.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nlp.review.measure import wilson
from signals.checking.assertion import Assertion
from signals.checking.check import check
from signals.checking.market import Market
from southbound.claims.doubt import shipped_misreading
from southbound.claims.market import load_market
from southbound.pipeline.flow import ingest_flows
from southbound.pipeline.price import ingest_prices
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import read_settings
from southbound.store import Store, open_store

_LABELS = Path(__file__).parent.parent.parent / "models" / "labels" / "claim_verdicts.jsonl"
_KNOWN_AFTER = timedelta(days=7)
_CLAIM = (
    "subject", "metric", "value", "low", "high", "unit", "period", "direction", "bound", "comparison",
    "reference", "modality",
)  # fmt: skip


def main() -> None:
    """Print the share of right verdicts by half, and what is wrong."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the development data")
    data = parser.parse_args().data
    rows = [json.loads(line) for line in _LABELS.read_text(encoding="utf-8").splitlines()]
    texts = {row["id"]: row for row in read_news(data, {row["id"] for row in rows})}
    with TemporaryDirectory() as folder, open_store(Path(folder) / "market.db") as store:
        fill(store, data)
        verdicts = list(judge(store, rows, texts))
    for half in ("development", "held_out", "fresh"):
        tell(half, [(row, told) for row, told in zip(rows, verdicts, strict=True) if row["half"] == half])


def read_news(data: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the articles with some ids."""
    for path in sorted((data / "news").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["id"] in wanted:
                    yield row


def fill(store: Store, data: Path) -> None:
    """Bring flows, indices and shares into a store."""
    settings = read_settings(None)
    market = data / "market"
    ingest_flows(store, [market / "southbound_daily.csv"], adapter=None, settings=settings.ingest)
    files = [market / f"{name}.csv" for name in ("HSI", "HSTECH", "CSI300")]
    ingest_prices(store, [*files, *sorted((market / "stocks").glob("*.csv"))], settings=settings)


def judge(store: Store, rows: list[dict[str, Any]], texts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the verdict on each claim by what was known a week after its publication."""
    calendar = calendar_from_settings(read_settings(None))
    markets: dict[datetime, Market] = {}
    for row in rows:
        published = datetime.fromisoformat(row["published_at"]).astimezone(UTC)
        known = (published + _KNOWN_AFTER).replace(hour=0, minute=0, second=0)
        if known not in markets:
            markets[known] = load_market(store, store.market.asset_ids(), calendar=calendar, as_of=known)
        assertion = assertion_of(row, texts[row["id"]], published)
        yield check(assertion, markets[known], shipped_misreading()).outcome


def assertion_of(row: Mapping[str, Any], text: Mapping[str, Any], published: datetime) -> Assertion:
    """Return what a label says is asserted, with its sentence out of the text."""
    field = text[row["field"]]
    return Assertion(
        **{name: row[name] for name in _CLAIM},
        assets=tuple(sorted(row["assets"], key=lambda one: not one.startswith(("XHKG", "INDEX")))),
        published_at=published,
        sentence=field[row["sentence_start"] : row["sentence_end"]],
        position=row["start"] - row["sentence_start"],
        headline=text["title"],
    )


def tell(half: str, judged: list[tuple[dict[str, Any], str]]) -> None:
    """Print how many verdicts of a half are right: of all, and of those that decide."""
    decided = [(row, told) for row, told in judged if {row["verdict"], told} != {"unchecked"}]
    for name, part in ((half, judged), ("  that decide", decided)):
        right = sum(row["verdict"] == told for row, told in part)
        low, high = wilson(right, len(part))
        print(f"{name:16}{right:4} of {len(part):4} right: {right / len(part):.1%} ({low:.1%} to {high:.1%})")
    print(f"  labels: {dict(Counter(row['verdict'] for row, _ in judged))}")
    for row, told in judged:
        if row["verdict"] != told:
            print(f"  {row['id']} {row['field']} {row['start']}: {row['verdict']}, found {told}")


if __name__ == "__main__":
    main()

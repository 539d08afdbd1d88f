"""Measure stories on labelled pairs: `python -m nlp.training.story_measure --data DATA`.

First the decision on the held-out pairs, each by itself; then the whole week is clustered online, and a
pair counts as put together when both reports are in one story. Before that, of how many pairs of one event
the earlier report is among the later one's candidates.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nlp.entities.catalogue import read_catalogue
from nlp.stories.cluster import StoryIndex
from nlp.stories.judge import Judge, read_judge
from nlp.stories.report import Report
from nlp.stories.term import Rarity, rarity_from_models
from nlp.training.story_pair import LABELS, DescribedPair, describe_pairs, enrich, read_pairs, read_reports

#: By what pairs are told apart in the tables.
GROUPS: Mapping[str, Callable[[DescribedPair], bool]] = {
    "all": lambda _: True,
    "en": lambda pair: not pair.is_chinese,
    "zh": lambda pair: pair.is_chinese,
    "easy": lambda pair: not pair.pair.hard,
    "hard": lambda pair: pair.pair.hard,
    "one publisher": lambda pair: not pair.pair.stratum.endswith("cross"),
    "two publishers": lambda pair: pair.pair.stratum.endswith("cross"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairQuality:
    """How well pairs of one event are told from the rest; shares are 0..1."""

    n_pairs: int
    n_same: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """The story of each report, and for what share of those asked for the earlier one was a candidate."""

    story_of: Mapping[str, str]
    found_share: float


def measure_pairs(judge: Judge, pairs: Sequence[DescribedPair]) -> dict[str, PairQuality]:
    """Judge each pair by itself; by the names in GROUPS."""
    likelihoods = judge.judge([(pair.earlier, pair.later) for pair in pairs])
    chosen = [likelihood >= judge.decision.threshold for likelihood in likelihoods]
    return measure_chosen(pairs, chosen)


def measure_stories(story_of: Mapping[str, str], pairs: Sequence[DescribedPair]) -> dict[str, PairQuality]:
    """Say whether the reports of each pair are in one story; by the names in GROUPS."""
    chosen = [story_of[pair.pair.a] == story_of[pair.pair.b] for pair in pairs]
    return measure_chosen(pairs, chosen)


def measure_chosen(pairs: Sequence[DescribedPair], chosen: Sequence[bool]) -> dict[str, PairQuality]:
    """Compare what was chosen with the readers' labels; by the names in GROUPS."""
    both = list(zip(pairs, chosen, strict=True))
    return {
        name: _quality([(pair.is_same, ours) for pair, ours in both if belongs(pair)])
        for name, belongs in GROUPS.items()
    }


def cluster(
    judge: Judge, rarity: Rarity, reports: Iterable[Report], *, asked: Mapping[str, str] | None = None
) -> Clustering:
    """Put reports into stories online.

    Args:
        judge: judges pairs.
        rarity: how rare words are.
        reports: in the order in which they were known.
        asked: for some reports, by id, an earlier one that is to be among their candidates.
    """
    index, asked = StoryIndex(judge, rarity), asked or {}
    story_of: dict[str, str] = {}
    n_found = 0
    for report in reports:
        if report.article_id in asked:
            n_found += asked[report.article_id] in index.find(report)
        story_of[report.article_id] = index.add(report).story_id
    return Clustering(story_of=story_of, found_share=n_found / max(1, len(asked)))


def render_pairs(scores: Mapping[str, PairQuality]) -> list[str]:
    """Return the figures as lines of a Markdown table."""
    rows = [
        f"| {name} | {row.n_pairs} | {row.n_same} | {row.precision:.3f} | {row.recall:.3f} | {row.f1:.3f} |"
        for name, row in scores.items()
    ]
    return ["| pairs | n | same | precision | recall | F1 |", "|---|--:|--:|--:|--:|--:|", *rows]


def shares_of(row: PairQuality) -> dict[str, float]:
    """Return the figures for a file."""
    return {name: round(value, 4) for name, value in asdict(row).items()}


def _quality(cases: Sequence[tuple[bool, bool]]) -> PairQuality:
    hits = sum(same and ours for same, ours in cases)
    n_same, n_chosen = sum(same for same, _ in cases), sum(ours for _, ours in cases)
    return PairQuality(
        n_pairs=len(cases),
        n_same=n_same,
        precision=hits / max(1, n_chosen),
        recall=hits / max(1, n_same),
        f1=2 * hits / max(1, n_same + n_chosen),
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (news/)")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--config", type=Path, default=Path("config"), help="holds entities/")
    arguments = parser.parse_args()
    rarity = rarity_from_models(arguments.models / "english", arguments.models / "chinese")
    judge = read_judge(arguments.models / "stories", n_threads=2)
    catalogue = read_catalogue(arguments.config / "entities")
    reports = enrich(read_reports(arguments.data / "news"), catalogue, chosen=None, models=arguments.models)
    described = describe_pairs(read_pairs(arguments.models / "labels" / LABELS), reports, rarity)
    asked = {pair.later.article_id: pair.earlier.article_id for pair in described if pair.is_same}
    clustering = cluster(judge, rarity, reports, asked=asked)
    lines = [f"candidates hold the earlier report of {clustering.found_share:.1%} of {len(asked)} same pairs"]
    for title, held_out in (("held-out day", True), ("learnt days", False)):
        pairs = [pair for pair in described if pair.is_held_out == held_out]
        lines += ["", f"{title}: each pair by itself", "", *render_pairs(measure_pairs(judge, pairs))]
        told = measure_stories(clustering.story_of, pairs)
        lines += ["", f"{title}: both in one story", "", *render_pairs(told)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

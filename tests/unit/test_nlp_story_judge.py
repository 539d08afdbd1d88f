from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from nlp.error import ModelError
from nlp.stories.cluster import StoryIndex
from nlp.stories.decision import Decision, Reading
from nlp.stories.fingerprint import Fingerprint
from nlp.stories.judge import Judge, read_judge
from nlp.stories.likeness import FEATURES
from nlp.stories.passage import Pieces
from nlp.stories.reader import PairReader
from nlp.stories.recent import RecentReports
from nlp.stories.report import Report
from nlp.stories.term import Rarity

START = datetime(2025, 2, 10, tzinfo=UTC)
RESULT = (
    "Kestrel Foods profit rises 12 percent",
    "Kestrel Foods said on Monday that its yearly profit rose 12 percent.",
)


def report(number: int, title: str, body: str) -> Report:
    return Report(
        article_id=f"r{number}",
        title=title,
        body=body,
        publisher="AB"[number % 2],
        known_at=START + timedelta(hours=number),
        vector=np.ones(768, np.float32),
    )


def take(*texts: tuple[str, str]) -> list[Fingerprint]:
    recent = RecentReports(Rarity({}))
    return [recent.take(report(number, *text)) for number, text in enumerate(texts)]


def decision(*, open_from: float, open_to: float) -> Decision:
    """A decision whose features say nothing: every pair is as likely as not."""
    return Decision(
        name="none",
        intercept=0.0,
        weights=(0.0,) * len(FEATURES),
        threshold=0.5,
        join_threshold=0.5,
        best_share=0.5,
        readings=dict.fromkeys(
            ("en", "zh"),
            Reading(
                open_from=open_from, open_to=open_to, intercept=0.0, weights=(0.0,) * len(FEATURES), told=1.0
            ),
        ),
    )


class CountingReader(PairReader):
    """Counts what it is asked, and answers always the same."""

    def __init__(self) -> None:
        self.n_asked = 0

    def cut(self, opening: str) -> Pieces:
        return tuple(opening.encode())

    def start(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> Callable[[], list[float]]:
        self.n_asked += len(pairs)
        return lambda: [2.0 for _ in pairs]


@pytest.fixture(scope="module")
def reader(root: Path) -> PairReader:
    return PairReader(root / "models" / "stories" / "reader", n_threads=2)


def test_only_pairs_that_the_features_leave_open_are_read() -> None:
    one, other = take(RESULT, RESULT)
    asked = CountingReader()
    assert Judge(decision(open_from=0.2, open_to=0.8), {"en": asked}).judge([(one, other)]) == [
        pytest.approx(0.8808, abs=1e-4)
    ]
    assert asked.n_asked == 1
    assert Judge(decision(open_from=0.6, open_to=0.8), {"en": asked}).judge([(one, other)]) == [0.5]
    assert asked.n_asked == 1


def test_without_a_reader_the_features_decide() -> None:
    one, other = take(RESULT, RESULT)
    judge = Judge(decision(open_from=0.2, open_to=0.8))
    assert judge.judge([(one, other)]) == [0.5]
    with pytest.raises(ValueError, match="nothing to read pairs with"):
        judge.read([(one, other)])


def test_a_pair_without_vectors_is_not_read() -> None:
    one, other = take(RESULT, RESULT)
    asked = CountingReader()
    judge = Judge(decision(open_from=0.0, open_to=1.0), {"en": asked})
    assert judge.judge([(one, replace(other, vector=None))]) == [0.5]
    assert asked.n_asked == 0


def test_no_more_than_two_of_the_likeliest_are_read_beside_a_new_report() -> None:
    asked = CountingReader()
    index = StoryIndex(Judge(decision(open_from=0.0, open_to=1.0), {"en": asked}), Rarity({}))
    for number in range(5):
        index.add(report(number, *RESULT))
    # The first has no earlier one, the second one; what joins a story is not read with its other members.
    assert asked.n_asked == 0 + 1 + 2 + 2 + 2


def test_a_reader_that_can_read_nothing_is_told_from_a_text_at_fault(reader: PairReader) -> None:
    Judge(decision(open_from=0.2, open_to=0.8), {"en": reader}).try_readers()
    Judge(decision(open_from=0.2, open_to=0.8)).try_readers()

    class BrokenReader(CountingReader):
        def start(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> Callable[[], list[float]]:  # noqa: ARG002 - as its base
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        Judge(decision(open_from=0.2, open_to=0.8), {"en": BrokenReader()}).try_readers()


def test_each_language_has_its_reader_and_two_languages_none() -> None:
    english, chinese = take(RESULT, ("騰訊擬發行新債券籌資", "騰訊公布發行債券。"))
    chinese = replace(chinese, vector=None)
    other = replace(chinese, article_id="c2")
    assert chinese.passage == "腾讯拟发行新债券筹资 . 腾讯公布发行债券。"
    in_english, in_chinese = CountingReader(), CountingReader()
    judge = Judge(decision(open_from=0.0, open_to=1.0), {"en": in_english, "zh": in_chinese})
    likelihoods = judge.judge([(english, chinese), (chinese, other), (english, english)])
    assert likelihoods == [0.5, pytest.approx(0.8808, abs=1e-4), pytest.approx(0.8808, abs=1e-4)]
    assert (in_english.n_asked, in_chinese.n_asked) == (1, 1)
    without = Judge(decision(open_from=0.0, open_to=1.0), {"en": in_english})
    assert without.judge([(chinese, other)]) == [0.5]
    with pytest.raises(ValueError, match="nothing to read pairs with in 'zh'"):
        without.read([(chinese, other)])


def test_the_shipped_reader_tells_a_rewrite_from_another_company(reader: PairReader) -> None:
    one, rewrite, other = (
        reader.cut(f"{title} . {body}")
        for title, body in (
            RESULT,
            (
                "Annual earnings up 12 percent at Kestrel Foods",
                "Yearly net income of Kestrel Foods grew by 12 percent, the food maker told the exchange.",
            ),
            (
                "Harbour Lines profit falls 30 percent",
                "Harbour Lines said on Monday that its yearly profit fell 30 percent.",
            ),
        )
    )
    same, another = reader.read([(one, rewrite), (one, other)])
    assert same > 0 > another


def test_what_stands_beside_a_pair_does_not_change_what_is_read(reader: PairReader) -> None:
    pieces = [reader.cut(" ".join(["profit"] * n)) for n in (3, 20, 90)]
    pairs = [(one, other) for one in pieces for other in pieces]
    together = reader.read(pairs)
    assert [reader.read([pair])[0] for pair in pairs] == together
    assert list(map(len, pieces)) == [3, 20, 54]


def test_a_damaged_reader_says_what_to_do(root: Path, tmp_path: Path) -> None:
    shipped = root / "models" / "stories" / "reader"
    folder = Path(shutil.copytree(shipped, tmp_path / "stories" / "reader"))
    with pytest.raises(ModelError, match=r"can't be read, whose words stories need; reinstall"):
        PairReader(folder)
    (tmp_path / "english").mkdir()
    words = {"encoder.embeddings.word_embeddings.weight": np.zeros((3, 2), np.float16)}
    save_file(words, tmp_path / "english" / "weights.safetensors")
    with pytest.raises(ModelError, match="has other words than stories were learnt with; reinstall"):
        PairReader(folder)
    with (folder / "reader.safetensors").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="isn't the file that its manifest describes; reinstall"):
        PairReader(folder)
    with pytest.raises(ModelError, match="reinstall Southbound"):
        PairReader(tmp_path)


def test_reports_prepared_ahead_come_into_the_same_stories(root: Path) -> None:
    told = [
        RESULT,
        ("騰訊擬發行新債券籌資", "騰訊公布發行債券。"),
        ("Kestrel Foods earns 12 percent more", RESULT[1]),
    ]
    reports = [report(number, *told[number % 3]) for number in range(12)]
    reports += [replace(report(200, *RESULT), article_id="late"), report(201, *told[1])]
    judge = read_judge(root / "models" / "stories", n_threads=2)
    one_by_one, ahead = StoryIndex(judge, Rarity({})), StoryIndex(judge, Rarity({}))
    prepared = [ahead.prepare(one) for one in reports]
    assert [ahead.settle(one) for one in prepared] == [one_by_one.add(one) for one in reports]


def test_a_report_that_can_not_be_read_is_compared_with_nothing_from_then_on() -> None:
    class FailingReader(CountingReader):
        def start(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> Callable[[], list[float]]:
            told = super().start(pairs)

            def fail() -> list[float]:
                raise RuntimeError("out of memory")

            return fail if self.n_asked == len(pairs) else told

    index = StoryIndex(Judge(decision(open_from=0.0, open_to=1.0), {"en": FailingReader()}), Rarity({}))
    first, second, third = (index.prepare(report(number, *RESULT)) for number in range(3))
    assert index.settle(first).is_new
    with pytest.raises(RuntimeError, match="out of memory"):
        index.settle(second)
    assert index.settle(third).matched_article_id == "r0"
    assert "r1" not in index

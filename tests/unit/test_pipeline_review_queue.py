"""The queue and the report: the random control is drawn before it is answered, and it alone measures."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from southbound.cli.review_session import ReviewSession
from southbound.error import StoreError
from southbound.export_review import record_of_report, report_text
from southbound.pipeline.review.correct import Outcome, Reviewer
from southbound.pipeline.review.influence import influence_of
from southbound.pipeline.review.item import ReviewItem, read_items
from southbound.pipeline.review.queue import DrawRequest, draw_items, next_items
from southbound.pipeline.review.report import measure_reviews
from southbound.pipeline.review.request import CorrectionRequest
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.review import CorrectionQuery
from southbound.store.review_draw import Draw

NOW = datetime(2025, 2, 20, tzinfo=UTC)
START = datetime(2025, 1, 27, tzinfo=UTC)
N_ARTICLES = 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Forty articles: each about ai, every other nearly about ipo; every fourth about rally, doubtfully."""
    with open_store(tmp_path / "news.db") as opened:
        for number in range(N_ARTICLES):
            at = START + timedelta(hours=12 * number)
            article = make_article(
                title=f"Robots {number} rise", publisher="Harbour Times", article_id=f"a{number:02}"
            )
            with opened.transaction():
                opened.articles.add([article], seen_at=at, basis="seen")
            stored = opened.articles.revisions(article.article_id)[0]
            with opened.transaction():
                opened.tags.add([(stored, _annotation(number))], tagged_at=at)
        yield opened


def _annotation(number: int) -> Annotation:
    title = Span(field="title", start=0, end=6, text="Robots")
    themes = [ThemeTag(theme="ai", score=0.99, evidence=(title,))]
    themes += [ThemeTag(theme="rally", score=0.4, evidence=(title,))] * (number % 4 == 0)
    return Annotation(
        language="en",
        hk_china=0.9,
        themes=tuple(themes),
        entities=(
            EntityTag(
                entity_id="hsbc",
                name="HSBC",
                type="company",
                tickers=(),
                relevance=0.31,
                linked=True,
                mentions=(title,),
            ),
            EntityTag(
                entity_id="unknown:harbour",
                name="Harbour",
                type="institution",
                tickers=(),
                relevance=0.5,
                linked=False,
                mentions=(title,),
            ),
        ),
        tone=Tone(label=0, negative=0.1, neutral=0.7, positive=0.2),
        scores={"ai": 0.99, "ipo": 0.35 if number % 2 else 0.05},
        model="model-1",
        tokens=TokenCount(read=5, total=5),
    )


def draw(store: Store, n: int, *parts: str, seed: int = 1) -> list[Draw]:
    shares = dict.fromkeys(parts, 1.0) or None
    keys = draw_items(
        store,
        DrawRequest(n=n, shares=shares),
        settings=read_settings(None),
        now=NOW,
        random=Random(seed),  # noqa: S311 - no secret
    )
    found = [store.draws.get(key) for key in keys]
    return [one for one in found if one is not None]


def answer(store: Store, one: Draw, kind: str, *, who: str = "ann", theme: str = "") -> None:
    theme = theme or one.candidate.theme or ""
    request = CorrectionRequest.model_validate(
        {"kind": kind, "draw": one.pk, "theme": "" if kind == "checked" else theme}
    )
    Reviewer(store, read_settings(None), who).correct(request, now=NOW)


def test_each_part_of_the_queue_draws_what_it_says(store: Store) -> None:
    uncertain = draw(store, 60, "uncertain")
    asked = {(one.candidate.theme, one.candidate.entity_id) for one in uncertain}
    assert {("rally", None), ("ipo", None), (None, "unknown:harbour")} <= asked
    assert (None, "hsbc") not in asked
    assert ("ai", None) not in asked
    control = draw(store, 60, "control")
    assert len(control) == N_ARTICLES + N_ARTICLES // 4 - sum(
        one.candidate.theme == "rally" for one in uncertain
    )
    assert {one.stratum for one in control} == {"control"}
    assert all(one.is_article for one in draw(store, 5, "article"))


def test_nothing_is_drawn_twice_and_all_gets_drawn_in_the_end(store: Store) -> None:
    keys = [one.candidate for _ in range(8) for one in draw(store, 9, "control")]
    assert len(keys) == len(set(keys)) == N_ARTICLES + N_ARTICLES // 4


def test_the_random_control_is_uniform(store: Store) -> None:
    rallies = [
        sum(one.candidate.theme == "rally" for one in _drawn_and_forgotten(store, seed))
        for seed in range(1, 60)
    ]
    # A fifth of the tags; 59 draws of 10 have 118 on average, with a deviation of less than 10.
    assert 85 < sum(rallies) < 151


def _drawn_and_forgotten(store: Store, seed: int) -> list[Draw]:
    found = draw(store, 10, "control", seed=seed)
    store._db.conn.execute("DELETE FROM review_draw")
    return found


def test_items_passed_over_wait_and_answered_ones_go_to_a_second_reviewer(store: Store) -> None:
    items = draw(store, 4, "control")
    settings, random = read_settings(None), Random(1)  # noqa: S311 - no secret
    answer(store, items[0], "accept_theme")
    waiting = next_items(store, "ann", settings=settings, random=random)
    assert [one.pk for one in waiting] == [one.pk for one in items[1:]]
    seconds = next_items(store, "bob", settings=settings, random=random)
    assert {one.pk for one in seconds} == {one.pk for one in items}


def test_precision_is_the_random_controls_alone(store: Store) -> None:
    for number, one in enumerate(draw(store, 25, "control")):
        answer(store, one, "reject_theme" if number < 5 else "accept_theme")
    for one in draw(store, 90, "uncertain"):
        if one.candidate.theme and one.candidate.is_given:
            answer(store, one, "reject_theme")
    report = measure_reviews(store, min_reviews=20)
    assert (report.total.precision.hits, report.total.precision.n) == (20, 25)
    assert report.total.queue.hits == 0
    assert report.total.queue.n > 0
    assert (report.n_drawn, report.n_answered) == (25, 25)
    record = record_of_report(report)
    assert record["total"]["precision"]["value"] == 0.8
    assert record["total"]["precision"]["low"] == pytest.approx(0.6087, abs=1e-4)
    assert {one.month for one in report.months} == {"2025-01", "2025-02"}
    assert sum(one.precision.n for one in report.months if not one.theme) == 25
    assert "too few to tell" in report_text(report, form="text")
    assert measure_reviews(store, min_reviews=20, as_of=NOW).n_corrections == 0


def test_recall_is_that_of_articles_read_as_a_whole(store: Store) -> None:
    first, second = draw(store, 2, "article")
    answer(store, first, "add_theme", theme="ipo")
    answer(store, first, "checked")
    answer(store, second, "add_theme", theme="property")
    report = measure_reviews(store, min_reviews=1)
    assert (report.themes["ipo"].recall.hits, report.themes["ipo"].recall.n) == (0, 1)
    assert (report.themes["ai"].recall.hits, report.themes["ai"].recall.n) == (1, 1)
    assert "property" not in report.themes
    assert (report.n_drawn, report.n_answered) == (2, 1)


def test_reviewers_agreement_is_measured(store: Store) -> None:
    for number, one in enumerate(draw(store, 20, "control")):
        answer(store, one, "accept_theme" if number % 2 else "reject_theme", who="ann")
        answer(store, one, "accept_theme" if number % 2 or number == 0 else "reject_theme", who="bob")
    report = measure_reviews(store, min_reviews=20)
    assert (report.agreement.n, report.agreement.n_equal) == (20, 19)
    assert report.agreement.kappa == pytest.approx(0.9)


def run_session(store: Store, items: list[ReviewItem], keys: Iterable[str], lines: Iterable[str] = ()) -> str:
    """Press keys and give lines; return what was shown."""
    pressed, given = iter(keys), iter(lines)
    screen = io.StringIO()
    session = ReviewSession(
        Reviewer(store, read_settings(None), "ann"),
        console=Console(file=screen, width=100),
        key=lambda: next(pressed),
        line=lambda _: next(given),
    )
    session.run(items)
    return screen.getvalue()


def kinds(store: Store) -> list[str]:
    return [row.change.kind for row in store.corrections.find(CorrectionQuery())]


def test_a_session_stores_one_correction_a_key(store: Store) -> None:
    items = list(read_items(store, draw(store, 4, "control")))
    screen = run_session(store, items, "r?un" + "a" + "+q", ["ipo", ""])
    assert kinds(store) == ["reject_theme", "undo", "accept_theme", "add_theme"]
    assert "Is it about" in screen
    assert "4 corrections stored in the name of ann" in screen


def test_undo_goes_back_correction_by_correction(store: Store) -> None:
    items = list(read_items(store, draw(store, 4, "control")))
    screen = run_session(store, items, "rruuuq")
    undone = [row.undoes for row in store.corrections.find(CorrectionQuery()) if row.undoes]
    assert (kinds(store), undone) == (["reject_theme", "reject_theme", "undo", "undo"], [2, 1])
    assert "there is nothing to undo in this session" in screen


def test_what_another_has_taken_back_is_passed_over_by_undo(store: Store) -> None:
    items = list(read_items(store, draw(store, 4, "control")))

    def keys() -> Iterator[str]:
        yield from "rr"
        request = CorrectionRequest(kind="undo", undoes=2)
        Reviewer(store, read_settings(None), "bob").correct(request)
        yield from "uuq"

    screen = run_session(store, items, keys())
    assert "correction 2 was taken back already by bob (correction 3)" in screen
    assert "correction 1 (reject_theme, ann) is taken back" in screen


def test_an_article_as_a_whole_stays_until_it_is_complete(store: Store) -> None:
    (one,) = read_items(store, draw(store, 1, "article"))
    theme = one.tagging.themes[0].theme
    run_session(store, [one], "ra", [theme])
    assert kinds(store) == ["reject_theme", "checked"]


def test_a_file_that_another_writes_for_long_ends_no_session(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = list(read_items(store, draw(store, 2, "control")))
    real, is_locked = Reviewer.correct, iter([True, False])

    def correct(self: Reviewer, request: CorrectionRequest) -> Outcome:
        if next(is_locked):
            raise StoreError("the file is being written by another process")
        return real(self, request)

    monkeypatch.setattr(Reviewer, "correct", correct)
    screen = run_session(store, items, "rrq")
    assert "is being written by another process" in screen
    assert kinds(store) == ["reject_theme"]


def test_what_weighs_in_todays_intensity_is_found_by_its_articles(store: Store) -> None:
    settings = read_settings(None)
    thin = settings.series.model_copy(update={"min_articles": 1, "min_history": 2})
    weights = influence_of(
        store,
        ["ai", "rally", "ipo"],
        session=date(2025, 2, 13),
        settings=settings.model_copy(update={"series": thin}),
    )
    assert weights
    for (article, theme), points in weights.items():
        frame = store.tags.theme_articles(str(theme))
        assert article in set(frame.loc[frame["is_theme"], "article"])
        assert points >= 0

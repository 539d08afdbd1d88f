"""What stands before the tables: what to read first and why, sentences with sources, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from nlp.annotation import EntityTag, Span, ThemeTag
from southbound.digest.brief_content import Changes
from southbound.digest.brief_text import change_lines
from southbound.digest.change import find_changes
from southbound.digest.content import AlertLine
from southbound.digest.highlight import N_ASKED, find_highlights
from southbound.digest.phrase import phrases_of, rank_text
from southbound.digest.standing import StandingStory, stand_stories
from southbound.digest.story import Story
from southbound.digest.variety import choose_stories, read_first
from southbound.digest.window import SessionWindow
from southbound.store.tag import TaggedArticle

NAMES = {"ai": "AI frenzy", "ipo": "IPOs", "property": "Property"}
TIME = datetime(2025, 2, 11, tzinfo=UTC)
WINDOW = SessionWindow(
    session=date(2025, 2, 11),
    previous=date(2025, 2, 10),
    start=TIME - timedelta(hours=23),
    decision_at=TIME + timedelta(hours=1),
    end=TIME + timedelta(hours=1),
)


ENGLISH = phrases_of("en")


def article(
    title: str, theme: str = "ai", *, score: float = 0.9, body: str = "", entities: tuple[str, ...] = ()
) -> TaggedArticle:
    text = body or title
    span = Span(field="body" if body else "title", start=0, end=len(text), text=text)
    return TaggedArticle(
        article_id=title,
        title=title,
        body=body,
        url="https://x.example/1",
        publisher="Harbour Ledger",
        language="en",
        published_at=TIME,
        known_at=TIME,
        model="m",
        hk_china=1.0,
        tone=0,
        tone_score=0.0,
        themes=(ThemeTag(theme=theme, score=score, evidence=(span,)),),
        entities=tuple(
            EntityTag(
                entity_id=name.lower(),
                name=name,
                type="company",
                tickers=(),
                relevance=0.8,
                linked=True,
                mentions=(span,),
            )
            for name in entities
        ),
    )


def story_of(report: TaggedArticle, *, n_earlier: int | None = 0) -> Story:
    began_at = TIME - timedelta(days=1) if n_earlier else TIME
    return Story(story_id="s", reports=(report,), n_earlier=n_earlier, began_at=began_at)


def stand(
    *articles: TaggedArticle,
    continuing: tuple[str, ...] = (),
    alerts: tuple[AlertLine, ...] = (),
    watched: tuple[str, ...] = (),
) -> list[StandingStory]:
    return stand_stories(
        [story_of(one, n_earlier=2 if one.title in continuing else 0) for one in articles],
        {"ai": 2.4, "ipo": 0.3, "property": None},
        alerts=alerts,
        watched=watched,
        theme_names=NAMES,
    )


def choose(
    *articles: TaggedArticle,
    continuing: tuple[str, ...] = (),
    alerts: tuple[AlertLine, ...] = (),
    watched: tuple[str, ...] = (),
) -> list[StandingStory]:
    standing = stand(*articles, continuing=continuing, alerts=alerts, watched=watched)
    return choose_stories(standing, N_ASKED)


def test_what_is_read_first_says_why() -> None:
    alert = AlertLine(name="IPO rush", condition="", figures="", themes=("ipo",))
    found = read_first(
        choose(
            article("Chips for everyone"),
            article("Robot maker lists", "ipo"),
            article("Flats sell again", "property", entities=("Tencent",)),
            continuing=("Chips for everyone",),
            alerts=(alert,),
            watched=("tencent",),
        )
    )
    assert [(one.story.title, one.reasons) for one in found] == [
        (
            "Flats sell again",
            ("about Tencent, on this desk's list", "leads Property, which moves prices", "new"),
        ),
        ("Robot maker lists", ("alert: IPO rush", "leads IPOs, which moves prices", "new")),
        (
            "Chips for everyone",
            (
                "leads AI frenzy",
                "unusually much of its theme (z +2.4)",
                "goes on: 2 reports before, first Mon 10 Feb 08:00",
            ),
        ),
    ]


def test_what_is_told_in_the_same_words_is_read_once() -> None:
    many = [article(f"Number {place} of chips and models", score=0.99) for place in "abcd"]
    found = read_first(choose(*many, article("Robot maker lists", "ipo"), article("Flats sell", "property")))
    assert sorted(one.story.theme_name for one in found) == ["AI frenzy", "IPOs", "Property"]


def test_sentences_that_nearly_equal_another_are_left_out() -> None:
    said = "Harbour Bank raised its target for the index to 25,000 points."
    found = find_highlights(
        choose(
            article("One", body=said),
            article(
                "Two", score=0.8, body="Harbour Bank raised its target for the index to 25,000 points today."
            ),
            article(
                "Three",
                "property",
                score=0.5,
                body="Flats in four cities sold faster than in any month of last year.",
            ),
        )
    )
    assert [(one.text, one.publisher, one.url) for one in found] == [
        (said, "Harbour Ledger", "https://x.example/1"),
        (
            "Flats in four cities sold faster than in any month of last year.",
            "Harbour Ledger",
            "https://x.example/1",
        ),
    ]


def test_every_sentence_stands_in_its_source() -> None:
    bodies = [" ".join(f"{word}{place}" for place in range(20)) + "." for word in "abcdefg"]
    found = find_highlights(
        choose(
            *[
                article(one[0] * 5, ("ai", "ipo", "property")[place % 3], body=one)
                for place, one in enumerate(bodies)
            ]
        )
    )
    assert len(found) == 5
    assert {one.text for one in found} <= set(bodies)


def test_a_headline_cut_in_two_is_no_part_of_a_sentence() -> None:
    (found,) = find_highlights(
        choose(article("标题", body="南向资金净买入296亿】港股通10日净买入296.26亿港元。"))
    )
    assert found.text == "港股通10日净买入296.26亿港元。"


@pytest.mark.parametrize(
    "leaning",
    [
        "It also said that orders from the mainland had risen for three months.",
        "The company expects orders from the mainland to rise for three months.",
        "“Orders from the mainland have risen for three months, and we expect more of them,” Chan said. “",
        "他又指內地訂單連升3個月，預計仍會增加。",
        "經調整盈利約89億元，按年升逾17%。",
    ],
)
def test_a_sentence_that_needs_the_one_before_it_is_passed_over(leaning: str) -> None:
    opening = "Harbour Tools won more orders from the mainland. "
    whole = article("Harbour Tools wins mainland orders", body=leaning)
    span = Span(field="body", start=len(opening), end=len(opening) + len(leaning), text=leaning)
    report = replace(
        whole, body=opening + leaning, themes=(ThemeTag(theme="ai", score=0.9, evidence=(span,)),)
    )
    (found,) = find_highlights(choose(report))
    assert found.text == opening.strip()


def test_a_sentence_that_names_whom_the_report_is_about_stands_alone() -> None:
    opening, telling = "Orders rose. ", "Profit of Harbour Tools rose by a quarter to HK$2 bn in the year."
    start = len(opening)
    span = Span(field="body", start=start, end=start + len(telling), text=telling)
    name = Span(field="body", start=start + 10, end=start + 23, text="Harbour Tools")
    plain = article("Orders rise", body=opening + telling, entities=("Harbour Tools",))
    report = replace(
        plain,
        themes=(ThemeTag(theme="ai", score=0.9, evidence=(span,)),),
        entities=tuple(replace(tag, mentions=(name,)) for tag in plain.entities),
    )
    (found,) = find_highlights(choose(report))
    assert found.text == telling


def test_a_clause_that_ends_in_a_semicolon_is_no_sentence() -> None:
    (found,) = find_highlights(
        choose(article("滬指半日失守3400點", body="地產、電商及存儲晶片概念股全線下跌；"))
    )
    assert found.text == "滬指半日失守3400點"


def test_how_an_index_stood_at_noon_comes_after_its_close() -> None:
    noon, close = article("恒指半日跌133點", "ai"), article("港股抽升548點收市", "ai")
    assert [one.story.lead.title for one in stand(noon, close)] == [close.title, noon.title]


def changes(ai: Sequence[float | None], ipo: Sequence[float | None]) -> Changes:
    days = pd.bdate_range(end="2025-02-11", periods=len(ai))
    series = {
        theme: pd.DataFrame({"session": days, "share": shares, "n_theme_articles": 5})
        for theme, shares in (("ai", ai), ("ipo", ipo))
    }
    return find_changes(
        series,
        [article("One", entities=("Tencent",)), article("Two", entities=("Tencent", "Meituan"))],
        [article("Before", entities=("Meituan",))],
        window=WINDOW,
        theme_names=NAMES,
        stories=[
            story_of(article(name), n_earlier=n)
            for name, n in (("a", 0), ("b", 0), ("c", 0), ("d", 4), ("e", None))
        ],
        baseline_sessions=20,
    )


def test_a_theme_that_moves_beyond_its_usual_change_is_told() -> None:
    found = changes(
        [0.10, 0.11, 0.10, 0.11, 0.10, 0.11, 0.10, 0.25], [0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.12]
    )
    (move,) = found.moves
    assert (move.theme, move.rank, move.rank_before, round(move.change, 3)) == ("ai", 1, 2, 0.15)
    assert change_lines(found, ENGLISH) == (
        "AI frenzy up 15.0 pts to 25.0% of market news (usual move 1.0 pts), 1st from 2nd.",
        "3 new stories, 1 goes on from before.",
        "Newly among the ten most reported names: Tencent.",
    )


def test_a_thin_session_before_is_no_comparison() -> None:
    found = changes([0.1] * 6 + [None, 0.5], [0.1] * 6 + [None, 0.1])
    assert found.moves == ()
    assert change_lines(found, ENGLISH)[0] == "Themes can't be compared: Mon 10 Feb has too little news."
    short = changes([0.1, 0.5], [0.1, 0.1])
    assert change_lines(short, ENGLISH)[0].endswith("too few sessions are known to say what is usual.")


def test_ranks_read_as_english_has_them() -> None:
    assert [rank_text(rank) for rank in (1, 2, 3, 4, 11, 12, 13, 21, 111)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "111th")
    ]

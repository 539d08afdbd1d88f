"""The three forms of a digest: what they say, and that no text of a feed becomes markup in them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest

from southbound.digest import (
    DigestContent,
    html_from_digest,
    json_from_digest,
    markdown_from_digest,
    write_digest,
)
from southbound.digest.chart import chart_text, html_from_chart
from southbound.digest.content import (
    ChartData,
    ChartLine,
    Counts,
    EntityLine,
    Evidence,
    FlowFigure,
    IndexFigure,
    StoryCard,
    StoryEntity,
    StoryTheme,
    ThemeLine,
    ThemeSection,
)
from southbound.digest.phrase import phrases_of

ENGLISH = phrases_of("en")
DECISION = datetime(2025, 2, 11, 1, 15, tzinfo=UTC)
CONTINUING = "continuing: 2 earlier reports since Fri 7 Feb 10:30"
DAYS = tuple(date(2025, 2, day) for day in (5, 6, 7, 10, 11))
CARD = StoryCard(
    article_id="1",
    title="Mainland money pours into Hong Kong tech shares",
    url="https://news.example/1?a=1&b=2",
    language="en",
    publishers=("Harbour Ledger", "Kowloon Markets"),
    n_reports=3,
    known_at=datetime(2025, 2, 11, 0, 42, tzinfo=UTC),
    first_known_at=datetime(2025, 2, 10, 9, 0, tzinfo=UTC),
    story_id="0",
    n_earlier=2,
    began_at=datetime(2025, 2, 7, 2, 30, tzinfo=UTC),
    tone=1,
    tone_score=0.6,
    hk_china=1.0,
    themes=(
        StoryTheme(
            theme="ai",
            name="AI frenzy",
            score=0.97,
            evidence=Evidence(
                field="body", before="Monday. ", text="Money chased AI names.", after=" Brokers agree."
            ),
        ),
        StoryTheme(theme="southbound_flows", name="Southbound flows", score=0.95, evidence=None),
    ),
    entities=(StoryEntity(entity_id="alibaba", name="Alibaba Group", tickers=("XHKG:9988", "XNYS:BABA")),),
)
LINE = ThemeLine(
    theme="ai",
    name="AI frenzy",
    n_articles=19,
    n_publishers=9,
    share=0.253,
    baseline_share=0.156,
    change=0.097,
    ratio=1.62,
    intensity=168.4,
    zscore=1.62,
    tone=-0.31,
    state="ok",
)
CONTENT = DigestContent(
    session=date(2025, 2, 11),
    decision_at=DECISION,
    as_of=DECISION,
    window_start=DECISION - timedelta(days=1),
    window_end=DECISION,
    complete=True,
    baseline_sessions=20,
    counts=Counts(n_articles=60, n_market_news=53, n_untagged=0, n_publishers=12, n_stories=48),
    summary=("Leading theme: AI frenzy, 25.3% of market news.",),
    themes=(LINE,),
    sections=(ThemeSection(theme="ai", name="AI frenzy", n_stories=17, stories=(CARD,), elsewhere=()),),
    entities=(
        EntityLine(
            entity_id="alibaba",
            name="Alibaba Group",
            type="company",
            tickers=("XHKG:9988",),
            n_articles=4,
            tone=0.5,
            top_theme="ai",
            top_theme_name="AI frenzy",
        ),
    ),
    flow=FlowFigure(
        session=date(2025, 2, 10),
        net=16500.0,
        trailing_net=30400.0,
        trailing_sessions=5,
        quarter="2025-Q1",
        quarter_net=146900.0,
        quarter_sessions=22,
        notes=(),
    ),
    indices=(
        IndexFigure(
            asset_id="INDEX:HSI",
            name="Hang Seng Index",
            session=date(2025, 2, 10),
            close=21521.98,
            change=0.0184,
            change_5=None,
            notes=(),
        ),
    ),
    chart=ChartData(
        sessions=DAYS,
        lines=(ChartLine(theme="ai", name="AI frenzy", shares=(0.1, None, 0.12, 0.2, 0.253)),),
        net_flows=(-500.0, None, 3000.0, 16500.0, None),
    ),
    notes=(),
    models=("small-1",),
)
EMPTY = replace(
    CONTENT,
    counts=Counts(n_articles=0, n_market_news=0, n_untagged=0, n_publishers=0, n_stories=0),
    summary=(),
    themes=(),
    sections=(),
    entities=(),
    flow=None,
    indices=(),
    chart=ChartData(sessions=DAYS, lines=(), net_flows=(None,) * 5),
    notes=("No market news was known in this window.",),
    models=(),
)
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> \"'&| [x](javascript:alert(3)) `c` *b* https://e.example"


def with_card(card: StoryCard) -> DigestContent:
    """Return the content with another card."""
    return replace(CONTENT, sections=(replace(CONTENT.sections[0], stories=(card,)),))


class Page(HTMLParser):
    """Collect the elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def values(self, name: str) -> set[str | None]:
        """Return the values of an attribute over all elements."""
        return {attributes[name] for _, attributes in self.elements if name in attributes}


def test_html_says_what_a_strategist_reads() -> None:
    page = html_from_digest(CONTENT)
    for text in (
        "<h1>Tuesday 11 February 2025</h1>",
        "News known Mon 10 Feb 09:15 to Tue 11 Feb 09:15, Hong Kong time",
        "60 articles, 53 of them market news: 48 stories from 12 publishers",
        "+HK$16.5 bn",
        "2025-Q1 to date",
        "21,521.98",
        "+1.8%",
        "+9.7 pts",
        "▼ negative",
        "1 of 17 stories",
        "3 reports · 08:42 (first Mon 10 Feb 17:00)",
        f" · {CONTINUING}</p>",
        ">Money chased AI names.</mark> Brokers agree.",
        "also Southbound flows 0.95",
        "Tags by small-1.",
    ):
        assert text in page
    assert page.startswith("<!DOCTYPE html>")


def test_a_story_is_marked_as_new_or_not_at_all() -> None:
    new = replace(CARD, n_earlier=0, began_at=CARD.first_known_at)
    assert "positive</span> · new</p>" in html_from_digest(with_card(new))
    assert "▲ positive · new  " in markdown_from_digest(with_card(new))
    unknown = replace(CARD, n_earlier=None)
    assert "positive</span></p>" in html_from_digest(with_card(unknown))
    assert "▲ positive  \n" in markdown_from_digest(with_card(unknown))


def test_html_links_a_story_to_its_address_only() -> None:
    page = Page(html_from_digest(CONTENT))
    assert page.values("href") == {"https://news.example/1?a=1&b=2"}
    assert Page(html_from_digest(with_card(replace(CARD, url=None)))).values("href") == set()


def test_html_needs_nothing_from_outside() -> None:
    text = html_from_digest(CONTENT)
    page = Page(text)
    assert {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "object", "embed"} == set()
    assert page.values("src") | page.values("xlink:href") | page.values("background") == set()
    assert re.findall(r"@import|url\(|@font-face", text) == []
    assert [name for _, attributes in page.elements for name in attributes if name.startswith("on")] == []


def test_html_escapes_hostile_text() -> None:
    theme = replace(
        CARD.themes[0], evidence=Evidence(field="body", before=HOSTILE, text=HOSTILE, after=HOSTILE)
    )
    entity = StoryEntity(entity_id="x", name=HOSTILE, tickers=(HOSTILE,))
    content = with_card(
        replace(
            CARD,
            title=HOSTILE,
            publishers=(HOSTILE,),
            language='"><script>',
            themes=(theme,),
            entities=(entity,),
        )
    )
    content = replace(
        content,
        entities=(replace(CONTENT.entities[0], name=HOSTILE),),
        chart=replace(CONTENT.chart, lines=(replace(CONTENT.chart.lines[0], name=HOSTILE),)),
        models=(HOSTILE,),
    )
    page = Page(html_from_digest(content))
    assert {tag for tag, _ in page.elements} & {"script", "img"} == set()
    assert [name for _, attributes in page.elements for name in attributes if name.startswith("on")] == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html_from_digest(content)


def test_html_marks_the_language_of_a_title() -> None:
    text = html_from_digest(with_card(replace(CARD, title="恒指急升 市場追捧概念股", language="zh-Hant")))
    assert re.search(r'<p class="title" lang="zh-Hant" dir="auto"><a [^>]*>恒指急升 市場追捧概念股</a>', text)


def test_html_of_an_empty_session_reads_well() -> None:
    page = html_from_digest(EMPTY)
    assert "No market news was known in this window." in page
    assert "No tagged articles" in page
    assert "<svg" not in page
    assert "<table" not in page
    assert "None" not in page


def test_markdown_says_the_same() -> None:
    text = markdown_from_digest(CONTENT)
    for line in (
        "# Southbound digest: Tuesday 11 February 2025",
        "| +HK\\$16.5 bn (Mon 10 Feb) | +HK\\$30.4 bn | +HK\\$146.9 bn |",
        "| Hang Seng Index | 21,521.98 | +1.8% | – | Mon 10 Feb |",
        "| Theme | Articles | Share | vs 20 sessions | Ratio | Intensity | z | Tone |",
        "| AI frenzy | 19 | 25.3% | +9.7 pts | 1.6× | 168 | +1.6 | ▼ −0.31 negative |",
        "- **[Mainland money pours into Hong Kong tech shares](<https://news.example/1?a=1&b=2>)**  ",
        f"  Harbour Ledger, Kowloon Markets · 3 reports · 08:42 HKT · ▲ positive · {CONTINUING}  ",
        "  “Monday. **Money chased AI names.** Brokers agree.”  ",
        "  Names: Alibaba Group XHKG:9988 XNYS:BABA. Also: Southbound flows 0.95",
        "| Alibaba Group | XHKG:9988 | 4 | ▲ +0.50 positive | AI frenzy |",
    ):
        assert line in text.splitlines()


def test_markdown_escapes_hostile_text() -> None:
    text = markdown_from_digest(
        with_card(replace(CARD, title=HOSTILE, publishers=("- item", "# head"), url=None, n_earlier=None))
    )
    escaped = (
        "- **\\<script\\>alert(1)\\</script\\> \\<img src=x onerror=alert(2)\\> \"'\\&\\| "
        "\\[x\\](javascript:alert(3)) \\`c\\` \\*b\\* https\\://e.example**  "
    )
    assert escaped in text.splitlines()
    assert "  \\- item, # head · 3 reports · 08:42 HKT · ▲ positive  " in text.splitlines()


def test_markdown_of_an_empty_session_reads_well() -> None:
    text = markdown_from_digest(EMPTY)
    assert "> No market news was known in this window." in text.splitlines()
    assert "None" not in text
    assert "## Themes" not in text


def test_json_has_stable_keys_and_plain_values() -> None:
    record = json.loads(json_from_digest(CONTENT))
    assert " ".join(record) == (
        "format session decision_at as_of window_start window_end complete baseline_sessions counts "
        "summary themes sections entities flow indices chart notes models alerts brief desk claims language"
    )
    assert record["format"] == "southbound-digest/1"
    assert record["session"] == "2025-02-11"
    assert record["decision_at"] == "2025-02-11T01:15:00.000Z"
    assert record["themes"][0]["share"] == 0.253
    assert record["indices"][0]["change_5"] is None
    assert record["chart"]["net_flows"] == [-500.0, None, 3000.0, 16500.0, None]
    assert " ".join(record["themes"][0]) == (
        "theme name n_articles n_publishers share baseline_share change ratio intensity zscore tone state"
    )
    assert " ".join(record["sections"][0]["stories"][0]) == (
        "article_id title url language publishers n_reports known_at first_known_at story_id "
        "n_earlier began_at tone tone_score hk_china themes entities"
    )


def test_json_writes_what_is_not_finite_as_null() -> None:
    content = replace(CONTENT, themes=(replace(LINE, zscore=float("nan"), intensity=float("inf")),))
    (theme,) = json.loads(json_from_digest(content))["themes"]
    assert (theme["zscore"], theme["intensity"]) == (None, None)


def test_every_form_has_its_name() -> None:
    assert write_digest(EMPTY, form="html").startswith("<!DOCTYPE html>")
    assert write_digest(EMPTY, form="md").startswith("# Southbound digest")
    assert write_digest(EMPTY, form="json").startswith("{")


def test_the_chart_tells_itself_in_words() -> None:
    assert chart_text(CONTENT.chart, ENGLISH) == (
        "AI frenzy: now 25.3%, between 10.0% and 25.3% of market news; "
        "Southbound: net buying in 2 of 3 sessions, +HK$19.0 bn in all, highest +HK$16.5 bn on Mon 10 Feb."
    )


def test_the_chart_tells_those_who_hear_it_what_each_panel_shows() -> None:
    drawn = html_from_chart(CONTENT.chart, ENGLISH)
    assert drawn is not None
    assert drawn.count('role="img"') == 2
    assert "<title>Share of market news</title><desc>AI frenzy: now 25.3%" in drawn
    assert "<title>Southbound net buying</title><desc>Southbound: net buying in 2 of 3 sessions" in drawn


@pytest.mark.parametrize(
    ("chart", "present", "absent"),
    [
        (replace(CONTENT.chart, net_flows=(None,) * 5), "Share of market news", "Southbound net buying"),
        (replace(CONTENT.chart, lines=()), "Southbound net buying", "Share of market news"),
    ],
)
def test_the_chart_does_without_one_of_its_panels(chart: ChartData, present: str, absent: str) -> None:
    drawn = html_from_chart(chart, ENGLISH)
    assert drawn is not None
    assert present in drawn
    assert absent not in drawn


def test_no_chart_is_drawn_of_nothing() -> None:
    assert html_from_chart(EMPTY.chart, ENGLISH) is None

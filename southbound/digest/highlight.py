"""The summary in the news' own words: the evidence sentences of the top stories, each with its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from nlp.annotation import ThemeTag
from nlp.script import has_han
from southbound.digest.brief_content import Highlight
from southbound.digest.card import shorten
from southbound.digest.repetition import is_repetition, words_of
from southbound.digest.standing import StandingStory
from southbound.digest.wording import clean_line, web_url
from southbound.store.tag import TaggedArticle

_MAX_SENTENCES: Final = 5
_MAX_OF_A_THEME: Final = 2
_MAX_CHARS, _MAX_HAN = 300, 110
_MIN_CHARS, _MIN_HAN = 40, 12
_OPEN_ENDS: Final = ("；", ";", "，", ",", "、", "：", ":")


def find_highlights(stories: Sequence[StandingStory]) -> tuple[Highlight, ...]:
    """Take one sentence of each story, best story first, until there are five.

    A story is passed over whose sentence nearly equals one that was taken, and one of a theme that two
    sentences speak of already.
    """
    taken: list[Highlight] = []
    terms: list[frozenset[str]] = []
    per_theme: Counter[str] = Counter()
    for standing in stories:
        if len(taken) == _MAX_SENTENCES:
            break
        found = _highlight(standing)
        own = words_of(found.text)
        if per_theme[standing.theme] < _MAX_OF_A_THEME and not any(
            is_repetition(own, other) for other in terms
        ):
            per_theme[standing.theme] += 1
            taken.append(found)
            terms.append(own)
    return tuple(taken)


def _highlight(standing: StandingStory) -> Highlight:
    report = standing.story.report_on(standing.theme)
    tag = next((tag for tag in report.themes if tag.theme == standing.theme), None)
    return Highlight(
        text=_sentence(report, tag),
        language=report.language,
        article_id=clean_line(report.article_id),
        publisher=clean_line(report.publisher),
        url=web_url(report.url),
        theme_name=standing.theme_name,
    )


def _sentence(report: TaggedArticle, tag: ThemeTag | None) -> str:
    """Return the first evidence of the body that can stand alone, else the title.

    It can where it is long enough and a whole sentence: a clause that ends in a semicolon lacks the rest.
    """
    for span in tag.evidence if tag else ():
        text = _whole(clean_line(span.text))
        is_long = len(text) >= (_MIN_HAN if has_han(text) else _MIN_CHARS)
        if span.field == "body" and is_long and not text.endswith(_OPEN_ENDS):
            return shorten(text, _MAX_HAN if has_han(text) else _MAX_CHARS)
    return clean_line(report.title)


def _whole(text: str) -> str:
    """Drop the end of a headline that stands before the text in brackets, its opening being cut off."""
    return text.rpartition("】")[2].lstrip() if "【" not in text else text

"""The summary in the news' own words: the evidence sentences of the top stories, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from nlp.annotation import Span
from nlp.script import has_han
from nlp.stories.term import fold
from southbound.digest.brief_content import Highlight
from southbound.digest.card import shorten
from southbound.digest.repetition import is_repetition, words_of
from southbound.digest.standing import StandingStory
from southbound.digest.wording import clean_line, web_url
from southbound.store.entity import MIN_RELEVANCE
from southbound.store.tag import TaggedArticle

_MAX_SENTENCES: Final = 5
#: Stories that are asked for a sentence: some have none that adds to the others'.
N_ASKED: Final = 12
_MAX_CHARS, _MAX_HAN = 300, 110
_MIN_CHARS, _MIN_HAN = 40, 12
_OPEN_ENDS: Final = ("；", ";", "，", ",", "、", "：", ":")
#: Words (of Chinese, pairs of characters) of the title that show a sentence to be on its subject.
_MIN_TITLE_WORDS: Final = 3
#: How a sentence begins that needs the one before it, on folded text.
_LEANS: Final = re.compile(
    r"^(?:他|她|其|该|此|这|当中|另|此外|至于|不过|但|同时|期内|季内|集团|公司|又|亦|并|而|会议|"
    r"数据(?:又|亦|还)|报告(?:又|亦)|公报又|因此|由于|随着|.{2,8}(?:又|亦|并)(?:说|指|称|表示|提到))"
    r"|^[^a-z]*(?:(?:he|she|it|they|we|his|her|its|their|this|that|these|those|but|and|so|however|still|also|"
    r"meanwhile|seizing|following|elsewhere|as for|in addition|over the past)\b"
    r"|the (?:company|firm|bank|group|move|news|decline|increase|report|partnership|figure|result|decision|"
    r"announcement|city|ministry|agency|latest|measures?)\b)"
)
#: How one begins that tells a figure of somebody whom it must name.
_BARE: Final = re.compile(
    r"^(?:经调整|按年|按月|[首上次]季|第.季|[上下]半年|中期|全年|收入|营业额|主板|股东应占|每股)"
    r"|^(?:revenue|net profit|sales)\b"
)
#: The first sentence of a body.
_OPENING: Final = re.compile(r"\s*(.+?(?:[。！？]|[.!?](?=\s|$)))", re.DOTALL)
_MAX_OPENING: Final = 600
#: Whose words these are stands outside: the marks of speech don't pair, or the sentence is but speech.
_QUOTES: Final = (("“", "”"), ("「", "」"), ("『", "』"), ("（", "）"), ("(", ")"))


def find_highlights(chosen: Sequence[StandingStory]) -> tuple[Highlight, ...]:
    """Take one sentence of each story that `choose_stories` chose, until there are five.

    A story is passed over whose sentence nearly equals one that was taken.
    """
    taken: list[Highlight] = []
    terms: list[frozenset[str]] = []
    for standing in chosen[:N_ASKED]:
        if len(taken) == _MAX_SENTENCES:
            break
        found = _highlight(standing)
        own = words_of(found.text)
        if not any(is_repetition(own, other) for other in terms):
            taken.append(found)
            terms.append(own)
    return tuple(taken)


def _highlight(standing: StandingStory) -> Highlight:
    report = standing.story.report_on(standing.theme)
    return Highlight(
        text=_sentence(report, standing.theme),
        language=report.language,
        article_id=clean_line(report.article_id),
        publisher=clean_line(report.publisher),
        url=web_url(report.url),
        theme_name=standing.theme_name,
    )


def _sentence(report: TaggedArticle, theme: str) -> str:
    """Return the first evidence of the body that can stand alone, else what tells the title's news.

    The theme's own evidence comes first, then that of the report's other themes. Where none can, the title is
    what the report has for evidence: its opening tells the same at more length, or else it stands itself.
    """
    tags = sorted(report.themes, key=lambda tag: tag.theme != theme)
    title = words_of(report.title)
    for span in chain.from_iterable(tag.evidence for tag in tags):
        text = _whole(clean_line(span.text))
        if span.field == "body" and _is_whole(text) and _is_on(text, span, report, title):
            return _short(text)
    found = _OPENING.match(report.body[:_MAX_OPENING])
    opening = _whole(clean_line(found[1])) if found else ""
    tells_title = len(words_of(opening) & title) >= _MIN_TITLE_WORDS
    return _short(opening) if _is_whole(opening) and tells_title else clean_line(report.title)


def _short(text: str) -> str:
    return shorten(text, _MAX_HAN if has_han(text) else _MAX_CHARS)


def _is_whole(text: str) -> bool:
    """Say whether a text is a sentence that needs none before it or after it.

    It is long enough; a clause that ends in a semicolon lacks the rest, what begins with "it" lacks its
    subject, and speech that isn't closed lacks its speaker.
    """
    is_long = len(text) >= (_MIN_HAN if has_han(text) else _MIN_CHARS)
    if not is_long or text.endswith(_OPEN_ENDS) or _LEANS.search(fold(text)):
        return False
    pairs = all(text.count(opening) == text.count(closing) for opening, closing in _QUOTES)
    return pairs and text.count('"') % 2 == 0 and not text.startswith(("“", '"', "「"))


def _is_on(text: str, span: Span, report: TaggedArticle, title: frozenset[str]) -> bool:
    """Say whether a sentence opens its report, names whom that is about, or tells what the title tells."""
    if not report.body[: span.start].strip():
        return True
    named = any(_names(span, tag.mentions) for tag in report.entities if tag.relevance >= MIN_RELEVANCE)
    tells_title = len(words_of(text) & title) >= _MIN_TITLE_WORDS and not _BARE.search(fold(text))
    return named or tells_title


def _names(span: Span, mentions: Iterable[Span]) -> bool:
    return any(
        mention.field == span.field and span.start <= mention.start and mention.end <= span.end
        for mention in mentions
    )


def _whole(text: str) -> str:
    """Drop the end of a headline that stands before the text in brackets, its opening being cut off."""
    return text.rpartition("】")[2].lstrip() if "【" not in text else text

"""Which characters of a text are read: markup, addresses and boilerplate are blanked, offsets stay true.

Everything downstream works on :func:`readable`, which has the same length as the original, so an
offset found in it is an offset in what the publisher wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: An address in Markdown, with at most one pair of parentheses in it.
_ADDRESS = r"[^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)?"
# Patterns are possessive, and stopped by the next opening mark, lest a text that is full of them takes
# time by the square of its length.
_IMAGE = re.compile(rf"!\[[^\[\]]*+\]\({_ADDRESS}(?:\s+\"[^\"]*\")?\)")
_LINK = re.compile(rf"\[([^\[\]]*+)\]\(({_ADDRESS})\)")
#: Markup and addresses.
_NOISE: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"<(?:script|style)\b[^<]*+(?:<(?!/?(?:script|style)\b)[^<]*+)*+</(?:script|style)\s*>", re.IGNORECASE
    ),
    re.compile(r"</?[a-zA-Z][^<>]{0,500}>"),  # left-over tag
    re.compile(r"\bdata:[a-z]+/[\w.+-]+;base64,[\w+/=]+"),  # a picture written out
    re.compile(r"https?://[^\s)\]>\"']+"),
    re.compile(r"^[ \t]*[-=_*#~]{3,}[ \t]*$", re.MULTILINE),  # rule or heading underline
)
#: Halves of a character, which JSON can hold and no UTF-8 text can.
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|[*+>-])[ \t]+|\*\*|__|^[ \t]*\|", re.MULTILINE)

#: What a publisher sets before a report on the same line, up to words that always close it.
_PREFACE = re.compile(
    r"maximi[sz]e\s+your\s+portfolio\s+with\b[^\n]{0,500}?\bwith\s+your\s+smart\s+portfolio\b", re.IGNORECASE
)
#: A line longer than this holds a report too: only the sentence that gives it away is boilerplate.
_LONG_LINE = 300
_SENTENCE_END = re.compile(r"[.!?。！？](?=\s|$)")

#: Lines that publishers put under or between what they report. Matched on a whole line.
_BOILERPLATE = re.compile(
    r"""^[ \t*_#>\[-]*(?:
        maximi[sz]e\s+your\s+portfolio\b
      | leverage\s+the\s+power\s+of\s+\[?tipranks
      | monitor\s+your\s+stock\s+picks
      | (?:also\s+)?read\s*(?:more|also|:|next\s*:)
      | (?:more\s+(?:on|from|about))\s.{0,60}:?\s*$
      | see\s+(?:the\s+)?(?:top|more|insiders|latest)\b
      | click\s+here\b
      | (?:photo|image|picture|video|source)s?\s*(?:credit|by|via|from|courtesy)?\s*:.{0,160}$
      | (?:disclaimer|disclosure)s?\b
      | (?:this|the)\s+(?:article|content|story|report)\s+(?:is|was|has\s+been)\s+
        (?:not|originally|for|provided|generated|written|produced)\b
      | copyright\b | ©
      | all\s+rights\s+reserved
      | (?:subscribe|sign\s+up|follow\s+us|join\s+our|download\s+the\s+app)\b
      | (?:reporting|writing|editing|compiled|additional\s+reporting)\s+by\s.{0,200}$
      | \(?end\)?\s+dow\s+jones\s+newswires
      | write\s+to\s.{0,120}@
      | to\s+receive\s+news\s+and\s+articles
      | never\s+miss\s+a\b
      | (?:免责声明|免責聲明|风险提示|風險提示|责任编辑|責任編輯)
      | (?:本文来源|來源：|来源：|版权声明|原標題|原标题)
    ).*$""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


#: Headings under which a press release stops reporting: what follows, up to its end or the next heading,
#: describes the firm, warns investors, or says whom to ring.
_TAIL_HEADING = re.compile(
    r"""^[ \t*_#>]*(?:
        about\s+(?:the\s+)?(?:(?-i:[A-Z])[^\n.]{1,70}|company|us)
      | why\s+(?-i:[A-Z])[^\n.]{0,60}(?:law|llp|firm)[^\n.]{0,20}
      | (?:cautionary|forward[ -]looking|safe[ -]harbou?r)[^\n.]{0,100}
      | (?:media|investor|press|company|for\s+(?:further|more)\s+information)[^\n.]{0,50}contacts?[^\n.]{0,20}
      | contacts?
    )[ \t*_:]*$""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_HEADING = re.compile(r"^[ \t*_#>]*[^\s*_#>.|-][^\n.|]{2,78}[ \t*_:]*$", re.MULTILINE)
#: What a line says of itself near its beginning when it is a warning and no report.
_WARNING = re.compile(
    r"""(?:contains?|includes?|constitutes?|are|be)\s(?:certain\s)?["“]?
        forward[ -]looking\s(?:statements?|information)
      | attorney\sadvertising | prior\sresults\sdo\snot\sguarantee
      | safe\sharbou?r\sprovisions""",
    re.IGNORECASE | re.VERBOSE,
)
#: One of these stands in every warning: most texts have none, which is seen ten times as fast.
_WARNING_WORDS = ("forward", "attorney", "guarantee", "safe")
_WARNING_START = 200
#: More than this of a line is never taken for a warning.
_WARNING_CHARS = 3000


def readable(text: str) -> str:
    """Blank what is not part of the report, keeping every offset.

    Args:
        text: a title or body as stored.

    Returns:
        A string of the same length in which markup, addresses, boilerplate lines and the tails of
        press releases are spaces.
    """
    text = _IMAGE.sub(_blank, _SURROGATES.sub(_blank, text))
    # Before addresses, which are a part of it.
    text = _LINK.sub(_blank_link, text)
    for pattern in (*_NOISE, _MARKS, _PREFACE):
        text = pattern.sub(_blank, text)
    text = _BOILERPLATE.sub(_blank_boilerplate, text)
    return _blank_tails(_blank_warnings(text))


def blank_ranges(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """Blank what a publisher repeats (half-open ranges, :mod:`nlp.boilerplate`), keeping offsets."""
    for start, end in ranges:
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def _blank_warnings(text: str) -> str:
    folded = text.casefold()
    if not any(word in folded for word in _WARNING_WORDS):
        return text
    for match in _WARNING.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if match.start() - start <= _WARNING_START:
            end = text.find("\n", match.end())
            end = min(end if end >= 0 else len(text), start + _WARNING_CHARS)
            text = blank_ranges(text, [(start, max(end, match.end()))])
    return text


def _blank_tails(text: str) -> str:
    """Blank from each heading of a press release's tail to the next other heading, or the end."""
    start = 0
    while tail := _TAIL_HEADING.search(text, start):
        heading = _HEADING.search(text, tail.end())
        start = heading.start() if heading else len(text)
        text = blank_ranges(text, [(tail.start(), start)])
    return text


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _blank_boilerplate(match: re.Match[str]) -> str:
    """Blank a line; of a long one, as of a body that was put on one line, its first sentence only."""
    line = match.group()
    if len(line) <= _LONG_LINE:
        return _blank(match)
    end = _SENTENCE_END.search(line, 0, _LONG_LINE)
    n_blank = end.end() if end else 0
    return " " * n_blank + line[n_blank:]


def _blank_link(match: re.Match[str]) -> str:
    """Keep a Markdown link's words, blank its brackets and address."""
    words, address = match.group(1), match.group(2)
    return f" {words}  {' ' * len(address)} "

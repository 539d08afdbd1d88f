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
    re.compile(r"https?://[^\s)\]>\"']+"),
    re.compile(r"^[ \t]*[-=_*#~]{3,}[ \t]*$", re.MULTILINE),  # rule or heading underline
)
#: Halves of a character, which JSON can hold and no UTF-8 text can.
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|[*+>-])[ \t]+|\*\*|__|^[ \t]*\|", re.MULTILINE)

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


def readable(text: str) -> str:
    """Blank what is not part of the report, keeping every offset.

    Args:
        text: a title or body as stored.

    Returns:
        A string of the same length in which markup, addresses and boilerplate lines are spaces.
    """
    text = _IMAGE.sub(_blank, _SURROGATES.sub(_blank, text))
    # Before addresses, which are a part of it.
    text = _LINK.sub(_blank_link, text)
    for pattern in (*_NOISE, _MARKS, _BOILERPLATE):
        text = pattern.sub(_blank, text)
    return text


def blank_lines(text: str, lines: Iterable[str]) -> str:
    """Blank whole lines that stand in `lines` (a publisher's repeated footer), keeping offsets."""
    known = frozenset(lines)
    if not known:
        return text
    parts = text.split("\n")
    return "\n".join(" " * len(part) if part.strip() in known else part for part in parts)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _blank_link(match: re.Match[str]) -> str:
    """Keep a Markdown link's words, blank its brackets and address."""
    words, address = match.group(1), match.group(2)
    return f" {words}  {' ' * len(address)} "

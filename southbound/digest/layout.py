"""Plain text in a fixed width: lines, tables and lists, with Chinese characters two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final

#: Behind these no line ends: the space of a figure and its unit, opening marks.
_KEPT: Final = "\u00a0（「『《〈〔【“‘"
_UNITS: Final = frozenset({"億港", "萬港", "亿港", "万港", "港元"})
#: Columns of a line; mail programs wrap what is longer.
WIDTH: Final = 72


def width_of(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(_columns(sign) for sign in text)


def wrap(text: str, *, first: str = "", rest: str | None = None) -> str:
    """Break a text into lines of at most `WIDTH` columns, between words or between Chinese characters.

    Args:
        text: on one line.
        first: stands in front of the first line.
        rest: stands in front of the others; default as many spaces.
    """
    rest = " " * width_of(first) if rest is None else rest
    lines, line = [], first
    for piece in _pieces(text):
        if width_of(line) + width_of(piece.rstrip()) > WIDTH and line not in {first, rest}:
            lines.append(line.rstrip())
            line = rest
        line += piece.lstrip() if line == rest and lines else piece
    return "\n".join([*lines, line.rstrip()])


def table(rows: Iterable[Sequence[str]], align: str) -> str:
    """Lay rows out in columns as wide as their widest cell, two spaces apart; "l" left, "r" right.

    The first column gives way where a line would be too long.
    """
    rows = [list(row) for row in rows]
    widths = [max(map(width_of, column)) for column in zip_longest(*rows, fillvalue="")]
    widths[0] = min(widths[0], WIDTH - sum(widths[1:]) - 2 * (len(widths) - 1))
    lines = []
    for row in rows:
        cells = [fit(row[0], widths[0]), *row[1:]]
        padded = (_pad(cell, width, side) for cell, width, side in zip(cells, widths, align, strict=True))
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def fit(text: str, width: int) -> str:
    """Cut a text to a width, with a mark where something is missing."""
    if width_of(text) <= width:
        return text
    kept = ""
    for sign in text:
        if width_of(kept + sign) > width - 1:
            break
        kept += sign
    return kept.rstrip() + "…"


def heading(text: str) -> str:
    """Write a heading with a rule under it."""
    return f"{text.upper()}\n{'-' * min(WIDTH, width_of(text))}"


def _pad(cell: str, width: int, side: str) -> str:
    space = " " * (width - width_of(cell))
    return cell + space if side == "l" else space + cell


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1


def _pieces(text: str) -> list[str]:
    """Split where a line may end: after a space, and after a wide character."""
    pieces, piece = [], ""
    for sign in text:
        if piece and _columns(sign) == 2 and not _closes(sign) and not _holds(piece[-1], sign):  # noqa: PLR2004 - two columns wide
            pieces.append(piece)
            piece = ""
        piece += sign
        if sign == " ":
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


def _holds(before: str, sign: str) -> bool:
    """Say whether no line may end between two signs: of a figure and its unit, or behind an opening mark."""
    return before in _KEPT or before + sign in _UNITS


def _closes(sign: str) -> bool:
    """Say whether a sign may not begin a line."""
    return sign in "，。、；：？！）」』》〉〕】”’"

"""A table of signed figures whose cells are coloured by their size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

#: From here on a cell has its full colour.
_FULL: Final = 4


def heat_table(
    rows: Mapping[str, Sequence[tuple[float, str] | None]], columns: Sequence[str], *, title: str
) -> Markup:
    """Draw a table of figures.

    Args:
        rows: label -> for each column the figure and what is written for it; None for an empty cell.
        columns: their headings.
        title: its caption.
    """
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in columns)
    lines = (
        Markup('<tr><th scope="row">{}</th>{}</tr>\n').format(label, Markup("").join(map(_cell, cells)))
        for label, cells in rows.items()
    )
    return Markup(
        '<table class="heat">\n<caption>{}</caption>\n<thead><tr><td></td>{}</tr></thead>\n'
        "<tbody>\n{}</tbody>\n</table>"
    ).format(title, heads, Markup("").join(lines))


def _cell(cell: tuple[float, str] | None) -> Markup:
    if cell is None:
        return Markup("<td></td>")
    value, text = cell
    size = min(_FULL, round(abs(value)))
    return Markup('<td class="{}-{}">{}</td>').format("above" if value > 0 else "below", size, text)

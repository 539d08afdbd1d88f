"""Charts as SVG elements that take the width, letters and text colour of the page they stand in."""

from __future__ import annotations

import io
import re
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

FONT: Final = 12
#: Readable on white and on near black.
COLOURS: Final = ("#2a78c8", "#cf6a14", "#3f9a63")
GRID: Final = "#8888884d"
#: Drawn as text colour, then replaced by the colour of the page's own text.
INK: Final = "#010203"
_ROOT: Final = re.compile(r"<svg\b[^>]*?\bviewBox=\"([^\"]*)\"[^>]*>")


def inline_svg(chart: Any, *, title: str, label: str) -> str:  # noqa: ANN401 - altair's charts share no class
    """Draw an altair chart as an SVG element with its text alternative."""
    target = io.StringIO()
    chart.save(target, format="svg")
    drawn = _ROOT.sub(
        lambda root: (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{root.group(1)}" width="100%" '
            f'style="height:auto" role="img" aria-label={quoteattr(label)}><title>{escape(title)}</title>'
        ),
        target.getvalue(),
        count=1,
    )
    return drawn.replace(INK, "currentColor").replace("sans-serif", "inherit")

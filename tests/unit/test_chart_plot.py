"""The one hand that draws charts: what a plot shows, links and tells."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from southbound.chart import STYLE, Axis, Line, Panel, charts, day_axis, draw, heat_table, sparkline

DAYS = [date(2025, 2, 3) + timedelta(days=place) for place in range(5)]


def panel(*values: float | None, **options: object) -> Panel:
    return Panel(title="Share & more", lines=(Line(values=values),), **options)  # type: ignore[arg-type]  # any of Panel's


def parsed(plot: str) -> ET.Element:
    return ET.fromstring(f"<div>{plot}</div>")  # noqa: S314 - our own drawing


def test_a_plot_names_and_describes_itself_and_escapes() -> None:
    drawn = draw(panel(1, 2, None, 4, 5, description='from <1> to "5"'), DAYS)
    svg = parsed(drawn.plot)[0]
    assert (svg.get("role"), svg[0].tag, svg[1].tag) == ("img", "title", "desc")
    assert (svg[0].text, svg[1].text) == ("Share & more", 'from <1> to "5"')


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    line = parsed(draw(panel(1, 2, None, 4, 5), DAYS).plot).find(".//path[@class='line line-0']")
    assert line is not None
    assert line.get("d", "").count("M") == 2


@pytest.mark.parametrize(
    ("values", "options", "bounds"),
    [
        ((2.0, 4.0), {}, (0.0, 4.0)),
        ((2.0, 4.0), {"from_zero": False}, (2.0, 4.0)),
        ((-1.0, -3.0), {"kind": "bars"}, (-3.0, 0.0)),
        ((0.01, None), {"top": 0.05}, (0.0, 0.05)),
        ((1.0, 2.0), {"kind": "bars", "bands": [(-1.0, 2.0), None], "level": 5.0}, (-1.0, 5.0)),
        ((None, None), {}, (0.0, 1.0)),
        ((0.0, 0.0), {}, (0.0, 1.0)),
    ],
)
def test_the_axis_holds_everything_drawn(
    values: tuple[float | None, ...], options: dict[str, object], bounds: tuple[float, float]
) -> None:
    assert panel(*values, **options).bounds() == bounds


def test_each_place_is_a_link_for_pointers_and_the_chosen_one_is_marked() -> None:
    drawn = draw(panel(1, 2, 3, 4, 5), DAYS, link=lambda day: f"/?day={day}", chosen=DAYS[2])
    links = parsed(drawn.plot).findall(".//a")
    assert [link.get("href") for link in links] == [f"/?day={day}" for day in DAYS]
    assert {link.get("tabindex") for link in links} == {"-1"}
    chosen = parsed(drawn.plot).find(".//rect[@class='chosen']")
    assert chosen is not None
    assert chosen.get("x") == "20"


def test_a_chart_is_well_formed_and_without_inline_style_or_script() -> None:
    drawn = charts([draw(panel(1, -2, 3, None, 5, kind="bars"), DAYS)], day_axis(DAYS, str), has_readout=True)
    assert parsed(drawn).find(".//p[@class='readout']") is not None
    assert "style=" not in drawn
    assert "script" not in drawn
    assert "http" not in STYLE


def test_days_under_an_axis_are_few_and_hold_both_ends() -> None:
    assert day_axis(DAYS, str).labels == ("2025-02-03", "2025-02-04", "2025-02-06", "2025-02-07")
    assert day_axis(DAYS[:1], str).labels == ("2025-02-03",)
    assert day_axis([], str).labels == ()


def test_an_axis_may_label_each_place() -> None:
    drawn = charts([draw(panel(1, 2), [1, 5])], Axis(labels=("1", "5"), is_each=True, title="horizon"))
    assert '<span class="days each"><span>1</span><span>5</span></span><span>horizon</span>' in drawn


def test_a_heat_table_tells_sign_and_size() -> None:
    table = heat_table({"<AI>": [(2.4, "+2.4"), None, (-9.0, "-9.0*")]}, ["1", "5", "20"], title="t")
    assert '<td class="above-2">+2.4</td><td></td><td class="below-4">-9.0*</td>' in table
    assert "&lt;AI&gt;" in table


def test_nothing_known_is_no_sparkline() -> None:
    assert sparkline([None, None]) == Markup("")
    assert 'aria-hidden="true"' in sparkline([0.1, None, 0.2])


def test_who_points_at_a_place_is_told_its_name_and_every_line_of_the_panel() -> None:
    lines = (Line(values=[1, 2], name="A & B"), Line(values=[3, None], name="C"))
    drawn = draw(
        Panel(title="Share", lines=lines), DAYS[:2], link=str, name=lambda day: f"{day:%a} {day.day} Feb"
    )
    first, second = parsed(drawn.plot).findall(".//a")
    assert (first.get("data-place"), first.get("data-tell")) == ("Mon 3 Feb", "A & B: 1, C: 3")
    assert second.get("data-tell") == "A & B: 2, C: –"
    assert parsed(draw(panel(1), DAYS[:1], link=str).plot).find(".//a").get("data-tell") == "Share & more: 1"  # type: ignore[union-attr]  # it is there

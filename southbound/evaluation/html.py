"""An evaluation as one HTML file that needs nothing else: no script, no font, no image from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from signals.evaluation import Finding
from southbound.chart import STYLE
from southbound.evaluation import wording
from southbound.evaluation.chart import (
    chart_of_decay,
    chart_of_quantiles,
    chart_of_tests,
    chart_of_themes,
)
from southbound.evaluation.report import TITLES, EvaluationReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One table with its chart.

    Attributes:
        heading: of it.
        target: what the findings are about.
        unit: of the estimates; "" for correlations.
        chart: an element, or None.
        rows: label and, for each sample, its finding or None.
    """

    heading: str
    target: str
    unit: str
    chart: Markup | None
    rows: list[tuple[str, list[Finding | None]]]


def html_from_report(report: EvaluationReport) -> str:
    """Write an evaluation as an HTML page, light and dark."""
    return _template().render(
        report=report,
        chart_style=Markup(STYLE),  # noqa: S704 - our own style sheet
        blocks=list(report_blocks(report)),
        decay=chart_of_decay(report),
        quantiles={name: chart_of_quantiles(panel, name) for name, panel in report.panels.items()},
        legend=wording.legend(report),
    )


def report_blocks(report: EvaluationReport, *, say: Callable[[str], str] = str) -> Iterator[Block]:
    """Yield the tables of a report, each with its chart, in the words of `say`."""
    samples = [sample.name for sample in report.samples]
    many = len(report.themes) > 1
    for target, kind, found in report.blocks():
        yield Block(
            heading=TITLES[kind],
            target=target,
            unit=wording.unit_of(found[0], report.units[target]),
            chart=chart_of_themes(report, found, say=say) if many else chart_of_tests(report, found, say=say),
            rows=_rows(report, found, samples, many=many),
        )


def _rows(
    report: EvaluationReport, found: Sequence[Finding], samples: Sequence[str], *, many: bool
) -> list[tuple[str, list[Finding | None]]]:
    labels = {
        (one.theme, one.label): f"{report.themes[one.theme]}, {one.label}" if many else one.label
        for one in found
    }
    by_key = {(one.theme, one.label, one.sample): one for one in found}
    return [
        (label, [by_key.get((theme, said, sample)) for sample in samples])
        for (theme, said), label in labels.items()
    ]


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("southbound.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for function in (
        wording.band_text,
        wording.error_text,
        wording.estimate_text,
        wording.p_text,
        wording.sample_text,
        wording.share_text,
        wording.statistic_text,
    ):
        environment.filters[function.__name__] = function
    return environment.get_template("evaluation.html.j2")

"""The form of an answer, by what the client accepts: JSON, CSV, Arrow or Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, TypeVar

import pandas as pd
from fastapi import Header, Query
from starlette.responses import Response

from southbound.export import arrow_from_frame, csv_from_frame, json_from_frame, parquet_from_frame
from southbound.web.api.model.record import Page, Record
from southbound.web.problem import problem_response

JSON: Final = "application/json"
CSV: Final = "text/csv"
ARROW: Final = "application/vnd.apache.arrow.file"
PARQUET: Final = "application/vnd.apache.parquet"
HTML: Final = "text/html"
MARKDOWN: Final = "text/markdown"
PLAIN: Final = "text/plain"

Format = Literal["json", "csv", "arrow", "parquet"]
_TABLE_FORMS: Final[Mapping[str, str]] = {JSON: "json", CSV: "csv", ARROW: "arrow", PARQUET: "parquet"}
TABLE_FORMS: Final = tuple(_TABLE_FORMS)
Accept = Annotated[str, Header(include_in_schema=False)]
FormatQuery = Annotated[
    Format | None, Query(alias="format", description="json, csv, arrow or parquet; default by Accept.")
]
_Item = TypeVar("_Item", bound=Record)


def accepted(header: str, offered: Sequence[str]) -> str | None:
    """Return the offered media type that a client likes best; the first one where it likes several alike.

    None where it accepts none. Written after RFC 9110, section 12.5.1.
    """
    if not header.strip():
        return offered[0]
    wanted = [_range(part) for part in header.split(",") if part.strip()]
    best = max(offered, key=lambda media: (_quality(media, wanted), -offered.index(media)))
    return best if _quality(best, wanted) > 0 else None


def not_acceptable(offered: Sequence[str]) -> Response:
    """Return the answer to a client that accepts nothing that is offered."""
    return problem_response(406, f"this is offered as {', '.join(offered)}; accept one of them")


def table_response(frame: pd.DataFrame, *, accept: str, form: str | None, about: str = "") -> Response:
    """Write a table in the form asked for by name, else by what is accepted.

    Args:
        frame: the table.
        accept: the Accept header.
        form: "json", "csv", "arrow" or "parquet"; None goes by what is accepted.
        about: JSON members, such as '"theme": "ai"', that stand before `rows` in JSON.
    """
    media = _wanted(accept, form)
    if media is None:
        return not_acceptable(TABLE_FORMS)
    if media == JSON:
        head = f"{about}," if about else ""
        return Response(f'{{{head}"rows":{json_from_frame(frame)}}}', media_type=JSON)
    return _written(frame, media)


def page_response(
    page: Page[_Item], kind: type[_Item], *, accept: str, form: str | None
) -> Response | Page[_Item]:
    """Write a page of a list as a table where that is asked for; its cursor is in `x-next-cursor` then.

    What is no plain value, such as the themes of an article, stands in the table as JSON.

    Args:
        page: its items are of one kind.
        kind: of record.
        accept: the Accept header.
        form: "json", "csv", "arrow" or "parquet"; None goes by what is accepted.
    """
    media = _wanted(accept, form)
    if media is None:
        return not_acceptable(TABLE_FORMS)
    if media == JSON:
        return page
    response = _written(_frame(page.items, kind), media)
    if page.next:
        response.headers["x-next-cursor"] = page.next
    return response


def _frame(items: Sequence[Record], kind: type[Record]) -> pd.DataFrame:
    rows = [item.model_dump() for item in items]
    columns = {}
    for name, field in kind.model_fields.items():
        values = [_cell(row[name]) for row in rows]
        if field.annotation in {datetime, date}:
            columns[name] = pd.to_datetime(pd.Series(values, dtype=object), utc=field.annotation is datetime)
        else:
            columns[name] = pd.Series(values, dtype=_DTYPES.get(field.annotation, object))
    return pd.DataFrame(columns)


#: None is possible in a column of whole numbers.
_DTYPES: Final[Mapping[Any, str]] = {
    int: "int64",
    int | None: "Int64",
    float: "float64",
    float | None: "float64",
}


def _cell(value: object) -> object:
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, tuple | list | dict)
        else value
    )


def _wanted(accept: str, form: str | None) -> str | None:
    if form is None:
        return accepted(accept, TABLE_FORMS)
    return next(name for name, named in _TABLE_FORMS.items() if named == form)


def _written(frame: pd.DataFrame, media: str) -> Response:
    if media == CSV:
        return Response(csv_from_frame(frame), media_type=f"{CSV}; charset=utf-8")
    return Response(
        arrow_from_frame(frame) if media == ARROW else parquet_from_frame(frame), media_type=media
    )


def table_content(example: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the forms of a table beside JSON are documented as."""
    text = {"schema": {"type": "string"}}
    binary = {"schema": {"type": "string", "format": "binary"}}
    described = {CSV: text, ARROW: binary, PARQUET: binary}
    return {**described, **({JSON: {"example": example}} if example else {})}


def _range(text: str) -> tuple[str, float]:
    media, *parameters = (part.strip().casefold() for part in text.split(";"))
    quality = next((one[2:] for one in parameters if one.startswith("q=")), "1")
    try:
        return media, float(quality)
    except ValueError:
        return media, 0.0


def _quality(media: str, wanted: Sequence[tuple[str, float]]) -> float:
    """Return how much a media type is liked: the most exact range that matches it decides."""
    kind = media.partition("/")[0]
    for named in (media, f"{kind}/*", "*/*"):
        found = [quality for name, quality in wanted if name == named]
        if found:
            return found[0]
    return 0.0

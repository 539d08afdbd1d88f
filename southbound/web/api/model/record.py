"""What every answer is made of: records, pages of them, instants."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from southbound.instant import text_from_instant

Item = TypeVar("Item")
Instant = Annotated[
    datetime,
    PlainSerializer(text_from_instant, return_type=str),
    Field(description="UTC, to the millisecond."),
]


class Record(BaseModel):
    """Base of all records."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Page(Record, Generic[Item]):
    """A page of a list."""

    items: tuple[Item, ...] = Field(description="The items of this page, in order.")
    next: str | None = Field(description="Cursor of the next page; null on the last one.")

"""A request as a page sees it: the time asked for, the language, and addresses that keep both."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request

from southbound.desk.session import Span, current_session, session_on_or_after
from southbound.error import UsageError
from southbound.instant import HONG_KONG, parse_as_of, parse_day
from southbound.pipeline.review.correct import reviewer_name
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.web.pages.memory import Memory
from southbound.web.plain import words_for
from southbound.web.security.token import LOCAL_USER, Scope, User
from southbound.web.store import reading_of
from southbound.web.words import Words

#: What every address on a page keeps of the one it stands on.
_KEPT = ("as_of", "lang")
_DEFAULT_DAYS = 180
#: Pages put together take from some hundred kilobytes to a few megabytes.
_N_REMEMBERED = 64


@dataclass(frozen=True, kw_only=True)
class View:
    """A request for a page."""

    request: Request

    @property
    def settings(self) -> Settings:
        """The settings that the app runs under."""
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def mark(self) -> Hashable:
        """A mark of what is stored: as long as it stays, so does every page."""
        return reading_of(self.request.app.state).mark()

    @property
    def query(self) -> Mapping[str, str]:
        """The address's query; of a key that stands twice, the last value."""
        return self.request.query_params

    @property
    def memory(self) -> Memory:
        """What the app remembers of its pages."""
        state = self.request.app.state
        if not hasattr(state, "pages"):
            state.pages = Memory(size=_N_REMEMBERED)
        memory: Memory = state.pages
        return memory

    @property
    def user(self) -> User | None:
        """Who asks; None where nobody is known."""
        user = self.request.scope.get("state", {}).get("user")
        return user if isinstance(user, User) else None

    @property
    def user_name(self) -> str:
        """In whose name a reader's corrections are stored: the token's, or on this machine the settings'."""
        if self.user is None or self.user == LOCAL_USER:
            return reviewer_name("", self.settings)
        return self.user.name

    def may(self, scope: Scope) -> bool:
        """Say whether the reader may do what needs a scope."""
        return self.user is not None and self.user.may(scope)

    @cached_property
    def now(self) -> datetime:
        """The time of the request."""
        return datetime.now(UTC)

    @cached_property
    def words(self) -> Words:
        """The words of the reader's language."""
        return words_for(self.request)

    @cached_property
    def as_of(self) -> datetime | None:
        """The instant asked for; None for now.

        Raises:
            UsageError: it can't be read.
        """
        text = self.query.get("as_of", "").strip()
        return parse_as_of(text) if text else None

    @property
    def as_of_text(self) -> str:
        """The instant asked for as the form's field has it: Hong Kong time without a zone."""
        return "" if self.as_of is None else f"{self.as_of.astimezone(HONG_KONG):%Y-%m-%d %H:%M}"

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Lend a reader of the database for a block."""
        with reading_of(self.request.app.state).store() as store:
            yield store

    def url(self, path: str, **query: Any) -> str:  # noqa: ANN401 - whatever can be written into an address
        """Return an address of ours that keeps the time and the language asked for.

        Args:
            path: with its variable parts already quoted (see `place`).
            query: what it asks for; None and "" are left out. A value for a kept key replaces it.
        """
        kept = {key: self.query[key] for key in _KEPT if self.query.get(key)}
        pairs = {key: value for key, value in {**kept, **query}.items() if value not in (None, "")}
        return path + (f"?{urlencode(pairs)}" if pairs else "")

    def here(self, **query: Any) -> str:  # noqa: ANN401 - as `url`
        """Return the present address with some of its query changed."""
        return self.url(quote(self.request.url.path), **{**self.query, **query})

    def choice(self, key: str, valid: Mapping[str, object] | tuple[str, ...], default: str) -> str:
        """Return a value of the address that must be one of some.

        Raises:
            UsageError: it is another.
        """
        value = self.query.get(key, "") or default
        if value and value not in valid:
            shown = ", ".join(one for one in valid if one)
            raise UsageError(self.words("bad_choice", value=value, name=key, valid=shown))
        return value

    def number(self, key: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        """Return a whole number of the address.

        Raises:
            UsageError: it is none, or out of bounds.
        """
        text = self.query.get(key, "")
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
            raise UsageError(self.words("bad_number", value=text, name=key))
        return int(text[:9])

    def day(self, key: str) -> date | None:
        """Return a day of the address.

        Raises:
            UsageError: it is none.
        """
        text = self.query.get(key, "").strip()
        return parse_day(text) if text else None

    def session(self, store: Store) -> date | None:
        """Return the session asked for, else the present one; None where nothing is tagged yet.

        Raises:
            UsageError: the day is outside the calendar.
        """
        calendar = calendar_from_settings(self.settings)
        asked = self.day("session")
        if asked is not None:
            return session_on_or_after(asked, calendar=calendar)
        return current_session(store, calendar=calendar, as_of=self.as_of, now=self.now)

    def span(self, store: Store) -> Span:
        """Return the span asked for; without one, half a year to the present session.

        Raises:
            UsageError: it ends before it starts, or is outside the calendar.
        """
        end = self.day("end") or self.session(store) or self.now.astimezone(HONG_KONG).date()
        start = self.day("start") or end - timedelta(days=_DEFAULT_DAYS)
        if end < start:
            raise UsageError(f"{end} lies before {start}")
        calendar = calendar_from_settings(self.settings)
        first, last = calendar.first.date(), calendar.last.date()
        if start > last or end < first:
            raise UsageError(f"the calendar runs from {first} to {last}")
        return Span(start=max(start, first), end=min(end, last))


def place(kind: str, key: str) -> str:
    """Return the path of a theme, an entity, a story or an article."""
    return f"/{kind}/{quote(key, safe='')}"

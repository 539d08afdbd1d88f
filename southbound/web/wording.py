"""Figures and times as the pages write them, in the language of the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nlp.entities.catalogue import Entity
from southbound.digest import wording as english
from southbound.digest.alert_text import condition_in, figures_in
from southbound.digest.phrase import phrases_of
from southbound.digest.wording import NOT_TOLD
from southbound.instant import HONG_KONG
from southbound.language.figure import han_quarter, han_short_day
from southbound.language.sentence import feed_reason, said
from southbound.web.words import Words

_DAYS_IN_YEAR = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Writes figures and times in one language."""

    words: Words

    @property
    def filters(self) -> Mapping[str, Callable[..., str]]:
        """The template filters by name."""
        return {
            "money": self.money,
            "percent": english.percent_text,
            "points": self.points,
            "number": english.number_text,
            "ratio": english.ratio_text,
            "day": self.day,
            "long_day": self.long_day,
            "instant": self.instant,
            "clock": self.clock,
            "span": self.span,
            "tone_word": self.tone_word,
            "tone_mark": english.tone_mark,
            "tone_class": tone_class,
            "change_class": change_class,
        }

    def said(self, sentence: str) -> str:
        """Write a sentence of another part of Southbound."""
        return said(sentence, self.words.language)

    def feed_reason(self, reason: str) -> str:
        """Write why a feed fails."""
        return feed_reason(reason, self.words.language)

    def money(self, million: float | None, *, signed: bool = True) -> str:
        """Write HKD million: "+HK$29.6 bn", "+296.3 億港元"."""
        if million is None:
            return NOT_TOLD
        if not self.words.is_chinese:
            return english.money_text(million, signed=signed)
        return phrases_of(self.words.language).money(million, signed=signed)

    def points(self, fraction: float | None) -> str:
        """Write a difference of shares in percentage points, without the unit: "+12.1"."""
        return NOT_TOLD if fraction is None else english.points_text(fraction).removesuffix(" pts")

    def day(self, day: date) -> str:
        """Write a day: "Mon 10 Feb", "2月10日（一）"."""
        if not self.words.is_chinese:
            return english.day_text(day)
        return han_short_day(day)

    def window(self, window: str) -> str:
        """Write a window such as "12h" or "3d": as it is, or "12小時", "3日"."""
        if not self.words.is_chinese:
            return window
        hours = "小时" if self.words.language == "zh-Hans" else "小時"
        return window.replace("h", hours).replace("d", "日")

    def quarter(self, quarter: str) -> str:
        """Write a quarter such as "2024-Q4": as it is, or "2024年第四季"."""
        return han_quarter(quarter) if self.words.is_chinese else quarter

    def alert_figures(self, figures: str, themes: Mapping[str, str]) -> str:
        """Write the figures of an alert."""
        return figures_in(figures, phrases_of(self.words.language), themes)

    def alert_condition(self, condition: str, themes: Mapping[str, str]) -> str:
        """Write the condition of an alert."""
        return condition_in(condition, phrases_of(self.words.language), themes)

    def tick(self, day: date, sessions: Sequence[date], *, is_short: bool = False) -> str:
        """Write a day under an axis: its year where it is another than the first one's.

        An axis of more than a year has months and years alone; on a short one there is no room for years.
        """
        if (sessions[-1] - sessions[0]).days <= _DAYS_IN_YEAR:
            is_later = day.year != sessions[0].year and not is_short
            if self.words.is_chinese:
                return (f"{day.year}年" if is_later else "") + f"{day.month}月{day.day}日"
            return f"{day.day} {day:%b}" + (f" {day.year}" if is_later else "")
        return f"{day.year}年{day.month}月" if self.words.is_chinese else f"{day:%b %Y}"

    def long_day(self, day: date) -> str:
        """Write a day with its year."""
        if not self.words.is_chinese:
            return english.long_day_text(day)
        return f"{day.year}年{self.day(day)}"

    def plain_day(self, day: date) -> str:
        """Write a day of the past with its year and without its weekday: "26 Nov 2019"."""
        if self.words.is_chinese:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {day:%b %Y}"

    def instant(self, instant: datetime | None) -> str:
        """Write an instant in Hong Kong time, with its year: "10 Feb 2025 08:42"."""
        if instant is None:
            return NOT_TOLD
        local = instant.astimezone(HONG_KONG)
        if self.words.is_chinese:
            return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
        return f"{local.day} {local:%b %Y %H:%M}"

    def clock(self, instant: datetime, session: date | None = None) -> str:
        """Write an instant in Hong Kong time: "08:42" on the session's own day, else "10 Feb 08:42"."""
        local = instant.astimezone(HONG_KONG)
        if local.date() == session:
            return f"{local:%H:%M}"
        day = f"{local.month}月{local.day}日" if self.words.is_chinese else f"{local.day} {local:%b}"
        return f"{day} {local:%H:%M}"

    def span(self, span: timedelta) -> str:
        """Write a span of time in its largest fitting unit."""
        minutes = span / timedelta(minutes=1)
        for key, size in (("days", 24 * 60 * 2), ("hours", 120)):
            if minutes >= size:
                unit = {"days": 24 * 60, "hours": 60}[key]
                return self.words(key, n=f"{minutes / unit:,.0f}")
        return self.words("minutes", n=f"{minutes:,.0f}")

    def validity(self, entity: Entity, asset_id: str) -> str:
        """Write on which days an entity is listed; nothing where that has no bound."""
        listing = next(one for one in entity.listings if one.asset_id == asset_id)
        bounds = [("listed_from", listing.valid_from), ("listed_to", listing.valid_to)]
        return "".join(self.words(key, day=self.plain_day(day)) for key, day in bounds if day)

    def tone_word(self, tone: float | None) -> str:
        """Say a tone in a word."""
        word = english.tone_word(tone)
        return word if word == NOT_TOLD else self.words(word)


def tone_class(tone: float | None) -> str:
    """Return the class of a tone: "up", "down" or "muted"."""
    return {"positive": "up", "negative": "down"}.get(english.tone_word(tone), "muted")


def change_class(value: float | None) -> str:
    """Return the class of a signed figure."""
    return "muted" if not value else "up" if value > 0 else "down"

"""What every form of a digest writes, in the language of its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

from southbound.digest import wording as english
from southbound.digest.wording import NOT_TOLD
from southbound.instant import HONG_KONG
from southbound.language.figure import han_figures, han_long_day, han_money, han_quarter, han_short_day
from southbound.language.words import Language, Words, simplified, words_of

#: Between a figure and its word, where no line may end.
_GLUE: Final = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Writes words, figures and times in one language."""

    words: Words

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of the digest's with its gaps filled; see `words/digest.*.yaml`."""
        return self.words(f"digest_{key}", **values)

    @property
    def language(self) -> Language:
        """The language."""
        return self.words.language

    def count(self, key: str, n: int) -> str:
        """Write "1 report", "3 reports"."""
        return self.words.count(key, n)

    def money(self, million: float, *, signed: bool = False) -> str:
        """Write HKD million: "+HK$29.6 bn", "+296.3 億港元"."""
        if not self.words.is_chinese:
            return english.money_text(million, signed=signed)
        return self.own(han_money(million, signed=signed))

    def points(self, fraction: float | None) -> str:
        """Write a difference of shares: "+12.1 pts", "+12.1 個百分點"."""
        text = english.points_text(fraction)
        return self.own(han_figures(text)) if self.words.is_chinese else text

    def ratio(self, ratio: float | None) -> str:
        """Write a ratio: "2.1×", "2.1 倍"."""
        text = english.ratio_text(ratio)
        return self.own(han_figures(text)) if self.words.is_chinese else text

    def day(self, day: date) -> str:
        """Write a day: "Mon 10 Feb", "2月10日（一）"."""
        return han_short_day(day) if self.words.is_chinese else english.day_text(day)

    def long_day(self, day: date) -> str:
        """Write a day with its year: "Monday 10 February 2025", "2025年2月10日（星期一）"."""
        return han_long_day(day) if self.words.is_chinese else english.long_day_text(day)

    def tick(self, day: date) -> str:
        """Write a day under an axis: "10 Feb", "2月10日"."""
        return f"{day.month}月{day.day}日" if self.words.is_chinese else f"{day.day} {day:%b}"

    def weekday(self, day: date) -> str:
        """Write a day's name: "Mon", "周一"."""
        if not self.words.is_chinese:
            return f"{day:%a}"
        return self.own("周" + han_short_day(day)[-2])

    def instant(self, instant: datetime) -> str:
        """Write an instant in Hong Kong time: "Mon 10 Feb 08:42", "2月10日（一）08:42"."""
        if not self.words.is_chinese:
            return english.instant_text(instant)
        local = instant.astimezone(HONG_KONG)
        return f"{han_short_day(local.date())}{local:%H:%M}"

    def time(self, instant: datetime, *, session: date) -> str:
        """Write an instant in Hong Kong time: "08:42" on the session's own day, else with the day."""
        local = instant.astimezone(HONG_KONG)
        return f"{local:%H:%M}" if local.date() == session else self.instant(instant)

    def quarter(self, quarter: str) -> str:
        """Write a quarter: "2025-Q1", "2025年第一季"."""
        return han_quarter(quarter) if self.words.is_chinese else quarter

    def week(self, label: str, first: date, last: date) -> str:
        """Name a week by its days: "Week 7 of 2025: 10 to 14 February", "2025年第 7 周（2月10日至14日）"."""
        year, _, week = label.partition("-W")
        key = "week_day" if first == last else "week"
        begin, end = _days_of(first, last, is_chinese=self.words.is_chinese)
        return self(key, week=int(week), year=year, first=begin, last=end)

    def rank(self, rank: int) -> str:
        """Write a place: "1st", "第 1 位"."""
        return self.own(f"第{_GLUE}{rank}{_GLUE}位") if self.words.is_chinese else rank_text(rank)

    def listed(self, names: Sequence[str], *, limit: int) -> str:
        """Join names, with "+2" for those beyond the limit."""
        more = f" +{len(names) - limit}" if len(names) > limit else ""
        return self.words("listed").join(names[:limit]) + more

    def all_of(self, names: Sequence[str]) -> str:
        """Join names."""
        return self.words("listed").join(names)

    def tone_word(self, tone: float | None) -> str:
        """Say a tone in a word."""
        word = english.tone_word(tone)
        return word if word == NOT_TOLD else self.words(word)

    def standing(self, n_earlier: int | None, began_at: datetime) -> str:
        """Say "new", or since when a story goes on; "" where it isn't known."""
        if n_earlier is None:
            return ""
        if not n_earlier:
            return self("new")
        return self(
            "continuing", reports=self.count("digest_earlier", n_earlier), instant=self.instant(began_at)
        )

    def own(self, text: str) -> str:
        """Write Chinese of ours in the reader's script."""
        return simplified(text) if self.language == "zh-Hans" else text


@cache
def phrases_of(language: Language) -> Phrases:
    """Return what writes in a language."""
    return Phrases(words=words_of(language))


def rank_text(rank: int) -> str:
    """Write 1 as "1st", 12 as "12th"."""
    ending = "th" if rank % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def _days_of(first: date, last: date, *, is_chinese: bool) -> tuple[str, str]:
    """Write the first and the last day of a week, the month once where it is the same."""
    is_one_month = first.month == last.month
    if is_chinese:
        return f"{first.month}月{first.day}日", f"{'' if is_one_month else f'{last.month}月'}{last.day}日"
    begin = f"{first.day}" if is_one_month and first != last else f"{first.day} {first:%B}"
    return begin, f"{last.day} {last:%B}"

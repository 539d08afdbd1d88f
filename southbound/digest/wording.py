"""Text and figures as a reader gets them: cleaned, rounded, with sign and unit."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape
from urllib.parse import quote, urlsplit

from southbound.instant import HONG_KONG

NOT_TOLD = "–"
_MINUS = "\u2212"
_SPACES = re.compile(r"\s+")
#: Controls, among them those that turn the direction of text, can make a line read as another one.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MARKS = re.compile(
    r"!\[[^\]]*\]\([^)\s]*\)|\[(?P<words>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:https?|/)[^)\s]*\)|\*\*"
)
_TONE_WORDS = {-1: "negative", 0: "neutral", 1: "positive"}
#: A mean tone nearer to zero than this is called neutral.
_NEUTRAL_BAND = 0.1
_MILLIONS_IN_BILLION = 1000


def clean_text(text: str) -> str:
    """Make a text plain: without HTML's references, Markdown's marks, control and direction characters.

    Every run of white space becomes one space.
    """
    return _SPACES.sub(" ", _MARKS.sub(_words_of, _CONTROLS.sub("", unescape(text))))


def _words_of(mark: re.Match[str]) -> str:
    """Keep the words of a Markdown link, drop a picture and bold marks."""
    return mark["words"] or ""


def clean_line(text: str) -> str:
    """Clean a text that stands on its own."""
    return clean_text(text).strip()


def web_url(url: str | None) -> str | None:
    """Return an address fit for a link: http or https with a host, percent-encoded; else None."""
    if not url:
        return None
    try:
        parts = urlsplit(clean_line(url))
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    return quote(parts.geturl(), safe="%/:=&?~#+!$,;@[]*-._")


def money_text(million: float, *, signed: bool = False) -> str:
    """Write HKD million as "HK$29.6 bn" or "HK$638 mn", with its sign in front."""
    sign = _sign(million, signed=signed)
    amount = abs(million)
    if round(amount) >= _MILLIONS_IN_BILLION:
        return f"{sign}HK${amount / _MILLIONS_IN_BILLION:,.1f} bn"
    return f"{sign}HK${amount:,.0f} mn"


def percent_text(fraction: float | None, *, signed: bool = False) -> str:
    """Write 0.242 as "24.2%"."""
    if fraction is None:
        return NOT_TOLD
    return f"{_sign(round(fraction, 3), signed=signed)}{abs(fraction):.1%}"


def points_text(fraction: float | None) -> str:
    """Write a difference of shares in percentage points: 0.121 as "+12.1 pts"."""
    if fraction is None:
        return NOT_TOLD
    return f"{_sign(round(fraction, 3), signed=True)}{abs(fraction) * 100:.1f} pts"


def ratio_text(ratio: float | None) -> str:
    """Write a ratio as "2.1×"."""
    return NOT_TOLD if ratio is None else f"{ratio:.1f}×"


def number_text(value: float | None, *, digits: int = 0, signed: bool = False) -> str:
    """Write a number with thousands separators."""
    if value is None:
        return NOT_TOLD
    return f"{_sign(round(value, digits), signed=signed)}{abs(value):,.{digits}f}"


def tone_word(tone: float | None) -> str:
    """Say a tone in a word: "positive", "neutral", "negative"."""
    if tone is None:
        return NOT_TOLD
    return _TONE_WORDS[0 if abs(tone) < _NEUTRAL_BAND else 1 if tone > 0 else -1]


def tone_mark(tone: float | None) -> str:
    """Return the sign that stands with a tone word, so that no colour is needed: "▲", "▼", "■"."""
    return {"positive": "▲", "negative": "▼", "neutral": "■"}.get(tone_word(tone), "")


def day_text(day: date) -> str:
    """Write a day as "Mon 10 Feb"."""
    return f"{day:%a} {day.day} {day:%b}"


def long_day_text(day: date) -> str:
    """Write a day as "Tuesday 11 February 2025"."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def instant_text(instant: datetime) -> str:
    """Write an instant in Hong Kong time as "Mon 10 Feb 08:42"."""
    local = instant.astimezone(HONG_KONG)
    return f"{day_text(local.date())} {local:%H:%M}"


def time_text(instant: datetime, *, session: date) -> str:
    """Write an instant in Hong Kong time: "08:42" on the session's own day, else with the day."""
    local = instant.astimezone(HONG_KONG)
    return f"{local:%H:%M}" if local.date() == session else instant_text(instant)


def span_text(first: datetime, last: datetime) -> str:
    """Write two instants in Hong Kong time: "Mon 10 Feb 08:42 to 17:05"; one of them where they are equal."""
    if first == last:
        return instant_text(first)
    return f"{instant_text(first)} to {time_text(last, session=first.astimezone(HONG_KONG).date())}"


def count_text(count: int, one: str, many: str | None = None) -> str:
    """Write "1 report", "3 reports"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def standing_text(n_earlier: int | None, began_at: datetime) -> str:
    """Say "new", or "continuing: 3 earlier reports since Fri 7 Feb 14:20"; "" where it isn't known."""
    if n_earlier is None:
        return ""
    if not n_earlier:
        return "new"
    return f"continuing: {count_text(n_earlier, 'earlier report')} since {instant_text(began_at)}"


def listed_text(names: tuple[str, ...], *, limit: int) -> str:
    """Join names, with "+2" for those beyond the limit."""
    more = f" +{len(names) - limit}" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _sign(value: float, *, signed: bool) -> str:
    if value < 0:
        return _MINUS
    return "+" if signed and value > 0 else ""

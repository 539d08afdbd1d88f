"""The trading day of a market at an instant: of which session a report can tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

HOME: Final = ZoneInfo("Asia/Hong_Kong")
NEW_YORK: Final = ZoneInfo("America/New_York")
_EUROPE: Final = ZoneInfo("Europe/Paris")
_INDIA: Final = ZoneInfo("Asia/Kolkata")

#: Markets far enough from Hong Kong for their day to be another, by the currency of their shares.
_BY_CURRENCY: Final[Mapping[str, ZoneInfo]] = {
    "USD": NEW_YORK, "CAD": NEW_YORK, "EUR": _EUROPE, "GBP": _EUROPE, "CHF": _EUROPE, "INR": _INDIA,
}  # fmt: skip
_INDICES: Final[Mapping[ZoneInfo, str]] = {
    NEW_YORK: """
        djia sp500 nasdaq_composite nasdaq100 russell2000 sox golden_dragon tsx_composite bovespa
        nyse_composite russell_1000 russell_3000 s_and_p_400 s_and_p_600 s_and_p_100 s_and_p_500_energy_index
        s_and_p_500_financials_index s_and_p_500_information_technology_index s_and_p_500_e_mini_futures
        dow_jones_transportation_average nyse_fang_index nasdaq_biotechnology_index kbw_bank_index
        bloomberg_magnificent_7_index s_and_p_bmv_ipc s_and_p_merval s_and_p_ipsa
    """,
    _EUROPE: """
        ftse100 ftse250 dax cac40 stoxx600 stoxx50 ftse_mib ibex35 smi omxs30 bist100 moex_index ftse_350 mdax
        tecdax sdax aex bel_20 psi_20 atx wig20 stoxx_europe_50 ftse_all_share_index ftseurofirst_300
    """,
    _INDIA: "sensex nifty50 bank_nifty nifty_it nifty_midcap_100 bse_midcap",
}
_BY_INDEX: Final = {name: zone for zone, names in _INDICES.items() for name in names.split()}
#: From this hour on a report may be on the day's own trading, before the opening too.
_FIRST_HOUR: Final = {NEW_YORK: time(4), _EUROPE: time(7), _INDIA: time(7), HOME: time(7)}
_SATURDAY: Final = 5


def opens_early(subject: str, currency: str) -> bool:
    """Say whether a market in the East opens before those of Hong Kong and the mainland."""
    return subject in _EARLY or currency in {"JPY", "KRW", "AUD", "NZD"}


_EARLY: Final = frozenset({"nikkei225", "topix", "kospi", "kosdaq", "asx200", "nzx50"})


def zone_of(subject: str, currency: str) -> ZoneInfo | None:
    """Return where an index or the shares of a company trade; None where that isn't known to be elsewhere."""
    return _BY_INDEX.get(subject) or _BY_CURRENCY.get(currency)


@lru_cache(maxsize=64)
def latest_session(zone: ZoneInfo, published_at: datetime) -> date:
    """Return the last day of trading that had come, at an instant, where a market is."""
    local = published_at.astimezone(zone)
    is_early = local.time() < _FIRST_HOUR[zone]
    return on_weekday(local.date() - timedelta(days=is_early))


def on_weekday(day: date) -> date:
    """Return a day, or the Friday before it where it is of a weekend."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))

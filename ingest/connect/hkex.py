"""HKEX's daily Stock Connect statistics (``data_tab_daily_<YYYYMMDD>e.js``).

A script that assigns a list of four objects, one for each leg of each channel. Each has a table of totals
with one row for each label, and a table of the ten shares traded most. Labels come and go with the years
(trade counts, quotas), so everything is found by label, nothing by position. The Chinese file (``...c.js``)
has the same labels and differs in the shares' names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ingest.asset import asset_id_from_text
from ingest.connect.total import check_leg, net_of, sum_of
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import number_from_text, session_from_text
from ingest.flow import Channel, Flow, FlowLeg, LegName, ShareFlow
from ingest.rejection import Rejection
from ingest.text import clean_line

_TAB_DATA = re.compile(r"\s*(?:var\s+)?tabData\s*=\s*")
_TAB_DATA_HEAD = re.compile(rb"\s*(?:var\s+)?tabData\b")
#: By their ids in the file, which stay when a name is translated.
_MARKETS = ("SSE Northbound", "SSE Southbound", "SZSE Northbound", "SZSE Southbound")
_TOTALS, _TOP_TEN = 1, 2
_SHENZHEN_FROM = date(2016, 12, 5)
_TOLERANCE = 0.01  # millions: three amounts rounded to 0.01
_AMOUNTS = {"buy": "Buy Turnover", "sell": "Sell Turnover", "turnover": "Total Turnover"}
_UNDISCLOSED = frozenset({"999,999,999", "999999999", "available"})
_LEGS: Mapping[str, LegName] = {"SSE": "shanghai", "SZSE": "shenzhen"}
_CURRENCIES: Mapping[Channel, str] = {"southbound": "HKD", "northbound": "CNY"}
_EXCHANGES: Mapping[tuple[Channel, LegName], str] = {
    ("southbound", "shanghai"): "XHKG",
    ("southbound", "shenzhen"): "XHKG",
    ("northbound", "shanghai"): "XSHG",
    ("northbound", "shenzhen"): "XSHE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Market:
    """One of the four objects of the file, and what to call it."""

    name: str
    where: str
    values: Mapping[str, Any]

    @property
    def leg(self) -> LegName:
        return _LEGS[self.name.split()[0]]

    @property
    def trades(self) -> bool:
        return self.values.get("tradingDay") in {1, "1", "true"}  # true equals 1


def is_daily_file(head: bytes) -> bool:
    """Say whether a file that starts so is HKEX's daily script."""
    return _TAB_DATA_HEAD.match(head) is not None


def parse_daily_file(text: str, *, name: str, source: str) -> Iterator[Flow | Rejection]:
    """Read HKEX's daily script.

    Args:
        text: The script, without a byte order mark.
        name: What to call the file in messages.
        source: Where the flows come from, for their ``source``.

    Yields:
        The southbound flow, and the northbound one where the file has it; a rejection in the place of one
        whose amounts contradict each other.

    Raises:
        UnreadableInputError: The script has another form; the message names what is missing.
    """
    markets = _markets_from_text(text, name)
    _require_southbound(markets, name)
    for channel in _CURRENCIES:
        legs = [market for market in markets.values() if market.name.lower().endswith(channel)]
        if not legs:
            continue
        try:
            yield _flow_from_markets(channel, legs, markets, source)
        except RejectedRecordError as error:
            yield Rejection(where=source.partition(":")[2], reason=str(error))
        except UnreadableInputError as error:
            if channel == "southbound":
                raise
            yield Rejection(where=source.partition(":")[2], reason=str(error))


def _require_southbound(markets: Mapping[str, _Market], name: str) -> None:
    needed = ["SSE Southbound"]
    if "SSE Southbound" in markets and _session_from_market(markets["SSE Southbound"]) >= _SHENZHEN_FROM:
        needed.append("SZSE Southbound")
    for market in needed:
        if market not in markets:
            found = ", ".join(markets) or "none"
            raise UnreadableInputError(f"{name} has no market {market!r}; it has: {found}")


def _flow_from_markets(
    channel: Channel, legs: Sequence[_Market], markets: Mapping[str, _Market], source: str
) -> Flow:
    session, currency = _session_from_market(legs[0]), _CURRENCIES[channel]
    told = [_leg_from_market(market, currency) for market in legs]
    if _is_closed(channel, told, legs, markets):
        return Flow(session=session, state="closed", channel=channel, currency=currency, source=source)
    flow = _sum_legs(session, told, channel=channel, source=source)
    if (flow.net if channel == "southbound" else flow.turnover) is None:
        return Flow(session=session, state="missing", channel=channel, currency=currency, source=source)
    shares = [share for market in legs for share in _shares_from_market(market, channel)]
    return replace(flow, shares=tuple(shares))


def _is_closed(
    channel: Channel, told: Sequence[FlowLeg], legs: Sequence[_Market], markets: Mapping[str, _Market]
) -> bool:
    """Say whether the channel did not trade.

    When only the mainland is shut, southbound is still called a trading day, with 0.00 throughout.
    """
    if not any(market.trades for market in legs):
        return True
    nothing = all(leg.turnover == 0 for leg in told)
    northbound = [market.trades for name, market in markets.items() if name.endswith("Northbound")]
    return channel == "southbound" and nothing and not any(northbound)


def _sum_legs(session: date, legs: Sequence[FlowLeg], *, channel: Channel, source: str) -> Flow:
    """Add up the legs; a total is told only where each of them tells its part."""
    nets = {leg.leg: net_of(leg) for leg in legs}
    return Flow(
        session=session,
        net=sum_of(nets.values()),
        buy=sum_of(leg.buy for leg in legs),
        sell=sum_of(leg.sell for leg in legs),
        turnover=sum_of(leg.turnover for leg in legs),
        sh_net=nets.get("shanghai"),
        sz_net=nets.get("shenzhen"),
        state="open",
        channel=channel,
        currency=_CURRENCIES[channel],
        source=source,
        legs=tuple(legs),
    )


def _markets_from_text(text: str, name: str) -> dict[str, _Market]:
    assignment = _TAB_DATA.match(text)
    if assignment is None:
        raise UnreadableInputError(
            f"{name} does not start with 'tabData =' (on days without trading HKEX answers with a page)"
        )
    try:
        found, _ = json.JSONDecoder().raw_decode(text, assignment.end())
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError(f"{name} is cut off or damaged: {error}") from None
    if not isinstance(found, list):
        raise UnreadableInputError(f"{name} has no list of markets behind 'tabData ='")
    named = {_market_name(values): values for values in found if isinstance(values, dict)}
    return {
        market: _Market(name=market, where=f"{name}, {market}", values=values)
        for market, values in named.items()
        if market in _MARKETS
    }


def _market_name(values: Mapping[str, Any]) -> str:
    """Return a market's name in English, by its id where the file has another."""
    name, number = " ".join(str(values.get("market")).split()), values.get("id")
    if name not in _MARKETS and isinstance(number, int) and number in range(len(_MARKETS)):
        return _MARKETS[number]
    return name


def _session_from_market(market: _Market) -> date:
    try:
        return session_from_text(str(market.values.get("date", "")))
    except RejectedRecordError as error:
        raise UnreadableInputError(f"{market.where}: {error}") from None


def _leg_from_market(market: _Market, currency: str) -> FlowLeg:
    texts = _totals_by_label(market)
    needed = ("buy", "sell") if currency == "HKD" or _AMOUNTS["buy"] in texts else ("turnover",)
    for label in (_AMOUNTS[field] for field in needed):
        if label not in texts:
            raise UnreadableInputError(f"{market.where}: no label {label!r}; it has: {', '.join(texts)}")
    buy, sell, turnover = (_number(texts, label, market) for label in _AMOUNTS.values())
    leg = FlowLeg(
        leg=market.leg,
        buy=buy,
        sell=sell,
        turnover=turnover if _AMOUNTS["turnover"] in texts else sum_of([buy, sell]),  # old files lack it
        n_trades=_count(texts, "Total Trade Count", market),
        n_buys=_count(texts, "Buy Trade Count", market),
        n_sells=_count(texts, "Sell Trade Count", market),
        etf_turnover=_number(texts, "ETF Turnover", market),
        currency=currency,
    )
    check_leg(leg, label=market.name, tolerance=_TOLERANCE)
    return leg


def _number(texts: Mapping[str, str], label: str, market: _Market) -> float | None:
    text = texts.get(label, "")
    if text.strip().lower() in _UNDISCLOSED:
        return None
    return number_from_text(text, column=f"{market.name}, {label}")


def _count(texts: Mapping[str, str], label: str, market: _Market) -> int | None:
    count = _number(texts, label, market)
    return None if count is None else round(count)


def _totals_by_label(market: _Market) -> dict[str, str]:
    """Join the labels of the table of totals with its values, one row a label."""
    try:
        table = _table(market, _TOTALS)
        labels, values = table["schema"][0], [row["td"][0][0] for row in table["tr"]]
        return {_plain(label): str(value) for label, value in zip(labels, values, strict=True)}
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UnreadableInputError(
            f"{market.where}: the table of totals ('schema' and 'tr') has another form"
        ) from None


def _shares_from_market(market: _Market, channel: Channel) -> list[ShareFlow]:
    """Read the table of the shares traded most; a file without one has none."""
    try:
        table = _table(market, _TOP_TEN)
    except (LookupError, TypeError, AttributeError):
        return []
    try:
        labels = [_plain(label) for label in table["schema"][0]]
        rows = [dict(zip(labels, row["td"][0], strict=True)) for row in table["tr"]]
        return [_share_from_row(row, market, channel) for row in rows if str(row["Stock Code"]).strip("- ")]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        detail = f"no label {error}" if isinstance(error, KeyError) else "another form"
        raise UnreadableInputError(f"{market.where}: the table of the top ten has {detail}") from None


def _share_from_row(row: Mapping[str, object], market: _Market, channel: Channel) -> ShareFlow:
    exchange = _EXCHANGES[channel, market.leg]
    texts = {label: str(value) for label, value in row.items()}
    return ShareFlow(
        leg=market.leg,
        rank=int(texts["Rank"]),
        asset_id=asset_id_from_text(f"{exchange}:{texts['Stock Code'].strip()}"),
        name=clean_line(texts["Stock Name"]),
        **{field: _number(texts, label, market) for field, label in _AMOUNTS.items()},
        currency=_CURRENCIES[channel],
    )


def _table(market: _Market, style: int) -> Any:  # noqa: ANN401  # foreign data: what is not as expected is told by the caller
    for part in market.values["content"]:
        if part.get("style") == style:
            return part["table"]
    raise LookupError(style)


def _plain(label: object) -> str:
    return " ".join(str(label).split())

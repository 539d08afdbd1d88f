"""Yahoo's chart JSON (``/v8/finance/chart/0700.HK``): daily candles, dividends, splits.

Candles carry the instant of the session's opening; the day is that of the exchange's zone. Yahoo restates
prices and volumes by every later split; the splits that the chart tells are undone, so that a session has the
price at which it was traded, and still has it when it is asked for again after a split. Prices are not
dividend-adjusted; ``adjclose``, which each dividend rewrites, is left aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isfinite, prod
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from ingest.asset import asset_id_from_text, market_of
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import number_from_json
from ingest.prices.record import CorporateAction, Found, Price, check_price, positive
from ingest.rejection import Rejection
from ingest.zone import zone_from_name

_EXCHANGES = {
    "HKG": "XHKG",
    "SHH": "XSHG",
    "SHZ": "XSHE",
    "NYQ": "XNYS",
    "NMS": "XNAS",
    "NGM": "XNAS",
    "NCM": "XNAS",
}
#: Yahoo sends floats of 32 bits written with 64; they carry this many digits.
_DIGITS = 7
#: After the regular end: the closing auction, and Yahoo's delay.
_GRACE = timedelta(minutes=30)
_DAILY = "1d"
_COLUMNS = ("open", "high", "low", "close", "volume")

_Candle: TypeAlias = Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """One instrument's chart.

    Attributes:
        asset_id: Whose.
        zone: The exchange's.
        currency: ISO 4217 code.
        running: Session that was not over when the chart was made, if there was one.
        today: The present day in ``zone``.
        name: What to call the file.
    """

    asset_id: str
    zone: ZoneInfo
    currency: str
    running: date | None
    today: date
    name: str


def parse_chart(
    text: str, *, name: str, asset_id: str | None, hint: str | None, now: datetime
) -> Iterator[Found]:
    """Read a chart.

    Args:
        text: The JSON.
        name: What to call the file in messages.
        asset_id: Whose prices are expected; told by the chart where missing.
        hint: Whose they are where the chart's symbol is not known.
        now: The present; the candle of a session that is not over is dropped.

    Raises:
        UnreadableInputError: The file says why it has no prices, has another form, or is another asset's.
    """
    result = _result_from_text(text, name)
    chart = _chart_from_meta(_mapping(result, "meta", name), name, asset_id or hint, now)
    if asset_id is not None and asset_id != chart.asset_id:
        raise UnreadableInputError(f"{name} holds the prices of {chart.asset_id}, not of {asset_id}")
    if "timestamp" not in result:  # how an empty span is written
        return
    actions = list(_actions(result.get("events"), chart))
    splits = [one for _, one in actions if isinstance(one, CorporateAction) and one.kind == "split"]
    for session, restated in _candles(result, chart.zone, name):
        if chart.running is None or session < chart.running:
            where = f"{name}, {session}"
            values = _as_traded(restated, prod(split.value for split in splits if split.session > session))
            try:
                price = _price_from_candle(session, values, chart)
            except RejectedRecordError as error:
                yield where, Rejection(where=where, reason=str(error))
                continue
            if price is not None:
                yield where, price
    yield from actions


def _result_from_text(text: str, name: str) -> Mapping[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError(f"{name} is cut off or damaged JSON: {error}") from None
    body = answer.get("chart", answer.get("finance")) if isinstance(answer, dict) else None
    if not isinstance(body, dict):
        raise UnreadableInputError(f"{name} is no chart of Yahoo's: it has no 'chart'")
    if body.get("error"):
        raise UnreadableInputError(f"{name} holds Yahoo's error {_describe_error(body['error'])}")
    results = body.get("result")
    if not isinstance(results, list) or not results or not isinstance(results[0], dict):
        raise UnreadableInputError(f"{name} has no 'result' in its 'chart'")
    return results[0]


def _describe_error(error: object) -> str:
    if not isinstance(error, dict):
        return repr(error)
    advice = {"Not Found": "check the symbol", "Too Many Requests": "try later, or use another source"}
    code = str(error.get("code"))
    return f"{code!r} ({error.get('description')}); {advice.get(code, 'ask for another span')}"


def _mapping(value: Mapping[str, Any], key: str, name: str) -> Mapping[str, Any]:
    found = value.get(key)
    if not isinstance(found, dict):
        raise UnreadableInputError(f"{name} has no {key!r} where a chart of Yahoo's has one")
    return found


def _chart_from_meta(meta: Mapping[str, Any], name: str, fallback: str | None, now: datetime) -> _Chart:
    interval = meta.get("dataGranularity", _DAILY)
    if interval != _DAILY:
        raise UnreadableInputError(f"{name} has candles of {interval}; ask for interval=1d")
    owner = _asset_from_meta(meta) or fallback
    if owner is None:
        raise UnreadableInputError(f"{name}: symbol {meta.get('symbol')!r} is not known; give --asset")
    zone = _zone_from_name(str(meta.get("exchangeTimezoneName") or market_of(owner).timezone), name)
    currency = meta.get("currency")
    return _Chart(
        asset_id=owner,
        zone=zone,
        currency=currency if isinstance(currency, str) else market_of(owner).currency,
        running=_running_session(meta, zone, now),
        today=now.astimezone(zone).date(),
        name=name,
    )


def _zone_from_name(zone: str, name: str) -> ZoneInfo:
    try:
        return zone_from_name(zone)
    except UnreadableInputError as error:
        raise UnreadableInputError(f"{name}, 'exchangeTimezoneName': {error}") from None


def _asset_from_meta(meta: Mapping[str, Any]) -> str | None:
    symbol = str(meta.get("symbol", ""))
    market = _EXCHANGES.get(str(meta.get("exchangeName")), "")
    for candidate in (symbol, f"{market}:{symbol}"):
        try:
            return asset_id_from_text(candidate)
        except UnreadableInputError:
            continue
    return None


def _running_session(meta: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> date | None:
    """Name the session that was not over, by the last trade in the chart and by the clock.

    The clock alone would take a chart that was saved at noon for a whole one in the evening.
    """
    end = _instant(_path(meta, "currentTradingPeriod", "regular", "end"))
    traded_at = _instant(meta.get("regularMarketTime"))
    if end is None:
        return now.astimezone(zone).date()
    if now < end + _GRACE or (traded_at is not None and traded_at < end):
        return end.astimezone(zone).date()
    return None


def _path(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _instant(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _candles(result: Mapping[str, Any], zone: ZoneInfo, name: str) -> list[tuple[date, _Candle]]:
    """Join the columns by session; of two candles of one day the last, which is the later one, stands."""
    stamps = result["timestamp"]
    quotes = _mapping(result, "indicators", name).get("quote")
    quote = quotes[0] if isinstance(quotes, list) and quotes else None
    if not isinstance(stamps, list) or not isinstance(quote, dict):
        raise UnreadableInputError(f"{name} has no list 'timestamp' with an 'indicators.quote' beside it")
    columns = {key: _column(quote, key, len(stamps), name) for key in _COLUMNS}
    candles: dict[date, _Candle] = {}
    for index, stamp in enumerate(stamps):
        instant = _instant(stamp)
        if instant is None:
            raise UnreadableInputError(f"{name}: 'timestamp' holds {stamp!r}, where seconds are needed")
        session = instant.astimezone(zone).date()
        candles[session] = {key: column[index] for key, column in columns.items()}
    return sorted(candles.items())


def _column(quote: Mapping[str, Any], key: str, length: int, name: str) -> Sequence[float | None]:
    values = quote.get(key)
    if not isinstance(values, list) or len(values) != length:
        raise UnreadableInputError(f"{name}: 'indicators.quote' has no {key!r} for each 'timestamp'")
    return [number_from_json(value) if key == "volume" else _number(value) for value in values]


def _number(value: object) -> float | None:
    number = number_from_json(value)
    return None if number is None else _rounded(number)


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")


def _as_traded(candle: _Candle, ratio: float) -> _Candle:
    """Undo what later splits did to a candle; `ratio` is the number of shares that one share became."""
    if ratio == 1:
        return candle
    return {
        key: None if value is None else value / ratio if key == "volume" else _rounded(value * ratio)
        for key, value in candle.items()
    }


def _price_from_candle(session: date, values: _Candle, chart: _Chart) -> Price | None:
    close = values["close"]
    if close is None:
        return None
    price = Price(
        asset_id=chart.asset_id,
        session=session,
        open=positive(values["open"]),
        high=positive(values["high"]),
        low=positive(values["low"]),
        close=close,
        volume=values["volume"],
        adjusted=False,
        currency=chart.currency,
        source=f"yahoo:{chart.name}",
    )
    return check_price(price, today=chart.today)


def _actions(events: object, chart: _Chart) -> Iterator[Found]:
    for key in ("dividends", "splits"):
        found = _path(events, key)
        for event in found.values() if isinstance(found, dict) else ():
            where = f"{chart.name}, {key}"
            instant = _instant(_path(event, "date"))
            value = _value_of_event(event, key)
            if instant is None or value is None:
                yield where, Rejection(where=where, reason=f"{event!r} has no date or no amount")
                continue
            yield (
                where,
                CorporateAction(
                    asset_id=chart.asset_id,
                    session=instant.astimezone(chart.zone).date(),
                    kind="dividend" if key == "dividends" else "split",
                    value=value,
                    currency=chart.currency,
                    source=f"yahoo:{chart.name}",
                ),
            )


def _value_of_event(event: object, key: str) -> float | None:
    if key == "dividends":
        return positive(_number(_path(event, "amount")))
    shares, before = _number(_path(event, "numerator")), _number(_path(event, "denominator"))
    ratio = shares / before if shares and before else 0.0
    return positive(ratio) if isfinite(ratio) else None

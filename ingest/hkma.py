"""What the Hong Kong Monetary Authority publishes: daily figures as observations, press releases as articles.

The figures come as the JSON of its API (``header`` and ``result.records``) or as CSV with the same labels.
CSV with ``date`` and ``market_turnover`` (HKD million) tells the turnover of the Hong Kong market, which is
HKEX's figure.
The bulletin's tables, which come once a month, repeat facts that the market knew on the day itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.article import Article, make_article
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import number_from_text, session_from_text
from ingest.rejection import Rejection
from ingest.stream import read_head, read_text
from ingest.table import iterate_rows

PUBLISHER = "Hong Kong Monetary Authority"
_ZONE = ZoneInfo("Asia/Hong_Kong")
_NO_ERROR = "0000"
_DATE_LABELS = ("end_of_date", "end_of_day", "date")
_NOT_TOLD = frozenset({"n.a.", "n/a", "na"})
_DAY_END = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A figure of a day.

    Attributes:
        series_id: Source, table and label, such as ``hkma.liquidity.closing_balance``.
        date: Day that the figure is of.
        value: In ``unit``.
        unit: ``percent``, ``HKD million``, ``HKD per USD`` ...
        source: Adapter and file.
    """

    series_id: str
    date: date
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A table of the API.

    Attributes:
        name: Middle part of its series' ids.
        marker: Labels of which one is in every record of this table, and of no other's.
        units: Of each label that is kept.
        path: Below the API's address; None where only files are read.
        params: What the address needs besides.
        date_label: By which the API chooses a span.
        owner: Whose figures they are: first part of their series' ids.
    """

    name: str
    marker: tuple[str, ...]
    units: Mapping[str, str]
    path: str | None = None
    params: Mapping[str, str] | None = None
    date_label: str = "end_of_date"
    owner: str = "hkma"


_DAILY = "market-data-and-statistics/daily-monetary-statistics"
_BULLETIN = "market-data-and-statistics/monthly-statistical-bulletin"
_PERCENT, _MILLION, _CNY_MILLION = "percent", "HKD million", "CNY million"
_TENORS = ("overnight", "1w", "1m", "3m", "6m", "9m", "12m")
_CURRENCIES = ("usd", "cny", "gbp", "jpy", "eur", "cad", "aud", "sgd", "twd", "chf", "krw", "thb", "myr")
_BILLS = ("7d", "30d", "91d", "182d", "273d", "364d")
_NOTES = ("2y", "3y", "4y", "5y", "7y", "10y", "15y")

DATASETS = (
    Dataset(
        name="liquidity",
        marker=("closing_balance",),
        units={
            "opening_balance": _MILLION,
            "closing_balance": _MILLION,
            "market_activities": _MILLION,
            "hibor_overnight": _PERCENT,
            "hibor_fixing_1m": _PERCENT,
            "disc_win_base_rate": _PERCENT,
            "twi": "index",
            "cu_weakside": "HKD per USD",
            "cu_strongside": "HKD per USD",
        },
        path=f"{_DAILY}/daily-figures-interbank-liquidity",
    ),
    Dataset(
        name="monetary_base",
        marker=("mb_bf_disc_win_total",),
        units=dict.fromkeys(
            (
                "cert_of_indebt",
                "gov_notes_coins_circulation",
                "aggr_balance_bf_disc_win",
                "aggr_balance_af_disc_win",
                "outstanding_efbn",
                "mb_bf_disc_win_total",
            ),
            _MILLION,
        ),
        path=f"{_DAILY}/daily-figures-monetary-base",
    ),
    Dataset(
        name="hibor",
        marker=("ir_1m",),
        units=dict.fromkeys(("hibor_overnight", *(f"ir_{tenor}" for tenor in _TENORS)), _PERCENT),
        path=f"{_BULLETIN}/er-ir/hk-interbank-ir-daily",
        params={"segment": "hibor.fixing"},
        date_label="end_of_day",
    ),
    Dataset(
        name="exchange_rate",
        marker=("hkd_usd_rate", "usd"),
        units={
            "hkd_usd_rate": "HKD per USD",
            "hkd_cny_rate": "HKD per CNY",
            **{currency: f"HKD per {currency.upper()}" for currency in _CURRENCIES},
        },
        path=f"{_BULLETIN}/er-ir/er-eeri-daily",
        date_label="end_of_day",
    ),
    Dataset(
        name="rmb_facility",
        marker=("intraday_repo_at_0900",),
        units={
            f"{kind}_at_{hour}": _CNY_MILLION
            for kind in ("intraday_repo", "overnight_repo", "plp_fac")
            for hour in ("0900", "1100", "1400", "1600")
        },
        path=f"{_DAILY}/usage-rmb-liquidity-fac",
    ),
    Dataset(
        name="exchange_fund_paper",
        marker=("efb_91d",),
        units=dict.fromkeys(
            (*(f"efb_{tenor}" for tenor in _BILLS), *(f"efn_{tenor}" for tenor in _NOTES)), _PERCENT
        ),
    ),
    # What Hong Kong's whole market turned over, each trade once: southbound's share is taken of it.
    Dataset(name="market", marker=("market_turnover",), units={"market_turnover": _MILLION}, owner="hkex"),
)
#: Where two labels are used for one thing, the one that its series is called by.
_SAME = {"hkd_usd_rate": "usd", "hkd_cny_rate": "cny", "ir_overnight": "hibor_overnight"}


def read_monetary(path: Path | str, *, now: datetime) -> Iterator[Observation | Article | Rejection]:
    """Read a file of the HKMA's: an answer of its API (figures or press releases), or CSV of figures.

    Raises:
        UnreadableInputError: The file holds an error of the API's, or has another form; the message names
            what is missing.
    """
    path = Path(path)
    if not read_head(path).lstrip().startswith((b"{", b"[")):
        rows = iterate_rows(path, needed=())
        yield from _from_records(
            (row if isinstance(row, Rejection) else (f"line {row.line}", row.values) for row in rows),
            name=path.name,
            now=now,
        )
        return
    records = _records_from_answer(read_text(path), path.name)
    yield from _from_records(
        ((f"record {number}", record) for number, record in enumerate(records, 1)), name=path.name, now=now
    )


def count_records(path: Path) -> int:
    """Count the records of an answer, by which a caller knows whether to ask for a further page.

    Raises:
        UnreadableInputError: See `read_monetary`.
    """
    return len(_records_from_answer(read_text(path), path.name))


def _records_from_answer(text: str, name: str) -> list[Mapping[str, object]]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError(f"{name} is cut off or damaged JSON: {error}") from None
    header = answer.get("header") if isinstance(answer, dict) else None
    if not isinstance(header, dict):
        raise UnreadableInputError(f"{name} has no 'header' where an answer of the HKMA's API has one")
    code = header.get("err_code")
    if code != _NO_ERROR:
        message = header.get("err_msg") or "no message"
        raise UnreadableInputError(f"{name}: the HKMA's API answers error {code} ({message}); try later")
    result = answer.get("result")
    records = result.get("records") if isinstance(result, dict) else None
    if not isinstance(records, list):
        raise UnreadableInputError(f"{name} has no 'result.records'")
    return [record for record in records if isinstance(record, dict)]


def _from_records(
    records: Iterable[tuple[str, Mapping[str, object]] | Rejection], *, name: str, now: datetime
) -> Iterator[Observation | Article | Rejection]:
    dataset = None
    for item in records:
        if isinstance(item, Rejection):
            yield item
            continue
        place, record = item
        where = f"{name} {place}"
        try:
            if {"title", "link"} <= record.keys():
                yield _article_from_record(record)
                continue
            dataset = dataset or _dataset_of(record, name)
            yield from _observations(record, dataset, name=name, today=now.astimezone(_ZONE).date())
        except RejectedRecordError as error:
            yield Rejection(where=where, reason=str(error))


def _dataset_of(record: Mapping[str, object], name: str) -> Dataset:
    for dataset in DATASETS:
        if any(label in record for label in dataset.marker):
            return dataset
    markers = ", ".join(["title", *(label for dataset in DATASETS for label in dataset.marker)])
    raise UnreadableInputError(
        f"{name} has none of the labels {markers}; it has: {', '.join(list(record)[:20]) or 'none'}"
    )


def _observations(
    record: Mapping[str, object], dataset: Dataset, *, name: str, today: date
) -> Iterator[Observation]:
    label = next((label for label in _DATE_LABELS if label in record), None)
    if label is None:
        raise UnreadableInputError(f"{name} has none of the labels {', '.join(_DATE_LABELS)}")
    day = session_from_text(str(record[label]))
    if day > today:
        raise RejectedRecordError(f"{label} {day} lies in the future")
    values = {label: _value(record[label], label) for label in dataset.units if label in record}
    for label, value in values.items():
        if value is not None:
            yield Observation(
                series_id=f"{dataset.owner}.{dataset.name}.{_SAME.get(label, label)}",
                date=day,
                value=value,
                unit=dataset.units[label],
                source=f"{dataset.owner}:{name}",
            )


def _value(value: object, label: str) -> float | None:
    text = "" if value is None else str(value).strip()
    return None if text.lower() in _NOT_TOLD else number_from_text(text, column=label)


def _article_from_record(record: Mapping[str, object]) -> Article:
    """Build an article from a press release.

    Its date has no hour; the day's end is taken, lest anything be known too early.
    """
    day = session_from_text(str(record.get("date", "")))
    link = str(record["link"])
    return make_article(
        title=str(record["title"] or ""),
        url=link,
        publisher=PUBLISHER,
        article_id=f"hkma:{link}",
        published_at=datetime.combine(day, _DAY_END, tzinfo=_ZONE).astimezone(UTC),
        extra={"claimed_published_at": day.isoformat()},
    )

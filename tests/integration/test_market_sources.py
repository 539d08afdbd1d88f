"""Market data fetched from its sources, which a server on loopback stands in for, and the commands for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.article import Article
from ingest.download import Downloader, Manners
from ingest.hkma import read_monetary
from southbound.cli import run
from southbound.pipeline.listing import fetch_applications
from southbound.pipeline.monetary import fetch_monetary
from southbound.pipeline.price import PriceQuery, fetch_prices, ingest_prices
from southbound.settings import Settings, read_settings
from southbound.store import Store, open_store
from southbound.store.article import Added

#: A Thursday, 17:00 in Hong Kong.
NOW = datetime(2025, 2, 13, 9, tzinfo=UTC)
SINCE = date(2025, 2, 10)
CLOSES = {10: 435.0, 11: 432.0, 13: 450.0}


@dataclass
class Source:
    """A server that answers by path, and what it was asked."""

    url: str = ""
    answers: dict[str, bytes | Callable[[dict[str, list[str]]], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def answer(self, path: str) -> bytes | None:
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        self.asked.append((parts.path, query))
        found = self.answers.get(parts.path)
        return found(query) if callable(found) else found


@pytest.fixture
def source() -> Iterator[Source]:
    served = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name http.server looks for
            body = served.answer(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's names
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(source: Source, tmp_path: Path) -> Settings:
    path = tmp_path / "own.yaml"
    names = ("yahoo_url", "stooq_url", "quotations_url", "listings_url", "hkma_url")
    path.write_text(
        json.dumps({"market": {"spacing_seconds": 0, **dict.fromkeys(names, source.url)}}), encoding="utf-8"
    )
    return read_settings(path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "market.db") as opened:
        yield opened


@pytest.fixture
def downloader() -> Iterator[Downloader]:
    with Downloader(Manners(spacing_seconds=0, n_retries=0)) as opened:
        yield opened


def chart(query: dict[str, list[str]]) -> bytes:
    """Answer as Yahoo does, with the candles of the span; there is none of the 12th."""
    first, last = (int(query[name][0]) for name in ("period1", "period2"))
    opens = {day: int(datetime(2025, 2, day, 1, 30, tzinfo=UTC).timestamp()) for day in CLOSES}
    days = [day for day, opened in opens.items() if first <= opened < last]
    columns = {name: [CLOSES[day] for day in days] for name in ("open", "high", "low", "close", "volume")}
    period = {"regular": {"end": int(datetime(2025, 2, 13, 8, tzinfo=UTC).timestamp())}}
    meta = {"symbol": "0700.HK", "exchangeName": "HKG", "exchangeTimezoneName": "Asia/Hong_Kong"}
    result = {
        "meta": {**meta, "currency": "HKD", "currentTradingPeriod": period},
        "timestamp": [opens[day] for day in days],
        "indicators": {"quote": [columns]},
    }
    return json.dumps({"chart": {"result": [result], "error": None}}).encode()


def page(session: date, close: float) -> bytes:
    return f"""<html><pre>
        DATE: {session:%d %b %Y} ({session:%A})
 CODE  NAME OF STOCK    CUR PRV.CLO./    ASK/    HIGH/      SHARES TRADED/
                            CLOSING      BID     LOW        TURNOVER ($)
   700 TENCENT          HKD  430.00   435.00   436.00           10,000,000
                             {close:.2f}   435.00   430.00        4,350,000,000
     1 CKH HOLDINGS     HKD  TRADING HALTED
</pre></html>""".encode()


def query(name: str, *assets: str) -> PriceQuery:
    return PriceQuery(source=name, assets=assets, since=SINCE)


def test_yahoo_goes_on_where_the_stored_history_ends(
    source: Source, settings: Settings, store: Store, downloader: Downloader
) -> None:
    source.answers["/v8/finance/chart/0700.HK"] = chart
    first = fetch_prices(store, query("yahoo", "0700.HK"), settings=settings, downloader=downloader, now=NOW)
    assert (first.added, first.rejected) == (Added(new=3), [])
    assert first.noted == ["XHKG:700: without a price in 1 of 4 sessions: 2025-02-12"]
    again = fetch_prices(store, query("yahoo", "XHKG:700"), settings=settings, downloader=downloader, now=NOW)
    assert again.added == Added(known=1)
    starts = [int(asked["period1"][0]) for _, asked in source.asked]
    assert [datetime.fromtimestamp(start, tz=UTC).day for start in starts] == [9, 12]  # local midnights
    assert store.prices.closes("XHKG:700")["close"].tolist() == [435.0, 432.0, 450.0]


def test_an_asset_that_cannot_be_had_leaves_the_others_alone(
    source: Source, settings: Settings, store: Store, downloader: Downloader
) -> None:
    source.answers["/v8/finance/chart/0700.HK"] = chart
    asked = query("yahoo", "XHKG:9988", "XHKG:700")
    report = fetch_prices(store, asked, settings=settings, downloader=downloader, now=NOW)
    (rejected,) = report.rejected
    assert rejected.startswith(f"XHKG:9988: {source.url}/v8/finance/chart/9988.HK")
    assert "404" in rejected
    assert store.market.asset_ids() == ["XHKG:700"]
    assert report.noted[0].startswith("XHKG:9988: without a price in 4 of 4 sessions: 2025-02-10, ")


def test_stooq_is_asked_by_day(
    source: Source, settings: Settings, store: Store, downloader: Downloader
) -> None:
    source.answers["/q/d/l/"] = lambda asked: (
        b"No data" if asked["s"] == ["1.hk"] else b"Date,Open,High,Low,Close,Volume\n2025-02-10,1,3,1,2,9\n"
    )
    asked = query("stooq", "XHKG:1", "XHKG:700")
    report = fetch_prices(store, asked, settings=settings, downloader=downloader, now=NOW)
    assert source.asked[1][1] == {"s": ["700.hk"], "i": ["d"], "d1": ["20250210"], "d2": ["20250213"]}
    assert report.added == Added(new=1)
    assert "XHKG:1: " in report.rejected[0]
    assert "holds the source's answer 'No data'" in report.rejected[0]


def test_pages_of_quotations_are_asked_for_by_session(
    source: Source, settings: Settings, store: Store, downloader: Downloader
) -> None:
    for day in (10, 11, 13):
        source.answers[f"/d2502{day}e.htm"] = page(date(2025, 2, day), CLOSES[day])
    asked = query("hkex", "XHKG:700", "XHKG:1")
    report = fetch_prices(store, asked, settings=settings, downloader=downloader, now=NOW)
    assert report.added == Added(new=3)
    assert "XHKG:700: without a price in 1 of 4 sessions: 2025-02-12" in report.noted
    assert "d250210e.htm: 1 suspended or halted, without a price" in report.noted
    source.asked.clear()
    fetch_prices(store, query("hkex", "XHKG:700"), settings=settings, downloader=downloader, now=NOW)
    assert [path for path, _ in source.asked] == ["/d250213e.htm"]


def test_a_leap_and_a_day_without_trading_are_stored_and_told(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "9988.HK.csv"
    path.write_text("date,close\n2025-02-07,100\n2025-02-08,101\n", encoding="utf-8")
    report = ingest_prices(store, [path], settings=settings)
    assert report.noted == ["no session of XHKG by the calendar, but stored: 2025-02-08"]
    path.write_text("date,close\n2025-02-10,20\n", encoding="utf-8")
    report = ingest_prices(store, [path], settings=settings)
    (line,) = report.noted
    assert line.startswith("XHKG:9988: close 101 before, 20 on 2025-02-10, without a split; stored, but look")
    assert len(store.prices.closes("XHKG:9988")) == 3


def hkma(*records: dict[str, object]) -> bytes:
    return json.dumps({"header": {"err_code": "0000"}, "result": {"records": list(records)}}).encode()


def test_the_hkma_is_asked_page_by_page(
    source: Source, settings: Settings, store: Store, downloader: Downloader
) -> None:
    daily = "/market-data-and-statistics/daily-monetary-statistics"
    days = [date.fromordinal(date(2020, 1, 1).toordinal() + number) for number in range(1001)]

    def liquidity(asked: dict[str, list[str]]) -> bytes:
        wanted = [day for day in days if day >= date.fromisoformat(asked["from"][0])]
        start = int(asked["offset"][0])
        records = [{"end_of_date": str(day), "closing_balance": 54000} for day in wanted]
        return hkma(*records[start : start + int(asked["pagesize"][0])])

    source.answers[f"{daily}/daily-figures-interbank-liquidity"] = liquidity
    source.answers[f"{daily}/daily-figures-monetary-base"] = b'{"header": {"err_code": "9999"}}'
    source.answers["/press-releases"] = hkma(
        {"title": "Tender", "link": "https://www.hkma.gov.hk/eng/1/", "date": "2025-02-12"}
    )

    def fetch() -> Any:  # noqa: ANN401  # a report
        return fetch_monetary(
            store, since=date(2020, 1, 1), settings=settings, downloader=downloader, now=NOW
        )

    report = fetch()
    assert (report.added, report.articles) == (Added(new=1001), Added(new=1))
    assert any(
        "daily-figures-monetary-base.json: the HKMA's API answers error 9999" in x for x in report.rejected
    )
    # The tables that aren't served are told, one line each.
    assert len(report.rejected) == 4
    assert report.summary().endswith("; 1 new articles, 0 known already")
    assert fetch().added == Added(known=8)  # the week before the last stored day
    assert store.articles.count() == 1


def test_lists_of_applications_are_fetched_for_both_boards(
    source: Source, settings: Settings, store: Store, downloader: Downloader, root: Path
) -> None:
    name = "appactive_app_sehk_e.json"
    source.answers[f"/{name}"] = (root / "tests" / "data" / "market" / name).read_bytes()
    source.answers["/applisted_sehk_e.json"] = b'{"app": []}'
    now = datetime(2025, 3, 11, tzinfo=UTC)
    report = fetch_applications(store, settings=settings, downloader=downloader, now=now)
    assert report.added == Added(new=2)
    assert len(source.asked) == 10
    assert any("applisted_sehk_e.json has no 'uDate'" in line for line in report.rejected)
    assert store.applications.states()["state"].tolist() == ["active", "active"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a command ended."""

    code: int
    err: list[str]


@pytest.fixture
def command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    monkeypatch.chdir(tmp_path)
    for name in ("SOUTHBOUND_DB", "SOUTHBOUND_CONFIG", "SOUTHBOUND_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def start(*arguments: str) -> Outcome:
        code = run(list(arguments))
        return Outcome(code=code, err=capsys.readouterr().err.splitlines())

    return start


@pytest.mark.usefixtures("settings")
def test_prices_are_fetched_by_the_command(source: Source, command: Callable[..., Outcome]) -> None:
    source.answers["/v8/finance/chart/0700.HK"] = chart
    fetch = ("--config", "own.yaml", "ingest", "prices", "--source", "yahoo", "--asset", "0700.HK")
    done = command(*fetch, "--since", "2025-02-10")
    assert (done.code, done.err[-1]) == (0, "3 new closing prices, 0 known already")
    assert done.err[0].startswith("note: XHKG:700: without a price in ")


def test_files_of_every_kind_are_imported_by_the_commands(
    command: Callable[..., Outcome], root: Path
) -> None:
    market = root / "tests" / "data" / "market"
    done = command("ingest", "prices", str(market / "d250718e.htm"), str(market / "0700.HK.json"))
    # The chart tells the opening price too, which the page doesn't.
    assert (done.code, done.err[-1]) == (0, "6 new closing prices, 1 revised, 0 known already")
    done = command(
        "ingest", "monetary", str(market / "interbank_liquidity.json"), str(market / "press-releases.json")
    )
    assert done == Outcome(
        code=0, err=["13 new observations, 0 known already; 1 new articles, 0 known already"]
    )
    done = command("ingest", "listings", str(market / "appactive_app_sehk_e.json"))
    assert done.code == 3
    assert done.err[0] == "2 new applications, 0 known already, 1 rejected"
    Path("list.csv").write_text(
        "Stock Code,Name of Securities,Category,Board Lot\n00700,TENCENT,Equity,100\n", encoding="utf-8"
    )
    done = command("ingest", "securities", "list.csv", "--date", "2025-03-01")
    assert done == Outcome(code=0, err=["1 new securities, 0 known already"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prices"], "give either FILE... to import, or --source to fetch from"),
        (["prices", "x.csv", "--source", "yahoo"], "give either FILE... to import, or --source"),
        (["prices", "--source", "yahoo", "--since", "2025-01-01"], "--source needs --asset ID"),
        (["prices", "--source", "yahoo", "--asset", "XHKG:1"], "--source needs --since DATE"),
        (["prices", "--source", "bloomberg", "--asset", "XHKG:1"], "--source takes yahoo, stooq, hkex"),
        (["prices", "x.csv", "--asset", "XHKG:1", "--asset", "XHKG:5"], "--asset is given once with files"),
        (["monetary", "--source", "hkma"], "--source needs --since DATE"),
        (["listings"], "give either FILE... to import"),
        (["securities", "list.csv", "--date", "March"], "'March' is no day"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_two(
    command: Callable[..., Outcome], arguments: list[str], message: str
) -> None:
    done = command("ingest", *arguments)
    assert done.code == 2
    (line,) = done.err
    assert message in line


def test_press_releases_are_articles(root: Path, store: Store) -> None:
    path = root / "tests" / "data" / "market" / "press-releases.json"
    (article,) = read_monetary(path, now=datetime(2025, 12, 1, tzinfo=UTC))
    assert isinstance(article, Article)
    with store.transaction():
        store.articles.add([article], seen_at=datetime(2025, 10, 31, 3, tzinfo=UTC), basis="published")
    row = store._db.execute("SELECT known_at, known_basis FROM article").fetchone()
    # Seen at eleven in the morning, before the day's end: known when seen.
    assert row == ("2025-10-31T03:00:00.000Z", "seen")

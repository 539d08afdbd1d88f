"""Fetching flows from servers on loopback that answer as HKEX and Eastmoney do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.flow import Flow
from signals.session import SessionCalendar
from southbound.cli import run
from southbound.pipeline.flow import FlowReport, FlowRequest, fetch_flows, gap_lines
from southbound.settings import FlowSettings, read_calendar_overrides, read_settings
from southbound.store import Store, open_store
from southbound.store.article import Added

FILES = Path(__file__).parents[1] / "data" / "connect"
CALENDAR = SessionCalendar(overrides=read_calendar_overrides())
INGEST = read_settings(None).ingest
NOW = datetime(2026, 7, 17, 12, 0, tzinfo=UTC)  # 20:00 in Hong Kong, a Friday

Answer = tuple[int, bytes]


@contextmanager
def serving(answer: Callable[[str], Answer]) -> Iterator[tuple[str, list[str]]]:
    """Serve what `answer` says for a path; yield the address and the paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's names
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "flows.db") as opened:
        yield opened


def daily_file(session: date, *, buy: float = 43220.65) -> bytes:
    """Make the file of a session, of the form and with the figures of 2026-07-16."""
    text = (FILES / "data_tab_daily_20260716e.js").read_text(encoding="utf-8")
    text = text.replace("2026-07-16", session.isoformat()).replace("43,220.65", f"{buy:,.2f}")
    return text.replace("84,439.52", f"{buy + 41218.87:,.2f}").encode()


def session_of(path: str) -> date:
    digits = urlsplit(path).path.rpartition("_")[2]
    return datetime.strptime(digits[:8], "%Y%m%d").date()  # noqa: DTZ007  # a day has no zone


def fetch(
    store: Store, base: str, source: str, since: str, until: str, *, again: bool = False, now: datetime = NOW
) -> FlowReport:
    sources = FlowSettings(
        hkex_url=f"{base}/data_tab_daily_{{session}}e.js",
        eastmoney_url=f"{base}/get",
        spacing_seconds=0,
        retries=0,
    )
    return fetch_flows(
        store,
        FlowRequest(
            source=source, since=date.fromisoformat(since), until=date.fromisoformat(until), again=again
        ),
        calendar=CALENDAR,
        ingest=INGEST,
        sources=sources,
        now=lambda: now,
    )


def test_sessions_are_fetched_from_the_newest_and_gaps_are_told(store: Store) -> None:
    def answer(path: str) -> Answer:
        match session_of(path).day:
            case 14:
                return 404, b"not found"
            case 15:
                return 200, b"\n<!DOCTYPE html><html>No data</html>"
            case _:
                return 200, daily_file(session_of(path))

    with serving(answer) as (base, asked):
        report = fetch(store, base, "hkex", "2026-07-10", "2026-07-31")
    assert [session_of(path).day for path in asked] == [17, 16, 15, 14, 13, 10]  # no weekend, no future
    assert report.added == Added(new=8)  # both channels of four sessions
    assert gap_lines(report.gaps) == [
        "2026-07-14: no file (404)",
        "2026-07-15: a page in the place of the file",
    ]
    assert (report.rejected, report.stopped) == ([], None)
    assert store.market.flows()["net"].tolist() == [5039.48] * 4
    assert store.check() == []


def test_a_second_run_asks_only_for_what_is_missing(store: Store) -> None:
    published: set[int] = {13, 15, 16}

    def answer(path: str) -> Answer:
        session = session_of(path)
        return (200, daily_file(session)) if session.day in published else (404, b"")

    with serving(answer) as (base, asked):
        fetch(store, base, "hkex", "2026-07-13", "2026-07-16")
        asked.clear()
        published.add(14)
        report = fetch(store, base, "hkex", "2026-07-13", "2026-07-16")
        assert [session_of(path).day for path in asked] == [14]
        assert (report.added, report.gaps) == (Added(new=2), {})
        report = fetch(store, base, "hkex", "2026-07-13", "2026-07-16", again=True)
        assert report.added == Added(known=8)


def test_a_session_is_asked_for_when_it_is_public(store: Store) -> None:
    afternoon = datetime(2026, 7, 17, 9, 0, tzinfo=UTC)  # 17:00 in Hong Kong
    with serving(lambda path: (200, daily_file(session_of(path)))) as (base, asked):
        fetch(store, base, "hkex", "2026-07-16", "2026-07-17", now=afternoon)
    assert [session_of(path).day for path in asked] == [16]


def test_closed_days_of_the_calendar_are_not_asked_for(store: Store) -> None:
    later = datetime(2026, 10, 12, tzinfo=UTC)
    with serving(lambda path: (200, daily_file(session_of(path)))) as (base, asked):
        fetch(store, base, "hkex", "2026-09-24", "2026-10-09", now=later)
    # 2026-09-25, 10-02 and 10-05 to 10-07: only Hong Kong trades; 10-01: nobody.
    assert [session_of(path).isoformat()[5:] for path in asked] == [
        "10-09",
        "10-08",
        "09-30",
        "09-29",
        "09-28",
        "09-24",
    ]


def test_a_corrected_file_is_a_further_version_known_when_it_is_seen(store: Store) -> None:
    with serving(lambda path: (200, daily_file(session_of(path)))) as (base, _):
        fetch(store, base, "hkex", "2026-07-16", "2026-07-16")
    with serving(lambda path: (200, daily_file(session_of(path), buy=43230.65))) as (base, _):
        report = fetch(
            store, base, "hkex", "2026-07-16", "2026-07-16", again=True, now=NOW + timedelta(days=1)
        )
    assert report.added == Added(revised=1, known=1)
    versions = store.market.flow_versions()
    assert versions["net"].tolist() == [5039.48, 5049.48]
    assert store.market.flows(as_of=NOW + timedelta(hours=1))["net"].tolist() == [5039.48]


def test_hkex_is_not_asked_for_years_that_it_does_not_keep(store: Store) -> None:
    def answer(path: str) -> Answer:
        session = session_of(path)
        return (200, daily_file(session)) if session >= date(2026, 7, 1) else (404, b"")

    with serving(answer) as (base, asked):
        report = fetch(store, base, "hkex", "2024-01-01", "2026-07-16")
    assert len(asked) == 11 + 15
    assert report.stopped is None
    first, second = gap_lines(report.gaps)
    assert first.startswith("2024-01-02 to 2026-06-")
    assert first.endswith("as HKEX keeps no file so old; take --source eastmoney")
    assert second.endswith("to 2026-06-30 (15 sessions): no file (404)")


def test_a_server_that_keeps_failing_is_left_alone_and_nothing_stored_is_lost(store: Store) -> None:
    def answer(path: str) -> Answer:
        session = session_of(path)
        return (200, daily_file(session)) if session.day > 14 else (403, b"")

    with serving(answer) as (base, asked):
        report = fetch(store, base, "hkex", "2026-07-06", "2026-07-16")
    assert len(asked) == 5
    assert report.stopped == "HKEX failed 3 times in a row; run the command again later"
    assert report.added == Added(new=4)
    assert "2026-07-14: http" in report.rejected[0]
    assert "answered 403 Forbidden; it refuses this reader" in report.rejected[0]
    assert gap_lines(report.gaps) == [
        "2026-07-06 to 2026-07-09 (4 sessions): not asked for",
        "2026-07-10 to 2026-07-14 (3 sessions): failed",
    ]


def test_a_changed_format_names_the_file_and_the_missing_label(store: Store) -> None:
    def answer(path: str) -> Answer:
        body = daily_file(session_of(path))
        return 200, body.replace(b"Buy Turnover", b"Purchases") if session_of(path).day == 15 else body

    with serving(answer) as (base, _):
        report = fetch(store, base, "hkex", "2026-07-15", "2026-07-16")
    (line,) = report.rejected
    assert line == (
        f"2026-07-15: {base}/data_tab_daily_20260715e.js, SSE Southbound: no label 'Buy Turnover'; it has: "
        "Total Turnover, Purchases, Sell Turnover, Total Trade Count, Buy Trade Count, Sell Trade Count, "
        "ETF Turnover"
    )
    assert gap_lines(report.gaps) == ["2026-07-15: failed"]


def test_a_file_of_another_day_is_rejected(store: Store) -> None:
    with serving(lambda _: (200, daily_file(date(2026, 7, 16)))) as (base, _):
        report = fetch(store, base, "hkex", "2026-07-15", "2026-07-16")
    assert report.rejected == ["data_tab_daily_20260715e.js: holds 2026-07-16, not 2026-07-15"]
    assert gap_lines(report.gaps) == ["2026-07-15: the source tells no figure"]


def eastmoney(rows: dict[str, list[dict[str, object]]], page_rows: int) -> Callable[[str], Answer]:
    """Answer as the history report does, with its rows cut into pages."""

    def answer(path: str) -> Answer:
        query = parse_qs(urlsplit(path).query)
        own = rows[query["filter"][0].split('"')[1]]
        page = int(query["pageNumber"][0])
        data = own[(page - 1) * page_rows : page * page_rows]
        result = {"pages": -(-len(own) // page_rows), "data": data, "count": len(own)}
        return 200, json.dumps({"result": result, "success": True}).encode()

    return answer


def history_row(kind: str, session: str, net: float) -> dict[str, object]:
    return {
        "MUTUAL_TYPE": kind,
        "TRADE_DATE": f"{session} 00:00:00",
        "NET_DEAL_AMT": net,
        "BUY_AMT": 50000.0 + net,
        "SELL_AMT": 50000.0,
        "FUND_INFLOW": None,
    }


DAYS = ("2026-07-16", "2026-07-15", "2026-07-13", "2026-07-10", "2026-07-09", "2026-07-08")


def test_eastmoney_is_read_by_pages_as_far_back_as_needed(store: Store) -> None:
    rows = {
        "006": [history_row("006", day, 300.0) for day in DAYS],
        "002": [history_row("002", day, 100.0) for day in DAYS],
        "004": [history_row("004", day, 200.0) for day in DAYS],
    }
    with serving(eastmoney(rows, page_rows=2)) as (base, asked):
        report = fetch(store, base, "eastmoney", "2026-07-10", "2026-07-16")
        assert len(asked) == 3 * 3  # of each type the third page reaches behind the 10th
        assert report.added == Added(new=4)
        assert gap_lines(report.gaps) == ["2026-07-14: no row"]
        frame = store.market.flows()
        assert frame["net"].tolist() == [300.0] * 4
        assert frame["sh_net"].tolist() == [100.0] * 4
        asked.clear()
        report = fetch(store, base, "eastmoney", "2026-07-15", "2026-07-16")
        assert (asked, report.gaps) == ([], {})


def test_eastmoneys_refusal_stops_with_its_reason(store: Store) -> None:
    body = json.dumps({"result": None, "success": False, "message": "limited"}).encode()
    with serving(lambda _: (200, body)) as (base, _):
        report = fetch(store, base, "eastmoney", "2026-07-15", "2026-07-16")
    assert report.stopped is not None
    assert report.stopped.endswith("Eastmoney says limited")
    assert gap_lines(report.gaps) == ["2026-07-15 to 2026-07-16 (2 sessions): not asked for"]


def test_a_lower_source_fills_gaps_and_never_displaces_a_higher_one(store: Store) -> None:
    rows = {kind: [history_row(kind, day, 300.0) for day in DAYS] for kind in ("006",)}
    with serving(lambda path: (200, daily_file(session_of(path)))) as (base, _):
        fetch(store, base, "hkex", "2026-07-16", "2026-07-16")
    with serving(eastmoney({**rows, "002": [], "004": []}, page_rows=10)) as (base, _):
        fetch(store, base, "eastmoney", "2026-07-15", "2026-07-16", now=NOW + timedelta(days=3))
    assert store.market.flows()["net"].tolist() == [300.0, 5039.48]
    kept = store.market.by_provider.flow(date(2026, 7, 16), channel="southbound", provider="eastmoney")
    assert isinstance(kept, Flow)
    assert kept.net == 300.0


def test_the_command_tells_gaps_on_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def answer(path: str) -> Answer:
        session = session_of(path)
        return (200, daily_file(session)) if session.day != 14 else (404, b"")

    with serving(answer) as (base, _):
        Path("own.yaml").write_text(
            f"flows: {{hkex_url: '{base}/day_{{session}}e.js', spacing_seconds: 0}}", encoding="utf-8"
        )
        arguments = ["--db", "own.db", "--config", "own.yaml", "ingest", "flows", "--source", "hkex"]
        code = run([*arguments, "--since", "2026-07-13", "--until", "2026-07-15"])
    said = capsys.readouterr()
    assert (code, said.out) == (0, "")
    assert said.err.splitlines() == [
        "no figure: 2026-07-14: no file (404)",
        "4 new sessions of flow, 0 known already",
    ]
    assert run(["--db", "own.db", "ingest", "flows"]) == 2
    assert "give files to import, or --source" in capsys.readouterr().err


def test_a_file_in_a_wrong_unit_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    days = [day.date() for day in CALENDAR.sessions("2026-03-02", "2026-03-31")]
    rows = [f"{day},{100 + number},60000,{59900 - number}" for number, day in enumerate(days)]
    Path("own.csv").write_text("\n".join(["date,net,buy,sell", *rows]), encoding="utf-8")
    Path("yi.csv").write_text("date,net,buy,sell\n2026-04-01,2.5,602.5,600\n", encoding="utf-8")
    assert run(["--db", "own.db", "ingest", "flows", "own.csv"]) == 0
    assert run(["--db", "own.db", "ingest", "flows", "yi.csv"]) == 3
    said = capsys.readouterr().err
    assert "rejected: yi.csv: 2026-04-01: the turnover 1202.5 is about 1/100 of the median" in said
    assert run(["--db", "own.db", "ingest", "flows", "yi.csv", "--any-size"]) == 0

"""The command as a whole: exit codes, and one line on standard error that says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from southbound.cli import run
from southbound.store import Store, open_store
from southbound.store.tag import TagTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: list[str]


Command = Callable[..., Outcome]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `southbound` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOUTHBOUND_DB", raising=False)
    monkeypatch.delenv("SOUTHBOUND_CONFIG", raising=False)
    monkeypatch.delenv("SOUTHBOUND_DEBUG", raising=False)

    def start(*arguments: str) -> Outcome:
        code = run(list(arguments))
        captured = capsys.readouterr()
        return Outcome(code=code, out=captured.out, err=captured.err.splitlines())

    return start


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def _tiny_settings(tiny_model: Path, tiny_chinese_model: Path) -> str:
    models = f"model: '{tiny_model}', chinese_model: '{tiny_chinese_model}', recogniser: ''"
    return write("own.yaml", f"tag: {{{models}}}")


def test_help_and_version(command: Command) -> None:
    helped = command("--help")
    assert (helped.code, helped.err) == (0, [])
    for name in ("demo", "ingest", "tag", "series", "evaluate", "digest"):
        assert name in helped.out
    assert command("--version") == Outcome(code=0, out="southbound 0.1.0\n", err=[])
    assert command("ingest", "--help").code == 0


def test_no_command_prints_the_help_and_ends_with_two(command: Command) -> None:
    nothing = command()
    assert nothing.code == 2
    assert "Usage: southbound" in nothing.out + "\n".join(nothing.err)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["tag", "--nonsense"], "No such option"),
        (["ingest", "articles"], "Missing argument 'FILE...'"),
        (["tag", "--limit", "many"], "Invalid value for '--limit'"),
        (["tag", "none.jsonl"], "there is no file none.jsonl; check the path"),
        (["tag", "-o", "x.jsonl"], "-o and --all-scores belong to tagging a file"),
        (["series", "nonsense"], "there is no theme 'nonsense'"),
        (["series", "ipos"], "there is no theme 'ipos' (did you mean 'ipo'?)"),
        (
            ["series", "ai", "--measure", "x"],
            "--measure takes intensity, share, volume, zscore, tone; not 'x'",
        ),
        (["series", "ai", "--with", "flows,wind"], "--with takes flows, prices; not 'wind'"),
        (["series", "ai", "--as-of", "yesterday"], "'yesterday' is no instant; "),
        (["series", "ai", "--start", "x"], "'x' is no day; write one like 2025-02-11"),
        (
            ["series", "ai", "--start", "2025-02-11", "--end", "2025-02-10"],
            "--end 2025-02-10 lies before --start 2025-02-11",
        ),
        (["series", "ai"], "there is no database southbound.db; run `southbound ingest` first"),
        (["digest", "--session", "2025-02-11"], "there is no database southbound.db; "),
        (["digest", "--session", "2025-02-11", "--language", "fr"], "zh-Hant"),
        (["search", "money"], "there is no database southbound.db; "),
        (["db", "check"], "there is no database southbound.db; "),
        (["--config", "none.yaml", "db", "check"], "none.yaml can't be read: "),
        (["ingest", "articles", "none.jsonl"], "none.jsonl cannot be read: "),
        (["ingest", "feeds", "--once", "--config", "none.yaml"], "none.yaml can't be read: "),
        (["ingest", "prices", "x.csv", "--adapter", "excel"], "unknown adapter 'excel'"),
    ],
)
def test_wrong_usage_ends_with_two_and_one_line(command: Command, arguments: list[str], message: str) -> None:
    outcome = command(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    (line,) = outcome.err
    assert line.startswith("southbound: ")
    assert message in line


@pytest.mark.parametrize("text", ["not a database", "x" * 5000])
def test_a_file_that_is_no_database_is_refused(command: Command, text: str) -> None:
    path = write("notes.txt", text)
    outcome = command("--db", path, "search", "money")
    assert outcome == Outcome(
        code=2,
        out="",
        err=["southbound: notes.txt is not a database; give a different file with --db"],
    )
    assert Path(path).read_text(encoding="utf-8") == text


def test_articles_twice(command: Command) -> None:
    news = write("news.jsonl", '{"title": "Alibaba rises"}\n{"title": "騰訊升"}\n')
    assert command("ingest", "articles", news) == Outcome(
        code=0, out="", err=["2 new articles, 0 known already"]
    )
    again = command("ingest", "articles", news)
    assert (again.code, again.err[1:]) == (0, ["0 new articles, 2 known already, nothing to add"])
    assert again.err[0].startswith("news.jsonl was imported on 20")
    assert command("ingest", "articles", "--again", news).err == again.err[1:]


def test_flows_and_prices_twice(command: Command) -> None:
    flows = write("southbound.csv", "date,net\n2025-02-10,2065.74\n2025-02-11,-3\n")
    prices = write("HSI.csv", "date,close\n2025-02-10,21521.98\n")
    assert command("ingest", "flows", flows).err == ["2 new sessions of flow, 0 known already"]
    assert command("ingest", "flows", flows).err == [
        "0 new sessions of flow, 2 known already, nothing to add"
    ]
    assert command("ingest", "prices", prices).err == ["1 new closing prices, 0 known already"]
    assert command("ingest", "prices", prices).err == [
        "0 new closing prices, 1 known already, nothing to add"
    ]


def test_prices_whose_asset_no_name_tells(command: Command) -> None:
    prices = write("closes of the year.csv", "date,close\n2025-02-10,110.5\n")
    unknown = command("ingest", "prices", prices)
    assert unknown.code == 2
    assert len(unknown.err) == 1
    assert "--asset" in unknown.err[0]
    assert command("ingest", "prices", prices, "--asset", "XHKG:9988").code == 0


def test_rejections_end_with_three(command: Command) -> None:
    news = write("news.jsonl", '{"title": "One"}\n{broken\n' + '{"body": "x"}\n' * 30)
    outcome = command("ingest", "articles", news)
    assert outcome.code == 3
    assert outcome.err[0] == "1 new articles, 0 known already, 31 rejected"
    assert outcome.err[1].startswith("rejected: news.jsonl line 2: no JSON object (")
    assert outcome.err[-2] == "rejected: and 11 more"
    assert outcome.err[-1] == (
        "southbound: 31 rejected, the rest done: 1 new articles, 0 known already, 31 rejected"
    )


def test_feeds_from_files(command: Command) -> None:
    item = "<item><title>Money came</title><guid>g1</guid></item>"
    write("good.xml", f'<rss version="2.0"><channel><title>x</title>{item}</channel></rss>')
    write("page.xml", "<!DOCTYPE html><html><body>Moved</body></html>")
    names = ("page", "missing", "good")
    entries = "".join(f"  - {{url: {name}.xml, publisher: {name}, timezone: UTC}}\n" for name in names)
    feeds = write("feeds.yaml", f"feeds:\n{entries}")
    outcome = command("ingest", "feeds", "--once", "--config", feeds)
    assert outcome.code == 3
    assert outcome.err[0] == "good: 1 new articles, 0 known already"
    assert outcome.err[1].startswith("3 feeds polled in ")
    assert outcome.err[1].endswith(" s: 1 with something new, 2 failed (soft)")
    assert outcome.err[2] == "1 new articles, 0 known already, 2 rejected"
    assert outcome.err[3].endswith("page.xml answered with an HTML page, not a feed; check the address")
    assert "missing.xml" in outcome.err[4]
    assert outcome.err[5].startswith("southbound: 2 rejected, the rest done: ")
    again = command("ingest", "feeds", "--once", "--config", feeds)
    assert again.code == 0
    assert again.err == ["no feed is due", "0 new articles, 0 known already, nothing to add"]
    assert command("search", "money").out.rstrip().endswith("good  Money came  [good:g1]")


def test_the_database_is_found_by_option_and_environment(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = write("news.jsonl", '{"title": "One"}\n')
    assert command("--db", "given.db", "ingest", "articles", news).code == 0
    monkeypatch.setenv("SOUTHBOUND_DB", "env.db")
    assert command("ingest", "articles", news).code == 0
    monkeypatch.delenv("SOUTHBOUND_DB")
    settings = write("own.yaml", "database: set.db\n")
    assert command("--config", settings, "ingest", "articles", news).code == 0
    assert {path.name for path in Path().glob("*.db")} == {"given.db", "env.db", "set.db"}


def test_search_prints_hits(command: Command) -> None:
    write(
        "news.jsonl",
        '{"id": "a", "title": "騰訊升", "publisher": "紫荊", "published_at": "2025-02-11T01:00Z"}\n',
    )
    command("ingest", "articles", "news.jsonl")
    assert command("search", "腾讯") == Outcome(code=0, out="2025-02-11 01:00Z  紫荊  騰訊升  [a]\n", err=[])
    assert command("search", "阿里") == Outcome(code=0, out="", err=["nothing found"])
    assert command("search", 'NEAR("', "AND").code == 0
    assert command("search", "caf\udce9").code == 0


def test_the_database_is_checked_and_backed_up(command: Command) -> None:
    command("ingest", "articles", write("news.jsonl", '{"title": "One"}\n'))
    assert command("db", "check").out == "southbound.db is sound: 1 articles\n"
    assert command("db", "backup", "copy.db").out == "southbound.db is backed up to copy.db\n"
    assert command("--db", "copy.db", "db", "check").out == "copy.db is sound: 1 articles\n"
    twice = command("db", "backup", "copy.db")
    assert (twice.code, twice.err) == (1, ["southbound: copy.db exists already; name a new file"])


@pytest.mark.parametrize(("page", "n_pages"), [(50, 10), (100, 40)])  # the first hold a part of the schema
def test_a_damaged_database_ends_with_one(command: Command, page: int, n_pages: int) -> None:
    records = "".join(json.dumps({"title": f"Item {i}", "body": "money " * 60}) + "\n" for i in range(400))
    command("ingest", "articles", write("news.jsonl", records))
    path = Path("southbound.db")
    content = path.read_bytes()
    assert len(content) > (page + n_pages) * 4096
    damage = b"\xa5" * n_pages * 4096
    path.write_bytes(content[: page * 4096] + damage + content[(page + n_pages) * 4096 :])
    checked = command("db", "check")
    assert checked.code == 1
    assert checked.err[-1].startswith("southbound: southbound.db has ")
    found = command("search", "money")
    assert found.code == 1
    assert found.err == [
        "southbound: southbound.db is damaged; run `southbound db check`, then restore a backup"
    ]


def test_a_full_disk_ends_with_one_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(Path("southbound.db")).close()

    def open_small(path: Path, *, read_only: bool = False) -> Store:
        store = open_store(path, read_only=read_only)
        store._db.execute("PRAGMA max_page_count = 60").fetchone()
        return store

    monkeypatch.setattr("southbound.store.open_store", open_small)
    news = write(
        "news.jsonl", "".join(f'{{"title": "Item {i}", "body": "{"x" * 900}"}}\n' for i in range(900))
    )
    assert command("ingest", "articles", news) == Outcome(
        code=1,
        out="",
        err=[
            (
                "southbound: the disk under southbound.db is full or failing; "
                "free some space and run the command again"
            )
        ],
    )


def test_tagging_the_database(
    command: Command, tiny_model: Path, tiny_chinese_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("entities").mkdir()
    write("entities/own.yaml", "- {id: alibaba, name: Alibaba, type: company, listings: ['XHKG:9988']}\n")
    monkeypatch.setattr("southbound.pipeline.catalogue.CONFIG", Path.cwd())
    settings = _tiny_settings(tiny_model, tiny_chinese_model)
    times = [f"2025-02-11T01:{i // 60:02}:{i % 60:02}Z" for i in range(300)]
    records = [{"title": f"Alibaba {i}", "published_at": at} for i, at in enumerate(times)]
    command("ingest", "articles", write("news.jsonl", "".join(json.dumps(r) + "\n" for r in records)))
    told = [command("--config", settings, "tag", *limit).err for limit in (["--limit", "10"], [])]
    assert told == [
        [
            "10 articles tagged by tiny-en-1+tiny-zh-1",
            "10 articles put into stories by southbound-stories-4, 1 new story",
        ],
        [
            "290 articles tagged by tiny-en-1+tiny-zh-1",
            "290 articles put into stories by southbound-stories-4, 0 new stories",
        ],
    ]
    assert command("--config", settings, "tag") == Outcome(
        code=0, out="", err=["0 articles tagged by tiny-en-1+tiny-zh-1; nothing was new"]
    )
    with open_store(Path("southbound.db"), read_only=True) as store:
        frame = store.tags.theme_articles("ai")
        assert len(frame) == 300
        assert frame["is_theme"].all()
        assert store.check() == []


def test_a_stopped_tagging_keeps_what_it_did(
    command: Command, tiny_model: Path, tiny_chinese_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("entities").mkdir()
    monkeypatch.setattr("southbound.pipeline.catalogue.CONFIG", Path.cwd())
    settings = _tiny_settings(tiny_model, tiny_chinese_model)
    write("news.jsonl", "".join(f'{{"title": "Alibaba {i}"}}\n' for i in range(300)))
    command("ingest", "articles", "news.jsonl")
    add, done = TagTable.add, []

    def stop_in_the_second(table: TagTable, *arguments: Any, **options: Any) -> int:  # noqa: ANN401 - passed on
        done.append(add(table, *arguments, **options))
        if len(done) > 1:
            raise KeyboardInterrupt
        return done[0]

    with monkeypatch.context() as patch:
        patch.setattr(TagTable, "add", stop_in_the_second)
        assert command("--config", settings, "tag").code == 130
    assert done == [256, 44]
    assert command("--config", settings, "tag").err == [
        "44 articles tagged by tiny-en-1+tiny-zh-1",
        "300 articles put into stories by southbound-stories-4, 1 new story",
    ]

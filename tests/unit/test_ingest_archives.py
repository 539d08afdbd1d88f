"""Articles out of files."""

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from ingest import stream
from ingest.archives.lines import iterate_json_lines
from ingest.archives.read import read_articles
from ingest.article import Article
from ingest.error import UnreadableInputError
from ingest.rejection import Rejection

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def write_lines(path: Path, lines: Iterable[bytes | dict[str, object]]) -> Path:
    encoded = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path.write_bytes(b"".join(line + b"\n" for line in encoded))
    return path


def read(path: Path) -> tuple[list[Article], list[Rejection]]:
    found = list(read_articles(path, now=NOW))
    articles = [item for item in found if isinstance(item, Article)]
    return articles, [item for item in found if isinstance(item, Rejection)]


def test_a_full_record_is_read(tmp_path: Path) -> None:
    record: dict[str, object] = {
        "id": "a-1",
        "title": "Hang Seng rises",
        "body": "Text.",
        "url": "https://example.com/1",
        "publisher": "Example",
        "published_at": "2025-03-10T16:20:00",
        "language": "en",
        "lead": "Lead.",
        "level": "B",
    }
    (article,), rejected = read(write_lines(tmp_path / "news.jsonl", [record]))
    assert not rejected
    assert article.article_id == "a-1"
    assert article.body == "Text."
    assert article.published_at == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)
    assert article.extra == {"lead": "Lead.", "level": "B"}


def test_only_the_title_is_needed(tmp_path: Path) -> None:
    (article,), _ = read(write_lines(tmp_path / "news.jsonl", [{"title": "Hang Seng rises"}]))
    assert (article.publisher, article.body, article.published_at) == ("unknown", "", None)
    assert len(article.article_id) == 64


@pytest.mark.parametrize(
    ("record", "body", "extra"),
    [
        ({"lead": "L", "summary": "S"}, "L", {"summary": "S"}),
        ({"summary": "S"}, "S", {}),
        ({"body": " ", "summary": "S"}, "S", {}),
        ({"body": "B", "summary": "S"}, "B", {"summary": "S"}),
        ({"body": ["one", "two"]}, "one\ntwo", {}),
    ],
)
def test_a_lead_or_summary_stands_in_for_the_body(
    tmp_path: Path, record: dict[str, object], body: str, extra: dict[str, object]
) -> None:
    (article,), _ = read(write_lines(tmp_path / "news.jsonl", [{"title": "t", **record}]))
    assert (article.body, article.extra) == (body, extra)


@pytest.mark.parametrize("claim", ["soon", "1970-01-01T00:00:00Z", "2031-01-01", 12, True, {"a": 1}])
def test_a_wrong_date_keeps_the_article_and_the_claim(tmp_path: Path, claim: object) -> None:
    (article,), rejected = read(write_lines(tmp_path / "news.jsonl", [{"title": "t", "published_at": claim}]))
    assert not rejected
    assert article.published_at is None
    assert article.extra == {"claimed_published_at": claim}


def test_bad_lines_are_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "news.jsonl",
        [
            b'\xef\xbb\xbf{"title": "first"}',
            b'{"title": "broken',
            b"",
            b'{"title": "caf\xe9"}',
            b"[1, 2]",
            b"42",
            {"body": "no title"},
            {"title": {"en": "x"}},
            {"title": "t", "url": [1]},
            b"[" * 100_000,
            b'{"title": "lone \\ud800 surrogate"}',
        ],
    )
    articles, rejected = read(path)
    assert [article.title for article in articles] == ["first", "lone surrogate"]
    assert [rejection.where for rejection in rejected] == [
        f"news.jsonl line {n}" for n in (2, 4, 5, 6, 7, 8, 9, 10)
    ]
    assert "no JSON object (Unterminated string" in rejected[0].reason
    assert rejected[1].reason == "not UTF-8 text (byte 15); save the file as UTF-8"
    assert rejected[2].reason == "a JSON array, where an object is needed"
    assert rejected[3].reason == "a JSON number, where an object is needed"
    assert rejected[4].reason == 'the article has no title; give every record a non-empty "title"'
    assert rejected[5].reason == '"title" is a JSON object, where text is needed'


def test_a_line_beyond_the_bound_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stream.MAX_LINE_BYTES == 64 * 1024 * 1024
    monkeypatch.setattr(stream, "MAX_LINE_BYTES", 1024 * 1024)
    long = json.dumps({"title": "t", "body": "x" * 3 * 1024 * 1024}).encode()
    articles, rejected = read(write_lines(tmp_path / "news.jsonl", [{"title": "a"}, long, {"title": "b"}]))
    assert [article.title for article in articles] == ["a", "b"]
    assert [str(rejection) for rejection in rejected] == [
        "news.jsonl line 2: longer than 1 MB; no record is that long"
    ]


def test_compressed_files_are_read_by_content(tmp_path: Path) -> None:
    for name in ("news.jsonl.gz", "misnamed.jsonl"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(b'{"title": "a"}\n{"title": "b"}'))
        assert [article.title for article in read(path)[0]] == ["a", "b"]


def test_a_truncated_archive_gives_what_came_before(tmp_path: Path) -> None:
    lines = b"".join(
        json.dumps({"title": f"Headline number {n * n * 7919}"}).encode() + b"\n" for n in range(20_000)
    )
    path = tmp_path / "news.jsonl.gz"
    whole = gzip.compress(lines)
    path.write_bytes(whole[: len(whole) // 2])
    articles, rejected = read(path)
    assert 5_000 < len(articles) < 15_000
    assert articles[0].title == "Headline number 0"
    assert rejected == [
        Rejection(
            where=f"news.jsonl.gz line {len(articles) + 1}",
            reason="the compressed file ends too early (a broken download?); what came before was read",
        )
    ]


def test_json_lines_are_given_with_their_numbers(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "in.jsonl", [b'{"title": " a "}', b"", b"no", b'{"b": 1}'])
    first, second, third = iterate_json_lines(path)
    assert first == (1, {"title": " a "})
    assert second[0] == 3
    assert isinstance(second[1], Rejection)
    assert third == (4, {"b": 1})


def test_a_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_bytes(
        b"\xef\xbb\xbfTitle,Body,published_at,desk\r\n"
        b'"A, quoted","line one\nline ""two""",2025-03-10 16:20,hk\r\n'
        b"\r\n"
        b"Too,many,,fields,here\r\n"
        b"Latin caf\xe9,,,\r\n"
        b",no title,,\r\n"
        b"Short\r\n"
    )
    articles, rejected = read(path)
    assert [article.title for article in articles] == ["A, quoted", "Short"]
    assert articles[0].body == 'line one\nline "two"'
    assert articles[0].published_at == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)
    assert articles[0].extra == {"desk": "hk"}
    assert [rejection.where for rejection in rejected] == [f"news.csv line {n}" for n in (5, 6, 7)]
    assert rejected[0].reason == "has 5 fields for 4 columns; put texts with commas in quotes"


def test_a_damaged_csv_gives_what_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_bytes(b"title,body\na\rb,c\nd,e\n")
    articles, (rejection,) = read(path)
    assert [article.title for article in articles] == ["d"]
    assert rejection.where == "news.csv line 2"
    assert "no CSV record" in rejection.reason


def test_a_truncated_csv_gives_what_came_before(tmp_path: Path) -> None:
    rows = b"".join(b"Headline number %d,text\n" % (n * n * 7919) for n in range(20_000))
    whole = gzip.compress(b"title,body\n" + rows)
    path = tmp_path / "news.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    articles, (rejection,) = read(path)
    assert 5_000 < len(articles) < 15_000
    assert rejection.where == f"news.csv.gz line {len(articles) + 2}"
    assert "ends too early" in rejection.reason


def test_a_csv_may_hold_long_texts_and_be_compressed(tmp_path: Path) -> None:
    path = tmp_path / "news.csv.gz"
    path.write_bytes(gzip.compress(b"title;body\nlong;" + b"x" * 500_000 + b"\n"))
    (article,), _ = read(path)
    assert len(article.body) == 500_000


def test_a_line_beyond_the_bound_is_rejected_in_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_LINE_BYTES", 1000)
    path = tmp_path / "news.csv"
    path.write_bytes(b"title,body\na,b\nlong," + b"x" * 2000 + b"\nc,d\n")
    articles, rejected = read(path)
    assert [article.title for article in articles] == ["a", "c"]
    assert [rejection.where for rejection in rejected] == ["news.csv line 3"]


def test_parquet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "news.parquet"
    times = pd.to_datetime(["2025-03-10 16:20", "NaT"])
    pd.DataFrame(
        {"title": ["a", None], "body": ["text", "x"], "published_at": times, "score": [0.5, 1.0]}
    ).to_parquet(path)
    (article,), (rejection,) = read(path)
    assert (article.title, article.body) == ("a", "text")
    assert article.published_at == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)
    assert article.extra == {"score": 0.5}
    assert rejection.where == "news.parquet row 2"


def test_parquet_with_zones_is_read(tmp_path: Path) -> None:
    path = tmp_path / "news.bin"
    times = pd.to_datetime(["2025-03-10 16:20"]).tz_localize("Asia/Hong_Kong")
    pd.DataFrame({"title": ["a"], "published_at": times}).to_parquet(path)
    (article,), _ = read(path)
    assert article.published_at == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("news.jsonl", b"", "is empty"),
        ("news.jsonl", b"\x00\x01\x02\x03" * 100, "holds binary data, not text"),
        ("news.jsonl", '{"title": "x"}'.encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
        ("news.jsonl", b"<!DOCTYPE html><html>", "holds HTML or XML, not JSON Lines"),
        ("news.jsonl", b'[\n{"title": "x"}\n]', "holds one JSON array; write one object on each line"),
        ("news.jsonl.gz", b"\x1f\x8bnot really", "cannot be unpacked"),
        ("news.csv", b"headline,text\na,b\n", "has no column 'title'; its columns: headline, text"),
        ("news.csv", b"<html><body>404</body></html>", "holds an HTML page, not a table"),
        ("news.parquet", b"PAR1 rubbish", "cannot be read as Parquet"),
        ("news.docx", b"some text", "is of no known kind; name it .jsonl, .jsonl.gz, .csv, .parquet, .warc"),
    ],
)
def test_unreadable_files_are_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableInputError) as caught:
        list(read_articles(path))
    assert str(path) in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_parquet_file_without_titles_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "news.parquet"
    pd.DataFrame({"headline": ["a"]}).to_parquet(path)
    with pytest.raises(UnreadableInputError, match="has no column 'title'; its columns: headline"):
        list(read_articles(path))


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="No such file"):
        list(read_articles(tmp_path / "missing.jsonl"))
    with pytest.raises(UnreadableInputError, match="directory"):
        list(read_articles(tmp_path))

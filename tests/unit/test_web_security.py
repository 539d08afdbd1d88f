"""Tokens, sessions, rates, origins: the deciders of the door."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from southbound.error import UsageError
from southbound.settings import read_settings
from southbound.web.security.access import is_local_address, make_access
from southbound.web.security.header import is_known_host, is_own_change
from southbound.web.security.limit import Rate, RateLimit
from southbound.web.security.session import SessionBook, cookie_text, secret_of
from southbound.web.security.token import User, add_user, read_token_file, read_users

WEB = read_settings(None).web


def test_a_token_is_printed_once_and_kept_as_a_hash_in_a_private_file(tmp_path: Path) -> None:
    users = tmp_path / "users.yaml"
    token = add_user(users, scope="review", note="Ann's")
    assert re.fullmatch(r"sb_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", token)
    assert token.rpartition("_")[2] not in users.read_text(encoding="utf-8")
    assert stat.S_IMODE(users.stat().st_mode) == 0o600
    user = read_users(users).user_of(token)
    assert user is not None
    assert user.scope == "review"
    assert read_users(users).user_of(token[:-1] + ("A" if token[-1] != "A" else "B")) is None


def test_a_second_token_leaves_the_first_valid(tmp_path: Path) -> None:
    users = tmp_path / "users.yaml"
    tokens = [add_user(users, scope="read"), add_user(users, scope="admin")]
    book = read_users(users)
    assert [user.scope for user in map(book.user_of, tokens) if user] == ["read", "admin"]


def test_a_users_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    users = tmp_path / "users.yaml"
    add_user(users, scope="read")
    users.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        read_users(users)


def test_a_token_file_holds_one_token_that_can_not_be_guessed(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.touch(mode=0o600)
    file.write_text("letmein\n", encoding="utf-8")
    with pytest.raises(UsageError, match="22 characters"):
        read_token_file(file)
    secret = "f3" * 32
    file.write_text(secret + "\n", encoding="utf-8")
    user = read_token_file(file).user_of(secret)
    assert user is not None
    assert user.may("admin")


def test_each_scope_includes_those_before_it() -> None:
    reviewer = User(name="x", scope="review")
    assert reviewer.may("read")
    assert reviewer.may("review")
    assert not reviewer.may("admin")


def test_other_addresses_need_tokens(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can be reached by others"):
        make_access(host="0.0.0.0", settings=WEB)  # noqa: S104 - it is what is refused
    users = tmp_path / "users.yaml"
    add_user(users, scope="read")
    access = make_access(host="0.0.0.0", settings=WEB, users=users)  # noqa: S104 - guarded now
    assert access.tokens is not None
    assert make_access(host="127.0.0.1", settings=WEB).tokens is None


@pytest.mark.parametrize(
    ("host", "is_local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False), ("::", False), ("", False)],  # noqa: S104
)
def test_local_addresses_are_told_from_others(host: str, *, is_local: bool) -> None:
    assert is_local_address(host) is is_local


@pytest.mark.parametrize(
    "header", ["evil.example", "evil.example:8321", "localhost.evil.example", "", "[::1"]
)
def test_a_local_server_answers_to_no_other_name(header: str) -> None:
    assert not is_known_host(header, make_access(host="127.0.0.1", settings=WEB).hosts)


@pytest.mark.parametrize("header", ["localhost", "LOCALHOST:8321", "127.0.0.1:1", "[::1]:8321"])
def test_a_local_server_answers_to_its_own_names(header: str) -> None:
    assert is_known_host(header, make_access(host="127.0.0.1", settings=WEB).hosts)


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://a", "host": "a"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://desk:8321", "host": "desk:8321"}, True),
        ({"origin": "http://evil", "host": "desk:8321"}, False),
        ({"origin": "null", "host": "desk"}, False),
        ({"host": "desk"}, False),
    ],
)
def test_a_change_is_ours_by_what_the_browser_says(headers: dict[str, str], *, is_own: bool) -> None:
    assert is_own_change(headers) is is_own


@given(steps=st.lists(st.floats(min_value=0, max_value=5), max_size=60))
def test_no_client_gets_more_than_burst_and_rate(steps: list[float]) -> None:
    limit, now, taken = RateLimit(Rate(per_second=2, burst=3)), 0.0, 0
    for step in steps:
        now += step
        taken += limit.wait("one", now=now) == 0
    assert taken <= 3 + 2 * now + 1e-6


def test_who_waits_as_long_as_told_is_let_in() -> None:
    limit = RateLimit(Rate(per_second=0.5, burst=1))
    assert limit.wait("one", now=0) == 0
    wait = limit.wait("one", now=0)
    assert wait == pytest.approx(2)
    assert limit.wait("other", now=0) == 0
    assert limit.wait("one", now=wait) == 0


def test_a_session_ends_by_itself_and_by_logging_out() -> None:
    book, user = SessionBook(seconds=10), User(name="x", scope="read")
    secret = book.begin(user, now=0)
    assert book.user_of(secret, now=9.9) == user
    assert book.user_of(secret, now=10) is None
    other = book.begin(user, now=0)
    book.end(other)
    assert book.user_of(other, now=0) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    text = cookie_text("s3cret", seconds=60, is_secure=True)
    assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/"} <= set(text.split("; "))
    assert secret_of(text.split(";")[0]) == "s3cret"

"""How much a text is about an entity."""

from __future__ import annotations

import pytest

from nlp.annotation import Field, Span
from nlp.entities.relevance import describe_mentions, weigh


def span(field: Field, start: int) -> Span:
    return Span(field=field, start=start, end=start + 7, text="Alibaba")


def test_a_name_at_the_head_of_the_title() -> None:
    features = describe_mentions(
        [span("title", 0), span("body", 100), span("body", 900)],
        n_mentions=4,
        title_chars=40,
        body_chars=1000,
    )
    assert features == {
        "in_title": 1.0,
        "title_start": 1.0,
        "first_place": 0.0,
        "log_count": pytest.approx(1.3862944),
        "share": 0.75,
        "in_lead": 1.0,
    }


def test_a_name_far_down_the_body() -> None:
    features = describe_mentions([span("body", 3000)], n_mentions=10, title_chars=40, body_chars=9000)
    assert features == {
        "in_title": 0.0,
        "title_start": 0.0,
        "first_place": 1.0,
        "log_count": pytest.approx(0.6931472),
        "share": 0.1,
        "in_lead": 0.0,
    }


def test_a_title_without_a_body() -> None:
    features = describe_mentions([span("title", 20)], n_mentions=1, title_chars=40, body_chars=0)
    assert (features["title_start"], features["share"]) == (0.5, 1.0)


def test_weights_give_a_probability() -> None:
    features = describe_mentions([span("title", 0)], n_mentions=1, title_chars=40, body_chars=100)
    nothing = {
        "in_title": 0.0,
        "title_start": 0.0,
        "first_place": 0.0,
        "log_count": 0.0,
        "share": 0.0,
        "in_lead": 0.0,
    }
    assert weigh(features, {"intercept": 0.0, **nothing}) == 0.5
    assert weigh(features, {"intercept": -1.0, **nothing, "in_title": 3.0}) == pytest.approx(0.8807971)
    assert weigh(features, {"intercept": -1.0, **nothing, "share": -1.0}) == pytest.approx(0.1192029)

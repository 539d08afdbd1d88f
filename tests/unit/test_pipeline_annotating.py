"""A text that breaks the tagger: the rest is tagged, it is told which, only another model tries again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.article import make_article
from nlp.annotation import EntityTag, Text
from nlp.claims import CLAIM_READER
from nlp.claims.claim import Claim
from nlp.claims.reader import ClaimReader
from nlp.claims.sentence.lexicon import read_lexicon
from nlp.entities.catalogue import Catalogue
from nlp.scoring.scorer import EncoderScorer, Fields, Scored, WordScorer
from nlp.tagger import Tagger
from southbound import CONFIG
from southbound.cli import run
from southbound.pipeline import tag as pipeline
from southbound.pipeline.review import adjust
from southbound.pipeline.tag import tag_store
from southbound.service.job import Job
from southbound.service.work import tagging
from southbound.settings import Settings, read_settings
from southbound.store import Store, open_store

NOBODY = Catalogue(entities={}, by_listing={})
SEEN = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
POISON = "Poison"


class FragileScorer(EncoderScorer):
    """A real scorer that raises on one text, or on all."""

    fails_on = POISON

    def score(self, texts: Sequence[Fields], *, here: bool = False) -> list[Scored]:
        if any(self.fails_on in title for title, _ in texts):
            raise ValueError("a token that nobody has seen")
        return list(super().score(texts, here=here))


@pytest.fixture
def tagger(tiny_model: Path, tiny_chinese_model: Path) -> Iterator[Tagger]:
    scorer = FragileScorer(tiny_model, precision="float32", n_threads=1, max_windows=2)
    opened = Tagger([scorer, WordScorer(tiny_chinese_model, max_windows=2)], NOBODY)
    yield opened
    opened.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    titles = ["Hang Seng rises", POISON, "Alibaba rises", "Tencent falls"]
    with open_store(path) as store, store.transaction():
        articles = [
            make_article(title=title, body="", publisher="Harbour Times", article_id=f"a{number}")
            for number, title in enumerate(titles)
        ]
        store.articles.add(articles, seen_at=SEEN, basis="seen")
    return path


def models(store: Store) -> dict[str, str]:
    return {
        key: store.tags.of_article(store.articles.revisions(key)[0])[0].model
        for key in ("a0", "a1", "a2", "a3")
    }


def test_the_rest_of_a_batch_is_tagged_and_the_text_is_tried_by_another_model_only(
    database: Path, tagger: Tagger
) -> None:
    told: list[str] = []
    with open_store(database) as store:
        assert tag_store(store, tagger, on_failed=told.append) == 4
        (line,) = told
        assert line.startswith("article 'a1' can't be tagged (ValueError: a token that nobody has seen)")
        assert models(store) == {
            "a0": tagger.model,
            "a1": f"{tagger.model}+failed",
            "a2": tagger.model,
            "a3": tagger.model,
        }
        assert tag_store(store, tagger, on_failed=told.append) == 0
        waiting = store.articles.next_untagged("another", after_pk=0, limit=9)
        assert [one.article_id for one in waiting] == ["a0", "a1", "a2", "a3"]


def test_a_tagger_that_fails_on_everything_marks_no_article(
    database: Path, tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FragileScorer, "fails_on", "")
    with open_store(database) as store:
        with pytest.raises(ValueError, match="nobody has seen"):
            tag_store(store, tagger)
        assert store.articles.untagged(tagger.model) == 4


def test_the_command_names_it_and_ends_with_three(
    database: Path, tagger: Tagger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adjust, "make_tagger", lambda _: tagger)
    assert run(["--db", str(database), "tag"]) == 3
    told = capsys.readouterr().err
    assert "rejected: article 'a1' can't be tagged (ValueError" in told
    assert told.splitlines()[-1] == "southbound: 1 rejected, the rest done: 3 articles are tagged"


def test_the_service_goes_on_and_says_so(
    database: Path, tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(_: Store, __: Settings) -> Tagger:
        return tagger

    monkeypatch.setattr(tagging, "make_tagger_in_use", in_use)
    with open_store(database) as store:
        outcome = tagging.Tagging(read_settings(None))(Job(store=store))
    assert (outcome.outcome, dict(outcome.counts)) == ("ok", {"articles_tagged": 4, "articles_failed": 1})
    assert outcome.detail is not None
    assert outcome.detail.startswith("article 'a1' can't be tagged")


def test_a_line_of_a_file_gets_an_error_and_the_others_their_tags(
    tmp_path: Path, tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "make_tagger", lambda _: tagger)
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        {"id": "a", "title": "Alibaba rises"},
        {"id": "b", "title": POISON},
        {"id": "c", "title": "Rise"},
    ]
    source.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    assert run(["tag", str(source), "-o", str(target)]) == 3
    first, second, third = map(json.loads, target.read_text(encoding="utf-8").splitlines())
    assert [first["id"], third["id"]] == ["a", "c"]
    assert "themes" in first
    assert "themes" in third
    assert second == {
        "id": "b",
        "error": "it can't be tagged: ValueError: a token that nobody has seen",
    }


class FragileReader(ClaimReader):
    """A real reader of claims that raises on one text."""

    def read(self, text: Text, entities: Sequence[EntityTag], **more: Any) -> tuple[Claim, ...]:  # noqa: ANN401 - passed on
        if POISON in text.title:
            raise ValueError("a number that nobody has seen")
        return super().read(text, entities, **more)


@pytest.fixture
def claims_tagger(tiny_model: Path, tiny_chinese_model: Path) -> Iterator[Tagger]:
    scorer = EncoderScorer(tiny_model, precision="float32", n_threads=1, max_windows=2)
    reader = FragileReader(read_lexicon(CONFIG / "claims.yaml"))
    opened = Tagger([scorer, WordScorer(tiny_chinese_model, max_windows=2)], NOBODY, claim_reader=reader)
    yield opened
    opened.close()


def test_where_its_claims_alone_can_not_be_read_a_text_has_its_tags(
    database: Path,
    claims_tagger: Tagger,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adjust, "make_tagger", lambda _: claims_tagger)
    assert run(["--db", str(database), "tag"]) == 3
    told = capsys.readouterr().err
    assert told.count("article 'a1'") == 1
    assert "rejected: article 'a1' can't be read for claims (ValueError: a number that nobody" in told
    assert "1 rejected, the rest done: 4 articles are tagged" in told
    with open_store(database) as store:
        assert set(models(store).values()) == {claims_tagger.model}
        assert store.claims.unread(CLAIM_READER) == 0


def test_a_line_of_a_file_keeps_its_tags_where_its_claims_can_not_be_read(
    tmp_path: Path, claims_tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "make_tagger", lambda _: claims_tagger)
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "b", "title": f"{POISON} up 2 %"}) + "\n", encoding="utf-8")
    assert run(["tag", str(source), "-o", str(target)]) == 3
    line = json.loads(target.read_text(encoding="utf-8"))
    assert line["error"] == "its claims can't be read: ValueError: a number that nobody has seen"
    assert (line["claims"], line["model"]) == ([], claims_tagger.model)

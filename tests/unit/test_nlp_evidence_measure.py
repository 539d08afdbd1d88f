"""Does evidence, read alone, carry its theme?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.feed import parse_feed
from nlp.annotation import Text
from nlp.entities.catalogue import Catalogue
from nlp.scoring.scorer import EncoderScorer, WordScorer
from nlp.tagger import Tagger
from nlp.training.evidence_measure import EvidenceQuality, evidence_table, measure_evidence
from nlp.training.load import load_scorer
from southbound.settings import read_feeds

NOBODY = Catalogue(entities={}, by_listing={})


@pytest.mark.no_cover
@pytest.mark.parametrize(("folder", "language"), [("english", "en"), ("chinese", "zh")])
def test_evidence_stands_alone(trained_models: Path, root: Path, folder: str, language: str) -> None:
    """On the bundled sample, whose items are short and full; on real news a single sentence does in 97 %."""
    articles = [
        article
        for feed in read_feeds(root / "config" / "sample" / "feeds.yaml")
        for article in parse_feed(
            Path(feed.url).read_bytes(), feed=feed, headers={}, seen_at=datetime(2025, 4, 1, tzinfo=UTC)
        ).articles
        if article.language.startswith(language)
    ]
    tagger = Tagger([load_scorer(trained_models / folder)], NOBODY)
    texts = [Text(title=a.title, body=a.body, language=a.language) for a in articles]
    quality = measure_evidence(tagger, texts)
    tagger.close()
    assert quality.n_tags >= 100
    assert quality.together >= 0.97
    assert quality.single >= 0.92


def test_shares_are_of_the_tags(tiny_model: Path) -> None:
    tagger = Tagger([EncoderScorer(tiny_model, precision="float32", n_threads=1, max_windows=2)], NOBODY)
    texts = [Text(title="Alibaba rises", body="Money came. It went again.", language="en")] * 2
    quality = measure_evidence(tagger, texts)
    tagger.close()
    assert quality == EvidenceQuality(
        n_texts=2,
        n_tags=4,
        single=1.0,
        together=1.0,
        as_body=1.0,
        one_sentence=1.0,
        by_theme={"ai": (2, 1.0), "diversification": (2, 1.0)},
    )
    lines = evidence_table({"own": quality})
    assert lines[2] == "| own | 2 | 4 | 1.000 | 1.000 | 1.000 | 1.000 |"
    assert lines[6] == "| ai | 1.00 of 2 |"
    assert lines[8] == "| ipo |  |"


def test_nothing_to_measure(tiny_chinese_model: Path) -> None:
    tagger = Tagger([WordScorer(tiny_chinese_model, max_windows=2)], NOBODY)
    with pytest.raises(ValueError, match="no text carries a theme"):
        measure_evidence(tagger, [Text(title="Bourse", body="", language="fr")])

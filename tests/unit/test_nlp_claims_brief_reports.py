"""Targets that somebody holds, names told briefly, and times and words of short reports on shares."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.claims.claim import MARKET_METRICS, Claim
from nlp.claims.reader import read_claim_reader
from nlp.entities.catalogue import read_catalogue
from nlp.entities.recogniser import Recogniser
from nlp.tagger import Tagger

ROOT = Path(__file__).parents[2]
#: Shortly before midnight in Hong Kong on a Tuesday: a morning in New York.
MORNING = "2025-02-11T23:30:00+08:00"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(
        [],
        read_catalogue(ROOT / "config" / "entities"),
        recogniser=Recogniser(ROOT / "models" / "recogniser"),
        claim_reader=read_claim_reader(ROOT / "config" / "claims.yaml"),
    )


def claims(tagger: Tagger, body: str, *, title: str = "", at: str = MORNING) -> list[Claim]:
    """Return a text's claims on markets."""
    instant = datetime.fromisoformat(at)
    text = Text(title=title, body=body, language="en", published_on=instant.date(), published_at=instant)
    (annotation,) = tagger.annotate([text])
    return [claim for claim in annotation.claims if claim.metric in MARKET_METRICS]


@pytest.mark.parametrize(
    ("title", "body", "owner"),
    [
        ("Pinterest Price Target Raised to $48.00/Share From $36.00 by Needham", "", "pinterest"),
        ("Mizuho Downgrades Kraft Heinz to Neutral, Adjusts Price Target to $31 From $38", "", "kraft_heinz"),
        ("Truist Adjusts Price Target on Walmart to $111 From $98", "", "walmart"),
        (
            "",
            "Cloudflare shares gained 18%. Barclays raised its price target on the stock to $175.",
            "cloudflare",
        ),
    ],
)
def test_target_is_of_whose_share_is_judged(tagger: Tagger, title: str, body: str, owner: str) -> None:
    targets = [claim for claim in claims(tagger, body, title=title) if claim.metric == "price"]
    assert targets
    assert {(claim.subject, claim.modality) for claim in targets} == {(owner, "target")}


def test_numbers_told_respectively_of_a_name_that_is_not_known_are_left_out(tagger: Tagger) -> None:
    told = claims(tagger, "The Quux Midcap gauge and the BSE Sensex were down 2.2% and 0.5%, respectively.")
    assert "sensex" not in {claim.subject for claim in told}


def test_first_word_of_a_name_stands_for_its_company_where_its_shares_are_told(tagger: Tagger) -> None:
    body = "Incitec Pivot reported its results.\nIncitec stock rose 19.5% today."
    assert [claim.subject for claim in claims(tagger, body)] == ["incitec_pivot"]


@pytest.mark.parametrize(
    ("body", "period"),
    [
        ("Nvidia shares have had a really impressive month, gaining 38% of late.", "2025-01-11/2025-02-11"),
        ("Nvidia shares have soared 234% in the last half decade.", "2020-02-11/2025-02-11"),
        (
            "Over the past year Nvidia pleased its holders.\nDuring that period, the share price soared 24%.",
            "2024-02-11/2025-02-11",
        ),
        ("The Nasdaq was down 3.3 percent in the market's first session in February.", "2025-02-11"),
        ("Nvidia finished the day down 2.3 percent ahead of quarterly results on Monday.", "2025-02-11"),
    ],
)
def test_time_of_a_move(tagger: Tagger, body: str, period: str) -> None:
    (claim,) = claims(tagger, body)
    assert claim.period.split("/")[0] == period.split("/", maxsplit=1)[0]
    assert ("/" in claim.period) == ("/" in period)


def test_points_in_words_and_trade_in_shares_are_read(tagger: Tagger) -> None:
    told = claims(tagger, "The Hang Seng Index inched down six points in opening trade to 18,821.")
    assert [(claim.metric, claim.value) for claim in told] == [("change", 6.0), ("level", 18821.0)]


@pytest.mark.parametrize(
    "body",
    [
        "The most you can lose on any stock is 100% of your money.",
        "Quux expects its shares' exposure to fall to about 10% by January 2026.",
        "The Nasdaq rose. Economists had seen the number at 169,000.",
        "The stock gained. Trading volumes at the counter jumped nearly 10-fold.",
    ],
)
def test_what_is_no_move_of_a_price_is_left_out(tagger: Tagger, body: str) -> None:
    assert claims(tagger, body) == []


def test_the_stock_is_the_one_of_the_sentence_before(tagger: Tagger) -> None:
    body = "Tesla's shares were up 3% after Apple's statement. The stock had jumped 5% today."
    told = claims(tagger, body, title="Apple Speaks of a Deal")
    assert [claim.subject for claim in told] == ["tesla", "tesla"]

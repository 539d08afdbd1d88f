"""How a page tells claims: those of one sentence with it once, every number of theirs marked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from nlp.annotation import EntityTag, Span, Text
from nlp.claims.reader import read_claim_reader
from signals.checking.assertion import Outcome, Verdict
from southbound.claims.checked import CheckedClaim
from southbound.store.claim import StoredClaim
from southbound.web.claim_wording import ClaimWording
from southbound.web.words import words_of

CLAIMS = Path(__file__).parents[2] / "config" / "claims.yaml"
INDEX = "Hang Seng Index"
SENTENCE = f"The {INDEX} rose 1.8 percent to close at 21,521.98 on Monday."
AT = datetime(2025, 2, 10, 9, tzinfo=UTC)


def claims_of(body: str, *outcomes: Outcome) -> list[CheckedClaim]:
    """Read the claims of a text and give them verdicts in their order."""
    text = Text(title="", body=body, language="en", published_on=date(2025, 2, 10))
    start = body.index(INDEX)
    index = EntityTag(
        entity_id="hsi", name=INDEX, type="index", tickers=("INDEX:HSI",), relevance=1.0, linked=True,
        mentions=(Span(field="body", start=start, end=start + len(INDEX), text=INDEX),),
    )  # fmt: skip
    read = read_claim_reader(CLAIMS).read(text, [index])
    assert len(read) == len(outcomes)
    return [
        CheckedClaim(
            stored=StoredClaim(
                claim=claim, number=number, tickers=("INDEX:HSI",), article_id="one", revision=0,
                publisher="Harbour Ledger", language="en", title="", url="", published_at=AT, known_at=AT,
                reader="test",
            ),
            verdict=Verdict(outcome=outcome),
        )
        for number, (claim, outcome) in enumerate(zip(read, outcomes, strict=True))
    ]  # fmt: skip


def test_claims_of_one_sentence_are_told_with_it_once_and_all_their_numbers_are_marked() -> None:
    wording = ClaimWording(words=words_of("en"))
    (told,) = wording.together(claims_of(SENTENCE, "confirmed", "confirmed"), "confirmed")
    passages = wording.sentence(told)
    assert "".join(one.text for one in passages) == SENTENCE
    assert [one.text for one in passages if one.mark == "word"] == [wording.number(one) for one in told]


def test_claims_that_the_data_say_different_things_to_are_told_apart() -> None:
    wording = ClaimWording(words=words_of("en"))
    found = claims_of(SENTENCE, "confirmed", "contradicted")
    assert [len(told) for told in wording.together(found, "contradicted")] == [1]
    assert wording.together(found, "confirmed")[0][0] is found[0]

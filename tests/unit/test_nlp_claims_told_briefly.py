"""What English newswires leave out: owners, times and currencies that the rest of the text tells."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.claims.claim import MARKET_METRICS, Claim
from nlp.claims.page import home_of
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
        (
            "Canada Goose Beats Estimates",
            "Canada Goose beat estimates, unlike Kering.\nIts US-listed shares rose 5% today.",
            "canada_goose",
        ),
        ("", "China Telecom named a new head.\nHong Kong shares of the company rose 3%.", "china_telecom"),
        ("China Telecom Names Head; Hong Kong Shares Rise 3%", "", "china_telecom"),
        ("Quuxa Says HSBC Extends Its Loan; Shares Rise 3%", "", ""),
        ("", "Tencent topped the Hang Seng Index, which is down 0.6%.", "hsi"),
        ("", "The CAC 40 rose. Fooly Bar led the index with a 1.4% gain.", ""),
        ("", "Nvidia rose on Monday.\nTechnology services shares dropped 2%.", ""),
        ("", "The S&P 500 technology index climbed 1.7% today.", "s_and_p_500_information_technology_index"),
        ("", "The S&P 500 rose, helped by a gain of more than 7 percent in Apple shares.", "apple"),
        ("", "The Hang Seng Index, the main gauge of Chinese stocks, slid 0.4%.", "hsi"),
        ("", "Shares of Fooly Lal Exports fall 9% today.", ""),
        ("", "Stocks rose, and Canada's blue-chip S&P/TSX 60 climbed 0.8%.", ""),
        ("", "Energy stocks rose, with the NYSE Energy Sector Index up 0.4%.", ""),
        ("", "Stocks rose.\nThe FOOBEX15 added 0.04%, closing at 1,113.30 points.", ""),
        ("", "In London, shares of Quuxa hit a low of $5, falling 5% in early trade.", ""),
    ],
)
def test_a_move_is_of_whom_the_text_has_told_of(tagger: Tagger, title: str, body: str, owner: str) -> None:
    moves = [claim for claim in claims(tagger, body, title=title) if claim.metric == "return"]
    assert ["" if x.subject.startswith("unknown:") else x.subject for x in moves] == [owner]


@pytest.mark.parametrize(
    "body",
    [
        "Tesla sold 63,238 cars last month, down 11.5% from a year before.",
        "The S&P 500 fell today.\nThat 14.8% growth is up from before.",
        "KMB wants to put its fares up by 6.5 percent.",
    ],
)
def test_what_a_company_or_an_economy_counts_is_no_move_of_a_share(tagger: Tagger, body: str) -> None:
    assert [claim for claim in claims(tagger, body) if claim.value in {11.5, 14.8, 6.5}] == []


@pytest.mark.parametrize(
    ("body", "period"),
    [
        ("In calendar year 2024, the stock of Tesla rose 207%.", "2024"),
        ("Tesla shares are up 2% YTD, as of last close.", "2025-01-01/2025-02-10"),
        ("Tesla shares slid 8% on Monday after its Q4 results.", "2025-02-10"),
        ("Tesla gave a poor view of the first quarter, as its shares fell 8%.", "2025-02-11"),
        ("Tesla shares are up 40% since Trump's Nov. 5 win.", "2024-11-05/2025-02-11"),
        (
            "I told of Tesla in September 2023, and the stock has lost 70% since then.",
            "2023-09-01/2025-02-11",
        ),
        ("Tesla has gained 16% in the preceding 15 sessions.", "2025-01-22/2025-02-11"),
        ("Tesla jumped 20% in the first weeks of 2025.", "2025-01-01/2025-02-11"),
        (
            "Between the Nov. 5 election and the Jan. 20 inauguration, Tesla stock added 70%.",
            "2024-11-05/2025-01-20",
        ),
        ("The S&P 500 slid 0.2% in the week to Friday.", "2025-W06"),
        ("The Russell 2000 lost 0.3%.", "2025-02-11"),
    ],
)
def test_a_move_is_of_its_own_time(tagger: Tagger, body: str, period: str) -> None:
    assert [claim.period for claim in claims(tagger, body) if claim.metric == "return"] == [period]


def test_moves_beside_one_of_a_week_are_of_the_week(tagger: Tagger) -> None:
    body = (
        "The S&P 500 gained 1.5% over the week, while the Nasdaq was up 1.4%. The Dow rose 0.9%.\n"
        "The Hang Seng Index fell 1%."
    )
    told = {claim.subject: claim.period for claim in claims(tagger, body, at="2025-02-08T20:00:00+08:00")}
    assert told == {
        "sp500": "2025-W06",
        "nasdaq_composite": "2025-W06",
        "djia": "2025-W06",
        "hsi": "2025-02-07",
    }


def test_a_close_told_before_an_opening_is_of_the_day_before(tagger: Tagger) -> None:
    body = "Indian shares may open flat on February 11. At the close, the Sensex dropped 0.7%."
    (move,) = (x for x in claims(tagger, body, at="2025-02-11T10:20:00+08:00") if x.metric == "return")
    assert move.period == "2025-02-10"


def test_a_rolling_time_ends_on_the_day_where_the_share_trades(tagger: Tagger) -> None:
    body = "Tesla shares are down 27% over the past 12 months."
    (move,) = claims(tagger, body, at="2025-02-08T03:24:00+08:00")
    assert move.period == "2024-02-07/2025-02-07"


def test_two_numbers_of_one_fall_are_dealt_out(tagger: Tagger) -> None:
    body = "Tencent and Xiaomi came next with a 7% and nearly 6% decline, respectively."
    told = [(claim.subject, claim.value, claim.direction) for claim in claims(tagger, body)]
    assert told == [("tencent", 7.0, "down"), ("xiaomi", 6.0, "down")]


def test_a_fraction_of_a_percent_is_read(tagger: Tagger) -> None:
    body = "The Dow rose a tenth of a percent, and the S&P 500 lost a quarter of a percent."
    assert [(claim.subject, claim.value) for claim in claims(tagger, body)] == [
        ("djia", 0.1),
        ("sp500", 0.25),
    ]


def test_a_price_said_again_in_another_currency_is_a_claim_too(tagger: Tagger) -> None:
    body = (
        "Samsung's stock rose to close at 598,000 won, equivalent to $410.10. IBM fell to C$24.60 (US$17.21)."
    )
    prices = [(x.subject, x.value, x.unit) for x in claims(tagger, body) if x.metric == "price"]
    assert prices == [
        ("samsung", 598_000.0, "KRW"),
        ("samsung", 410.1, "USD"),
        ("ibm", 24.6, "CAD"),
        ("ibm", 17.21, "USD"),
    ]


def test_a_record_is_priced_as_the_text_prices_the_share(tagger: Tagger) -> None:
    body = (
        "Alibaba, Inc. (BABA) is currently at $114.50, up $3.18\n* Would be highest close since Oct. 7, 2024"
    )
    told = claims(tagger, body, title="Alibaba on Track for Highest Close Since October 2024")
    assert {claim.unit for claim in told} == {"USD"}
    assert [claim.value for claim in told] == [None, 114.5, 3.18, None]


def test_the_best_run_of_days_is_of_those_days(tagger: Tagger) -> None:
    (run,) = claims(tagger, "Tesla's stock is having its best two-day run since 2023.")
    assert (run.metric, run.value, run.period) == ("return", None, "2025-02-10/2025-02-11")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("The stock fell to Rs 2,500 on the NSE", "INR"),
        ("It raised A$40.0 mln ($25.02 mln)", "AUD"),
        ("Shares closed at 500 yen", "JPY"),
        ("A loan of AU$5 million and one of US$3 million", "USD"),
    ],
)
def test_money_without_a_name_is_in_the_only_currency_that_sums_are_in(text: str, currency: str) -> None:
    assert home_of(text, "en") == currency

"""How far a market moved to its close, by its report."""

from __future__ import annotations

import pytest

from nlp.stories.move import closing_move


@pytest.mark.parametrize(
    ("title", "body", "move"),
    [
        ("港股低收468點", "港股向下，恒生指數收報20538點，跌468點，跌幅2.23%。", 2.23),
        ("HSI closes lower", "The Hang Seng Index ended down 2.2 percent at 20,538.", 2.2),
        ("日股低收逾4%", "東京股市向下。", 4.0),
        ("Nasdaq falls 3.3% as sell-off deepens", "The Nasdaq finished down at 17,136.", 3.3),
        # The percentage is that of a share, of another index, or of a part of the session.
        ("港股高收39點 某股升逾6%", "恒生指數收報17778點，升39點。", 0.0),
        ("港股收市跌13點", "恒生指數收報17444點，跌13點。科技指數收報3400點，跌2.1%。", 0.0),
        ("HSI closes lower", "The Hang Seng Index closed lower at 23,783 and the tech index lost 2.5%.", 0.0),
        ("恒指半日跌2.5%", "恒生指數半日報20000點，跌幅2.5%。", 0.0),
        ("港股曾挫逾400點", "恒生指數曾跌2.5%，較早時報20000點。", 0.0),
        ("Flats sell", "Prices rose 5%.", 0.0),
    ],
)
def test_a_close_tells_its_move(title: str, body: str, move: float) -> None:
    assert closing_move(title, body) == move

"""Bytes of feeds turned into text, whatever they claim to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds.encoding import decode_feed

TRADITIONAL = "恆生指數今日高開三百點，科技股領漲，南向資金淨買入逾一百億港元，騰訊及阿里巴巴成交活躍。"
SIMPLIFIED = "恒生指数今日高开三百点，科技股领涨，南向资金净买入逾一百亿港元，腾讯及阿里巴巴成交活跃。"
JAPANESE = "日経平均株価は反発し、半導体関連の銘柄が買われた。市場では円安への期待が続いている。"
KOREAN = "코스피는 외국인의 매수에 힘입어 상승했다. 반도체 기업의 주가가 시장을 이끌었다."
LATIN = "Les marchés européens ont clôturé en hausse, après l’annonce de la Banque centrale."


def feed_of(text: str, *, declared: str | None) -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    return f"{declaration}<rss><channel><item><title>{text}</title></item></channel></rss>"


def decode(text: str, *, real: str, declared: str | None = None, header: str | None = None) -> str:
    headers = {"content-type": f"text/xml; charset={header}"} if header else {}
    return decode_feed(feed_of(text, declared=declared).encode(real, "replace"), headers)


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "big5", "iso-8859-1", "no-such-code"])
@pytest.mark.parametrize("header", [None, "utf-8", "gbk", "big5", "iso-8859-1"])
@pytest.mark.parametrize(
    ("text", "real"),
    [
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "gbk"),
    ],
)
def test_chinese_feeds_are_read_whatever_they_claim(
    text: str, real: str, declared: str | None, header: str | None
) -> None:
    assert text in decode(text, real=real, declared=declared, header=header)


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1"])
@pytest.mark.parametrize(
    ("text", "real"), [(JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (KOREAN, "euc_kr"), (LATIN, "cp1252")]
)
def test_other_languages_are_read_without_a_true_claim(text: str, real: str, declared: str | None) -> None:
    assert text in decode(text, real=real, declared=declared)


def test_a_true_claim_is_believed() -> None:
    assert "Цитата" in decode("Цитата дня", real="koi8-r", declared="koi8-r")
    assert "Цитата" in decode("Цитата дня", real="cp1251", header="windows-1251")
    assert "café" in decode("café", real="utf-16")
    assert "日本" in decode("日本", real="iso2022_jp", declared="iso-2022-jp")


def test_a_few_broken_bytes_do_not_make_utf8_something_else() -> None:
    payload = feed_of(TRADITIONAL * 3, declared="utf-8").encode()
    broken = payload.replace("點".encode(), "點".encode()[:2], 1)
    text = decode_feed(broken, {})
    assert text.count("\ufffd") == 1
    assert "南向資金淨買入" in text


@given(st.binary(max_size=200), st.sampled_from(["", "text/xml; charset=base64", "text/xml; charset=hz"]))
def test_no_bytes_break_the_decoder(payload: bytes, content_type: str) -> None:
    assert isinstance(decode_feed(payload, {"content-type": content_type}), str)

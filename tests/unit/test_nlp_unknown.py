"""Unknown names: what is one, which forms belong together, where they stand."""

from __future__ import annotations

import pytest

from nlp.annotation import Field, Span
from nlp.entities.unknown import FoundName, gather_names, id_from_name, is_name, words_of


def find(text: str, form: str, *, field: Field = "body") -> Span:
    start = text.index(form)
    return Span(field=field, start=start, end=start + len(form), text=form)


def found(text: str, form: str, kind: str = "company", *, field: Field = "body") -> FoundName:
    return FoundName(span=find(text, form, field=field), type=kind)


@pytest.mark.parametrize(
    "text",
    ["Moonlight Biopharma", "Carrie Lo Wing-man", "R1", "Ministry of Elections", "zanzalintinib", "X"],
)
def test_names_pass(text: str) -> None:
    assert is_name(text) is (len(text) > 1)


@pytest.mark.parametrize(
    "text",
    [
        "Reuters", "HK$", "4Q", "February 12", "Monday", "Pakistan", "Hong Kong", "the Middle East", "US",
        "2.5%", "CEO", "Dow Jones Newswires", "A\nB", "12", "https://x.com/Name",
    ],
)  # fmt: skip
def test_what_is_no_name_does_not(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Moonlight Biopharma", "unknown:moonlight-biopharma"),
        ("MOONLIGHT BIOPHARMA Inc.", "unknown:moonlight-biopharma"),
        ("Moonlight Biopharma Holdings Ltd", "unknown:moonlight-biopharma"),
        ("Moonlight Biopharma's", "unknown:moonlight-biopharma"),
        ("Lo Wing-man", "unknown:lo-wing-man"),
        ("Inc", "unknown:inc"),
        ("AT&T", "unknown:at-t"),
    ],
)
def test_variants_of_a_name_share_an_id(name: str, expected: str) -> None:
    assert id_from_name(name) == expected


def test_a_legal_form_alone_is_kept() -> None:
    assert words_of("Group") == ("group",)
    assert words_of("Xinyuan Robotics Co., Ltd.") == ("xinyuan", "robotics")


def test_short_forms_go_with_the_full_name() -> None:
    body = "Zhao Mingxuan of Xinyuan Robotics said so. Zhao left. Xinyuan fell; Xinyuan rose again."
    names = gather_names(
        [
            found(body, "Zhao Mingxuan", "person"),
            found(body, "Xinyuan Robotics"),
            FoundName(span=Span(field="body", start=54, end=61, text="Xinyuan"), type="product"),
            FoundName(span=Span(field="body", start=43, end=47, text="Zhao"), type="person"),
        ],
        [],
        {"title": "", "body": body},
    )
    assert [(name.name, name.type) for name in names] == [
        ("Zhao Mingxuan", "person"),
        ("Xinyuan Robotics", "company"),
    ]
    assert [(span.start, span.text) for span in names[0].mentions] == [(0, "Zhao Mingxuan"), (43, "Zhao")]
    assert [(span.start, span.text) for span in names[1].mentions] == [
        (17, "Xinyuan Robotics"),
        (54, "Xinyuan"),
        (68, "Xinyuan"),
    ]


def test_initials_go_with_the_full_name() -> None:
    body = "The National Fisheries Tribunal met. NFT ruled."
    names = gather_names(
        [found(body, "The National Fisheries Tribunal", "institution"), found(body, "NFT", "product")],
        [],
        {"title": "", "body": body},
    )
    assert [(name.entity_id, name.type) for name in names] == [
        ("unknown:national-fisheries-tribunal", "institution")
    ]
    assert [span.text for span in names[0].mentions] == ["National Fisheries Tribunal", "NFT"]


def test_what_is_linked_is_not_unknown() -> None:
    body = "Jerome Powell of the Fed spoke. Powell left with Moonlight."
    linked = [find(body, "Jerome Powell"), find(body, "Fed")]
    names = gather_names(
        [
            found(body, "Jerome Powell", "person"),
            FoundName(span=Span(field="body", start=32, end=38, text="Powell"), type="person"),
            found(body, "Moonlight"),
        ],
        linked,
        {"title": "", "body": body},
    )
    assert [name.name for name in names] == ["Moonlight"]


def test_every_further_place_is_a_mention_whole_words_only() -> None:
    title, body = "Lumio rises", "Lumio's maker, Lumion, sued Lumio."
    names = gather_names([found(title, "Lumio", field="title")], [], {"title": title, "body": body})
    assert [(span.field, span.start) for span in names[0].mentions] == [
        ("title", 0), ("body", 0), ("body", 28),
    ]  # fmt: skip


def test_titles_articles_and_possessives_come_off() -> None:
    body = "Mr. Okafor's plan and the Lumio, inc."
    names = gather_names(
        [found(body, "Mr. Okafor's", "person"), found(body, "the Lumio,")], [], {"title": "", "body": body}
    )
    assert [(name.name, name.mentions[0].start) for name in names] == [("Okafor", 4), ("Lumio", 26)]


def test_who_sent_a_press_release_is_not_called_source() -> None:
    body = "Lumio grows.\n\nSOURCE Lumio Freight\nSource Okafor rose."
    names = gather_names(
        [found(body, "SOURCE Lumio Freight"), found(body, "Source Okafor")], [], {"title": "", "body": body}
    )
    assert {name.name for name in names} == {"Lumio Freight", "Source Okafor"}


def test_who_wrote_an_item_is_not_in_it() -> None:
    body = "By Ann Okafor and Lars Weiss\nLumio rose. (Reporting by Ann Okafor)\n-Ann Okafor -Olga Novak"
    found_names = [found(body, form, "person") for form in ("Ann Okafor", "Lars Weiss", "Olga Novak")]
    names = gather_names([*found_names, found(body, "Lumio")], [], {"title": "", "body": body})
    assert [name.name for name in names] == ["Lumio"]


@pytest.mark.parametrize(
    "text", ["Group", "Company Limited", "Energy Bank", "Chief Executive", "Oval Office"]
)
def test_words_of_the_trade_alone_are_no_name(text: str) -> None:
    assert not is_name(text)


def test_a_shouted_name_is_shown_in_plain_case() -> None:
    title = "LUMIO ROBOTICS WINS"
    names = gather_names([found(title, "LUMIO ROBOTICS", field="title")], [], {"title": title, "body": ""})
    assert (names[0].name, names[0].mentions[0].text) == ("Lumio Robotics", "LUMIO ROBOTICS")


def test_two_spellings_with_one_id_are_one_name() -> None:
    body = "Kestrel-Marsh bought a pier. Later Kestrel Marsh sold it."
    (name,) = gather_names(
        [found(body, "Kestrel-Marsh"), found(body, "Kestrel Marsh")], [], {"title": "", "body": body}
    )
    assert name.entity_id == "unknown:kestrel-marsh"
    assert [mention.text for mention in name.mentions] == ["Kestrel-Marsh", "Kestrel Marsh"]

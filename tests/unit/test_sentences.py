"""Paragraphs, sentences and sections."""

import time

import pytest

from extract.language.quotes import find_quotes
from extract.language.sentences import find_paragraphs, find_sentences


def split(body: str) -> list[tuple[str, str]]:
    paragraphs = find_paragraphs(body)
    sentences = find_sentences(body, paragraphs, find_quotes(body, paragraphs))
    return [(s.section, body[s.char_start : s.char_end]) for s in sentences]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Shells fell on the market.", "Four people died."],
        ["Gen. A. B. Haroun said the U.S. Army had left at 5 p.m. local time.", "No one was hurt."],
        ["The base lies near St. Mary.", "Dr. Lee treated 3.5 times as many."],
        ["It happened at 9 a.m.", "The road was closed."],
        ['"They will pay for this!" Col. Musa said.', '"We are ready."'],
        ['"Stop. Turn back," the soldier shouted.', "Nobody moved."],
        ["Was it a drone?", "The mayor did not know."],
        ["He wrote to the U.N.", "The council met later."],
        [
            "Troops of the 4th Brigade (est. 1991) left on Jan. 5.",
            "They did not return\u2026",
            "Why?",
        ],
    ],
)
def test_splits_inside_a_paragraph(sentences: list[str]) -> None:
    assert [text for _, text in split(" ".join(sentences))] == sentences


def test_headline_lead_heading_and_body() -> None:
    body = (
        "Blast kills three at border post\nThree guards died on Monday. Two were hurt.\n"
        "Army vows to respond\nThe army said so in a statement."
    )
    assert [section for section, _ in split(body)] == [
        "headline",
        "lead",
        "lead",
        "heading",
        "body",
    ]


@pytest.mark.parametrize(
    "dateline",
    [
        "GOMA, DR Congo, Jan 27 (Wire) \u2014",
        "PORT SUDAN (Wire) -",
        "KYIV, March 3 \u2013",
        "Aden, Yemen (WNA) --",
    ],
)
def test_dateline_is_kept_apart(dateline: str) -> None:
    body = f"{dateline} Rebels entered the town on Monday.\nThe army withdrew."
    assert split(body)[0] == ("dateline", dateline)
    assert split(body)[1] == ("lead", "Rebels entered the town on Monday.")


@pytest.mark.parametrize("headline", ["", "Two dead in Goma\n"])
def test_a_dateline_may_have_a_line_of_its_own(headline: str) -> None:
    body = f"{headline}Goma, 27 January 2023\n\nRebels entered the town on Monday."
    assert split(body)[-2:] == [
        ("dateline", "Goma, 27 January 2023"),
        ("lead", "Rebels entered the town on Monday."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The army \u2014 which denies it \u2014 left on Monday.",
        "Al-Shabaab fighters attacked a base - the third this week.",
        "UN-backed talks failed, the envoy said - again.",
    ],
)
def test_a_dash_alone_makes_no_dateline(text: str) -> None:
    assert split(text + "\nMore followed.")[0][0] == "lead"


def test_text_wrapped_at_a_fixed_width_keeps_its_sentences() -> None:
    body = (
        "Guerrillas attacked a convoy on the coastal highway before dawn and\n"
        "burned four lorries, wounding two drivers who were taken to the\n"
        "military hospital in the capital. The army sent reinforcements to the\n"
        "area.\n\nA spokesman declined to give any further details about the\noperation."
    )
    assert [text.split()[0] for _, text in split(body)] == ["Guerrillas", "The", "A"]


def test_caption() -> None:
    assert split("File photo: a market in Omdurman\nShells fell on it.")[0][0] == "caption"


def test_spans_cover_all_words() -> None:
    body = "One. Two!\n\n  Three\u2026 \u201cFour five.\u201d Six"
    covered = "".join("".join(text.split()) for _, text in split(body))
    assert covered == "".join(body.split())


@pytest.mark.parametrize("text", ["A" * 140 + "! - b", "A " * 70 + "! - b", "AB, C" * 30 + "! - b"])
def test_capitals_without_end_take_no_time(text: str) -> None:
    started = time.process_time()
    split(f"{text}\nFour people died. Nobody knew why.")
    assert time.process_time() - started < 0.5

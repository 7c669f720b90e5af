"""Pieces of statement contents: verbatim words, paraphrase and insertions; the pieces of one utterance."""

from __future__ import annotations

from functools import cache

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from extract.facts.statement_contents import find_statement_contents
from extract.facts.statements import find_statements
from extract.knowledge import load_knowledge
from extract.language.entities import find_entities
from extract.language.quotes import find_quotes
from extract.language.reading import Reading, build_reading
from extract.language.sentences import find_paragraphs
from extract.language.times import find_times
from extract.pipeline import load_pipeline
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article, StatementContent, StatementMention

CODES = {"verbatim": "v", "paraphrase": "p", "insertion": "i"}


@cache
def language() -> Language:
    """Return the shipped pipeline."""
    return spacy.load(PROFILES[DEFAULT_PROFILE])


@cache
def no_words() -> Doc:
    """Return a document without words: to make its language takes a tenth of a second."""
    return spacy.blank("en")("")


def statements_in(reading: Reading) -> tuple[StatementMention, ...]:
    knowledge = load_knowledge()
    entities = find_entities(reading, knowledge=knowledge)
    times = find_times(reading)
    return find_statements(reading, entities=entities, times=times, knowledge=knowledge)


def read(body: str) -> tuple[tuple[StatementMention, ...], tuple[StatementContent, ...]]:
    reading = build_reading(Article(article_id="a", body=body), language())
    statements = statements_in(reading)
    return statements, find_statement_contents(reading, statements)


def pieces(body: str) -> list[str]:
    """Return the pieces of all contents as "v We left": the first letter of the kind, and the words."""
    return [f"{CODES[piece.piece_kind]} {piece.text}" for piece in read(body)[1]]


def of_quotation(words: str, *, cue: tuple[int, int] | None = None) -> list[str]:
    """Return the pieces of a whole text as one content, whatever the attribution would make of it."""
    return pieces_of_span(words, 0, len(words), cue=cue)


def pieces_of_span(
    body: str, start: int, end: int, *, cue: tuple[int, int] | None = None
) -> list[str]:
    quotes = find_quotes(body, find_paragraphs(body))
    reading = Reading(
        article=Article(article_id="a", body=body), doc=no_words(), starts=(), ends=(), sentences=(),
        sentence_starts=(), paragraphs=find_paragraphs(body), quotes=quotes, asides=(),
    )  # fmt: skip
    statement = StatementMention(
        statement_id="s", utterance_id="s", sentence_index=0, source_text=None, source_start=None, source_end=None,
        source_form="elided", speaker_actor_id=None, speaker_name=None, organisation_actor_id=None, speaker_role=None,
        speaker_rule=None, is_official=False, is_statement=True, cue_text=body[slice(*cue)] if cue else None,
        cue_start=cue[0] if cue else None, cue_end=cue[1] if cue else None, cue_lemma=None,
        content_text=body[start:end], content_start=start, content_end=end, quote_type="mixed",
    )  # fmt: skip
    found = find_statement_contents(reading, (statement,))
    assert_holds(body, start, end, found)
    return [f"{CODES[piece.piece_kind]} {piece.text}" for piece in found]


def assert_holds(body: str, start: int, end: int, found: tuple[StatementContent, ...]) -> None:
    """Fail unless the pieces are the words they name, in order, apart, inside the content and all of it."""
    position = start
    for index, piece in enumerate(found):
        assert piece.piece_index == index
        assert position <= piece.char_start < piece.char_end <= end
        assert body[piece.char_start : piece.char_end] == piece.text
        assert not any(char.isalnum() for char in body[position : piece.char_start])
        position = piece.char_end
    assert not any(char.isalnum() for char in body[position:end])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            'The ministry said it would "never surrender" the [border] town.',
            ["p it would", "v never surrender", "p the", "i [border]", "p town"],
        ),
        (
            '"We lost [two] posts," the general admitted.',
            ["v We lost", "i [two]", "v posts"],
        ),
        (
            '"[Our] posts were overrun [on Monday]," the general admitted.',
            ["i [Our]", "v posts were overrun", "i [on Monday]"],
        ),
        (
            'He said they would stay "as long as [the enemy]" remained.',
            ["p they would stay", "v as long as", "i [the enemy]", "p remained"],
        ),
        ("According to the army, six soldiers were hurt.", ["p six soldiers were hurt"]),
    ],
)
def test_a_content_falls_into_pieces(body: str, expected: list[str]) -> None:
    assert pieces(body) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("\u201cWe left.\u201d", ["v We left."]),
        ("``We left the pass,'' and ''went home''", ["v We left the pass", "p and", "v went home"]),
        ("\u201eWe left the pass\u201c", ["v We left the pass"]),
        ("\u00bbWe left the pass\u00ab", ["v We left the pass"]),
        ("\u00ab We left the pass \u00bb", ["v We left the pass"]),
        ("\u201aWe left the pass\u2018", ["v We left the pass"]),
        ("\u2039We left the pass\u203a", ["v We left the pass"]),
        (
            "\u2018We don\u2019t know,\u2019 of the rebels\u2019 camp",
            ["v We don\u2019t know", "p of the rebels\u2019 camp"],
        ),
        ("the rebels' camp and the army's base", ["p the rebels' camp and the army's base"]),
        ("\"He told us 'burn it all' and left\"", ["v He told us 'burn it all' and left"]),
        (
            "\u201cHe said \u201cburn it\u201d and left\u201d at noon",
            ["v He said \u201cburn it\u201d and left", "p at noon"],
        ),
        ("\u201cWe left.\n\n\u201cWe return.\u201d", ["v We left.", "v We return."]),
        ('"We left.\n"We wait.\n"We return."', ["v We left.", "v We wait.", "v We return."]),
        ('the truce was "dead and they left.', ['p the truce was "dead and they left.']),
        ('"dead and they left', ["p dead and they left"]),
        ('"We left ... at dawn"', ["v We left ... at dawn"]),
        ('"We left [...] at dawn"', ["v We left", "i [...]", "v at dawn"]),
        ('"..."', []),
        ('the [so-called "free"] zone', ["p the", 'i [so-called "free"]', "p zone"]),
        ('"It [the pass][the hill] fell"', ["v It", "i [the pass]", "i [the hill]", "v fell"]),
    ],
)
def test_marks_of_all_kinds(words: str, expected: list[str]) -> None:
    assert of_quotation(words) == expected


@pytest.mark.parametrize(
    ("words", "insertions"),
    [
        ('"They (the rebels) fled"', ["i (the rebels)"]),
        ('"We hold there (sic) posts"', ["i (sic)"]),
        ('"The (northern) road is open"', ["i (northern)"]),
        ('"(The rebels) fled at night"', ["i (The rebels)"]),
        ('"He fled. (The guards) saw him"', ["i (The guards)"]),
        ('"We won (applause) the hill"', ["i (applause)"]),
        ('"We won (editor\'s note: in May) the hill"', ["i (editor's note: in May)"]),
        ('"The pass (in the north - ed.) is ours"', ["i (in the north - ed.)"]),
        ('"The Northern Army (NLA) has 20 (out of 30) tanks"', []),
        ('"We left (and so did many others)"', []),
        ("they (the rebels) fled", []),
    ],
)
def test_round_brackets_are_insertions_only_where_they_plainly_are(
    words: str, insertions: list[str]
) -> None:
    assert [piece for piece in of_quotation(words) if piece.startswith("i")] == insertions


def test_a_content_that_cuts_through_quotation_and_bracket_keeps_what_is_its_own() -> None:
    body = 'He said "we left the [old town] today" at noon.'
    start, end = body.index("left"), body.index(" town")
    assert pieces_of_span(body, start, end) == ["v left the", "i [old"]


def test_a_report_inside_a_quotation_is_paraphrased_by_who_is_quoted() -> None:
    body = (
        "\"The general told me that the bridge had fallen and to 'run for it',\" said Anna Petrova."
    )
    cue = (body.index("told"), body.index("told") + 4)
    start, end = body.index("that"), body.index(',"')
    assert pieces_of_span(body, start, end, cue=cue) == [
        "p that the bridge had fallen and to",
        "v run for it",
    ]
    nested = next(s for s in read(body)[0] if s.cue_text == "told")
    assert nested.quote_type != "direct"


def test_quote_type_follows_the_pieces() -> None:
    statements, _ = read('The envoy said the truce was "dead and buried and called for talks.')
    assert statements[0].quote_type == "indirect"


def test_a_document_in_its_own_voice_is_verbatim() -> None:
    body = (
        "Statement by the Ministry of Foreign Affairs of Azerbaijan\n\n"
        "We strongly condemn the shelling of the village [of Agdam] and its so-called \u201cliberation\u201d. "
        "The search for the missing (six people) goes on."
    )
    article = Article(
        article_id="a", body=body, publisher="Ministry of Foreign Affairs of Azerbaijan"
    )
    found = load_pipeline().extract(article)
    kinds = [(piece.piece_kind, piece.text) for piece in found.statement_contents]
    assert ("insertion", "[of Agdam]") in kinds
    assert ("verbatim", "and its so-called \u201cliberation\u201d") in kinds
    assert ("verbatim", "The search for the missing (six people) goes on.") in kinds
    assert "paraphrase" not in {kind for kind, _ in kinds}


def test_an_interrupted_quotation_is_one_utterance() -> None:
    statements, _ = read(
        '"We will hold the bridge," the governor said, "until the last truck is across. Then we leave."'
        " The army denied it."
    )
    first, second, other = statements
    assert first.utterance_id == second.utterance_id == first.statement_id
    assert other.utterance_id == other.statement_id


def test_a_quotation_without_a_cue_is_an_utterance_of_its_own() -> None:
    statements, _ = read('"The village is ours," said Colonel Kurt.\n\n"We took it at dawn."')
    assert [s.utterance_id for s in statements] == [s.statement_id for s in statements]


CHARACTERS = st.text(
    alphabet="aB \n\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb[](),.-", max_size=40
)


@settings(max_examples=400, deadline=None)
@given(CHARACTERS, st.data())
def test_pieces_hold_every_word_once(body: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    at = data.draw(st.none() | st.integers(0, max(len(body) - 1, 0)))
    pieces_of_span(body, start, end, cue=None if at is None else (at, at + 1))

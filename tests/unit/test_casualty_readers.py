"""The readers of casualties put together, and the trained one, on hand-made readings: no weights are needed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import spacy
from spacy.tokens import Doc as ParsedDoc

from extract.facts.casualty_pairs import Pair, _merge
from extract.facts.casualty_parts import find_unlisted_harm, read_parts
from extract.facts.casualty_patterns import PairReading
from extract.facts.harm import Harm
from extract.facts.victims import Group
from extract.language.parse import Doc, Span, SpanGroup
from extract.language.reading import Reading
from extract.records import Article

WORDS = "Rebels killed two guards and three boys near a well where six men hid .".split()
KILLED = 1


@pytest.fixture
def doc() -> Doc:
    return Doc.of(ParsedDoc(spacy.blank("en").vocab, words=WORDS))


@pytest.fixture
def harm(doc: Doc) -> Harm:
    return Harm(doc[KILLED], KILLED, KILLED + 1, "killed", "object", "active", False, "test")


def group(start: int, *, kind: str = "counted") -> Group:
    """Return the phrase of a number word and a noun at `start`."""
    return Group(start, start + 2, start + 1, kind, None, None, start + 1, start + 2, True, True, False)  # type: ignore[arg-type]  # fmt: skip


GUARDS, BOYS, MEN = group(2), group(5), group(11)


def merged(harm: Harm, *readers: Sequence[Group]) -> dict[int, tuple[float, str]]:
    """Return confidence and rules by the start of each phrase that stands."""
    readings = [
        [PairReading(harm, tuple(groups), f"r{number}")] if groups else []
        for number, groups in enumerate(readers)
    ]
    pairs: list[Pair] = list(_merge(readings))
    return {pair.group.start: (pair.confidence, pair.rule_id) for pair in pairs}


def test_what_all_readers_say_is_surest(harm: Harm) -> None:
    assert merged(harm, [GUARDS], [GUARDS], [GUARDS]) == {2: (0.95, "r0+r1+r2")}


def test_two_readers_outvote_the_third(harm: Harm) -> None:
    assert merged(harm, [GUARDS, MEN], [GUARDS, BOYS], [BOYS]) == {
        2: (0.9, "r0+r1"),
        5: (0.9, "r1+r2"),
    }


def test_without_agreement_the_first_reader_decides(harm: Harm) -> None:
    assert merged(harm, [GUARDS], [BOYS], [MEN]) == {2: (0.75, "r0")}


def test_two_readers_leave_the_choice_to_the_first(harm: Harm) -> None:
    assert merged(harm, [GUARDS], [], [BOYS]) == {2: (0.75, "r0")}
    assert merged(harm, [], [GUARDS], [BOYS]) == {2: (0.7, "r1")}
    assert merged(harm, [], [], [BOYS]) == {5: (0.55, "r2")}


def reading_of(doc: Doc) -> Reading:
    article = Article(article_id="a", body=" ".join(WORDS))
    return Reading(article, doc, (), (), (), (), (), (), ())


def with_types(reading: Reading, types: dict[int, str], realis: dict[int, str]) -> Reading:
    """Return the reading with the types of its harms, actual where nothing else is said."""
    group = reading.doc.spans["casualties"]
    known = {"types": types, "realis": {index: realis.get(index, "actual") for index in types}}
    reading.doc.spans = {"casualties": replace(group, attrs={**group.attrs, **known})}
    return reading


def marked(doc: Doc, parts: Sequence[tuple[int, int, str]], links: dict[int, int]) -> Reading:
    spans = tuple(Span(doc, start, end, label) for start, end, label in parts)
    doc.spans = {"casualties": SpanGroup(spans, {"links": links})}
    return reading_of(doc)


PARTS = [(1, 2, "HARM"), (2, 3, "COUNT"), (3, 4, "VICTIM"), (5, 6, "COUNT"), (6, 7, "VICTIM")]


def test_a_victim_hangs_on_its_harm_by_its_count(doc: Doc, harm: Harm) -> None:
    reading = marked(doc, PARTS, {1: 0, 2: 1, 3: 0, 4: 3})
    [found] = read_parts(reading, [harm], [GUARDS, BOYS, MEN])
    assert found.groups == (GUARDS, BOYS)
    assert found.rule_id == "trained.parts"


def test_parts_without_a_harm_say_nothing(doc: Doc, harm: Harm) -> None:
    reading = marked(doc, PARTS, {2: 1, 4: 3})
    assert list(read_parts(reading, [harm], [GUARDS, BOYS, MEN])) == []


def test_a_pronoun_is_left_to_the_other_readers(doc: Doc, harm: Harm) -> None:
    reading = marked(doc, PARTS[:3], {1: 0, 2: 1})
    assert list(read_parts(reading, [harm], [group(2, kind="pronoun")])) == []


def test_another_model_marks_nothing(doc: Doc, harm: Harm) -> None:
    assert list(read_parts(reading_of(doc), [harm], [GUARDS])) == []


def test_harm_that_no_table_lists_is_found_by_the_heads(doc: Doc, harm: Harm) -> None:
    parts = [(2, 4, "VICTIM"), (KILLED, KILLED + 1, "HARM"), (13, 14, "HARM"), (9, 10, "HARM")]
    reading = marked(doc, parts, {0: 1})
    reading = with_types(reading, {1: "killed", 2: "missing", 3: "killed"}, {2: "hypothetical"})
    (found,) = find_unlisted_harm(reading, [harm])
    assert (found.token_start, found.harm_type, found.rule_id) == (9, "killed", "harm.unlisted")


def test_listed_harm_is_not_found_twice(doc: Doc, harm: Harm) -> None:
    reading = marked(doc, [(KILLED, KILLED + 1, "HARM")], {})
    assert find_unlisted_harm(with_types(reading, {0: "killed"}, {}), [harm]) == ()

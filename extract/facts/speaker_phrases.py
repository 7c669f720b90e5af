"""What a source's noun phrase says by its words: the person named in it, the body it belongs to, the office it names.

The second reader beside `language/entities.py`, for phrases that it leaves open. Pronouns and what earlier speakers
tell belong in `speakers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extract.facts.cues import lemma_of
from extract.knowledge import Knowledge
from extract.language.actors import TITLES
from extract.language.entities import Entities
from extract.language.parse import Doc, Token
from extract.language.reading import Reading
from extract.records import EntityMention
from extract.reference import read_reference

PERSON_KINDS = frozenset({"spokesperson", "official", "expert", "witness"})
_NAME_TAGS = frozenset({"NNP", "NNPS"})
_COMMON_TAGS = frozenset({"NN", "NNS"})
_NOUN_TAGS = _COMMON_TAGS | _NAME_TAGS
_LONGEST_NOUN = 3
_NAVAL_RANKS = frozenset("admiral adm commodore".split())
_RANKS = _NAVAL_RANKS | frozenset(
    """general gen colonel col major maj captain capt lieutenant lt brigadier brig sergeant sgt
    corporal cpl marshal""".split()
)
_NO_RANK_AFTER = frozenset(
    "attorney secretary director inspector consul governor surgeon solicitor".split()
)
_INTRODUCING = frozenset("call style name dub know identify title brand".split())
_MASCULINE = frozenset(
    "he man boy father husband brother son uncle nephew grandfather spokesman chairman king prince emir sheikh imam"
    " lord mr sir priest congressman businessman widower".split()
)
_FEMININE = frozenset(
    "she woman girl mother wife sister daughter aunt niece grandmother spokeswoman chairwoman queen princess lady mrs"
    " ms congresswoman businesswoman widow nun".split()
)
_OWNING = frozenset({"of", "for", "from", "in", "at", "with"})
_CLIMB, _OWNER_WINDOW, _FULL_NAME, _CLAUSE = 3, 6, 2, 12
_INSIDE_NAMES = frozenset("of the for and del la las los le les du des y e".split())
_BEFORE_NAME = frozenset("itself himself herself themselves as the -".split())
_GOVERNING_KINDS = frozenset({"state", "de_facto_authority"})
_CORRECTION = re.compile(
    r"\b(?:earlier|previous|prior|original) (?:version|edition) of (?:this|the|our)\b"
    r"|^(?:this|the) (?:article|story|correction)$",
    re.IGNORECASE,
)
_OFFICE_SOURCE = frozenset(
    "military army security police government intelligence defence defense ministry ministerial presidential diplomatic"
    " official naval militia rebel palace cabinet".split()
)


@cache
def speaker_nouns() -> dict[str, tuple[str, bool]]:
    """Return kind and officialness by noun, singular and plural as listed."""
    return {
        row["noun"]: (row["speaker_kind"], row["is_official"] == "true")
        for row in read_reference("speaker_nouns")
    }


@cache
def _compound_heads() -> frozenset[str]:
    """Return the last words of the listed nouns of several words."""
    return frozenset(noun.split()[-1] for noun in speaker_nouns() if " " in noun)


def speaker_kind(token: Token) -> tuple[str, bool] | None:
    """Return kind and officialness of a noun that may head a speaker, None for other words.

    Listed compounds that end with it come first: "attorney general" is no attorney.
    """
    nouns = speaker_nouns()
    for length in range(_LONGEST_NOUN, 1, -1) if token.lower_ in _compound_heads() else ():
        if token.i >= length - 1:
            compound = token.doc[token.i - length + 1 : token.i + 1]
            kind = nouns.get(" ".join(word.lower_ for word in compound))
            if kind is not None:
                return kind
    return nouns.get(token.lower_) or nouns.get(lemma_of(token))


def is_official_role(role: str | None) -> bool:
    """Tell whether the words that say what a person is name an office: "ambassador", not "hospital director"."""
    nouns = speaker_nouns()
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", (role or "").lower())
    kinds = [nouns[word] for word in words if word in nouns]
    return any(kind[1] for kind in kinds) and not any(
        kind[0] in {"expert", "media", "witness"} for kind in kinds
    )


def noun_kinds(doc: Doc, span: tuple[int, int]) -> tuple[tuple[str, bool], ...]:
    """Return the kinds of the listed nouns in a phrase; a compound counts once, as what it says as a whole."""
    nouns = speaker_nouns()
    found: list[tuple[str, bool]] = []
    index = span[0]
    while index < span[1]:
        for length in range(min(_LONGEST_NOUN, span[1] - index), 1, -1):
            kind = nouns.get(" ".join(word.lower_ for word in doc[index : index + length]))
            if kind is not None:
                found.append(kind)
                index += length
                break
        else:
            single = speaker_kind(doc[index]) if doc[index].tag_ in _NOUN_TAGS else None
            if single is not None:
                found.append(single)
            index += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PersonPhrase:
    """A person's name in a phrase, and the words that say what the person is; both are token ranges."""

    name: tuple[int, int]
    role: tuple[int, int]


def person_phrase(doc: Doc, source: tuple[int, int]) -> PersonPhrase | None:
    """Return the person that a phrase names beside a role.

    "its spokesman, X", "X, a spokesman for the army", "army spokesman Colonel X"; None where no role stands there.
    """
    ending = _named_at_end(doc, source)
    if ending is not None:
        return ending
    commas = [token.i for token in doc[source[0] : source[1]] if token.text == ","]
    if not commas:
        return _titled(doc, source)
    before, after = (source[0], commas[0]), (commas[0] + 1, source[1])
    behind = (after[0], commas[1]) if len(commas) > 1 else after
    name = _name_in(doc, behind)
    if name is not None and _names_role(doc, before, any_noun=True):
        return PersonPhrase(name, (_role_start(doc, before), before[1]))
    name = _name_in(doc, before)
    if name is not None and _names_role(doc, after, any_noun=False):
        return PersonPhrase(name, (_role_start(doc, after), after[1]))
    return None


def _named_at_end(doc: Doc, source: tuple[int, int]) -> PersonPhrase | None:
    """Return "President of the Republic X Y": a person's name of two words behind an office with "of"."""
    # The entities of a phrase are looked for in those of the whole text.
    if source[0] == source[1] or doc[source[1] - 1].ent_type_ != "PERSON":
        return None
    for entity in doc.span(*source).ents:
        if entity.label_ != "PERSON" or entity.end != source[1] or len(entity) < _FULL_NAME:
            continue
        role = (_role_start(doc, (source[0], entity.start)), entity.start)
        words = doc.span(source[0], entity.start)
        is_office = any(speaker_kind(token) is not None for token in tuple(words)[:3])
        if is_office and any(token.lower_ == "of" for token in words) and "," not in words.text:
            return PersonPhrase((entity.start, entity.end), role)
    return None


def _titled(doc: Doc, source: tuple[int, int]) -> PersonPhrase | None:
    """Return "district official X": a role before the capitalised words that end the phrase."""
    start = source[1]
    while start > source[0] and _is_name_word(doc[start - 1]):
        start -= 1
    title = start
    while title > source[0] and is_title(doc[title - 1]):
        title -= 1
    last = start - 1
    if not source[0] <= last or source[1] - start < 1 or start == source[1]:
        return None
    is_role = doc[last].tag_ in _COMMON_TAGS or title < start
    kind = speaker_kind(doc[last])
    if doc[last].text[:1].isupper() and kind is not None and kind[0] in {"witness", "expert"}:
        is_role = (
            is_role and source[1] - start > 1
        )  # "the Mission on Civilian Protection" names nobody
    if not is_role or not _names_role(doc, (source[0], start), any_noun=False):
        return None
    return PersonPhrase((start, source[1]), (_role_start(doc, (source[0], start)), start))


def _name_in(doc: Doc, span: tuple[int, int]) -> tuple[int, int] | None:
    """Return the name in a phrase that is nothing but titles and a name of two words at least, None for others."""
    start = span[0]
    while start < span[1] and is_title(doc[start]):
        start += 1
    words = doc[start : span[1]]
    if not len(words) or not all(_is_name_word(token) for token in words):
        return None
    return (start, span[1]) if len(words) > 1 or start > span[0] else None


def _is_name_word(token: Token) -> bool:
    """Tell whether a word may be part of a person's name: capitalised or a particle, and no title or office."""
    if token.text in {
        "al",
        "el",
        "ag",
        "bin",
        "ibn",
        "de",
        "da",
        "van",
        "von",
        "der",
        "-",
        "\u2019",
    }:
        return True
    return token.text[:1].isupper() and token.tag_ not in {"DT", "CD"} and not is_title(token)


def is_title(token: Token) -> bool:
    """Tell whether a word is a title or an office that stands before a name."""
    return token.lower_.rstrip(".") in TITLES or speaker_kind(token) is not None


def _names_role(doc: Doc, span: tuple[int, int], *, any_noun: bool) -> bool:
    """Tell whether the words say what a person is; before a comma any common noun may ("the owner, X")."""
    head = next(
        (
            token
            for position, token in enumerate(doc[span[0] : span[1]], start=span[0])
            if token.tag_ in _NOUN_TAGS
            and (
                position + 1 >= span[1]
                or doc[position + 1].tag_ not in _NOUN_TAGS | {"POS", "HYPH"}
            )
        ),
        None,
    )
    kinds = [kind for token in doc[span[0] : span[1]] if (kind := speaker_kind(token)) is not None]
    if any(kind[0] in PERSON_KINDS for kind in kinds):
        return True
    return any_noun and head is not None and head.tag_ == "NN" and not kinds


def _role_start(doc: Doc, span: tuple[int, int]) -> int:
    """Return where the role begins: behind an article, "its" and a possessor."""
    owner = next((token.i for token in doc[span[0] : span[1]] if token.tag_ == "POS"), None)
    start = owner + 1 if owner is not None else span[0]
    while start < span[1] - 1 and doc[start].tag_ in {"DT", "PRP$", "CC"}:
        start += 1
    return start


def body_in_phrase(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    head: Token,
    *,
    knowledge: Knowledge,
) -> str | None:
    """Return the body that the words beside the head name.

    Before the head it owns or qualifies it ("a United Nations team", "the army's media wing", "President X's office");
    behind "of", "for" or "in" it employs a person ("a spokesman for the brigade"), behind "of" a body is part of it
    ("the Northern Front of the movement"). A people's name alone ("a committee
    of Sudanese doctors") makes nobody its spokesman.
    """
    kind = speaker_kind(head)
    if kind is not None and kind[0] not in {"spokesperson", "official", "body"}:
        return None
    is_person = kind is not None and kind[0] in {"spokesperson", "official"}
    begin, end = reading.span(*source)
    at = reading.starts[head.i]
    before, behind = [], []
    for mention in entities.within(begin, end):
        if mention.actor_id is None or mention.char_start <= at < mention.char_end:
            continue
        actor_kind = knowledge.kind_of(mention.actor_id)
        is_state = actor_kind == "state"
        if actor_kind in {None, "person", "media"}:
            continue
        if mention.char_end <= at:
            if is_person or head.lower_ == "office" or not is_state:
                before.append(mention.actor_id)
        elif (is_person or not is_state) and _is_owner_behind(reading, mention, head, is_person):
            behind.append(mention.actor_id)
    if before:
        return before[-1]
    return behind[0] if behind else None


def _is_owner_behind(
    reading: Reading, mention: EntityMention, head: Token, is_person: bool
) -> bool:
    """Tell whether a name behind the head is whose it is: a person's by any preposition, a body's by "of"."""
    if mention.figure == "literal" or mention.entity_type == "NORP":
        return False
    first, _ = reading.tokens_between(mention.char_start, mention.char_end)
    owning = _OWNING if is_person else {"of"}
    between = reading.doc.span(max(head.i, first - _OWNER_WINDOW), first)
    return any(token.lower_ in owning for token in between) and "," not in between.text


def owner_nouns(doc: Doc, source: tuple[int, int], head: Token) -> tuple[Token, ...]:
    """Return the definite common nouns that own or employ the head: "the unit's spokesman", "a member of the board"."""
    found = []
    for token in doc[source[0] : source[1]]:
        if token.tag_ not in _COMMON_TAGS or token.i == head.i:
            continue
        follows = token.i + 1 < source[1] and doc[token.i + 1].tag_ == "POS"
        linked = doc[max(head.i, token.i - 3) : token.i]
        is_definite = any(
            t.lower_ in {"the", "that", "this"} for t in doc[max(source[0], token.i - 2) : token.i]
        )
        if is_definite and (
            follows
            and token.i < head.i
            or token.i > head.i
            and any(t.lower_ in _OWNING for t in linked)
        ):
            found.append(token)
    return tuple(found)


def antecedent_of(doc: Doc, relative: Token) -> tuple[int, int] | None:
    """Return the noun phrase that a relative pronoun stands for: the one right before it, without a comma between."""
    end = relative.i
    while end > 0 and doc[end - 1].text in {",", "("}:
        end -= 1
    if end == 0 or end <= relative.sent.start:
        return None
    noun = relative
    for _ in range(_CLIMB):
        if noun.dep_.startswith("acl"):
            head = noun.head
            if head.i < end and head.left_edge.i < end:
                return head.left_edge.i, end
        noun = noun.head
    start = end - 1
    while start > relative.sent.start and doc[start].tag_ in _NOUN_TAGS | {
        "JJ",
        "POS",
    }:
        if doc[start - 1].tag_ not in _NOUN_TAGS | {"JJ", "POS", "DT", "PRP$"}:
            break
        start -= 1
    return (start, end) if doc[end - 1].tag_ in _NOUN_TAGS else None


def introduced_name(doc: Doc, source: tuple[int, int]) -> tuple[int, int] | None:
    """Return the name that a phrase gives its head: "a militia that calls itself the X", "an account known as X".

    The clause that gives it may follow the source.
    """
    end_of_clause = source[1]
    rest = doc[source[1] : source[1] + 2]
    if any(lemma_of(token) in _INTRODUCING for token in rest):
        end_of_clause = min(source[1] + _CLAUSE, doc[source[0]].sent.end)
    source = (source[0], end_of_clause)
    for index in range(source[0] + 1, source[1] - 1):
        if lemma_of(doc[index]) not in _INTRODUCING or doc[index - 1].text in {"-", "so"}:
            continue
        start = index + 1
        while start < source[1] and doc[start].lower_ in _BEFORE_NAME:
            start += 1
        end = start
        while end < source[1] and (
            doc[end].text[:1].isupper()
            or _is_name_word(doc[end])
            or doc[end].lower_ in _INSIDE_NAMES
        ):
            end += 1
        while end > start and doc[end - 1].text.islower():
            end -= 1
        if end > start and doc[start].text[:1].isupper():
            return start, end
    return None


def role_head(doc: Doc, source: tuple[int, int]) -> Token | None:
    """Return the noun that says what a named person is, None where none does."""
    found = None
    for token in doc[source[0] : source[1]]:
        kind = speaker_kind(token) if token.tag_ in _NOUN_TAGS else None
        if (
            kind is not None
            and kind[0] in PERSON_KINDS
            and (found is None or token.i == found.i + 1)
        ):
            found = token
    return found


def noun_words(doc: Doc, span: tuple[int, int]) -> frozenset[str]:
    """Return the lemmas of the nouns that a phrase gives its head, without those that "of" or "for" adds to it."""
    found = set()
    is_added = False
    for token in doc[span[0] : span[1]]:
        is_added = token.text != "," and (is_added or token.lower_ in _OWNING)
        if not is_added and token.tag_ in _NOUN_TAGS:
            found.add(lemma_of(token).rstrip("."))
    return frozenset(found)


def woman_before(pronoun: Token) -> tuple[int, int] | None:
    """Return the last woman named by a noun ("his daughter") in the clause before "she"."""
    doc = pronoun.doc
    before = doc[pronoun.sent.start : pronoun.i]
    if any(token.lower_ in {"she", "her"} for token in before):
        return None  # somebody spoken of already
    for token in reversed(before):
        if token.tag_ == "NN" and token.lower_ in _FEMININE:
            start = token.i
            while start > pronoun.sent.start and doc[start - 1].tag_ in {"DT", "PRP$", "JJ", "JJS"}:
                start -= 1
            has_owner = doc[start].tag_ in {"DT", "PRP$"}
            return (start if has_owner else token.i), token.i + 1
    return None


def gender_of(words: frozenset[str]) -> str | None:
    """Return m or f where the words that name a person tell, None where they do not or tell both."""
    is_man, is_woman = not words.isdisjoint(_MASCULINE), not words.isdisjoint(_FEMININE)
    if is_man == is_woman:
        return None
    return "m" if is_man else "f"


def office_suffix(doc: Doc, source: tuple[int, int], *, knowledge: Knowledge) -> str | None:
    """Return the kind of office that the words name.

    Of the longest title, else of an office noun ("military"), else of a seat ("the palace").
    """
    tokens = doc[source[0] : source[1]]
    return suffix_of_words(
        [token.lower_ for token in tokens],
        [lemma_of(token) for token in tokens],
        knowledge=knowledge,
    )


def suffix_of_words(
    words: Sequence[str], singular: Sequence[str], *, knowledge: Knowledge
) -> str | None:
    """Return the kind of office that words in lower case name; `singular` holds their lemmas."""
    for table in (knowledge.office_holders, knowledge.office_nouns, knowledge.office_seats):
        for length in (3, 2, 1):
            for start in range(len(words) - length + 1):
                if length == 1 and words[start] == "deputy" and start + 1 < len(words):
                    continue
                for forms in (words, singular):
                    suffix = table.get(" ".join(forms[start : start + length]))
                    if suffix is not None:
                        return suffix
    return _rank_suffix(words)


def _rank_suffix(words: Sequence[str]) -> str | None:
    """Return the force of a rank: an admiral's is the navy; "attorney general" is none."""
    for index, word in enumerate(words):
        if word.rstrip(".") in _RANKS and _NO_RANK_AFTER.isdisjoint(
            words[max(0, index - 2) : index]
        ):
            if "police" in words:
                return "POL"
            return "NAVY" if word.rstrip(".") in _NAVAL_RANKS else "MIL"
    return None


def is_office_source(doc: Doc, source: tuple[int, int]) -> bool:
    """Tell whether an unnamed source speaks from an office: "a military source", not "a hospital source"."""
    words = [token.lower_ for token in doc[source[0] : source[1]]]
    return not _OFFICE_SOURCE.isdisjoint(words) and "close" not in words


def is_correction_note(text: str) -> bool:
    """Tell whether the publisher's own earlier text is the source ("an earlier version of this article")."""
    return _CORRECTION.search(text) is not None


@cache
def _capitals() -> dict[str, str]:
    return {row["capital"]: row["iso3"] for row in read_reference("states") if row["capital"]}


def publisher_body(reading: Reading, entities: Entities, *, knowledge: Knowledge) -> str | None:
    """Return the official body that publishes the article itself, None for an outlet.

    The publisher's name is an actor's, or holds the name of an office that the text names; a capital in it tells whose.
    """
    publisher = reading.article.publisher
    if not publisher:
        return None
    for part in re.split(r"[,;(\u2013\u2014]", publisher):
        for alias in knowledge.aliases(part.strip()):
            if knowledge.is_official(alias.actor_id):
                return alias.actor_id
    capitals = _capitals().items() if "(" in publisher else ()
    seat = next((iso3 for name, iso3 in capitals if f"({name})" in publisher), None)
    for mention in entities.mentions:
        actor = knowledge.actors.get(mention.actor_id) if mention.actor_id else None
        if actor is None or not names_publisher(reading, mention.text):
            continue
        if seat is None or actor.party_id == seat:
            return actor.actor_id if knowledge.is_official(actor.actor_id) else None
        return knowledge.office_of(seat, actor.actor_id.rpartition("_")[2]) or seat
    return None


def names_publisher(reading: Reading, text: str) -> bool:
    """Tell whether words are the publisher's name or its beginning, without the article."""
    publisher = (reading.article.publisher or "").lower()
    name = text.lower().removeprefix("the ")
    return len(name.split()) > 1 and publisher.startswith(name)

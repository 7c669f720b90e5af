"""Who speaks: from the source of an attribution to a person, a body and a party, with the rule that told.

Noun phrases are resolved by `language/entities.py`; here are the pronouns, the short forms ("the ministry", "the
spokesman"), documents ("a statement by the army") and what makes a speaker official. The nouns are
`seeds/reference/speaker_nouns.csv`.

A speaker is official when the actor spoken for is a state, a state's agency or force, a de facto authority, an armed
group, a party or an intergovernmental organisation, or, where no actor is resolved, when the words name an office or
its holder ("officials", "the regional governor", "a military source"). Residents, relatives, media, hospitals,
analysts and charities are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extract.facts.cues import lemma_of
from extract.facts.speaker_context import (
    body_led,
    body_named_before,
    headed_organisation,
    home_state,
    mission_of,
    opening_state,
    speaking_place,
    state_named_before,
    state_of_places,
    state_of_title,
)
from extract.facts.speaker_phrases import (
    PERSON_KINDS,
    PersonPhrase,
    antecedent_of,
    body_in_phrase,
    gender_of,
    introduced_name,
    is_correction_note,
    is_office_source,
    is_official_role,
    is_title,
    names_publisher,
    noun_kinds,
    noun_words,
    office_suffix,
    owner_nouns,
    person_phrase,
    role_head,
    speaker_kind,
    woman_before,
)
from extract.knowledge import Knowledge, phrase_key
from extract.language.entities import ActorReference, Entities, resolve_actor
from extract.language.parse import Doc, Token
from extract.language.reading import Reading
from extract.records import EntityMention, SourceForm

PRONOUN_WINDOW = 2
_PERSON_WINDOW = 3
_SHORT = 3
_SINGULAR_PERSON = frozenset({"he", "she"})
_SUBJECTS = {"its": "it", "their": "they", "them": "they", "his": "he", "him": "he", "her": "she"}
_GENERIC_BODIES = frozenset(
    "alliance group movement organisation organization agency unit force coalition front faction militia party".split()
)
GUESSES = frozenset({"last_named_group", "only_group_of_article", "salient_state"})
"""Rules that take the body from the article rather than from the words."""
_FIRST_OR_SECOND = frozenset({"i", "we", "you", "me", "us"})
_PRONOUNS = frozenset({"he", "she", "it", "they"})
_OWNERS = frozenset({"his", "her", "its", "their"})
_NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_AFTER_HEAD = frozenset("IN TO WDT WP WP$ WRB VBG VBN VBD VBZ VBP".split())
_ADDING = frozenset("to with by for from about against near like around".split())
_REFLEXIVES = frozenset("himself herself itself themselves myself ourselves yourself".split())
_RELATIVES = frozenset({"who", "which", "that", "whom"})
_NOT_IN_OFFICE = frozenset({"former", "ex", "retired", "ousted", "deposed", "late"})
_MISSIONS = frozenset({"mission", "peacekeeper"})
_SIDES = frozenset({"side", "sides"})
_NOBODY = frozenset({"no", "nobody", "none", "neither"})
_OTHER = frozenset("another other second third fourth".split())
_OWN_OFFICES = frozenset(
    "spokesman spokeswoman spokesperson minister commander coordinator secretary director".split()
)
_OTHER_OFFICES = frozenset("prime defence defense foreign interior health justice".split())
_CIVIL_OFFICES = frozenset({"GOV", "PROV", "POL"})
_ORGANISATIONS = frozenset({"organisation", "organization", "observatory", "network"})
_OWN_PEOPLE = frozenset("colleague founder team staff people comrade brother".split())
_NAME_PARTS = re.compile(r"[\s\-\u2010-\u2013]+")
_AUTHOR_WORDS = frozenset({"by", "from", "of"})
_ANOTHER = frozenset(
    "earlier later second separate previous new further latest subsequent initial first".split()
)
_SINGLE_OFFICES = frozenset(
    "minister president leader premier governor mayor ambassador envoy secretary king chief delegate".split()
)
_STATE_OFFICES = frozenset(
    "minister ministry secretary department governor mayor ambassador prosecutor commissioner court parliament".split()
)
_TABLE_NAMES = frozenset({"actor_alias", "introduced_acronym"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """A resolved speaker. `actor_id` is who spoke, `organisation_actor_id` the body spoken for.

    `words` holds the lemmas of the nouns that named the speaker, by which "the agency" finds "the prisons agency X".
    """

    source_form: SourceForm
    actor_id: str | None
    name: str | None
    role: str | None
    organisation_actor_id: str | None
    rule: str | None
    is_official: bool
    is_person: bool = False
    is_plural: bool = False
    head: str = ""
    sentence_index: int = 0
    words: frozenset[str] = frozenset()


def names_speaker(doc: Doc, span: tuple[int, int]) -> bool:
    """Tell whether the tokens [start, end) may name somebody who speaks."""
    return any(
        speaker_kind(token) is not None or token.ent_type_ in {"PERSON", "ORG"}
        for token in doc[span[0] : span[1]]
    )


def head_of(doc: Doc, span: tuple[int, int]) -> Token:
    """Return the head of a source: the last noun before its first preposition, comma or bracket."""
    head = doc[span[0]]
    for token in doc[span[0] : span[1]]:
        is_pronoun = (
            token.tag_ == "PRP"
            and token.lower_ not in _REFLEXIVES
            and (token.i == span[0] or doc[token.i - 1].lower_ not in _ADDING)
        )
        if token.tag_ in _NOUN_TAGS or is_pronoun and head.tag_ not in _NOUN_TAGS:
            head = token
        elif head.tag_ in _NOUN_TAGS and (token.tag_ in _AFTER_HEAD or token.text in {",", "("}):
            break
    return head


def _is_pronoun(token: Token) -> bool:
    """Tell whether a word stands for somebody; "US" in capitals is a country."""
    is_listed = token.lower_ in _PRONOUNS | _OWNERS | _FIRST_OR_SECOND
    return token.text != "US" and (token.tag_ == "PRP" or is_listed)


def resolve_speaker(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    *,
    knowledge: Knowledge,
    history: Sequence[Speaker],
    author: Speaker | None = None,
) -> Speaker:
    """Return the speaker named by the tokens `source`; `history` holds the speakers before it in reading order.

    `author` is whose text it is, the "we" of a release.
    """
    doc = reading.doc
    head = head_of(doc, source)
    index = reading.sentence_of(head.i).sentence_index
    text = reading.text(*reading.span(*source))
    if is_correction_note(text):
        return replace(anonymous_speaker(index), rule="publisher_correction")
    antecedent = antecedent_of(doc, head) if head.lower_ in _RELATIVES else None
    if antecedent is not None:
        speaker = resolve_speaker(
            reading,
            entities,
            antecedent,
            knowledge=knowledge,
            history=history,
            author=author,
        )
        return replace(speaker, source_form="pronoun", rule=f"antecedent:{speaker.rule}")
    own = _own_words(reading, source, head, index, author) if author is not None else None
    if own is not None:
        return own
    if _is_pronoun(head):
        speaker = _pronoun(reading, entities, head, index, knowledge=knowledge, history=history)
        is_open = speaker.rule is None and head.lower_ in {"it", "its"}
        return _author_speaker(author, text, index) if author and is_open else speaker
    kind = speaker_kind(head)
    if kind is not None and kind[0] == "document":
        return _document(
            reading, entities, source, head, index, knowledge=knowledge, history=history
        )
    reference = _reference(reading, entities, source, head, knowledge=knowledge)
    speaker = _from_reference(reading, source, head, reference, index, knowledge=knowledge)
    if author is not None and doc[source[0]].lower_ in {"our", "my"}:
        return _of_author(speaker, author, kind, knowledge=knowledge)
    if speaker.rule in GUESSES and _official_by_words(doc, source) is False:
        speaker = replace(speaker, actor_id=None, organisation_actor_id=None, is_official=False)
    speaker = _same_person(reading, source, head, speaker, history)
    speaker = _completed(
        reading, entities, source, head, speaker, history, knowledge=knowledge, author=author
    )
    if author is not None:
        speaker = _of_document(doc, source, speaker, author, knowledge=knowledge)
    speaker = _as_introduced(reading, entities, source, speaker, knowledge=knowledge)
    if speaker.actor_id is not None or speaker.organisation_actor_id is not None:
        return _with_known_office(speaker, history)
    return _from_history(reading, source, head, speaker, history, knowledge=knowledge)


def _reference(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    head: Token,
    *,
    knowledge: Knowledge,
) -> ActorReference:
    """Return whom the head stands for.

    A country or capital that is the whole source stands for its government, a seat of power for the office held there.
    """
    reference = resolve_actor(reading, entities, head, knowledge=knowledge)
    if reference.rule == "seat_of_power" and reference.actor_id is not None:
        suffix = knowledge.office_seats.get(phrase_key(reference.name or ""))
        office = knowledge.office_of(reference.actor_id, suffix) if suffix else None
        office = office or reference.actor_id
        return replace(reference, actor_id=office, organisation_actor_id=office)
    if reference.actor_id is not None:
        return reference
    body = speaking_place(reading, entities, source, knowledge=knowledge)
    if body is None:
        return reference
    return replace(reference, actor_id=body, organisation_actor_id=body, rule="place_as_speaker")


def _completed(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    head: Token,
    speaker: Speaker,
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
    author: Speaker | None,
) -> Speaker:
    """Add what the words of the phrase say and the entity reader left open: the person's name, body and office."""
    doc = reading.doc
    if speaker.rule == "definite_nominal_same_noun":
        return speaker
    phrase = person_phrase(doc, source) if speaker.source_form != "named_person" else None
    role_span = source
    named = _introduced(reading, entities, source, speaker, knowledge=knowledge)
    if named is not None:
        return named
    head = (role_head(doc, source) if speaker.source_form == "named_person" else None) or head
    if phrase is not None:
        role_span = phrase.role
        head = head_of(doc, phrase.role)
        speaker = _appositive(reading, source, phrase, speaker)
    elif "," not in [t.text for t in doc[source[0] : source[1]]] and any(
        t.tag_ == "CC" for t in doc[source[0] : source[1]]
    ):
        speaker = replace(speaker, name=reading.text(*reading.span(*source)))
    if speaker.actor_id is not None:
        return speaker
    owned = _owned(reading, entities, source, role_span, head, history, knowledge=knowledge)
    if owned is None and speaker.organisation_actor_id is not None:
        return speaker
    if owned is None:
        return _unowned(
            reading,
            entities,
            source,
            role_span,
            head,
            speaker,
            history,
            knowledge=knowledge,
            author=author,
        )
    body, rule = owned
    kind = speaker_kind(head)
    if lemma_of(head) in _MISSIONS and knowledge.kind_of(body) == "igo":
        body = mission_of(reading, entities, knowledge=knowledge, parent=body) or body
    body = _office_held(doc, (source[0], role_span[1]), head, body, knowledge=knowledge)
    if speaker.source_form != "named_person":
        speaker = replace(speaker, name=_name_of(doc, reading, source))
    is_official = is_official_actor(body, knowledge=knowledge)
    by_words = _official_by_words(doc, source)
    is_body = speaker.source_form != "named_person" and (kind is None or kind[0] == "body")
    return replace(
        speaker,
        actor_id=body if is_body else None,
        organisation_actor_id=body,
        is_official=bool(is_official)
        and (by_words is not False or knowledge.kind_of(body) == "igo"),
        rule=rule,
    )


def _appositive(
    reading: Reading, source: tuple[int, int], phrase: PersonPhrase, speaker: Speaker
) -> Speaker:
    """Return the speaker as the person whom the phrase names beside a role."""
    is_place = speaker.source_form == "metonym" or speaker.rule == "name_not_in_tables"
    is_new = is_place or speaker.rule in {None, "unresolved"}
    return replace(
        speaker,
        source_form="named_person",
        name=reading.text(*reading.span(*phrase.name)),
        role=reading.text(*reading.span(*phrase.role)),
        actor_id=None if is_place else speaker.actor_id,
        organisation_actor_id=None if is_place else speaker.organisation_actor_id,
        rule="appositive_name" if is_new else speaker.rule,
        is_person=True,
        is_plural=False,
        is_official=bool(_official_by_words(reading.doc, source)),
        head=reading.doc[phrase.name[1] - 1].lower_,
    )


def _office_held(
    doc: Doc, span: tuple[int, int], head: Token, body: str, *, knowledge: Knowledge
) -> str:
    """Return the office that the words name of a state ("Iraq's prime minister"), any other body itself."""
    kind = speaker_kind(head)
    is_person = kind is not None and kind[0] in {"spokesperson", "official"}
    is_open = is_person and knowledge.is_state(body)
    suffix = office_suffix(doc, span, knowledge=knowledge) if is_open else None
    if suffix is None or suffix == "GOV":
        return body
    return knowledge.office_of(body, suffix) or body


def _introduced(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    speaker: Speaker,
    *,
    knowledge: Knowledge,
) -> Speaker | None:
    """Return the speaker by the name that the phrase gives: "a militia that calls itself the X"."""
    introduced = introduced_name(reading.doc, source) if speaker.actor_id is None else None
    if introduced is None:
        return None
    mention = entities.covering(*reading.span(*introduced))
    actor_id = mention.actor_id if mention is not None else None
    is_official = (
        knowledge.is_official(actor_id)
        if actor_id
        else bool(_official_by_words(reading.doc, source))
    )
    return replace(
        speaker,
        name=reading.text(*reading.span(*introduced)),
        actor_id=actor_id,
        organisation_actor_id=actor_id,
        is_official=is_official,
        rule="name_in_phrase",
    )


def _name_of(doc: Doc, reading: Reading, source: tuple[int, int]) -> str:
    """Return a phrase as a name: up to its first preposition or comma, without "a" and without "the" of a name."""
    start, end = source
    if doc[start].tag_ == "DT" and start + 1 < end and doc[start + 1].text[:1].isupper():
        start += 1
    stop = next((t.i for t in doc[start + 1 : end] if t.tag_ == "IN" or t.text in {",", "("}), end)
    return reading.text(*reading.span(start, stop))


def _owned(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    role: tuple[int, int],
    head: Token,
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
) -> tuple[str, str] | None:
    """Return the body that a phrase gives its head, with the rule: by "its", by a name, by a noun that spoke before."""
    doc = reading.doc
    kind = speaker_kind(head)
    owner = doc[source[0]]
    if (
        owner.tag_ == "PRP$"
        and not _is_counterpart(head)
        and kind is not None
        and kind[0] in {"spokesperson", "official", "body"}
    ):
        index = reading.sentence_of(head.i).sentence_index
        body = _pronoun(reading, entities, owner, index, knowledge=knowledge, history=history)
        actor_id = body.organisation_actor_id or body.actor_id
        if actor_id:
            return actor_id, f"office_of:{body.rule}"
        actor_id = body_named_before(reading, entities, owner, knowledge=knowledge)
        return (actor_id, "office_of:last_named_body") if actor_id else None
    named = body_in_phrase(reading, entities, (source[0], role[1]), head, knowledge=knowledge)
    if named is not None:
        return named, "body_in_phrase"
    for noun in owner_nouns(doc, (source[0], role[1]), head):
        earlier = _same_noun(noun, history) or _body_before(noun, history, knowledge=knowledge)
        actor_id = (earlier.organisation_actor_id or earlier.actor_id) if earlier else None
        if actor_id:
            return actor_id, "body_named_before"
    led = body_led(reading, entities, source, knowledge=knowledge)
    return (led, "body_led") if led is not None else None


def _unowned(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    role: tuple[int, int],
    head: Token,
    speaker: Speaker,
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
    author: Speaker | None,
) -> Speaker:
    """Give an office-holder without a named body the office that spoke before, else that of the article's state."""
    doc = reading.doc
    kind = speaker_kind(head)
    words = {token.lower_ for token in doc[source[0] : source[1]]}
    if kind is not None and kind[0] == "source" and is_office_source(doc, source):
        speaker = replace(speaker, is_official=True)
    if doc[source[0]].tag_ == "PRP$" and not _is_counterpart(head):
        return replace(speaker, is_official=False)
    international = _international(reading, entities, source, head, speaker, knowledge=knowledge)
    if international is not None:
        return international
    suffix = office_suffix(doc, (source[0], max(role[1], source[0])), knowledge=knowledge)
    owner = state_of_title(reading.text(*reading.span(*source)), home_state(entities))
    office = knowledge.office_of(owner, suffix) if owner and suffix else None
    if office is not None and kind is not None and kind[0] == "body":
        return replace(
            speaker, actor_id=office, organisation_actor_id=office, rule="title_of_one_state"
        )
    is_several = head.tag_ == "NNS" and lemma_of(head) in _SINGLE_OFFICES
    is_another = not _OTHER.isdisjoint(words) and _same_noun(head, history) is not None
    if suffix is None or is_several or is_another or not words.isdisjoint(_SIDES):
        return speaker
    is_officer = _is_officer(head, suffix)
    if not speaker.is_official or not (is_officer or _is_office_itself(doc, source, head, suffix)):
        return speaker
    body, rule = _body_of_office(
        reading, entities, source, suffix, history, knowledge=knowledge, author=author
    )
    if body is None:
        return speaker
    if is_officer:
        return replace(speaker, organisation_actor_id=body, rule=rule)
    body = body.removesuffix("_GOV")  # a government is its state
    return replace(speaker, actor_id=body, organisation_actor_id=body, rule=rule)


def _body_of_office(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    suffix: str,
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
    author: Speaker | None,
) -> tuple[str | None, str]:
    """Return the only body of that kind that spoke before, where none did the one of the state that is meant."""
    spoke = {
        actor_id
        for earlier in history
        if (actor_id := earlier.organisation_actor_id) and actor_id.endswith(f"_{suffix}")
    }
    if spoke:
        return (spoke.pop() if len(spoke) == 1 else None), "same_office_before"
    state, rule = _state_of_office(
        reading, entities, source, history, knowledge=knowledge, author=author
    )
    return (knowledge.office_of(state, suffix) if state else None), rule


def _international(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    head: Token,
    speaker: Speaker,
    *,
    knowledge: Knowledge,
) -> Speaker | None:
    """Return "the mission", "the head of the mission", "the Secretary-General" as those of the body that is meant."""
    doc = reading.doc
    is_mission = not _MISSIONS.isdisjoint({lemma_of(head), *noun_words(doc, source)})
    if is_mission or doc.span(*source).text.lower().endswith("of the mission"):
        mission = mission_of(reading, entities, knowledge=knowledge, parent=None)
        if mission is not None:
            return replace(
                speaker,
                actor_id=mission if lemma_of(head) in _MISSIONS else None,
                organisation_actor_id=mission,
                is_official=True,
                rule="only_mission_of_article",
            )
    igo = headed_organisation(reading, entities, source, knowledge=knowledge)
    if igo is None:
        return None
    return replace(
        speaker, organisation_actor_id=igo, is_official=True, rule="head_of_organisation"
    )


def _is_officer(head: Token, suffix: str) -> bool:
    """Tell whether a noun is who holds or speaks for an office, or several of a civil one: "councillors"."""
    kind = speaker_kind(head)
    if kind is None:
        return False
    is_several = head.tag_ == "NNS" and suffix in _CIVIL_OFFICES
    return is_several or kind[0] in {"official", "spokesperson", "source"}


def _is_office_itself(doc: Doc, source: tuple[int, int], head: Token, suffix: str) -> bool:
    """Tell whether a phrase is "the" and an office, with nothing behind it: "the court", "the regime's" claim."""
    if speaker_kind(head) != ("body", True) or suffix in {"REB", "CIV"}:
        return False
    words = doc[source[0] : head.i]
    is_the = len(words) > 0 and words[0].lower_ == "the"
    is_bare = all(token.tag_ in {"NN", "NNP"} for token in words[1:])
    return is_the and is_bare and all(token.tag_ == "POS" for token in doc[head.i + 1 : source[1]])


def _is_counterpart(head: Token) -> bool:
    """Tell whether a noun names one of another body: "his counterpart"."""
    return lemma_of(head) == "counterpart"


def _state_of_office(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
    author: Speaker | None,
) -> tuple[str | None, str]:
    """Return the state whose office is meant where none is named, with the rule.

    The state whose text it is, or which the article is about; else the one whose city opens the sentence ("In Quito,
    the minister said"), the one of the article's places, the state that has just spoken, and last the one named last.
    """
    state = home_state(entities)
    owner = state_of_title(reading.text(*reading.span(*source)), state)
    if owner is not None:
        return owner, "title_of_one_state"
    own = knowledge.party_of(author.organisation_actor_id or "") if author is not None else None
    if own is not None and knowledge.is_state(own):
        return own, "state_of_the_document"
    if state is not None:
        return state, "salient_state"
    state = opening_state(reading, entities, source[0], knowledge=knowledge)
    if state is not None:
        return state, "place_that_opens_the_sentence"
    state = state_of_places(entities, knowledge=knowledge)
    if state is not None:
        return state, "state_of_the_places"
    spoke = [
        (party, speaker.sentence_index)
        for speaker in history
        if (party := knowledge.party_of(speaker.organisation_actor_id or ""))
        and knowledge.is_state(party)
    ]
    index = reading.sentence_of(source[0]).sentence_index
    if spoke and (len({party for party, _ in spoke}) == 1 or index - spoke[-1][1] <= 1):
        return spoke[-1][0], "state_that_spoke_before"
    state = state_named_before(reading, entities, source[0], knowledge=knowledge)
    return state, "state_named_before"


def _own_words(
    reading: Reading, source: tuple[int, int], head: Token, sentence_index: int, author: Speaker
) -> Speaker | None:
    """Return the author where the words stand for whose text it is: "we", the publisher's name, "the Ministry"."""
    text = reading.text(*reading.span(*source))
    if head.lower_ in {"we", "i"} and reading.in_quote(reading.starts[head.i]) is None:
        return _author_speaker(author, text, sentence_index)
    if names_publisher(reading, text) or _names_author(reading.doc, source, head, author):
        speaker = _author_speaker(author, text, sentence_index)
        return replace(speaker, source_form="named_org", rule="publisher_of_the_release")
    return None


def _author_speaker(author: Speaker, text: str, sentence_index: int) -> Speaker:
    """Return the author as the speaker of a pronoun."""
    return replace(
        author,
        source_form="pronoun",
        name=author.name,
        rule="publisher_first_person",
        sentence_index=sentence_index,
        head=text.split()[-1].lower(),
    )


def _names_author(doc: Doc, source: tuple[int, int], head: Token, author: Speaker) -> bool:
    """Tell whether a short form ("the Ministry", "this institution", "the present note") stands for the author."""
    first = doc[source[0]].lower_
    if source[1] - head.i != 1 or first not in {"the", "this"} or source[1] - source[0] > _SHORT:
        return False
    kind = speaker_kind(head)
    if first == "this" or "present" in doc.span(*source).text.lower().split():
        return kind is not None and kind[0] in {"body", "document"}
    if head.i - source[0] != 1:
        return False
    if not author.is_official and head.lower_ in _ORGANISATIONS:
        return True
    return head.text[:1].isupper() and kind is not None and head.lower_ in author.words


def _of_document(
    doc: Doc, source: tuple[int, int], speaker: Speaker, author: Speaker, *, knowledge: Knowledge
) -> Speaker:
    """Give an office-holder whom a document names without a body ("the spokesman, Colonel X") the document's own.

    A minister is the ministry's whose document it is, where the words say of no other.
    """
    body = author.organisation_actor_id
    if body is None or not author.is_official or not speaker.is_official or not speaker.is_person:
        return speaker
    words = {token.lower_ for token in doc[source[0] : source[1]]}
    government = {None, f"{knowledge.party_of(body)}_GOV"}
    if speaker.organisation_actor_id not in government or not words.isdisjoint({"a", "an", "of"}):
        return speaker
    is_own = not words.isdisjoint(_OWN_OFFICES) and not words & _OTHER_OFFICES
    return (
        replace(speaker, organisation_actor_id=body, rule="office_of_the_document")
        if is_own
        else speaker
    )


def _of_author(
    speaker: Speaker, author: Speaker, kind: tuple[str, bool] | None, *, knowledge: Knowledge
) -> Speaker:
    """Give "our founder", "our units" to the author of the text, whose words they then are."""
    is_own = speaker.head in _OWN_PEOPLE
    if speaker.actor_id is not None and speaker.rule not in GUESSES or kind is None and not is_own:
        return speaker
    is_body = kind is not None and kind[0] == "body"
    body = author.organisation_actor_id
    if body is not None and not is_body and knowledge.kind_of(knowledge.party_of(body)) == "igo":
        body = knowledge.party_of(body)  # colleagues may be of any of its organs
    return replace(
        speaker,
        actor_id=author.actor_id if is_body else None,
        organisation_actor_id=body,
        rule="publisher_first_person",
        is_official=author.is_official and (is_own or kind is not None and kind[1]),
    )


def _body_before(
    noun: Token, history: Sequence[Speaker], *, knowledge: Knowledge
) -> Speaker | None:
    """Return the last body that spoke, for "the unit", "the alliance": any that is no state."""
    if speaker_kind(noun) not in {None, ("body", True), ("body", False)}:
        return None
    if lemma_of(noun) not in _GENERIC_BODIES:
        return None
    return next(
        (
            speaker
            for speaker in reversed(history)
            if not speaker.is_person
            and speaker.actor_id is not None
            and knowledge.kind_of(speaker.actor_id) != "state"
        ),
        None,
    )


def elided_speaker(history: Sequence[Speaker], sentence_index: int) -> Speaker:
    """Return the speaker of words without a source of their own: whoever spoke last."""
    if not history:
        return Speaker("elided", None, None, None, None, None, False, sentence_index=sentence_index)
    return replace(
        history[-1],
        source_form="elided",
        rule="continues_previous_speaker",
        sentence_index=sentence_index,
    )


def introducing_speaker(
    reading: Reading,
    entities: Entities,
    content: tuple[int, int] | None,
    *,
    knowledge: Knowledge,
    history: Sequence[Speaker],
    author: Speaker | None,
) -> Speaker | None:
    """Return whom the clause before a colon is about, who then says what follows."""
    # The elder was blunt: "…".
    if content is None or not reading.body[: content[0]].rstrip(" \n\"\u201c\u2018'").endswith(":"):
        return None
    colon = reading.body.rindex(":", 0, content[0])
    sentence = reading.sentence_at(colon)
    first, last = reading.tokens_between(sentence.char_start, colon)
    for token in reading.doc[first:last]:
        if not token.dep_.startswith("nsubj") or token.head.dep_ not in {"root", "ROOT"}:
            continue
        start, end = reading.subtree(token)
        if not start <= token.i < end <= token.head.i:
            return None
        speaker = resolve_speaker(
            reading, entities, (start, end), knowledge=knowledge, history=history, author=author
        )
        is_known = speaker.is_person or speaker.actor_id or speaker_kind(token)
        return replace(speaker, rule=f"introduces:{speaker.rule}") if is_known else None
    return None


def anonymous_speaker(sentence_index: int) -> Speaker:
    """Return the speaker of "it was reported that"."""
    return Speaker(
        "anonymous",
        None,
        None,
        None,
        None,
        "anonymous_passive",
        False,
        sentence_index=sentence_index,
    )


def is_official_actor(actor_id: str | None, *, knowledge: Knowledge) -> bool | None:
    """Tell whether an actor is official; None where it is unknown, or a person known without a body."""
    kind = knowledge.kind_of(actor_id)
    if kind is None or actor_id is None:
        return None
    if kind == "person" and not knowledge.is_official(actor_id):
        return None
    return knowledge.is_official(actor_id)


def _from_reference(
    reading: Reading,
    source: tuple[int, int],
    head: Token,
    reference: ActorReference,
    sentence_index: int,
    *,
    knowledge: Knowledge,
) -> Speaker:
    doc = reading.doc
    if reference.form == "metonym" and _ends_a_name(reading, source, reference):
        reference = replace(
            reference,
            actor_id=None,
            organisation_actor_id=None,
            name=_name_of(doc, reading, source),
            form="named_org",
            rule="name_not_in_tables",
        )
    organisation = reference.organisation_actor_id or reference.actor_id
    official = is_official_actor(reference.organisation_actor_id, knowledge=knowledge)
    if official is None:
        official = is_official_actor(reference.actor_id, knowledge=knowledge)
    by_words = _official_by_words(doc, source)
    kind = speaker_kind(head)
    if official is None:
        official = bool(by_words) or (by_words is None and is_official_role(reference.role))
    elif reference.rule in _TABLE_NAMES:
        pass  # a body known by its name is what the table says, whatever nouns the name is made of
    elif (
        official
        and kind is not None
        and kind[0] in {"witness", "expert", "media"}
        or official
        and by_words is False
        and not reference.actor_id
    ):
        official = False
    is_person = reference.form == "named_person" or (kind is not None and kind[0] in PERSON_KINDS)
    return Speaker(
        source_form=_form(doc, source, head, reference.form),
        actor_id=reference.actor_id,
        name=_name_of(doc, reading, source)
        if reference.rule == "named_body_in_phrase"
        else reference.name,
        role=reference.role,
        organisation_actor_id=organisation,
        rule=reference.rule,
        is_official=bool(official),
        is_person=is_person,
        is_plural=head.tag_ in {"NNS", "NNPS"},
        head=lemma_of(head),
        sentence_index=sentence_index,
        words=noun_words(doc, source),
    )


def _ends_a_name(reading: Reading, source: tuple[int, int], reference: ActorReference) -> bool:
    """Tell whether a place only ends the name of a body: "Resistencia Mapuche Malleco"."""
    first, _ = reading.tokens_between(reference.char_start, reference.char_end)
    if first <= source[0]:
        return False
    before = reading.doc[first - 1]
    return before.tag_ in {"NNP", "NNPS"} and before.text[:1].isupper() and not is_title(before)


def _form(doc: Doc, source: tuple[int, int], head: Token, form: SourceForm) -> SourceForm:
    """Return the form of a phrase: one with a common noun is nominal, or possessive where it names its owner."""
    if form not in {"nominal", "named_org", "possessive"} or head.tag_ not in {"NN", "NNS"}:
        return form
    owned = any(token.tag_ == "POS" and token.i < head.i for token in doc[source[0] : source[1]])
    return "possessive" if owned else "nominal"


def _official_by_words(doc: Doc, source: tuple[int, int]) -> bool | None:
    """Judge by the nouns of the phrase: an office-holder of something unofficial ("a hospital spokesman") is not.

    Of joined speakers ("police and hospital officials") one official one is enough. None where no noun tells.
    """
    if doc[source[0]].lower_ in _NOBODY or _left_office(doc, source):
        return False
    verdicts = []
    begin = source[0]
    joints = [t.i for t in doc[source[0] : source[1]] if t.tag_ == "CC"]
    for end in (*joints, source[1]):
        kinds = noun_kinds(doc, (begin, _office_end(doc, begin, end)))
        is_source = bool(kinds) and kinds[0][0] == "source"
        if is_source and is_office_source(doc, (begin, end)):
            verdicts.append(True)
        elif is_source or any(kind[0] in {"expert", "media", "witness"} for kind in kinds):
            verdicts.append(False)
        elif kinds:
            verdicts.append(any(kind[1] for kind in kinds))
        begin = end + 1
    return any(verdicts) if verdicts else None


def _left_office(doc: Doc, source: tuple[int, int]) -> bool:
    """Tell whether the first office that the words name is a former one; a later apposition tells of the past only."""
    is_former = False
    for token in doc[source[0] : source[1]]:
        if token.text == ",":
            is_former = False
        elif token.lower_ in _NOT_IN_OFFICE:
            is_former = True
        elif token.tag_ in _NOUN_TAGS and speaker_kind(token) is not None:
            return is_former
    return is_former


def _office_end(doc: Doc, begin: int, end: int) -> int:
    """Return where the words end that tell of the office.

    What a minister is for makes nobody else of him, and "the fears of officials" are not an office.
    """
    for index in range(begin + 1, end):
        if doc[index].tag_ != "IN":
            continue
        before = doc[begin:index]
        is_office = (
            doc[index].lower_ in {"of", "for"} and lemma_of(doc[index - 1]) in _STATE_OFFICES
        )
        is_thing = doc[index - 1].tag_ in {"NN", "NNS"} and not noun_kinds(doc, (begin, index))
        if is_office or is_thing and not any(token.tag_ in {"NNP", "CD"} for token in before):
            return index
        return end
    return end


def _pronoun(
    reading: Reading,
    entities: Entities,
    token: Token,
    sentence_index: int,
    *,
    knowledge: Knowledge,
    history: Sequence[Speaker],
) -> Speaker:
    """Return the most recent agreeing speaker within two sentences, else the most recent agreeing subject."""
    word = _SUBJECTS.get(token.lower_, token.lower_)
    blank = Speaker(
        "pronoun", None, None, None, None, None, False, head=word, sentence_index=sentence_index
    )
    if word in _FIRST_OR_SECOND:
        return replace(blank, rule="second_person" if word == "you" else "first_person")
    # In "his wife was hurt, she said" the sentence before the pronoun is what is told.
    is_behind_content = token.i > 0 and token.nbor(-1).text == ","
    if word == "she" and not is_behind_content:
        woman = woman_before(token)
        if woman is not None:
            return replace(
                blank,
                name=reading.text(*reading.span(*woman)),
                rule="woman_of_the_sentence",
                is_person=True,
                head=lemma_of(reading.doc[woman[1] - 1]),
            )
    if word in _SINGULAR_PERSON and not is_behind_content:
        here = _nearest_subject(
            reading, entities, token, word, knowledge=knowledge, history=history, is_near=True
        )
        if here is not None:
            return replace(here, source_form="pronoun", rule="subject_of_the_sentence")
    for speaker in reversed(history):
        distance = sentence_index - speaker.sentence_index
        is_near = distance <= PRONOUN_WINDOW or (
            distance <= _PERSON_WINDOW and word in _SINGULAR_PERSON
        )
        if not is_near:
            break
        if _agrees(word, speaker, knowledge=knowledge) and not _is_other_gender(
            word, speaker, history
        ):
            return replace(
                speaker,
                source_form="pronoun",
                rule="nearest_prior_statement_source",
                sentence_index=sentence_index,
                words=speaker.words | {word},
            )
    found = _nearest_subject(reading, entities, token, word, knowledge=knowledge, history=history)
    if found is not None:
        return replace(
            found,
            source_form="pronoun",
            rule="nearest_prior_subject",
            sentence_index=sentence_index,
        )
    return blank


def _agrees(pronoun: str, speaker: Speaker, *, knowledge: Knowledge) -> bool:
    """Tell whether a pronoun may stand for a speaker: people for he and she, bodies for it, several for they."""
    if speaker.name is None and speaker.actor_id is None and not speaker.head:
        return False
    actor = knowledge.actors.get(speaker.actor_id) if speaker.actor_id else None
    is_person = speaker.is_person or (actor is not None and actor.actor_kind == "person")
    if pronoun in _SINGULAR_PERSON:
        return is_person and not speaker.is_plural
    if pronoun == "it":
        return not is_person and not speaker.is_plural
    return speaker.is_plural or not is_person


def _is_other_gender(pronoun: str, speaker: Speaker, history: Iterable[Speaker]) -> bool:
    """Tell whether a speaker is known as a man where "she" stands, or as a woman where "he" does."""
    if pronoun not in _SINGULAR_PERSON:
        return False
    genders = {gender_of(speaker.words)}
    if speaker.name is not None:
        genders.update(gender_of(other.words) for other in history if other.name == speaker.name)
    return genders - {None} == {"f" if pronoun == "he" else "m"}


def _nearest_subject(
    reading: Reading,
    entities: Entities,
    token: Token,
    pronoun: str,
    *,
    knowledge: Knowledge,
    history: Sequence[Speaker],
    is_near: bool = False,
) -> Speaker | None:
    """Return the last subject before a pronoun that it may stand for.

    With `is_near` only one of the same sentence whose verb stands before the pronoun as well: what "he said" reports
    has subjects of its own.
    """
    sentence = reading.sentence_of(token.i)
    window = 0 if is_near else PRONOUN_WINDOW
    first = reading.sentence_tokens(max(0, sentence.sentence_index - window))[0]
    for candidate in reversed(reading.doc[first : token.i]):
        if not candidate.dep_.startswith("nsubj") or candidate.tag_ not in _NOUN_TAGS:
            continue
        if is_near and candidate.head.i > token.i:
            continue
        if reading.in_quote(reading.starts[candidate.i]) and not reading.in_quote(
            reading.starts[token.i]
        ):
            continue
        span = reading.subtree(candidate)
        if not span[0] <= candidate.i < span[1] <= token.i:
            span = (candidate.i, candidate.i + 1)
        speaker = resolve_speaker(reading, entities, span, knowledge=knowledge, history=history)
        known = speaker.actor_id or speaker.is_person or speaker_kind(candidate)
        if (
            known
            and _agrees(pronoun, speaker, knowledge=knowledge)
            and not _is_other_gender(pronoun, speaker, history)
        ):
            return replace(speaker, sentence_index=sentence.sentence_index)
    return None


def _document(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    head: Token,
    sentence_index: int,
    *,
    knowledge: Knowledge,
    history: Sequence[Speaker],
) -> Speaker:
    """Return who speaks through a document: its possessor or author ("a statement by the army"), else whoever spoke."""
    doc = reading.doc
    for index in range(source[0], source[1]):
        token = doc[index]
        author: tuple[int, int] | None = None
        if token.lower_ in _AUTHOR_WORDS and index > head.i and index + 1 < source[1]:
            author = (index + 1, source[1])
        elif token.tag_ == "POS" and index < head.i:
            author = (source[0], index)
        elif token.tag_ == "PRP$" and index < head.i:
            owner = _pronoun(
                reading, entities, token, sentence_index, knowledge=knowledge, history=history
            )
            if owner.actor_id or owner.name:
                return replace(owner, source_form="possessive", rule="document_of_pronoun")
        elif index < head.i and token.tag_ in _NOUN_TAGS and speaker_kind(token):
            author = (source[0], head.i)
        if author is not None and author[1] > author[0]:
            inner = resolve_speaker(reading, entities, author, knowledge=knowledge, history=history)
            form: SourceForm = "possessive" if token.tag_ == "POS" else inner.source_form
            return replace(inner, source_form=form, rule=f"document_of:{inner.rule}")
    is_short = (
        doc[source[0]].lower_ in {"the", "that", "this", "its"} and source[1] - source[0] <= 2
    ) or doc.span(source[0] + 1, head.i).text.lower() in _ANOTHER
    if is_short and history and sentence_index - history[-1].sentence_index <= PRONOUN_WINDOW:
        return replace(
            history[-1],
            source_form="nominal",
            rule="document_of_prior_speaker",
            sentence_index=sentence_index,
        )
    return Speaker(
        source_form="nominal",
        actor_id=None,
        name=reading.text(*reading.span(*source)),
        role=None,
        organisation_actor_id=None,
        rule="document_without_author",
        is_official=False,
        head=lemma_of(head),
        sentence_index=sentence_index,
    )


def _from_history(
    reading: Reading,
    source: tuple[int, int],
    head: Token,
    speaker: Speaker,
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
) -> Speaker:
    """Resolve a short form by the speakers before it: a surname, "the ministry", bare "authorities"."""
    named = replace(speaker, name=speaker.name or reading.text(*reading.span(*source)))
    kind = speaker_kind(head)
    earlier: Speaker | None = None
    rule = ""
    if kind is None and head.tag_ in {"NNP", "NNPS"}:
        earlier, rule = _same_surname(head, history), "same_surname"
        if earlier is None:
            return _of_office_before(reading.doc, source, named, history)
    elif kind is not None and kind[0] not in {"witness", "expert", "media"}:
        first = reading.doc[source[0]].lower_
        is_label = source[0] == head.i and head.tag_ in {"NN", "NNP"}
        if first in {"the", "that", "this"} or is_label:
            earlier, rule = _definite(
                source, head, kind, speaker.sentence_index, history, knowledge=knowledge
            )
        elif not _OTHER.isdisjoint(token.lower_ for token in reading.doc[source[0] : head.i]):
            return _another(named, _same_noun(head, history))
        elif source[1] - source[0] == 1 and kind == ("official", True) and head.tag_ == "NNS":
            state = _governing_actor(reading, head, history, knowledge=knowledge)
            rule = "bridging:subject_of_governing_clause"
            if state is not None:
                earlier = replace(
                    state, is_plural=True, head=lemma_of(head), role=None, is_person=False
                )
    if earlier is None:
        return named
    is_name = rule == "same_surname" and earlier.is_person
    if rule == "definite_nominal_prior_body":
        earlier = replace(earlier, is_plural=False)
    return replace(
        earlier,
        source_form="named_person" if is_name else named.source_form if not kind else "nominal",
        rule=rule,
        sentence_index=speaker.sentence_index,
    )


def _definite(
    source: tuple[int, int],
    head: Token,
    kind: tuple[str, bool],
    sentence_index: int,
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
) -> tuple[Speaker | None, str]:
    """Return whom "the ministry" or "the official" stands for among those who spoke, with the rule."""
    earlier = _same_noun(head, history)
    if earlier is not None:
        return earlier, "definite_nominal_same_noun"
    if kind[0] == "body":
        is_short = source[1] - source[0] <= _SHORT
        body = _body_before(head, history, knowledge=knowledge) if is_short else None
        return body, "definite_nominal_prior_body"
    person = _same_kind(kind, sentence_index, history) if source[1] - source[0] == 2 else None
    return person, "definite_nominal_prior_speaker"


def _of_office_before(
    doc: Doc, source: tuple[int, int], speaker: Speaker, history: Sequence[Speaker]
) -> Speaker:
    """Give "Secretary X" the body of "the defence secretary" who spoke before without a name."""
    role = role_head(doc, source)
    earlier = _same_noun(role, history) if role is not None and speaker.is_official else None
    if earlier is None or earlier.source_form == "named_person" or earlier.is_plural:
        return speaker
    if earlier.organisation_actor_id is None or not earlier.is_official:
        return speaker
    return replace(
        speaker,
        organisation_actor_id=earlier.organisation_actor_id,
        rule="same_office_before",
    )


def _another(speaker: Speaker, earlier: Speaker | None) -> Speaker:
    """Give "a third official" the body of the official who spoke before."""
    if earlier is None or earlier.organisation_actor_id is None:
        return speaker
    return replace(
        speaker,
        organisation_actor_id=earlier.organisation_actor_id,
        is_official=earlier.is_official,
        rule="another_of_the_same_body",
    )


def _same_surname(head: Token, history: Sequence[Speaker]) -> Speaker | None:
    named = [(s, _NAME_PARTS.split(s.name)) for s in reversed(history) if s.name]
    last = next((s for s, parts in named if parts[-1] == head.text), None)
    # Where family names come first: "Bae" after "Bae Sung-ryul".
    first = next((s for s, parts in named if parts[0] == head.text and len(parts) > 1), None)
    is_full = last is not None and " " in (last.name or "")
    return last if is_full or first is None or not first.is_person else first


def _same_person(
    reading: Reading,
    source: tuple[int, int],
    head: Token,
    speaker: Speaker,
    history: Sequence[Speaker],
) -> Speaker:
    """Let "the minister", or a surname, be who spoke before rather than a guess at whose office it is."""
    spoke = _same_surname(head, history) if speaker.rule == "same_surname_as_before" else None
    if spoke is not None and spoke.is_person:
        return replace(spoke, rule=speaker.rule, sentence_index=speaker.sentence_index)
    kind = speaker_kind(head)
    is_open = speaker.actor_id is None and speaker.organisation_actor_id is None
    if kind is None or kind[0] not in {"official", "spokesperson"}:
        return speaker
    if not is_open and speaker.rule not in GUESSES:
        return speaker
    is_short = reading.doc[source[0]].lower_ in {"the", "that", "this"} and source[1] - head.i == 1
    earlier = _same_noun(head, [s for s in history if s.is_person]) if is_short else None
    if earlier is None or source[1] - source[0] > 2:
        return speaker
    return replace(
        earlier,
        source_form="nominal",
        rule="definite_nominal_same_noun",
        sentence_index=speaker.sentence_index,
    )


def _same_noun(head: Token, history: Sequence[Speaker]) -> Speaker | None:
    lemma = lemma_of(head)
    return next(
        (
            s
            for s in reversed(history)
            if s.head == lemma or lemma in s.words or lemma in (s.name or "").lower().split()
        ),
        None,
    )


def _same_kind(
    kind: tuple[str, bool], sentence_index: int, history: Sequence[Speaker]
) -> Speaker | None:
    """Return the official who spoke within two sentences, for "the spokesman" and "the official"."""
    if kind[0] not in {"spokesperson", "official"}:
        return None
    return next(
        (
            s
            for s in reversed(history)
            if sentence_index - s.sentence_index <= PRONOUN_WINDOW
            and s.is_official
            and not s.is_plural
            and (s.is_person or kind[0] == "spokesperson" and s.organisation_actor_id is not None)
        ),
        None,
    )


def _governing_actor(
    reading: Reading, head: Token, history: Sequence[Speaker], *, knowledge: Knowledge
) -> Speaker | None:
    """Return the last state that spoke in the same sentence: bare "authorities" are its own."""
    index = reading.sentence_of(head.i).sentence_index
    for earlier in reversed(history):
        if earlier.sentence_index != index:
            return None
        actor = knowledge.actors.get(earlier.organisation_actor_id or earlier.actor_id or "")
        if actor is not None and earlier.is_official:
            return earlier
    return None


def _as_introduced(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    speaker: Speaker,
    *,
    knowledge: Knowledge,
) -> Speaker:
    """Give a bare name the office with which the article named the person in full before, whoever spoke then."""
    is_bare = source[1] - source[0] <= _SHORT and speaker.source_form == "named_person"
    if not is_bare or speaker.is_official or speaker.organisation_actor_id is not None:
        return speaker
    surname = reading.doc[source[1] - 1].text
    for mention in entities.within(0, reading.starts[source[0]]):
        words = mention.text.split()
        if mention.entity_type != "PERSON" or len(words) < 2 or words[-1] != surname:
            continue
        phrase = _phrase_around(reading, mention)
        named = resolve_speaker(reading, entities, phrase, knowledge=knowledge, history=())
        if named.organisation_actor_id is None and not named.is_official:
            return replace(speaker, name=mention.text)
        return replace(
            speaker,
            name=mention.text,
            role=named.role,
            actor_id=named.actor_id,
            organisation_actor_id=named.organisation_actor_id,
            is_official=named.is_official,
            words=speaker.words | named.words,
        )
    return speaker


def _phrase_around(reading: Reading, mention: EntityMention) -> tuple[int, int]:
    """Return the noun phrase of a name, with the title before it or the noun that it is in apposition to."""
    first, last = reading.tokens_between(mention.char_start, mention.char_end)
    head = reading.doc.span(first, last).root
    if head.dep_ == "appos" and head.head.i < first:
        head = head.head
    start = min(head.left_edge.i, first)
    end = last
    if end < len(reading.doc) and reading.doc[end].text == ",":
        behind = [child for child in head.children if child.dep_ == "appos" and child.i > end]
        end = behind[0].right_edge.i + 1 if behind else last
    return start, end


def _with_known_office(speaker: Speaker, history: Iterable[Speaker]) -> Speaker:
    """Give a person named before with an office that office."""
    if speaker.is_official or not speaker.is_person or speaker.actor_id is None:
        return speaker
    earlier = next((s for s in history if s.actor_id == speaker.actor_id and s.is_official), None)
    if earlier is None:
        return speaker
    return replace(
        speaker,
        is_official=True,
        role=speaker.role or earlier.role,
        organisation_actor_id=earlier.organisation_actor_id,
    )

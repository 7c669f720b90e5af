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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from extract.facts.cues import lemma_of
from extract.facts.speaker_phrases import (
    PERSON_KINDS,
    body_in_phrase,
    is_correction_note,
    is_office_source,
    names_publisher,
    office_suffix,
    owner_nouns,
    person_phrase,
    salient_state,
    speaker_kind,
)
from extract.knowledge import Knowledge
from extract.language.entities import ActorReference, Entities, resolve_actor
from extract.language.reading import Reading
from extract.records import SourceForm

PRONOUN_WINDOW = 2
_PERSON_WINDOW = 3
_SINGULAR_PERSON = frozenset({"he", "she"})
_SUBJECTS = {"its": "it", "their": "they", "them": "they", "his": "he", "him": "he", "her": "she"}
_GENERIC_BODIES = frozenset(
    "alliance group movement organisation organization agency unit force coalition front faction militia party".split()
)
_GUESSES = frozenset({"last_named_group", "only_group_of_article", "salient_state"})
_FIRST_OR_SECOND = frozenset({"i", "we", "you", "me", "us"})
_PRONOUNS = frozenset({"he", "she", "it", "they"})
_NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """A resolved speaker. `actor_id` is who spoke, `organisation_actor_id` the body spoken for."""

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
        if token.tag_ in _NOUN_TAGS | {"PRP"}:
            head = token
        elif head.tag_ in _NOUN_TAGS and (
            token.tag_ in {"IN", "TO", "WDT", "WP"} or token.text in {",", "("}
        ):
            break
    return head


def resolve_speaker(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    *,
    knowledge: Knowledge,
    history: Sequence[Speaker],
    publisher: str | None = None,
) -> Speaker:
    """Return the speaker named by the tokens `source`; `history` holds the speakers before it in reading order.

    `publisher` is the official body that publishes the article itself, the "we" of its release.
    """
    doc = reading.doc
    head = head_of(doc, source)
    index = reading.sentence_of(head.i).sentence_index
    text = reading.text(*reading.span(*source))
    if is_correction_note(text):
        return replace(anonymous_speaker(index), rule="publisher_correction")
    is_first_person = head.lower_ in {"we", "i"}
    if publisher is not None and (is_first_person or names_publisher(reading, text)):
        return _publisher_speaker(publisher, text, index, is_pronoun=is_first_person)
    if head.tag_ == "PRP" or head.lower_ in _PRONOUNS | _FIRST_OR_SECOND:
        return _pronoun(reading, entities, head, index, knowledge=knowledge, history=history)
    kind = speaker_kind(head)
    if kind is not None and kind[0] == "document":
        return _document(
            reading, entities, source, head, index, knowledge=knowledge, history=history
        )
    reference = resolve_actor(reading, entities, head, knowledge=knowledge)
    speaker = _from_reference(reading, source, head, reference, index, knowledge=knowledge)
    if speaker.rule in _GUESSES and _official_by_words(doc, source) is False:
        speaker = replace(speaker, actor_id=None, organisation_actor_id=None, is_official=False)
    speaker = _completed(reading, entities, source, head, speaker, history, knowledge=knowledge)
    if speaker.actor_id is not None or speaker.organisation_actor_id is not None:
        return _with_known_office(speaker, history)
    return _from_history(reading, source, head, speaker, history, knowledge=knowledge)


def _completed(
    reading: Reading,
    entities: Entities,
    source: tuple[int, int],
    head: Token,
    speaker: Speaker,
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
) -> Speaker:
    """Add what the words of the phrase say and the entity reader left open: the person's name, body and office."""
    doc = reading.doc
    phrase = person_phrase(doc, source) if speaker.source_form != "named_person" else None
    role_span = source
    if phrase is not None:
        role_span = phrase.role
        head = head_of(doc, phrase.role)
        form: SourceForm = "named_person"
        is_place = speaker.source_form == "metonym" or speaker.rule == "name_not_in_tables"
        speaker = replace(
            speaker,
            source_form=form,
            name=reading.text(*reading.span(*phrase.name)),
            role=reading.text(*reading.span(*phrase.role)),
            actor_id=None if is_place else speaker.actor_id,
            organisation_actor_id=None if is_place else speaker.organisation_actor_id,
            rule="appositive_name"
            if speaker.rule in {None, "unresolved"} or is_place
            else speaker.rule,
            is_person=True,
            is_plural=False,
            is_official=bool(_official_by_words(doc, source)),
            head=doc[phrase.name[1] - 1].lower_,
        )
    elif "," not in [t.text for t in doc[source[0] : source[1]]] and any(
        t.tag_ == "CC" for t in doc[source[0] : source[1]]
    ):
        speaker = replace(speaker, name=reading.text(*reading.span(*source)))
    if speaker.actor_id is not None:
        return speaker
    owned = _owned(reading, entities, source, role_span, head, history, knowledge=knowledge)
    if owned is None:
        return _unowned(
            reading, entities, source, role_span, head, speaker, history, knowledge=knowledge
        )
    body, rule = owned
    if speaker.source_form != "named_person":
        speaker = replace(speaker, name=_name_of(doc, reading, source))
    is_official = is_official_actor(body, knowledge=knowledge)
    by_words = _official_by_words(doc, source)
    kind = speaker_kind(head)
    is_body = speaker.source_form != "named_person" and (kind is None or kind[0] == "body")
    return replace(
        speaker,
        actor_id=body if is_body else None,
        organisation_actor_id=body,
        is_official=bool(is_official)
        and (by_words is not False or knowledge.kind_of(body) == "igo"),
        rule=rule,
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
        and kind is not None
        and kind[0] in {"spokesperson", "official", "body"}
    ):
        index = reading.sentence_of(head.i).sentence_index
        body = _pronoun(reading, entities, owner, index, knowledge=knowledge, history=history)
        actor_id = body.organisation_actor_id or body.actor_id
        return (actor_id, f"office_of:{body.rule}") if actor_id else None
    named = body_in_phrase(reading, entities, (source[0], role[1]), head, knowledge=knowledge)
    if named is not None:
        return named, "body_in_phrase"
    for noun in owner_nouns(doc, (source[0], role[1]), head):
        earlier = _same_noun(noun, history) or _body_before(noun, history, knowledge=knowledge)
        actor_id = (earlier.organisation_actor_id or earlier.actor_id) if earlier else None
        if actor_id:
            return actor_id, "body_named_before"
    return None


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
) -> Speaker:
    """Give an office-holder without a named body the office that spoke before, else that of the article's state."""
    doc = reading.doc
    kind = speaker_kind(head)
    words = [token.lower_ for token in doc[source[0] : source[1]]]
    if kind is not None and kind[0] == "source" and is_office_source(doc, source):
        speaker = replace(speaker, is_official=True)
    suffix = office_suffix(doc, (source[0], max(role[1], source[0])), knowledge=knowledge)
    is_officer = (
        speaker.is_official
        and kind is not None
        and kind[0] in {"official", "spokesperson", "source"}
    )
    if doc[source[0]].tag_ == "PRP$":
        return replace(speaker, is_official=False)
    if not is_officer or suffix is None or suffix == "GOV" or "sides" in words or "former" in words:
        return speaker
    spoke = {
        actor_id
        for earlier in history
        if (actor_id := earlier.organisation_actor_id) and actor_id.endswith(f"_{suffix}")
    }
    if len(spoke) == 1:
        return replace(speaker, organisation_actor_id=spoke.pop(), rule="same_office_before")
    state = salient_state(entities)
    office = knowledge.office_of(state, suffix) if state and not spoke else None
    if office is None:
        return speaker
    return replace(speaker, organisation_actor_id=office, rule="salient_state")


def _publisher_speaker(
    actor_id: str, text: str, sentence_index: int, *, is_pronoun: bool
) -> Speaker:
    return Speaker(
        source_form="pronoun" if is_pronoun else "named_org",
        actor_id=actor_id,
        name=None if is_pronoun else text,
        role=None,
        organisation_actor_id=actor_id,
        rule="publisher_first_person" if is_pronoun else "publisher_of_the_release",
        is_official=True,
        sentence_index=sentence_index,
        head="we" if is_pronoun else text.split()[-1].lower(),
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
    organisation = reference.organisation_actor_id or reference.actor_id
    official = is_official_actor(reference.organisation_actor_id, knowledge=knowledge)
    if official is None:
        official = is_official_actor(reference.actor_id, knowledge=knowledge)
    by_words = _official_by_words(doc, source)
    kind = speaker_kind(head)
    if official is None:
        official = bool(by_words)
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
    )


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
    if any(token.lower_ in {"former", "ex", "retired"} for token in doc[source[0] : source[1]]):
        return False
    verdicts = []
    begin = source[0]
    joints = [t.i for t in doc[source[0] : source[1]] if t.tag_ == "CC"]
    for end in (*joints, source[1]):
        nouns = [token for token in doc[begin:end] if token.tag_ in _NOUN_TAGS]
        kinds = [kind for token in nouns if (kind := speaker_kind(token)) is not None]
        if any(kind[0] in {"expert", "media", "witness"} for kind in kinds):
            verdicts.append(False)
        elif kinds:
            verdicts.append(any(kind[1] for kind in kinds))
        begin = end + 1
    return any(verdicts) if verdicts else None


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
    for speaker in reversed(history):
        distance = sentence_index - speaker.sentence_index
        is_near = distance <= PRONOUN_WINDOW or (
            distance <= _PERSON_WINDOW and word in _SINGULAR_PERSON
        )
        if not is_near:
            break
        if _agrees(word, speaker, knowledge=knowledge):
            return replace(
                speaker,
                source_form="pronoun",
                rule="nearest_prior_statement_source",
                sentence_index=sentence_index,
            )
    found = _nearest_subject(reading, entities, token, word, knowledge=knowledge)
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


def _nearest_subject(
    reading: Reading,
    entities: Entities,
    token: Token,
    pronoun: str,
    *,
    knowledge: Knowledge,
) -> Speaker | None:
    sentence = reading.sentence_of(token.i)
    first = reading.sentence_tokens(max(0, sentence.sentence_index - PRONOUN_WINDOW))[0]
    for candidate in reversed(reading.doc[first : token.i]):
        if not candidate.dep_.startswith("nsubj") or candidate.tag_ not in _NOUN_TAGS:
            continue
        if reading.in_quote(reading.starts[candidate.i]) and not reading.in_quote(
            reading.starts[token.i]
        ):
            continue
        reference = resolve_actor(reading, entities, candidate, knowledge=knowledge)
        speaker = _from_reference(
            reading,
            reading.subtree(candidate),
            candidate,
            reference,
            sentence.sentence_index,
            knowledge=knowledge,
        )
        known = speaker.actor_id or speaker.is_person or speaker_kind(candidate)
        if known and _agrees(pronoun, speaker, knowledge=knowledge):
            return speaker
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
        if token.lower_ in {"by", "from", "of"} and index > head.i and index + 1 < source[1]:
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
    )
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
    elif kind is not None and kind[0] not in {"witness", "expert", "media"}:
        first = reading.doc[source[0]].lower_
        if first in {"the", "that", "this"}:
            earlier, rule = _same_noun(head, history), "definite_nominal_same_noun"
            if earlier is None and kind[0] == "body" and source[1] - source[0] <= 3:
                earlier = _body_before(head, history, knowledge=knowledge)
                rule = "definite_nominal_prior_body"
            elif earlier is None and source[1] - source[0] == 2:
                earlier = _same_kind(kind, speaker.sentence_index, history)
                rule = "definite_nominal_prior_speaker"
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


def _same_surname(head: Token, history: Sequence[Speaker]) -> Speaker | None:
    return next((s for s in reversed(history) if s.name and s.name.split()[-1] == head.text), None)


def _same_noun(head: Token, history: Sequence[Speaker]) -> Speaker | None:
    lemma = lemma_of(head)
    return next(
        (
            s
            for s in reversed(history)
            if s.head == lemma or lemma in (s.name or "").lower().split()
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
            and (s.is_person or kind[0] == "spokesperson")
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

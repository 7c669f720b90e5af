"""Entity mentions of an article, and the actor that a noun phrase stands for.

Here belong the joining of names, places, offices and people into mentions, and `resolve_actor`. Reading single names
belongs in `actors.py` and `places.py`, whom offices and people stand for in `nominals.py` and `people.py`, pronouns in
`facts/statements.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.gazetteer import COUNTRY_PREFIX
from extract.knowledge import Knowledge
from extract.language.actors import (
    HYPHENS,
    ROLE_NOUNS,
    TITLES,
    NameHit,
    find_names,
    find_offices,
    mentioned_countries,
    phrase_start,
    settle_names,
)
from extract.language.capitals import add_capitals
from extract.language.facilities import add_facilities
from extract.language.figures import Figure, figure_of, is_possessive
from extract.language.frame import framed_countries, publishing_state
from extract.language.mentions import GROUP_KINDS, Desk, Finding, Form, Kind
from extract.language.namesakes import Toponym, is_at_home
from extract.language.nominals import NominalReader
from extract.language.parse import Token
from extract.language.people import PersonReader, is_titled_name, name_start
from extract.language.places import (
    ADMIN1_NOUNS,
    LOCATIVE_PREPOSITIONS,
    find_toponyms,
)
from extract.language.reading import Reading
from extract.records import EntityMention, SourceForm

_STATE_NAMES = ("demonym", "country", "metonym")
_NATURE_OF_PLACE = {
    "country": "GPE",
    "admin1": "GPE",
    "admin2": "GPE",
    "city": "GPE",
    "town": "GPE",
    "village": "GPE",
    "site": "FAC",
}


@dataclass(frozen=True, slots=True)
class ActorReference:
    """Who a noun phrase stands for, with the rule that says so; `actor_id` None where it stays open.

    `char_start`/`char_end` are the offsets of the phrase as its source. `name` is the person's or body's name as
    written; `organisation_actor_id` the body spoken for.
    """

    actor_id: str | None
    name: str
    form: SourceForm
    role: str | None
    organisation_actor_id: str | None
    rule: str
    char_start: int
    char_end: int
    mention_id: str | None


@dataclass(frozen=True, slots=True)
class Entities:
    """The entity mentions of an article in reading order; a phrase comes before the names inside it."""

    mentions: tuple[EntityMention, ...]
    findings: tuple[Finding, ...]
    states: Counter[str] = field(default_factory=Counter)
    _starts: tuple[int, ...] = ()

    def within(self, char_start: int, char_end: int) -> tuple[EntityMention, ...]:
        """Return the mentions that lie wholly inside the offsets."""
        first = bisect_left(self._starts, char_start)
        return tuple(
            mention
            for mention in self.mentions[first : bisect_left(self._starts, char_end)]
            if mention.char_end <= char_end
        )

    def covering(self, char_start: int, char_end: int) -> EntityMention | None:
        """Return the smallest mention that holds the offsets, None where none does."""
        found = [
            mention
            for mention in self.mentions[: bisect_left(self._starts, char_start + 1)]
            if mention.char_end >= char_end
        ]
        return min(found, key=lambda mention: mention.char_end - mention.char_start, default=None)

    def literal_places(self, char_start: int, char_end: int) -> tuple[EntityMention, ...]:
        """Return the mentions inside the offsets that name a place as a place, the only ones that locate anything."""
        return tuple(
            mention
            for mention in self.within(char_start, char_end)
            if mention.figure == "literal" and mention.entity_type in ("GPE", "LOC", "FAC")
        )


def find_entities(reading: Reading, *, knowledge: Knowledge) -> Entities:
    """Return the entity mentions of an article: places, names, demonyms and actor noun phrases."""
    return _Reader(reading, knowledge).read()


def resolve_actor(
    reading: Reading, entities: Entities, token: Token, *, knowledge: Knowledge
) -> ActorReference:
    """Return who the noun phrase headed by `token` stands for; pronouns come back unresolved."""
    finding = _finding_of(entities, token)
    if finding is not None:
        return _reference(reading, finding, knowledge)
    start = phrase_start(reading, token.i, token.sent.start)
    char_start, char_end = reading.span(start, token.i + 1)
    form: SourceForm = "nominal"
    if token.pos_ == "PRON":
        form = "pronoun"
    elif token.lower_ in _ANONYMOUS:
        form = "anonymous"
    elif token.pos_ == "PROPN":
        form = "named_person" if token.ent_type_ == "PERSON" else "named_org"
    return ActorReference(
        None,
        reading.text(char_start, char_end),
        form,
        None,
        None,
        "unresolved",
        char_start,
        char_end,
        None,
    )


_ANONYMOUS = frozenset(
    """source sources witness witnesses eyewitness eyewitnesses resident residents villager
    villagers local locals people survivor survivors relative relatives activist activists
    analyst analysts expert experts observer observers critic critics medic medics doctor
    doctors neighbour neighbours neighbor neighbors protester protesters one some many others
    person man woman""".split()
)


def _finding_of(entities: Entities, token: Token) -> Finding | None:
    """Return the finding that a token heads, else the largest one that holds it."""
    holding = [
        finding
        for finding in entities.findings
        if finding.token_start <= token.i < finding.token_end
    ]
    heading = [finding for finding in holding if finding.head == token.i]
    people = [finding for finding in holding if finding.kind == "person"]
    for group in (heading, people, [f for f in holding if f.token_end - 1 == token.i]):
        if group:
            return max(group, key=lambda finding: finding.token_end - finding.token_start)
    return None


def _reference(reading: Reading, finding: Finding, knowledge: Knowledge) -> ActorReference:
    mention = finding.mention
    actor_id = mention.actor_id
    kind = knowledge.kind_of(actor_id)
    form: SourceForm
    if finding.kind == "person":
        form = "named_person"
    elif mention.mention_form == "possessive":
        form = "named_org"
    elif finding.kind in ("place", "country"):
        form = "metonym"
    elif finding.kind in ("office", "group"):
        has_name = any(
            token.pos_ == "PROPN" for token in reading.doc[finding.token_start : finding.token_end]
        )
        form = "named_org" if has_name and finding.kind == "office" else "nominal"
    elif finding.kind == "actor" and not any(char.isupper() for char in mention.text):
        form = "nominal"
    else:
        form = "named_org"
    char_start = mention.char_start
    if finding.phrase_start is not None:
        char_start = reading.starts[finding.phrase_start]
    organisation = finding.organisation_actor_id
    if organisation is None and kind is not None and kind != "person":
        organisation = actor_id
    return ActorReference(
        actor_id,
        mention.text,
        form,
        finding.role,
        organisation,
        mention.resolution_rule or "unresolved",
        char_start,
        mention.char_end,
        mention.mention_id,
    )


class _Reader:
    """The order in which names, places, offices, people and what is left are read, on one desk."""

    def __init__(self, reading: Reading, knowledge: Knowledge) -> None:
        self.reading = reading
        self.doc = reading.doc
        self.knowledge = knowledge
        self.desk = Desk(reading, knowledge)

    def read(self) -> Entities:
        article, knowledge = self.reading.article, self.knowledge
        countries = mentioned_countries(self.reading, knowledge)
        countries.update(framed_countries(article, knowledge))
        names = find_names(self.reading, knowledge, countries=countries)
        countries.update(self._countries_of_actors(names))
        taken = self._taken(names, countries)
        toponyms = find_toponyms(
            self.reading, self.knowledge.gazetteer, taken=taken, countries=countries
        )
        names = settle_names(
            names, knowledge, countries=countries + self._countries_of_places(toponyms)
        )
        offices = find_offices(self.reading, self.knowledge, taken=taken)
        self.desk.states = self._salient_states(toponyms, names)
        self.desk.publishing_state = publishing_state(article, knowledge)
        for name in names:
            self._add_name(name)
        for toponym in toponyms:
            self._add_place(toponym)
        nominals = NominalReader(self.desk)
        nominals.index_groups()
        for office in offices:
            nominals.add(office)
        PersonReader(self.desk).add_all(taken)
        self._add_organisations()
        add_facilities(self.desk)
        add_capitals(self.desk)
        ordered = sorted(
            self.desk.findings,
            key=lambda found: (found.mention.char_start, -found.mention.char_end),
        )
        unique = {found.mention.mention_id: found for found in reversed(ordered)}
        kept = [found for found in ordered if unique[found.mention.mention_id] is found]
        mentions = tuple(found.mention for found in kept)
        return Entities(
            mentions,
            tuple(kept),
            self.desk.states,
            tuple(mention.char_start for mention in mentions),
        )

    def _taken(self, names: Sequence[NameHit], countries: Counter[str]) -> dict[int, str]:
        taken: dict[int, str] = {
            index: name.kind for name in names for index in range(name.token_start, name.token_end)
        }
        for entity in self.doc.ents:
            if entity.label_ == "PERSON" or is_titled_name(self.doc, entity.start, entity.end):
                start = name_start(self.doc, entity.start, entity.end)
                if not self._is_suspect_person(start, entity.end, countries):
                    for index in range(start, entity.end):
                        taken.setdefault(index, "person")
        return taken

    def _is_suspect_person(self, start: int, end: int, countries: Counter[str]) -> bool:
        """Tell whether a name labelled as a person stands where a place does, and may be one."""
        words = [token.text for token in self.doc[start:end]]
        if len(words) > 2 and HYPHENS.isdisjoint(words):
            return False
        found = self.knowledge.gazetteer.candidates(
            self.reading.text(*self.reading.span(start, end))
        )
        before = self.doc[start - 1].lower_ if start else ""
        if found and before in LOCATIVE_PREPOSITIONS - {"of", "for", "and", "or", "against"}:
            return True
        following = self.doc[end].lower_ if end < len(self.doc) else ""
        if found and (following in ROLE_NOUNS or following in ADMIN1_NOUNS):
            return True
        if start and self.doc[start - 1].lower_.rstrip(".") in TITLES | ROLE_NOUNS:
            return False
        if any(is_at_home(place, countries) for place in found):
            return not self._is_surname(end - 1) if len(words) == 1 else True
        return len(words) == 1 and any(place.is_own_table for place in found)

    def _is_surname(self, index: int) -> bool:
        """Tell whether a word ends a longer name of a person elsewhere in the article."""
        return any(
            entity.label_ == "PERSON"
            and entity.end - entity.start > 1
            and self.doc[entity.end - 1].text == self.doc[index].text
            for entity in self.doc.ents
        )

    def _salient_states(
        self, toponyms: Sequence[Toponym], names: Sequence[NameHit]
    ) -> Counter[str]:
        """Return how much the article is about each state: its places weigh double, for events happen at places."""
        weights = self._countries_of_places(toponyms) + self._countries_of_places(toponyms)
        weights.update(
            name.actor_id for name in names if name.actor_id and name.kind in _STATE_NAMES
        )
        weights.update(self._countries_of_actors(names))
        return weights

    def _countries_of_places(self, toponyms: Sequence[Toponym]) -> Counter[str]:
        countries = (toponym.place.country_iso3 for toponym in toponyms if toponym.place)
        return Counter(iso3 for iso3 in countries if iso3 and iso3 in self.knowledge.actors)

    def _countries_of_actors(self, names: Sequence[NameHit]) -> Counter[str]:
        """Return how often each country is the home of a group, body or person that the article names."""
        weights: Counter[str] = Counter()
        for name in names:
            if name.actor_id is None or name.kind in _STATE_NAMES:
                continue
            country = self.knowledge.actors[name.actor_id].country_iso3
            if country and self.knowledge.kind_of(name.actor_id) not in ("media", "ngo", "igo"):
                weights[country] += 1
        return weights

    def _add_name(self, name: NameHit) -> None:
        start, end = name.token_start, name.token_end
        knowledge = self.knowledge
        form: Form = "possessive" if is_possessive(self.doc, end) else "name"
        if name.kind == "demonym":
            figure: Figure | None = "modifier" if self.doc[end - 1].pos_ == "ADJ" else None
            mention = self.desk.mention(
                start, end, "NORP", figure=figure, actor_id=name.actor_id, rule=name.rule
            )
            self.desk.keep(mention, "demonym", start, end)
        elif name.kind == "country":
            figure = figure_of(self.doc, start, end, knowledge=knowledge, is_body=True)
            mention = self.desk.mention(
                start,
                end,
                "GPE",
                form=form,
                figure=figure,
                actor_id=name.actor_id if figure != "literal" else None,
                location_id=f"{COUNTRY_PREFIX}{name.actor_id}",
                rule=name.rule,
            )
            self.desk.keep(mention, "country", start, end)
        elif name.kind == "metonym":
            mention = self.desk.mention(
                start, end, "ORG", figure="metonym", actor_id=name.actor_id, rule=name.rule
            )
            self.desk.keep(mention, "actor", start, end)
        elif name.kind == "person":
            pass  # people are read with their titles, in `people.py`
        else:
            kind = knowledge.kind_of(name.actor_id)
            mention = self.desk.mention(
                start,
                end,
                "ORG",
                form=form,
                actor_id=name.actor_id,
                rule=name.rule if name.actor_id else "ambiguous_name",
            )
            self.desk.keep(mention, "actor", start, end)
            if name.actor_id and kind in GROUP_KINDS:
                self.desk.groups.append((start, name.actor_id))

    def _add_place(self, toponym: Toponym) -> None:
        start, end = toponym.token_start, toponym.token_end
        place = toponym.place
        form: Form = "possessive" if is_possessive(self.doc, end) else "name"
        body = self.desk.body_of(place.location_id) if place else None
        is_state = body is not None and self.knowledge.is_state(body)
        figure = figure_of(
            self.doc,
            start,
            end,
            knowledge=self.knowledge,
            is_body=body is not None,
            is_state=is_state,
        )
        location_id = place.location_id if place else None
        entity_type = _NATURE_OF_PLACE.get(place.feature, "LOC") if place else "LOC"
        rule = toponym.rule
        if figure == "metonym":
            rule = (
                "country_as_government"
                if place and place.feature == "country"
                else "capital_as_government"
            )
        mention = self.desk.mention(
            start,
            end,
            entity_type,
            form=form,
            figure=figure,
            actor_id=body if figure == "metonym" else None,
            location_id=location_id,
            rule=rule,
        )
        kind: Kind = "country" if place and place.feature == "country" else "place"
        self.desk.keep(mention, kind, start, end)

    def _add_organisations(self) -> None:
        covered = self.desk.covered()
        for finding in self.desk.findings:
            covered.update(range(finding.phrase_start or finding.token_start, finding.token_start))
        for entity in self.doc.ents:
            if entity.label_ not in ("ORG", "NORP"):
                continue
            start, end = entity.start, entity.end
            while start < end and self.doc[start].pos_ == "DET":
                start += 1
            while end > start and self.doc[end - 1].tag_ == "POS":
                end -= 1
            if start == end or covered.intersection(range(start, end)):
                continue
            mention = self.desk.mention(start, end, entity.label_, rule="name_not_in_tables")
            self.desk.keep(mention, "organisation", start, end)

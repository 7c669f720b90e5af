"""Entity mentions of an article, and the actor that a noun phrase stands for.

Here belong the joining of names, places, offices and people into mentions, and `resolve_actor`. Reading single names
belongs in `actors.py` and `places.py`, how a place name is meant in `figures.py`, pronouns in `facts/statements.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from spacy.tokens import Token

from extract.gazetteer import COUNTRY_PREFIX
from extract.knowledge import Knowledge
from extract.language.actors import (
    ANAPHORIC_NOUNS,
    EXPLICIT_ONLY,
    HYPHENS,
    KIN_NOUNS,
    KIN_PLURALS,
    PEACEKEEPER_NOUNS,
    ROLE_NOUNS,
    SEPARATIST_WORDS,
    SPOKES_NOUNS,
    TITLES,
    UNNAMED_NOUNS,
    NameHit,
    OfficeHit,
    find_names,
    find_offices,
    mentioned_countries,
    phrase_start,
)
from extract.language.figures import Figure, figure_of, head_of, is_possessive
from extract.language.places import (
    ADMIN1_NOUNS,
    LOCATIVE_PREPOSITIONS,
    Toponym,
    find_toponyms,
)
from extract.language.reading import Reading
from extract.records import EntityMention, SourceForm, stable_id

Kind = Literal[
    "place", "country", "demonym", "actor", "office", "group", "person", "organisation", "facility"
]
Form = Literal["name", "nominal", "pronoun", "possessive"]

_FACILITY_NOUNS = frozenset(
    """hospital airport airbase airfield checkpoint base barracks prison jail school
    university mosque church cathedral synagogue temple market bridge station camp crossing
    port harbour harbor dam embassy consulate hotel stadium clinic factory refinery plant
    palace headquarters square mall museum theatre theater shrine monastery orphanage garrison
    outpost""".split()
)
_NATURE_OF_PLACE = {
    "country": "GPE",
    "admin1": "GPE",
    "admin2": "GPE",
    "city": "GPE",
    "town": "GPE",
    "village": "GPE",
    "site": "FAC",
}
_MAX_TITLE_TOKENS = 12
_SALIENT_SHARE = 0.65
_GROUP_KINDS = frozenset({"armed_group", "de_facto_authority"})
_OWNER_PREPOSITIONS = frozenset({"of", "for", "in", "from"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A mention with what the readers of facts need beside it. Token ranges are half-open.

    `head` is the index of its head token. For a person or a holder of an office, `role` is the office as written and
    `organisation_actor_id` the body spoken for; `phrase_start` is the
    first token of a title that stands before a person's name.
    """

    mention: EntityMention
    kind: Kind
    token_start: int
    token_end: int
    head: int
    role: str | None = None
    organisation_actor_id: str | None = None
    phrase_start: int | None = None


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
    """The state of one reading: what earlier sentences established, which later ones refer to."""

    def __init__(self, reading: Reading, knowledge: Knowledge) -> None:
        self.reading = reading
        self.doc = reading.doc
        self.knowledge = knowledge
        self.findings: list[Finding] = []
        self.named_offices: dict[str, str] = {}
        self.kin: dict[str, str] = {}
        self.groups: list[tuple[int, str]] = []
        self.people: dict[str, Finding] = {}

    def read(self) -> Entities:
        countries: Counter[str] = mentioned_countries(self.reading, self.knowledge)
        names = find_names(self.reading, self.knowledge, countries=countries)
        taken = self._taken(names)
        toponyms = find_toponyms(
            self.reading, self.knowledge.gazetteer, taken=taken, countries=countries
        )
        offices = find_offices(self.reading, self.knowledge, taken=taken)
        self.states = self._salient_states(toponyms, names)
        for name in names:
            self._add_name(name)
        for toponym in toponyms:
            self._add_place(toponym)
        self._index_groups()
        for office in offices:
            self._add_office(office)
        self._add_people(taken)
        self._add_organisations()
        self._add_facilities()
        ordered = sorted(
            self.findings,
            key=lambda found: (found.mention.char_start, -found.mention.char_end),
        )
        unique = {found.mention.mention_id: found for found in reversed(ordered)}
        kept = [found for found in ordered if unique[found.mention.mention_id] is found]
        mentions = tuple(found.mention for found in kept)
        return Entities(
            mentions,
            tuple(kept),
            self.states,
            tuple(mention.char_start for mention in mentions),
        )

    # Building blocks

    def _mention(
        self,
        start: int,
        end: int,
        entity_type: str,
        *,
        form: Form = "name",
        figure: Figure | None = None,
        actor_id: str | None = None,
        location_id: str | None = None,
        rule: str | None = None,
    ) -> EntityMention:
        char_start, char_end = self.reading.span(start, end)
        char_start = self._with_bracket(char_start, char_end)
        return EntityMention(
            mention_id=stable_id(
                self.reading.article.article_id,
                self.reading.article.article_version,
                "entity",
                char_start,
                char_end,
                entity_type,
            ),
            sentence_index=self.reading.sentence_of(start).sentence_index,
            entity_type=entity_type,
            text=self.reading.text(char_start, char_end),
            char_start=char_start,
            char_end=char_end,
            mention_form=form,
            figure=figure,
            actor_id=actor_id,
            location_id=location_id,
            resolution_rule=rule,
        )

    def _with_bracket(self, char_start: int, char_end: int) -> int:
        """Return the start of a span, moved to the bracket that an insertion inside it opens: "(rebel) forces"."""
        text = self.reading.text(char_start, char_end)
        close, opening = text.find(")"), text.find("(")
        if (
            close >= 0
            and not 0 <= opening < close
            and self.reading.body[char_start - 1 : char_start] == "("
        ):
            return char_start - 1
        return char_start

    def _taken(self, names: Sequence[NameHit]) -> dict[int, str]:
        taken: dict[int, str] = {
            index: name.kind for name in names for index in range(name.token_start, name.token_end)
        }
        for entity in self.doc.ents:
            if entity.label_ == "PERSON":
                start = self._name_start(entity.start, entity.end)
                if not self._is_suspect_person(start, entity.end):
                    for index in range(start, entity.end):
                        taken.setdefault(index, "person")
        return taken

    def _name_start(self, start: int, end: int) -> int:
        """Return the first token of a name after the titles that its label takes in: "Kharkiv Mayor X"."""
        for index in range(end - 2, start - 1, -1):
            if self._is_title(index):
                return index + 1
        return start

    def _is_suspect_person(self, start: int, end: int) -> bool:
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
        return len(words) == 1 and any(place.is_own_table for place in found)

    def _salient_states(
        self, toponyms: Sequence[Toponym], names: Sequence[NameHit]
    ) -> Counter[str]:
        """Return how much the article is about each state: its places weigh double, for events happen at places."""
        weights: Counter[str] = Counter()
        for toponym in toponyms:
            country = toponym.place.country_iso3 if toponym.place else None
            if country and country in self.knowledge.actors:
                weights[country] += 2
        for name in names:
            if name.actor_id and name.kind in ("demonym", "country"):
                weights[name.actor_id] += 1
            elif name.actor_id:
                country = self.knowledge.actors[name.actor_id].country_iso3
                if country and self.knowledge.kind_of(name.actor_id) not in ("media", "ngo", "igo"):
                    weights[country] += 1
        return weights

    def _salient_state(self) -> str | None:
        total = sum(self.states.values())
        if not total:
            return None
        state, weight = self.states.most_common(1)[0]
        return state if weight >= _SALIENT_SHARE * total else None

    # Names and places

    def _add_name(self, name: NameHit) -> None:
        start, end = name.token_start, name.token_end
        knowledge = self.knowledge
        form: Form = "possessive" if is_possessive(self.doc, end) else "name"
        if name.kind == "demonym":
            figure: Figure | None = "modifier" if self.doc[end - 1].pos_ == "ADJ" else None
            mention = self._mention(
                start, end, "NORP", figure=figure, actor_id=name.actor_id, rule=name.rule
            )
            self._keep(mention, "demonym", start, end)
        elif name.kind == "country":
            figure = figure_of(self.doc, start, end, knowledge=knowledge, is_body=True)
            mention = self._mention(
                start,
                end,
                "GPE",
                form=form,
                figure=figure,
                actor_id=name.actor_id if figure != "literal" else None,
                location_id=f"{COUNTRY_PREFIX}{name.actor_id}",
                rule=name.rule,
            )
            self._keep(mention, "country", start, end)
        elif name.kind == "metonym":
            mention = self._mention(
                start, end, "ORG", figure="metonym", actor_id=name.actor_id, rule=name.rule
            )
            self._keep(mention, "actor", start, end)
        elif name.kind == "person":
            pass  # people are read with their titles, in `_add_people`
        else:
            kind = knowledge.kind_of(name.actor_id)
            mention = self._mention(
                start,
                end,
                "ORG",
                form=form,
                actor_id=name.actor_id,
                rule=name.rule if name.actor_id else "ambiguous_name",
            )
            self._keep(mention, "actor", start, end)
            if name.actor_id and kind in _GROUP_KINDS:
                self.groups.append((start, name.actor_id))

    def _keep(
        self,
        mention: EntityMention,
        kind: Kind,
        start: int,
        end: int,
        *,
        head: int | None = None,
        role: str | None = None,
        organisation: str | None = None,
        phrase_start: int | None = None,
    ) -> Finding:
        finding = Finding(
            mention,
            kind,
            start,
            end,
            head_of(self.doc, start, end) if head is None else head,
            role,
            organisation,
            phrase_start,
        )
        self.findings.append(finding)
        return finding

    def _add_place(self, toponym: Toponym) -> None:
        start, end = toponym.token_start, toponym.token_end
        place = toponym.place
        form: Form = "possessive" if is_possessive(self.doc, end) else "name"
        body = self._body_of(place.location_id) if place else None
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
        mention = self._mention(
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
        self._keep(mention, kind, start, end)

    def _body_of(self, location_id: str) -> str | None:
        """Return the government that a country, a capital or a disputed territory may stand for."""
        gazetteer = self.knowledge.gazetteer
        authority = gazetteer.authority(location_id)
        if authority:
            return authority
        if location_id.startswith(COUNTRY_PREFIX):
            iso3 = location_id.removeprefix(COUNTRY_PREFIX)
            return iso3 if iso3 in self.knowledge.actors else None
        return gazetteer.capital_country(location_id)

    # Offices, forces and groups

    def _index_groups(self) -> None:
        """Note which group a bare "Armenian forces" may belong to: that of "Armenian separatists" in the same text."""
        for finding in self.findings:
            actor_id = finding.mention.actor_id
            if (
                finding.kind != "actor"
                or self.knowledge.kind_of(actor_id) not in _GROUP_KINDS
                or not actor_id
            ):
                continue
            words = [token.lower_ for token in self.doc[finding.token_start : finding.token_end]]
            if KIN_NOUNS.isdisjoint(words) and "separatist" not in words:
                continue
            if any(text in HYPHENS for text in words):
                continue
            for token in self.doc[finding.token_start : finding.token_end]:
                for state in self.knowledge.states_of_adjective(token.text):
                    self.kin.setdefault(state, self.knowledge.party_of(actor_id) or actor_id)

    def _add_office(self, hit: OfficeHit) -> None:
        start, end = hit.token_start, hit.token_end
        owner = self._owner(hit)
        end = owner.token_end if owner and owner.token_end > end else end
        words = {token.lower_ for token in self.doc[start:end]}
        actor_id, rule = self._office_actor(hit, owner, words)
        if (
            actor_id is None
            and owner is None
            and (hit.suffix == "CIV" or hit.noun in EXPLICIT_ONLY)
        ):
            return
        if hit.suffix == "CIV" and (owner is None or owner.how == "in"):
            return
        if hit.suffix == "" and actor_id is None:
            return
        kind: Kind = "group" if hit.suffix in (None, "REB", "MILITIA") else "office"
        mention = self._mention(
            start,
            end,
            "ORG",
            form="nominal",
            actor_id=actor_id,
            rule=rule,
        )
        head = head_of(self.doc, hit.noun_start, hit.token_end)
        role = self.reading.text(*self.reading.span(hit.noun_start, hit.token_end))
        is_holder = bool(
            {token.lower_ for token in self.doc[hit.noun_start : hit.token_end]} & ROLE_NOUNS
        )
        self._keep(mention, kind, start, end, head=head, role=role if is_holder else None)
        if actor_id and hit.suffix and hit.suffix != "CIV":
            self.named_offices[hit.noun.rsplit(" ", 1)[-1]] = actor_id
        if actor_id and self.knowledge.kind_of(actor_id) in _GROUP_KINDS:
            self.groups.append((start, actor_id))

    def _owner(self, hit: OfficeHit) -> _Owner | None:
        """Return the state, territory or group that a phrase names as owner of an office, with the words that do."""
        inside = [
            finding
            for finding in self.findings
            if hit.token_start <= finding.token_start
            and finding.token_end <= hit.token_end
            and finding.kind in ("demonym", "country", "place", "actor")
            and finding.token_start < hit.token_end
        ]
        for finding in sorted(inside, key=lambda found: -found.token_start):
            if self._is_backer(finding):
                continue
            owner = self._owner_of(finding, "inside")
            if owner:
                return owner
        if any(token.tag_ == "PRP$" for token in self.doc[hit.token_start : hit.noun_start]):
            return self._antecedent_owner(hit)
        return self._owner_after(hit)

    def _owner_after(self, hit: OfficeHit) -> _Owner | None:
        """Return the owner that a preposition after the office names: "police in X", "army of the republic of Y"."""
        doc = self.doc
        sentence_end = doc[hit.token_end - 1].sent.end
        position = hit.token_end
        if position + 1 >= sentence_end or doc[position].lower_ not in _OWNER_PREPOSITIONS:
            return None
        how = doc[position].lower_
        starting = {
            found.token_start: found
            for found in self.findings
            if found.kind in ("country", "place", "actor")
        }
        for index in range(position + 1, min(sentence_end, position + 6)):
            if index in starting:
                owner = self._owner_of(starting[index], how)
                if owner and how in ("in", "from"):
                    return replace(owner, token_end=hit.token_end)
                return owner
            if doc[index].pos_ not in ("DET", "ADJ") and doc[index].lower_ not in _REGION_WORDS:
                return None
        return None

    def _antecedent_owner(self, hit: OfficeHit) -> _Owner | None:
        """Return the party of the actor last named in the sentence before "its troops", "their fighters"."""
        sentence_start = self.doc[hit.token_start].sent.start
        before = [
            found
            for found in self.findings
            if sentence_start <= found.token_start
            and found.token_end <= hit.token_start
            and found.mention.actor_id is not None
            and found.kind != "demonym"
        ]
        if not before:
            return None
        last = max(before, key=lambda found: (found.token_end, -found.token_start))
        party = self.knowledge.party_of(last.mention.actor_id or "")
        return _Owner(party, "its", hit.token_end, "pronoun", None) if party else None

    def _is_backer(self, finding: Finding) -> bool:
        """Tell whether a name only backs or opposes the owner: "Russian-backed", "pro-Russian", "anti-Taliban"."""
        doc = self.doc
        end = finding.token_end
        if end + 1 < len(doc) and doc[end].text in HYPHENS and doc[end + 1].lower_ in _BACKED:
            return True
        start = finding.token_start
        return (
            start > 1
            and doc[start - 1].text in HYPHENS
            and doc[start - 2].lower_ in ("pro", "anti", "non")
        )

    def _owner_of(self, finding: Finding, how: str) -> _Owner | None:
        knowledge = self.knowledge
        mention = finding.mention
        if finding.kind in ("demonym", "actor"):
            if mention.actor_id is None:
                return None
            return _Owner(mention.actor_id, how, finding.token_end, finding.kind, None)
        if finding.kind == "country" and mention.location_id:
            iso3 = mention.location_id.removeprefix(COUNTRY_PREFIX)
            return (
                _Owner(iso3, how, finding.token_end, "country", None)
                if iso3 in knowledge.actors
                else None
            )
        if mention.location_id is None:
            return None
        body = self._body_of(mention.location_id)
        location = knowledge.location(mention.location_id)
        country = location.country_iso3 if location else None
        if body is not None:
            return _Owner(body, how, finding.token_end, "capital", country)
        if country in knowledge.actors and country is not None:
            return _Owner(country, how, finding.token_end, "place", country)
        return None

    def _office_actor(
        self, hit: OfficeHit, owner: _Owner | None, words: set[str]
    ) -> tuple[str | None, str]:
        """Return the actor of an office or group phrase, and the rule."""
        if hit.suffix == "":
            before = self.named_offices.get(hit.noun)
            return before, "same_head_as_before" if before else "no_body_named_before"
        if hit.suffix is None or hit.suffix in ("REB", "MILITIA"):
            return self._group_actor(hit, owner)
        suffix = hit.suffix
        if owner is not None:
            return self._owned_office(hit, owner, words)
        if SEPARATIST_WORDS & words and suffix != "CIV":
            group = self._only_group()
            if group is None:
                return None, "unnamed_separatists"
            return self._office_or_body(group, suffix), "only_group_of_article"
        if hit.noun in EXPLICIT_ONLY or suffix == "CIV":
            return None, "office_without_owner"
        last = hit.noun.rsplit(" ", 1)[-1]
        if last in self.named_offices and (hit.noun == last or " " not in hit.noun):
            return self.named_offices[last], "same_head_as_before"
        state = self._state_nearby(hit)
        if state is None:
            return None, "no_salient_state"
        return self._office_or_body(state, suffix), "salient_state"

    def _office_or_body(self, actor_id: str, suffix: str) -> str:
        """Return an office of a body; a government is its state, and a body without that office speaks itself."""
        return (
            actor_id if suffix == "GOV" else self.knowledge.office_of(actor_id, suffix) or actor_id
        )

    def _owned_office(
        self, hit: OfficeHit, owner: _Owner, words: set[str]
    ) -> tuple[str | None, str]:
        knowledge = self.knowledge
        suffix = hit.suffix or ""
        actor_id = owner.actor_id
        kind = knowledge.kind_of(actor_id)
        if owner.kind == "demonym" or owner.kind == "country":
            separatist = SEPARATIST_WORDS & words
            last = hit.noun.rsplit(" ", 1)[-1]
            if separatist or (
                actor_id in self.kin
                and owner.kind == "demonym"
                and last in KIN_PLURALS
                and hit.noun != "armed forces"
            ):
                group = self.kin.get(actor_id) or (self._only_group() if separatist else None)
                if group:
                    forces = knowledge.office_of(group, suffix) or group
                    forces = group if suffix == "GOV" else forces
                    return forces, "separatist_kin" if not separatist else "separatist_modifier"
                if separatist:
                    return None, "unnamed_separatists"
        if (
            kind in ("state", "de_facto_authority")
            and len(knowledge.actors[actor_id].party_id) >= 1
        ):
            base = (
                actor_id
                if knowledge.office_of(actor_id, suffix)
                else knowledge.actors[actor_id].party_id
            )
            office = knowledge.office_of(base, suffix)
            rule = {
                "inside": "owner_in_phrase",
                "of": "owner_after_of",
                "for": "owner_after_of",
                "in": "place_after_in",
                "from": "place_after_in",
                "its": "possessive_pronoun",
            }[owner.how]
            if owner.kind == "capital" and owner.how == "inside":
                rule = "capital_possessive"
            if (
                owner.kind == "place"
                and suffix in ("PRES", "GOV", "PARL")
                and owner.how == "inside"
            ):
                suffix = "PROV"
                office = knowledge.office_of(base, suffix)
            return (base if suffix == "GOV" else office or base), rule
        if kind in ("armed_group", "party") and suffix != "CIV":
            return knowledge.office_of(actor_id, suffix) or actor_id, "named_group_in_phrase"
        if kind in ("igo", "state_agency", "state_force", "ngo"):
            return actor_id, "named_body_in_phrase"
        return None, "owner_not_official"

    def _group_actor(self, hit: OfficeHit, owner: _Owner | None) -> tuple[str | None, str]:
        """Return the group that "the rebels", "Houthi fighters" or "the group" stands for, and the rule."""
        noun = hit.noun.rsplit(" ", 1)[-1]
        if owner is not None:
            owned = self._owned_group(owner)
            if owned is not None:
                return owned
        elif noun in PEACEKEEPER_NOUNS:
            return self._mission()
        if noun in UNNAMED_NOUNS:
            return None, "unnamed_people"
        if noun in ANAPHORIC_NOUNS:
            before = self._recent_group(hit)
            return before, "last_named_group" if before else "no_group_named_before"
        group = self._only_group(country=owner.actor_id if owner else None)
        if group:
            return group, "only_group_of_article"
        if owner is not None and hit.suffix:
            return self.knowledge.office_of(owner.actor_id, hit.suffix), "unnamed_group_of_state"
        state = self._salient_state()
        if state and hit.suffix == "REB" and not self.groups:
            return self.knowledge.office_of(state, "REB"), "unnamed_group_of_salient_state"
        return None, "several_groups" if self.groups else "no_group_named"

    def _owned_group(self, owner: _Owner) -> tuple[str | None, str] | None:
        """Return the group that the words beside a group noun name; None where they name a state without a group."""
        kind = self.knowledge.kind_of(owner.actor_id)
        if kind in ("armed_group", "party", "de_facto_authority"):
            return owner.actor_id, "named_group_in_phrase"
        if kind != "state":
            return None, "owner_not_official"
        if owner.kind in ("demonym", "country") and owner.actor_id in self.kin:
            return self.kin[owner.actor_id], "separatist_kin"
        return None

    def _mission(self) -> tuple[str | None, str]:
        """Return the peacekeeping mission that the article names, the United Nations' where it names only them."""
        bodies = {
            found.mention.actor_id
            for found in self.findings
            if found.mention.actor_id and self.knowledge.kind_of(found.mention.actor_id) == "igo"
        }
        missions = {body for body in bodies if self.knowledge.actors[body].country_iso3}
        if len(missions) == 1:
            return missions.pop(), "only_mission_of_article"
        if not missions and "UN" in bodies:
            return "UN_PEACEKEEPERS", "united_nations_named"
        return None, "no_mission_named"

    def _only_group(self, *, country: str | None = None) -> str | None:
        """Return the group that the article names, if all named groups belong to one party."""
        parties: dict[str, str] = {}
        for _, actor_id in self.groups:
            actor = self.knowledge.actors[actor_id]
            if country and actor.country_iso3 not in (None, country):
                continue
            parties.setdefault(actor.party_id, actor_id)
        if len(parties) != 1:
            return None
        party, actor_id = next(iter(parties.items()))
        return (
            party
            if party in self.knowledge.actors and self.knowledge.kind_of(party) in _GROUP_KINDS
            else actor_id
        )

    def _recent_group(self, hit: OfficeHit) -> str | None:
        """Return the group named last, within this sentence and the two before it."""
        sentence = self.reading.sentence_of(hit.token_start).sentence_index
        before = [(token, group) for token, group in self.groups if token < hit.token_start]
        if not before:
            return None
        token, group = max(before)
        return group if sentence - self.reading.sentence_of(token).sentence_index <= 2 else None

    def _state_nearby(self, hit: OfficeHit) -> str | None:
        """Return the state of the article; else the one state that this sentence's places lie in."""
        state = self._salient_state()
        if state:
            return state
        sentence = self.reading.sentence_of(hit.token_start).sentence_index
        found = set()
        for finding in self.findings:
            mention = finding.mention
            if (
                mention.sentence_index == sentence
                and finding.kind == "place"
                and mention.figure == "literal"
                and mention.location_id
            ):
                location = self.knowledge.location(mention.location_id)
                if location and location.country_iso3 in self.knowledge.actors:
                    found.add(location.country_iso3)
        return found.pop() if len(found) == 1 else None

    # People

    def _add_people(self, taken: dict[int, str]) -> None:
        for start, end in self._person_spans(taken):
            text = self.reading.text(*self.reading.span(start, end))
            surname = self.doc[end - 1].text
            earlier = self.people.get(surname) if end - start == 1 else None
            known = [
                alias
                for alias in self.knowledge.aliases(text)
                if self.knowledge.kind_of(alias.actor_id) == "person"
                and alias.is_valid_on(self.reading.article.published_on)
            ]
            role, organisation, phrase = self._role_beside(start, end)
            actor_id: str | None = None
            rule = "unknown_person"
            if earlier is not None and organisation is None:
                role = role or earlier.role
                organisation = earlier.organisation_actor_id
                actor_id = earlier.mention.actor_id
                rule = "same_surname_as_before"
            elif len({alias.actor_id for alias in known}) == 1:
                person = self.knowledge.actors[known[0].actor_id]
                body = person.parent_actor_id
                actor_id = body if body and self._is_state_office(body) else person.actor_id
                organisation = body
                role = role or self.knowledge.roles.get(person.actor_id)
                rule = "person_table"
            elif organisation is not None:
                actor_id = organisation
                rule = phrase
            form: Form = "possessive" if is_possessive(self.doc, end) else "name"
            mention = self._mention(
                start,
                end,
                "PERSON",
                form=form,
                actor_id=actor_id,
                rule=rule,
            )
            finding = self._keep(
                mention,
                "person",
                start,
                end,
                role=role,
                organisation=organisation,
                phrase_start=self._title_start(start, self.doc[start].sent.start),
            )
            if end - start > 1 or surname not in self.people:
                self.people[surname] = finding

    def _is_state_office(self, actor_id: str) -> bool:
        actor = self.knowledge.actors.get(actor_id)
        return bool(
            actor
            and actor.parent_actor_id
            and self.knowledge.is_state(actor.parent_actor_id)
            and actor_id.startswith(actor.parent_actor_id + "_")
        )

    def _person_spans(self, taken: dict[int, str]) -> list[tuple[int, int]]:
        """Return the spans of people's names: labelled ones without titles, those of the table, later last names."""
        covered = {
            index
            for finding in self.findings
            if finding.kind in ("place", "country", "actor", "demonym")
            for index in range(finding.token_start, finding.token_end)
        }
        spans = dict(self._labelled_people(covered))
        for start, end in _runs(
            index for index, kind in taken.items() if kind == "person" and index not in covered
        ):
            if not any(start < last and first < end for first, last in spans.items()):
                spans[self._name_start(start, end)] = end
        surnames = {self.doc[end - 1].text for start, end in spans.items() if end - start > 1}
        covered.update(index for start, end in spans.items() for index in range(start, end))
        for token in self.doc:
            if token.text in surnames and token.i not in covered and token.pos_ == "PROPN":
                spans[token.i] = token.i + 1
        return sorted(spans.items())

    def _labelled_people(self, covered: set[int]) -> Iterator[tuple[int, int]]:
        for entity in self.doc.ents:
            if entity.label_ != "PERSON":
                continue
            start, end = self._name_start(entity.start, entity.end), entity.end
            while end > start + 1 and (
                self.doc[end - 1].tag_ == "POS" or not self.doc[end - 1].text[-1:].isalnum()
            ):
                end -= 1
            if covered.isdisjoint(range(start, end)) and self.doc[start].text[:1].isalnum():
                yield start, end

    def _is_title(self, index: int) -> bool:
        word = self.doc[index].lower_.rstrip(".")
        return (
            word in TITLES
            or word in ROLE_NOUNS
            or word in ("prime", "foreign", "vice", "president", "minister")
        )

    def _role_beside(self, start: int, end: int) -> tuple[str | None, str | None, str]:
        """Return role and body of a person from the title before the name or the apposition after it."""
        sentence = self.doc[start].sent
        first = self._title_start(start, sentence.start)
        if first < start:
            role, organisation = self._interpret_role(first, start)
            if role and organisation:
                return role, organisation, "title_before_name"
        else:
            role = None
        last = self._apposition_end(end, sentence.end)
        if last > end + 1:
            after, organisation = self._interpret_role(end + 1, last)
            if after:
                return role or after, organisation, "apposition"
        if role:
            return role, None, "title_before_name"
        before = self._apposition_start(start, sentence.start)
        if before < start - 1:
            role, organisation = self._interpret_role(before, start - 1)
            if role:
                return role, organisation, "apposition_before"
        return None, None, "unknown_person"

    def _title_start(self, start: int, sentence_start: int) -> int:
        """Return where the words before a name begin that may be its title."""
        index = start
        while index > sentence_start and start - index < _MAX_TITLE_TOKENS:
            token = self.doc[index - 1]
            if token.tag_ == "POS" or token.text in HYPHENS or token.text == "&":
                index -= 1
                continue
            if (
                token.lower_ in ("of", "for", "and")
                and index - 2 >= sentence_start
                and self.doc[index - 2].pos_ in ("NOUN", "PROPN")
            ):
                index -= 1
                continue
            if (
                token.pos_ in ("NOUN", "PROPN", "ADJ", "DET")
                or token.text == "."
                and self.doc[index - 2].lower_ in TITLES
            ):
                index -= 1
                continue
            break
        return index

    def _apposition_end(self, end: int, sentence_end: int) -> int:
        """Return where the apposition ends that a comma opens after a name; `end` itself where there is none."""
        doc = self.doc
        if end + 1 >= sentence_end or doc[end].text not in (",", "("):
            return end
        index = end + 1
        while index < sentence_end and index - end < 2 * _MAX_TITLE_TOKENS:
            token = doc[index]
            if token.text in (",", ")", ";", ".", "\u2013", "\u2014") or token.tag_ in (
                "VBD",
                "VBZ",
                "WP",
                "WDT",
            ):
                break
            index += 1
        return index

    def _apposition_start(self, start: int, sentence_start: int) -> int:
        """Return where the noun phrase begins that a comma separates from a name: "the army chief, X"."""
        doc = self.doc
        if start - 2 < sentence_start or doc[start - 1].text != ",":
            return start
        index = start - 1
        while index > sentence_start and start - index < _MAX_TITLE_TOKENS:
            token = doc[index - 1]
            if token.text in (",", ";", ":") or token.pos_ in (
                "VERB",
                "AUX",
                "SCONJ",
                "PRON",
                "CCONJ",
            ):
                break
            index -= 1
        return index

    def _interpret_role(self, start: int, end: int) -> tuple[str | None, str | None]:
        """Return the role that the words [start, end) name, and the body whose role it is."""
        words = [token.lower_ for token in self.doc[start:end]]
        holder, holder_at = self._holder(words)
        noun_at = next((index for index, word in enumerate(words) if word in ROLE_NOUNS), None)
        if holder is None and noun_at is None:
            return None, None
        role = self.reading.text(*self.reading.span(start, end))
        inside = [
            found
            for found in self.findings
            if start <= found.token_start and found.token_end <= end
        ]
        is_spokes = not SPOKES_NOUNS.isdisjoint(words)
        is_led_by_noun = is_spokes or (noun_at is not None and holder_at > noun_at)
        actor_id = self._named_body(inside)
        if actor_id is not None:
            is_state = self.knowledge.kind_of(actor_id) in ("state", "de_facto_authority")
            office = self.knowledge.office_of(actor_id, holder) if holder and is_state else None
            return role, office or actor_id
        office = self._office_inside(inside)
        if office and (holder is None or is_led_by_noun):
            return role, office
        owner = next(
            (owner for found in inside if (owner := self._owner_of(found, "inside"))), None
        )
        if holder is not None:
            return role, self._held_office(holder, owner, office, is_spokes=is_spokes)
        if owner and (is_spokes or not _OFFICIAL_ROLE.isdisjoint(words)):
            return role, owner.actor_id
        return role, None

    def _holder(self, words: Sequence[str]) -> tuple[str | None, int]:
        """Return the office that the longest, last title among the words belongs to, and where that title begins."""
        for length in (5, 4, 3, 2, 1):
            for index in range(len(words) - length, -1, -1):
                suffix = self.knowledge.office_holders.get(" ".join(words[index : index + length]))
                if suffix:
                    return suffix, index
        return None, -1

    def _named_body(self, inside: Sequence[Finding]) -> str | None:
        """Return the body that a role names; one that is no outlet where several are named."""
        named = [found.mention.actor_id for found in inside if found.kind == "actor"]
        known = [actor_id for actor_id in named if actor_id]
        return max(
            known, key=lambda actor_id: self.knowledge.kind_of(actor_id) != "media", default=None
        )

    def _office_inside(self, inside: Sequence[Finding]) -> str | None:
        return next(
            (
                found.mention.actor_id
                for found in inside
                if found.kind in ("office", "group") and found.mention.actor_id
            ),
            None,
        )

    def _held_office(
        self, holder: str, owner: _Owner | None, office: str | None, *, is_spokes: bool
    ) -> str | None:
        """Return the office that a title stands for: its owner's, else that of the article's state."""
        if owner is not None:
            is_local = owner.kind == "place" and holder in ("PRES", "GOV", "PM")
            suffix = "PROV" if is_local else holder
            return self.knowledge.office_of(owner.actor_id, suffix) or owner.actor_id
        if office or is_spokes:
            return office
        state = self._salient_state()
        return self.knowledge.office_of(state, holder) if state else None

    # What is left

    def _add_organisations(self) -> None:
        covered = self._covered()
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
            mention = self._mention(start, end, entity.label_, rule="name_not_in_tables")
            self._keep(mention, "organisation", start, end)

    def _add_facilities(self) -> None:
        """Keep named facilities ("Nasser hospital"), with the place they lie in where the name says so."""
        doc = self.doc
        covered = {
            index
            for finding in self.findings
            if finding.mention.entity_type == "FAC"
            for index in range(finding.token_start, finding.token_end)
        }
        for token in doc:
            if token.lower_ not in _FACILITY_NOUNS or token.i in covered:
                continue
            start = token.i
            while (
                start > token.sent.start
                and (
                    doc[start - 1].text[:1].isupper()
                    or doc[start - 1].text in HYPHENS
                    or (
                        doc[start - 1].pos_ in ("NOUN", "ADJ")
                        and doc[start - 1].lower_ in _FACILITY_KINDS
                    )
                    or doc[start - 1].lower_ in ("al", "el")
                )
                and doc[start - 1].pos_ not in ("DET", "ADP", "PRON")
            ):
                start -= 1
            if start == token.i or not any(
                doc[index].pos_ == "PROPN" for index in range(start, token.i)
            ):
                continue
            end = token.i + 1
            place = next(
                (
                    finding.mention.location_id
                    for finding in self.findings
                    if start <= finding.token_start
                    and finding.token_end <= end
                    and finding.mention.location_id
                ),
                None,
            )
            figure: Figure = "literal"
            mention = self._mention(
                start,
                end,
                "FAC",
                figure=figure,
                location_id=place,
                rule="place_in_its_name" if place else "unresolved_facility",
            )
            self._keep(mention, "facility", start, end, head=token.i)

    def _covered(self) -> set[int]:
        return {
            index
            for finding in self.findings
            for index in range(finding.token_start, finding.token_end)
        }


def _runs(indices: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of consecutive numbers."""
    start = last = None
    for index in sorted(indices):
        if start is None or last is None or index != last + 1:
            if start is not None and last is not None:
                yield start, last + 1
            start = index
        last = index
    if start is not None and last is not None:
        yield start, last + 1


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose office a phrase names. `how` is inside, of, for, in or from; `kind` what kind of words name it."""

    actor_id: str
    how: str
    token_end: int
    kind: str
    country: str | None


_REGION_WORDS = frozenset(
    "region territory enclave province republic city state of self - proclaimed".split()
)
_BACKED = frozenset(
    "backed led supported allied aligned linked affiliated inspired sponsored trained armed funded based made".split()
)
_OFFICIAL_ROLE = frozenset(
    "commander general colonel brigadier admiral official chief leader ambassador envoy governor mayor".split()
)
_FACILITY_KINDS = frozenset(
    "refugee military air naval police border bus train railway power nuclear displacement general".split()
)

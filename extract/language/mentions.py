"""The desk that the readers of entities share: mentions found so far, and what they tell about each other.

Here belong making a mention, keeping it, and the questions that several readers ask of the kept ones. Reading names,
offices, people and facilities belongs in `entities.py`, `nominals.py`, `people.py` and `facilities.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from extract.gazetteer import COUNTRY_PREFIX
from extract.knowledge import Knowledge
from extract.language.figures import Figure, head_of
from extract.language.reading import Reading
from extract.records import EntityMention, stable_id

Kind = Literal[
    "place", "country", "demonym", "actor", "office", "group", "person", "organisation", "facility"
]
Form = Literal["name", "nominal", "pronoun", "possessive"]

GROUP_KINDS = frozenset({"armed_group", "de_facto_authority"})
_SALIENT_SHARE, _MOST = 0.65, 0.7
LOCAL_SUFFIXES = frozenset({"POL", "EMER", "PROV", "MOH", "PGO", "MOI", "JUD", "MOJ"})
"""Offices that speak of what happened in their own country, not of what their forces did in another."""


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
class Owner:
    """Whose office a phrase names. `how` is inside, of, for, in or from; `kind` what kind of words name it."""

    actor_id: str
    how: str
    token_end: int
    kind: str
    country: str | None


class Desk:
    """The mentions of one article while they are being found, and the state that later ones refer to.

    `groups` holds the armed groups in the order they were kept, each with its first token; `states` how much the
    article is about each state; `publishing_state` is the state whose press office publishes it.
    """

    def __init__(self, reading: Reading, knowledge: Knowledge) -> None:
        self.reading = reading
        self.doc = reading.doc
        self.knowledge = knowledge
        self.findings: list[Finding] = []
        self.groups: list[tuple[int, str]] = []
        self.states: Counter[str] = Counter()
        self.publishing_state: str | None = None

    def mention(
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
        """Return the mention at tokens [start, end), not yet kept."""
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

    def keep(
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
        """Keep a mention with what later readers need beside it; its head comes from the parse unless given."""
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

    def covered(self) -> set[int]:
        """Return the tokens of all mentions kept so far."""
        return {
            index
            for finding in self.findings
            for index in range(finding.token_start, finding.token_end)
        }

    def salient_state(self) -> str | None:
        """Return the one state that the article is about, None where several are or none."""
        total = sum(self.states.values())
        if not total:
            return None
        state, weight = self.states.most_common(1)[0]
        return state if weight >= _SALIENT_SHARE * total else None

    def leading_state(self) -> str | None:
        """Return the state with half of the article's weight at least, twice as much as the next."""
        (_, most), (_, next_most) = (*self.states.most_common(2), ("", 0), ("", 0))[:2]
        is_far_ahead = 2 * most >= sum(self.states.values()) and most >= 2 * next_most
        return self.states.most_common(1)[0][0] if most and is_far_ahead else None

    def state_of_places(self) -> str | None:
        """Return the state that nearly all places lie in which the article names as places."""
        states: Counter[str] = Counter()
        for finding in self.findings:
            mention = finding.mention
            if finding.kind in ("place", "country") and mention.figure != "metonym":
                location = self.knowledge.location(mention.location_id or "")
                if location and location.country_iso3 in self.knowledge.actors:
                    states[location.country_iso3 or ""] += 1
        if not states:
            return None
        state, count = states.most_common(1)[0]
        return state if count >= _MOST * sum(states.values()) else None

    def party_before(self, token_start: int) -> str | None:
        """Return the party of the actor named last before a token, in its sentence or else in the one before."""
        sentence = self.doc[token_start].sent.start
        for first in (sentence, self.doc[sentence - 1].sent.start if sentence else sentence):
            before = [
                found
                for found in self.findings
                if first <= found.token_start
                and found.token_end <= token_start
                and found.mention.actor_id is not None
                and found.kind != "demonym"
            ]
            if before:
                last = max(before, key=lambda found: (found.token_end, -found.token_start))
                return self.knowledge.party_of(last.mention.actor_id or "")
        return None

    def body_of(self, location_id: str) -> str | None:
        """Return the government that a country, a capital or a disputed territory may stand for."""
        gazetteer = self.knowledge.gazetteer
        authority = gazetteer.authority(location_id)
        if authority:
            return authority
        if location_id.startswith(COUNTRY_PREFIX):
            iso3 = location_id.removeprefix(COUNTRY_PREFIX)
            return iso3 if iso3 in self.knowledge.actors else None
        return gazetteer.capital_country(location_id)

    def owner_of(self, finding: Finding, how: str) -> Owner | None:
        """Return the body that a name stands for as owner of an office; a place stands for its state."""
        knowledge = self.knowledge
        mention = finding.mention
        if finding.kind in ("demonym", "actor"):
            if mention.actor_id is None:
                return None
            return Owner(mention.actor_id, how, finding.token_end, finding.kind, None)
        if finding.kind == "country" and mention.location_id:
            iso3 = mention.location_id.removeprefix(COUNTRY_PREFIX)
            return (
                Owner(iso3, how, finding.token_end, "country", None)
                if iso3 in knowledge.actors
                else None
            )
        if mention.location_id is None:
            return None
        body = self.body_of(mention.location_id)
        location = knowledge.location(mention.location_id)
        country = location.country_iso3 if location else None
        if body is not None:
            return Owner(body, how, finding.token_end, "capital", country)
        if country in knowledge.actors and country is not None:
            return Owner(country, how, finding.token_end, "place", country)
        return None

    def only_group(self, *, country: str | None = None) -> str | None:
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
            if party in self.knowledge.actors and self.knowledge.kind_of(party) in GROUP_KINDS
            else actor_id
        )

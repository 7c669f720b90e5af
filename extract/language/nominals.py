"""Offices, forces and groups named by common nouns, and which actor each of them is in this article.

Here belong "Mali's army", "the ministry", "the rebels": whose they are by the words beside them or by the article.
Finding the noun phrases belongs in `actors.py`, people in `people.py`.
"""

from __future__ import annotations

from dataclasses import replace

from extract.knowledge import FORCE_SUFFIXES
from extract.language.actors import (
    ANAPHORIC_NOUNS,
    CIVIL_MODIFIERS,
    EXPLICIT_ONLY,
    FOREIGN_MODIFIERS,
    HYPHENS,
    KIN_NOUNS,
    KIN_PLURALS,
    OTHER_SIDE_WORDS,
    PEACEKEEPER_NOUNS,
    ROLE_NOUNS,
    SEPARATIST_WORDS,
    SPOKES_NOUNS,
    STRANGER_WORDS,
    UNNAMED_NOUNS,
    UNOFFICIAL_MODIFIERS,
    OfficeHit,
)
from extract.language.figures import head_of
from extract.language.mentions import GROUP_KINDS, LOCAL_SUFFIXES, Desk, Finding, Kind, Owner

_OWNER_PREPOSITIONS = frozenset({"of", "for", "in", "from"})
_REGION_WORDS = frozenset(
    "region territory enclave province republic city state of self - proclaimed".split()
)
_BACKED = frozenset(
    "backed led supported allied aligned linked affiliated inspired sponsored trained armed funded based made".split()
)


_FIRST_PERSON = frozenset({"our", "my", "your"})
_OF_BODIES = frozenset({"its", "their"})
_INDEFINITE = frozenset({"a", "an", "another", "no", "any", "some", "other"})
_RECENT = 2


def _head_word(noun: str) -> str:
    """Return the word that stands for an office later on: "ministry" of "ministry of health"."""
    return noun.split(" of ", 1)[0].split(" for ", 1)[0].rsplit(" ", 1)[-1]


def _ends_with(name: str, noun: str) -> bool:
    last = name.lower().rsplit(" ", 1)[-1]
    return last in (noun, noun + "s")


class NominalReader:
    """Reads office and group phrases in the order of the text; earlier ones say what later ones refer to."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.reading = desk.reading
        self.doc = desk.doc
        self.knowledge = desk.knowledge
        self.named_offices: dict[str, str] = {}
        self.kin: dict[str, str] = {}

    def index_groups(self) -> None:
        """Note which group a bare "Armenian forces" may belong to: that of "Armenian separatists" in the same text."""
        for finding in self.desk.findings:
            actor_id = finding.mention.actor_id
            if (
                finding.kind != "actor"
                or self.knowledge.kind_of(actor_id) not in GROUP_KINDS
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

    def add(self, hit: OfficeHit) -> None:
        """Keep an office or group phrase with its actor; drop one too common that nothing in the article owns."""
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
        mention = self.desk.mention(
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
        self.desk.keep(mention, kind, start, end, head=head, role=role if is_holder else None)
        if actor_id and hit.suffix and hit.suffix != "CIV":
            self.named_offices[_head_word(hit.noun)] = actor_id
        if actor_id and self.knowledge.kind_of(actor_id) in GROUP_KINDS:
            self.desk.groups.append((start, actor_id))

    def _owner(self, hit: OfficeHit) -> Owner | None:
        """Return the state, territory or group that a phrase names as owner of an office, with the words that do."""
        inside = [
            finding
            for finding in self.desk.findings
            if hit.token_start <= finding.token_start
            and finding.token_end <= hit.token_end
            and finding.kind in ("demonym", "country", "place", "actor")
            and finding.token_start < hit.token_end
        ]
        for finding in sorted(inside, key=lambda found: -found.token_start):
            if self._is_backer(finding):
                continue
            owner = self.desk.owner_of(finding, "inside")
            if owner:
                return owner
        owned = {
            token.lower_
            for token in self.doc[hit.token_start : hit.noun_start]
            if token.tag_ == "PRP$"
        }
        if owned & _FIRST_PERSON:
            return None
        if owned:
            is_personal = hit.suffix == "CIV" and not owned & _OF_BODIES
            return None if is_personal else self._antecedent_owner(hit)
        return self._owner_after(hit)

    def _owner_after(self, hit: OfficeHit) -> Owner | None:
        """Return the owner that a preposition after the office names: "police in X", "army of the republic of Y"."""
        doc = self.doc
        sentence_end = doc[hit.token_end - 1].sent.end
        position = hit.token_end
        if position + 1 >= sentence_end or doc[position].lower_ not in _OWNER_PREPOSITIONS:
            return None
        how = doc[position].lower_
        starting = {
            found.token_start: found
            for found in self.desk.findings
            if found.kind in ("country", "place", "actor")
        }
        for index in range(position + 1, min(sentence_end, position + 6)):
            if index in starting:
                owner = self.desk.owner_of(starting[index], how)
                if owner and how in ("in", "from"):
                    return replace(owner, token_end=hit.token_end)
                return owner
            if doc[index].pos_ not in ("DET", "ADJ") and doc[index].lower_ not in _REGION_WORDS:
                return None
        return None

    def _antecedent_owner(self, hit: OfficeHit) -> Owner | None:
        """Return the party of the actor last named in the sentence before "its troops", "their fighters"."""
        party = self.desk.party_before(hit.token_start)
        return Owner(party, "its", hit.token_end, "pronoun", None) if party else None

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

    def _office_actor(
        self, hit: OfficeHit, owner: Owner | None, words: set[str]
    ) -> tuple[str | None, str]:
        """Return the actor of an office or group phrase, and the rule."""
        if hit.suffix == "":
            before = self.named_offices.get(hit.noun) or self._recent_body(hit)
            return before, "same_head_as_before" if before else "no_body_named_before"
        if hit.suffix is None or hit.suffix in ("REB", "MILITIA"):
            return self._group_actor(hit, owner, words)
        suffix = hit.suffix
        if self._is_peoples(hit) and (owner is None or owner.how in ("in", "from")):
            return None, "of_a_people"
        if owner is not None:
            return self._owned_office(hit, owner, words)
        if SEPARATIST_WORDS & words and suffix != "CIV":
            group = self.desk.only_group()
            if group is None:
                return None, "unnamed_separatists"
            return self._office_or_body(group, suffix), "only_group_of_article"
        if hit.noun in EXPLICIT_ONLY or suffix == "CIV":
            return None, "office_without_owner"
        if self._is_of_others(hit, words):
            return None, "of_somebody_else"
        said_before = self._said_before(hit)
        if said_before is not None:
            return said_before, "same_head_as_before"
        is_own = not _FIRST_PERSON.isdisjoint(words)
        return self._office_of_article(hit, suffix, is_own=is_own)

    def _is_peoples(self, hit: OfficeHit) -> bool:
        """Tell whether an office is a people's without a state: "Kurdish forces", wherever they are."""
        before = self.doc[hit.token_start : hit.noun_start]
        return any(token.ent_type_ == "NORP" for token in before)

    def _is_of_others(self, hit: OfficeHit, words: set[str]) -> bool:
        """Tell whether an office is none of the article's state: "foreign troops", "hospital officials"."""
        modifiers = {token.lower_ for token in self.doc[hit.token_start : hit.noun_start]}
        if STRANGER_WORDS & modifiers and hit.suffix in FORCE_SUFFIXES:
            return True
        others = UNOFFICIAL_MODIFIERS | FOREIGN_MODIFIERS
        if hit.noun.rsplit(" ", 1)[-1] in ("official", "officials") and others & modifiers:
            return True
        is_quoted = self.reading.in_quote(self.reading.starts[hit.token_start]) is not None
        return is_quoted and bool(self.desk.groups) and not _FIRST_PERSON.isdisjoint(words)

    def _said_before(self, hit: OfficeHit) -> str | None:
        """Return what "the military" or "a military spokesman" stands for after "the Israeli military"."""
        head = _head_word(hit.noun)
        if head in SPOKES_NOUNS:
            head = hit.noun.split()[0]
        return (
            self.named_offices.get(head)
            if head == hit.noun or head != _head_word(hit.noun)
            else None
        )

    def _office_of_article(
        self, hit: OfficeHit, suffix: str, *, is_own: bool
    ) -> tuple[str | None, str]:
        """Return the office of the state that publishes the article or that it is about, and the rule."""
        publisher = self.desk.publishing_state
        if publisher and (is_own or suffix not in FORCE_SUFFIXES):
            return self._office_or_body(publisher, suffix), "publishing_state"
        state = self._state_nearby(hit)
        if publisher and state != publisher:
            return None, "not_of_the_publisher"
        if state is not None:
            return self._office_or_body(state, suffix), "salient_state"
        state = self.desk.state_of_places() if suffix in LOCAL_SUFFIXES else None
        if state is not None:
            return self._office_or_body(state, suffix), "state_of_the_places"
        return None, "no_salient_state"

    def _recent_body(self, hit: OfficeHit) -> str | None:
        """Return the body named last before, in this sentence or the two before, whose name ends with a word."""
        sentence = self.reading.sentence_of(hit.token_start).sentence_index
        for finding in reversed(self.desk.findings):
            mention = finding.mention
            if (
                finding.kind != "actor"
                or finding.token_end > hit.token_start
                or sentence - mention.sentence_index > _RECENT
                or mention.actor_id is None
            ):
                continue
            names = (mention.text, self.knowledge.actors[mention.actor_id].name)
            if any(_ends_with(name, hit.noun) for name in names):
                return mention.actor_id
        return None

    def _office_or_body(self, actor_id: str, suffix: str) -> str:
        """Return an office of a body; a government is its state, and a body without that office speaks itself."""
        return (
            actor_id if suffix == "GOV" else self.knowledge.office_of(actor_id, suffix) or actor_id
        )

    def _owned_office(
        self, hit: OfficeHit, owner: Owner, words: set[str]
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
                group = self.kin.get(actor_id) or (self.desk.only_group() if separatist else None)
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

    def _group_actor(
        self, hit: OfficeHit, owner: Owner | None, words: set[str]
    ) -> tuple[str | None, str]:
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
        if CIVIL_MODIFIERS & words:
            before = self._recent_ngo(hit)
            return before, "last_named_organisation" if before else "no_armed_group"
        if OTHER_SIDE_WORDS & words or self._is_joined(hit, OTHER_SIDE_WORDS):
            return None, "other_side"
        if noun in ANAPHORIC_NOUNS:
            return self._group_before(hit, words)
        return self._group_of_article(hit, owner)

    def _group_before(self, hit: OfficeHit, words: set[str]) -> tuple[str | None, str]:
        """Return the group that "the group" refers back to, and the rule."""
        if words & _INDEFINITE or self._is_group_of(hit):
            return None, "indefinite_group"
        before = self._recent_group(hit)
        return before, "last_named_group" if before else "no_group_named_before"

    def _group_of_article(self, hit: OfficeHit, owner: Owner | None) -> tuple[str | None, str]:
        """Return the group that "the rebels" are because the article names no other, and the rule."""
        group = self.desk.only_group(country=owner.actor_id if owner else None)
        if group:
            return group, "only_group_of_article"
        if owner is not None and hit.suffix:
            return self.knowledge.office_of(owner.actor_id, hit.suffix), "unnamed_group_of_state"
        state = self.desk.salient_state()
        if state and hit.suffix == "REB" and not self.desk.groups:
            return self.knowledge.office_of(state, "REB"), "unnamed_group_of_salient_state"
        return None, "several_groups" if self.desk.groups else "no_group_named"

    def _owned_group(self, owner: Owner) -> tuple[str | None, str] | None:
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
            for found in self.desk.findings
            if found.mention.actor_id and self.knowledge.kind_of(found.mention.actor_id) == "igo"
        }
        missions = {body for body in bodies if self.knowledge.actors[body].country_iso3}
        if len(missions) == 1:
            return missions.pop(), "only_mission_of_article"
        if not missions and "UN" in bodies:
            return "UN_PEACEKEEPERS", "united_nations_named"
        return None, "no_mission_named"

    def _recent_group(self, hit: OfficeHit) -> str | None:
        """Return the group named last, within this sentence and the two before it."""
        sentence = self.reading.sentence_of(hit.token_start).sentence_index
        before = [(token, group) for token, group in self.desk.groups if token < hit.token_start]
        if not before:
            return None
        token, group = max(before)
        return (
            group if sentence - self.reading.sentence_of(token).sentence_index <= _RECENT else None
        )

    def _recent_ngo(self, hit: OfficeHit) -> str | None:
        """Return the aid or rights organisation named last, within this sentence and the two before it."""
        sentence = self.reading.sentence_of(hit.token_start).sentence_index
        before = [
            finding
            for finding in self.desk.findings
            if finding.token_end <= hit.token_start
            and sentence - finding.mention.sentence_index <= _RECENT
            and self.knowledge.kind_of(finding.mention.actor_id) == "ngo"
        ]
        last = max(before, key=lambda finding: finding.token_start, default=None)
        return last.mention.actor_id if last else None

    def _is_joined(self, hit: OfficeHit, words: frozenset[str]) -> bool:
        """Tell whether a hyphenated modifier of a phrase is one of the words: "army-backed self-defence group"."""
        phrase = self.reading.text(*self.reading.span(hit.token_start, hit.token_end)).lower()
        return not words.isdisjoint(phrase.split())

    def _is_group_of(self, hit: OfficeHit) -> bool:
        """Tell whether a group is one of people named after it: "a group of lawyers"."""
        doc = self.doc
        return hit.token_end < len(doc) and doc[hit.token_end].lower_ == "of"

    def _state_nearby(self, hit: OfficeHit) -> str | None:
        """Return the state of the article; else the one that this sentence names, or that its places lie in.

        Last the state that is far ahead of all others in the article.
        """
        state = self.desk.salient_state()
        if state:
            return state
        sentence = self.reading.sentence_of(hit.token_start).sentence_index
        here = [f for f in self.desk.findings if f.mention.sentence_index == sentence]
        named = {
            f.mention.actor_id
            for f in here
            if f.kind == "country" and f.token_end <= hit.token_start
        }
        if len(named) == 1:
            return named.pop()
        found = set()
        for finding in here:
            mention = finding.mention
            if finding.kind == "place" and mention.figure == "literal" and mention.location_id:
                location = self.knowledge.location(mention.location_id)
                if location and location.feature != "disputed_territory":
                    found.add(location.country_iso3)
        found &= self.knowledge.actors.keys()
        return found.pop() if len(found) == 1 else self.desk.leading_state()

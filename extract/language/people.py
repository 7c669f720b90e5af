"""People: the spans of their names, the role beside a name, and the body that a person speaks for.

Here belong names of people and their titles and appositions. Offices without a person belong in `nominals.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from extract.language.actors import HYPHENS, ROLE_NOUNS, SPOKES_NOUNS, TITLES
from extract.language.figures import is_possessive
from extract.language.mentions import LOCAL_SUFFIXES, Desk, Finding, Form, Owner
from extract.language.parse import Doc

_MAX_TITLE_TOKENS, _LONGEST_NAME = 12, 4
_OFFICIAL_ROLE = frozenset(
    "commander general colonel brigadier admiral official chief leader ambassador envoy governor mayor".split()
)


_PERSONAL_OFFICES = frozenset(
    "office administration cabinet government spokesman spokeswoman".split()
)
_ROYALS = (["king"], ["queen"], ["prince"], ["princess"], ["emperor"])
_OPPOSING = frozenset(
    "against counter fight fighting combat combating defeat anti countering by".split()
)
_CLAUSE_WORDS = frozenset({"VERB", "AUX", "SCONJ", "PRON", "CCONJ"})
_NAMES_OF_BODIES = frozenset("command staff office directorate service department".split())


class PersonReader:
    """Reads the people of an article; last names refer back to full ones."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.reading = desk.reading
        self.doc = desk.doc
        self.knowledge = desk.knowledge
        self.people: dict[str, Finding] = {}

    def add_all(self, taken: Mapping[int, str]) -> None:
        """Keep the people of the article. `taken` maps the tokens of names to what they are."""
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
            mention = self.desk.mention(
                start,
                end,
                "PERSON",
                form=form,
                actor_id=actor_id,
                rule=rule,
            )
            finding = self.desk.keep(
                mention,
                "person",
                start,
                end,
                role=role,
                organisation=organisation,
                phrase_start=self._title_start(start, self.doc[start].sent.start),
            )
            self._add_office_of(finding)
            if end - start > 1 or surname not in self.people:
                self.people[surname] = finding

    def _add_office_of(self, person: Finding) -> None:
        """Keep "President X's office" as the office that the person stands for."""
        doc, start, end = self.doc, person.phrase_start, person.token_end
        while end < len(doc) and (doc[end].tag_ == "POS" or doc[end].pos_ == "ADJ"):
            end += 1
        if (
            start is None
            or person.organisation_actor_id is None
            or not is_possessive(doc, person.token_end)
            or end >= len(doc)
            or doc[end].lower_ not in _PERSONAL_OFFICES
        ):
            return
        mention = self.desk.mention(
            start,
            end + 1,
            "ORG",
            form="nominal",
            actor_id=person.organisation_actor_id,
            rule="office_of_a_person",
        )
        self.desk.keep(mention, "office", start, end + 1, head=end)

    def _is_state_office(self, actor_id: str) -> bool:
        actor = self.knowledge.actors.get(actor_id)
        return bool(
            actor
            and actor.parent_actor_id
            and self.knowledge.is_state(actor.parent_actor_id)
            and actor_id.startswith(actor.parent_actor_id + "_")
        )

    def _person_spans(self, taken: Mapping[int, str]) -> list[tuple[int, int]]:
        """Return the spans of people's names: labelled ones without titles, those of the table, later last names."""
        covered = {
            index
            for finding in self.desk.findings
            if finding.kind in ("place", "country", "actor", "demonym")
            for index in range(finding.token_start, finding.token_end)
        }
        spans = dict(self._labelled_people(covered))
        for start, end in _runs(
            index for index, kind in taken.items() if kind == "person" and index not in covered
        ):
            if not any(start < last and first < end for first, last in spans.items()):
                spans[name_start(self.doc, start, end)] = end
        surnames = {self.doc[end - 1].text for start, end in spans.items() if end - start > 1}
        covered.update(index for start, end in spans.items() for index in range(start, end))
        for token in self.doc:
            if token.text in surnames and token.i not in covered and token.pos_ == "PROPN":
                spans[token.i] = token.i + 1
        return sorted(spans.items())

    def _labelled_people(self, covered: set[int]) -> Iterator[tuple[int, int]]:
        for entity in self.doc.ents:
            if entity.label_ != "PERSON" and not is_titled_name(self.doc, entity.start, entity.end):
                continue
            start, end = name_start(self.doc, entity.start, entity.end), entity.end
            while end > start + 1 and (
                self.doc[end - 1].tag_ == "POS" or not self.doc[end - 1].text[-1:].isalnum()
            ):
                end -= 1
            is_body = end - start == 1 and self.doc[start].lower_ in _NAMES_OF_BODIES
            if (
                covered.isdisjoint(range(start, end))
                and self.doc[start].text[:1].isalnum()
                and not is_body
            ):
                yield start, end

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
            is_boundary = token.text in (",", ";", ":") or token.pos_ in _CLAUSE_WORDS
            if is_boundary and token.tag_ != "PRP$":
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
            for found in self.desk.findings
            if start <= found.token_start
            and found.token_end <= end
            and not self._is_opposed(found.token_start, start)
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
            (owner for found in inside if (owner := self.desk.owner_of(found, "inside"))), None
        )
        if holder is not None:
            return role, self._held_office(holder, owner, office, is_spokes=is_spokes)
        if owner and (is_spokes or not _OFFICIAL_ROLE.isdisjoint(words)):
            return role, owner.actor_id
        if is_spokes and not {"its", "their"}.isdisjoint(words):
            return role, self.desk.party_before(start)
        return role, None

    def _is_opposed(self, index: int, start: int) -> bool:
        """Tell whether a name is what an office is against: "envoy to the coalition to counter X"."""
        before = {token.lower_ for token in self.doc[max(start, index - 2) : index]}
        return not before.isdisjoint(_OPPOSING)

    def _holder(self, words: Sequence[str]) -> tuple[str | None, int]:
        """Return the office that the longest, last title among the words belongs to, and where that title begins."""
        for length in (5, 4, 3, 2, 1):
            for index in range(len(words) - length, -1, -1):
                suffix = self.knowledge.office_holders.get(" ".join(words[index : index + length]))
                following = words[index + length : index + length + 1]
                if words[index : index + length] in _ROYALS and following in (["'s"], ["\u2019s"]):
                    continue  # "King's College", "the queen's cousin"
                if words[index : index + length] == ["deputy"] and index + 1 < len(words):
                    continue  # of whatever office follows
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
                if found.mention.actor_id
                and (found.kind == "office" or found.kind == "group" and found.role is None)
            ),
            None,
        )

    def _held_office(
        self, holder: str, owner: Owner | None, office: str | None, *, is_spokes: bool
    ) -> str | None:
        """Return the office that a title stands for: its owner's, else that of the article's state."""
        if owner is not None:
            is_local = owner.kind == "place" and holder in ("PRES", "GOV", "PM")
            suffix = "PROV" if is_local else holder
            return self.knowledge.office_of(owner.actor_id, suffix) or owner.actor_id
        if office or is_spokes:
            return office
        state = self.desk.publishing_state or self.desk.salient_state()
        if state is None and holder in LOCAL_SUFFIXES:
            state = self.desk.state_of_places()
        return self.knowledge.office_of(state, holder) if state else None


def name_start(doc: Doc, start: int, end: int) -> int:
    """Return the first token of a name after the titles that its label takes in: "Kharkiv Mayor X"."""
    for index in range(end - 2, start - 1, -1):
        if _is_title(doc, index):
            return index + 1
    return start


def is_titled_name(doc: Doc, start: int, end: int) -> bool:
    """Tell whether words that the parse takes for a body's name are a person's with a title: "Colonel X Y"."""
    first = name_start(doc, start, end)
    names = doc[first:end]
    return (
        first > start
        and 1 < len(names) <= _LONGEST_NAME
        and all(token.text[:1].isupper() and token.pos_ == "PROPN" for token in names)
        and _NAMES_OF_BODIES.isdisjoint(token.lower_ for token in names)
    )


def _is_title(doc: Doc, index: int) -> bool:
    word = doc[index].lower_.rstrip(".")
    return (
        word in TITLES
        or word in ROLE_NOUNS
        or word in ("prime", "foreign", "vice", "president", "minister")
    )


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

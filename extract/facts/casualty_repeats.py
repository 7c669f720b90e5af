"""Which casualty claims of an article are of the same victims: told again, a part of a total, or a total of parts.

Here belongs comparing claims with those told before. Which incident a claim stands with is decided in `linking.py`,
which hands in what it knows: the mentions, and whether two of them can be of one incident. Claims of different voices
all stay: weighing them is the warehouse's work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from extract.facts.speaker_phrases import speaker_nouns
from extract.language.noun_phrases import singular
from extract.language.reading import Reading
from extract.records import Casualty, IncidentMention, StatementMention

if TYPE_CHECKING:
    from extract.knowledge import Knowledge

_ANOTHER = re.compile(
    r"\b(?:another|more|other|others|further|additional|separate)\b", re.IGNORECASE
)
_ALSO = re.compile(r"\b(?:also|too|as well)\b", re.IGNORECASE)
_SEPARATE = re.compile(
    r"\b(?:separate(?:ly)?|elsewhere|meanwhile|last (?:week|month|year)|(?:another|second|third|similar|earlier"
    r"|previous|different) (?:[\w-]+ ){0,2}(?:attack|incident|blast|bomb\w*|raid|clash|ambush|shooting|strike|explosion"
    r"|village|town|area|district|case)(?:e?s)?)\b",
    re.IGNORECASE,
)
_BEFORE_PHRASE = re.compile(r"(\w+)['\u2019]?\s*$")
_POSSESSOR = re.compile(r"['\u2019]s? ")
_NAME_END = re.compile(r"([A-Z][\w'\u2019-]+)$")
# The words of a count that is no longer held: "it had earlier given a toll of ten".
GIVEN_UP = re.compile(
    r"\b(?:earlier|previously|initially|at first|originally)\b[^.;]*\b(?:said|told|gave|given|put|reported|announced"
    r"|spoke|spoken|counted|confirmed)\b"
    r"|\b(?:earlier|previous|initial|first|preliminary) (?:\w+ )?(?:tolls?|counts?|figures?|estimates?|tally"
    r"|reports?)\b",
    re.IGNORECASE,
)
# "The toll rose to 16 after four more bodies were found": the four are among the 16.
_NEW_TOTAL = re.compile(
    r"\b(?:rose|risen|rises|rising|climb\w*|jump\w*|grew|grown|increas\w*|bring\w*|brought|rais\w*|tak(?:ing|es)|took)\b",
    re.IGNORECASE,
)
_BEHIND_HEAD = re.compile(r" (?:who|whose|in|of|from|near|at)\b|,")
_DEFINITE = frozenset("the these those this that both all".split())
_POSSESSIVE = frozenset("his her their its my our your".split())
_BODIES = frozenset({"body", "corpse"})
_REMAINDER = frozenset({"rest", "remainder"})
# what anybody can be called when spoken of again
_GENERIC_HEADS = frozenset(
    "man woman person victim individual deceased employee worker staff member boy girl child pair couple".split()
)
_OPEN_CATEGORIES = frozenset({"unknown", "all"})
# whoever is one of these can also be called a civilian
_CIVILIANS = frozenset({"civilian", "aid_worker", "medic", "journalist", "official"})
_SEXES = {"he": "male", "him": "male", "she": "female", "her": "female"}
_NEAR_SENTENCES = 3
_FEWEST_IN_TOTAL = 3
_LARGE_TOTAL, _LATEST_BREAKDOWN = 8, 4

# "pronoun" also for "his body"
Form = Literal["pronoun", "name", "possessive", "definite", "open"]


@dataclass(frozen=True, slots=True)
class Told:
    """What comparing claims needs: the text, the mentions by id, whether two can be of one incident, and voices."""

    reading: Reading
    mentions: Mapping[str, IncidentMention]
    agree: Callable[[IncidentMention, IncidentMention], bool]
    voices: Mapping[str, StatementMention]
    knowledge: Knowledge

    def mention_of(self, casualty: Casualty) -> IncidentMention | None:
        """Return the mention that a claim stands with."""
        return self.mentions.get(casualty.incident_mention_id or "")

    def incident_of(self, casualty: Casualty) -> str | None:
        """Return the incident of the article that a claim stands with."""
        mention = self.mention_of(casualty)
        return mention.article_incident_id if mention else None

    def voice_of(self, casualty: Casualty) -> str:
        """Return whose voice a claim is: the claimant's party, its name where unknown, "" for the article."""
        actor_id = casualty.claimed_by_actor_id
        if actor_id is not None:
            return self.knowledge.party_of(actor_id) or actor_id
        if casualty.statement_id is None:
            return ""
        statement = self.voices.get(casualty.statement_id)
        name = casualty.claimed_by_name or (statement.source_text if statement else None)
        return f"name:{(name or casualty.statement_id).lower()}"


def with_repeats(casualties: Sequence[Casualty], told: Told) -> list[Casualty]:
    """Return the claims with repeats and parts marked: the same victims told again by the same voice."""
    done: list[Casualty] = []
    for casualty in casualties:
        if casualty.is_counted and not _can_count(casualty, told):
            casualty = replace(casualty, is_counted=False)
        mention = told.mention_of(casualty)
        if mention is not None and casualty.same_victims_as is None and casualty.is_counted:
            if casualty.harm_type == "killed":
                done = _without_who_died(casualty, done, told)
            casualty, done = _against_earlier(casualty, mention, done, told)
        done.append(casualty)
    return _with_sightings(_with_breakdowns(_with_new_totals(done, told), told), told)


def _without_who_died(casualty: Casualty, done: list[Casualty], told: Told) -> list[Casualty]:
    """Return the earlier claims, one of a wounded person left uncounted where a later one says that he died."""
    if not _is_single(casualty) or _form(casualty, told) in {"open", "possessive"}:
        return done
    for index in range(len(done) - 1, -1, -1):
        earlier = done[index]
        if earlier.harm_type != "wounded" or not earlier.is_counted or not _is_single(earlier):
            continue
        is_same = _head(casualty) == _head(earlier) or _is_known(casualty, earlier, told)
        is_near = casualty.sentence_index - earlier.sentence_index <= _NEAR_SENTENCES
        if is_same and is_near and not _adds(casualty):
            return [*done[:index], replace(earlier, is_counted=False), *done[index + 1 :]]
    return done


def _can_count(casualty: Casualty, told: Told) -> bool:
    """Tell whether a claim says of a specific incident that people were harmed, whatever others say of them."""
    mention = told.mention_of(casualty)
    voice = told.voices.get(casualty.statement_id or "")
    return (
        casualty.is_counted
        and casualty.realis == "actual"
        and casualty.count_scope != "cumulative"
        and casualty.parent_casualty_id is None
        and mention is not None
        and mention.realis == "actual"
        and mention.level not in {"operation", "background"}
        and (voice is None or voice.speaker_rule != "publisher_correction")
    )


def _against_earlier(
    casualty: Casualty, mention: IncidentMention, done: list[Casualty], told: Told
) -> tuple[Casualty, list[Casualty]]:
    """Return the claim and the earlier ones after comparing them: repeats, totals of groups, groups of a total."""
    voice = told.voice_of(casualty)
    peers = [
        earlier
        for earlier in done
        if earlier.is_counted
        and earlier.harm_type == casualty.harm_type
        and earlier.parent_casualty_id is None
        and earlier.same_victims_as is None
    ]
    here = [
        earlier
        for earlier in peers
        if told.incident_of(earlier) == mention.article_incident_id
        and told.voice_of(earlier) == voice
    ]
    for earlier in here:
        if _may_repeat(casualty, earlier, told):
            return _repeat(casualty, earlier, done)
    if here and _is_given_up(casualty, told):
        return replace(casualty, same_victims_as=here[-1].casualty_id, is_counted=False), done
    groups = [
        earlier
        for earlier in here
        if earlier.count_max is not None and earlier.sentence_index != casualty.sentence_index
    ]
    if len(groups) > 1 and sum(earlier.count_min for earlier in groups) == casualty.count_min:
        return replace(casualty, same_victims_as=groups[0].casualty_id, is_counted=False), done
    total = next((earlier for earlier in here if _is_part(casualty, earlier)), None)
    if total is None:
        total = next((earlier for earlier in here if _is_among(casualty, earlier, told)), None)
    if total is not None:
        return replace(casualty, parent_casualty_id=total.casualty_id, is_counted=False), done
    return _against_others(casualty, mention, peers, done, told)


def _against_others(
    casualty: Casualty,
    mention: IncidentMention,
    peers: Sequence[Casualty],
    done: list[Casualty],
    told: Told,
) -> tuple[Casualty, list[Casualty]]:
    """Return the claim and the earlier ones after comparing it with those of other incidents and other voices."""
    voice = told.voice_of(casualty)
    for earlier in reversed(peers):
        other = told.mention_of(earlier)
        if other is None or not _is_told_again(casualty, earlier, told):
            continue
        if other.article_incident_id != mention.article_incident_id:
            if not _is_known(casualty, earlier, told) and not told.agree(mention, other):
                continue
            # the words of two events lead to the same victims: it is one event
            casualty = replace(casualty, incident_mention_id=earlier.incident_mention_id)
        if told.voice_of(earlier) == voice:
            return _repeat(casualty, earlier, done)
        if _is_single(casualty):
            return replace(casualty, same_victims_as=earlier.casualty_id), done
        return casualty, done
    return casualty, done


def _repeat(
    casualty: Casualty, earlier: Casualty, done: list[Casualty]
) -> tuple[Casualty, list[Casualty]]:
    """Mark a repeat; of the two claims the more exact one counts, of two open ones the later if it is higher."""
    if _is_better(casualty, earlier):
        kept = [
            replace(peer, is_counted=False, same_victims_as=casualty.casualty_id)
            if peer.casualty_id == earlier.casualty_id
            else peer
            for peer in done
        ]
        return casualty, kept
    return replace(casualty, same_victims_as=earlier.casualty_id, is_counted=False), done


def _is_better(casualty: Casualty, earlier: Casualty) -> bool:
    if earlier.count_kind == "vague":
        return casualty.count_kind != "vague"
    if earlier.count_max is None and casualty.count_max is None:
        return casualty.count_min > earlier.count_min
    return earlier.count_kind in {"at_least", "approximate"} and casualty.count_kind == "exact"


def _may_repeat(casualty: Casualty, earlier: Casualty, told: Told) -> bool:
    """Tell whether two claims of one voice about one incident are of the same victims."""
    if earlier.sentence_index == casualty.sentence_index and earlier.count_kind != "vague":
        same_words = (earlier.victim_text or "").lower() == (casualty.victim_text or "").lower()
        if not same_words or earlier.claim_start == casualty.claim_start:
            return casualty.count_kind == "ordinal"
    if _adds(casualty) or not categories_agree(casualty, earlier):
        return False
    if _is_single(casualty) and _is_single(earlier):
        return _is_same_person(casualty, earlier, told)
    low, high = (
        max(casualty.count_min, earlier.count_min),
        _lowest(casualty.count_max, earlier.count_max),
    )
    return high is None or low <= high


def _is_told_again(casualty: Casualty, earlier: Casualty, told: Told) -> bool:
    """Tell whether a claim about what reads as another incident is about the victims told before.

    The same count is enough for three or more, "the two" and the same words for two; one person is known by the name,
    or because the phrase refers back.
    """
    if casualty.sentence_index == earlier.sentence_index or casualty.count_min != earlier.count_min:
        return False
    if _adds(casualty) or not categories_agree(casualty, earlier) or _is_apart(casualty, told):
        return False
    form = _form(casualty, told)
    if _is_single(casualty) and _is_single(earlier):
        if form in {"open", "possessive"}:
            return False
        if form == "name" and not _surnames_meet(casualty, earlier):
            is_near = casualty.sentence_index - earlier.sentence_index <= _NEAR_SENTENCES
            return is_near and _form(earlier, told) == "open"
        return _is_same_person(casualty, earlier, told)
    if casualty.count_text is None or earlier.count_text is None:
        return False
    return (
        casualty.count_min >= _FEWEST_IN_TOTAL
        or form == "definite"
        or _head(casualty) == _head(earlier)
    )


def _is_known(casualty: Casualty, earlier: Casualty, told: Told) -> bool:
    """Tell whether one person is meant whatever the date and place: "his body was found" days later."""
    return _is_single(casualty) and (
        _form(casualty, told) == "pronoun" or _surnames_meet(casualty, earlier)
    )


def _is_same_person(casualty: Casualty, earlier: Casualty, told: Told) -> bool:
    """Tell whether two claims of one victim each are of the same person: by name, by reference, by description."""
    form, before = _form(casualty, told), _form(earlier, told)
    if form == "pronoun":
        sex = _SEXES.get((casualty.victim_text or "").lower())
        return sex is None or earlier.victim_sex in (None, sex)
    if _surnames_meet(casualty, earlier):
        return True
    if form == before == "name":
        return False
    if before == "pronoun":
        return form in ("name", "definite")
    heads = {_head(casualty), _head(earlier)}
    if "possessive" in (form, before):
        return len(heads) == 1
    if "name" in (form, before):
        return form != "open"
    is_described = casualty.victim_category == earlier.victim_category not in _OPEN_CATEGORIES
    is_plain = form == "definite" and casualty.victim_category in _OPEN_CATEGORIES
    return len(heads) == 1 or bool(heads & _GENERIC_HEADS) or is_described or is_plain


def _form(casualty: Casualty, told: Told) -> Form:
    """Return how the victims are named: by a pronoun, by name, as somebody's, as known, or as new."""
    text = casualty.victim_text or ""
    if casualty.rule_id == "pronoun" or casualty.count_text is None and _head(casualty) in _BODIES:
        return "pronoun"
    if casualty.count_text is None and _NAME_END.search(text):
        return "name"
    starts = [start for start in (casualty.count_start, casualty.victim_start) if start is not None]
    if not starts:
        return "open"
    sentence = told.reading.sentences[casualty.sentence_index]
    before = _BEFORE_PHRASE.search(told.reading.text(sentence.char_start, min(starts)))
    word = before[1].lower() if before else ""
    if word in _POSSESSIVE or word == "s" or _POSSESSOR.search(text):
        return "possessive"
    return "definite" if word in _DEFINITE else "open"


def _surnames_meet(one: Casualty, other: Casualty) -> bool:
    """Tell whether the last name of one stands in the phrase of the other."""
    for first, second in ((one, other), (other, one)):
        surname = _NAME_END.search(first.victim_text or "")
        if (
            first.count_text is None
            and surname
            and surname[1] in (second.victim_text or "").split()
        ):
            return True
    return False


def _head(casualty: Casualty) -> str:
    words = (casualty.victim_text or "").lower().split()
    return singular(words[-1]) if words else ""


def _is_single(casualty: Casualty) -> bool:
    return casualty.count_min == casualty.count_max == 1


def _adds(casualty: Casualty) -> bool:
    """Tell whether the words add these victims to those before: "another five", "was also killed"."""
    # "twenty were also hurt" adds to the dead, "a guard was also killed" to the others killed
    is_also = _is_single(casualty) and bool(_ALSO.search(casualty.claim_text))
    return is_also or bool(_ANOTHER.search(_phrase(casualty)))


def _phrase(casualty: Casualty) -> str:
    """Return the words from the count to the last of the victims with the word before: "another four people"."""
    starts = [start for start in (casualty.count_start, casualty.victim_start) if start is not None]
    ends = [end for end in (casualty.count_end, casualty.victim_end) if end is not None]
    if not starts:
        return casualty.claim_text
    offset = casualty.claim_start
    first = max(0, min(starts) - offset)
    first = casualty.claim_text.rfind(" ", 0, max(0, first - 1)) + 1
    return casualty.claim_text[first : max(ends) - offset]


def _is_apart(casualty: Casualty, told: Told) -> bool:
    """Tell whether the words before the claim set its incident apart: "in a separate attack"."""
    sentence = told.reading.sentences[casualty.sentence_index]
    return bool(_SEPARATE.search(told.reading.text(sentence.char_start, casualty.claim_start)))


def _lowest(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def categories_agree(one: Casualty, other: Casualty) -> bool:
    """Tell whether the categories of two claims can be of the same people."""
    categories = {one.victim_category, other.victim_category}
    return (
        len(categories) == 1
        or bool(categories & _OPEN_CATEGORIES)
        or ("civilian" in categories and categories <= _CIVILIANS)
    )


def _is_part(casualty: Casualty, total: Casualty) -> bool:
    """Tell whether a smaller group is part of a total told before: "six dead" and then "four police officers"."""
    if not (total.is_total or total.victim_category in _OPEN_CATEGORIES):
        return False
    if casualty.victim_category in _OPEN_CATEGORIES and casualty.count_kind != "indefinite_article":
        return False
    if _ANOTHER.search(_phrase(casualty)):
        return False
    if total.sentence_index == casualty.sentence_index:
        return False
    return casualty.count_max is not None and casualty.count_max < total.count_min


def _is_given_up(casualty: Casualty, told: Told) -> bool:
    """Tell whether the words before a count say that its voice has given it up since."""
    sentence = told.reading.sentences[casualty.sentence_index]
    return bool(GIVEN_UP.search(told.reading.text(sentence.char_start, casualty.claim_start)))


def _is_among(casualty: Casualty, total: Casualty, told: Told) -> bool:
    """Tell whether victims are the newest of a total of their sentence: "rose to 16 after four more were found"."""
    if total.sentence_index != casualty.sentence_index or not total.is_total:
        return False
    sentence = told.reading.sentences[casualty.sentence_index]
    return (
        casualty.count_max is not None
        and casualty.count_max < total.count_min
        and bool(_NEW_TOTAL.search(told.reading.text(sentence.char_start, sentence.char_end)))
    )


def _with_new_totals(casualties: list[Casualty], told: Told) -> list[Casualty]:
    """Return the claims with the newest victims tied to the total that stands behind them in their sentence.

    "Three more died overnight, bringing the toll to 12."
    """
    found = list(casualties)
    for index, casualty in enumerate(found):
        for total in found[index + 1 :]:
            if total.sentence_index != casualty.sentence_index:
                break
            if (
                casualty.is_counted
                and total.is_counted
                and total.harm_type == casualty.harm_type
                and told.voice_of(total) == told.voice_of(casualty)
                and _is_among(casualty, total, told)
            ):
                found[index] = replace(
                    casualty, parent_casualty_id=total.casualty_id, is_counted=False
                )
                break
    return found


def _with_sightings(casualties: list[Casualty], told: Told) -> list[Casualty]:
    """Return the claims with what one person saw tied to the toll it is a part of.

    "Nine were killed, the army said. A father and his son died in the next tent, a woman said": she gives no toll.
    """
    found = list(casualties)
    for index, casualty in enumerate(found):
        voice = told.voices.get(casualty.statement_id or "")
        if voice is None or not casualty.is_counted or casualty.is_total or not _is_person(voice):
            continue
        incident = told.incident_of(casualty)
        totals = [
            other
            for other in found
            if other.is_counted
            and other.is_total
            and other.harm_type == casualty.harm_type
            and told.incident_of(other) == incident
            and (casualty.count_max or casualty.count_min) < other.count_min
        ]
        if incident is not None and totals:
            largest = max(totals, key=lambda other: other.count_min)
            found[index] = replace(
                casualty, parent_casualty_id=largest.casualty_id, is_counted=False
            )
    return found


def _is_person(voice: StatementMention) -> bool:
    """Tell whether a statement is that of one person who speaks for nobody: a resident, a baker, somebody's niece."""
    if voice.is_official or voice.speaker_actor_id or voice.organisation_actor_id:
        return False
    if voice.source_form in {"pronoun", "named_person"}:
        return (voice.source_text or "").lower() not in {"they", "it", "we"}
    words = _BEHIND_HEAD.split((voice.source_text or "").lower())[0].split()
    kind = speaker_nouns().get(words[-1]) if words else None
    return kind is not None and kind[0] == "witness" and singular(words[-1]) == words[-1]


def _with_breakdowns(casualties: list[Casualty], told: Told) -> list[Casualty]:
    """Return the claims with those tied to a total that follow it and add up to it, whichever incidents they name.

    "Nine people were killed in two raids. Five died in Bor and four in Duk." speaks of nine.
    """
    found = list(casualties)
    by_harm: dict[str, list[int]] = {}
    for index, casualty in enumerate(casualties):
        by_harm.setdefault(casualty.harm_type, []).append(index)
    for indices in by_harm.values():
        for position, index in enumerate(indices):
            total = found[index]
            if not total.is_counted or total.count_text is None:
                continue
            following = [found[i] for i in indices[position + 1 :]]
            # a large total is hardly met by chance: its parts need not come first
            starts = range(_LATEST_BREAKDOWN if total.count_min >= _LARGE_TOTAL else 1)
            runs = (_parts_of(total, following[start:], told) for start in starts)
            for part in next((run for run in runs if run), ()):
                at = next(i for i in indices if found[i].casualty_id == part)
                found[at] = replace(
                    found[at], parent_casualty_id=total.casualty_id, is_counted=False
                )
    return found


def _parts_of(total: Casualty, following: Sequence[Casualty], told: Told) -> list[str]:
    """Return the ids of the claims right behind a total that add up to it, none where they do not."""
    if total.count_min < _FEWEST_IN_TOTAL:
        return []
    parts: list[str] = []
    left = total.count_min
    for casualty in following:
        if casualty.sentence_index == total.sentence_index or not (
            casualty.is_counted or casualty.parent_casualty_id == total.casualty_id
        ):
            continue
        if (casualty.victim_text or "").lower() in _REMAINDER:
            return [*parts, casualty.casualty_id] if parts and left > 0 else []
        if not parts and (_adds(casualty) or _is_apart(casualty, told)):
            return []
        if casualty.count_max is None or not categories_agree(casualty, total):
            return []
        parts.append(casualty.casualty_id)
        left -= casualty.count_min
        if left == 0:
            return parts if len(parts) > 1 else []
        if left < 0:
            return []
    return []

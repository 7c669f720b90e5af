"""How a place name is meant in its clause: the place itself, the body that speaks and acts there, or an attribute.

Here belong the signs of that in the syntax and on the surface; which body a place stands for belongs in `entities.py`.
"""

from __future__ import annotations

from typing import Literal

from extract.knowledge import Knowledge
from extract.language.actors import HYPHENS, ROLE_NOUNS
from extract.language.parse import Doc, Token

Figure = Literal["literal", "metonym", "modifier"]

_SPEECH_OR_ACTION = frozenset(
    """say announce claim deny accuse blame condemn warn threaten vow demand urge call reject
    confirm admit declare insist report tell launch attack bomb strike shell invade fire kill
    shoot withdraw deploy agree refuse accept sign propose offer pledge promise seek want
    consider describe denounce summon expel impose order ban suspend recall send arrest
    capture seize retaliate respond reply hit target carry conduct begin start stop halt
    resume back support arm train supply criticise criticize dismiss maintain hope believe
    fear expect negotiate hold give take make plan aim try use cut sever close open join
    withhold welcome hail praise express acknowledge argue allege assert note add state lose
    win fight pound advance retreat intercept down test detain execute release hand step
    continue decide lift extend""".split()
)
_RECEIVING = frozenset(
    """accuse blame condemn urge warn threaten ask tell call criticise criticize support back
    arm fight defeat attack invade denounce sanction pressure persuade force press hit target
    help supply""".split()
)
_LIGHT_BEFORE_VERB = frozenset({"ADV", "AUX", "PART"})
_RELATIONS = frozenset(
    """talk talks war conflict ceasefire truce tension tensions agreement deal treaty relation
    relations dispute fight fighting clash clashes negotiation negotiations peace hostilities
    exchange summit meeting row battle battles swap dialogue crisis""".split()
)
_TALKING = frozenset(
    "talk negotiate fight meet cooperate agree trade side clash share work".split()
)
_CLAUSE_OPENERS = frozenset(
    "after before since as until while because that although though when if whether".split()
)
_POSSESSED_ACTS = frozenset(
    """decision offensive invasion attack attacks strikes strike operation campaign
    bombardment war position statement response claim claims denial demand demands accusation
    accusations refusal policy side allies ally aggression incursion retaliation announcement
    offer proposal withdrawal advance blockade leader leaders officials president army
    military forces troops""".split()
)
_SUBJECTS = frozenset({"nsubj", "nsubj:outer"})
_ATTRIBUTES = frozenset({"compound", "nmod", "amod", "nmod:desc", "nmod:poss"})


def head_of(doc: Doc, start: int, end: int) -> int:
    """Return the first token of [start, end) whose governor lies outside, the last token where none does."""
    for index in range(start, end):
        head = doc[index].head.i
        if head == index or not start <= head < end:
            return index
    return end - 1


def is_possessive(doc: Doc, end: int) -> bool:
    """Tell whether a possessive ending follows the token before `end`."""
    return end < len(doc) and doc[end].tag_ == "POS"


def figure_of(
    doc: Doc, start: int, end: int, *, knowledge: Knowledge, is_body: bool, is_state: bool = True
) -> Figure:
    """Return how the place name at tokens [start, end) is meant.

    `is_body` tells whether a government may be called by it, `is_state` whether that is a state's government.
    """
    sentence_end = doc[start].sent.end
    if is_possessive(doc, end):
        owns = is_body and _owns_body(doc, end + 1, sentence_end, knowledge=knowledge)
        return "metonym" if owns else "literal"
    head = doc[head_of(doc, start, end)]
    if _is_attribute(doc, end, sentence_end, head):
        return "modifier"
    if not is_body:
        return "literal"
    preposition = _preposition(doc, start)
    if preposition is not None:
        is_clause = preposition.lower_ in _CLAUSE_OPENERS and _precedes_verb(doc, end, sentence_end)
        is_oblique = is_state and _is_oblique_body(preposition, head)
        return "metonym" if is_clause or is_oblique else "literal"
    acts = _acts(head)
    if acts is None:
        acts = _precedes_verb(doc, end, sentence_end)
    return "metonym" if acts else "literal"


def _preposition(doc: Doc, start: int) -> Token | None:
    """Return the preposition before a name, over an article."""
    sentence_start = doc[start].sent.start
    index = start - 1
    if index > sentence_start and doc[index].lower_ == "the":
        index -= 1
    return doc[index] if index >= sentence_start and doc[index].pos_ == "ADP" else None


def _is_attribute(doc: Doc, end: int, sentence_end: int, head: Token) -> bool:
    """Tell whether a name only qualifies what follows: "Donetsk governor", "Syria-based"."""
    if end >= sentence_end:
        return False
    if doc[end].text in HYPHENS:
        return end + 1 < sentence_end and doc[end + 1].text[:1].islower()
    is_noun = doc[end].pos_ in ("NOUN", "PROPN")
    return is_noun and head.dep_ in _ATTRIBUTES and head.head.i >= end


def _acts(head: Token) -> bool | None:
    """Tell by the parse whether a name stands for somebody who acts or is addressed; None where it does not say."""
    governor = head.head
    verb = governor.lemma_.lower()
    if head.dep_ in _SUBJECTS and governor.pos_ in ("VERB", "AUX", "ADJ", "NOUN"):
        return verb in _SPEECH_OR_ACTION or governor.pos_ == "VERB"
    if head.dep_ == "nsubj:pass":
        return verb in _SPEECH_OR_ACTION
    if head.dep_ in ("obj", "iobj") and verb in _RECEIVING:
        return True
    if head.dep_ == "conj" and governor.dep_ in _SUBJECTS:
        return governor.head.lemma_.lower() in _SPEECH_OR_ACTION or None
    return None


def _is_oblique_body(preposition: Token, head: Token) -> bool:
    """Tell whether a state after "by", "against", "with" or "between" acts or is acted upon there."""
    word = preposition.lower_
    if word in ("by", "against"):
        return head.dep_ in ("obl:agent", "obl", "nmod")
    if word in ("between", "with"):
        return head.head.lower_ in _RELATIONS or head.head.lemma_.lower() in _TALKING
    return False


def _precedes_verb(doc: Doc, index: int, sentence_end: int) -> bool:
    """Tell on the surface whether a finite verb of saying or acting follows a name."""
    while index < sentence_end and doc[index].pos_ in _LIGHT_BEFORE_VERB:
        index += 1
    return (
        index < sentence_end
        and doc[index].pos_ == "VERB"
        and doc[index].tag_ in ("VBD", "VBZ", "VBP", "VBN", "VB")
        and doc[index].lemma_.lower() in _SPEECH_OR_ACTION
    )


def _owns_body(doc: Doc, index: int, sentence_end: int, *, knowledge: Knowledge) -> bool:
    """Tell whether what follows a possessive is an office, a force or an action: the owner is a government."""
    for token in doc[index : min(index + 5, sentence_end)]:
        if token.ent_type_ == "LOC":
            return False
        word = token.lower_
        if knowledge.may_start_office(word) or word in ROLE_NOUNS or word in _POSSESSED_ACTS:
            return True
        if token.pos_ not in ("ADJ", "NOUN", "PROPN", "PUNCT") and token.text not in HYPHENS:
            return False
    return False

"""A small generative grammar of the sentences that conflict news is made of, with their Universal Dependencies trees.

The public treebanks hold few reports of casualties; this grammar adds some, with invented names. Here belong words and
constructions only; parts of speech and features are completed from the treebanks in `completed`. Every sentence
is projective by construction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from extract.training.words import ROOT, Sentence, Word

NUMBERS = "two three four five six seven eight nine ten eleven twelve fifteen twenty 13 14 16 17 19 22 28 35 41 60 120"
VICTIMS = (
    "soldier civilian policeman officer fighter militant guard worker journalist child villager passenger "
    "peacekeeper rebel resident serviceman insurgent woman doctor pilot aid-worker police-officer border-guard"
)
IRREGULAR = {
    "policeman": "policemen",
    "child": "children",
    "serviceman": "servicemen",
    "woman": "women",
}
DESCRIPTIONS = "Israeli Ukrainian government armed local foreign unarmed elderly wounded Afghan Malian young senior"
AGENTS = (
    "rebel militant gunman insurgent separatist soldier attacker bandit jihadist sniper guerrilla troop militiaman "
    "suicide-bomber"
)
EVENTS = (
    "mine-blast landmine-explosion car-bombing air-strike drone-strike drone-attack rocket-attack suicide-attack "
    "mortar-attack ambush clash raid explosion shelling firefight blast missile-strike gun-battle bomb-attack "
    "mine-explosion assault attack crossfire shootout"
)
MASS = frozenset({"shelling", "crossfire"})
BOMBS = "mine landmine car-bomb roadside-bomb missile shell rocket mortar-shell drone grenade suicide-bomber device"
TARGETS = "checkpoint convoy village base post market hospital school police-station army-post house vehicle bus bridge"
REGIONS = "city town village district province region"
DIRECTIONS = "northern southern eastern western central restive"
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
PERIODS = "night week month year"
HARM = "kill wound injure kidnap abduct capture arrest detain"
PARTICIPLE = {
    "kill": "killed", "wound": "wounded", "injure": "injured", "kidnap": "kidnapped", "abduct": "abducted",
    "capture": "captured", "arrest": "arrested", "detain": "detained", "destroy": "destroyed", "hit": "hit",
    "attack": "attacked", "shell": "shelled", "ambush": "ambushed", "target": "targeted", "strike": "struck",
}  # fmt: skip
GERUND = {
    "kill": "killing",
    "wound": "wounding",
    "injure": "injuring",
    "destroy": "destroying",
    "hit": "hitting",
}
OFFICIALS = "police official witness medic authority resident military-source security-official"
BODIES = "Defense-Ministry Interior-Ministry Foreign-Ministry General-Staff Health-Ministry"
COLLECTIVES = "army military government ministry police-force coalition"
SPEECH = {
    "say": "said",
    "report": "reported",
    "confirm": "confirmed",
    "announce": "announced",
    "claim": "claimed",
}
PRESENT = {"kill": "kills", "wound": "wounds", "injure": "injures"}
RANKS = "President Colonel General Major Captain Lieutenant Governor Mayor Mr. Ms. Dr."
ABBREVIATIONS = "IDF RSF HTS UN EU PKK ISF FDLR SDF AFP SANA"
GROUPS = "Front Brigades Movement Army Council"
STARTS = "Kar Tal Ber Mos Zar Dun Hal Vol Nar Shu Bel Qas Ter Lug Mari Ouda Kos Pav Sev Ghaz"
ENDS = "van abad ovka ir dera una kent iya gorod esh ama ulla ivka oro sk anda upol"


@dataclass(slots=True)
class Node:
    """A word with the words that depend on it, in order, to its left and right."""

    form: str
    xpos: str
    lemma: str = ""
    dep: str = ""
    left: list[Node] = field(default_factory=list)
    right: list[Node] = field(default_factory=list)
    glued: bool = False

    def to(self, dep: str) -> Node:
        """Set the relation to the head and return the node."""
        self.dep = dep
        return self


def conflict_sentences(count: int, *, rng: Random) -> Iterator[Sentence]:
    """Yield `count` random sentences with form, lemma, tag and tree."""
    grammar = _Grammar(rng)
    for _ in range(count):
        yield _written(grammar.sentence())


def completed(sentences: Iterable[Sentence], *, treebank: Iterable[Sentence]) -> Iterator[Sentence]:
    """Yield `sentences` with the part of speech and features most frequent in `treebank` for each word, or else tag."""
    counts: dict[tuple[str, str], Counter[tuple[str, str | None]]] = defaultdict(Counter)
    for sentence in treebank:
        for word in sentence:
            counts[word.form.lower(), word.xpos][word.upos, word.feats] += 1
            counts["", word.xpos][word.upos, word.feats] += 1
    for sentence in sentences:
        words = []
        for word in sentence:
            known = counts.get((word.form.lower(), word.xpos)) or counts["", word.xpos]
            upos, feats = known.most_common(1)[0][0]
            words.append(replace(word, upos=upos, feats=feats))
        yield tuple(words)


def _written(root: Node) -> Sentence:
    """Return the words of the tree under `root` in order, the first with a capital."""
    order: list[Node] = []
    head_of: dict[int, Node | None] = {}

    def visit(node: Node, head: Node | None) -> None:
        head_of[id(node)] = head
        for child in node.left:
            visit(child, node)
        order.append(node)
        for child in node.right:
            visit(child, node)

    visit(root.to("root"), None)
    position = {id(node): index for index, node in enumerate(order)}
    words = []
    for index, node in enumerate(order):
        head = head_of[id(node)]
        words.append(
            Word(
                form=node.form[:1].upper() + node.form[1:] if index == 0 else node.form,
                space=index + 1 == len(order) or not order[index + 1].glued,
                lemma=node.lemma or node.form,
                xpos=node.xpos,
                head=ROOT if head is None else position[id(head)],
                dep=node.dep,
            )
        )
    return tuple(words)


def _comma() -> Node:
    return Node(",", ",", dep="punct", glued=True)


def _stop() -> Node:
    return Node(".", ".", dep="punct", glued=True)


def _case(form: str) -> Node:
    return Node(form, "IN", dep="case")


def _joined(first: Node, second: Node, *, dep: str = "conj") -> Node:
    second.left.insert(0, Node("and", "CC", dep="cc"))
    first.right.append(second.to(dep))
    return first


class _Grammar:
    """Random phrases; each method returns the head of the phrase it builds, without a relation."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def pick(self, words: str) -> str:
        return self.rng.choice(words.split())

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def noun(self, words: str, *, plural: bool) -> Node:
        """Return a noun of the list `words`; a hyphen there separates a compound's parts."""
        *parts, lemma = self.pick(words).split("-")
        form = IRREGULAR.get(
            lemma, lemma.replace("man", "men") if lemma.endswith("man") else _plural(lemma)
        )
        head = Node(form, "NNS", lemma) if plural else Node(lemma, "NN")
        head.left = [Node(part, "NN", dep="compound") for part in parts]
        return head

    def name(self) -> str:
        return self.pick(STARTS) + self.pick(ENDS)

    def number(self) -> Node:
        node = Node(self.pick(NUMBERS), "CD", dep="nummod")
        modifier = self.rng.choice(("", "", "", "at least", "more than", "about", "nearly", "over"))
        if modifier == "at least":
            node.left = [Node("least", "JJS", dep="nmod", left=[_case("at")])]
        elif modifier == "more than":
            than = Node("than", "IN", dep="fixed")
            node.left = [Node("more", "JJR", dep="advmod", right=[than])]
        elif modifier:
            node.left = [Node(modifier, "RB", dep="advmod")]
        return node

    def counted(self, words: str = VICTIMS, *, others: bool = False) -> Node:
        """Return counted people: "three soldiers", "at least 14 others", "a policeman"."""
        if self.chance(0.12):
            head = self.noun(words, plural=False)
            head.left.insert(0, _article(head))
            return head
        if self.chance(0.07):
            people = Node("people", "NNS", "person", dep="nmod", left=[_case("of")])
            return Node(self.pick("dozens hundreds scores"), "NNS", right=[people])
        if self.chance(0.08):
            return Node(self.pick(NUMBERS), "CD")
        if others:
            head = Node("others", "NNS", "other")
        elif self.chance(0.25):
            head = Node("people", "NNS", "person")
        else:
            head = self.noun(words, plural=True)
        if not others and self.chance(0.2):
            adjective = self.pick(DESCRIPTIONS)
            tag = "NN" if adjective == "government" else "JJ"
            head.left.insert(0, Node(adjective, tag, dep="compound" if tag == "NN" else "amod"))
        head.left.insert(0, self.number())
        return head

    def victims(self, *, subject: bool = False) -> Node:
        head = self.counted()
        if self.chance(0.25):
            return _joined(head, self.counted())
        if subject and self.chance(0.2):
            part = self.counted().to("nmod")
            part.left = [_comma(), Node("including", "VBG", "include", dep="case"), *part.left]
            part.right.append(_comma())
            head.right.append(part)
        return head

    def event(self) -> Node:
        head = self.noun(EVENTS, plural=self.chance(0.4))
        if head.form not in MASS and head.xpos == "NN":
            head.left.insert(0, _article(head))
        if self.chance(0.2):
            target = self.target().to("nmod")
            target.left.insert(0, _case("on"))
            head.right.append(target)
        return head

    def target(self) -> Node:
        head = self.noun(TARGETS, plural=self.chance(0.25))
        head.left.insert(
            0, _article(head, definite=self.chance(0.2)) if head.xpos == "NN" else self.number()
        )
        return head

    def agent(self) -> Node:
        if self.chance(0.3):
            head = Node(self.pick(GROUPS), "NNP", left=[Node(self.name(), "NNP", dep="compound")])
            head.left.insert(0, Node("the", "DT", dep="det"))
            return head
        head = self.noun(AGENTS, plural=self.chance(0.8))
        if head.xpos == "NN":
            head.left.insert(0, _article(head))
        elif self.chance(0.4):
            head.left.insert(
                0, Node(self.pick("armed unidentified suspected masked Islamist"), "JJ", dep="amod")
            )
        return head

    def place(self) -> Node:
        name = Node(self.name(), "NNP")
        if self.chance(0.35):
            head = Node(self.pick(REGIONS), "NN", left=[Node("the", "DT", dep="det")])
            if self.chance(0.6):
                head.left.append(Node(self.pick(DIRECTIONS), "JJ", dep="amod"))
            if self.chance(0.6):
                name.left = [_case("of")]
                head.right = [name.to("nmod")]
            else:
                head.left.append(name.to("compound"))
        else:
            head = name
            if self.chance(0.15):
                head.left = [Node(self.pick(DIRECTIONS), "JJ", dep="amod")]
        head.left.insert(0, _case("near" if self.chance(0.15) else "in"))
        return head

    def time(self) -> Node:
        if self.chance(0.2):
            period = Node(self.pick(PERIODS), "NN", dep="obl:unmarked")
            period.left = [Node("last", "JJ", dep="amod")]
            return period
        day = Node(self.pick(DAYS), "NNP", dep="obl:unmarked")
        if self.chance(0.6):
            day.dep, day.left = "obl", [_case("on")]
        return day

    def settings(self) -> list[Node]:
        """Return the places and times that end a clause."""
        result = []
        if self.chance(0.55):
            result.append(self.place().to("obl"))
        if self.chance(0.4):
            result.append(self.time())
        return result

    def passive(self, *, headline: bool = False) -> Node:
        subject = self.victims(subject=True)
        verb = self.pick(HARM)
        head = Node(PARTICIPLE[verb], "VBN", verb, left=[subject.to("nsubj:pass")])
        if not headline:
            singular = subject.xpos == "NN" and not any(
                child.dep == "conj" for child in subject.right
            )
            head.left += self.auxiliaries(singular=singular)
        if self.chance(0.12):
            head.form, head.lemma = "shot", "shoot"
            head.right.append(Node("dead", "JJ", dep="xcomp"))
        elif self.chance(0.35):
            verb = self.pick("wound injure")
            other = Node(
                PARTICIPLE[verb], "VBN", verb, left=[self.counted(others=True).to("nsubj:pass")]
            )
            if self.chance(0.4) and not headline:
                other.left.append(Node("were", "VBD", "be", dep="aux:pass"))
            _joined(head, other)
            return self.with_cause(head, inner=other)
        return self.with_cause(head, inner=head)

    def auxiliaries(self, *, singular: bool) -> list[Node]:
        """Return the auxiliaries of a passive: "was", "have been", "had been"."""
        if self.chance(0.75):
            return [Node("was" if singular else "were", "VBD", "be", dep="aux:pass")]
        been = Node("been", "VBN", "be", dep="aux:pass")
        if self.chance(0.5):
            return [Node("had", "VBD", "have", dep="aux"), been]
        form, tag = ("has", "VBZ") if singular else ("have", "VBP")
        return [Node(form, tag, "have", dep="aux"), been]

    def with_cause(self, head: Node, *, inner: Node, by_agent: bool = True) -> Node:
        """Add how, by whom, where and when to the verb `inner` of the clause `head`."""
        kind = self.rng.choice(("event", "event", "agent", "when", "none"))
        if kind == "event":
            event = self.event().to("obl")
            event.left.insert(0, _case("in"))
            inner.right.append(event)
        elif kind == "agent" and by_agent:
            agent = self.agent().to("obl:agent")
            agent.left.insert(0, _case("by"))
            inner.right.append(agent)
        inner.right += self.settings()
        if kind == "when":
            clause = self.explosion() if self.chance(0.5) else self.attack()
            marker = self.rng.choice(("when", "after"))
            clause.left.insert(
                0,
                Node("when", "WRB", dep="advmod")
                if marker == "when"
                else Node("after", "IN", dep="mark"),
            )
            inner.right.append(clause.to("advcl"))
        return head

    def explosion(self) -> Node:
        subject = self.bomb()
        verb = self.rng.choice(
            (("exploded", "explode"), ("detonated", "detonate"), ("landed", "land"))
        )
        return Node(verb[0], "VBD", verb[1], left=[subject.to("nsubj")], right=self.settings())

    def bomb(self) -> Node:
        """Return "a rocket", "a drone launched from Talir" or "a mine planted by rebels"."""
        head = self.noun(BOMBS, plural=False)
        head.left.insert(0, _article(head))
        if self.chance(0.25):
            form, lemma = self.rng.choice(
                (("launched", "launch"), ("fired", "fire"), ("planted", "plant"))
            )
            if self.chance(0.5):
                origin = Node(self.name(), "NNP", dep="obl", left=[_case("from")])
            else:
                origin = self.agent().to("obl:agent")
                origin.left.insert(0, _case("by"))
            head.right.append(Node(form, "VBN", lemma, dep="acl", right=[origin]))
        return head

    def attack(self) -> Node:
        verb = self.pick("attack ambush shell target strike hit destroy")
        head = Node(
            PARTICIPLE[verb],
            "VBD",
            verb,
            left=[(self.agent() if self.chance(0.7) else self.bomb()).to("nsubj")],
            right=[self.target().to("obj")],
        )
        head.right += self.settings()
        return head

    def with_result(self, head: Node) -> Node:
        """Add ", killing three soldiers and wounding five others" or ", leaving two people dead" to a clause."""
        if self.chance(0.25):
            clause = Node(
                "leaving",
                "VBG",
                "leave",
                right=[self.counted().to("obj"), Node("dead", "JJ", dep="xcomp")],
            )
        else:
            clause = Node("killing", "VBG", "kill", right=[self.victims().to("obj")])
        if self.chance(0.5):
            verb = self.pick("wound injure")
            _joined(
                clause, Node(GERUND[verb], "VBG", verb, right=[self.counted(others=True).to("obj")])
            )
        clause.left.insert(0, _comma())
        head.right.append(clause.to("advcl"))
        return head

    def harmful(self) -> Node:
        """Return "an air strike killed four people" or "the blast left two soldiers dead and injured six others"."""
        subject = self.event() if self.chance(0.6) else self.agent()
        if self.chance(0.4):
            head = Node(
                "left",
                "VBD",
                "leave",
                right=[self.counted().to("obj"), Node("dead", "JJ", dep="xcomp")],
            )
        else:
            head = Node("killed", "VBD", "kill", right=[self.victims().to("obj")])
        head.left = [subject.to("nsubj")]
        if self.chance(0.5):
            verb = self.pick("wound injure")
            other = Node(PARTICIPLE[verb], "VBD", verb, right=[self.counted(others=True).to("obj")])
            other.right += self.settings()
            return _joined(head, other)
        head.right += self.settings()
        return head

    def dying(self) -> Node:
        head = Node("died", "VBD", "die", left=[self.victims(subject=True).to("nsubj")])
        return self.with_cause(head, inner=head, by_agent=False)

    def toll(self) -> Node:
        toll = Node(
            "toll", "NN", left=[Node("the", "DT", dep="det"), Node("death", "NN", dep="compound")]
        )
        number = self.number().to("obl")
        number.left.insert(0, _case("to"))
        verb = self.rng.choice((("rose", "rise"), ("climbed", "climb")))
        return Node(
            verb[0], "VBD", verb[1], left=[toll.to("nsubj")], right=[number, *self.settings()]
        )

    def claim(self) -> Node:
        """Return "it had killed two soldiers", "no one was hurt" or "rebels claimed responsibility for a raid"."""
        kind = self.rng.random()
        if kind < 0.4:
            head = Node("killed", "VBN", "kill", right=[self.victims().to("obj"), *self.settings()])
            head.left = [Node("it", "PRP", dep="nsubj"), Node("had", "VBD", "have", dep="aux")]
            return head
        if kind < 0.7:
            one = Node("one", "NN", left=[Node("no", "DT", dep="det")])
            form, lemma = self.rng.choice(
                (("hurt", "hurt"), ("injured", "injure"), ("killed", "kill"))
            )
            head = Node(form, "VBN", lemma, left=[one.to("nsubj:pass")])
            head.left.append(Node("was", "VBD", "be", dep="aux:pass"))
            return self.with_cause(head, inner=head)
        event = self.event().to("nmod")
        event.left.insert(0, _case("for"))
        head = Node("claimed", "VBD", "claim", left=[self.agent().to("nsubj")])
        head.right = [Node("responsibility", "NN", dep="obj", right=[event])]
        return head

    def present(self) -> Node:
        """Return a headline in the present tense: "Gunmen kill 12 at a base", "Blast wounds three soldiers"."""
        subject = self.noun(EVENTS if self.chance(0.5) else AGENTS, plural=self.chance(0.6))
        verb = self.pick("kill kill wound injure")
        if subject.xpos == "NNS":
            head = Node(verb, "VBP", left=[subject.to("nsubj")])
        else:
            head = Node(PRESENT[verb], "VBZ", verb, left=[subject.to("nsubj")])
        victims = Node(self.pick(NUMBERS), "CD") if self.chance(0.5) else self.counted()
        where = self.place() if self.chance(0.6) else self.target()
        if where.left[0].dep != "case":
            where.left.insert(0, _case("at"))
        head.right = [victims.to("obj"), where.to("obl")]
        return head

    def clause(self) -> Node:
        kind = self.rng.random()
        if kind < 0.38:
            return self.passive()
        if kind < 0.54:
            return self.harmful()
        if kind < 0.62:
            return self.claim()
        if kind < 0.78:
            return self.with_result(self.explosion() if self.chance(0.5) else self.attack())
        if kind < 0.88:
            return self.dying()
        return self.attack() if kind < 0.95 else self.toll()

    def source(self) -> Node:
        kind = self.rng.random()
        if kind < 0.35:
            head = self.noun(OFFICIALS, plural=True) if self.chance(0.8) else Node("police", "NNS")
            return Node("police", "NNS") if head.lemma == "police" else head
        if kind < 0.6:
            kind_of, body = self.pick(BODIES).split("-")
            relation = "amod" if kind_of in ("Interior", "Foreign", "General") else "compound"
            article = Node("the", "DT", dep="det")
            return Node(body, "NNP", left=[article, Node(kind_of, "NNP", dep=relation)])
        if kind < 0.67:
            return Node(self.pick(ABBREVIATIONS), "NNP", left=[Node("the", "DT", dep="det")])
        if kind < 0.77:
            head = self.noun(COLLECTIVES, plural=False)
            head.left.insert(0, Node("the", "DT", dep="det"))
            return head
        return self.person()

    def person(self) -> Node:
        """Return a name, alone, with a rank, or with a post before or after it."""
        first = Node(self.name(), "NNP", right=[Node(self.name(), "NNP", dep="flat")])
        kind = self.rng.random()
        if kind < 0.4:
            rank = Node(self.pick(RANKS), "NNP", dep="nmod:desc")
            if self.chance(0.2):
                rank.form, rank.left = "Minister", [Node("Prime", "NNP", dep="amod")]
            if self.chance(0.4):
                first.right = []
            first.left = [rank]
            return first
        post = Node(self.pick("spokesman spokeswoman chief commander"), "NN")
        body = Node(self.pick("police army ministry government military"), "NN")
        if kind < 0.7:
            post.left = [body.to("compound")]
            first.left = [post.to("nmod:desc")]
        elif kind < 0.9:
            body.left = [Node("the", "DT", dep="det")]
            body.right = [Node("'s", "POS", dep="case", glued=True)]
            post.left = [_comma(), body.to("nmod:poss")]
            post.right = [_comma()]
            first.right.append(post.to("appos"))
        return first

    def report(self) -> Node:
        """Return a clause with the source that it is attributed to, before or after it."""
        source, content = self.source(), self.clause()
        kind = self.rng.random()
        if kind < 0.15:
            according = Node(
                "according", "VBG", "accord", dep="case", right=[Node("to", "IN", dep="fixed")]
            )
            source.left.insert(0, according)
            if self.chance(0.5):
                source.left.insert(0, _comma())
                content.right.append(source.to("obl"))
            else:
                source.right.append(_comma())
                content.left.insert(0, source.to("obl"))
            return content
        saying = self.pick("say say say say report confirm announce claim")
        head = Node(SPEECH[saying], "VBD", saying)
        if kind < 0.55:
            content.right.append(_comma())
            head.left = [content.to("ccomp"), source.to("nsubj")]
            if self.chance(0.3):
                head.right.append(self.time())
            return head
        head.left = [source.to("nsubj")]
        if self.chance(0.3):
            head.right.append(self.time())
        if self.chance(0.6):
            content.left.insert(0, Node("that", "IN", dep="mark"))
        head.right.append(content.to("ccomp"))
        return head

    def sentence(self) -> Node:
        kind = self.rng.random()
        if kind < 0.06:
            return self.passive(headline=True)
        if kind < 0.12:
            return self.present()
        root = self.report() if kind < 0.55 else self.clause()
        root.right.append(_stop())
        return root


def _article(head: Node, *, definite: bool = False) -> Node:
    first = (head.left[0] if head.left else head).form
    form = "the" if definite else "an" if first[0] in "aeiou" else "a"
    return Node(form, "DT", "the" if definite else "a", dep="det")


def _plural(lemma: str) -> str:
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "sh", "ch")) else "s")

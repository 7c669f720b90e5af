"""The project's own conflict corpus: reading its CoNLL-U files with their domain layers, and checking them.

`docs/annotation-guide.md` describes the format. Here belongs what is particular to it; turning annotated sentences into
training windows belongs in `encoder/examples.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extract.reference import read_reference
from extract.training.corpora import parse_conllu_sentence
from extract.training.words import ROOT, Sentence

CORPUS_FOLDER = Path(__file__).resolve().parents[2] / "seeds" / "conflict_corpus"

SPLITS = ("train", "test")
REGISTERS = ("wire", "release", "local", "monitor", "militia", "briefing")
ENTITY_LABELS = ("PERSON", "ORG", "LOC", "NORP")
HARM_TYPES = ("killed", "wounded", "missing", "captured", "abducted", "displaced", "unspecified")
CASUALTY_REALIS = ("actual", "negated", "hypothetical", "background")
INCIDENT_REALIS = ("actual", "future", "hypothetical", "demanded", "negated")
QUOTE_TYPES = ("direct", "indirect", "mixed", "implicit")
CASUALTY_PARTS = ("count", "victim", "harm")
INCIDENT_PARTS = ("trigger", "place", "time", "perpetrator", "target", "weapon")
ATTRIBUTION_PARTS = ("source", "cue", "content", "addressee")
ANCHORS = {"casualty": "harm", "incident": "trigger", "attribution": "cue"}
"""The part of each layer's frames that the other parts depend on."""

_OCCURRENCE = re.compile(r"@(\d+)$")
_CONTENT_EDGES = "\"“”„«»‘’'—–-(["


class CorpusError(ValueError):
    """An annotation breaks a rule of the guide; the message names file, sentence and rule."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One named span of a sentence: offsets in code points of the sentence's text, end-exclusive."""

    char_start: int
    char_end: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One annotation line: `layer` is casualty, incident or attribution, `kind` its type, `realis` where it has one."""

    layer: str
    kind: str
    realis: str
    parts: tuple[Part, ...]

    def of(self, role: str) -> tuple[Part, ...]:
        """Return the parts with the role, in the order written."""
        return tuple(part for part in self.parts if part.role == role)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSentence:
    """One sentence of an article; `words` is empty where it has no tree yet. `starts_paragraph` as `# newpar` says."""

    sent_id: str
    text: str
    words: Sentence
    entities: tuple[Part, ...]
    frames: tuple[Frame, ...]
    starts_paragraph: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictArticle:
    """One article, one file."""

    article_id: str
    split: str
    register: str
    country: str
    sentences: tuple[ConflictSentence, ...]


def read_articles(folder: Path = CORPUS_FOLDER, *, split: str = "") -> list[ConflictArticle]:
    """Return the articles of the folder by file name, only those of one split where it is named.

    Raises CorpusError at the first annotation that cannot be read.
    """
    articles = (read_article(path) for path in sorted(folder.glob("*.conllu")))
    return [article for article in articles if split in ("", article.split)]


def read_article(path: Path) -> ConflictArticle:
    """Return the article of one file. Raises CorpusError where an annotation cannot be read."""
    header: dict[str, str] = {}
    sentences: list[ConflictSentence] = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        comments = [_comment(line) for line in block.splitlines() if line.startswith("#")]
        values = dict(comments)
        if not sentences:
            header = values
        if "text" not in values:
            raise CorpusError(f"{path.name}: a block without '# text': {block[:80]!r}")
        try:
            sentences.append(_sentence(block, comments, values))
        except ValueError as error:
            raise CorpusError(f"{path.name}: {values.get('sent_id', '?')}: {error}") from error
    return ConflictArticle(
        article_id=header.get("newdoc id", path.stem),
        split=header.get("split", ""),
        register=header.get("register", ""),
        country=header.get("country", ""),
        sentences=tuple(sentences),
    )


def _comment(line: str) -> tuple[str, str]:
    key, _, value = line[1:].partition("=")
    return key.strip(), value.strip()


def _sentence(
    block: str, comments: list[tuple[str, str]], values: dict[str, str]
) -> ConflictSentence:
    text = values["text"]
    entities = []
    frames = []
    for key, value in comments:
        if key == "entity":
            label, _, words = value.partition("|")
            if label.strip() not in ENTITY_LABELS:
                raise ValueError(f"entity label {label.strip()!r} is none of {ENTITY_LABELS}")
            entities.append(find_part(text, words.strip(), label.strip()))
        elif key in ("casualty", "incident", "attribution"):
            frames.append(_frame(text, key, value))
        elif key not in (
            "newdoc id", "split", "register", "country", "newpar", "sent_id", "text",
        ):  # fmt: skip
            raise ValueError(f"unknown comment {key!r}")
    return ConflictSentence(
        sent_id=values.get("sent_id", ""),
        text=text,
        words=parse_conllu_sentence(block),
        entities=tuple(sorted(entities)),
        frames=tuple(frames),
        starts_paragraph="newpar" in values,
    )


def _frame(text: str, layer: str, value: str) -> Frame:
    first, *rest = (field.strip() for field in value.split(" | "))
    realis = ""
    kinds, roles, all_realis = {
        "casualty": (HARM_TYPES, CASUALTY_PARTS, CASUALTY_REALIS),
        "incident": (incident_types(), INCIDENT_PARTS, INCIDENT_REALIS),
        "attribution": (QUOTE_TYPES, ATTRIBUTION_PARTS, ()),
    }[layer]
    if first not in kinds:
        raise ValueError(f"{layer}: {first!r} is none of {', '.join(kinds)}")
    if rest and rest[0] in all_realis:
        realis = rest.pop(0)
    elif layer == "incident":
        raise ValueError(f"incident: the second field is none of {', '.join(all_realis)}")
    elif layer == "casualty":
        realis = "actual"
    parts = []
    for field in rest:
        role, colon, words = field.partition(":")
        if not colon or role not in roles:
            raise ValueError(f"{layer}: {field!r} does not begin with one of {', '.join(roles)}")
        parts.append(find_part(text, words.strip(), role))
    return Frame(layer=layer, kind=first, realis=realis, parts=tuple(parts))


def incident_types() -> tuple[str, ...]:
    """Return the incident types of the reference table."""
    return tuple(row["incident_type"] for row in read_reference("incident_types"))


def find_part(text: str, wanted: str, role: str) -> Part:
    """Return the span of `wanted` ("words" or "words@2") among whole words of `text`.

    Raises ValueError where it does not occur that often.
    """
    occurrence = 1
    words = wanted
    numbered = _OCCURRENCE.search(wanted)
    if numbered:
        occurrence, words = int(numbered[1]), wanted[: numbered.start()].strip()
    if not words:
        raise ValueError(f"{role}: no words given")
    left = r"(?<!\w)" if words[0].isalnum() else ""
    right = r"(?!\w)" if words[-1].isalnum() else ""
    found = list(re.finditer(left + re.escape(words) + right, text))
    if len(found) < occurrence:
        raise ValueError(f"{role}: {wanted!r} occurs {len(found)} times in {text!r}")
    match = found[occurrence - 1]
    return Part(match.start(), match.end(), role)


def problems(article: ConflictArticle) -> Iterator[str]:
    """Yield every breach of the guide that can be told by program, a line each."""
    if article.split not in SPLITS:
        yield f"split {article.split!r} is none of {SPLITS}"
    if article.register not in REGISTERS:
        yield f"register {article.register!r} is none of {REGISTERS}"
    if not re.fullmatch(r"[A-Z]{3}", article.country):
        yield f"country {article.country!r} is no ISO code of three letters"
    seen: set[str] = set()
    for sentence in article.sentences:
        where = sentence.sent_id or sentence.text[:40]
        if not sentence.sent_id.startswith(article.article_id + "-") or sentence.sent_id in seen:
            yield f"{where}: sent_id missing, repeated or not of {article.article_id}"
        seen.add(sentence.sent_id)
        for problem in (
            *_entity_problems(sentence),
            *_frame_problems(sentence),
            *_tree_problems(sentence),
        ):
            yield f"{where}: {problem}"


def _entity_problems(sentence: ConflictSentence) -> Iterator[str]:
    previous_end = 0
    for part in sentence.entities:
        if part.char_start < previous_end:
            yield f"entity {_words(sentence, part)!r} overlaps another"
        previous_end = part.char_end
        if re.match(r"(?:the|The) ", _words(sentence, part)):
            yield f"entity {_words(sentence, part)!r} begins with an article"


def _frame_problems(sentence: ConflictSentence) -> Iterator[str]:
    for frame in sentence.frames:
        yield from _number_problems(frame)
        for part in frame.parts:
            yield from _edge_problems(frame.layer, part.role, _words(sentence, part))


def _number_problems(frame: Frame) -> Iterator[str]:
    """Yield what the frame has too many or too few of."""
    if frame.layer == "casualty":
        if len(frame.of("harm")) != 1:
            yield "casualty: exactly one harm is needed"
        if len(frame.of("count")) > 1 or len(frame.of("victim")) > 1:
            yield "casualty: one count and one victim at most, a line for each group"
    elif frame.layer == "incident":
        if len(frame.of("trigger")) != 1:
            yield "incident: exactly one trigger is needed"
    elif not frame.parts or len(frame.of("cue")) > 1 or len(frame.of("source")) > 1:
        yield "attribution: one source and one cue at most, and some part"
    elif not frame.of("content") and frame.kind != "implicit":
        yield "attribution: no content, but not implicit"


def _edge_problems(layer: str, role: str, words: str) -> Iterator[str]:
    """Yield whether the words of a part begin or end with a mark that belongs to no part."""
    edges = _CONTENT_EDGES if role == "content" else ""
    last = edges + ".,!?…)]" if role == "content" else ".%)"
    if not (words[0].isalnum() or words[0] in edges + "$€'’[("):
        yield f"{layer} {role} {words!r} does not begin with a word"
    if not (words[-1].isalnum() or words[-1] in last + "'’]"):
        yield f"{layer} {role} {words!r} does not end with a word"


def _tree_problems(sentence: ConflictSentence) -> Iterator[str]:
    words = sentence.words
    if not words:
        return
    written = "".join(word.form + " " * word.space for word in words).rstrip()
    if written != sentence.text:
        yield f"the words make {written!r}, not {sentence.text!r}"
        return
    roots = [word for word in words if word.head == ROOT]
    if len(roots) != 1 or roots[0].dep != "root":
        yield f"{len(roots)} roots"
    for position in range(len(words)):
        yield from _word_problems(words, position)
    starts, ends = word_offsets(words)
    for part in (*sentence.entities, *(p for frame in sentence.frames for p in frame.parts)):
        if part.char_start not in starts or part.char_end not in ends:
            yield f"{part.role} {_words(sentence, part)!r} cuts a word"


def _word_problems(words: Sentence, position: int) -> Iterator[str]:
    word = words[position]
    where = f"word {position + 1} {word.form!r}"
    if not _reaches_root(words, position):
        yield f"{where} hangs in a circle or outside the sentence"
    if not re.fullmatch(r"[a-z]+(?::[a-z]+)?", word.dep):
        yield f"{where}: relation {word.dep!r}"
    if (word.dep == "root") != (word.head == ROOT):
        yield f"{where}: relation root and head 0 go together"


def _reaches_root(words: Sentence, position: int) -> bool:
    seen: set[int] = set()
    at: int | None = position
    while at is not None and at != ROOT and at not in seen and at < len(words):
        seen.add(at)
        at = words[at].head
    return at == ROOT


def word_offsets(words: Sentence) -> tuple[list[int], list[int]]:
    """Return the start and end offsets of the words in the sentence's text."""
    starts, ends, at = [], [], 0
    for word in words:
        starts.append(at)
        ends.append(at + len(word.form))
        at += len(word.form) + word.space
    return starts, ends


def _words(sentence: ConflictSentence, part: Part) -> str:
    return sentence.text[part.char_start : part.char_end]


def check(folder: Path = CORPUS_FOLDER, *, prefix: str = "") -> Iterator[str]:
    """Yield the problems of every file whose name begins with `prefix`, each with the file's name."""
    for path in sorted(folder.glob(f"{prefix}*.conllu")):
        try:
            article = read_article(path)
        except CorpusError as error:
            yield str(error)
            continue
        for problem in problems(article):
            yield f"{path.name}: {problem}"


def counts(articles: Iterable[ConflictArticle]) -> dict[str, int]:
    """Return how many articles, sentences, words and annotations there are."""
    articles = list(articles)
    sentences = [sentence for article in articles for sentence in article.sentences]
    frames = [frame for sentence in sentences for frame in sentence.frames]
    return {
        "articles": len(articles),
        "sentences": len(sentences),
        "words": sum(len(sentence.text.split()) for sentence in sentences),
        "entities": sum(len(sentence.entities) for sentence in sentences),
        **{
            f"{layer} lines": sum(frame.layer == layer for frame in frames)
            for layer in ("casualty", "incident", "attribution")
        },
    }


def agreement(
    first: Iterable[ConflictArticle], second: Iterable[ConflictArticle]
) -> dict[str, float]:
    """Return how far two readings of the same sentences agree, in percent.

    For entities and the parts of each layer it is the F1 of role and offsets; for types and realis the share of equal
    ones where the anchor (harm, trigger, cue) agrees.
    """
    others = {s.sent_id: s for article in second for s in article.sentences}
    pairs = [
        (sentence, others[sentence.sent_id])
        for article in first
        for sentence in article.sentences
        if sentence.sent_id in others
    ]
    return _part_agreement(pairs) | _label_agreement(pairs)


def _part_agreement(
    pairs: Iterable[tuple[ConflictSentence, ConflictSentence]],
) -> dict[str, float]:
    sides: dict[str, tuple[set[tuple[str, Part]], set[tuple[str, Part]]]] = {}
    for pair in pairs:
        for index, sentence in enumerate(pair):
            for name, part in _named_parts(sentence):
                sides.setdefault(name, (set(), set()))[index].add((sentence.sent_id, part))
    return {
        name: 200 * len(mine & theirs) / max(len(mine) + len(theirs), 1)
        for name, (mine, theirs) in sorted(sides.items())
    }


def _label_agreement(
    pairs: Iterable[tuple[ConflictSentence, ConflictSentence]],
) -> dict[str, float]:
    same: dict[str, list[bool]] = {
        "harm type": [],
        "incident type": [],
        "incident realis": [],
        "quote type": [],
    }
    names = {"casualty": "harm type", "incident": "incident type", "attribution": "quote type"}
    for one, other in pairs:
        for mine, theirs in _same_anchors(one, other):
            same[names[mine.layer]].append(mine.kind == theirs.kind)
            if mine.layer == "incident":
                same["incident realis"].append(mine.realis == theirs.realis)
    return {name: 100 * sum(equal) / max(len(equal), 1) for name, equal in same.items()}


def _same_anchors(one: ConflictSentence, other: ConflictSentence) -> Iterator[tuple[Frame, Frame]]:
    """Yield the frames of both readings whose anchors are the same words."""
    theirs = {
        (frame.layer, part): frame
        for frame in other.frames
        for part in frame.of(ANCHORS[frame.layer])
    }
    for frame in one.frames:
        for part in frame.of(ANCHORS[frame.layer]):
            if (frame.layer, part) in theirs:
                yield frame, theirs[frame.layer, part]


def _named_parts(sentence: ConflictSentence) -> Iterator[tuple[str, Part]]:
    for part in sentence.entities:
        yield "entities", part
    for frame in sentence.frames:
        for part in frame.parts:
            yield f"{frame.layer} parts", part
            yield f"{frame.layer} {part.role}", part

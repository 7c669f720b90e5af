"""Readers of the public corpora: CoNLL-U, IOB columns and the Groningen Meaning Bank's zipped table.

Here belongs what is particular to one corpus: its format, its label set and the repair of its known errors. The common
entity labels are PERSON, ORG, LOC and NORP (nationalities, religious and political groups).
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extract.training.words import ROOT, Sentence, Word

Document = list[Sentence]
Span = tuple[int, int, str]

UNKNOWN = "?"
"""The label of a span that has no counterpart here: trained as missing, not as outside."""

GMB_LABELS = {"per": "PERSON", "org": "ORG", "geo": "LOC", "gpe": "NORP", "tim": ""}
UNER_LABELS = {"PER": "PERSON", "ORG": "ORG", "LOC": "LOC", "O": ""}
WIKIGOLD_LABELS = {"PER": "PERSON", "ORG": "ORG", "LOC": "LOC"}
GMB_TAGS = {"LRB": "-LRB-", "RRB": "-RRB-", ";": ":"}
GMB_BLOCK = 100
HONORIFICS = frozenset({"mr", "ms", "mrs", "dr"})
TITLES = HONORIFICS | frozenset(
    "president prime minister secretary secretary-general general senator king queen prince princess pope "
    "chancellor vice deputy foreign defense defence interior finance mayor governor judge justice ambassador "
    "colonel lieutenant major captain sergeant sheikh shaikh mullah ayatollah cardinal archbishop reverend prof "
    "professor gen col lt sen rep former chief the commander spokesman spokeswoman official".split()
)
OFFICES = frozenset({"Secretary", "Minister", "secretary", "minister"})
PORTFOLIOS = frozenset({"State", "Defense", "Defence", "Foreign", "Interior", "Finance", "Energy"})
NAME_PREFIXES = frozenset({"North", "South", "Saudi", "Sri", "Burkina", "Sierra"})
GROUPS = frozenset(
    {"Sunni", "Sunnis", "Shi'ite", "Shi'ites", "Shiite", "Muslim", "Muslims", "Saudi", "Western"}
)
ORGANISATION_HEADS = frozenset(
    "Union Nations Ministry Agency Organization Organisation Party Court Council Army Movement League Front "
    "Parliament Congress Commission Committee Authority Forces Guard Police Brigades Brigade".split()
)
NO_SPACE_BEFORE = frozenset(
    {
        ".",
        ",",
        ";",
        ":",
        "?",
        "!",
        ")",
        "]",
        "%",
        "'s",
        "'",
        "n't",
        "'re",
        "'ve",
        "'ll",
        "'d",
        "’s",
        "’",
    }
)
NO_SPACE_AFTER = frozenset({"(", "[", "$", "£", "€"})
QUOTE = '"'
HELD_OUT_SHARE = 10
"""One in this many articles of the attribution sentences is held out for measuring."""

_PENN_MARKS = {"``": QUOTE, "''": QUOTE, "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]"}
_INNER_HYPHEN = re.compile(r"(?<=[A-Za-z0-9])(-)(?=[A-Za-z0-9])")


def read_conllu(path: Path) -> Iterator[Document]:
    """Yield the documents of a CoNLL-U file; multi-word tokens are written without a space inside.

    Raises ValueError where a line has not ten columns.
    """
    document: Document = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        if "# newdoc" in block and document:
            yield document
            document = []
        sentence = parse_conllu_sentence(block)
        if sentence:
            document.append(sentence)
    if document:
        yield document


def read_paragraphs(path: Path, *, prefix: str) -> Iterator[list[list[str]]]:
    """Yield the paragraphs, as lists of sentences, of each document of a CoNLL-U file named with `prefix`."""
    paragraphs: list[list[str]] = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        comments = dict(
            line[2:].partition(" = ")[::2] for line in block.splitlines() if line.startswith("# ")
        )
        if "newdoc id" in comments:
            if paragraphs:
                yield paragraphs
            paragraphs = []
            is_wanted = comments["newdoc id"].startswith(prefix)
        if comments and is_wanted:
            if "newpar" in block or not paragraphs:
                paragraphs.append([])
            paragraphs[-1].append(comments["text"])
    if paragraphs:
        yield paragraphs


def parse_conllu_sentence(block: str) -> Sentence:
    """Return the words of one CoNLL-U sentence block; comments and empty nodes are left out."""
    words: list[Word] = []
    glued_until, space_after_glue = 0, True
    for line in block.splitlines():
        if not line or line.startswith("#"):
            continue
        number, form, lemma, upos, xpos, feats, head, dep, _, misc = line.split("\t")
        space = "SpaceAfter=No" not in misc
        if "." in number:
            continue
        if "-" in number:
            glued_until, space_after_glue = int(number.split("-")[1]), space
            continue
        position = int(number)
        if position <= glued_until:
            space = space_after_glue if position == glued_until else False
        words.append(
            Word(
                form=form, space=space, lemma="" if lemma == "_" and form != "_" else lemma, upos=upos,
                xpos="" if xpos == "_" else xpos, feats="" if feats == "_" else feats,
                head=int(head) - 1 if int(head) else ROOT, dep=dep,
            )
        )  # fmt: skip
    return tuple(words)


def read_uner(path: Path, *, demonyms: frozenset[str]) -> Iterator[Document]:
    """Yield the documents of a Universal NER file. Nationalities, which it leaves unmarked, become missing."""
    document: Document = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        if "# newdoc" in block and document:
            yield document
            document = []
        lines = block.splitlines()
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        if not rows:
            continue
        text = next(
            (line[len("# text = ") :] for line in lines if line.startswith("# text = ")), ""
        )
        forms = [row[1] for row in rows]
        spans = [
            (start, end, UNER_LABELS.get(label, UNKNOWN))
            for start, end, label in spans_of([row[2] for row in rows])
        ]
        document.append(
            entity_sentence(forms, spaces_in_text(forms, text), repaired(forms, spans), demonyms)
        )
    if document:
        yield document


def read_wikigold(path: Path, *, demonyms: frozenset[str]) -> Iterator[Document]:
    """Yield the documents of WikiGold; MISC is kept where it is a known nationality, otherwise missing."""
    for part in path.read_text(encoding="utf-8").split("-DOCSTART- O"):
        document: Document = []
        for block in part.split("\n\n"):
            rows = [line.rsplit(" ", 1) for line in block.splitlines() if line.strip()]
            if not rows:
                continue
            forms = [form for form, _ in rows]
            spans = [
                (start, end, WIKIGOLD_LABELS.get(label, UNKNOWN))
                for start, end, label in spans_of([tag for _, tag in rows])
            ]
            document.append(
                entity_sentence(forms, spaces_by_rule(forms), repaired(forms, spans), demonyms)
            )
        if document:
            yield document


def read_attributions(path: Path, *, held_out: bool) -> Iterator[tuple[Sentence, list[str]]]:
    """Yield the CofeNet sentences of PolNeAR with their tags, IOB2 of SOURCE, CUE and CONTENT.

    With `held_out` they are those of every tenth article, else the others. An entry may hold several sentences.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        number = sum(record["meta"]["doc"].encode()) % HELD_OUT_SHARE
        if (number == 0) == held_out:
            yield attribution_sentence(record["gold"]["tokens"], record["gold"]["labels"])


def attribution_sentence(
    tokens: Sequence[str], labels: Sequence[str]
) -> tuple[Sentence, list[str]]:
    """Return the words of one CofeNet sentence, cut as our tokeniser cuts them, and their tags."""
    forms: list[str] = []
    tags: list[str] = []
    glued: set[int] = set()
    for token, label in zip(tokens, labels, strict=True):
        for number, part in enumerate(_INNER_HYPHEN.split(_PENN_MARKS.get(token, token))):
            if number:
                glued.add(len(forms))
            tags.append(re.sub("^B", "I", label.upper()) if number else label.upper())
            forms.append(part)
    spaces = spaces_by_rule(forms)
    words = tuple(
        Word(form=form, space=spaces[index] and index + 1 not in glued)
        for index, form in enumerate(forms)
    )
    return words, tags


@dataclass(frozen=True, slots=True, kw_only=True)
class MeaningBank:
    """The Groningen Meaning Bank in three parts, and the nationalities its training part names often."""

    train: list[Document]
    dev: list[Document]
    test: list[Document]
    demonyms: frozenset[str]


def read_gmb(path: Path, *, countries: frozenset[str]) -> MeaningBank:
    """Read the zipped table `path`; every twentieth block of 100 sentences is test, another dev, the rest train.

    Labels are silver: titles are cut from names, `gpe` is a place or a nationality as the word says, and a name that
    the training part labels one way in at least six of ten cases is labelled so everywhere. Training sentences that
    also occur in dev or test are dropped.
    """
    rows = list(gmb_rows(path))
    labelled = [repaired([word for word, _, _ in row], gmb_spans(row, countries)) for row in rows]
    parts = [gmb_part(index) for index in range(len(rows))]
    votes = majority_labels(
        (" ".join(word for word, _, _ in row[start:end]), label)
        for row, spans, part in zip(rows, labelled, parts, strict=True)
        if part == "train"
        for start, end, label in spans
    )
    demonyms = frozenset(text for text, label in votes.items() if label == "NORP")
    held_out = {
        tuple(word for word, _, _ in row)
        for row, part in zip(rows, parts, strict=True)
        if part != "train"
    }
    documents: dict[str, dict[int, Document]] = {"train": {}, "dev": {}, "test": {}}
    for index, (row, spans, part) in enumerate(zip(rows, labelled, parts, strict=True)):
        forms = [word for word, _, _ in row]
        if part == "train" and tuple(forms) in held_out:
            continue
        voted = [
            (start, end, votes.get(" ".join(forms[start:end]), label))
            for start, end, label in spans
        ]
        sentence = entity_sentence(forms, spaces_by_rule(forms), voted, demonyms)
        tagged = tuple(
            # A compound that the treebanks would split has no tag of theirs.
            replace(word, xpos="" if "-" in word.form[1:] else GMB_TAGS.get(tag, tag))
            for word, (_, tag, _) in zip(sentence, row, strict=True)
        )
        documents[part].setdefault(index // GMB_BLOCK, []).append(tagged)
    return MeaningBank(
        train=list(documents["train"].values()),
        dev=list(documents["dev"].values()),
        test=list(documents["test"].values()),
        demonyms=demonyms,
    )


def gmb_rows(path: Path) -> Iterator[list[tuple[str, str, str]]]:
    """Yield the sentences of the zipped table as (word, part of speech, tag) triples."""
    with zipfile.ZipFile(path) as archive, archive.open("ner_dataset.csv") as raw:
        reader = csv.reader(io.TextIOWrapper(raw, encoding="latin-1"))
        next(reader)
        sentence: list[tuple[str, str, str]] = []
        for first, word, part_of_speech, tag in reader:
            if first and sentence:
                yield sentence
                sentence = []
            # Windows quotation marks and dashes were decoded as latin-1 control characters.
            form = word.encode("latin-1").decode("cp1252", errors="replace").strip()
            if form:
                sentence.append((form, part_of_speech, tag))
        if sentence:
            yield sentence


def gmb_part(index: int) -> str:
    """Return the part that the sentence number `index` (from 0) belongs to."""
    return {7: "test", 13: "dev"}.get(index // GMB_BLOCK % 20, "train")


def gmb_spans(row: Sequence[tuple[str, str, str]], countries: frozenset[str]) -> list[Span]:
    """Return the spans of one table sentence with the common labels."""
    spans = []
    for start, end, label in spans_of([tag for _, _, tag in row]):
        common = GMB_LABELS.get(label, UNKNOWN)
        if label in ("gpe", "org") and " ".join(word for word, _, _ in row[start:end]) in countries:
            common = "LOC"
        elif label == "geo" and row[end - 1][0] in ORGANISATION_HEADS:
            common = "ORG"
        if common:
            spans.append((start, end, common))
    return spans


def spans_of(tags: Sequence[str]) -> list[Span]:
    """Return the (start, end, label) spans of IOB1, IOB2 or I-only tags, in words, end-exclusive."""
    spans: list[Span] = []
    for position, tag in enumerate(tags):
        prefix, _, label = tag.partition("-")
        if prefix == "O":
            continue
        continues = prefix == "I" and spans and spans[-1][1] == position and spans[-1][2] == label
        if continues:
            spans[-1] = (spans[-1][0], position + 1, label)
        else:
            spans.append((position, position + 1, label))
    return spans


def repaired(forms: Sequence[str], spans: Iterable[Span]) -> list[Span]:
    """Return `spans` without titles, portfolios and possessives, with split country names joined."""
    result: list[Span] = []
    for first, last, marked in spans:
        before = forms[first - 1] if first else ""
        label = marked
        if before.rstrip(".").lower() in HONORIFICS and marked not in ("", UNKNOWN):
            label = "PERSON"
        start, end = _trimmed(forms, first, last, is_person=label == "PERSON")
        if not label or start >= end:
            continue
        before = forms[start - 1] if start else ""
        if label == "ORG" and "'s" in forms[start:end]:
            label = UNKNOWN
        elif end - start == 1 and forms[start] in GROUPS:
            label = "NORP"
        if label in ("LOC", "NORP", "ORG") and before in NAME_PREFIXES and end - start == 1:
            start -= 1
            if result and result[-1][1] > start:
                result.pop()
        result.append((start, end, label))
    return result


def _trimmed(forms: Sequence[str], start: int, end: int, *, is_person: bool) -> tuple[int, int]:
    """Return the bounds of a span without titles and articles before and offices and possessives after it."""
    while is_person and start < end and forms[start].rstrip(".").lower() in TITLES:
        start += 1
    if start < end and forms[start] == "the":
        start += 1
    if end < len(forms) and forms[end] in OFFICES:
        while end > start and forms[end - 1] in PORTFOLIOS:
            end -= 1
    if tuple(forms[max(0, start - 2) : start + 1]) == ("Secretary", "of", "State"):
        start += 1
    while end > start and forms[end - 1] in ("'s", "'", "Secretary-General"):
        end -= 1
    return start, end


def majority_labels(occurrences: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the label of every text that occurs eight times or more and has one label in six of ten cases."""
    counts: Mapping[str, Counter[str]] = defaultdict(Counter)
    for text, label in occurrences:
        counts[text][label] += 1
    majority = {"U.N.": "ORG", "UN": "ORG", "West Bank": "LOC", "EU": "ORG"}
    for text, labels in counts.items():
        label, count = labels.most_common(1)[0]
        if labels.total() >= 8 and count >= 0.6 * labels.total():
            majority.setdefault(text, label)
    return majority


def entity_sentence(
    forms: Sequence[str], spaces: Sequence[bool], spans: Iterable[Span], demonyms: frozenset[str]
) -> Sentence:
    """Return a sentence that carries entities only; unknown spans and unmarked nationalities are missing."""
    tags = ["" if form in demonyms else "O" for form in forms]
    for start, end, label in spans:
        if label == UNKNOWN and " ".join(forms[start:end]) in demonyms:
            label = "NORP"
        for position in range(start, end):
            prefix = "B-" if position == start else "I-"
            tags[position] = "" if label == UNKNOWN else prefix + label
    return tuple(
        Word(form=form, space=space, entity=tag)
        for form, space, tag in zip(forms, spaces, tags, strict=True)
    )


def spaces_in_text(forms: Sequence[str], text: str) -> list[bool]:
    """Return for every word whether a space follows it in `text`; words that are not found count as spaced."""
    spaces, offset = [], 0
    for form in forms:
        found = text.find(form, offset)
        if found < 0:
            spaces.append(True)
            continue
        offset = found + len(form)
        spaces.append(offset >= len(text) or text[offset].isspace())
    return spaces


def spaces_by_rule(forms: Sequence[str]) -> list[bool]:
    """Return for every word of a tokenised text whether running text would put a space after it."""
    spaces, is_open = [], False
    for position, form in enumerate(forms):
        following = forms[position + 1] if position + 1 < len(forms) else ""
        if form == QUOTE:
            is_open = not is_open
            space = not is_open
        else:
            space = form not in NO_SPACE_AFTER
        if following in NO_SPACE_BEFORE or (following == QUOTE and is_open):
            space = False
        spaces.append(space)
    return spaces

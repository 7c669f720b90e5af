"""Trees of the conflict corpus: drafts from a pipeline, and corrections applied to the files.

Here belongs writing token rows. Reading and checking the files belongs in `conflict_corpus.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from extract.training.conflict_corpus import CorpusError

_BLOCKS = re.compile(r"\n\s*\n")
_CORRECTION = re.compile(r"(?P<sent_id>\S+)\s+(?P<word>\d+)\s+(?P<changes>\S.*)")
_COLUMNS = {"lemma": 2, "upos": 3, "xpos": 4, "feats": 5, "head": 6, "dep": 7}


@dataclass(frozen=True, slots=True)
class Correction:
    """One changed word: its sentence, its number (from 1) and the new values by column name."""

    sent_id: str
    word: int
    changes: dict[str, str]


def draft(path: Path, nlp: Language) -> int:
    """Give every sentence of the file that has no token rows those of `nlp`; return how many sentences were drafted."""
    blocks = _BLOCKS.split(path.read_text(encoding="utf-8").strip())
    drafted = 0
    for index, block in enumerate(blocks):
        lines = block.splitlines()
        if any(not line.startswith("#") for line in lines):
            continue
        text = next(line for line in lines if line.startswith("# text = "))[len("# text = ") :]
        doc = nlp.make_doc(text)
        for token in doc:
            token.is_sent_start = token.i == 0
        blocks[index] = "\n".join([*lines, *rows(nlp(doc))])
        drafted += 1
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return drafted


def rows(doc: Doc) -> Iterator[str]:
    """Yield the ten columns of every token of a one-sentence document."""
    for token in doc:
        is_root = token.head is token or token.head.i == token.i
        yield "\t".join(
            (
                str(token.i + 1),
                token.text,
                token.lemma_ or token.text,
                token.pos_ or "X",
                token.tag_ or "_",
                str(token.morph) or "_",
                "0" if is_root else str(token.head.i + 1),
                "root" if is_root else token.dep_ or "dep",
                "_",
                "_" if token.whitespace_ or token.i + 1 == len(doc) else "SpaceAfter=No",
            )
        )


def read_corrections(lines: Iterable[str]) -> Iterator[Correction]:
    """Yield corrections from lines "SENT_ID WORD head=3 dep=nummod upos=NUM"; empty lines and comments are skipped.

    Raises CorpusError for a line of another form.
    """
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        match = _CORRECTION.fullmatch(line.strip())
        changes = (
            dict(item.partition("=")[::2] for item in match["changes"].split()) if match else {}
        )
        if not match or not set(changes) <= set(_COLUMNS) or not all(changes.values()):
            raise CorpusError(f"not a correction: {line.strip()!r}")
        yield Correction(match["sent_id"], int(match["word"]), changes)


def correct(path: Path, corrections: Iterable[Correction]) -> int:
    """Apply those corrections that name a sentence of the file; return how many there were.

    Raises CorpusError where a sentence has no such word.
    """
    wanted: dict[str, list[Correction]] = {}
    for correction in corrections:
        wanted.setdefault(correction.sent_id, []).append(correction)
    blocks = _BLOCKS.split(path.read_text(encoding="utf-8").strip())
    applied = 0
    for index, block in enumerate(blocks):
        found = re.search(r"^# sent_id = (\S+)$", block, re.MULTILINE)
        if not found or found[1] not in wanted:
            continue
        lines = block.splitlines()
        at = {line.split("\t", 1)[0]: n for n, line in enumerate(lines) if not line.startswith("#")}
        for correction in wanted[found[1]]:
            if str(correction.word) not in at:
                raise CorpusError(f"{path.name}: {found[1]} has no word {correction.word}")
            position = at[str(correction.word)]
            columns = lines[position].split("\t")
            for name, value in correction.changes.items():
                columns[_COLUMNS[name]] = value
            lines[position] = "\t".join(columns)
            applied += 1
        blocks[index] = "\n".join(lines)
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return applied

"""Who speaks, for whom, what is done and about what: the annotation of the corpus's attributions, read and checked.

`seeds/conflict_corpus/statements_*.csv` have a row for every `# attribution =` line of the articles that they cover, as
`docs/annotation-guide.md` ("Speakers and acts") says. The lines themselves belong in `conflict_corpus.py`, holding the
rows against what was read in `statement_scores.py`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from extract.knowledge import load_knowledge
from extract.reference import read_reference, split_list
from extract.training.conflict_corpus import (
    CORPUS_FOLDER,
    ConflictArticle,
    ConflictSentence,
    CorpusError,
    Part,
    find_part,
    read_articles,
)

COLUMNS = (
    "article_id", "sent_id", "attribution", "cue", "speaker", "body", "is_official", "is_statement",
    "speech_act", "about",
)  # fmt: skip

_TRUTH = {"true": True, "false": False}
_OCCURRENCE = re.compile(r"@\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """What is annotated of one attribution. `attribution` counts the attribution lines of its sentence from 1.

    `speaker` and `body` hold actor ids or names; several where more than one answer is right, none where nobody is
    named. `about` is the trigger of an annotated incident, "SENT_ID:words", or empty.
    """

    article_id: str
    sent_id: str
    attribution: int
    cue: str
    speaker: tuple[str, ...]
    body: tuple[str, ...]
    is_official: bool
    is_statement: bool
    speech_act: str
    about: str


def read_statement_rows(folder: Path = CORPUS_FOLDER) -> dict[str, tuple[StatementRow, ...]]:
    """Return the rows of every covered article, in the order of the files.

    Raises CorpusError where a row cannot be read, or two files cover one article.
    """
    covered: dict[str, list[StatementRow]] = {}
    origin: dict[str, str] = {}
    for path in sorted(folder.glob("statements_*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise CorpusError(f"{path.name}: the columns are not {', '.join(COLUMNS)}")
            for cells in reader:
                try:
                    row = _row(cells)
                except (KeyError, ValueError, AttributeError) as error:
                    raise CorpusError(f"{path.name}:{reader.line_num}: {error!r}") from error
                if origin.setdefault(row.article_id, path.name) != path.name:
                    raise CorpusError(
                        f"{path.name}: {row.article_id} is in {origin[row.article_id]} too"
                    )
                covered.setdefault(row.article_id, []).append(row)
    return {article_id: tuple(rows) for article_id, rows in covered.items()}


def _row(cells: Mapping[str, str]) -> StatementRow:
    return StatementRow(
        article_id=cells["article_id"].strip(),
        sent_id=cells["sent_id"].strip(),
        attribution=int(cells["attribution"]),
        cue=cells["cue"].strip(),
        speaker=split_list(cells["speaker"]),
        body=split_list(cells["body"]),
        is_official=_TRUTH[cells["is_official"]],
        is_statement=_TRUTH[cells["is_statement"]],
        speech_act=cells["speech_act"].strip(),
        about=cells["about"].strip(),
    )


def incident_part(article: ConflictArticle, about: str) -> tuple[ConflictSentence, Part]:
    """Return the sentence and the trigger that an `about` names.

    Raises ValueError where no annotated incident of the article has this trigger.
    """
    sent_id, _, words = about.partition(":")
    sentence = next((s for s in article.sentences if s.sent_id == sent_id), None)
    if sentence is None:
        raise ValueError(f"about {about!r}: the article has no such sentence")
    part = find_part(sentence.text, words, "trigger")
    if not any(part in frame.parts for frame in sentence.frames if frame.layer == "incident"):
        raise ValueError(f"about {about!r}: no incident of the sentence has this trigger")
    return sentence, part


def statement_problems(article: ConflictArticle, rows: Sequence[StatementRow]) -> Iterator[str]:
    """Yield what is wrong with the rows of an article, a line each."""
    annotated = [
        (sentence.sent_id, number, " ".join(_words(sentence, part) for part in frame.of("cue")))
        for sentence in article.sentences
        for number, frame in enumerate(
            (frame for frame in sentence.frames if frame.layer == "attribution"), start=1
        )
    ]
    cues = {(sent_id, number): cue for sent_id, number, cue in annotated}
    keys = [(row.sent_id, row.attribution) for row in rows]
    for sent_id, number in cues.keys() - set(keys):
        yield f"{sent_id}: attribution {number} has no row"
    if keys != [key for key in cues if key in keys]:
        yield "rows repeated, out of order or without an attribution"
    for row in rows:
        where = f"{row.sent_id}: attribution {row.attribution}"
        cue = _OCCURRENCE.sub("", row.cue)
        if cue != cues.get((row.sent_id, row.attribution), cue):
            yield f"{where}: the cue is not {row.cue!r}"
        yield from (f"{where}: {problem}" for problem in _row_problems(article, row))


def _row_problems(article: ConflictArticle, row: StatementRow) -> Iterator[str]:
    acts = {act["speech_act"] for act in read_reference("speech_acts")}
    if row.speech_act not in acts and (row.speech_act or row.is_statement):
        yield f"speech act {row.speech_act!r} is none of {', '.join(sorted(acts))}"
    if row.speech_act and not row.is_statement:
        yield "what is no statement has no speech act"
    if row.body and not row.speaker:
        yield "a body is spoken for, but nobody speaks"
    for value in (*row.speaker, *row.body):
        if re.fullmatch(r"[A-Z0-9]+(?:_[A-Z0-9]+)+", value) and not is_actor(value):
            yield f"{value!r} is no actor"
    if row.about:
        try:
            incident_part(article, row.about)
        except ValueError as error:
            yield str(error)


def is_actor(value: str) -> bool:
    """Tell whether a cell holds the id of an actor rather than a name."""
    return value in load_knowledge().actors


def _words(sentence: ConflictSentence, part: Part) -> str:
    return sentence.text[part.char_start : part.char_end]


def check_statements(folder: Path = CORPUS_FOLDER, *, prefix: str = "") -> Iterator[str]:
    """Yield the problems of the rows of every covered article whose id begins with `prefix`."""
    try:
        covered = read_statement_rows(folder)
    except CorpusError as error:
        yield str(error)
        return
    articles = {article.article_id: article for article in read_articles(folder)}
    for article_id, rows in covered.items():
        if not article_id.startswith(prefix):
            continue
        if article_id not in articles:
            yield f"{article_id}: statements of an article that is not there"
            continue
        for problem in statement_problems(articles[article_id], rows):
            yield f"{article_id}: {problem}"

"""The scores of statements: a small annotated article held against a reading that is partly right."""

from dataclasses import replace
from pathlib import Path

import pytest

from extract.pipeline import Pipeline
from extract.records import Article, Extraction, IncidentMention, SpeechAct, StatementMention
from extract.training.comparison import Comparison, compare
from extract.training.conflict_corpus import read_article
from extract.training.rule_scores import Score, rule_scores
from extract.training.statement_gold import StatementRow
from extract.training.statement_scores import detection, is_same_speaker

ARTICLE = """
# newdoc id = tst-ford-01
# split = test
# register = wire
# country = KEN
# newpar
# sent_id = tst-ford-01-1
# text = Raiders shelled Moyale on Sunday, the army said.
# incident = shelling_artillery_missile | actual | trigger: shelled | place: Moyale | time: Sunday
# attribution = indirect | source: the army | cue: said | content: Raiders shelled Moyale on Sunday,

# newpar
# sent_id = tst-ford-01-2
# text = "We ran to the river," Amina Guyo told reporters.
# attribution = direct | source: Amina Guyo | cue: told | content: "We ran to the river," | addressee: reporters

# sent_id = tst-ford-01-3
# text = "The water was up to our necks."
# attribution = direct | content: "The water was up to our necks."

# newpar
# sent_id = tst-ford-01-4
# text = The governor fears more raids, and the raiders made no comment.
# attribution = indirect | source: The governor | cue: fears | content: more raids
# attribution = implicit | source: the raiders | cue: made no comment
"""

ROW = StatementRow(
    article_id="tst-ford-01", sent_id="tst-ford-01-1", attribution=1, cue="said", speaker=("KEN_MIL",),
    body=("KEN_MIL",), is_official=True, is_statement=True, speech_act="ASSERT", about="tst-ford-01-1:shelled",
)  # fmt: skip
AMINA = replace(
    ROW, sent_id="tst-ford-01-2", cue="told", speaker=("Amina Guyo",), body=(), is_official=False, about=""
)  # fmt: skip
FEAR = replace(
    ROW, sent_id="tst-ford-01-4", cue="fears", speaker=("The governor",), body=("KEN_PROV",),
    is_statement=False, speech_act="", about="",
)  # fmt: skip


def statement(
    body: str, source: str | None, cue: str, content: str, *, actor_id: str | None = None
) -> StatementMention:
    """Return an official statement with these words, each at its first place in the body."""
    start, end = (body.index(content), body.index(content) + len(content)) if content else (None, None)  # fmt: skip
    return StatementMention(
        statement_id=cue, utterance_id=cue, sentence_index=0, source_text=source,
        source_start=body.index(source) if source else None,
        source_end=body.index(source) + len(source) if source else None, source_form="nominal",
        speaker_actor_id=actor_id, speaker_name=source, organisation_actor_id=actor_id, speaker_role=None,
        speaker_rule="actor_alias" if actor_id else "unresolved", is_official=True, is_statement=True,
        cue_text=cue, cue_start=body.index(cue), cue_end=body.index(cue) + len(cue), cue_lemma=cue,
        content_text=content or None, content_start=start, content_end=end, quote_type="indirect",
        about_article_incident_id="a" if cue == "said" else None,
    )  # fmt: skip


def act(statement_id: str, index: int, code: str) -> SpeechAct:
    """Return an act of a statement."""
    return SpeechAct(
        statement_id=statement_id, act_index=index, speech_act=code, polarity="pos", modality=None,
        addressee_actor_id=None, target_actor_id=None, act_text=None, act_start=None, act_end=None,
        condition_text=None, condition_start=None, condition_end=None, plover_event=None, plover_mode=None,
        cameo=None,
    )  # fmt: skip


class Reader:
    """Stands for the pipeline: finds all four, but takes Amina Guyo for an official and a fear for words."""

    def extract(self, article: Article) -> Extraction:
        body = article.body
        at = body.index("shelled")
        return Extraction(
            article_id=article.article_id, article_version=1, extractor_version="", seconds=0.0, token_count=9,
            statement_mentions=(
                statement(body, "the army", "said", "Raiders shelled Moyale on Sunday,", actor_id="KEN_MIL"),
                statement(body, "Amina Guyo", "told", body[body.index('"We') : body.index('necks."') + 7]),
                statement(body, "The governor", "fears", "more raids, and the raiders made no comment"),
                statement(body, "the raiders", "made no comment", ""),
            ),
            statement_acts=(act("said", 1, "ACCUSE"), act("said", 0, "ASSERT"), act("told", 0, "WARN")),
            incident_mentions=(
                IncidentMention(
                    incident_mention_id="i", sentence_index=0, trigger_text="shelled", trigger_start=at,
                    trigger_end=at + 7, incident_type="shelling_artillery_missile", level="atomic",
                    realis="actual", incident_count_min=1, location_id=None, location_text=None,
                    location_start=None, location_end=None, location_precision=None, date_start=None,
                    date_end=None, date_precision=None, date_rule=None, weapon=None,
                    asserted_by_statement_id=None, article_incident_id="a", link_rule="first", confidence=0.5,
                ),
            ),
        )  # fmt: skip


@pytest.fixture
def comparisons(tmp_path: Path) -> list[Comparison]:
    path = tmp_path / "tst-ford-01.conllu"
    path.write_text(ARTICLE, encoding="utf-8")
    reader: Pipeline = Reader()  # type: ignore[assignment]
    rows = {"tst-ford-01": (ROW, AMINA, FEAR)}
    return list(compare(reader, [read_article(path)], rows))


@pytest.fixture
def scores(comparisons: list[Comparison]) -> dict[tuple[str, str], Score]:
    return {(score.part, score.rule): score for score in rule_scores(comparisons)}


def test_a_quotation_that_goes_on_is_one_statement_and_a_content_pairs_by_half(
    comparisons: list[Comparison],
) -> None:
    found = detection(comparisons)
    assert (found.read, found.annotated) == (4, 4), "the second sentence belongs to the first"
    assert found.both == 3, "the fear is read far too long; no comment pairs by its cue"
    assert found.f1 == 0.75
    assert "precision 0.750" in str(found)


def test_speaker_and_officiality_are_judged_apart(scores: dict[tuple[str, str], Score]) -> None:
    speakers = "speakers of annotated statements, by rule"
    assert scores[speakers, "actor_alias"].right == 1
    assert (scores[speakers, "unresolved"].found, scores[speakers, "unresolved"].right) == (2, 1)
    official = scores["official or not", "read as official"]
    assert (official.found, official.right) == (3, 2), "Amina Guyo is no official"


def test_acts_are_judged_of_statements_by_the_first_act(
    scores: dict[tuple[str, str], Score],
) -> None:
    assert scores["main speech act, as read", "ASSERT"].right == 1
    assert scores["main speech act, as read", "WARN"].right == 0
    assert scores["main speech act, as annotated", "ASSERT"].found == 2
    kinds = scores["statement or not", "read as statement"]
    assert (kinds.found, kinds.right) == (3, 2), "a fear is no statement"


def test_the_incident_is_right_where_one_of_its_mentions_is_annotated(
    scores: dict[tuple[str, str], Score],
) -> None:
    part = "incident that annotated statements are about"
    assert scores[part, "read as about one"].right == 1
    assert scores[part, "read as about none"].right == 2


@pytest.mark.parametrize(
    ("source", "actor_id", "speaker", "body", "is_right"),
    [
        ("the army", "KEN_MIL", ("KEN_MIL",), ("KEN_MIL",), True),
        ("the army", "UGA_MIL", ("KEN_MIL",), ("KEN_MIL",), False),
        ("the army", None, ("KEN_MIL",), ("KEN_MIL",), False),
        ("the army", "KEN_MIL", ("Colonel Idris",), ("UGA_MIL", "KEN_MIL"), False),
        ("Colonel Idris", "KEN_MIL", ("Colonel Idris Bello of the army", "Idris"), ("KEN_MIL",), True),
        ("the government", "KEN", ("KEN_GOV",), ("KEN_GOV",), True),
        ("residents", "KEN_CIV", ("several hundred residents of Moyale",), (), True),
        ("the army", "KEN_MIL", ("residents",), (), False),
        ("a resident", None, (), (), False),
        (None, None, (), (), True),
    ],
)  # fmt: skip
def test_a_speaker_is_the_actor_or_the_head_word(
    source: str | None, actor_id: str | None, speaker: tuple[str, ...], body: tuple[str, ...], is_right: bool
) -> None:  # fmt: skip
    read = statement(f"{source} said", source, "said", "", actor_id=actor_id)
    assert is_same_speaker(read, replace(ROW, speaker=speaker, body=body)) is is_right

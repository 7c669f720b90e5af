"""The scores of the rules: a small annotated article held against what a reading of it says."""

from pathlib import Path

import pytest

from extract.pipeline import Pipeline
from extract.records import Article, Casualty, Extraction, IncidentMention
from extract.training.comparison import compare
from extract.training.conflict_corpus import read_article
from extract.training.rule_scores import Score, render, rule_scores

ARTICLE = """
# newdoc id = tst-hill-01
# split = test
# register = wire
# country = KEN
# newpar
# sent_id = tst-hill-01-1
# text = Two herders were killed in a raid near Lodwar on Sunday.
# casualty = killed | count: Two | victim: herders | harm: killed
# incident = armed_attack | actual | trigger: raid | place: Lodwar | time: Sunday

# newpar
# sent_id = tst-hill-01-2
# text = A boy was hurt.
# casualty = wounded | count: A | victim: boy | harm: hurt
"""


def claim(start: int, end: int, body: str, *, count: tuple[int, int], rule_id: str) -> Casualty:
    """Return a claim of killed people, its count at `count`."""
    return Casualty(
        casualty_id=f"c{start}", incident_mention_id=None, sentence_index=0, claim_text=body[start:end],
        claim_start=start, claim_end=end, count_text=body[slice(*count)], count_start=count[0],
        count_end=count[1], count_min=2, count_max=2, count_kind="exact", count_scope="incident",
        harm_type="killed", victim_category="civilian", victim_text=None, victim_start=None,
        victim_end=None, victim_side_actor_id=None, statement_id=None, claimed_by_actor_id=None,
        claimed_by_name=None, attribution_kind="journalist", attribution_interest="unknown",
        confidence=0.9, rule_id=rule_id,
    )  # fmt: skip


class Reader:
    """Stands for the pipeline: a right claim, a claim of nothing, and an incident of the wrong type."""

    def extract(self, article: Article) -> Extraction:
        body = article.body
        raid = body.index("raid")
        mention = IncidentMention(
            incident_mention_id="i", sentence_index=0, trigger_text="raid", trigger_start=raid,
            trigger_end=raid + 4, incident_type="arrest", level="atomic", realis="actual",
            incident_count_min=1, location_id=None, location_text=None, location_start=None,
            location_end=None, location_precision=None, date_start=None, date_end=None,
            date_precision=None, date_rule=None, weapon=None, asserted_by_statement_id=None,
            article_incident_id="a", link_rule="first", confidence=0.5,
        )  # fmt: skip
        boy = body.index("A boy")
        return Extraction(
            article_id=article.article_id, article_version=1, extractor_version="", seconds=0.0, token_count=9,
            casualty_mentions=(
                claim(0, 23, body, count=(0, 3), rule_id="surface.passive+trained.parts"),
                claim(boy, len(body), body, count=(boy, boy + 1), rule_id="surface.passive"),
            ),
            incident_mentions=(mention,),
        )  # fmt: skip


@pytest.fixture
def scores(tmp_path: Path) -> dict[tuple[str, str], Score]:
    path = tmp_path / "tst-hill-01.conllu"
    path.write_text(ARTICLE, encoding="utf-8")
    reader: Pipeline = Reader()  # type: ignore[assignment]
    found = rule_scores(list(compare(reader, [read_article(path)])))
    return {(score.part, score.rule): score for score in found}


def test_a_claim_is_right_with_harm_and_count_alone(scores: dict[tuple[str, str], Score]) -> None:
    part = "casualty claims by rule"
    assert scores[part, "surface.passive+trained.parts"].share == 1.0
    assert scores[part, "surface.passive"].share == 0.0, "the boy was hurt, not killed"


def test_a_reader_answers_for_all_it_took_part_in(scores: dict[tuple[str, str], Score]) -> None:
    readers = "casualty claims by reader"
    assert (scores[readers, "surface"].found, scores[readers, "surface"].right) == (2, 1)
    assert (scores[readers, "trained"].found, scores[readers, "trained"].right) == (1, 1)


def test_what_was_overlooked_is_counted(scores: dict[tuple[str, str], Score]) -> None:
    assert scores["annotated casualties found, by harm", "wounded"].right == 0
    assert scores["annotated casualties found, by harm", "killed"].right == 1


def test_trigger_and_type_are_judged_apart(scores: dict[tuple[str, str], Score]) -> None:
    assert scores["incident mentions by type", "arrest"].right == 1
    assert scores["type of annotated mentions", "arrest"].right == 0
    assert scores["realis of annotated mentions", "actual"].right == 1


def test_the_report_has_a_line_for_each_rule_and_part(scores: dict[tuple[str, str], Score]) -> None:
    lines = list(render(scores.values()))
    assert any(line.split() == ["surface.passive", "1", "0.00"] for line in lines)
    assert any(line.split() == ["all", "2", "0.50"] for line in lines)


def test_a_date_from_elsewhere_is_an_overlooked_time(scores: dict[tuple[str, str], Score]) -> None:
    part = "date where the sentence tells one, by rule"
    assert (scores[part, "none"].found, scores[part, "none"].right) == (1, 0)

"""Which incident a statement is about, also where it is told in another sentence."""

from __future__ import annotations

from datetime import date

import pytest

from extract.pipeline import load_pipeline
from extract.records import Article, Extraction, StatementMention

BLAST = "A bomb exploded at a market in Maiduguri on Friday, killing six traders. "


def read(text: str) -> Extraction:
    extraction = load_pipeline().extract(
        Article(article_id="a", body=text, published_on=date(2024, 5, 4))
    )
    assert extraction.error is None
    return extraction


def about(text: str, cue: str) -> tuple[str, ...]:
    """Return the triggers of the incident that the statement with a cue is about."""
    extraction = read(text)
    statement = next(s for s in extraction.statement_mentions if has_cue(s, cue))
    return tuple(
        mention.trigger_text
        for mention in extraction.incident_mentions
        if mention.article_incident_id == statement.about_article_incident_id
    )


def has_cue(statement: StatementMention, cue: str) -> bool:
    return cue in (statement.cue_text or "")


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("The governor condemned the blast.", "condemned"),
        ("The governor said the perpetrators would be punished.", "said"),
        ("The governor called it \u201ca cowardly massacre\u201d.", "called"),
        ("The Hill Front denied involvement.", "denied"),
        ("The Hill Front denied that any of its men had been in the city.", "denied"),
        ("The Hill Front rejected the accusation.", "rejected"),
        ("Police blamed the Hill Front.", "blamed"),
        ("The Hill Front claimed responsibility for the attack.", "claimed"),
        ("Doctors disputed the toll.", "disputed"),
    ],
)
def test_words_refer_back_to_the_incident_before(sentence: str, cue: str) -> None:
    assert "exploded" in about(BLAST + sentence, cue)


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("The minister said the harvest had been good.", "said"),
        ("The minister claimed that a deal was near.", "claimed"),
        ("The minister accused traders of hiding grain.", "accused"),
        ("The minister called it \u201ca day of joy\u201d.", "called"),
        ("The minister vowed to build ten schools.", "vowed"),
    ],
)
def test_other_words_are_about_no_incident(sentence: str, cue: str) -> None:
    assert about(BLAST + sentence, cue) == ()


def test_a_denial_is_about_the_deed_told_elsewhere() -> None:
    text = (
        "Soldiers shelled the village of Tula on Friday, residents said. Four people were killed. "
        "The army denied that its troops had shelled the village."
    )
    assert "shelled" in about(text, "denied")


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("The rebels demanded the withdrawal of the army from Tula.", "demanded"),
        ("The governor warned that rebels could attack Tula again.", "warned"),
    ],
)
def test_what_is_demanded_or_feared_is_what_the_words_are_about(sentence: str, cue: str) -> None:
    triggers = about(BLAST + sentence, cue)
    assert triggers
    assert "exploded" not in triggers


def test_a_silence_is_about_what_its_sentence_told() -> None:
    text = "A drone struck a truck near Tula on Friday, and the army declined to comment."
    assert "struck" in about(text, "declined")

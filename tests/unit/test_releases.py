"""Statement documents: which texts are recognised, whose they are, and what they state in their own voice."""

from __future__ import annotations

from datetime import date

import pytest

from extract.facts.statement_documents import Mark, document_marks
from extract.pipeline import load_pipeline
from extract.records import Article, Extraction, StatementMention

NEWS = (
    "ADEN, 3 May (Coastal Wire) - The army said on Friday that two soldiers were killed in a blast near Zinjibar. "
    "The interior ministry condemned the attack and called on residents to report suspects. "
    "Our reporter saw a burnt lorry. \u201cWe heard two explosions,\u201d a fisherman said."
)
RELEASE = (
    "MINISTRY OF DEFENCE OF THE REPUBLIC OF MALI\n\n"
    "Statement on the attack near Douentza\n\n"
    "On 3 May, a patrol was ambushed near Douentza. Four soldiers were killed and nine were wounded. "
    "Reinforcements have reached the place.\n\n"
    "\u201cWe shall find them,\u201d said Colonel Adama Keba, who commands the sector.\n\n"
    "Any rumour of a higher toll is false."
)
ADDRESS = (
    "Georgians!\n\n"
    "Tonight our people mourn. Eleven of our soldiers were murdered as they slept in their barracks in Gori. "
    "I have spoken with their mothers.\n\n"
    "We condemn this crime. We call on the world to stand with us.\n\n"
    "Glory to our heroes! Eternal memory to the fallen!"
)
BRIEFING = (
    "Transcript of the noon briefing\n\n"
    "Spokesperson Ada Lind: Good afternoon. Three peacekeepers were wounded in Birao this morning.\n\n"
    "Question: Who attacked them?\n\n"
    "Spokesperson Ada Lind: The mission has opened an inquiry. I condemn the attack."
)


def read(text: str, *, publisher: str | None = None, title: str | None = None) -> Extraction:
    extraction = load_pipeline().extract(
        Article(
            article_id="a",
            body=text,
            title=title,
            publisher=publisher,
            published_on=date(2024, 5, 4),
        )
    )
    assert extraction.error is None
    return extraction


def own(extraction: Extraction) -> list[StatementMention]:
    return [s for s in extraction.statement_mentions if s.cue_text is None]


@pytest.mark.parametrize("mark", document_marks(), ids=lambda mark: mark.mark_id)
def test_every_mark_meets_its_examples_and_nothing_else(mark: Mark) -> None:
    for example in mark.examples:
        assert mark.pattern.search(example), example
    for example in mark.counter_examples:
        assert not mark.pattern.search(example), example


@pytest.mark.parametrize(
    ("text", "kind"),
    [(NEWS, None), (RELEASE, "release"), (ADDRESS, "address"), (BRIEFING, "transcript")],
)
def test_a_document_is_told_by_its_own_marks(text: str, kind: str | None) -> None:
    assert read(text).document_kind == kind


@pytest.mark.parametrize(
    ("publisher", "actor"),
    [
        ("President of Georgia", "GEO_PRES"),
        ("The Kremlin", "RUS"),
        ("Ministry of Defence of Mali", "MLI_MOD"),
        ("Mali Tribune", None),
        ("Baku Evening Post", None),
    ],
)
def test_an_official_publisher_makes_a_document(publisher: str, actor: str | None) -> None:
    extraction = read("A patrol was ambushed near the river on Friday.", publisher=publisher)
    assert extraction.document_actor_id == actor
    assert extraction.document_rule == ("publisher" if actor else None)


def test_whose_document_it_is_stands_in_its_heading() -> None:
    extraction = read(RELEASE)
    assert extraction.document_actor_id == "MLI_MOD"
    assert all(s.organisation_actor_id == "MLI_MOD" and s.is_official for s in own(extraction))


@pytest.mark.parametrize(
    ("heading", "name", "actor"),
    [
        ("NORTHERN HILLS COMMAND \u2013 PRESS NOTE", "NORTHERN HILLS COMMAND", None),
        ("Communiqu\u00e9 No. 3 of the Lantern Brigades", "Lantern Brigades", None),
        ("ARMED FORCES OF MALI: COMMUNIQUE No. 3", "ARMED FORCES OF MALI", "MLI_MIL"),
        ("Statement of the Houthis on the Red Sea", "Houthis", "HOUTHIS"),
    ],
)
def test_who_speaks_is_named_before_or_behind_the_genre(
    heading: str, name: str, actor: str | None
) -> None:
    extraction = read(
        f"{heading}\n\nOn Friday our fighters held the pass. Our fighters lost two men."
    )
    (statement,) = own(extraction)
    assert (statement.speaker_name, statement.organisation_actor_id) == (name, actor)
    assert statement.is_official


def test_runs_of_a_paragraph_are_the_publishers_and_quotations_are_not() -> None:
    extraction = read(RELEASE)
    contents = [s.content_text or "" for s in own(extraction)]
    assert [text.split(",")[0] for text in contents] == [
        "On 3 May",
        "Any rumour of a higher toll is false.",
    ]
    assert contents[0].endswith("Reinforcements have reached the place.")
    quoted = next(s for s in extraction.statement_mentions if s.cue_text == "said")
    assert "Adama Keba" in (quoted.source_text or "")
    assert {(s.speaker_rule, s.quote_type) for s in own(extraction)} == {
        ("publisher_throughout", "direct")
    }
    assert {s.statement_date_start for s in own(extraction)} == {date(2024, 5, 4)}


def test_a_quotation_after_somebodys_words_is_not_the_publishers() -> None:
    text = "The minister said the bridge was open. \u201cWe shall guard it.\u201d The road is closed at night."
    contents = [s.content_text for s in own(read(text, publisher="President of Georgia"))]
    assert contents[-1] == "The road is closed at night."
    assert all(
        s.speaker_rule != "publisher_throughout" or "guard" not in (s.content_text or "")
        for s in read(text, publisher="President of Georgia").statement_mentions
    )


def test_claims_of_a_document_are_its_publishers() -> None:
    claims = read(RELEASE).casualty_mentions
    assert [(c.count_min, c.harm_type, c.claimed_by_actor_id) for c in claims] == [
        (4, "killed", "MLI_MOD"),
        (9, "wounded", "MLI_MOD"),
    ]
    assert {c.attribution_interest for c in claims} == {"own_losses"}


def test_what_an_address_does_with_its_words() -> None:
    extraction = read(ADDRESS)
    acts = {act.speech_act for act in extraction.statement_acts}
    assert {"CONDEMN", "CALL_FOR", "REPORT_CASUALTY"} <= acts


def test_blame_and_refutation_come_before_the_victims_they_speak_of() -> None:
    text = (
        "In the name of God\n\nIt is false that our fighters killed two teachers in Sake.\n\n"
        "We hold the army responsible for the deaths of nine villagers near our positions.\n\n"
        "Our fighters hold the road."
    )
    extraction = read(text)
    acts = [act.speech_act for act in extraction.statement_acts]
    assert acts[:2] == ["REFUTE_REPORT", "ACCUSE"]


def test_in_a_transcript_each_has_the_word_in_turn() -> None:
    statements = own(read(BRIEFING))
    assert [(s.source_text, (s.content_text or "")[:9]) for s in statements] == [
        ("Spokesperson Ada Lind", "Three pea"),
        ("Question", "Who attac"),
        ("Spokesperson Ada Lind", "The missi"),
    ]
    assert statements[1].source_form == "anonymous"


def test_a_long_paragraph_is_cut_into_runs() -> None:
    text = " ".join(f"The patrol reached village number {n} at noon." for n in range(12))
    runs = own(read(text, publisher="Ministry of Defence of Mali"))
    assert [len((s.content_text or "").split(". ")) for s in runs] == [5, 5, 2]


def said_by(extraction: Extraction, words: str) -> StatementMention:
    return next(
        s
        for s in extraction.statement_mentions
        if s.cue_text is not None and words in (s.content_text or "")
    )


@pytest.mark.parametrize(
    ("heading", "name", "body", "is_official"),
    [
        ("FREE COAST BRIGADES — PRESS RELEASE No. 3", "FREE COAST BRIGADES", None, True),
        ("Communiqué No. 4 of the Free Coast Brigades", "Free Coast Brigades", None, True),
        ("ARAKAN ARMY: MILITARY COMMUNIQUÉ", "ARAKAN ARMY", "ARAKAN_ARMY", True),
        ("COASTAL RIGHTS WATCH — WEEKLY NOTE", "COASTAL RIGHTS WATCH", None, False),
        ("Monthly bulletin of the Coast Rights Group", "Coast Rights Group", None, True),
    ],
)
def test_we_is_whoever_heads_the_text(
    heading: str, name: str, body: str | None, is_official: bool
) -> None:
    text = (
        f"{heading}\n\nTwo boats were lost on Friday off the harbour. "
        "We deny that our guns were used, and we demand that the harbour be opened."
    )
    statement = said_by(read(text), "guns were used")
    assert statement.speaker_name == name
    assert statement.organisation_actor_id == body
    if not name.startswith("Coast Rights"):
        assert statement.is_official == is_official


def test_we_is_nobody_in_an_outlets_reporting() -> None:
    text = (
        "The army said on Friday that two boats were lost off Latakia. "
        "We believe that a third was hit."
    )
    assert all(s.speaker_rule != "publisher_first_person" for s in read(text).statement_mentions)


def test_the_office_of_a_turn_is_whoever_was_named_with_it() -> None:
    text = (
        "Transcript of the noon briefing\n\n"
        "The Deputy Spokesman for the Secretary-General of the United Nations, Tomas Lind, said today that a convoy "
        "was shelled.\n\nQuestion: Who did it?\n\n"
        "Deputy Spokesman: I can say that we protested. We deny that the convoy was armed."
    )
    statement = said_by(read(text), "armed")
    assert (statement.speaker_name, statement.is_official) == ("Tomas Lind", True)


@pytest.mark.parametrize(
    ("role", "is_official"),
    [("a former medic who teaches in Adwa", False), ("mayor of Adwa", True), (None, False)],
)
def test_i_is_whom_the_by_line_names(role: str | None, is_official: bool) -> None:
    by_line = "By Selam Berhe" + (f", {role}" if role else "")
    text = (
        f"Opinion: The paper peace\n\n{by_line}\n\nMy students no longer ask when the road opens.\n\n"
        "I accuse the mediators of haste."
    )
    found = [s for s in read(text).statement_mentions if s.cue_lemma == "accuse"][0]
    assert (found.speaker_name, found.is_official) == ("Selam Berhe", is_official)


def test_we_is_the_monitor_that_documented_what_it_tells() -> None:
    text = (
        "Coast of Yemen: quarterly digest\n\n"
        "Between April and June the Tihama Observatory documented 12 mine blasts near Hays.\n\n"
        "We recommend that the road be closed."
    )
    found = read(text).statement_mentions[-1]
    assert (found.speaker_name, found.is_official) == ("Tihama Observatory", False)


@pytest.mark.parametrize(
    ("text", "title", "actor_id"),
    [
        (
            "Abuja, 2 May. We have learned with dismay of the attack on the clinic at Jalingo. We can confirm that "
            "three of our nurses are dead.\n\nWe ask the public not to share pictures of them.",
            "Ministry of Health: the attack on the clinic",
            "NGA_MOH",
        ),
        (
            "I have read that the administration abandoned the people of Palma. My own office organised the boats.\n\n"
            "I appeal to the transporters not to raise their fares.\n\nValige Muacanse, Governor",
            "Governor of Cabo Delgado to the press",
            "MOZ_PROV",
        ),
    ],
)
def test_an_office_that_says_we_makes_a_statement(text: str, title: str, actor_id: str) -> None:
    found = read(text, title=title)
    assert found.document_actor_id == actor_id
    assert all(s.is_official for s in found.statement_mentions)


def test_we_are_the_charity_whose_note_it_is() -> None:
    found = read(
        "Our teams treated 63 people in El Fasher. We urge both parties to let medicine in.",
        title="Surgeons for Darfur: field note, El Fasher",
    )
    assert found.document_kind is None
    assert [s.speaker_name for s in found.statement_mentions if s.source_text == "We"] == [
        "Surgeons for Darfur"
    ]


def test_we_whose_troops_they_are_is_the_army_of_the_country() -> None:
    found = read(
        "Our troops came under fire near Maiduguri, Nigeria, on Friday. We deny that any farmer was hurt.\n\n"
        "We call on the people of Maiduguri to stay calm."
    )
    assert {s.organisation_actor_id for s in found.statement_mentions} == {"NGA_MIL"}

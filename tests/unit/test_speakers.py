"""Speakers: pronouns, short forms, documents, and who is official."""

from __future__ import annotations

import pytest
from test_statements import statements_in

from extract.reference import read_reference


@pytest.mark.parametrize(
    ("text", "actor_id", "rule"),
    [
        (
            "Hezbollah said it fired rockets.\nIt added that two posts were hit.",
            "HEZBOLLAH",
            "nearest_prior_statement_source",
        ),
        (
            "Ukraine's military said it lost a ship.\nThe military said the crew was safe.",
            "UKR_MIL",
            None,
        ),
        (
            "Washington urged both generals to stop. It said it was appalled.",
            "USA",
            "nearest_prior_statement_source",
        ),
    ],
)
def test_later_mentions_follow_the_first(text: str, actor_id: str, rule: str | None) -> None:
    found = statements_in(text)[-1]
    assert found.speaker_actor_id == actor_id
    assert rule is None or found.speaker_rule == rule


def test_he_is_not_a_ministry() -> None:
    text = (
        "The minister said the bridge was gone. The army said it was safe. He said he would wait."
    )
    assert statements_in(text)[-1].speaker_name == statements_in(text)[0].speaker_name


def test_she_is_not_the_woman_of_whom_she_tells() -> None:
    found = statements_in(
        "Widad Salloum, a nurse, said the clinic had closed. A baker and his wife were hurt, she said."
    )
    assert found[1].speaker_name == "Widad Salloum"


def test_a_pronoun_reaches_back_two_sentences_only() -> None:
    text = "The minister said the bridge was gone. It rained. Roads flooded. Trees fell. He said he would wait."
    assert statements_in(text)[-1].speaker_name is None


def test_a_surname_stands_for_the_person() -> None:
    text = "Governor Petro Havrylenko said the school was hit.\nHavrylenko said nobody was hurt."
    first, second = statements_in(text)
    assert second.speaker_name == first.speaker_name
    assert second.is_official


def test_a_document_speaks_for_its_author() -> None:
    [found] = statements_in("A statement from the Ukrainian army said two villages were lost.")
    assert found.organisation_actor_id == "UKR_MIL"
    assert (found.speaker_rule or "").startswith("document_of")


def test_its_head_speaks_for_the_body() -> None:
    text = "Hezbollah said it would answer. Its spokesman said the answer would be harsh."
    assert statements_in(text)[-1].organisation_actor_id == "HEZBOLLAH"


@pytest.mark.parametrize(
    ("text", "is_official"),
    [
        ("Officials said two people died.", True),
        ("A senior army officer said two people died.", True),
        ("Hamas said two people died.", True),
        ("The United Nations said two people died.", True),
        ("Police and hospital officials said two people died.", True),
        ("A hospital spokesman said two people died.", False),
        ("Residents said two people died.", False),
        ("A former minister said two people died.", False),
        ("An analyst said two people died.", False),
        ("The victim's brother said two people died.", False),
        ("A local newspaper said two people died.", False),
    ],
)
def test_who_is_official(text: str, *, is_official: bool) -> None:
    assert statements_in(text)[0].is_official is is_official


def test_an_anonymous_passive_has_no_speaker() -> None:
    [found] = statements_in("It was reported that ten people had been killed.")
    assert (found.source_form, found.source_text, found.is_official) == ("anonymous", None, False)


def test_speaker_nouns_are_listed_once() -> None:
    nouns = [row["noun"] for row in read_reference("speaker_nouns")]
    assert len(nouns) == len(set(nouns))


@pytest.mark.parametrize(
    ("text", "name", "role", "organisation"),
    [
        (
            "Hezbollah denied the claim. Its spokesman, Karim Aziz, said the post was empty.",
            "Karim Aziz",
            "spokesman",
            "HEZBOLLAH",
        ),
        (
            "Hezbollah denied it.\nThe owner of the mill, Rami Odeh, said nobody slept there.",
            "Rami Odeh",
            "owner of the mill",
            None,
        ),
        (
            "Ukraine's army spokesman, Major Taras Bilyk, said two tanks were lost.",
            "Taras Bilyk",
            "army spokesman",
            "UKR_MIL",
        ),
    ],
)
def test_an_appositive_name_is_the_speaker(
    text: str, name: str, role: str, organisation: str | None
) -> None:
    found = statements_in(text)[-1]
    assert found.source_form == "named_person"
    assert (found.speaker_name, found.speaker_role) == (name, role)
    assert found.organisation_actor_id == organisation


def test_a_name_whose_first_word_looks_like_a_participle() -> None:
    [found] = statements_in("A United Nations delegation said it had counted nine graves.")
    assert found.speaker_name == "United Nations delegation"
    assert found.organisation_actor_id == "UN"
    assert found.is_official


def test_a_military_source_is_official() -> None:
    [found] = statements_in("A military source told the agency that two posts were lost.")
    assert found.is_official


def test_the_publishers_correction_has_no_speaker() -> None:
    [found] = statements_in("An earlier version of this story said nine sailors had drowned.")
    assert found.source_form == "anonymous"
    assert found.speaker_name is None
    assert found.speaker_rule == "publisher_correction"


def test_the_office_of_a_named_president_is_the_presidency() -> None:
    [found] = statements_in("President Emmanuel Macron's office said the talks would go on.")
    assert found.organisation_actor_id == "FRA_PRES"


@pytest.mark.parametrize(
    ("text", "organisation"),
    [
        ("Iraq's prime minister said the road was open.", "IRQ_PM"),
        ("A State Department spokeswoman said the talks would go on.", "USA_MFA"),
        ("The home secretary, Amir Dale, said the border in Syria was closed.", "GBR_MOI"),
        ("The National Army said in Bogota that two Colombian posts were lost.", "COL_MIL"),
        ("The Northern Front of Hamas said it had lost a commander.", "HAMAS"),
        (
            "The United Nations sent a team to Libya. The Secretary-General said it was safe.",
            "UNSG",
        ),
        (
            "In Quito, Ecuador's capital, police met. Interior Minister Lucia Paz said it was calm.",
            "ECU_MOI",
        ),
        (
            "Kenya sent troops. In Nairobi, General Otieno Wafula said Kenya had lost two of them.",
            "KEN_MIL",
        ),
        (
            "President of the French Republic Emmanuel Macron doubted that the bridge would hold.",
            "FRA_PRES",
        ),
        ("Karim Odeh, who heads the Hezbollah office, said the post was empty.", "HEZBOLLAH"),
        ("Kurdish forces in Syria said the town of Raqqa in Syria was calm.", None),
        (
            "Nia Bowen, a lecturer at King's College London, said Britain was wrong about Britain.",
            None,
        ),
    ],
)
def test_offices_and_their_bodies(text: str, organisation: str | None) -> None:
    assert statements_in(text)[-1].organisation_actor_id == organisation


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "The prisons agency Corda said a guard was hurt. The agency said the jail was calm.",
            "Corda",
        ),
        (
            "Deputy Premier Ada Korr said it was over. The deputy premier said nobody was hurt.",
            "Ada Korr",
        ),
        (
            "The relief group Lantern, which put the dead at nine, said the road was cut.",
            "Lantern",
        ),
        (
            "A militia that calls itself the Sons of the Valley denied it had fired on the town.",
            "Sons of the Valley",
        ),
        (
            "A spokesman said the road was open. The mayor's wife was upset. She said it was not.",
            "The mayor's wife",
        ),
    ],
)
def test_short_forms_find_the_name(text: str, name: str) -> None:
    found = statements_in(text)[-1]
    assert name.lower().removeprefix("the ") in (found.speaker_name or "").lower()


@pytest.mark.parametrize(
    ("text", "is_official"),
    [
        ("The Attorney General said two people died.", True),
        ("The National Human Rights Commission said two people died.", True),
        ("The International Organization for Migration said two people died.", True),
        ("The kidnappers said two people died.", True),
        ("The minister for women and families said two people died.", True),
        ("A delegate of Libya said two people died.", True),
        ("Humanitarian Coordinator Mina Oud said two people died.", True),
        ("A source close to the government said two people died.", False),
        ("The bus drivers' union said two people died.", False),
        ("A citizens' group said two people died.", False),
        ("An aid agency said two people died.", False),
        ("A nun running the ministry's clinic said two people died.", False),
    ],
)
def test_who_else_is_official(text: str, *, is_official: bool) -> None:
    assert statements_in(text)[0].is_official is is_official


def test_another_official_shares_the_body() -> None:
    text = "Two American officials said the base was hit. A third official said it was empty."
    assert statements_in(text)[-1].organisation_actor_id == "USA"


def test_an_envoy_against_a_group_is_not_the_groups() -> None:
    [found] = statements_in(
        "Rosa Diaz, envoy to the coalition against Hezbollah, said the road was open."
    )
    assert found.organisation_actor_id != "HEZBOLLAH"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            "Two villages near Sfax in Tunisia burned. A senior official said arson was likely.",
            "TUN_GOV",
        ),
        (
            "Three mayors met in Maradi in Niger. Local councils said 40 families had fled.",
            "NER_PROV",
        ),
        (
            "Trucks reached Tawila in Sudan. The refugee agency said 3,000 people had arrived.",
            "UNHCR",
        ),
    ],
)
def test_offices_of_the_state_that_the_places_lie_in(text: str, body: str) -> None:
    found = statements_in(text)[-1]
    assert found.organisation_actor_id == body
    assert found.is_official


def test_one_official_source_among_several_is_official() -> None:
    [found] = statements_in(
        "Three security sources and a local trader in Maiduguri said that the road was cut."
    )
    assert found.is_official


def test_the_spokesman_of_a_release_speaks_for_its_author() -> None:
    text = (
        "ARMED FORCES OF BENIN \u2013 PRESS RELEASE\n\nA patrol struck a mine on Friday.\n\n"
        "The spokesman, Colonel Idris Adjovi, asks families to wait."
    )
    assert statements_in(text)[-1].organisation_actor_id == "BEN_MIL"


def test_a_surname_is_whoever_spoke_under_it() -> None:
    text = (
        "The head of the Kaduna police, Musa Abdu, said that two men were held. "
        "Abdu denied that anybody was beaten."
    )
    first, last = statements_in(text)
    assert last.is_official == first.is_official
    assert last.organisation_actor_id == first.organisation_actor_id


def test_a_surname_has_the_office_with_which_it_was_introduced() -> None:
    text = "Vice Minister Ada Lind met the envoy on Friday. Mrs. Lind denied that troops had moved."
    assert statements_in(text)[-1].is_official


def test_the_minister_of_a_headline_is_the_one_named_below() -> None:
    text = (
        "Budget is sound, says minister\n\n"
        "Finance Minister Asad Rind said in Islamabad, Pakistan, on Friday that the budget was sound."
    )
    assert [s.speaker_name for s in statements_in(text)] == ["Asad Rind", "Asad Rind"]


def test_port_sudan_speaks_for_the_government_of_sudan() -> None:
    text = "Sudan's war goes on. Port Sudan said on Friday that 12 soldiers had died."
    assert statements_in(text)[-1].organisation_actor_id == "SDN"


@pytest.mark.parametrize("source", ["The US", "The US-led coalition"])
def test_us_in_capitals_is_no_pronoun(source: str) -> None:
    [found] = statements_in(f"{source} said on Friday that two bases near Raqqa had closed.")
    assert found.source_form != "pronoun"
    assert found.is_official


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("The Kremlin said it had nothing to add.", "RUS_PRES"),
        ("The Pentagon said two drones were lost.", "USA_MOD"),
        ("The attack shook Manila. The palace said the president was safe.", "PHL_PRES"),
        ("New Delhi called the charge baseless.", "IND"),
        ("Niger's military rulers accused the envoy of lying.", "NER"),
        (
            "Fighting went on in Tripoli, Libya. The U.N. mission called for a truce in Zawiya.",
            "UNSMIL",
        ),
        ("MINUSCA lost two men near Bria. The head of the mission demanded an inquiry.", "MINUSCA"),
        ("Shells fell on Idlib and Aleppo. The regime said that it hit terrorists.", "SYR"),
        (
            "A mine blew up near Bria, in the Central African Republic. The court ruled it murder.",
            None,
        ),
        ("Two were shot in Beirut. One councillor said that nobody slept.", "LBN_PROV"),
    ],
)
def test_bodies_that_a_short_form_stands_for(text: str, body: str | None) -> None:
    found = statements_in(text)[-1]
    assert found.organisation_actor_id == body or (body is None and found.organisation_actor_id)


def test_the_governor_is_the_one_named_further_down() -> None:
    first, *_ = statements_in(
        "A bridge in Maiduguri, Nigeria, was blown up, the governor said. Governor Audu Bello said the road was shut."
    )
    assert first.speaker_name == "Audu Bello"


def test_a_titled_name_is_the_office_that_spoke_before() -> None:
    found = statements_in(
        "MANILA - The defence secretary said the drones had been bought. Secretary Ramon Dizon said he had signed."
    )
    assert found[1].organisation_actor_id == "PHL_MOD"


def test_whom_a_clause_introduces_says_what_follows_the_colon() -> None:
    found = statements_in(
        "The army said it was calm.\n\nThe lonko Segundo Queupil was quick to speak for his people: \u201cWe were all "
        "baptised in that church. Nobody here has slept for a week.\u201d"
    )
    assert "Queupil" in (found[-1].speaker_name or "")


def test_a_family_name_may_come_first() -> None:
    found = statements_in(
        "Vice Minister Bae Sung-ryul said the talks went well. Bae said that he would return."
    )
    assert found[-1].speaker_name == "Bae Sung-ryul"

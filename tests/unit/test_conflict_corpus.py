"""The conflict corpus: its format and checks on small texts of our own, and the shipped files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from extract.training.conflict_corpus import (
    ConflictArticle,
    ConflictSentence,
    CorpusError,
    Part,
    agreement,
    check,
    counts,
    find_part,
    problems,
    read_article,
    read_articles,
)
from extract.training.trees import Correction, correct, draft, read_corrections
from extract.training.words import ROOT

HEADER = """\
# newdoc id = ken-oldoret-01
# split = train
# register = wire
# country = KEN
"""
TEXT = "Two herders were killed near Oldoret, police said."
LAYERS = """\
# entity = LOC | Oldoret
# casualty = killed | count: Two | victim: herders | harm: killed
# incident = armed_attack | actual | trigger: killed | place: Oldoret | target: herders
# attribution = indirect | source: police | cue: said | content: Two herders were killed near Oldoret,
"""
TREE = (
    "Two/2/nummod herders/4/nsubj:pass were/4/aux:pass killed/9/ccomp near/6/case Oldoret/4/obl ,/4/punct "
    "police/9/nsubj said/0/root ./9/punct"
)
BARE = "They fled."
BARE_TREE = "They/2/nsubj fled/0/root ./2/punct"


def rows(text: str, tree: str) -> str:
    """Return the token rows of a tree written "form/head/relation", spaced as in the text."""
    lines, at = [], 0
    for number, item in enumerate(tree.split(), start=1):
        form, head, relation = item.split("/")
        at = text.index(form, at) + len(form)
        misc = "SpaceAfter=No" if at < len(text) and text[at] != " " else "_"
        lines.append(
            "\t".join((str(number), form, form.lower(), "X", "_", "_", head, relation, "_", misc))
        )
    return "\n".join(lines)


def block(text: str, layers: str = "", tree: str = "", *, number: int = 1) -> str:
    comments = f"# newpar\n# sent_id = ken-oldoret-01-{number}\n# text = {text}\n{layers}"
    return f"{comments}{rows(text, tree)}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ken-oldoret-01.conllu"


@pytest.fixture
def article(path: Path) -> ConflictArticle:
    first = block(TEXT, LAYERS, TREE)
    path.write_text(HEADER + first + "\n" + block(BARE, tree=BARE_TREE, number=2), encoding="utf-8")
    return read_article(path)


def read_one(path: Path, text: str, layers: str = "", tree: str = "") -> ConflictArticle:
    path.write_text(HEADER + block(text, layers, tree), encoding="utf-8")
    return read_article(path)


def changed(article: ConflictArticle, **changes: object) -> ConflictArticle:
    """Return the article with changes to its first sentence."""
    first, *others = article.sentences
    return replace(article, sentences=(replace(first, **changes), *others))  # type: ignore[arg-type]


def with_heads(sentence: ConflictSentence, **heads: int) -> ConflictSentence:
    """Return the sentence with other heads for the words named."""
    words = tuple(replace(word, head=heads.get(word.form, word.head)) for word in sentence.words)
    return replace(sentence, words=words)


# --- spans


@pytest.mark.parametrize(
    ("wanted", "start"),
    [("mine", 13), ("mine@2", 29), ("mine @3", 38), ("mine-", 29), ("miners@1", 0)],
)
def test_parts_are_whole_words_counted_from_the_left(wanted: str, start: int) -> None:
    text = "miners hit a mine, not under mine-new mine."
    part = find_part(text, wanted, "weapon")
    assert (part.char_start, part.role) == (start, "weapon")
    assert text[part.char_start : part.char_end] == wanted.split("@")[0].strip()


@pytest.mark.parametrize("wanted", ["min", "ine", "mine@4", "Mine", "", "@2"])
def test_words_that_do_not_occur_that_often_are_an_error(wanted: str) -> None:
    with pytest.raises(ValueError, match=r"^weapon: "):
        find_part("miners hit a mine, not under mine-new mine.", wanted, "weapon")


def test_marks_are_found_as_they_stand() -> None:
    assert find_part("It cost $5 (about €4).", "$5", "count") == Part(8, 10, "count")
    assert find_part('"Stop," he said.', '"Stop,"', "content") == Part(0, 7, "content")


# --- reading


def test_an_article_is_read_with_all_its_layers(article: ConflictArticle) -> None:
    assert (article.article_id, article.split, article.register, article.country) == (
        "ken-oldoret-01", "train", "wire", "KEN",
    )  # fmt: skip
    sentence = article.sentences[0]
    assert sentence.starts_paragraph
    assert [TEXT[p.char_start : p.char_end] for p in sentence.entities] == ["Oldoret"]
    casualty, incident, attribution = sentence.frames
    # What a casualty does not say is actual; an attribution has no realis.
    assert (casualty.kind, casualty.realis) == ("killed", "actual")
    assert (incident.kind, incident.realis) == ("armed_attack", "actual")
    assert (attribution.kind, attribution.realis) == ("indirect", "")
    assert casualty.of("harm") == (Part(17, 23, "harm"),)
    assert casualty.of("place") == ()
    assert sentence.words[3].head == 8


def test_realis_and_repeated_parts_are_read(path: Path) -> None:
    layers = "# incident = ceasefire | demanded | trigger: truce | place: Ora | place: Belt\n"
    (sentence,) = read_one(path, "A truce in Ora and Belt was urged.", layers).sentences
    assert sentence.frames[0].realis == "demanded"
    assert len(sentence.frames[0].of("place")) == 2
    assert sentence.words == ()


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("# casualty = slain | harm: killed", "'slain' is none of killed"),
        ("# incident = picnic | actual | trigger: killed", "'picnic' is none of"),
        ("# incident = armed_attack | trigger: killed", "the second field is none of actual"),
        ("# incident = armed_attack | background | trigger: killed", "the second field is none of"),
        ("# attribution = rumour | source: police", "'rumour' is none of direct"),
        ("# attribution = indirect | speaker: police", "does not begin with one of source"),
        ("# casualty = killed | killed", "does not begin with one of count"),
        ("# casualty = killed | harm: shot", "harm: 'shot' occurs 0 times"),
        ("# casualty = killed | harm: kill", "harm: 'kill' occurs 0 times"),
        ("# entity = CITY | Oldoret", "entity label 'CITY' is none of"),
        ("# entity = LOC | Nairobi", "LOC: 'Nairobi' occurs 0 times"),
        ("# weather = rain", "unknown comment 'weather'"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_file_and_sentence(
    path: Path, layer: str, message: str
) -> None:
    with pytest.raises(
        CorpusError, match=r"^ken-oldoret-01.conllu: ken-oldoret-01-1: .*" + message
    ):
        read_one(path, TEXT, layer + "\n")


def test_a_block_without_text_is_an_error(path: Path) -> None:
    path.write_text(HEADER + "# sent_id = ken-oldoret-01-1\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="without '# text'"):
        read_article(path)


def test_one_split_of_a_folder_can_be_read(article: ConflictArticle, path: Path) -> None:
    test = path.read_text(encoding="utf-8").replace("split = train", "split = test")
    path.with_name("a.conllu").write_text(test, encoding="utf-8")
    assert [a.split for a in read_articles(path.parent)] == ["test", "train"]
    assert read_articles(path.parent, split="train") == [article]


# --- checks


def test_a_right_article_has_no_problem(article: ConflictArticle) -> None:
    assert list(problems(article)) == []


def test_an_article_needs_a_known_split_register_and_country(article: ConflictArticle) -> None:
    wrong = replace(article, split="dev", register="blog", country="Kenya")
    assert [problem.split()[0] for problem in problems(wrong)] == ["split", "register", "country"]


def test_sentence_ids_are_of_the_article_and_differ(article: ConflictArticle) -> None:
    first, second = article.sentences
    twice = replace(article, sentences=(first, replace(second, sent_id=first.sent_id)))
    foreign = replace(article, sentences=(first, replace(second, sent_id="ken-nakuru-01-2")))
    for wrong in (twice, foreign):
        (problem,) = problems(wrong)
        assert "sent_id missing, repeated or not of ken-oldoret-01" in problem


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("casualty = killed | victim: herders", "casualty: exactly one harm is needed"),
        ("casualty = killed | harm: killed | harm: said", "casualty: exactly one harm is needed"),
        ("casualty = killed | harm: killed | victim: herders | victim: police", "one victim at most"),
        ("incident = armed_attack | actual | place: Oldoret", "exactly one trigger is needed"),
        ("attribution = indirect | source: police | source: herders | cue: said", "one source and one cue"),
        ("attribution = indirect", "some part"),
        ("attribution = indirect | source: police | cue: said", "no content, but not implicit"),
        ("casualty = killed | harm: killed | victim: , police", "does not begin with a word"),
        ("casualty = killed | harm: killed | victim: Oldoret,", "does not end with a word"),
    ],
)  # fmt: skip
def test_frames_that_break_the_guide_are_told(path: Path, layer: str, message: str) -> None:
    (problem,) = problems(read_one(path, TEXT, f"# {layer}\n", TREE))
    assert problem.startswith("ken-oldoret-01-1: ")
    assert message in problem


def test_implicit_attributions_and_marks_around_contents_are_allowed(path: Path) -> None:
    layers = (
        "# attribution = implicit | source: police\n"
        "# attribution = indirect | content: Two herders were killed near Oldoret,\n"
    )
    assert list(problems(read_one(path, TEXT, layers, TREE))) == []


def test_entities_have_no_article_and_do_not_overlap(path: Path) -> None:
    layers = "# entity = ORG | the Red Crescent\n# entity = NORP | Crescent\n"
    tree = "It/2/nsubj met/0/root the/5/det Red/5/compound Crescent/2/obj ./2/punct"
    article = read_one(path, "It met the Red Crescent.", layers, tree)
    assert list(problems(article)) == [
        "ken-oldoret-01-1: entity 'the Red Crescent' begins with an article",
        "ken-oldoret-01-1: entity 'Crescent' overlaps another",
    ]


def test_a_part_that_cuts_a_word_is_told_where_there_is_a_tree(path: Path) -> None:
    text, layers = "Pro-Ora units left.", "# entity = LOC | Ora\n"
    tree = "Pro-Ora/2/amod units/3/nsubj left/0/root ./3/punct"
    (problem,) = problems(read_one(path, text, layers, tree))
    assert problem.endswith("LOC 'Ora' cuts a word")
    assert list(problems(read_one(path, text, layers))) == []


@pytest.mark.parametrize(
    ("tree", "messages"),
    [
        ("They/2/nsubj fled/1/root ./2/punct", [
            "0 roots", "1 'They' hangs in a circle", "2 'fled' hangs in a circle", "root and head 0 go together",
            "3 '.' hangs in a circle",
        ]),
        ("They/0/root fled/0/root ./2/punct", ["2 roots"]),
        ("They/1/nsubj fled/0/root ./2/punct", ["1 'They' hangs in a circle"]),
        ("They/2/root fled/0/root ./2/punct", ["1 'They': relation root and head 0 go together"]),
        ("They/2/nsubj fled/0/parataxis ./2/punct", ["1 roots", "root and head 0 go together"]),
        ("They/2/NSUBJ fled/0/root ./2/punct", ["1 'They': relation 'NSUBJ'"]),
        ("They/2/nsubj fled/0/root ./9/punct", ["3 '.' hangs in a circle or outside the sentence"]),
        ("They/2/nsubj fled/0/root", ["the words make 'They fled', not 'They fled.'"]),
    ],
)  # fmt: skip
def test_trees_have_one_root_and_no_circle(path: Path, tree: str, messages: list[str]) -> None:
    found = list(problems(read_one(path, BARE, tree=tree)))
    assert len(found) == len(messages)
    for problem, message in zip(found, messages, strict=True):
        assert message in problem


def test_check_names_the_file_of_problems_and_of_errors(
    article: ConflictArticle, path: Path
) -> None:
    text = path.read_text(encoding="utf-8")
    path.with_name("a.conllu").write_text(text.replace("split = train", "split = dev"), "utf-8")
    path.with_name("b.conllu").write_text(text.replace("harm: killed", "harm: shot"), "utf-8")
    found = list(check(path.parent))
    assert [problem.split(":")[0] for problem in found] == ["a.conllu", "b.conllu"]
    assert list(check(path.parent, prefix="ken-")) == []


def test_counts(article: ConflictArticle) -> None:
    assert counts([article]) == {
        "articles": 1, "sentences": 2, "words": 10, "entities": 1,
        "casualty lines": 1, "incident lines": 1, "attribution lines": 1,
    }  # fmt: skip


# --- agreement


def test_a_reading_agrees_with_itself(article: ConflictArticle) -> None:
    scores = agreement([article], [article])
    assert {"entities", "casualty parts", "incident place", "attribution cue"} <= set(scores)
    assert {"harm type", "incident type", "incident realis", "quote type"} <= set(scores)
    assert set(scores.values()) == {100.0}


def test_differences_cost_what_they_concern(article: ConflictArticle) -> None:
    casualty, incident, attribution = article.sentences[0].frames
    other = changed(
        article,
        entities=(Part(29, 36, "ORG"),),
        frames=(
            replace(casualty, kind="wounded", parts=casualty.parts[1:]),  # without the count
            replace(incident, realis="negated"),
            replace(attribution, parts=attribution.parts[:1]),  # without the anchor
        ),
    )
    for scores in (agreement([article], [other]), agreement([other], [article])):
        assert scores["entities"] == 0
        assert scores["casualty count"] == 0
        assert scores["casualty harm"] == 100
        assert scores["casualty parts"] == pytest.approx(100 * 2 * 2 / (3 + 2))
        assert scores["incident parts"] == 100
        assert scores["attribution parts"] == pytest.approx(100 * 2 * 1 / (3 + 1))
        assert (scores["harm type"], scores["incident type"]) == (0, 100)
        assert (scores["incident realis"], scores["quote type"]) == (0, 0)


def test_only_sentences_of_both_readings_are_compared(article: ConflictArticle) -> None:
    first = replace(article, sentences=article.sentences[:1])
    assert agreement([article], [first]) == agreement([first], [first])
    scores = agreement([article], [replace(article, sentences=article.sentences[1:])])
    assert "entities" not in scores
    assert set(scores.values()) == {0.0}


# --- corrections and drafts


def test_corrections_are_read() -> None:
    lines = ["# a comment", "", "x-1 3 head=0 dep=root\n", "  x-2  12  lemma=be upos=AUX feats=_ "]
    assert list(read_corrections(lines)) == [
        Correction("x-1", 3, {"head": "0", "dep": "root"}),
        Correction("x-2", 12, {"lemma": "be", "upos": "AUX", "feats": "_"}),
    ]


@pytest.mark.parametrize(
    "line", ["x-1 three head=0", "x-1 3", "x-1 3 form=Two", "x-1 3 head=", "x-1 3 head"]
)
def test_another_line_is_no_correction(line: str) -> None:
    with pytest.raises(CorpusError, match="not a correction"):
        list(read_corrections([line]))


def test_corrections_change_the_words_they_name_and_nothing_else(
    article: ConflictArticle, path: Path
) -> None:
    before = path.read_text(encoding="utf-8").splitlines()
    wanted = read_corrections(
        ["ken-oldoret-01-1 5 head=4 dep=mark", "ken-oldoret-01-2 1 upos=PRON xpos=PRP", "tza-1 1 head=2"]
    )  # fmt: skip
    assert correct(path, wanted) == 2
    after = path.read_text(encoding="utf-8").splitlines()
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 2
    first, second = read_article(path).sentences
    assert (first.words[4].head, first.words[4].dep) == (3, "mark")
    assert (second.words[0].upos, second.words[0].xpos, second.words[0].head) == ("PRON", "PRP", 1)


def test_a_correction_of_no_word_leaves_the_file_alone(
    article: ConflictArticle, path: Path
) -> None:
    with pytest.raises(CorpusError, match="ken-oldoret-01-2 has no word 4"):
        correct(
            path,
            [
                Correction("ken-oldoret-01-1", 1, {"dep": "det"}),
                Correction("ken-oldoret-01-2", 4, {"dep": "det"}),
            ],
        )
    assert read_article(path) == article


class FlatReader:
    """A stand-in for the pipeline, to which every word depends on the first; it remembers its texts."""

    def __init__(self) -> None:
        self.make_doc = spacy.blank("en").make_doc
        self.texts: list[str] = []

    def __call__(self, doc: Doc) -> Doc:
        assert [token.is_sent_start for token in doc] == [True, *[False] * (len(doc) - 1)]
        self.texts.append(doc.text)
        return Doc(
            doc.vocab,
            words=[token.text for token in doc],
            spaces=[bool(token.whitespace_) for token in doc],
            heads=[0] * len(doc),
            deps=["ROOT", *["obj"] * (len(doc) - 1)],
            pos=["VERB", *[""] * (len(doc) - 1)],
            morphs=["VerbForm=Fin", *[""] * (len(doc) - 1)],
        )


def test_drafts_are_given_to_sentences_without_a_tree_only(path: Path) -> None:
    text = "Shelled again (twice), Ora burns."
    first = block(TEXT, LAYERS, TREE)
    path.write_text(f"{HEADER}{first}\n{block(text, number=2)}", encoding="utf-8")
    before = read_article(path)
    reader = FlatReader()
    assert draft(path, reader) == 1  # type: ignore[arg-type]
    assert reader.texts == [text]
    after = read_article(path)
    assert list(problems(after)) == []
    assert after.sentences[0] == before.sentences[0]
    words = after.sentences[1].words
    assert [word.form for word in words] == [
        "Shelled",
        "again",
        "(",
        "twice",
        ")",
        ",",
        "Ora",
        "burns",
        ".",
    ]
    assert (words[0].upos, words[0].feats, words[1].upos) == ("VERB", "VerbForm=Fin", "X")
    assert [word.head for word in words] == [ROOT, *[0] * 8]
    written = path.read_text(encoding="utf-8")
    assert draft(path, reader) == 0  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == written


# --- the shipped corpus


@pytest.fixture(scope="module")
def shipped() -> list[ConflictArticle]:
    return read_articles()


def test_the_shipped_corpus_keeps_the_guide() -> None:
    assert list(check()) == []


def test_the_shipped_corpus_is_large_enough_and_has_trees(shipped: list[ConflictArticle]) -> None:
    sentences = [sentence for article in shipped for sentence in article.sentences]
    assert sum(bool(sentence.words) for sentence in sentences) >= 1200
    for article in shipped:
        have_trees = {bool(sentence.words) for sentence in article.sentences}
        assert len(have_trees) == 1, f"{article.article_id}: trees for some sentences only"
        assert have_trees == {True} or article.split == "train"
    assert len({sentence.sent_id for sentence in sentences}) == len(sentences)


def test_a_tenth_to_a_quarter_of_the_articles_with_trees_test(
    shipped: list[ConflictArticle],
) -> None:
    parsed = [article for article in shipped if article.sentences[0].words]
    share = sum(article.split == "test" for article in parsed) / len(parsed)
    assert 0.10 <= share <= 0.25

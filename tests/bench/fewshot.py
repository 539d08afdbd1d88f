"""Topics from few examples: our classifier beside a SetFit-like one on the same texts.

`python tests/bench/fewshot.py --data DATA`. The yardstick tunes an encoder on pairs of examples (squared
error of the cosine against 1 for one topic, 0 for two) and puts a logistic regression on its vectors, as
Tunstall et al. (2022) do. The topics are silver: a wire article belongs to the topic whose words its body
holds three times or more, and at least twice as often as any other topic's; what is classified is the title.
No labelled item is among them, but the encoder read some of the same week's news in training. `--task
sections` sorts a broadcaster's English headlines into the sections that its editors chose instead.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import BertConfig, BertModel

from nlp.fewshot import FewShotClassifier
from nlp.scoring.engine import read_manifest
from nlp.text import readable
from nlp.training.manifest import WEIGHTS
from nlp.training.network import TagNetwork, load_base
from nlp.training.save import load_weights
from nlp.training.train import base_folder

ROOT = Path(__file__).parent.parent.parent
_TOPICS = {
    "analyst_views": r"price target|upgrade|downgrade|overweight|outperform",
    "central_banks": r"\bfed\b|powell|fomc|\becb\b|\brba\b|\brbi\b|central bank",
    "results": r"earnings|\bq[1-4]\b|quarterly|\beps\b",
    "metals": r"\bgold\b|copper|silver|\bsteel\b|aluminum|iron ore",
    "oil_gas": r"\boil\b|crude|opec|natural gas|\blng\b",
    "currencies": r"\byen\b|\beuro\b|rupee|sterling|forex|dollar index",
    "payouts": r"dividend|buyback|repurchase",
    "deals": r"acquisition|merger|takeover",
    "lawsuits": r"lawsuit|\bsued\b|court|class action",
    "politics": r"senate|congress|republican|democrat|white house",
    "managers": r"appoint|chief executive|resign|steps down",
    "crypto": r"bitcoin|crypto|ethereum|blockchain",
    "aviation": r"airline|boeing|airbus|flight|aircraft",
    "drugs": r"\bfda\b|drug|clinical trial|vaccine|therap",
    "cars": r"tesla|\bevs?\b|automaker|toyota|nissan",
    "bonds": r"treasury|treasuries|\byields?\b|\bbonds?\b",
    "retail": r"retailer|restaurant|mcdonald|walmart|shoppers",
    "homes": r"housing|mortgage|real estate|homebuilder",
}
_N_TEST = 60
_MIN_HITS = 3
_READ_CHARS = 1500
_MIN_TITLE = 25

Texts = list[str]
Predictor = Callable[[Texts, Texts, Texts], Texts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Texts to learn from and to be tried on, with their topics."""

    texts: Texts
    topics: Texts
    trial_texts: Texts
    trial_topics: Texts


def main() -> None:
    """Print the table: macro-F1, mean and standard deviation over seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--task", choices=("titles", "sections"), default="titles")
    parser.add_argument("--topics", type=int, default=len(_TOPICS), help="how many topics")
    parser.add_argument("--shots", default="8,16,64", help="examples a topic")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=20, help="pairs an example, of the yardstick")
    parser.add_argument("--yardsticks", default="shipped,base", help="encoders: shipped, base, or none")
    arguments = parser.parse_args()
    pools = {"titles": _read_pool, "sections": _read_sections}
    pool = pools[arguments.task](arguments.data, arguments.topics)
    print("titles by topic:", {topic: len(texts) for topic, texts in pool.items()}, flush=True)
    ours = FewShotClassifier()
    ways: dict[str, Predictor] = {
        "ours": lambda *parts: [str(x) for x in ours.fit(*parts[:2]).predict(parts[2])]
    }
    for name in arguments.yardsticks.split(","):
        if name in {"shipped", "base"}:
            ways[f"setfit-like, {name}"] = _yardstick(name, arguments.pairs)
    print("| examples a topic | way | macro-F1 | sd | seconds |\n|--:|---|--:|--:|--:|", flush=True)
    for shots in map(int, arguments.shots.split(",")):
        for name, way in ways.items():
            start = time.perf_counter()
            scores = [_try(way, _draw(pool, shots, seed)) for seed in range(arguments.seeds)]
            seconds = (time.perf_counter() - start) / arguments.seeds
            print(
                f"| {shots} | {name} | {np.mean(scores):.3f} | {np.std(scores):.3f} | {seconds:.0f} |",
                flush=True,
            )


def _read_pool(data: Path, n_topics: int) -> dict[str, Texts]:
    """Return each topic's titles, in an order of chance that is always the same."""
    seen = _read_labelled(data, "en_wire")
    pool = defaultdict(list)
    with gzip.open(data / "news" / "wire_2025-02-07_12.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            title = row["title"].strip()
            if row["language"] == "en" and len(title) >= _MIN_TITLE and title not in seen:
                seen.add(title)
                topic = _topic_of(readable(row.get("body") or "")[:_READ_CHARS])
                if topic:
                    pool[topic].append(title)
    return _shuffle(pool, n_topics)


def _read_sections(data: Path, n_topics: int) -> dict[str, Texts]:
    """Return the headlines of each section, of those that stand in one alone."""
    seen = _read_labelled(data, "en_hk")
    pool = defaultdict(list)
    with gzip.open(data / "news" / "rthk_2024.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            sections = set(row.get("sections") or ()) - {"all"}
            title = row["title"].strip()
            if row["language"] == "en" and len(sections) == 1 and title not in seen:
                seen.add(title)
                pool[sections.pop()].append(title)
    return _shuffle(pool, n_topics)


def _read_labelled(data: Path, name: str) -> set[str]:
    lines = (data / "labelled" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return {json.loads(line)["title"] for line in lines}


def _shuffle(pool: dict[str, Texts], n_topics: int) -> dict[str, Texts]:
    chance = random.Random(20250211)
    for titles in pool.values():
        chance.shuffle(titles)
    return {topic: pool[topic] for topic in sorted(pool, key=lambda t: -len(pool[t]))[:n_topics]}


def _topic_of(body: str) -> str | None:
    hits = {topic: len(re.findall(words, body, re.IGNORECASE)) for topic, words in _TOPICS.items()}
    first, second = sorted(hits, key=lambda topic: -hits[topic])[:2]
    return first if hits[first] >= _MIN_HITS and hits[second] * 2 <= hits[first] else None


def _draw(pool: dict[str, Texts], shots: int, seed: int) -> Task:
    chance = random.Random(seed)
    parts: tuple[Texts, Texts, Texts, Texts] = ([], [], [], [])
    for topic, titles in pool.items():
        drawn = chance.sample(titles, len(titles))
        n_learn = min(shots, len(titles) // 2)
        trial = drawn[n_learn : n_learn + _N_TEST]
        for part, more in zip(
            parts, (drawn[:n_learn], [topic] * n_learn, trial, [topic] * len(trial)), strict=True
        ):
            part.extend(more)
    return Task(texts=parts[0], topics=parts[1], trial_texts=parts[2], trial_topics=parts[3])


def _try(way: Predictor, task: Task) -> float:
    found = way(task.texts, task.topics, task.trial_texts)
    scores = []
    for topic in sorted(set(task.topics)):
        pairs = [(a == topic, b == topic) for a, b in zip(found, task.trial_topics, strict=True)]
        hits = sum(a and b for a, b in pairs)
        scores.append(2 * hits / max(1, sum(a + b for a, b in pairs)))
    return float(np.mean(scores))


def _yardstick(name: str, n_pairs: int) -> Predictor:
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(96)
    tokenizer.enable_padding()

    def predict(texts: Texts, topics: Texts, trial: Texts) -> Texts:
        torch.manual_seed(7)
        encoder = _load(name)
        _tune(encoder, tokenizer, texts, topics, n_pairs)
        head = LogisticRegression(max_iter=500).fit(_embed_all(encoder, tokenizer, texts), topics)
        return [str(topic) for topic in head.predict(_embed_all(encoder, tokenizer, trial))]

    return predict


def _load(name: str) -> BertModel:
    if name == "base":
        layers = BertConfig.from_pretrained(base_folder()).num_hidden_layers
        return load_base(base_folder(), n_layers=layers)
    folder = ROOT / "models" / "english"
    shape = read_manifest(folder).shape
    network = TagNetwork(load_base(base_folder(), n_layers=shape.n_layers if shape else 0))
    return load_weights(network, folder / WEIGHTS).encoder


def _tune(encoder: BertModel, tokenizer: Tokenizer, texts: Texts, topics: Texts, n_pairs: int) -> None:
    """Draw a topic's examples together and push others' apart: one epoch over the pairs."""
    pairs = _make_pairs(topics, n_pairs)
    optimizer = torch.optim.AdamW(encoder.parameters(), lr=2e-5)
    encoder.train()
    for start in range(0, len(pairs), 16):
        chosen = pairs[start : start + 16]
        first = _embed(encoder, tokenizer, [texts[a] for a, _, _ in chosen])
        second = _embed(encoder, tokenizer, [texts[b] for _, b, _ in chosen])
        wanted = torch.tensor([same for _, _, same in chosen])
        loss = functional.mse_loss(functional.cosine_similarity(first, second), wanted)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        optimizer.step()
        optimizer.zero_grad()
    encoder.train(mode=False)


def _make_pairs(topics: Sequence[str], n_pairs: int) -> list[tuple[int, int, float]]:
    chance = random.Random(11)
    pairs = []
    for one, topic in enumerate(topics):
        same = [i for i, other in enumerate(topics) if other == topic and i != one]
        others = [i for i, other in enumerate(topics) if other != topic]
        for _ in range(n_pairs // 2):
            pairs += [(one, chance.choice(same), 1.0), (one, chance.choice(others), 0.0)]
    chance.shuffle(pairs)
    return pairs


def _embed(encoder: BertModel, tokenizer: Tokenizer, texts: Texts) -> Tensor:
    encoded = tokenizer.encode_batch(texts)
    mask = torch.tensor([one.attention_mask for one in encoded])
    hidden = encoder(
        input_ids=torch.tensor([one.ids for one in encoded]), attention_mask=mask
    ).last_hidden_state
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    pooled: Tensor = (hidden * weights).sum(1) / weights.sum(1)
    return functional.normalize(pooled, dim=1)


@torch.inference_mode()
def _embed_all(encoder: BertModel, tokenizer: Tokenizer, texts: Texts) -> np.ndarray:
    parts = [_embed(encoder, tokenizer, texts[start : start + 32]) for start in range(0, len(texts), 32)]
    return torch.cat(parts).numpy()


if __name__ == "__main__":
    main()

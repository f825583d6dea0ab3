"""How fast predictions are scored, beside a straightforward loop of each official rule.

    python benchmarks/scoring.py [--size 1000000] [--kinds tagging,…] [--decode] [--data DATA]

Predictions are invented from a seed. For each kind the loop that a reader of the rule would write first (one example
after the other, every text normalised for every pair) stands beside the metric of xstilts, in the same process, and
both must give the same score. Times are the processor's, the better of two takes. Memory is the peak of what each
allocates, by tracemalloc, on at most 20,000 predictions. ``--decode`` times what comes before scores of answers: from
the windows' logits to the answers of XQuAD's size, 1,190 questions in 12 languages, 384 tokens a window and 128 shared;
with DATA (a folder that holds ``targets/xquad``) on its questions, else on invented ones. Targets: no kind slower than
its loop, and 20 s for XQuAD.
"""

# ruff: noqa: S311 - invented predictions need no secret draws

from __future__ import annotations

import argparse
import json
import math
import os
import re
import string
import time
import tracemalloc
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NER = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
NLI = ("entailment", "neutral", "contradiction")
LANGUAGES = 12
QUESTIONS = 1190
MEASURED = 20_000
"""Predictions on which memory is measured."""


@dataclass(frozen=True)
class Contest:
    """One metric and the loop it is held against.

    Attributes:
        data: From a size to gold and predictions.
        loop: The straightforward way, on the scale the benchmark prints.
        metric: Kind, name and rule of ours.
        answers: The possible answers.
        language: Of the texts.
    """

    data: Callable[[int], tuple[list[Any], list[Any]]]
    loop: Callable[[Sequence[Any], Sequence[Any]], float]
    metric: tuple[str, str, str]
    answers: tuple[Any, ...] = ()
    language: str | None = None


# --- invented predictions ---------------------------------------------------------------------------------------------


def _labels(size: int) -> tuple[list[Any], list[Any]]:
    draw = Random(1)
    gold = draw.choices(NLI, k=size)
    return gold, [label if draw.random() < 0.8 else draw.choice(NLI) for label in gold]


def _choices(size: int) -> tuple[list[Any], list[Any]]:
    draw = Random(2)
    gold = draw.choices(range(4), k=size)
    return gold, [label if draw.random() < 0.6 else draw.randrange(4) for label in gold]


def _tags(size: int) -> tuple[list[Any], list[Any]]:
    """``size`` words in sentences of twenty."""
    draw = Random(3)
    gold = [draw.choices(NER, (12, 2, 2, 1, 2, 2, 1), k=20) for _ in range(math.ceil(size / 20))]
    return gold, [[tag if draw.random() < 0.9 else draw.choice(NER) for tag in tags] for tags in gold]


WORDS = (
    "the",
    "a",
    "North",
    "sea,",
    "of",
    "1912",
    "(old)",
    "Äpfel",
    "und",
    "city's",
    "river",
    "king.",
    "two",
    "million",
)


def _answers(size: int) -> tuple[list[Any], list[Any]]:
    """Three accepted answers a question, most of them equal, as annotators give them."""
    draw = Random(4)
    gold, said = [], []
    for number in range(size):
        words = [*draw.choices(WORDS, k=draw.randint(1, 4)), str(number)]
        answer = " ".join(words)
        gold.append([answer, answer, " ".join(words[1:])])
        said.append(answer if draw.random() < 0.6 else " ".join(draw.choices(WORDS, k=3)))
    return gold, said


def _chinese(size: int) -> tuple[list[Any], list[Any]]:
    draw = Random(5)
    signs = "北海的国王，1912年（旧）城市两百万条河流。"
    gold = [["".join(draw.choices(signs, k=draw.randint(2, 8))) + str(number)] for number in range(size)]
    return gold, [answers[0] if draw.random() < 0.6 else "".join(draw.choices(signs, k=4)) for answers in gold]


def _unanswerable(size: int) -> tuple[list[Any], list[Any]]:
    draw = Random(6)
    gold, said = _answers(size)
    gold = [answers if draw.random() < 0.5 else [] for answers in gold]
    return gold, [answer if draw.random() < 0.6 else "" for answer in said]


def _ranks(size: int) -> tuple[list[Any], list[Any]]:
    """Twenty candidates for each query, of which up to eleven are right, as in LAReQA."""
    draw = Random(7)
    pool = [f"candidate-{number}" for number in range(10_000)]
    gold, said = [], []
    for _ in range(size):
        ranked = draw.sample(pool, 20)
        gold.append([*draw.sample(ranked, 3), *draw.sample(pool, draw.randint(1, 8))])
        said.append(ranked)
    return gold, said


def _pairs(size: int) -> tuple[list[Any], list[Any]]:
    """A mined sentence for each of ``size`` queries; four in ten are gold, as much in BUCC as anywhere."""
    draw = Random(8)
    said = [[f"de-{number:09d}"] for number in range(size)]
    return [mined if draw.random() < 0.4 else [] for mined in said], said


# --- straightforward loops --------------------------------------------------------------------------------------------


def _accuracy_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    hits = 0
    for right, prediction in zip(gold, said, strict=True):
        if right == prediction:
            hits += 1
    return 100 * hits / len(gold)


def _macro_f1_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    found: Counter[Any] = Counter()
    wrong: Counter[Any] = Counter()
    missed: Counter[Any] = Counter()
    for right, prediction in zip(gold, said, strict=True):
        if right == prediction:
            found[right] += 1
        else:
            wrong[prediction] += 1
            missed[right] += 1
    labels = sorted({*gold, *said})
    return sum(200 * found[label] / (2 * found[label] + wrong[label] + missed[label]) for label in labels) / len(labels)


def _entities(sentences: Sequence[Sequence[str]]) -> list[tuple[str, int, int]]:
    """The chunks by the rule of seqeval 0.0.12, tag by tag, with all its cases."""
    flat = [tag for sentence in sentences for tag in [*sentence, "O"]]
    found, before, kind, first = [], "O", "", 0
    for place, tag in enumerate([*flat, "O"]):
        prefix, now = tag[0], tag.split("-")[-1]
        if _chunk_ends(before, prefix, kind, now):
            found.append((kind, first, place - 1))
        if _chunk_starts(before, prefix, kind, now):
            first = place
        before, kind = prefix, now
    return found


def _chunk_ends(before: str, prefix: str, kind: str, now: str) -> bool:
    ends = before in ("E", "S")
    if before in ("B", "I") and prefix in ("B", "S", "O"):
        ends = True
    if before not in ("O", ".") and kind != now:
        ends = True
    return ends


def _chunk_starts(before: str, prefix: str, kind: str, now: str) -> bool:
    starts = prefix in ("B", "S")
    if before in ("E", "S", "O") and prefix in ("E", "I"):
        starts = True
    if prefix not in ("O", ".") and kind != now:
        starts = True
    return starts


def _tagging_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    right, predicted = set(_entities(gold)), set(_entities(said))
    return 100 * 2 * len(right & predicted) / (len(right) + len(predicted))


def _words_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    hits = words = 0
    for right, predicted in zip(gold, said, strict=True):
        for tag, prediction in zip(right, predicted, strict=True):
            words += 1
            hits += tag == prediction
    return 100 * hits / words


def _normal(text: str) -> str:
    text = "".join(letter for letter in text.lower() if letter not in _ASCII)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


_ASCII = set(string.punctuation)


def _f1_of(right: list[str], said: list[str]) -> float:
    shared = sum((Counter(right) & Counter(said)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(said), shared / len(right)
    return 2 * precision * recall / (precision + recall)


def _squad_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    total = 0.0
    for answers, prediction in zip(gold, said, strict=True):
        total += max(_f1_of(_normal(answer).split(), _normal(prediction).split()) for answer in answers)
    return 100 * total / len(gold)


def _exact_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    total = 0
    for answers, prediction in zip(gold, said, strict=True):
        total += max(_normal(answer) == _normal(prediction) for answer in answers)
    return 100 * total / len(gold)


def _squad2_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    total = 0.0
    for answers, prediction in zip(gold, said, strict=True):
        best = 0.0
        for answer in [answer for answer in answers if _normal(answer)] or [""]:
            right, words = _normal(answer).split(), _normal(prediction).split()
            best = max(best, float(right == words) if not right or not words else _f1_of(right, words))
        total += best
    return 100 * total / len(gold)


def _mlqa_normal(text: str, articles: str) -> str:
    text = "".join(
        letter for letter in text.lower() if letter not in _ASCII and not unicodedata.category(letter).startswith("P")
    )
    return re.sub(rf"\b({articles})\b", " ", text) if articles else text


def _mlqa_en_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    total = 0.0
    for answers, prediction in zip(gold, said, strict=True):
        words = _mlqa_normal(prediction, "a|an|the").split()
        total += max(_f1_of(_mlqa_normal(answer, "a|an|the").split(), words) for answer in answers)
    return 100 * total / len(gold)


def _signs(text: str) -> list[str]:
    words, word = [], ""
    for letter in text:
        if "\u4e00" <= letter <= "\u9fa5":
            words += [word, letter]
            word = ""
        else:
            word += letter
    return [part for word in [*words, word] for part in word.split()]


def _mlqa_zh_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    total = 0.0
    for answers, prediction in zip(gold, said, strict=True):
        words = _signs(_mlqa_normal(prediction, ""))
        total += max(_f1_of(_signs(_mlqa_normal(answer, "")), words) for answer in answers)
    return 100 * total / len(gold)


def _map_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    total = 0.0
    for right, ranked in zip(gold, said, strict=True):
        hits, score = 0, 0.0
        for place, candidate in enumerate(ranked[:20]):
            if candidate in right and candidate not in ranked[:place]:
                hits += 1
                score += hits / (place + 1)
        total += score / min(len(set(right)), 20)
    return 100 * total / len(gold)


def _pairs_loop(gold: Sequence[Any], said: Sequence[Any]) -> float:
    right = {(number, candidate) for number, candidates in enumerate(gold) for candidate in candidates}
    mined = {(number, candidate) for number, candidates in enumerate(said) for candidate in candidates}
    both = len(right & mined)
    precision, recall = both / len(mined), both / len(right)
    return 100 * 2 * precision * recall / (precision + recall)


CONTESTS: dict[str, Contest] = {
    "classification accuracy": Contest(_labels, _accuracy_loop, ("classification", "accuracy", "")),
    "classification macro_f1": Contest(_labels, _macro_f1_loop, ("classification", "macro_f1", "")),
    "multiple_choice accuracy": Contest(_choices, _accuracy_loop, ("multiple_choice", "accuracy", "")),
    "tagging f1": Contest(_tags, _tagging_loop, ("tagging", "f1", "")),
    "tagging accuracy": Contest(_tags, _words_loop, ("tagging", "accuracy", "")),
    "span_qa f1": Contest(_answers, _squad_loop, ("span_qa", "f1", "")),
    "span_qa exact_match": Contest(_answers, _exact_loop, ("span_qa", "exact_match", "")),
    "span_qa squad2 f1": Contest(_unanswerable, _squad2_loop, ("span_qa", "f1", "squad2")),
    "span_qa mlqa f1 en": Contest(_answers, _mlqa_en_loop, ("span_qa", "f1", "mlqa"), language="en"),
    "span_qa mlqa f1 zh": Contest(_chinese, _mlqa_zh_loop, ("span_qa", "f1", "mlqa"), language="zh"),
    "retrieval map@20": Contest(_ranks, _map_loop, ("retrieval", "map@20", "")),
    "retrieval bucc f1": Contest(_pairs, _pairs_loop, ("retrieval", "f1", "bucc")),
}


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(contest: Contest, size: int) -> dict[str, Any]:
    """Seconds and peak memory (MB, on fewer predictions) of both ways, and the ratios of ours to the loop's."""
    from xstilts import metrics

    metric = metrics.get(*contest.metric)
    ways: dict[str, Callable[[Sequence[Any], Sequence[Any]], float]] = {
        "loop": contest.loop,
        "xstilts": lambda gold, said: metric(gold, said, contest.answers, contest.language),
    }
    gold, said = contest.data(size)
    times: dict[str, list[float]] = {name: [] for name in ways}
    scores = {}
    for name in [*ways, *reversed(ways)]:
        start = time.process_time()
        scores[name] = ways[name](gold, said)
        times[name].append(time.process_time() - start)
    if not math.isclose(scores["loop"], scores["xstilts"], rel_tol=1e-9):
        raise SystemExit(f"{contest.metric}: the loop scores {scores['loop']}, xstilts {scores['xstilts']}")
    gold, said = contest.data(min(size, MEASURED))
    memory = {name: _peak(way, gold, said) for name, way in ways.items()}
    return {
        "score": scores["xstilts"],
        **{f"{name}_seconds": min(times[name]) for name in ways},
        **{f"{name}_megabytes": memory[name] for name in ways},
        "time_ratio": min(times["xstilts"]) / min(times["loop"]),
        "memory_ratio": memory["xstilts"] / memory["loop"] if memory["loop"] else math.inf,
    }


def _peak(way: Callable[[Sequence[Any], Sequence[Any]], float], gold: list[Any], said: list[Any]) -> float:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    way(gold, said)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return max(peak, 1) / 1e6


def decode(data: Path | None) -> dict[str, Any]:
    """Seconds from random logits to the answers of XQuAD's questions in twelve languages, on this one core."""
    import numpy as np

    from xstilts.encoding import ENCODINGS, EncodingOptions

    encoding = ENCODINGS.get("span_qa")
    options = EncodingOptions(max_length=384, stride=128)
    seconds, windows = 0.0, 0
    draw = np.random.default_rng(9)
    sets = _xquad(data)
    tokenizer = _tokenizer([text for examples in sets for text in examples["context"][:200]])
    for examples in sets:
        features = encoding.encode(examples, tokenizer, options, ())
        outputs = [draw.normal(size=(2, length)).astype(np.float32) for length in features.lengths]
        windows += len(outputs)
        start = time.process_time()
        table = encoding.decode(examples, features, outputs, options, ())
        seconds += time.process_time() - start
        if len(table) != len(examples):
            raise SystemExit("answers got lost")
    return {"questions": sum(map(len, sets)), "windows": windows, "seconds": seconds, "invented": data is None}


def _xquad(data: Path | None) -> list[Any]:
    """The questions of each language; the samples lack one of XQuAD's languages, so the first stands in for it too."""
    from datasets import Dataset

    if data is not None:
        from xstilts.sources import Source, load
        from xstilts.tasks import TASKS

        entry = {"path": "targets/xquad/xquad.{language}.json.gz", "format": "squad_json"}
        codes = sorted(path.name.split(".")[1] for path in (data / "targets/xquad").glob("xquad.*.json.gz"))
        source = Source("files", data, {"xquad": {" ".join(codes): {"test": entry}}})
        found = [load(TASKS.get("xquad"), code, "test", source).dataset for code in codes]
        return [*found, *found[: LANGUAGES - len(found)]]
    return [Dataset.from_list(list(_paragraphs(Random(10 + number)))) for number in range(LANGUAGES)]


def _paragraphs(draw: Random) -> Any:
    """As many questions as XQuAD has, five to a paragraph of about 140 words."""
    for paragraph in range(QUESTIONS // 5):
        context = " ".join("".join(draw.choices("abcdefghij", k=draw.randint(2, 9))) for _ in range(140))
        for number in range(5):
            question = " ".join("".join(draw.choices("abcdefghij", k=5)) for _ in range(10))
            yield {
                "id": f"{paragraph}-{number}", "context": context, "question": question,
                "answer_texts": [context[:10].strip()], "answer_starts": [0],
            }  # fmt: skip


def _tokenizer(texts: list[str]) -> Any:
    """A vocabulary of these texts of about the size that gives XLM-R's number of tokens."""
    from xstilts.models.vocabulary import train_vocabulary

    return train_vocabulary(texts, 8000)


def main() -> None:
    """Print a table on the way and one JSON object at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1_000_000, help="predictions for each metric")
    parser.add_argument("--kinds", default="", help="only contests whose names begin with one of these, by comma")
    parser.add_argument("--decode", action="store_true", help="time the way from windows to answers instead")
    parser.add_argument("--data", type=Path, help="folder of real samples for --decode")
    options = parser.parse_args()
    report: dict[str, Any] = {"load": os.getloadavg(), "size": options.size}
    if options.decode:
        print(json.dumps(report | {"decode": decode(options.data)}))
        return
    chosen = [name for name in CONTESTS if name.startswith(tuple(options.kinds.split(",")))]
    found = {}
    for name in chosen:
        found[name] = row = measure(CONTESTS[name], options.size)
        print(
            f"{name:26} loop {row['loop_seconds']:8.2f} s {row['loop_megabytes']:8.1f} MB   xstilts "
            f"{row['xstilts_seconds']:8.2f} s {row['xstilts_megabytes']:8.1f} MB   x {row['time_ratio']:.2f}",
            flush=True,
        )
    print(json.dumps(report | {"contests": found}))


if __name__ == "__main__":
    main()

"""Corrupting text: xstilts beside nlpaug and multypo, and beside a model's encoding of the same text.

    python benchmarks/noise.py [--sentences 2000] [--repeats 3] [--peers PYTHON] [--model DIR] [--parts peers,...]

PYTHON is the interpreter of an environment that has nlpaug 1.1.11 and multypo 0.1.1; without it only xstilts is timed.
They are not dependencies: ``pip install nlpaug multypo`` in an environment of their own.

The sentences are invented, all different, about 106 characters long. Each peer corrupts them with its keyboard for
English at a word rate of .1; xstilts then does at the very rate of edits that came out (Levenshtein distance for each
character). Each repeat runs each in a process of its own, with one thread, loading and a short warm-up not counted;
printed is the best and the median of sentences for each second of processor time, which a busy machine disturbs less,
and their ratio. Letters that are not ASCII cost more: so xstilts is timed on Cyrillic and Devanagari too.

Then ten noises at five severities are made of the same sentences, and one pass of an encoder over the clean ones is
timed: ``--model``, or one of random weights with the shape of me5-small (12 layers of 384 dimensions).
"""

# ruff: noqa: S311 - invented sentences need no secret draws

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

PEERS = ("nlpaug", "multypo")
PARTS = ("peers", "scripts", "model")
WORD_RATE = 0.1
WARM = 20
TEN = ("typo", "casing", "punctuation", "spacing", "diacritics", "homoglyph", "ocr", "speech", "word-drop", "word-swap")
SPOKEN = "fr"
"""Of the languages written in Latin letters one that has all ten."""
SCRIPTS = {"Cyrl": "ru", "Deva": "hi"}
"""Scripts that are not ASCII, each with a language."""
LETTERS = {"Latn": "aeioubdfgklmnprstvz", "Cyrl": "аеиоубдфгклмнпрствз", "Deva": "कखगचजटडतदनपबमयरलवसह"}
SIGNS = {"Latn": [""], "Cyrl": [""], "Deva": ["", "ा", "ि", "ी", "ु", "े", "ो", "ं", "्र"]}


def main() -> None:
    """Print what was measured and one JSON object; or, called by itself, run one way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peers", type=Path, help="interpreter that has nlpaug and multypo")
    parser.add_argument("--model", type=Path, help="directory of an encoder with its tokenizer")
    parser.add_argument("--parts", default=",".join(PARTS), help="which of them, parted by commas")
    parser.add_argument("--way", choices=sorted(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rate", type=float, default=0.0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        print(json.dumps(_run(options)))
        return
    report: dict[str, Any] = {"load": os.getloadavg(), "sentences": options.sentences, "repeats": options.repeats}
    with tempfile.TemporaryDirectory() as folder:
        options.folder = Path(folder)
        parts = options.parts.split(",")
        for script in LETTERS if "scripts" in parts else ("Latn",):
            texts = invented(script, options.sentences)
            (options.folder / f"{script}.json").write_text(json.dumps(texts), encoding="utf-8")
        for peer in PEERS if options.peers and "peers" in parts else ():
            report[peer] = _compared(peer, options)
        for script, rate in itertools.product(SCRIPTS, (0.01, 0.04)) if "scripts" in parts else ():
            speeds = [_called(script, options, rate)["speed"] for _ in range(options.repeats)]
            report[f"{script} at {rate}"] = {"best": max(speeds), "median": statistics.median(speeds)}
            print(f"xstilts    {script} at {rate:.3f}: best {max(speeds):9.0f}/s", flush=True)
        if "model" in parts:
            report["ten noises"] = _beside_the_model(options)
    print(json.dumps(report))


def invented(script: str, n: int) -> list[str]:
    """Sentences of about 106 characters."""
    draw = Random(1)

    def word() -> str:
        return "".join(draw.choice(LETTERS[script]) + draw.choice(SIGNS[script]) for _ in range(draw.randint(2, 9)))

    def sentence() -> str:
        words = [word()]
        while sum(map(len, words)) + len(words) < 106:
            words.append(word())
        return " ".join(words).capitalize() + ("।" if script == "Deva" else ".")

    return [sentence() for _ in range(n)]


def _compared(peer: str, options: argparse.Namespace) -> dict[str, Any]:
    """A peer and xstilts in turn, at the rate that came out of the peer."""
    from xstilts.noise import edit_rate

    texts = json.loads((options.folder / "Latn.json").read_text(encoding="utf-8"))
    _called(peer, options)
    rate = edit_rate(texts, _noisy(peer, options))
    speeds: dict[str, list[float]] = {peer: [], "xstilts": []}
    for repeat in range(options.repeats):
        for way in sorted(speeds, reverse=bool(repeat % 2)):
            speeds[way].append(_called(way, options, rate)["speed"])
    ours = edit_rate(texts, _noisy("xstilts", options))
    said = {way: {"best": max(found), "median": statistics.median(found)} for way, found in speeds.items()}
    ratio = {kind: said["xstilts"][kind] / said[peer][kind] for kind in ("best", "median")}
    for way, realised in ((peer, rate), ("xstilts", ours)):
        print(f"{way:10} {realised:.4f} edits for each character, best {said[way]['best']:9.0f}/s", flush=True)
    print(f"xstilts : {peer} = {ratio['best']:.1f} (best), {ratio['median']:.1f} (median)", flush=True)
    if abs(ours - rate) > 0.05 * rate:
        raise SystemExit("The rates are not the same.")
    return {**said, "rate": rate, "rate of xstilts": ours, "ratio": ratio}


def _beside_the_model(options: argparse.Namespace) -> dict[str, float]:
    """Seconds of ten noises at five severities, of one pass of an encoder, and the share of the one in the other."""
    made, encoded = (_called(way, options)["seconds"] for way in ("ten", "model"))
    share = made / encoded
    print(f"{len(TEN)} noises x 5 severities {made:.2f} s, one pass of the encoder {encoded:.2f} s: "
          f"{share:.3f} of one pass, {share / (5 * len(TEN)):.4f} of a pass for each", flush=True)  # fmt: skip
    return {"noises": made, "one pass": encoded, "share of one pass": share}


def _called(way: str, options: argparse.Namespace, rate: float = 0.0) -> dict[str, float]:
    """One way in a process of its own, with one thread."""
    python = str(options.peers) if way in PEERS else sys.executable
    command = [python, __file__, "--way", way, "--rate", str(rate), "--folder", str(options.folder)]
    command += ["--model", str(options.model)] if options.model else []
    env = dict(os.environ) | dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS"), "1") | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, env=env, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _noisy(way: str, options: argparse.Namespace) -> list[str]:
    found: list[str] = json.loads((options.folder / f"{way}.noisy.json").read_text(encoding="utf-8"))
    return found


def _run(options: argparse.Namespace) -> dict[str, float]:
    script = options.way if options.way in SCRIPTS else "Latn"
    texts = json.loads((options.folder / f"{script}.json").read_text(encoding="utf-8"))
    call = WAYS[options.way](options)
    call(texts[:WARM])
    used = time.process_time()
    noisy = call(texts)
    seconds = time.process_time() - used
    if isinstance(noisy, list):
        (options.folder / f"{options.way}.noisy.json").write_text(json.dumps(noisy), encoding="utf-8")
    return {"seconds": seconds, "speed": len(texts) / seconds}


def _nlpaug(options: argparse.Namespace) -> Any:
    del options
    from nlpaug.augmenter.char import KeyboardAug

    one = KeyboardAug(aug_word_p=WORD_RATE, aug_word_max=None, include_special_char=False, include_numeric=False)
    return lambda texts: one.augment(texts)


def _multypo(options: argparse.Namespace) -> Any:
    del options
    from multypo import MultiTypoGenerator

    one = MultiTypoGenerator(language="english")
    return lambda texts: [one.insert_typos(text, typo_rate=WORD_RATE) for text in texts]


def _at(language: str) -> Any:
    def prepared(options: argparse.Namespace) -> Any:
        from xstilts.noise import NOISES, Stream, corrupt, way_of

        way, stream = way_of(NOISES.get("typo"), language, {}), Stream(0, "typo", language)
        return lambda texts: [
            found.text for found in corrupt(texts, map(str, range(len(texts))), way, options.rate, stream)
        ]

    return prepared


def _ten(options: argparse.Namespace) -> Any:
    del options
    from xstilts.noise import NOISES, RATES, Stream, corrupt, way_of

    ways = {name: way_of(NOISES.get(name), SPOKEN, {}) for name in TEN}

    def made(texts: list[str]) -> None:
        for name, way in ways.items():
            for rate in RATES[1:]:
                corrupt(texts, map(str, range(len(texts))), way, rate, Stream(0, name, SPOKEN))

    return made


def _model(options: argparse.Namespace) -> Any:
    from xstilts.encoding import TokenizerFacts
    from xstilts.evaluation.embed import encode_texts
    from xstilts.models.load import load_encoder, load_tokenizer, new_encoder
    from xstilts.models.vocabulary import train_vocabulary

    if options.model is not None:
        encoder, tokenizer = load_encoder(options.model)[0], load_tokenizer(options.model)
    else:
        texts = json.loads((options.folder / "Latn.json").read_text(encoding="utf-8"))
        tokenizer = train_vocabulary(texts, 4_000)
        shape = {"hidden_size": 384, "intermediate_size": 1536, "num_hidden_layers": 12, "num_attention_heads": 12}
        rest = {"model_type": "xlm-roberta", "max_position_embeddings": 514, "type_vocab_size": 1}
        encoder = new_encoder(shape | rest, TokenizerFacts.of(tokenizer), 1)
    return lambda texts: encode_texts(encoder, tokenizer, texts, max_length=256)


WAYS = {"nlpaug": _nlpaug, "multypo": _multypo, "xstilts": _at("en"), "ten": _ten, "model": _model,
        **{script: _at(language) for script, language in SCRIPTS.items()}}  # fmt: skip

if __name__ == "__main__":
    main()

"""What an arm trains, as the analysis keeps it."""

from __future__ import annotations

import json

from xstilts.statistics.arm_training import Control, Stage, Text, Trained


def test_it_is_the_same_before_and_after_json() -> None:
    texts = Text("mnli", "en", "native", steps=(10, 12)), Text("snli", "de", "translated", share=0.5, steps=7)
    stages = Stage("intermediate 1", texts, {"epochs": 2}), Stage("target")
    for value in (Trained(stages, Control("masked-lm", "mnli"), {"test": "translated"}), Trained(stages), Trained()):
        plain = value.to_json()
        assert Trained.from_json(plain) == Trained.from_json(json.loads(json.dumps(plain))) == value

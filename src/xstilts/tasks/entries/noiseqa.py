"""Questions as people typed or spoke them: NoiseQA, on the passages and questions of XQuAD in English."""

from __future__ import annotations

from xstilts.tasks.base import TASKS, FileSpec, Kind, Overlap, People, Task

_LEAK = Overlap("leak", "its passages and questions are SQuAD dev")
_OVERLAPS = {"squad_v2": _LEAK, "xquad": _LEAK, "squad": Overlap("overlap", "SQuAD train is its training set")}
_SETS = {
    "clean": ("the questions before any noise, XQuAD's", "xquad.en.json"),
    "keyboard": ("questions as people typed them", "Natural/xquad-keyboard-natural.json"),
    "speech": ("questions that people spoke, and a recogniser wrote down", "Natural/xquad-asr-natural.json"),
    "synthetic": ("questions that a machine spoke, and a recogniser wrote down", "Synthetic/xquad-asr-synthetic.json"),
}
_MADE = {"keyboard": "typo", "speech": "speech", "synthetic": "speech"}

for _name, (_what, _path) in _SETS.items():
    TASKS.register(
        f"noiseqa_{_name}",
        Task(
            name=f"noiseqa_{_name}",
            kind=Kind.SPAN_QA,
            title=f"NoiseQA: {_what}",
            languages=("en",),
            splits={"test": 1_190},
            metrics=("f1", "exact_match"),
            files={"test": FileSpec(_path, "squad_json", {"id": "id"})},
            no_source={
                "hub": "no copy on the hub is known; github.com/noiseQA/NoiseQA has the files",
                "lab": "what people do cannot be invented; the lab's noise is that of `xstilts list noises`",
            },
            licence="MIT (NoiseQA); CC BY-SA 4.0 (the texts of XQuAD)",
            non_commercial=False,
            citation="Ravichander et al. 2021, arXiv 2102.08345",
            overlaps=_OVERLAPS,
            people=People("noiseqa_clean", _MADE[_name]) if _name in _MADE else None,
        ),
    )

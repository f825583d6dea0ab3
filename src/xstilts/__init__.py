"""xstilts: which intermediate training helps zero-shot transfer, by how much, how surely.

>>> import xstilts as xs
>>> results = xs.run(xs.load_study("demo"))  # doctest: +SKIP
>>> results.answer, results.gains  # doctest: +SKIP

What a name stands for is imported when it is first used, so ``import xstilts`` itself costs nothing.
``__init__.pyi`` says the same to type checkers.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "Encoder": "xstilts.api.encoders",
    "PlannedStudy": "xstilts.api.planned",
    "Results": "xstilts.api.results",
    "Study": "xstilts.studies.spec",
    "corrupt": "xstilts.api.noise",
    "encode": "xstilts.api.encoders",
    "load_encoder": "xstilts.api.encoders",
    "load_study": "xstilts.api.study",
    "load_task": "xstilts.api.examples",
    "plan": "xstilts.api.study",
    "predict_gains": "xstilts.api.study",
    "run": "xstilts.api.study",
    "score": "xstilts.api.scoring",
    "search": "xstilts.search",  # the room itself, which can be called
}
"""Name to the module that has it."""

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(_HOMES[name])
    found = home if home.__name__ == f"{__name__}.{name}" else getattr(home, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)

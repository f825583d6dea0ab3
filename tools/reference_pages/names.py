"""The pages on what has a name: tasks, metrics, bases, noises and protocols, each from its registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference_pages.markdown import code, codes, table
from xstilts.languages import LANGUAGES
from xstilts.metrics import METRICS
from xstilts.models import all_bases
from xstilts.models.bases import config
from xstilts.noise import NOISES, RATES, undefined
from xstilts.protocols import PROTOCOLS
from xstilts.tasks import TASKS, union
from xstilts.tasks.base import COLUMNS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.metrics import Metric
    from xstilts.models.bases import Base
    from xstilts.noise import Noise
    from xstilts.protocols import Protocol
    from xstilts.tasks import Task

_XTREME_R = [language.code for language in LANGUAGES if language.xtreme_r]
FEW = 8
"""So many languages are named; of more, how many there are."""

TASKS_HEAD = """\
# Tasks

Every data set that a study can name, by [kind](../glossary.md#kind). Examples are the published numbers for one
language; “?” where no source tells. `xstilts show task NAME` tells all that is known of one: its languages, how its
text was made, what it shares with others, its reference, and why a source is missing. A study can bring
[tasks of its own](study_file.md#task-of-the-study).
"""
METRICS_HEAD = """\
# Metrics

Every metric, by [kind](../glossary.md#kind) of task. Scores are on the scale that the benchmark prints, most often
percent. A metric with a rule is used for the tasks whose official script has that rule.
"""
BASES_HEAD = """\
# Bases

The encoders that have a name; [bases](../how-to/bases.md) tells how to use a folder or another model of the hub. A
base that was trained on labelled data before has [hidden stages](../glossary.md#hidden-stage).

"""
NOISES_HEAD = """\
# Noises

How text can be corrupted; [Noise](../how-to/noise.md) tells how to use it. A severity says how many of the letters are
edited (grapheme clusters: a letter with its accents and vowel signs is one), in all languages and for all noises alike.

"""
NOT_DEFINED = """
## Where a noise is not defined

A noise does not exist in every language. A study, `xstilts corrupt` and `xs.corrupt` refuse it there and say why. These
are the 50 languages of XTREME-R; noises that are not named exist in all of them.

"""
PROTOCOLS_HEAD = """\
# Protocols

A [protocol](../glossary.md#protocol) is a benchmark's rules. `protocol: NAME` in a study chooses one, and
`xstilts show protocol NAME` prints it whole.
"""


def tasks() -> str:
    """The page of the tasks."""
    parts = [TASKS_HEAD]
    for kind in Kind:
        rows = [_task(task) for task in TASKS if task.kind is kind]
        if rows:
            parts.append(f"\n## {kind}\n\nColumns of an example: {codes(COLUMNS[kind])}.\n\n")
            head = ("task", "what", "languages", "examples", "sources", "metrics", "licence")
            parts.append(table(head, rows))
    return "".join(parts)


def _task(task: Task) -> Sequence[str]:
    languages = " ".join(task.languages) if len(task.languages) <= FEW else str(len(task.languages))
    splits = ", ".join(f"{name} {'?' if size is None else f'{size:,}'}" for name, size in task.splits.items())
    sources = ", ".join(union.sources(task))
    return code(task.name), task.title, languages, splits, sources, codes(task.metrics), task.licence


def metrics() -> str:
    """The page of the metrics."""
    parts = [METRICS_HEAD]
    for kind in dict.fromkeys(metric.kind for metric in METRICS):
        rows = [_metric(metric) for metric in METRICS if metric.kind == kind]
        parts.append(f"\n## {kind}\n\n{table(('metric', 'rule', 'range', 'better', 'meaning'), rows)}")
    return "".join(parts)


def _metric(metric: Metric) -> Sequence[str]:
    better = "neither" if metric.diagnostic else "more" if metric.higher_is_better else "less"
    highest = "∞" if metric.high == float("inf") else f"{metric.high:g}"
    return code(metric.name), code(metric.rule), f"{metric.low:g} to {highest}", better, metric.doc


def bases() -> str:
    """The page of the bases."""
    head = ("base", "from", "layers", "dimensions", "vocabulary", "hidden stages", "paper")
    return BASES_HEAD + table(head, [_base(base) for base in all_bases().values()])


def _base(base: Base) -> Sequence[object]:
    sizes = config(base)
    numbers = [
        f"{sizes[name]:,}" if name in sizes else "" for name in ("num_hidden_layers", "hidden_size", "vocab_size")
    ]
    where = f"the hub: {code(base.repo)}" if base.where == "hub" else "comes with xstilts"
    if base.installed is not None:
        where = f"the package {code(base.installed.package)}, with the extra {code(base.installed.extra)}"
    return code(base.name), where, *numbers, codes(base.hidden_stages), base.facts.get("paper", "")


def noises() -> str:
    """The page of the noises."""
    rates = [(severity, f"{rate:.0%}") for severity, rate in enumerate(RATES)]
    rows = [(code(one.name), _sentence(one), "yes" if one.keeps_words else "no", one.source) for one in NOISES]
    why = [
        (code(noise.name), reason, " ".join(spoken) if len(spoken) < len(_XTREME_R) else "all")
        for noise in NOISES
        for reason, spoken in _reasons(noise).items()
    ]
    return (
        NOISES_HEAD
        + table(("severity", "letters edited"), rates)
        + "\n"
        + table(("noise", "meaning", "words stay apart", "source"), rows)
        + NOT_DEFINED
        + table(("noise", "because", "languages"), why)
    )


def _sentence(noise: Noise) -> str:
    return f"{noise.title}; takes a dictionary: {noise.dictionary}" if noise.dictionary else noise.title


def _reasons(noise: Noise) -> Mapping[str, Sequence[str]]:
    """Why a noise is not defined, to the languages of XTREME-R for which this is so."""
    found: dict[str, list[str]] = {}
    for language in _XTREME_R:
        why = undefined(noise, language, {})
        if why:
            found.setdefault(why, []).append(language)
    return found


def protocols() -> str:
    """The page of the protocols."""
    return PROTOCOLS_HEAD + "".join(_protocol(protocol) for protocol in PROTOCOLS)


def _protocol(protocol: Protocol) -> str:
    rows = [
        (code(target), _trained(protocol, target), _codes_of(protocol, target), protocol.departures.get(target, "–"))
        for target in protocol.trains
    ]
    head = ("target", "trained on", "languages", "not as in the benchmark")
    parts = [
        f"\n## {protocol.name}\n\n{protocol.title}. Rules from: {protocol.source}.\n\n{table(head, rows)}",
        f"\nAverages: {protocol.aggregate}.\n",
    ]
    if protocol.hyperparameters:
        values = [(code(name), _values(said)) for name, said in protocol.hyperparameters.items()]
        parts.append(f"\n{table(('kind or task', 'hyperparameters'), values)}")
    return "".join(parts)


def _trained(protocol: Protocol, target: str) -> str:
    """The phases of a target in order, with the hidden ones marked."""
    hidden, view = protocol.hidden_stages(target), protocol.view_of(target)
    phases = [" and ".join(map(code, phase)) for phase in protocol.trains[target]]
    said = ", then ".join(phases) or "nothing: as the encoder comes"
    said += f" (as {code(view)})" if view else ""
    return said + "".join(f"; hidden stage {code(task)}: {why}" for task, why in hidden.items())


def _codes_of(protocol: Protocol, target: str) -> str:
    codes_ = protocol.languages.get(target)
    return "all it has" if codes_ is None else " ".join(codes_) if len(codes_) <= FEW else str(len(codes_))


def _values(said: Mapping[str, int | float | str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in said.items() if name != "source")

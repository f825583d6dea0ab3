"""The lab source: the world's rows pass the same checks as everyone's."""

from __future__ import annotations

import subprocess
import sys

import pytest

from xstilts import lab
from xstilts.errors import DataError
from xstilts.sources import Source, expected_size, fingerprint, languages, load, pivot
from xstilts.tasks.base import Kind, Task

LAB = Source("lab")


def twin_task(name: str) -> Task:
    twin = lab.TWINS.get(name)
    return Task(name, twin.kind, "", (), {}, (), labels=twin.labels, lab=name)


@pytest.mark.parametrize("name", lab.TWINS.names())
def test_every_twin_loads(name: str) -> None:
    task = twin_task(name)
    split = next(reversed(lab.TWINS.get(name).splits))
    language = languages(task, LAB, split)[-1]
    loaded = load(task, language, split, LAB, limit=20)
    assert loaded.used == 20
    assert expected_size(task, language, split, LAB) == lab.TWINS.get(name).size(language, split)
    assert loaded.read == expected_size(task, language, split, LAB)


def test_pivot_is_the_labs_first_language() -> None:
    assert pivot(LAB) == lab.LANGUAGES[0]


def test_fingerprint_names_version_and_twin() -> None:
    assert fingerprint(twin_task("xnli"), "qaa", "test", LAB) == {
        "source": "lab", "version": lab.VERSION, "twin": "xnli", "language": "qaa", "split": "test",
    }  # fmt: skip


def test_what_the_lab_lacks() -> None:
    task = twin_task("xnli")
    with pytest.raises(DataError, match=r"has no split 'tests'.*Allowed: "):
        load(task, "qaa", "tests", LAB)
    with pytest.raises(DataError, match=r"no test data in 'de'.*Allowed: qaa"):
        fingerprint(task, "de", "test", LAB)
    other = Task("bucc", Kind.RETRIEVAL, "", (), {}, (), no_source={"lab": "mining needs more text"})
    assert languages(other, LAB, "test") == ()
    with pytest.raises(DataError, match="bucc is not in the lab: mining needs more text"):
        load(other, "qaa", "test", LAB)


def test_room_imports_nothing_heavy() -> None:
    code = (
        "import sys, xstilts.sources, xstilts.noise\n"
        "print([name for name in ('torch', 'transformers', 'datasets', 'pandas', 'scipy', 'pyarrow', 'huggingface_hub')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

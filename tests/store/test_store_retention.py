"""What stays in the store, and what is made anew when it is needed again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toy_nodes import RUNNER, toy
from xstilts.errors import StoreBusyError, StoreError, StudyError
from xstilts.execution import inline
from xstilts.execution.run_options import RunOptions
from xstilts.store.node import Node
from xstilts.store.payloads import NgramPayload
from xstilts.store.retention import after_run, during_run, gc, reads, wanted_by
from xstilts.store.store import Store, weights_of
from xstilts.store.study_records import record
from xstilts.store.verify import verify
from xstilts.tasks.base import Kind

ENCODER, CONFIG, HEAD = "model.safetensors", "config.json", "heads/xnli.safetensors"
MIDDLE = toy("intermediate", do="weights", kind="train")
TARGET = toy("target", [MIDDLE], do="weights", kind="train")
PREDICT = toy("predict", [TARGET], kind="predict")
SCORE = toy("score", [PREDICT], kind="score")
STUDY = [MIDDLE, TARGET, PREDICT, SCORE]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def present(store, node):
    folder = store.folder(node.key, node.kind)
    return {name for name in (ENCODER, CONFIG, HEAD) if (folder / name).exists()}


@pytest.mark.parametrize(
    ("keep", "left"),
    [("all", {ENCODER, CONFIG, HEAD}), ("encoders", {ENCODER, CONFIG}), ("scores", {CONFIG})],
)
def test_each_policy_drops_what_it_says(store, keep, left):
    record(store, "demo", STUDY, keep, "out")
    inline.run(STUDY, store, RUNNER)
    freed = after_run(store)
    assert present(store, MIDDLE) == present(store, TARGET) == left
    sizes = {ENCODER: 10 * len(ENCODER), HEAD: 10 * len(HEAD)}
    assert freed.size == 2 * sum(size for name, size in sizes.items() if name not in left)
    assert freed.weights == (0 if keep == "all" else 2)
    assert verify(store) == []
    assert after_run(store).size == 0


def test_weights_go_while_a_run_goes_on_once_nothing_waits_for_them(store):
    other = toy("other target", [MIDDLE], do="weights", kind="train")
    record(store, "demo", [*STUDY, other], "scores", "out")
    inline.run([MIDDLE, TARGET], store, RUNNER)
    during_run(store, frozenset({MIDDLE.key}))
    assert present(store, MIDDLE) == {ENCODER, CONFIG}  # the other target starts from it
    inline.run([other], store, RUNNER)
    during_run(store, frozenset({MIDDLE.key}))
    assert present(store, MIDDLE) == {CONFIG}
    assert present(store, TARGET) == {ENCODER, CONFIG, HEAD}  # to be predicted from
    inline.run([PREDICT], store, RUNNER)
    during_run(store, frozenset({TARGET.key}))
    assert present(store, TARGET) == {CONFIG}
    assert present(store, other) == {ENCODER, CONFIG, HEAD}  # not asked about


def test_another_study_that_waits_for_weights_keeps_them_during_a_run(store):
    record(store, "demo", STUDY, "scores", "out")
    record(store, "more", [MIDDLE, toy("more", [MIDDLE], do="weights", kind="train")], "scores", "elsewhere")
    inline.run(STUDY, store, RUNNER)
    during_run(store, frozenset({MIDDLE.key, TARGET.key}))
    assert (present(store, MIDDLE), present(store, TARGET)) == ({ENCODER, CONFIG}, {CONFIG})
    (store.root / "runs" / "broken.json").write_text("{", encoding="utf-8")
    during_run(store, frozenset({MIDDLE.key}))
    assert present(store, MIDDLE) == {ENCODER, CONFIG}


def test_nodes_without_weights_are_cached_until_a_new_child_needs_them(store):
    record(store, "demo", STUDY, "scores", "out")
    inline.run(STUDY, store, RUNNER)
    after_run(store)
    assert store.has(TARGET.key, "train")
    assert not store.has(TARGET.key, "train", {"heads"})
    with pytest.raises(StoreError, match=r"--keep all: it makes them again"):
        store.read(TARGET.key, "train", {"heads"})
    assert len(inline.run(STUDY, store, RUNNER).cached) == 4

    new = toy("predict another language", [TARGET], kind="predict")
    outcome = inline.run([*STUDY, new], store, RUNNER)
    assert set(outcome.done) == {MIDDLE.key, TARGET.key, new.key}
    assert present(store, TARGET) == {ENCODER, CONFIG, HEAD}
    assert verify(store) == []


@pytest.mark.parametrize(("dropped_by", "keep", "again"), [
    ("encoders", "all", {MIDDLE.key, TARGET.key}),
    ("scores", "all", {MIDDLE.key, TARGET.key}),
    ("scores", "encoders", {MIDDLE.key, TARGET.key}),
    ("encoders", "encoders", set()),
    ("scores", None, set()),
    ("all", "all", set()),
])  # fmt: skip
def test_a_run_that_is_told_to_keep_weights_makes_dropped_ones_again(store, dropped_by, keep, again):
    record(store, "demo", STUDY, dropped_by, "out")
    inline.run(STUDY, store, RUNNER)
    kept = {path: path.read_bytes() for path in store.folder(TARGET.key, "train").rglob("*.safetensors")}
    children = {node: store.folder(node.key, node.kind).stat().st_ino for node in (PREDICT, SCORE)}
    after_run(store)
    outcome = inline.run(STUDY, store, RUNNER, RunOptions(weights=wanted_by(keep)))
    assert set(outcome.done) == again
    assert set(outcome.cached) == {node.key for node in STUDY} - again
    assert children == {node: store.folder(node.key, node.kind).stat().st_ino for node in children}
    if again:
        assert {path: path.read_bytes() for path in kept} == kept
    assert verify(store) == []


def test_an_unknown_policy_wants_nothing(store):
    with pytest.raises(StudyError, match=r"--keep.*Allowed: all, encoders, scores"):
        wanted_by("nothing")


def test_a_new_target_starts_from_a_kept_encoder(store):
    record(store, "demo", STUDY, "encoders", "out")
    inline.run(STUDY, store, RUNNER)
    after_run(store)
    new = toy("another target", [MIDDLE], do="weights", kind="train")
    assert inline.run([*STUDY, new], store, RUNNER).done == [new.key]


def test_what_an_unfinished_node_needs_stays(store):
    late = toy("late", [TARGET], kind="predict", do="fail")
    nodes = [*STUDY, late]
    record(store, "demo", nodes, "scores", "out")
    inline.run(nodes, store, RUNNER)
    after_run(store)
    assert present(store, TARGET) == {ENCODER, CONFIG, HEAD}
    assert present(store, MIDDLE) == {CONFIG}


def test_the_most_careful_study_decides(store):
    record(store, "demo", STUDY, "scores", "out")
    record(store, "mine", STUDY[:2], "encoders", "other")
    inline.run(STUDY, store, RUNNER)
    after_run(store)
    assert present(store, TARGET) == {ENCODER, CONFIG}


def test_an_unknown_policy_is_refused(store):
    with pytest.raises(StudyError, match=r"keep.*Allowed: all, encoders, scores"):
        record(store, "demo", STUDY, "nothing", "out")


def test_gc_frees_what_no_study_needs(store):
    old = toy("old")
    record(store, "demo", [old, *STUDY], "all", "out")
    inline.run([old, *STUDY], store, RUNNER)
    size = sum(path.stat().st_size for path in store.folder(old.key, old.kind).rglob("*"))
    record(store, "demo", STUDY, "all", "out")  # the study changed and was run again into the same place
    for key in (old.key, SCORE.key, "0" * 64):  # not needed; needed, complete; unknown
        store.scratch(key).mkdir(parents=True)
    freed = gc(store)
    assert (freed.nodes, freed.weights, freed.leftovers) == (1, 0, 4)  # three scratch folders and a log
    assert freed.size >= size > 0
    assert {entry.key for entry in store.nodes()} == {node.key for node in STUDY}
    assert not list((store.root / "scratch").iterdir())
    assert not list((store.root / "tmp").iterdir())


def test_gc_keeps_the_scratch_of_unfinished_nodes(store):
    record(store, "demo", STUDY, "all", "out")
    store.scratch(TARGET.key).mkdir(parents=True)
    gc(store)
    assert store.scratch(TARGET.key).exists()


def test_gc_is_refused_while_a_run_lasts(store):
    inline.run(STUDY, store, RUNNER)
    with store.locks.run("study demo"):
        with pytest.raises(StoreBusyError, match="study demo"):
            gc(store)
        assert after_run(store).size == 0
    assert len(list(store.nodes())) == 4


def test_gc_frees_nothing_when_a_record_is_broken(store):
    path = record(store, "demo", STUDY, "all", "out")
    inline.run(STUDY, store, RUNNER)
    path.write_text('{"study": "demo"')
    with pytest.raises(StoreError, match="nothing was freed"):
        gc(store)
    assert len(list(store.nodes())) == 4


def test_a_real_stored_model_has_the_parts_that_policies_name(tmp_path):
    """The layout of models.stored, so that a change there cannot silently keep what a policy drops."""
    transformers = pytest.importorskip("transformers")
    from xstilts.models.stored import load_stored, save_model

    config = transformers.XLMRobertaConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8
    )
    save_model(tmp_path, transformers.XLMRobertaModel(config, add_pooling_layer=False), {})
    assert load_stored(tmp_path).heads == {}
    names = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.safetensors")]
    assert names
    assert weights_of(names) == {"encoder"}
    assert weights_of(["heads/xnli.safetensors", "config.json"]) == {"heads"}


def test_a_search_reads_the_encoder_alone_and_asks_for_no_head() -> None:
    asked = NgramPayload(task="t", kind=Kind.RETRIEVAL, labels=(), pivot="en", learn=())
    searched = Node("predict", "find", asked.to_json())
    answered = Node("predict", "answer", replace(asked, kind=Kind.SPAN_QA).to_json())
    assert reads(searched) == {"encoder"}
    assert reads(answered) == {"encoder", "heads"}
    assert reads(Node("train", "go on", {}, {})) == {"encoder"}
    assert reads(Node("score", "count", {}, {})) == set()

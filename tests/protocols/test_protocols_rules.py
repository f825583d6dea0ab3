from __future__ import annotations

import pytest

from xstilts.errors import InputError
from xstilts.planning import hyperparameters
from xstilts.protocols import PROTOCOLS, Protocol
from xstilts.sources.views import VIEWS
from xstilts.studies.training_spec import Training
from xstilts.tasks import TASKS
from xstilts.tasks.base import Kind


def test_each_benchmark_scores_its_own_languages() -> None:
    def counts(name: str) -> dict[str, int]:
        return {task: len(set(codes)) for task, codes in PROTOCOLS.get(name).languages.items()}

    # google-research/xtreme:evaluate.py, XTREME_TASK2LANGS and XTREME_R_TASK2LANGS; LAReQA as its data set
    xtreme = {"xnli": 15, "pawsx": 7, "udpos": 33, "panx": 40, "xquad": 11, "mlqa": 7, "tydiqa": 9, "bucc2018": 4}
    assert counts("xtreme") == {**xtreme, "tatoeba": 36}
    assert counts("phang2020") == counts("xtreme")
    xtreme_r = {"xnli": 15, "xcopa": 11, "udpos": 38, "panx": 48, "xquad": 12, "mlqa": 7, "tydiqa": 9, "tatoeba": 41}
    assert counts("xtreme-r") == {**xtreme_r, "lareqa": 11, "mewslix": 11}


@pytest.mark.parametrize(("name", "languages"), [("xtreme", 40), ("xtreme-r", 50)])
def test_the_benchmarks_have_40_and_50_languages(name: str, languages: int) -> None:
    named = {part for codes in PROTOCOLS.get(name).languages.values() for code in codes for part in code.split("+")}
    assert len(named | {"en"}) == languages


@pytest.mark.parametrize("name", ["xtreme", "xtreme-r", "phang2020"])
def test_every_task_of_a_benchmark_is_in_a_group_and_has_a_headline(name: str) -> None:
    protocol = PROTOCOLS.get(name)
    grouped = [task for members in (protocol.complete or protocol.groups).values() for task in members]
    assert set(grouped) == set(protocol.languages) == set(protocol.headline) == set(protocol.trains)
    assert protocol.benchmark().tasks == tuple(dict.fromkeys(grouped))
    assert len(grouped) - len(set(grouped)) == (name == "xtreme-r")  # XCOPA twice


def test_the_groups_of_xtreme_r_are_the_programs_and_the_complete_ones_have_lareqa() -> None:
    protocol = PROTOCOLS.get("xtreme-r")
    assert protocol.groups == {
        "classification": ("xnli", "xcopa"),
        "tagging": ("udpos", "panx"),
        "qa": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("tatoeba", "mewslix"),
        "multi_choice": ("xcopa",),
    }
    assert protocol.complete == {**protocol.groups, "retrieval": ("tatoeba", "mewslix", "lareqa")}
    assert protocol.benchmark().tasks.count("xcopa") == 1
    assert protocol.benchmark().left_out == ("lareqa",)


def test_question_answering_counts_both_metrics() -> None:
    headline = PROTOCOLS.get("xtreme").headline
    assert {headline[task] for task in ("xquad", "mlqa", "tydiqa")} == {("exact_match", "f1")}
    assert {headline[task] for task in ("udpos", "panx", "bucc2018")} == {("f1",)}


def test_bucc_is_layer_20_and_the_first_token_by_the_script_and_layer_14_by_the_authors() -> None:
    xtreme, authors = PROTOCOLS.get("xtreme"), PROTOCOLS.get("phang2020")
    assert [xtreme.retrieval_layer(depth, "bucc2018") for depth in (24, 12)] == [20, 8]
    assert xtreme.vectors_of("bucc2018").pooling == "first"
    assert authors.retrieval_layer(24, "bucc2018") == authors.retrieval_layer(24, "tatoeba") == 14
    assert authors.vectors_of("bucc2018").pooling == "mean"


def test_dual_encoders_give_the_first_token_of_the_last_layer() -> None:
    protocol = PROTOCOLS.get("xtreme-r")
    for target in ("lareqa", "mewslix"):
        assert protocol.retrieval_layer(24, target) == 24
        assert protocol.vectors_of(target).pooling == "first"
    assert [protocol.vectors_of(target).similarity for target in ("lareqa", "mewslix")] == ["dot", ""]
    assert "cannot be trained here yet" in protocol.departures["mewslix"]


def test_lareqa_is_trained_as_a_dual_encoder_on_answer_sentences() -> None:
    protocol = PROTOCOLS.get("xtreme-r")
    assert protocol.view_of("lareqa") == "dual-encoder-sentence"
    assert protocol.view_of("tatoeba") == protocol.view_of("mewslix") == ""
    # scripts/train_lareqa.sh at 838c13b: 2e-5, 4 x 4 questions, 3 epochs, 96 + 256 tokens, neither warmup nor decay
    values = protocol.hyperparameters["squad~dual-encoder-sentence"]
    names = ("learning_rate", "batch_size", "epochs", "max_length", "warmup", "weight_decay")
    assert [values[name] for name in names] == [2e-5, 16, 3, 352, 0, 0]
    assert "there 96 and 256" in protocol.departures["lareqa"]


@pytest.mark.parametrize("protocol", list(PROTOCOLS), ids=lambda protocol: protocol.name)
def test_a_target_is_searched_with_the_vectors_that_its_own_dual_encoder_is_trained_for(protocol: Protocol) -> None:
    for target, view in protocol.views.items():
        assert VIEWS[view].kind is TASKS.get(target).kind is Kind.RETRIEVAL
        (task,) = protocol.trains[target][-1]
        values = hyperparameters.resolve(Training(), protocol, [TASKS.get(task)], view=view)
        vectors = protocol.vectors_of(target)
        assert (vectors.pooling, vectors.similarity or "cosine") == (values.pooling, values.similarity)
        assert [protocol.retrieval_layer(depth, target) for depth in (24, 12, 3)] == [24, 12, 3]


def test_the_authors_settings() -> None:
    values = PROTOCOLS.get("phang2020").hyperparameters
    assert {values[name]["learning_rate"] for name in ("classification", "tagging", "span_qa")} == {1e-5}
    assert [values[name]["epochs"] for name in ("mnli", "paws", "tagging", "span_qa")] == [2, 5, 10, 2]
    assert [values[name]["batch_size"] for name in ("classification", "span_qa")] == [32, 16]
    assert [values[name]["max_length"] for name in ("tagging", "span_qa", "retrieval")] == [256, 384, 512]


def test_low_resource_targets_have_no_overall_score() -> None:
    protocol = PROTOCOLS.get("low-resource")
    assert protocol.benchmark() is None
    assert protocol.trains["masakhaner2"] == (("panx",),)


def test_english_is_no_tatoeba_language() -> None:
    assert "en" not in PROTOCOLS.get("xtreme").languages["tatoeba"]


def test_xtreme_evaluates_tatoeba_on_the_encoder_as_it_comes() -> None:
    assert PROTOCOLS.get("xtreme").trains["tatoeba"] == ()
    assert PROTOCOLS.get("xtreme-r").trains["tatoeba"] == (("squad",),)


@pytest.mark.parametrize(
    ("protocol", "target", "stages"),
    [
        ("xtreme", "tatoeba", []),
        ("xtreme-r", "tatoeba", ["squad"]),
        ("xtreme-r", "xcopa", ["siqa"]),
        ("lab", "xnli", []),
    ],
)
def test_hidden_stages(protocol: str, target: str, stages: list[str]) -> None:
    assert list(PROTOCOLS.get(protocol).hidden_stages(target)) == stages


@pytest.mark.parametrize(("depth", "layer"), [(24, 14), (12, 8), (6, 4), (3, 2), (1, 1)])
def test_the_retrieval_layer_is_the_one_of_the_scripts_or_of_the_same_height(depth: int, layer: int) -> None:
    assert PROTOCOLS.get("xtreme").retrieval_layer(depth) == layer


def test_an_unknown_depth_needs_the_study_to_name_layers() -> None:
    with pytest.raises(InputError, match="Name the layers in the study"):
        PROTOCOLS.get("xtreme").retrieval_layer(None)


def test_the_lab_takes_the_last_layer() -> None:
    assert PROTOCOLS.get("lab").retrieval_layer(3) == 3
    assert PROTOCOLS.get("lab").retrieval_layer(None) == -1


def test_every_hyperparameter_entry_says_where_it_is_from() -> None:
    for protocol in PROTOCOLS:
        assert all(values["source"] for values in protocol.hyperparameters.values())


def test_search_alone_has_no_stage_that_an_arm_did_not_ask_for() -> None:
    protocol = PROTOCOLS.get("retrieval")
    assert protocol.trains == dict.fromkeys(("tatoeba", "bucc2018", "lareqa", "xquad_r", "mewslix"), ())
    assert protocol.benchmark() is None
    # XTREME-R has one
    assert PROTOCOLS.get("xtreme-r").trains["lareqa"] == (("squad",),)
    assert set(protocol.departures) == {"tatoeba", "bucc2018", "lareqa", "mewslix"}


def test_search_alone_keeps_the_benchmarks_languages_layers_and_lengths() -> None:
    protocol, first, second = (PROTOCOLS.get(name) for name in ("retrieval", "xtreme", "xtreme-r"))
    counts = {task: len(set(codes)) for task, codes in protocol.languages.items()}
    assert counts == {"tatoeba": 41, "bucc2018": 4, "lareqa": 11, "xquad_r": 11, "mewslix": 11}
    assert protocol.languages["bucc2018"] == first.languages["bucc2018"]
    assert protocol.languages["tatoeba"] == second.languages["tatoeba"]
    for target in protocol.trains:
        assert [protocol.retrieval_layer(depth, target) for depth in (24, 12, 6)] == [14, 8, 4]
        assert protocol.vectors_of(target).pooling == "mean"
    values = protocol.hyperparameters
    lengths = {name: values[name]["max_length"] for name in ("retrieval", "lareqa", "mewslix", "xquad_r")}
    assert lengths == {"retrieval": 512, "lareqa": 352, "mewslix": 64, "xquad_r": 384}
    assert values["span_qa"] == first.hyperparameters["span_qa"]


def test_the_lab_searches_with_the_encoder_as_it_comes() -> None:
    trains = PROTOCOLS.get("lab").trains
    assert [trains[name] for name in ("tatoeba", "bucc2018", "lareqa", "xquad_r", "mewslix")] == [()] * 5

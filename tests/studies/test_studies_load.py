"""Study files: merging, --set, and errors that name the path and the nearest allowed value."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from xstilts.errors import StudyError
from xstilts.sources.records.retyped import is_retyped
from xstilts.studies.load import catalog_names, catalog_text, load_study, parse_yaml, validate
from xstilts.studies.spec import Study

ROOT = {
    "name": "tiny",
    "question": "Does it help?",
    "bases": ["lab-tiny"],
    "arms": {"none": [], "nli": [{"tasks": ["mnli"]}]},
    "targets": ["xnli"],
}


@pytest.fixture
def study_file(tmp_path: Path):
    def write(**changes: object) -> str:
        path = tmp_path / "study.yaml"
        path.write_text(yaml.safe_dump({**ROOT, **changes}), encoding="utf-8")
        return str(path)

    return write


def test_root_keys_are_those_of_the_design_with_ladder_and_vision():
    keys = """ladder vision name question size source data data_map protocol bases arms targets languages noise seeds
        precision training selection contrasts clusters claims tasks sizes"""
    assert set(Study.model_fields) == set(keys.split())


@pytest.mark.parametrize("name", catalog_names())
def test_every_catalog_study_is_valid(name: str):
    assert load_study(name).name == name
    assert catalog_text(name).strip()


def test_a_name_stands_for_its_mapping(study_file):
    study = load_study(study_file())
    assert study.bases[0].name == "lab-tiny"
    assert study.targets[0].task == "xnli"
    assert study.arms["nli"].phases[0].tasks == ["mnli"]


def test_set_takes_dotted_paths_into_mappings_and_lists(study_file):
    sets = ["arms.nli.0.tasks=[snli, mnli]", "training.learning_rate=1e-3", "training.tasks.mnli.epochs=2", "seeds=[4]"]
    study = load_study(study_file(), sets)
    assert study.arms["nli"].phases[0].tasks == ["snli", "mnli"]
    assert study.training.learning_rate == 1e-3
    assert study.training.tasks["mnli"].epochs == 2
    assert study.seeds == [4]


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("arms.nli.3.tasks=[x]", "names no item"),
        ("trainign.steps=3", "Did you mean 'training'"),
        ("training.stpes=3", "Did you mean 'steps'"),
        ("seeds", "path=value"),
        ("name.x.y=1", "no such path"),
        ("seeds=[1, 1]", "each seed once"),
    ],
)
def test_set_refuses_what_is_not_there(study_file, argument: str, said: str):
    with pytest.raises(StudyError, match=said):
        load_study(study_file(), [argument])


def test_sizes_are_merged_deeply_and_set_comes_last(study_file):
    sizes = {"lab": {"training": {"steps": 5}}, "full": {"training": {"epochs": 2.0}, "seeds": [7, 8]}}
    path = study_file(training={"learning_rate": 0.1}, sizes=sizes)
    assert load_study(path).training.steps == 5
    full = load_study(path, ["size=full", "seeds=[9]"])
    assert (full.training.epochs, full.training.learning_rate, full.training.steps) == (2.0, 0.1, None)
    assert full.seeds == [9]
    with pytest.raises(StudyError, match="no size 'huge'.*full, lab"):
        load_study(path, ["size=huge"])


def test_null_in_a_size_takes_out_what_the_root_says(study_file):
    arms = {"none": [], "a": [{"tasks": ["mnli"]}], "b": [{"tasks": ["squad"]}]}
    full = {"arms": {"a": None, "c": [{"tasks": ["qqp"]}], "never": None}, "training": {"steps": None, "epochs": 2.0}}
    path = study_file(arms=arms, training={"steps": 5}, sizes={"lab": {}, "full": full})
    assert set(load_study(path).arms) == {"none", "a", "b"}
    study = load_study(path, ["size=full"])
    assert set(study.arms) == {"none", "b", "c"}
    assert (study.training.steps, study.training.epochs) == (None, 2.0)


def test_set_takes_out_an_arm(study_file):
    path = study_file(arms={"none": [], "a": [{"tasks": ["mnli"]}]})
    assert list(load_study(path, ["arms.a=null"]).arms) == ["none"]
    with pytest.raises(StudyError, match=r"arms\.aa: there is no such arm to take out.*Did you mean 'a'"):
        load_study(path, ["arms.aa=null"])
    # elsewhere it is a value
    assert load_study(path, ["training.steps=null"]).training.steps is None


def test_an_unknown_key_names_its_path_and_the_nearest(study_file):
    with pytest.raises(StudyError, match=r"arms\.nli\.phases\.0\.epoch: unknown key\. Did you mean 'epochs'"):
        load_study(study_file(arms={"none": [], "nli": [{"tasks": ["mnli"], "epoch": 3}]}))
    with pytest.raises(StudyError, match="langauges: unknown key. Did you mean 'languages'"):
        load_study(study_file(langauges=["de"]))


def test_a_boolean_language_is_norwegian(tmp_path: Path):
    path = tmp_path / "s.yaml"
    path.write_text(yaml.safe_dump(ROOT) + "languages: [de, no]\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r'languages\.1.*write "no" in quotes'):
        load_study(str(path))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arms": {"nli": [{"tasks": ["mnli"]}]}}, "needs the arm `none"),
        ({"arms": {"none": [{"tasks": ["mnli"]}]}}, "the arm none must say nothing"),
        ({"targets": ["xnli", {"task": "xnli"}]}, "twice"),
        ({"seeds": []}, "at least one seed"),
        ({"training": {"steps": 1, "epochs": 2}}, "both epochs and steps"),
        ({"bases": [{"name": "b", "pretrain": {"tasks": ["mlm"]}}]}, "model_type"),
        ({"precision": "int8"}, "precision"),
    ],
)
def test_contradictions_are_refused(study_file, changes: dict[str, object], said: str):
    with pytest.raises(StudyError, match=said):
        load_study(study_file(**changes))


@pytest.mark.parametrize("text", ["- a list", "a: [", "just words", ""])
def test_what_is_no_mapping_is_refused(text: str):
    with pytest.raises(StudyError, match=r"where\.yaml(:\d+)?: "):
        parse_yaml(text, "where.yaml")


def test_yaml_is_read_safely(tmp_path: Path):
    path = tmp_path / "evil.yaml"
    path.write_text("name: !!python/object/apply:os.getcwd []\n", encoding="utf-8")
    with pytest.raises(StudyError, match="not valid YAML"):
        load_study(str(path))


def test_a_missing_study_names_the_catalog():
    with pytest.raises(StudyError, match="Did you mean 'real-small'"):
        load_study("real-smal")
    with pytest.raises(StudyError, match=r"nowhere\.yaml: does not exist"):
        load_study("nowhere.yaml")


@pytest.mark.parametrize(
    ("changes", "protocol"),
    [({"source": "lab"}, "lab"), ({"source": "hub"}, "xtreme"), ({"source": "lab", "protocol": "xtreme"}, "xtreme")],
)
def test_a_study_of_the_lab_follows_the_labs_protocol_unless_it_says_another(changes: dict[str, str], protocol: str):
    root = {"name": "t", "question": "?", "bases": ["lab-tiny"], **changes}
    assert validate(root, "test").protocol == protocol


# --- hostile and mistaken files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seeds: [2001-99-99]", r":9: is not valid YAML: YAML reads '2001-99-99' as a date"),
        ("seeds: [!!int abc]", r":9: is not valid YAML: 'abc' is not a whole number"),
        ("tasks: {a: {drop: {when: 2001-01-01}}}", "write it in quotes"),
        ("training: {learning_rate: 1e999}", "'1e999' is not a finite number"),
        ("tasks: {a: {labels: {1.10: x}}}", r"has the key 1\.1, which YAML does not read as text"),
        ("tasks: {a: {labels: {null: x}}}", "has the key null, which"),
        ("tasks: {a: {labels: {1: x, '1': y}}}", "has the key 1 twice, as a number and as text"),
        ("seeds: [" + "1, " * 1001 + "]", "names 1,001 seeds; at most 1,000 are planned"),
        ("seeds: {intermediate: [1], target: [" + "1, " * 1001 + "]}", "at most 1,000 are planned"),
        ("languages: [" + "1, " * 500 + "]", r"languages.4: .*\n  and \d+ more\.$"),
    ],
)
def test_a_study_file_that_cannot_be_meant(tmp_path, text, said):
    head = yaml.safe_dump(ROOT, sort_keys=False, default_flow_style=None).splitlines()
    path = tmp_path / "study.yaml"
    path.write_text("\n".join([*head, *[""] * (7 - len(head)), text]), encoding="utf-8")
    with pytest.raises(StudyError, match=said) as caught:
        load_study(str(path))
    assert len(str(caught.value)) < 1000


def test_more_arms_than_are_planned(study_file):
    with pytest.raises(StudyError, match="names 1,001 arms"):
        load_study(study_file(arms={"none": []} | {f"a{n}": [] for n in range(1000)}))


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("seeds=2001-99-99", "--set seeds:1: is not valid YAML: .* as a date"),
        ("training=&a [*a]", "holds itself"),
        ("seeds=!!int x", "'x' is not a whole number"),
        ("seeds=" + "[" * 3000, "nested more than 50 deep"),
        ("arms={a: [], a: [], none: []}", "the key 'a' comes twice"),
        ("seeds=[" + "9" * 5000 + "]", "5,000 digits"),
    ],
)
def test_a_set_argument_that_cannot_be_meant(study_file, argument, said):
    with pytest.raises(StudyError, match=said):
        load_study(study_file(), [argument])


RECIPE = {"name": "mini", "tokenizer": "lab-tiny", "pretrain": {"tasks": ["mlm"], "languages": ["qaa"], "steps": 1}}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("num_hidden_layers", "none", "num_hidden_layers is 'none'; expected a whole number, 1 or more"),
        ("num_hidden_layers", 0, "expected a whole number, 1 or more"),
        ("hidden_size", True, "expected a whole number, 1 or more"),
        ("hidden_size", 32.5, "expected a whole number, 1 or more"),
        ("hidden_size", [32], "expected a whole number, 1 or more"),
        ("type_vocab_size", -1, "expected a whole number, 0 or more"),
        ("hidden_dropout_prob", 1, "expected a number from 0 to below 1"),
        ("attention_dropout", "x", "expected a number from 0 to below 1"),
        ("layer_norm_eps", 0, "expected a number above 0"),
        ("initializer_range", None, "expected a number above 0"),
        ("model_type", 3, "expected the name of a model type"),
    ],
)
def test_a_field_of_an_architecture_that_no_model_can_have(study_file, field, value, said):
    architecture = {"model_type": "xlm-roberta", "hidden_size": 32, field: value}
    with pytest.raises(StudyError, match=f"bases.0.architecture: architecture.{field} is .*; {said.split('; ')[-1]}"):
        load_study(study_file(bases=[RECIPE | {"architecture": architecture}]))


def test_an_architecture_as_it_should_be(study_file):
    fields = {
        "model_type": "x",
        "hidden_size": 32,
        "hidden_dropout_prob": 0.0,
        "layer_norm_eps": 1e-5,
        "other": [1, {"a": None}],
    }
    study = load_study(study_file(bases=[RECIPE | {"architecture": fields}]))
    assert study.bases[0].architecture == fields


@pytest.mark.parametrize("key", ["1.10", "null", "~", "2024-01-05", "0x1F"])
def test_a_key_that_yaml_read_otherwise_is_refused(key: str):
    with pytest.raises(StudyError, match="write it in quotes"):
        parse_yaml(f"tasks: {{own: {{labels: {{{key}: bad}}}}}}", "mine.yaml")


@pytest.mark.parametrize("value", ["2024-01-05", "[2024-01-05 10:00:00]"])
def test_a_date_is_to_be_quoted(study_file, value: str):
    with pytest.raises(StudyError, match=r":1: .* YAML reads '2024-01-05.*' as a date; write it in quotes"):
        parse_yaml(f"drop: {{when: {value}}}", "mine.yaml")
    with pytest.raises(StudyError, match=r"as a date; write it in quotes"):
        load_study(study_file(), [f"name={value}"])


def test_text_that_yaml_read_otherwise_is_to_be_quoted(study_file):
    with pytest.raises(StudyError, match=r"languages\.0: .*here: false.*write it in quotes"):
        load_study(study_file(arms={"none": [], "a": [{"tasks": ["mnli"], "languages": [False, "de"]}]}))
    with pytest.raises(StudyError, match=r"name: .*here: 1\.1.*write it in quotes"):
        load_study(study_file(name=1.1))


def test_a_value_set_on_the_command_line_remembers_how_it_was_written(study_file):
    task = {
        "kind": "classification",
        "labels": ["a", "b"],
        "files": {"de": {"test": {"path": "x", "format": "delimited"}}},
    }
    study = load_study(study_file(tasks={"own": task}), ["tasks.own.files.de.test.drop={code: 010}"])
    assert is_retyped(study.tasks["own"]["files"]["de"]["test"]["drop"]["code"])
    with pytest.raises(StudyError, match="not valid YAML"):
        load_study(study_file(), ["arms={a: [], a: [], none: []}"])


@pytest.mark.parametrize("part", ["²", "٣", "-1", "00", "9" * 5000])
def test_an_item_of_a_list_is_named_by_its_digits(study_file, part: str):
    with pytest.raises(StudyError, match="names no item of this list. Allowed: 0"):
        load_study(study_file(), [f"bases.{part}=lab-tiny"])


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("seeds=[yes]", r"seeds: YAML reads what is written here as True; write a number as its digits \(here: "),
        ("seeds=[1, 010]", "seeds: YAML reads what is written here as 8;"),
        ("training.steps=1:30", "training.steps: YAML reads what is written here as 90;"),
        ("training.epochs=on", "training.epochs: YAML reads what is written here as True;"),
        ("training.warmup=no", "training.warmup: YAML reads what is written here as False;"),
        ("arms.nli.0.epochs=true", "arms.nli.phases.0.epochs: YAML reads what is written here as True;"),
        ("training.epochs=1e300", "training.epochs: Input should be less than 1000000000"),
        ("training.batch_size=9999999999999999999", "training.batch_size: Input should be less than 2147483648"),
        (
            "data_map=[]",
            r"data_map: must be the path of a data map, a list of such paths, or a mapping .* \(here: \[\]\)",
        ),
        ("languages=xx", r"study.yaml: languages: Input should be 'all' \(here: \"xx\"\)\n  languages: "),
        ("seeds={intermediate: [], target: [1]}", r"\n  seeds.intermediate: List should have at least 1 item"),
    ],
)
def test_a_number_is_written_as_its_digits_and_a_place_as_keys(study_file, argument: str, said: str):
    with pytest.raises(StudyError, match=said):
        load_study(study_file(), [argument])


def test_numbers_as_people_write_them(study_file):
    study = load_study(study_file(), ["training.steps=1_000", "training.learning_rate=1e-4", "training.warmup=0"])
    assert (study.training.steps, study.training.learning_rate, study.training.warmup) == (1000, 1e-4, 0)
    assert load_study(study_file(), ["training.freeze_embeddings=yes"]).training.freeze_embeddings is True


def test_quoted_digits_stay_text():
    assert parse_yaml('labels: ["1e5", 1e5]', "s") == {"labels": ["1e5", 100000.0]}


def test_several_data_maps_are_one(study_file, tmp_path):
    """A later map says more of a task, or something else of a split; a packaged one is found by its name."""
    (tmp_path / "one.yaml").write_text("mnli: {en: {train: {path: a}, dev: {path: b}}}\n", encoding="utf-8")
    (tmp_path / "two.yaml").write_text("mnli: {en: {dev: {path: c}}, de: {test: {path: d}}}\n", encoding="utf-8")
    maps = load_study(study_file(), ["data_map=[one.yaml, two.yaml, samples.map.yaml]"]).data_map
    assert maps["mnli"]["en"] == {"train": {"path": "a"}, "dev": {"path": "c"}} | {
        "dev_mismatched": maps["mnli"]["en"]["dev_mismatched"]
    }
    assert maps["mnli"]["de"] == {"test": {"path": "d"}}
    assert "sib200" in maps
    with pytest.raises(StudyError, match=r"data_map: no\.yaml"):
        load_study(study_file(), ["data_map=[one.yaml, no.yaml]"])

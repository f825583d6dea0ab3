"""The chain of a review's nodes: what reaches their keys, and the study of a published claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from review_toy import PAPERS, corpus, planned, spec
from xstilts.claims import CLAIMS
from xstilts.errors import InputError
from xstilts.literature.cassette import Cassette
from xstilts.planning.reviews import places_of
from xstilts.planning.reviews.claim_study import claim_study
from xstilts.studies.load import parse_yaml, study_of


def keys(*arguments: object, **rest: object) -> dict[str, str]:
    return {kind: node.key for kind, node in planned(*arguments, **rest).nodes.items()}  # type: ignore[arg-type]


def test_what_lies_in_the_corpus_counts_and_where_it_lies_does_not(tmp_path: Path) -> None:
    here = keys(tmp_path, corpus(tmp_path / "a"))
    assert here == keys(tmp_path, corpus(tmp_path / "b", name="other.jsonl"))
    other = keys(tmp_path, corpus(tmp_path / "c", PAPERS[:2]))
    assert not set(here.values()) & set(other.values())


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"limits": {"papers": 3}}, {"extract", "check", "review", "synthesise"}),
        ({"limits": {"claims": 3}}, {"check", "review", "synthesise"}),
        ({"claims": ["C1"]}, {"check", "review", "synthesise"}),
        ({"reviewers": ["confirmer"]}, {"review", "synthesise"}),
        ({"thresholds": {"recall": 0.8}}, {"synthesise"}),
        ({"name": "other"}, set()),
        ({"years": {"first": 2021}}, {"search", "screen", "extract", "check", "review", "synthesise"}),
    ],
)
def test_a_key_moves_with_what_its_node_does_and_nothing_else(
    tmp_path: Path, change: dict[str, object], moved: set[str]
) -> None:
    path = corpus(tmp_path)
    before, after = keys(tmp_path, path), keys(tmp_path, path, **change)
    assert {kind for kind in before if before[kind] != after[kind]} == moved


def test_stored_answers_reach_the_key_of_the_search(tmp_path: Path) -> None:
    cassette = Cassette(tmp_path / "cassette", "replay")
    assert cassette.digest() == ""
    (tmp_path / "cassette" / "arxiv").mkdir(parents=True)
    (tmp_path / "cassette" / "arxiv" / "a.json").write_text("1")
    one = cassette.digest()
    (tmp_path / "cassette" / "arxiv" / "a.json").write_text("2")
    assert one and cassette.digest() not in ("", one)


def test_databases_follow_from_what_there_is(tmp_path: Path) -> None:
    path, stored = corpus(tmp_path), Cassette(tmp_path, "replay")
    net = ("arxiv", "crossref", "openalex", "semantic_scholar")
    assert places_of(spec(), (path,), Cassette()).databases == ("folder",)
    assert set(places_of(spec(), (), stored).databases) == set(net)
    assert set(places_of(spec(), (path,), stored).databases) == {"folder", *net}
    with pytest.raises(InputError, match="--corpus"):
        places_of(spec(), (), Cassette())
    with pytest.raises(InputError, match="arxiv lie on the net"):
        places_of(spec(databases=["arxiv"]), (path,), Cassette())


@pytest.mark.parametrize("claim", [claim.id for claim in CLAIMS if claim.assertion])
def test_the_study_of_a_claim_names_it_and_has_its_arms(claim: str) -> None:
    try:
        text = claim_study(CLAIMS.get(claim))
    except InputError as error:
        assert "lacks" in str(error)
        return
    study = study_of(parse_yaml(text, "claim"))
    assert study.claims == [claim] and "none" in study.arms and len(study.arms) > 1


def test_the_study_of_c1_is_its_three_tasks_on_the_nine_targets() -> None:
    study = study_of(parse_yaml(claim_study(CLAIMS.get("C1")), "claim"))
    assert list(study.arms) == ["none", "squad", "mnli", "hellaswag"]
    assert len(study.targets) == 9


def test_a_procedure_has_no_study() -> None:
    with pytest.raises(InputError, match="C7: The claim is a procedure: there is nothing to measure"):
        claim_study(CLAIMS.get("C7"))

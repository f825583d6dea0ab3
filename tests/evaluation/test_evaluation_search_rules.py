"""The rules by which Tatoeba, BUCC, LAReQA and Mewsli-X turn layers into vectors and vectors into ranks, by hand.

Sources: google-research/xtreme at 838c13b, scripts/run_tatoeba.sh, scripts/run_bucc2018.sh,
third_party/evaluate_retrieval.py and third_party/utils_retrieve.py, ``similarity_search``.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from xstilts.evaluation import EncodedSplit, retrieve
from xstilts.metrics import get
from xstilts.protocols import PROTOCOLS
from xstilts.search.exact import top
from xstilts.tasks import TASKS


@pytest.mark.parametrize(
    ("target", "depth", "num_layers", "index", "layer"),
    [
        ("tatoeba", 24, 24, 13, 14),  # XLM-R Large: "13" and "14" in different sources are index and layer
        ("tatoeba", 12, 12, 7, 8),  # mBERT
        ("bucc2018", 24, 12, 7, 20),  # the script leaves num_layers at 12 for 24 layers
        ("bucc2018", 12, 12, 7, 8),
    ],
)
def test_the_scripts_index_is_this_hidden_layer(
    target: str, depth: int, num_layers: int, index: int, layer: int
) -> None:
    hidden_states = range(depth + 1)  # 0 is the embedding layer
    assert hidden_states[-num_layers:][index] == layer
    assert PROTOCOLS.get("xtreme").retrieval_layer(depth, target) == layer


def test_tatoeba_pools_all_tokens_and_asks_in_english() -> None:
    assert PROTOCOLS.get("xtreme").vectors_of("tatoeba").pooling == "mean"  # special tokens included
    task = TASKS.get("tatoeba")
    paths, columns = task.files["test"].path, task.files["test"].options["columns"]
    assert paths[columns["query"]].endswith(".eng")
    assert paths[columns["candidate"]].endswith(".{language}")
    assert task.hub is not None
    assert task.hub.options["columns"] == {"query": "target_sentence", "candidate": "source_sentence"}


def test_cosine_ranks_as_squared_distance_of_normalised_vectors() -> None:
    generator = np.random.default_rng(2)
    candidates, queries = generator.normal(size=(40, 6)) * [[3]], generator.normal(size=(15, 6))
    unit_c, unit_q = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (candidates, queries))
    distance = ((unit_q[:, None] - unit_c[None]) ** 2).sum(axis=2)
    assert np.array_equal(top(queries, candidates, 20)[0], np.argsort(distance, axis=1)[:, :20])


def test_a_long_vector_wins_by_dot_product_and_not_by_cosine() -> None:
    """By hand: LAReQA's dot product without normalisation (2 x 3 > 1 x 1) is not what is ranked by here."""
    query, candidates = np.array([[1.0, 0.0]]), np.array([[2.0, 3.0], [1.0, 0.0]])
    assert (query @ candidates.T).tolist() == [[2.0, 1.0]]
    numbers, cosines = top(query, candidates, 2)
    assert numbers.tolist() == [[1, 0]]
    assert cosines[0] == pytest.approx([1, 2 / math.sqrt(13)])


def test_equal_candidates_come_by_id_where_lareqas_script_takes_the_later_one(encoded, encoder, facts) -> None:
    from xstilts.encoding import EncodingOptions

    rows = [{"id": "q", "role": "query", "text": "w1", "gold": ["b"]}]
    rows += [{"id": name, "role": "candidate", "text": "w2", "gold": []} for name in ("c", "b", "a")]
    examples, features = encoded("retrieval", rows, EncodingOptions(max_length=10))
    table = retrieve(encoder, EncodedSplit(examples, features), facts, [{}])[0]
    assert table.column("prediction").to_pylist() == [["a", "b", "c"]]
    # in the order of the file, the script's reversed argsort gives the last of equals first
    assert np.array([0.5, 0.5, 0.5]).argsort(kind="stable")[::-1].tolist() == [2, 1, 0]


def test_mewsli_x_is_the_reciprocal_rank_of_one_entity_and_0_where_it_is_missing() -> None:
    """By hand: found at 1 and 4, at 21, and not predicted at all: (1 + 1/4 + 0 + 0) / 4."""
    gold = [["Q1"], ["Q2"], ["Q3"], ["Q4"]]
    said = [["Q1"], ["Q9", "Q8", "Q7", "Q2"], [*(f"Q{n}" for n in range(100, 120)), "Q3"], None]
    assert get("retrieval", "mrr@20")(gold, said) == pytest.approx(31.25)
    assert get("retrieval", "map@20")(gold, said) == pytest.approx(31.25)


def test_lareqas_mean_over_questions_is_its_mean_over_languages_as_each_has_as_many() -> None:
    """By hand: de 1/1 and 1/2, en (1/1 + 2/3)/2 and 0: the mean of 3/4 and 5/12 is 7/12, as that of all four."""
    de = ([["a"], ["b"]], [["a"], ["x", "b"]])
    en = ([["a", "b"], ["c"]], [["a", "x", "b"], ["x"]])
    score = get("retrieval", "map@20")
    together = score(de[0] + en[0], de[1] + en[1])
    assert together == pytest.approx(100 * 7 / 12)
    assert together == pytest.approx((score(*de) + score(*en)) / 2)

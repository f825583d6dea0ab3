"""Ids as people write them, and what two titles and names must share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.literature import identifiers, titles
from xstilts.literature.record import Ids


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.18653/V1/2020.aacl-main.56.", "10.18653/v1/2020.aacl-main.56"),
        ("doi:10.1000/a(b)c", "10.1000/a(b)c"),
        ("(see 10.1000/abc)", "10.1000/abc"),
        ("10.1/x", ""),
        ("", ""),
    ],
)
def test_a_doi_is_found_and_written_in_one_way(text: str, doi: str) -> None:
    assert identifiers.doi_in(text) == doi


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://arxiv.org/abs/2005.13013v2", ("2005.13013", "v2")),
        ("https://arxiv.org/pdf/2005.13013", ("2005.13013", "")),
        ("arXiv preprint arXiv:2005.13013", ("2005.13013", "")),
        ("2005.13013V3", ("", "")),
        ("2005.13013v3", ("2005.13013", "v3")),
        ("math.GT/0309136", ("math.GT/0309136", "")),
        ("pages 2005.13013 of a list", ("", "")),
    ],
)
def test_an_arxiv_id_is_one_where_the_text_says_so(text: str, found: tuple[str, str]) -> None:
    assert identifiers.arxiv_in(text) == found


@pytest.mark.parametrize(
    ("text", "acl"),
    [
        ("https://aclanthology.org/2020.aacl-main.56/", "2020.aacl-main.56"),
        ("https://www.aclweb.org/anthology/P19-1439.pdf", "P19-1439"),
        ("p19-1439", "P19-1439"),
        ("some text 2020.aacl-main.56", ""),
    ],
)
def test_an_anthology_id_is_found(text: str, acl: str) -> None:
    assert identifiers.acl_in(text) == acl


def test_a_doi_names_the_ids_that_were_put_into_it() -> None:
    assert identifiers.completed(Ids(doi="10.48550/arXiv.2005.13013")).arxiv == "2005.13013"
    assert identifiers.completed(Ids(doi="10.18653/v1/P19-1439")).acl == "P19-1439"
    assert identifiers.completed(Ids(doi="10.18653/v1/P19-1439", acl="X00-0001")).acl == "X00-0001"


def test_titles_are_one_in_spite_of_case_accents_markup_and_hyphens() -> None:
    plain = titles.key("Cross-lingual Transfer for Muller's mBERT: 2 & 3")
    assert titles.key("CROSSLINGUAL <i>Transfer</i> for Müller’s m<b>BERT</b> - 2 &amp; 3").replace("and", "") == plain
    assert titles.key("Cross-lingual Transfer for Muller's mBERT: 2 & 4") != plain


def test_signs_that_make_another_word_in_another_script_stay() -> None:
    assert titles.key("हिन्दी में") != titles.key("हनद म")


def test_a_script_in_a_title_is_no_text_and_a_sign_is_no_tag() -> None:
    assert titles.without_markup("A <script>alert(1)</script> title") == "A title"
    assert titles.without_markup("When p < q and r > s") == "When p < q and r > s"
    assert titles.without_markup("A<jats:sub>2</jats:sub>\n B") == "A2 B"


CONTAMINATION = "Foreign Text Helps {} the Transfer of Monolingual Encoders"


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (CONTAMINATION.format("Explain"), CONTAMINATION.format("Explains"), True),
        ("Modelling noise in long lists of words", "Modeling noise in long lists of words", True),
        ("Results of the shared task on parsing 1", "Results of the shared task on parsing 2", False),
        ("Probing BERT for the order of its words", "Probing BART for the order of its words", False),
        ("A supervised reader of many long texts", "A unsupervised reader of many long texts", False),
        ("A short title here", "A short titles here", False),
        ("One two three four five six seven", "One two three four five six", False),
    ],
)
def test_nearly_the_same_is_a_tight_rule(one: str, other: str, near: bool) -> None:
    assert titles.nearly_same(one, other) is near
    assert titles.nearly_same(other, one) is near


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hinrich Schütze", "H. Schuetze", True),
        ("Hinrich Schütze", "Schutze, Hinrich", True),
        ("Rob van der Goot", "van der Goot, Rob", True),
        ("Wang Wei", "Wei Wang", True),
        ("Samuel R. Bowman Jr.", "S. Bowman", True),
        ("Ada Lovelace", "Ada Byron", False),
        ("", "", False),
    ],
)
def test_names_are_one_person_by_their_family_name(one: str, other: str, same: bool) -> None:
    assert titles.same_person(one, other) is same


def test_lists_of_authors_may_be_cut_short() -> None:
    assert titles.same_people(("A One", "B Two", "C Three"), ("A One", "others"))
    assert not titles.same_people(("A One", "B Two", "C Three"), ("A One",))
    assert not titles.same_people((), ())


@given(st.text(max_size=40))
def test_the_key_of_a_title_is_a_fixed_point(title: str) -> None:
    assert titles.key(titles.key(title)) == titles.key(title)

"""Records become works: each rule by hand, and what must hold for any records in any order."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.literature import identifiers
from xstilts.literature.record import Ids, Record, Revision
from xstilts.literature.versions import differing, retraction
from xstilts.literature.works import merge

LONG = "A Long Title About the Noise of Words"


def record(source_id: str, title: str = LONG, *, source: str = "folder", **more: object) -> Record:
    more = {"authors": ("Ada Lovelace", "Bo Ek"), "year": 2020} | more
    return Record(source, source_id, title, **more)


def grouped(*records: Record) -> list[set[str]]:
    return sorted([{one.source_id for one in work.records} for work in merge(records)], key=sorted)


def reasons(*records: Record) -> list[str]:
    return [one.reason for work in merge(records) for one in work.merges]


def test_each_key_merges_and_says_so() -> None:
    a = record("a", ids=Ids(doi="10.1000/X"))
    assert reasons(a, record("b", "Noise of Words", ids=Ids(doi="10.1000/x"))) == ["same doi"]
    assert reasons(
        record("a", ids=Ids(arxiv="2001.00001", version="v1")), record("b", "Noise", ids=Ids(arxiv="2001.00001"))
    ) == ["same arXiv id"]
    assert reasons(
        record("a", ids=Ids(acl="2020.x-1.1")), record("b", "Noise of", ids=Ids(doi="10.18653/v1/2020.x-1.1"))
    ) == ["same ACL id"]
    assert reasons(a, record("b", LONG.upper(), year=2021)) == ["same title, first author and year"]
    assert reasons(a, record("b", LONG.replace("Words", "Word"))) == ["nearly the same title, same authors and year"]


def test_what_one_merge_shares_is_told() -> None:
    (work,) = merge([record("a", ids=Ids(doi="10.1000/x")), record("b", ids=Ids(doi="10.1000/x"))])
    (one,) = work.merges
    assert (one.one, one.other, one.value, work.id) == ("folder:a", "folder:b", "10.1000/x", "doi:10.1000/x")


def test_other_authors_years_and_numbers_are_other_papers() -> None:
    assert len(grouped(record("a"), record("b", authors=("Cy Dee",)))) == 2
    assert len(grouped(record("a"), record("b", year=2022))) == 2
    assert len(grouped(record("a", LONG + " 1"), record("b", LONG + " 2"))) == 2
    assert len(grouped(record("a"), record("b", authors=()))) == 2
    assert len(grouped(record("a"), record("b", year=None))) == 1


def test_a_title_that_says_little_needs_all_authors_and_the_year() -> None:
    assert (
        len(grouped(record("a", "Introduction"), record("b", "Introduction", authors=("Ada Lovelace", "Cy Dee")))) == 2
    )
    assert len(grouped(record("a", "Introduction"), record("b", "Introduction", year=2021))) == 2
    assert len(grouped(record("a", "Introduction"), record("b", "Introduction"))) == 1


def test_a_record_that_fits_two_papers_joins_neither() -> None:
    two = [record("a", ids=Ids(doi="10.1000/a")), record("b", ids=Ids(doi="10.1000/b"))]
    assert grouped(*two, record("c"), record("d")) == [{"a"}, {"b"}, {"c", "d"}]
    assert grouped(two[0], record("c"), record("d")) == [{"a", "c", "d"}]


def test_a_weaker_id_does_not_join_what_a_stronger_one_parts() -> None:
    shared = {"arxiv": "2001.00001"}
    records = [record("a", ids=Ids(doi="10.1000/a", **shared)), record("b", ids=Ids(doi="10.1000/b", **shared))]
    assert len(grouped(*records)) == 2


def test_the_doi_of_a_preprint_does_not_speak_against_the_publishers() -> None:
    published = record("a", ids=Ids(doi="10.18653/v1/2020.x-1.1"))
    assert len(grouped(published, record("b", ids=Ids(doi="10.48550/arXiv.2001.00001")))) == 1
    assert len(grouped(published, record("b", ids=Ids(doi="10.2139/ssrn.1")))) == 1
    assert len(grouped(published, record("b", ids=Ids(doi="10.1000/other")))) == 2


def test_a_wrong_id_does_not_swallow_another_paper() -> None:
    wrong = record("b", "Catalysts in Cold Water", authors=("Cy Dee",), ids=Ids(doi="10.1000/x"))
    works = merge([record("a", ids=Ids(doi="10.1000/x")), wrong, record("c", ids=Ids(doi="10.1000/x"))])
    assert {work.id: len(work.records) for work in works} == {
        "doi:10.1000/x": 2,
        "title:catalysts-in-cold-water-dee-2020": 1,
    }


def test_versions_are_kept_apart_and_the_newest_that_can_be_read_is_preferred() -> None:
    arxiv = record("2001.00001v1", source="arxiv", abstract="One. Two.", ids=Ids(arxiv="2001.00001", version="v1"))
    newer = replace(arxiv, source_id="2001.00001v2", abstract="One.", ids=Ids(arxiv="2001.00001", version="v2"))
    acl = record("2020.x-1.1", source="acl_anthology", abstract="One.", ids=Ids(acl="2020.x-1.1"),
                 revisions=(Revision("revision 2", "2021-03-01", "Table 3"),))  # fmt: skip
    (work,) = merge([acl, newer, arxiv])
    assert [version.label for version in work.versions] == ["arXiv v1", "arXiv v2", "acl 2020.x-1.1", "acl revision 2"]
    assert work.versions[3].note == "Table 3"
    assert work.preferred == "acl 2020.x-1.1"
    assert [(one.label, other.label) for one, other in differing(work.versions)] == [("arXiv v1", "arXiv v2")]


def test_a_copy_with_other_words_is_a_version_of_its_own() -> None:
    acl = record("2020.x-1.1", source="acl_anthology", abstract="It is good.", ids=Ids(acl="2020.x-1.1"))
    other = record("s", source="semantic_scholar", abstract="It is best.", ids=Ids(acl="2020.x-1.1"), year=2021)
    same = record("o", source="openalex", abstract="it is  GOOD", ids=Ids(acl="2020.x-1.1"))
    (work,) = merge([other, same, acl])
    told = {version.label: version.records for version in work.versions}
    assert told == {
        "acl 2020.x-1.1": ("acl_anthology:2020.x-1.1", "openalex:o"),
        "as in semantic_scholar": ("semantic_scholar:s",),
    }
    assert work.preferred == "acl 2020.x-1.1"


def test_a_withdrawal_in_one_source_is_the_works() -> None:
    (work,) = merge([record("a"), record("b", retracted="Errors in Table 2.")])
    assert retraction(work) == "Errors in Table 2."
    (work,) = merge([record("a")])
    assert retraction(work) == ""


IDS = st.builds(
    Ids,
    doi=st.sampled_from(["", "", "10.1000/a", "10.1000/b", "10.48550/arxiv.2001.00001", "10.18653/v1/2020.x-1.1"]),
    arxiv=st.sampled_from(["", "", "2001.00001", "2001.00002"]),
    version=st.sampled_from(["", "v1", "v2"]),
    acl=st.sampled_from(["", "", "2020.x-1.1", "2020.x-1.2"]),
)
RECORDS = st.lists(
    st.builds(
        Record,
        source=st.sampled_from(["arxiv", "acl_anthology", "folder", "openalex"]),
        source_id=st.sampled_from(["", "1", "2", "3", "4", "5"]),
        title=st.sampled_from([LONG, LONG.upper(), LONG + "s", "Introduction", "Other Things in Many Long Words", ""]),
        abstract=st.sampled_from(["", "One. Two.", "One."]),
        authors=st.sampled_from([(), ("Ada Lovelace",), ("A. Lovelace", "Bo Ek"), ("Cy Dee",)]),
        year=st.sampled_from([None, 2019, 2020, 2021, 2022]),
        ids=IDS,
        retracted=st.sampled_from(["", "Yes."]),
        revisions=st.sampled_from([(), (Revision("v3", "2021-01-01", "n"),)]),
    ),
    max_size=9,
)


@settings(max_examples=100)
@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(records: list[Record], draw: random.Random) -> None:
    shuffled = records[:]
    draw.shuffle(shuffled)
    assert merge(shuffled) == merge(records)


@settings(max_examples=60)
@given(RECORDS)
def test_to_merge_again_changes_nothing(records: list[Record]) -> None:
    works = merge(records)
    assert merge([record for work in works for record in work.records]) == works
    assert merge([*records, *records]) == works


@settings(max_examples=100)
@given(RECORDS)
def test_works_divide_the_records_and_hold_no_two_publishers_dois(records: list[Record]) -> None:
    works = merge(records)
    assert sorted(map(repr, (record for work in works for record in work.records))) == sorted(map(repr, set(records)))
    assert len({work.id for work in works}) == len(works)
    for work in works:
        dois = {identifiers.completed(one.ids).doi for one in work.records} - {""}
        by_entry = any(one.reason == "same entry of its source" for one in work.merges)
        assert by_entry or len({doi for doi in dois if not doi.startswith("10.48550")}) <= 1
        assert len(work.merges) == len(work.records) - 1
        assert work.preferred in {version.label for version in work.versions}
        named = {name for version in work.versions for name in version.records}
        assert named == {f"{one.source}:{one.source_id}" for one in work.records}

"""Web pages of invented papers: structure, offsets, and what a reader does not see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.literature import sentences
from xstilts.literature.full_text import html, unseen
from xstilts.literature.full_text.draft import MOST_CELLS
from xstilts.literature.text import Text

PAGE = """<!DOCTYPE html><html><head><title>T</title><style>.sneaky{color:#FFF} @media print{p{display:none}}</style>
</head>
<body><nav>Menu</nav><article class="ltx_document"><h1 class="ltx_title ltx_title_document">The Title</h1>
<div class="ltx_authors">Ada Lovelace</div>
<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>
<p class="ltx_p">We gain <math alttext="5.4\\pm 0.3"><semantics><mrow><mn>5.4</mn> <mo>±</mo> <mn>0.3</mn></mrow>
<annotation>5.4\\pm 0.3</annotation></semantics></math> points<span class="ltx_note"><sup class="ltx_note_mark">1</sup>
<span class="ltx_note_outer"><span class="ltx_note_content">On dev.</span></span></span>. It is good.</p></div>
<section class="ltx_section"><h2 class="ltx_title"><span class="ltx_tag">1 </span>Introduction</h2>
<p>One<br>two &lt;b&gt;.</p>
<figure class="ltx_table"><table class="ltx_tabular"><thead class="ltx_thead">
<tr><th>Model</th><th colspan="2">XNLI</th></tr></thead>
<tbody><tr><td rowspan="2">A</td><td>1.0</td><td></td></tr><tr><td>3</td><td>4</td></tr></tbody></table>
<figcaption class="ltx_caption">Table 1: Results.</figcaption></figure>
<table class="ltx_equation ltx_eqn_table"><tr><td><math><mi>x</mi><mo>=</mo><mn>1</mn></math></td></tr></table>
</section><section class="ltx_bibliography"><h2>References</h2><ul><li class="ltx_bibitem">Ek 2020.</ul>
</section></body></html>"""


def read(page: str) -> Text:
    return html.read(page.encode(), "page").text("w", "v")


def body(inside: str) -> str:
    return read(f"<html><body><p>Seen.</p>{inside}</body></html>").body


def test_a_page_is_read_by_sections_with_the_abstract_first() -> None:
    text = read(PAGE)
    assert [(part.title, text.body[part.start : part.end]) for part in text.sections] == [
        ("Abstract", "We gain 5.4±0.3 points. It is good.\n\nOn dev."),
        ("1 Introduction", "One two <b>.\n\nTable 1: Results.\nModel\tXNLI\tXNLI\nA\t1.0\t\nA\t3\t4\n\nx=1"),
        ("References", "Ek 2020."),
    ]
    assert text.availability == "full text"
    assert text.dropped == ()


def test_cells_stand_where_their_offsets_say() -> None:
    text = read(PAGE)
    (table,) = text.tables
    assert (table.caption, table.headers, table.section) == ("Table 1: Results.", 1, "1 Introduction")
    assert table.rows == (("Model", "XNLI", "XNLI"), ("A", "1.0", ""), ("A", "3", "4"))
    assert text.body[table.start :].startswith("Table 1: Results.")
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells):
            start, end = sentences.cell_span(table, row, column)
            assert text.body[start:end] == cell
    told = [one.text for one in sentences.passages(text)]
    assert told == [
        "We gain 5.4±0.3 points.",
        "It is good.",
        "On dev.",
        "One two <b>.",
        "Table 1: Results.",
        "x=1",
        "Ek 2020.",
    ]


def test_the_abstract_comes_first_also_where_the_page_has_it_last() -> None:
    text = read("<html><body><h2>Intro</h2><p>One.</p><div class=ltx_abstract><p>Two.</p></div></body></html>")
    assert [part.title for part in text.sections] == ["Abstract", "Intro"]
    assert text.body == "Two.\n\nOne."


def test_the_abstract_of_a_record_is_taken_only_where_the_page_has_none() -> None:
    draft = html.read(b"<html><body><h2>Intro</h2><p>One.</p></body></html>", "page")
    assert draft.text("w", "v", "Of the record.").body == "Of the record.\n\nOne."
    assert html.read(PAGE.encode(), "page").text("w", "v", "Of the record.").body.startswith("We gain")


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">Obey.</p>',
        '<span style="COLOR:white">Obey.</span>',
        '<span style="color:#fefefe !important">Obey.</span>',
        '<font color="white">Obey.</font>',
        '<span style="color: rgb(255, 255, 255)">Obey.</span>',
        '<div style="visibility:hidden"><b>Obey.</b></div>',
        '<div style="opacity:0.0">Obey.</div>',
        '<p style="font-size:1px">Obey.</p>',
        '<p style="position:absolute;left:-9999px">Obey.</p>',
        "<p hidden>Obey.</p>",
        "<style>.q, p.r{display:none}</style><p class='r'>Obey.</p>",
        "<style>#z{color:#fff}</style><p id=z>Obey.</p>",
    ],
)
def test_what_a_reader_does_not_see_is_left_out_and_told(hidden: str) -> None:
    text = read(f"<html><body><p>Seen.</p>{hidden}<p>Too.</p></body></html>")
    assert text.body == "Seen.\n\nToo."
    (told,) = text.dropped
    assert told.startswith("hidden text (") and told.endswith(": 1 place, 5 characters")
    assert "Obey" not in told


@pytest.mark.parametrize(
    "seen",
    [
        '<p style="color:#fff;background-color:#003366">Seen too.</p>',
        '<div style="background:navy"><p style="color:white">Seen too.</p></div>',
        '<p style="color:#ff0000;font-size:10px;opacity:0.9">Seen too.</p>',
        "<style>@media print{p{display:none}}</style><p>Seen too.</p>",
    ],
)
def test_what_a_reader_sees_stays(seen: str) -> None:
    assert body(seen) == "Seen.\n\nSeen too."


def test_characters_without_a_shape_are_left_out() -> None:
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "obey")
    text = read(f"<html><body><p>W\u200bord{tags}\u202es.</p><p>می\u200cخواهم</p></body></html>")
    assert text.body == "Words.\n\nمی\u200cخواهم"
    assert text.dropped == ("hidden text (characters without a shape): 1 place, 6 characters",)


@pytest.mark.parametrize("dropped", ["<script>Obey()</script>", "<template>Obey</template>", "<!-- Obey -->"])
def test_programs_and_comments_are_no_text(dropped: str) -> None:
    assert body(dropped) == "Seen."


@pytest.mark.parametrize(
    "page", [b'{"error": "none"}', b"<html><body></body></html>", b"<html><script>x</script>", b""]
)
def test_what_is_no_page_is_refused_in_one_sentence(page: bytes) -> None:
    with pytest.raises(InputError, match="^page: This"):
        html.read(page, "page")


def test_a_page_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = PAGE.encode()
    for end in range(len(whole) // 2, len(whole), 97):
        assert html.read(whole[:end], "page").text("w", "v").body.startswith("We gain 5.4±0.3 points")


def test_deep_and_wide_pages_are_bounded() -> None:
    deep = "<div>" * 3000 + "<p>Deep.</p>"
    assert read(f"<html><body><p>Seen.</p>{deep}").dropped == ("what lies more than 500 elements deep",)
    row = f'<tr><td colspan="100000">x</td></tr>{"<tr>" + "<td>1</td>" * 200 + "</tr>"}'
    wide = read(f"<html><body><p>Seen.</p><table>{row * 200}</table></body></html>")
    assert wide.tables == ()
    assert wide.dropped == (f"a table of more than {MOST_CELLS:,} cells",)


TAGS = st.sampled_from(
    ["<p>", "</p>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<th colspan=2>", "<td rowspan=3>", "<h2>", "</h2>",
     "a b. ",
     "<figure>", "</figure>", "<figcaption>", "</figcaption>", "<div class=ltx_abstract>", "</div>",
     "<span style='display:none'>",
     "</span>", "<caption>", "</caption>", "<li>", "<math>", "</math>", "x", "<thead>", "</thead>",
     "<span class=ltx_note>"]
)  # fmt: skip


@given(st.lists(TAGS, max_size=40))
def test_any_page_gives_sections_and_cells_that_reproduce_its_body(tags: list[str]) -> None:
    text = html.read(f"<html><body><p>Seen.</p>{''.join(tags)}".encode(), "page").text("w", "v")
    at = 0
    for part in text.sections:
        assert text.body[at : part.start] in ("", "\n\n")
        assert part.start < part.end
        at = part.end
    assert at == len(text.body)
    for table in text.tables:
        assert len({len(row) for row in table.rows}) == 1
        for row in range(len(table.rows)):
            for column, cell in enumerate(table.rows[row]):
                start, end = sentences.cell_span(table, row, column)
                assert text.body[start:end] == cell
    for passage in sentences.passages(text):
        assert text.body[passage.start : passage.end] == passage.text


@pytest.mark.parametrize(
    ("style", "why"),
    [
        ("font-size:.5pt", "tiny font"),
        ("font-size:8pt", ""),
        ("color:transparent", "white on white"),
        ("color:rgba(0,0,0,0)", "white on white"),
        ("color:#333", ""),
        ("color:white;background:white", "white on white"),
    ],
)
def test_reasons_of_styles(style: str, why: str) -> None:
    assert unseen.reason(style, on_white=True) == why

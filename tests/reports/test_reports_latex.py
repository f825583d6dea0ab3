"""Tables in Markdown and LaTeX: what a name may hold, and what is written."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from xstilts.reports.tables.latex import LONG, escape, latex
from xstilts.reports.tables.table import Table, escaped, markdown, text_of

TABLE = Table("gains", "Gain in 95 % of cases", ("arm", "xnli_x"), [["a&b", ("−1.2*", "−2.0 to +0.1")]], frozenset({1}))


def test_letters_that_latex_acts_on_are_escaped():
    assert escape("a_b & 5%") == r"a\_b \& 5\%"
    assert escape("\\end{x}") == r"\textbackslash{}end\{x\}"
    assert escape("$1 ~ ^") == r"\$1 \textasciitilde{} \textasciicircum{}"
    assert escape("−1.2 ± 3 – “q” †") == r"$-$1.2 $\pm$ 3 -- ``q'' \dag{}"
    assert escape("é ł 中") == "é ł {[}U+4E2D{]}"
    assert escape(" two \n lines ") == "two lines"


@given(st.text())
def test_nothing_acts_in_escaped_text(text):
    left = re.sub(r"\\(text\w+|ldots|dag)\{\}|\$[-\\a-z]+\$|\\[{}$&#%_]|\{\[\}|\{\]\}", "", escape(text))
    assert not set(left) & set("\\{}$&#%_^~[]")


def test_a_table_has_the_rules_of_booktabs():
    assert latex(TABLE).splitlines() == [
        r"\begin{table}[htbp]",
        r"\centering\footnotesize",
        r"\caption{Gain in 95 \% of cases}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"arm & xnli\_x \\",
        r"\midrule",
        r"a\&b & $-$1.2* {\scriptsize $-$2.0 to +0.1} \\",
        r"\bottomrule",
        r"\end{tabular}}",
        r"\end{table}",
    ]


def test_many_rows_and_running_text_break_across_pages():
    many = Table("t", "c", ("a", "b"), [["x", "y"]] * (LONG + 1))
    words = Table("t", "c", ("a", "b"), [["x", "long text"]], frozenset(), frozenset({1}))
    assert r"\begin{longtable}{ll}" in latex(many)
    assert latex(many).count(r"\toprule") == 2  # the head comes again on every page
    assert r"p{0.85\linewidth}" in latex(words)


def test_markdown_holds_the_same_cells():
    assert markdown(TABLE) == (
        "Gain in 95 % of cases\n\n| arm | xnli_x |\n| --- | --- |\n| a&amp;b | −1.2* (−2.0 to +0.1) |\n"
    )
    assert escaped("a|b <i> [x](y)\nz") == "a\\|b &lt;i> \\[x\\](y) z"
    assert [text_of(cell) for cell in ("a", ("a", ""), ("a", "b"))] == ["a", "a", "a (b)"]

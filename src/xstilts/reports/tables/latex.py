"""Text and tables for LaTeX: with booktabs, and with nothing that a name from a study could break."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.tables.table import Cell, Table

LONG = 30
"""Rows from which on a table may break across pages."""

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": "'", "`": r"\textasciigrave{}", "−": "$-$", "±": r"$\pm$",
    "×": r"$\times$", "→": r"$\rightarrow$", "≥": r"$\geq$", "≤": r"$\leq$", "–": "--", "—": "---", "…": r"\ldots{}",
    "“": "``", "”": "''", "‘": "`", "’": "'", "†": r"\dag{}", "‡": r"\ddag{}", "★": r"$\star$", "·": r"$\cdot$",
    "§": r"\textsection{}", "\u00a0": "~", "[": "{[}", "]": "{]}",
}  # fmt: skip

PREAMBLE = r"""\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp,graphicx,booktabs,array,longtable}"""
"""What the tables need; every LaTeX distribution has these."""


def escape(text: object) -> str:
    """Text as LaTeX shows it; a letter that the usual fonts lack becomes its code point, so that it still compiles."""
    return "".join(_SPECIAL.get(letter) or _letter(letter) for letter in " ".join(str(text).split()))


def _letter(letter: str) -> str:
    latin = " " <= letter <= "~" or "\u00c0" <= letter <= "\u017e"
    return letter if latin else f"{{[}}U+{ord(letter):04X}{{]}}"


def latex(table: Table) -> str:
    """The table as a float that shrinks to the line; with many rows or running text, one that breaks across pages."""
    head = " & ".join(map(escape, table.head)) + r" \\"
    body = [" & ".join(map(_cell, row)) + r" \\" for row in table.rows]
    if len(table.rows) > LONG or table.words:
        return _long(table, head, body)
    inside = "\n".join([rf"\begin{{tabular}}{{{_columns(table)}}}", r"\toprule", head, r"\midrule", *body])
    return "\n".join(
        [
            r"\begin{table}[htbp]", r"\centering\footnotesize",
            rf"\caption{{{escape(table.whole_caption)}}}",
            r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
            inside, r"\bottomrule", r"\end{tabular}}", r"\end{table}", "",
        ]
    )  # fmt: skip


def _long(table: Table, head: str, body: Sequence[str]) -> str:
    return "\n".join(
        [
            r"{\scriptsize\setlength{\tabcolsep}{3pt}", rf"\begin{{longtable}}{{{_columns(table)}}}",
            rf"\caption{{{escape(table.whole_caption)}}}\\", r"\toprule", head, r"\midrule", r"\endfirsthead",
            r"\toprule", head, r"\midrule", r"\endhead", r"\bottomrule", r"\endfoot",
            *body, r"\end{longtable}}", "",
        ]
    )  # fmt: skip


def _columns(table: Table) -> str:
    """Column types; running text shares what the other columns leave of the line."""
    narrow = len(table.head) - len(table.words)
    width = max(0.1, (0.94 - 0.09 * narrow) / max(1, len(table.words)))
    words = rf">{{\raggedright\arraybackslash}}p{{{width:.2f}\linewidth}}"
    places = range(len(table.head))
    return "".join(words if place in table.words else "r" if place in table.numbers else "l" for place in places)


def _cell(cell: Cell) -> str:
    """A cell; a star after the end of a row would be read as an option of it, so a group stands before."""
    text, note = (cell, "") if isinstance(cell, str) else cell
    if text.startswith("*"):
        return rf"{{}}{escape(text)}"
    return escape(text) + (rf" {{\scriptsize {escape(note)}}}" if note else "")

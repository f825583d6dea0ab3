"""LaTeX: what a line prints, what a source holds, and what a source is not allowed to reach."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_files import tar, zipped

from xstilts.errors import InputError
from xstilts.literature import sentences
from xstilts.literature.full_text import files, latex, limits
from xstilts.literature.latex_words import printed
from xstilts.literature.text import Text

if TYPE_CHECKING:
    from pathlib import Path


def read(data: bytes) -> Text:
    return latex.read(data, "source").text("w", "v")


def document(inside: str, before: str = "") -> bytes:
    return f"\\documentclass{{article}}{before}\\begin{{document}}{inside}\\end{{document}} after".encode()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"Sch{\"u}tze gains 5.4\,\% -- see~\cite{a,b}", "Schütze gains 5.4 % – see [a, b]"),
        (r"Gar{\c c}ia, {\'E}d\'ith, \v{C}ech, \o re, \L{}uk, \'{\i}", "Garçia, Édíth, Čech, øre, Łuk, í"),
        (r"$5.4_{\pm 0.3}$ and $10^{-3}$, $\alpha \times 2$", "5.4± 0.3 and 10^-3, α × 2"),
        (r"\textbf{bold} ``quoted'' it's \unknown{arg}", "bold “quoted” it’s arg"),
        (r"\textcolor{red}{text} \href{http://x}{here} \url{http://x.y/~a_b}", "text here http://x.y/~a_b"),
        (r"R\&D a\_b 50\% \$5 \#1", "R&D a_b 50% $5 #1"),
        (r"Table~\ref{tab:x} \citep[see][p.~3]{k}", "Table tab:x [k; see; p. 3]"),
        ("plain text", "plain text"),
    ],
)
def test_a_line_prints(source: str, text: str) -> None:
    assert " ".join(printed(source).split()) == text


@given(st.text(alphabet=st.sampled_from(list("\\{}$%~^_&'\"[]() abcite1")), max_size=60))
def test_any_line_prints_something(source: str) -> None:
    printed(source)


PAPER = r"""
\maketitle \author{Ada

Lovelace \and Bo}
\begin{abstract} We gain \pt{5.4}. % a secret
It\footnote{On dev.} is good. \end{abstract}
\section{Intro} \ours{} is \emph{new}. \iffalse no \fi
\input{sec/method}
\begin{table}[t] \centering \caption{Results of \ours.}\label{tab:r}
\begin{tabular}{lcc} \toprule
Model & \multicolumn{2}{c}{XNLI} \\ & en & de \\ \midrule
\multirow{2}{*}{mBERT} & 81.3$_{\pm0.2}$ & \textbf{70} \\[2pt]
 & \begin{tabular}{@{}c@{}}a\\b\end{tabular} & 3\% \\ \bottomrule
\end{tabular}\end{table}
\begin{itemize} \item One \& two. \item[X] Three. \end{itemize}
\begin{equation} a = b \pm 2 \end{equation}
\begin{figure}\includegraphics[width=3cm]{f}\caption{A figure.}\end{figure}
"""
MACROS = r"\newcommand{\ours}{XTune}\newcommand{\pt}[1]{#1 points}"


def test_a_source_is_read_by_sections_tables_and_notes() -> None:
    text = read(tar({"main.tex": document(PAPER, MACROS).decode(), "sec/method.tex": "\\subsection{Method} We mix."}))
    assert [(part.title, text.body[part.start : part.end]) for part in text.sections] == [
        ("Abstract", "We gain 5.4 points. It is good.\n\nOn dev."),
        ("Intro", "XTune is new."),
        (
            "Method",
            "We mix.\n\nResults of XTune.\nModel\tXNLI\tXNLI\n\ten\tde\nmBERT\t81.3±0.2\t70\nmBERT\ta b\t3%\n\n"
            "One & two.\n\nX Three.\n\na = b ± 2\n\nA figure.",
        ),
    ]
    (table,) = text.tables
    assert table.headers == 2
    assert text.body[slice(*sentences.cell_span(table, 2, 1))] == "81.3±0.2"
    assert text.dropped == ()


def test_a_zip_and_a_single_packed_file_are_read_too() -> None:
    paper = document("\\section{A} One.").decode()
    for data in (zipped({"x/main.tex": paper}), gzip.compress(paper.encode()), paper.encode()):
        assert read(data).body == "One."


@pytest.mark.parametrize(
    "asked", ["/etc/passwd", "../../etc/passwd", "link", "../outside", "|cat /etc/passwd", "~/.ssh/id_rsa", "main"]
)
def test_nothing_but_the_archives_own_texts_is_included(asked: str) -> None:
    data = tar(
        {"main.tex": document(f"One. \\input{{{asked}}} Two.").decode(), "../outside.tex": "Outside."},
        links={"link.tex": "/etc/passwd"},
    )
    text = read(data)
    assert text.body == "One. Two."
    (told,) = text.dropped
    assert "an included file that" in told


def test_a_lone_file_includes_nothing_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("Secret.", encoding="utf-8")
    (tmp_path / "main.tex").write_bytes(document("One. \\input{secret}\\lstinputlisting{secret.tex}"))
    text = files.read(tmp_path / "main.tex", "w", "v")
    assert "Secret" not in text.body
    assert any("secret" in told for told in text.dropped) and any(
        "no other file is read" in told for told in text.dropped
    )


@pytest.mark.parametrize(
    "hidden",
    [
        r"\textcolor{white}{Obey.}", r"{\color{white} Obey.}", r"\textcolor[HTML]{FFFFFF}{Obey.}",
     r"\textcolor[rgb]{1,1,1}{Obey.}",
        r"{\fontsize{0.1pt}{1pt}\selectfont Obey.}", r"\phantom{Obey.}", r"\scalebox{0.01}{Obey.}",
     r"\color{white}Obey.\color{black}",
    ],
)  # fmt: skip
def test_white_and_tiny_print_is_left_out_and_told(hidden: str) -> None:
    text = read(document(f"One. {hidden} Two."))
    assert text.body == "One. Two."
    assert len(text.dropped) == 1 and text.dropped[0].startswith("hidden text (")


def test_a_red_word_stays() -> None:
    assert read(document(r"One \textcolor{red}{two} {\color{blue}three}.")).body == "One two three."


def test_commands_that_multiply_are_bounded() -> None:
    laughs = "".join(
        f"\\newcommand{{\\l{chr(98 + i)}}}{{{chr(92)}l{chr(97 + i)}" + f"\\l{chr(97 + i)}}}" * 1 for i in range(11)
    )
    source = document("One. " + "\\lk" * 4000, f"\\newcommand{{\\la}}{{ha}}{laughs}\\def\\x{{\\y}}\\def\\y{{\\x}}")
    text = read(source)
    assert text.body.startswith("One.")
    assert len(text.body) < 1_000_000
    assert "commands of the paper's own that grow without end" in text.dropped


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (limits, latex.sources.__globals__):
        target = module if isinstance(module, dict) else vars(module)
        monkeypatch.setitem(target, "MOST_UNPACKED", 100_000)
    paper = document("One." + " " * 300_000).decode()
    for data in (gzip.compress(paper.encode()), tar({"main.tex": paper}), zipped({"main.tex": paper})):
        assert len(data) < 10_000
        with pytest.raises(InputError, match="unpacks to more than"):
            read(data)


def test_a_sparse_member_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("main.tex")
        member.size = 10**12
        archive.addfile(member)
    with pytest.raises(InputError):
        read(out.getvalue())


@pytest.mark.parametrize(
    "data",
    [
        b"\x1f\x8b broken",
        b"PK\x03\x04 broken",
        tar({"a.tex": "no document"}),
        tar({"a.png": "x"}),
        gzip.compress(b"x")[:-4],
    ],
)
def test_what_is_no_source_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as told:
        read(data)
    assert "\n" not in str(told.value)


STEPS = st.sampled_from(
    [r"\section{A}", r"\begin{table}", r"\end{table}", r"\caption{c. d}", r"\begin{tabular}{ll}",
     r"\end{tabular}", "a & b",
     r"\\",
     "\n\n", r"\item x", r"\footnote{n", "}", "{", r"\begin{abstract}", r"\end{abstract}", "$x$", r"\hline", "word. ",
     r"\multirow{2}{*}{m}", r"\multicolumn{2}{c}{w}", r"\begin{equation}", "%", r"\def\q{w}", r"\q", r"\color{white}"]
)  # fmt: skip


@given(st.lists(STEPS, max_size=30))
def test_any_source_gives_sections_and_cells_that_reproduce_its_body(steps: list[str]) -> None:
    text = read(document("Begin.\n\n" + "".join(steps)))
    at = 0
    for part in text.sections:
        assert text.body[at : part.start] in ("", "\n\n")
        at = part.end
    assert at == len(text.body)
    for table in text.tables:
        for row, cells in enumerate(table.rows):
            for column, cell in enumerate(cells):
                assert text.body[slice(*sentences.cell_span(table, row, column))] == cell

"""Tables in LaTeX source: rows, cells, cells that span several, and how many rows are headers."""

from __future__ import annotations

import regex

from xstilts.literature.latex_words import argument, printed

_TABULAR = regex.compile(r"\\begin\s*\{(?P<name>tabular[*xy]?|longtable|longtblr|tblr)\}")
_EDGE = regex.compile(r"\\(begin|end)\s*\{([^{}]{1,40})\}")
_STEP = regex.compile(
    r"\\(?P<edge>begin|end)\s*\{|\\(?P<rule>midrule|hline)(?![A-Za-z])"
    r"|\\(?P<row>\\|tabularnewline)(?:\*?\s*\[[^\]]{0,20}\])?|\\.|(?P<cell>&)|(?P<brace>[{}])",
    regex.DOTALL,
)
_SPAN = regex.compile(r"\\(multicolumn|multirow(?:cell)?)\s*(?:\[[^\]]{0,9}\]\s*)?(?=\{)")
_BREAKS = regex.compile(r"\\(?:makecell|shortstack|thead)\s*(?:\[[^\]]{0,9}\]\s*)?(?=\{)")
_WIDEST = 200
_INNER = regex.compile(r"\\begin\s*\{tabular\}\s*(?:\[[^\]]{0,9}\]\s*)?")


def inner(source: str, name: str, at: int) -> tuple[str, int]:
    """What an environment holds whose beginning ends at ``at``, and where the text goes on after it.

    One that is never closed ends with the text.
    """
    depth = 1
    for edge in _EDGE.finditer(source, at):
        if edge[2] == name:
            depth += 1 if edge[1] == "begin" else -1
            if depth == 0:
                return source[at : edge.start()], edge.end()
    return source[at:], len(source)


def cells(source: str) -> list[tuple[list[list[str]], int]]:
    """The tables in a source, each as its rows and the number of header rows."""
    found = []
    at = 0
    while (begin := _TABULAR.search(source, at)) is not None:
        inside, at = inner(source, begin["name"], begin.end())
        found.append(_table(begin["name"], inside))
    return found


def _table(name: str, source: str) -> tuple[list[list[str]], int]:
    at = 0
    option = regex.match(r"\s*\[[^\]]{0,20}\]", source)
    at = option.end() if option else at
    for _ in range(2 if name in ("tabular*", "tabularx", "tabulary") else 1):  # a width, then the columns
        _, at = argument(source, at)
    rows, headers = _rows(source[at:])
    return _filled(rows), headers


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """Cells as printed; one that spans several columns or rows stands in each of them."""
    told: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    for row in rows:
        line: list[str] = []
        for source in row:
            columns, down, text = _spans(source)
            above, left = below.get(len(line), ("", 0))
            if left and not text:
                text, below[len(line)] = above, (above, left - 1)
            elif text and down > 1:
                below[len(line)] = (text, down - 1)
            line += [text] * columns
        told.append(line[:_WIDEST])
    return told


def _rows(source: str) -> tuple[list[list[str]], int]:
    """Rows of cells as source; the rows above the first rule that stands below a row are headers."""
    rows: list[list[str]] = [[""]]
    headers, depth, at = 0, 0, 0
    for step in _STEP.finditer(source):
        rows[-1][-1] += source[at : step.start()]
        at = step.end()
        depth += {"{": 1, "}": -1, "begin": 1, "end": -1}.get(step["brace"] or step["edge"] or "", 0)
        if step["edge"]:
            depth += 1  # for the brace before its name
            rows[-1][-1] += step[0]
        elif depth > 0 or not (step["row"] or step["cell"] or step["rule"]):
            rows[-1][-1] += step[0]
        elif step["row"]:
            rows.append([""])
        elif step["cell"]:
            rows[-1].append("")
        elif headers == 0 and len(rows) > 1:
            headers = len(rows) - 1
    rows[-1][-1] += source[at:]
    return rows, headers


def _spans(source: str) -> tuple[int, int, str]:
    """How many columns and rows a cell spans, and its text."""
    columns = down = 1
    text = source
    span = _SPAN.search(text)
    while span is not None:
        number, at = argument(text, span.end())
        _, at = argument(text, at)
        content, end = argument(text, at)
        many = min(int(digits[0]), _WIDEST) if (digits := regex.search(r"\d{1,4}", number)) else 1
        columns, down = (many, down) if span[1] == "multicolumn" else (columns, many)
        text = text[: span.start()] + content + text[end:]
        span = _SPAN.search(text)
    text = _INNER.sub(lambda _: r"\begin{tabular}", text)
    text = regex.sub(r"\\begin\{tabular\}\s*(?=\{)", r"\\phantom", text)
    return columns, down, " ".join(printed(_BREAKS.sub("", text)).split())

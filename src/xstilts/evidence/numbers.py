"""Numbers as papers print them: value, unit, role and metric.

``from 32.1 to 41.1 (+28.1%, p < 1.3 x 10^-240)``  →  from 32.1, to 41.1, gain 28.1 percent, p 1.3e-240
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.evidence.finding import Number
from xstilts.evidence.lexicon import lexicon

if TYPE_CHECKING:
    from xstilts.evidence.finding import Role, Unit

_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "hundred": 100,
}  # fmt: skip
_RATIOS = {"twice": 2.0, "doubles": 2.0, "doubled": 2.0, "triples": 3.0, "tripled": 3.0, "half": 0.5, "halves": 0.5}
_FACTORS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9}
_NUMBER = re.compile(
    r"(?<![\w.@])(?<![^\W\d_][-–])(?P<sign>(?:(?<![\w%)])[+−–-]|[±~≈])\s?)?"
    r"(?:(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\.\d+|\d+)"
    r"(?P<power>\s?[x×*·]\s?10\s?\^?\s?(?:[({](?P<inner>[-−–]?\s?\d+)[)}]|(?P<ten>[-−–]?\s?\d+))|[eE](?P<e>[-−+]?\d+)(?!\w))?"
    r"(?P<suffix>(?:[kKMB]|bn)(?![\w])|\s(?:thousand|million|billion)\b)?(?!\d)"
    rf"|(?P<word>\b(?:{'|'.join([*_WORDS, *_RATIOS])})\b))",
    re.IGNORECASE,
)
_NAME = re.compile(r"^[^\W\d_]{2,}|^[-–][A-Z]|^(?:st|nd|rd|th|d|D)\b")
_QUALIFIER = (
    r"(?:(?:up to|about|around|over|nearly|roughly|approximately|more than|less than|at least|at most|an average of|"
    r"on average|only|an additional|as much as|as|a|an|the|absolute|relative|average|almost|just|well)\s+)*"
)
_POINTS = re.compile(
    r"^\s?(?:(?:%|percent|per cent)(?:age)?\s?-?\s?(?:points?|pts?\b|absolute\b|pp?\b)|percentage\s+points?|pp\b|"
    r"p\.p\.|%p\b|(?:absolute|average|more|full)?[\s-]*(?:points?|pts)\b)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"^\s?-?(?:%|percent\b|per cent\b)", re.IGNORECASE)
_RATIO = re.compile(r"^(?:\s?[x×](?![\w])|\s?-?\s?(?:times|fold|folds)\b)", re.IGNORECASE)
_COUNT = re.compile(r"^(?:\s|-)(?:[^\W\d_][\w-]*\s){0,3}?[^\W\d_][\w-]*s\b")
_P = re.compile(r"\bp(?:[\s-]?values?)?\s?(?:[<>=≤≥]|of|below)\s?$", re.IGNORECASE)
_GAP = re.compile(r"^\s?(?:,|and|, and|or|to|–|-|—|/|±|vs\.?|versus|over|,? respectively,?)\s?\(?\s?$")
_JOINED = re.compile(r"^\s?(?:to|–|-|—|±)\s?$|^\s?\(?$")
_NOT_PERCENT = {"correlation", "similarity", "kappa", "perplexity", "comet", "auc", "mcc"}
_FROM = re.compile(r"\b(?:from|between)\s+" + _QUALIFIER + r"$", re.IGNORECASE)
_TO = re.compile(r"^[^.;]{0,25}?\bto\s+" + _QUALIFIER + r"$", re.IGNORECASE)
_CHANGE = (
    "gain|improve|increas|outperform|surpass|exceed|boost|better|higher|rais|advanc|beat|drop|decreas|degrad|declin|reduc|"
    "loss|lose|lower|worse|fall|underperform|lag|cut|speedup|faster|slower|smaller|larger"
)
_DOWN = re.compile(
    r"\b(?:drop|decreas|degrad|declin|reduc|loss|los(?:e|t)|lower|worse|fall|fell|underperform|lag|cut|less)\w*",
    re.IGNORECASE,
)
_CHANGES = re.compile(rf"\b(?:{_CHANGE})\w*", re.IGNORECASE)
_BY = re.compile(r"\b(?:by|of|with|yield\w*|obtain\w*|achiev\w*|see|is|was|were|and|to)\s+" + _QUALIFIER + r"$", re.I)
_CLAUSE = re.compile(r"[;:()]|,\s|\b(?:while|whereas|but|which|and)\b", re.IGNORECASE)
_YEAR = re.compile(r"^(?:19|20)\d\d$")


@dataclass(frozen=True)
class _Seen:
    number: Number
    sign: str


@lru_cache(maxsize=4096)
def read(text: str, start: int = 0, end: int | None = None) -> tuple[Number, ...]:
    """The numbers in ``text[start:end]`` (best one sentence), with offsets in ``text``.

    Digits within a name (``XLM-100``, ``F1``, ``recall@10``, ``3D``) are no numbers. A percentage is ``percent`` unless
    the text says *points* or *absolute*. The sign is the printed one; a gain is negative where the text says that
    something fell by it.
    """
    stop = len(text) if end is None else end
    seen = [one for match in _NUMBER.finditer(text, start, stop) if (one := _seen(text, match, stop))]
    seen = _shared(text, seen)
    return tuple(_in_role(text, seen, place, (start, stop)) for place in range(len(seen)))


def _seen(text: str, match: re.Match[str], stop: int) -> _Seen | None:
    after = text[match.end() : stop]
    if match["word"]:
        word = match["word"].lower()
        value, unit = (_RATIOS[word], "ratio") if word in _RATIOS else (float(_WORDS[word]), "")
        if word == "half" and re.match(r"\s(?!(?:of|as|the)\b)", after):
            return None
    else:
        if _NAME.match(after) and not _RATIO.match(after) and not re.match(r"pp\b|percent|fold|pts", after):
            return None
        power = re.sub(
            r"[\s−–]",
            lambda found: "-" if found[0].strip() else "",
            match["inner"] or match["ten"] or match["e"] or "0",
        )
        # written as text, so that 1.3 x 10^-240 is 1.3e-240 and not a product that is off in the last digit
        value, unit = float(f"{match['digits'].replace(',', '')}e{power}"), ""
        value *= _FACTORS[match["suffix"].strip().lower()] if match["suffix"] else 1
    sign = (match["sign"] or "").strip().replace("−", "-").replace("–", "-")
    found: Unit = "ratio" if unit == "ratio" else _unit(text[max(0, match.start() - 20) : match.start()], after, match)
    metric = _metric(text, match.start(), match.end(), stop)
    raw = slice(match.start(), match.end())
    return _Seen(Number(-value if sign == "-" else value, found, "other", metric, text[raw], raw.start, raw.stop), sign)


def _unit(before: str, after: str, match: re.Match[str]) -> Unit:
    if _P.search(before):
        return "p"
    if _POINTS.match(after) or _POINTS.match(_without_metric(after)):
        return "points"
    if _PERCENT.match(after):
        return "percent"
    if _RATIO.match(after):
        return "ratio"
    whole = match["word"] or "." not in match["digits"]
    counted = match["suffix"] or (whole and not (match["sign"] or "").strip(" ~≈") and _COUNT.match(after))
    year = match["digits"] and _YEAR.match(match["digits"])
    return "count" if counted and not year and not _metric_at(after)[0] else "none"


_BETWEEN = re.compile(
    r"^\s?(?:%|percent|per cent)?(?:age)?\s?(?:absolute|relative|average|points?)?\s*(?:in|of)?\s*", re.IGNORECASE
)


def _metric_at(after: str) -> tuple[str, int]:
    """Name of a metric that the text begins with, and where it ends; ``("", 0)`` where it begins with none."""
    skipped = re.match(
        r"^\s?(?:%|percent|per cent)?(?:age)?\s?(?:absolute|relative|average|points?)?\s*(?:in|of)?\s*", after
    )
    begin = skipped.end() if skipped else 0
    head = after[begin : begin + 30]
    for one in lexicon().mentions(head):
        if one.axis == "metric" and not head[: one.start].strip("- "):
            return one.name, begin + one.end
    return "", 0


def _without_metric(after: str) -> str:
    name, end = _metric_at(after)
    return after[end:] if name and "%" not in after[:2] else ""


_OF = re.compile(r"\s*(?:scores?|values?)?\s*(?:\w+\s)?(?:of|is|was|at|to|by|:|=|that (?:is|was|are|were))?\s*", re.I)


def _metric(text: str, start: int, end: int, stop: int) -> str:
    """The metric right after a number, else the one right before it."""
    name, _ = _metric_at(text[end:stop])
    if name:
        return name
    window = text[max(0, start - 45) : start]
    for one in reversed(lexicon().mentions(window)):
        if one.axis == "metric":
            rest = re.sub(_QUALIFIER + "$", "", window[one.end :], flags=re.IGNORECASE)
            return one.name if _OF.fullmatch(rest) else ""
    return ""


def _shared(text: str, seen: list[_Seen]) -> list[_Seen]:
    """Units and metrics of lists are printed once: ``8.2, 7.5 and 7.0 points``; those of ranges on either side."""
    done = list(seen)
    for place in range(len(done) - 2, -1, -1):
        one, following = done[place].number, done[place + 1].number
        if _GAP.match(text[one.end : following.start]) or done[place + 1].sign == "±":
            if one.unit == "none" and following.unit not in ("count", "p", "none"):
                one = replace(one, unit=following.unit)
            if not one.metric and not _YEAR.match(one.raw):
                one = replace(one, metric=following.metric)
        done[place] = replace(done[place], number=one)
    for place in range(1, len(done)):
        earlier, one = done[place - 1].number, done[place].number
        joined = _JOINED.match(text[earlier.end : one.start]) and (done[place].sign in ("", "±"))
        if joined and not one.metric and one.unit not in ("count", "p"):
            done[place] = replace(done[place], number=replace(one, metric=earlier.metric))
    return done


def _in_role(text: str, seen: list[_Seen], place: int, bounds: tuple[int, int]) -> Number:
    one = seen[place].number
    before, after = text[bounds[0] : one.start], text[one.end : bounds[1]]
    following = seen[place + 1].number if place + 1 < len(seen) else None
    if one.unit in ("p", "count") or seen[place].sign == "±" or before.rstrip().endswith(("±", "±(")):
        return one
    if _FROM.search(before) and following and _TO.match(text[one.end : following.start]):
        return replace(one, role="from")
    earlier = seen[place - 1].number if place else None
    if earlier and _TO.match(text[earlier.end : one.start]) and _FROM.search(text[bounds[0] : earlier.start]):
        return replace(one, role="to")
    if _YEAR.match(one.raw) and one.unit == "none":
        return one
    role, falls = _change(before[-90:], after[:40], one, seen[place].sign)
    if role == "gain":
        printed = one.unit == "none" and one.metric and one.metric not in _NOT_PERCENT and abs(one.value) >= 0.1
        value = -abs(one.value) if falls and seen[place].sign != "+" else one.value
        return replace(one, role="gain", value=value, unit="points" if printed else one.unit)
    return replace(one, role="score" if one.metric and one.unit != "ratio" else role)


def _change(before: str, after: str, one: Number, sign: str) -> tuple[Role, bool]:
    """Whether a number is a change, and whether it is one downwards."""
    clause = _CLAUSE.split(before)[-1]
    behind = _CLAUSE.split(after)[0]
    says = list(_CHANGES.finditer(clause)) if sign or one.unit in ("points", "ratio") or _BY.search(before) else []
    said_after = _CHANGES.search(" ".join(behind.split()[:5]))
    if sign in ("+", "-") or says or said_after or one.unit in ("points", "ratio"):
        nearest = says[-1][0] if says else said_after[0] if said_after else ""
        return "gain", bool(_DOWN.match(nearest))
    return "other", False

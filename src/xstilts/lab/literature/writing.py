"""Papers about intermediate training, written from results: true ones, and those that depart from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from xstilts.lab.literature.paper import Edition, Fact, Grid, Paper, Sentence
from xstilts.lab.literature.results import MEAN
from xstilts.lab.literature.wording import as_fact, fact, phrases, said, turned, with_number

if TYPE_CHECKING:
    from xstilts.lab.draws import Draws
    from xstilts.lab.literature.paper import Change, Kind, Style
    from xstilts.lab.literature.results import Results

_HEDGED = 0.25
_TELLING = 0.7
_FIRST_YEAR, _YEARS = 2019, 6


@dataclass(frozen=True)
class Told:
    """A fact as a paper tells it.

    Attributes:
        true: What the results say.
        told: What the paper says.
        change: What was done to it.
        deep: Whether the paper's table agrees with what it says.
    """

    true: Fact
    told: Fact
    change: Change = ""
    deep: bool = False


def relevant(kind: Kind, name: str, results: Results, draws: Draws) -> Paper:
    """A paper on intermediate training.

    Args:
        kind: What is wrong with it.
        name: Its id.
        results: What the lab found.
        draws: Of this paper alone.
    """
    arms = draws.shuffled(results.names("arm"))[: 2 + draws.chance(0.4)]
    targets = _targets(results, arms, draws)
    true = [fact(results.cell(arm, target), draws) for target in targets for arm in arms]
    clear = [results.cell(arms[0], targets[0], code) for code in results.names("language") if code != MEAN]
    clear = [one for one in clear if one.direction != "same"] if targets[0] != "tatoeba" else []
    true += [as_fact(one, draws.pick(("points", "from to"))) for one in draws.shuffled(clear)[:2]]
    facts = [Told(one, one) for one in true]
    style: Style = "held out" if draws.chance(0.5) else "usual"
    body = draws.chance(0.75)
    told = [_departing(kind, one, place, draws) for place, one in enumerate(facts)]
    last = _edition(told, draws, style, body=body)
    editions: tuple[Edition, ...] = (last,)
    if kind == "outdated":
        wrong = [Told(one.true, with_number(one.true, draws), "number", deep=True) for one in facts]
        editions = (_edition(wrong, draws, style, body=False), replace(last, label="v2"))
    title = draws.pick(phrases()["topic"]["titles"]).format(**_named(arms[0], targets[0]))
    reason = draws.pick(phrases()["retracted"]) if kind == "retracted" else ""
    return described(
        Paper(name, kind, title, (), 0, "", "", "", editions, relevant=True, style=style, retracted=reason), draws
    )


def _targets(results: Results, arms: list[str], draws: Draws) -> list[str]:
    """One or two targets; more often such on which an arm makes a difference, as authors choose them."""
    clear = [
        name for name in results.names("target") if any(results.cell(arm, name).direction != "same" for arm in arms)
    ]
    first = draws.pick(clear if clear and draws.chance(_TELLING) else results.names("target"))
    others = [name for name in results.names("target") if name != first]
    return [first, *draws.shuffled(others)[: int(draws.chance(0.5))]]


def described(paper: Paper, draws: Draws) -> Paper:
    """The paper with authors, year, invented ids and, for three in five, a venue."""
    told = phrases()
    many = 1 + int(draws.uniform() * 3)
    people = [f"{draws.pick(told['people']['given'])} {one}" for one in draws.shuffled(told["people"]["family"])[:many]]
    year = _FIRST_YEAR + int(draws.uniform() * _YEARS)
    published = draws.chance(0.6)
    # no month is 00, so that no such id is one of arXiv's; 10.5555 is the prefix that Crossref keeps for tests
    return replace(
        paper,
        authors=tuple(people),
        year=year,
        arxiv=f"{year % 100:02d}00.{int(paper.id[1:]):05d}",
        doi=f"10.5555/lab.{paper.id}" if published else "",
        venue=draws.pick(told["venues"]) if published else "",
    )


def _named(arm: str, target: str) -> dict[str, str]:
    told = phrases()
    return {"arm": told["arms"][arm].removeprefix("the "), "target": told["targets"][target]}


def _departing(kind: Kind, one: Told, place: int, draws: Draws) -> Told:
    """What a paper of this kind makes of a fact; the first is always told otherwise."""
    if kind not in ("false", "exaggerated") or not (place == 0 or draws.chance(0.4)):
        return one
    if kind == "exaggerated":
        clear: Literal["up", "down"] = "up" if one.true.gain > 0 else "down"
        unclear = one.true.direction == "same"
        stronger = replace(one.true, direction=clear, form="points" if unclear else "direction")
        return replace(one, told=stronger, change="exaggerated")
    deep = draws.chance(0.5)
    if one.true.direction == "same" or draws.chance(0.5):
        other = turned(one.true)
        form = "points" if other.form == "unclear" else other.form
        return replace(one, told=replace(other, form=form), change="direction", deep=deep)
    return replace(one, told=with_number(one.true, draws), change="number", deep=deep)


def _edition(facts: list[Told], draws: Draws, style: Style, *, body: bool) -> Edition:
    words = phrases()["topic"]
    named = _named(facts[0].told.arm, facts[0].told.target)
    shown = [_sentence(one, draws, style) for one in facts[: 3 + draws.chance(0.3)]]
    front = [
        Sentence(draws.pick(words["background"]), "description"),
        Sentence(draws.pick(words["procedure"]).format(**named), "procedure"),
    ]
    abstract = (*front, *shown)
    if not body:
        return Edition("v1", abstract)
    intro = (
        Sentence(draws.pick(words["background"]), "description"),
        Sentence(draws.pick(words["related"]), "description"),
        Sentence(draws.pick(words["filler"]), "nothing"),
    )
    setup = tuple(Sentence(text, "procedure") for text in draws.shuffled(words["setup"])[:3])
    # an exaggerating paper is careful in its own results
    honest = [replace(one, told=one.true, change="") if one.change == "exaggerated" else one for one in facts]
    results = tuple(_sentence(one, draws, style) for one in honest)
    sections = (
        ("Introduction", (intro,)),
        ("Setup", (setup,)),
        ("Results", (results,)),
        ("Conclusion", ((_sentence(facts[0], draws, style), Sentence(words["filler"][1], "nothing")),)),
    )
    return Edition("v1", abstract, sections, (_grid(honest),))


def _sentence(one: Told, draws: Draws, style: Style) -> Sentence:
    hedged = one.change != "exaggerated" and draws.chance(_HEDGED)
    strong = one.change == "exaggerated" and one.true.direction != "same"
    told = said(one.told, draws, style, hedged=hedged, change="exaggerated" if strong else "")
    return replace(told, change=one.change)


def _grid(facts: list[Told]) -> Grid:
    """A table of mean scores: none and the arms by row, targets by column."""
    told = phrases()
    means = {
        (one.true.arm, one.true.target): one.told if one.deep else one.true for one in facts if not one.true.language
    }
    arms, targets = (list(dict.fromkeys(key[place] for key in means)) for place in (0, 1))
    metrics = {one.target: told["metrics"][one.metric] for one in means.values()}
    header = ("Intermediate task", *(f"{told['targets'][target]} ({metrics[target]})" for target in targets))
    none = {one.target: one.none for one in means.values()}
    rows = [("none", *(f"{none[target]:.1f}" for target in targets))]
    rows += [(told["arms"][arm], *(f"{means[arm, target].score:.1f}" for target in targets)) for arm in arms]
    facts_of = tuple(
        (row, column, means[arm, target]) for row, arm in enumerate(arms, 1) for column, target in enumerate(targets, 1)
    )
    return Grid("Zero-shot scores in percent, mean over nine languages and three seeds.", header, tuple(rows), facts_of)

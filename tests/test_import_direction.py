"""The house: each room imports only from rooms above it, no modules in a circle, and torch only where it is needed."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "xstilts"
ROOMS = (
    "errors", "registry", "randomness", "amounts", "disk", "images", "metrics", "statistics", "literature",
    "languages", "tasks", "protocols", "lab", "noise", "sources", "encoding", "search", "models", "training",
    "evaluation", "official", "claims", "evidence", "studies", "store", "planning", "prediction", "runners",
    "execution", "using_models", "reports", "api", "commands", "cli",
)  # fmt: skip
HEAVY = {"torch", "transformers", "datasets", "accelerate"}
LIGHT = {*ROOMS[: ROOMS.index("encoding")], "search", *ROOMS[ROOMS.index("claims") :]} - {"runners"}
MODULES = sorted(SRC.rglob("*.py"))
FRONT_DOOR = ("__init__", "__main__")
MOST_PARAMETERS = 6


def room_of(module: Path) -> str:
    return module.relative_to(SRC).parts[0].removesuffix(".py")


def is_light(module: Path) -> bool:
    return room_of(module) in LIGHT


def name_of(module: Path) -> str:
    return module.relative_to(SRC).as_posix()


def is_typing_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(tree: ast.AST, module: Path, *, at_import_time: bool) -> list[str]:
    """Dotted names that a module imports, in the order of the text; without function bodies if ``at_import_time``."""
    found: list[str] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = [*("xstilts", *module.relative_to(SRC).parts)][: -node.level] if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
        elif not (at_import_time and (is_typing_only(node) or isinstance(node, ast.FunctionDef | ast.Lambda))):
            found += imports(node, module, at_import_time=at_import_time)
    return found


def test_every_room_has_its_place() -> None:
    rooms = {room_of(module) for module in MODULES} - set(FRONT_DOOR)
    assert rooms <= set(ROOMS), f"Rooms outside the house: {sorted(rooms - set(ROOMS))}"
    named_vaguely = {"utils", "common", "utils.py", "common.py"}
    assert not [module for module in MODULES if named_vaguely & set(module.relative_to(SRC).parts)]


def test_the_list_for_contributors_is_the_house() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^- `(\w+)`: .", told, re.MULTILINE)) == ROOMS


@pytest.mark.parametrize("module", [module for module in MODULES if room_of(module) in ROOMS], ids=name_of)
def test_a_room_imports_only_from_rooms_above_it(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    place = ROOMS.index(room_of(module))
    inner = {name.split(".")[1] for name in imports(tree, module, at_import_time=False) if name.startswith("xstilts.")}
    below = sorted(inner & set(ROOMS[place + 1 :]))
    assert not below, f"{room_of(module)} lies above {below} and must not import from there"


@pytest.mark.parametrize("module", [module for module in MODULES if is_light(module)], ids=name_of)
def test_torch_stays_out_of_the_light_rooms(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    heavy = HEAVY & {name.split(".")[0] for name in imports(tree, module, at_import_time=True)}
    assert not heavy, f"{name_of(module)} imports {sorted(heavy)} when it is itself imported; import in the function"


def dotted(module: Path) -> str:
    return ".".join(("xstilts", *module.relative_to(SRC).with_suffix("").parts)).removesuffix(".__init__")


def modules_read(module: Path) -> set[str]:
    """The modules of xstilts that a module imports from: at the top, in functions, and for types alone."""
    known = {dotted(other) for other in MODULES}
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name_of(module)} imports by dots"
            names = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found |= {full if full in known else str(node.module) for full in names.values()}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return (found & known) - {dotted(module)}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {dotted(module): modules_read(module) for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        pytest.fail(f"A circle of imports, wherever in the modules they stand: {circle}")


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_function_has_many_parameters(module: Path) -> None:
    """The verbs of the command line have one for each of their options."""
    if room_of(module) == "commands":
        return
    long = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = node.args
            names = [
                own.arg for own in (*said.posonlyargs, *said.args, *said.kwonlyargs, said.vararg, said.kwarg) if own
            ]
            if len(names) - (names[:1] in (["self"], ["cls"])) > MOST_PARAMETERS:
                long.add(node.name)
    assert not long, "hand on one value instead"

"""The house: each room imports only from rooms above it, and torch is met only where it is needed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "xstilts"
ROOMS = (
    "errors", "registry", "randomness", "disk", "metrics", "statistics", "languages", "tasks", "protocols", "lab",
    "noise", "sources", "encoding", "search", "models", "training", "evaluation", "official", "claims", "studies",
    "store", "planning", "runners", "execution", "using_models", "reports", "api", "commands", "cli",
)  # fmt: skip
HEAVY = {"torch", "transformers", "datasets", "accelerate"}
LIGHT = {*ROOMS[: ROOMS.index("encoding")], "search", *ROOMS[ROOMS.index("claims") :]} - {"runners"}
MODULES = sorted(SRC.rglob("*.py"))
FRONT_DOOR = ("__init__", "__main__")


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

"""The house: each room imports only from rooms above it, and torch is met only where it is needed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "xstilts"
ROOMS = (
    "errors", "registry", "randomness", "metrics", "statistics", "languages", "tasks", "protocols", "lab", "noise",
    "sources", "encoding", "models", "training", "evaluation", "claims", "studies", "reports", "commands", "cli",
)  # fmt: skip
HEAVY = {"torch", "transformers", "datasets", "accelerate"}
LIGHT = {*ROOMS[: ROOMS.index("encoding")], "claims", "reports", "commands", "cli"}
LIGHT_MODULES = {f"studies/{name}.py" for name in ("__init__", "api", "load", "spec", "plan", "node", "store")}
MODULES = sorted(SRC.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(SRC).parts[0].removesuffix(".py")


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
    rooms = {room_of(module) for module in MODULES} - {"__init__", "__main__"}
    assert rooms <= set(ROOMS), f"Rooms outside the house: {sorted(rooms - set(ROOMS))}"
    named_vaguely = [
        module for module in MODULES if {"utils", "common"} & {part.removesuffix(".py") for part in module.parts}
    ]
    assert not named_vaguely


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_room_imports_only_from_rooms_above_it(module: Path) -> None:
    room = room_of(module)
    if room not in ROOMS:
        pytest.skip("the package's own front door")
    tree = ast.parse(module.read_text(encoding="utf-8"))
    inner = {name.split(".")[1] for name in imports(tree, module, at_import_time=False) if name.startswith("xstilts.")}
    below = sorted(name for name in inner & set(ROOMS) if ROOMS.index(name) > ROOMS.index(room))
    assert not below, f"{room} lies above {below} and must not import from there"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_torch_stays_out_of_the_light_rooms(module: Path) -> None:
    name = str(module.relative_to(SRC))
    if room_of(module) not in LIGHT and name not in LIGHT_MODULES:
        pytest.skip("this room may import torch")
    tree = ast.parse(module.read_text(encoding="utf-8"))
    heavy = HEAVY & {name.split(".")[0] for name in imports(tree, module, at_import_time=True)}
    assert not heavy, f"{name} imports {sorted(heavy)} when it is itself imported; import inside the function"

"""The layers of docs/architecture.md, read from the imports themselves."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LAYERS = (
    {"types", "errors", "options", "schema"},
    {"recognize", "imaging"},
    {"pipeline", "io", "overlay"},
    {"batch", "live", "draw", "train", "files"},
    {"cli"},
    {"__main__"},
)
RANKS = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
WINDOWS = {
    f"reader.draw.{name}" for name in ("board", "desktop", "pictures", "review_window", "strip", "window")
}
TRAINING = {"tensorflow", "keras", "tf2onnx", "onnx"}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in sorted((ROOT / "reader").rglob("*.py"))}


@cache
def imports(module: str) -> frozenset[str]:
    """Everything that a module imports, in functions too, but not for type checkers alone."""
    found = set()
    queue: list[ast.AST] = [ast.parse(MODULES[module].read_text("utf-8"))]
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            # "from reader.io import images" imports a module, "from reader.io.images import load" a name.
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else str(node.module) for name in names}
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            queue += node.orelse
        else:
            queue += ast.iter_child_nodes(node)
    return frozenset(found)


def part_of(module: str) -> str:
    return [*module.split("."), ""][1]


INNER = [module for module in MODULES if part_of(module)]  # reader itself lends out names of all layers


def test_every_part_has_a_layer():
    assert {part_of(module) for module in INNER} <= set(RANKS)


@pytest.mark.parametrize("module", INNER)
def test_imports_never_go_upwards(module):
    rank = RANKS[part_of(module)]
    for other in imports(module):
        if other.startswith("reader.") and other in MODULES:
            assert RANKS[part_of(other)] <= rank, f"{module} imports {other}, which is above it"
        assert other != "reader", f"{module} imports the package's front door"


def test_no_circles():
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail[trail.index(module) :], module))
        if module not in done:
            for other in imports(module) & MODULES.keys():
                visit(other, (*trail, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("reader.train")])
def test_only_training_knows_tensorflow(module):
    assert not {name.split(".")[0] for name in imports(module)} & TRAINING


@pytest.mark.parametrize("module", list(MODULES))
def test_ray_and_arrow_stay_where_they_are_needed(module):
    found = {name.split(".")[0] for name in imports(module)}
    on_ray = module.startswith("reader.batch.ray_")
    assert "ray" not in found or on_ray
    assert "pyarrow" not in found or on_ray or part_of(module) == "io"


@pytest.mark.parametrize("module", [name for name in MODULES if name not in WINDOWS])
def test_only_windows_know_tk(module):
    assert not {name.split(".")[0] for name in imports(module)} & {"tkinter", "tkinterdnd2"}


@pytest.mark.parametrize(
    ("part", "forbidden"),
    [
        ("pipeline", "io"),
        ("overlay", "pipeline"),
        ("io", "pipeline"),
        ("io", "overlay"),
        ("imaging", "recognize"),
        ("files", "train"),
        ("batch", "train"),
        ("batch", "live"),
        ("batch", "draw"),
        ("live", "train"),
        ("draw", "train"),
        ("train", "draw"),
        ("live", "files"),
        ("live", "batch"),
        ("live", "draw"),
    ],
)
def test_neighbours_that_keep_apart(part, forbidden):
    for module in (name for name in INNER if part_of(name) == part):
        assert forbidden not in {part_of(other) for other in imports(module)}


@pytest.mark.parametrize(
    "module", [name for name in INNER if part_of(name) not in ("cli", "__main__", "train")]
)
def test_only_the_command_line_prints_and_exits(module):
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not called & {"print", "exit", "quit", "sys.exit", "os._exit"}
    assert "click" not in imports(module)


def test_the_reading_of_imports_works():
    assert "reader.io.images" in imports("reader.files")
    assert imports("reader") & MODULES.keys() == set()

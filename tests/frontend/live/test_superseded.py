"""Definitions and imports of cells that ran, as memory tells which of them count."""

from __future__ import annotations

import contextlib
import itertools
import linecache

import pytest

from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.compiler.syntax.tree import parse
from hypertemplate.frontend.live.blanks import without
from hypertemplate.frontend.live.superseded import superseded

_numbers = itertools.count()


def ran(*cells: str, pinned: str = "") -> list[str]:
    """The texts of cells that ran one after another, less what no longer counts.

    Args:
        cells: what ran; one that raises ends there.
        pinned: the name of a function whose first definition counts.
    """
    names: dict[str, object] = {"__name__": "__main__"}
    files: list[str] = []
    for cell in cells:
        files.append(f"/cells/{next(_numbers)}.py")
        lines = [f"{line}\n" for line in cell.split("\n")]
        linecache.cache[files[-1]] = (len(cell), None, lines, files[-1])
        with contextlib.suppress(RuntimeError, ModuleNotFoundError):
            exec(compile(cell, files[-1], "exec", dont_inherit=True), names)
    source = Source(tuple(Part("history", f"In [{n}]", cell) for n, cell in enumerate(cells, 1)))
    trees, problems = parse(source)
    assert problems == []
    module = build_module(trees)
    first: dict[str, TopLevel] = {pinned: module.binders[pinned][0]} if pinned else {}
    gone = superseded(module, names, first, files)
    texts = list(cells)
    for statement in sorted(gone, key=lambda s: -s.number):
        texts[statement.tree.part] = without(texts[statement.tree.part], statement)
    return texts


F1, F2 = "def f():\n    return 1", "def f():\n    return 2"
NONE = "\n"
DECORATE = "def deco(g):\n    return lambda: g()"
NAMED = "import functools\ndef deco(g):\n    return functools.wraps(g)(lambda: g())"


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        pytest.param([F1, F2], [NONE, F2], id="the later definition counts"),
        pytest.param([F1, f"raise RuntimeError\n{F2}"], [F1, f"raise RuntimeError\n{NONE}"], id="a definition that never came to be"),
        pytest.param([f"raise RuntimeError\n{F1}"], [f"raise RuntimeError\n{NONE}"], id="the only definition never came to be"),
        pytest.param([F1, "f = 3"], [NONE, "f = 3"], id="the name is something else now"),
        pytest.param([F1, "f = [f]"], [F1, "f = [f]"], id="something made from the definition"),
        pytest.param([F1, "f = 3", F1], [NONE, "f = 3", F1], id="defined, replaced, and defined again"),
        pytest.param([F1, "del f"], [F1, "del f"], id="deleted, and perhaps used before"),
        pytest.param([F1, f"x = 1\n{F1}  # same\ny = 2"], [NONE, f"x = 1\n{F1}  # same\ny = 2"], id="the same again counts once"),
        pytest.param([DECORATE, f"@deco\n{F1}", f"@deco\n{F2}"], [DECORATE, "\n\n", f"@deco\n{F2}"], id="a decorator that hides what it wraps"),
        pytest.param([NAMED, f"@deco\n{F1}", f"@deco\n{F2}"], [NAMED, "\n\n", f"@deco\n{F2}"], id="a decorator that names what it wraps"),
        pytest.param([NAMED, F1, "f = deco(f)"], [NAMED, F1, "f = deco(f)"], id="a function that is decorated later"),
        pytest.param(["class A:\n    x = 1", "class A:\n    x = 2"], [NONE, "class A:\n    x = 2"], id="classes that tell nothing: the last"),
        pytest.param(["class A:\n    def m(self): ...", "raise RuntimeError\nclass A:\n    def m(self): return 1"], ["class A:\n    def m(self): ...", "raise RuntimeError\n\n"], id="a class by its methods"),
        pytest.param(["import no_such_module", "import math"], ["", "import math"], id="an import that failed"),
        pytest.param(["import math", "del math"], ["import math", "del math"], id="an import that was deleted again"),
        pytest.param(["from math import *"], ["from math import *"], id="a star import stays"),
    ],
)  # fmt: skip
def test_what_counts_of_cells(cells: list[str], left: list[str]) -> None:
    assert ran(*cells) == left


def test_a_function_that_was_passed_counts_whatever_follows() -> None:
    assert ran(F1, F2, pinned="f") == [F1, NONE]


def test_code_without_a_text_is_known_by_its_file() -> None:
    """As a magic inside a function, which IPython and we write in two ways."""
    names: dict[str, object] = {}
    linecache.cache["/cells/own.py"] = (9, None, ["def f():\n", "    return magic()\n"], "/cells/own.py")
    exec(compile("def f():\n    return magic()", "/cells/own.py", "exec"), names)
    cells = ["def f():\n    pass", "def f():\n    return 3"]
    trees, _ = parse(Source(tuple(Part("history", cell, cell) for cell in cells)))
    module = build_module(trees)
    assert [s.number for s in superseded(module, names, {}, ["/cells/own.py", "/cells/other.py"])] == [1]
    assert {s.number for s in superseded(module, names, {}, ["/cells/3.py", "/cells/4.py"])} == {0, 1}

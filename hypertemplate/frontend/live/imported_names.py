"""Names that the cells which ran have imported from modules."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping

from hypertemplate.frontend.live.definitions import parsed
from hypertemplate.frontend.live.history import executed_cells
from hypertemplate.frontend.notebook.magics import plain_cell


def modules_of_imports() -> set[str]:
    """Return the modules from which cells that ran have imported names."""
    return {node.module for node in _imports() if node.module}


def _imports() -> Iterator[ast.ImportFrom]:
    for cell in executed_cells():
        tree = parsed(plain_cell(cell.text).text)
        for node in ast.walk(tree.module) if tree is not None else ():
            if isinstance(node, ast.ImportFrom) and not node.level:
                yield node


def imports_from(modules: Collection[str], values: Mapping[str, object]) -> dict[str, str]:
    """Return the imports by which values are bound that are as their modules have them, by name.

    Args:
        modules: names of the modules.
        values: values by name.
    """
    found = [(m, *pair) for node in _imports() if (m := node.module) in modules for pair in _bound(node)]
    return {
        name: f"from {module} import {own} as {name}"
        for module, own, name in found
        if module in sys.modules and name in values and vars(sys.modules[module]).get(own) is values[name]
    }


def _bound(node: ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield the names that an import takes from its module, each with the name that it binds."""
    for alias in node.names:
        if alias.name != "*":
            yield alias.name, alias.asname or alias.name
        elif node.module in sys.modules:
            names = vars(sys.modules[node.module])
            listed = names.get("__all__", [name for name in names if not name.startswith("_")])
            yield from ((name, name) for name in listed)

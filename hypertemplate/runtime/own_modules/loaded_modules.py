"""The user's own modules that are loaded, and those that a program names in its imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.import_paths import loaded_paths
from hypertemplate.runtime.kept_models.values_in_place import DRAWS
from hypertemplate.runtime.own_code import MODULE_NAME, is_own_module


def own_modules() -> dict[str, ModuleType]:
    """Return the loaded modules that the user wrote, by name."""
    found: list[tuple[str, object]] = list(sys.modules.items())
    return {name: one for name, one in found if isinstance(one, ModuleType) and is_own_module(one)}


def program_modules() -> list[ModuleType]:
    """Return the loaded modules whose text is a program's: the template's, and those with markers."""
    found: list[tuple[str, object]] = list(sys.modules.items())
    return [one for name, one in found if isinstance(one, ModuleType) and is_program_module(name, one)]


def is_program_module(name: str, module: ModuleType) -> bool:
    """Return True if the text of a module, loaded under this name, is a program's."""
    # Some modules stand for others, and import them when they are asked for a name.
    return name == MODULE_NAME or DRAWS in object.__getattribute__(module, "__dict__")


def imported_modules(program: Program) -> Iterator[tuple[str, ModuleType]]:
    """Yield the user's loaded modules that a program imports, in functions too, and those that they use."""
    modules = own_modules()
    if not modules:
        return
    trees = ((ast.parse(part.kept), part.package) for part in program.parts)
    nodes = ((node, package) for tree, package in trees for node in ast.walk(tree))
    named = (name for node, package in nodes for name in loaded_paths(node, package))

    def used(name: str) -> Iterator[str]:
        values: list[object] = list(vars(modules[name]).values())
        for value in values:
            if isinstance(value, ModuleType):
                yield value.__name__
            elif isinstance(value, (type, FunctionType)):
                yield str(value.__module__)

    found = reachable(
        (n for n in named if n in modules), lambda name: (n for n in used(name) if n in modules)
    )
    yield from ((name, modules[name]) for name in found)


def forget_modules(names: Iterable[str]) -> dict[str, ModuleType]:
    """Have the next import of some modules run them anew; return the modules."""
    forgotten = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    for name, module in forgotten.items():
        package, _, last = name.rpartition(".")
        parent = sys.modules.get(package)
        if parent is not None and vars(parent).get(last) is module:
            delattr(parent, last)
    return forgotten


def install_modules(modules: dict[str, ModuleType]) -> None:
    """Have modules be the ones that are imported."""
    sys.modules.update(modules)
    for name, module in modules.items():
        package, _, last = name.rpartition(".")
        if package in sys.modules:
            setattr(sys.modules[package], last, module)

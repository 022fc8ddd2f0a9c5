"""Import statements of a template that run anew, so that the user's modules begin as they did."""

from __future__ import annotations

import ast
import builtins
import gc
import sys
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.program import Program, ProgramPart
from hypertemplate.runtime.own_code import MODULE_NAME
from hypertemplate.runtime.own_modules.loaded_modules import forget_modules, imported_modules, install_modules
from hypertemplate.runtime.state.object_graph import LEAVES

MOST_VISITED = 20_000
"""Most objects that are looked at for what they have of the user's modules."""

_IMPORTED = "import"
"""Stands for what an import inside a function binds, which is not a name of the template."""

Names = dict[str, Any]
Imports = list[ast.Import | ast.ImportFrom]


class FreshImports:
    """The import statements of setup, which bind names to what the user's own modules have.

    Args:
        program: the program.
        names: the names of the template's module.
    """

    def __init__(self, program: Program, names: Names) -> None:
        self._names = names
        self._program = program
        self._fresh: tuple[dict[str, ModuleType], Names] = {}, {}

    def possible(self, snapshot: Names, data: object, called: Iterable[str]) -> bool:
        """Return True if all that setup has of the user's modules are names that its imports bind.

        Args:
            snapshot: what setup has bound.
            data: what data returned.
            called: names of the functions that were called besides, such as the data function.
        """
        modules = self._modules()
        if not all(str(vars(module).get("__file__")).endswith(".py") for module in modules.values()):
            return False
        packages = {name.split(".")[0] for name in modules}
        bound = {
            name
            for part in self._program.parts
            for node in _imports(part)
            for name in _bound_by(node, packages)
        }
        if self._uses(bound, packages, called):
            return False  # setup has called what is theirs, which may have changed them
        others = [value for name, value in snapshot.items() if name not in bound and name[:2] != "__"]
        return _independent([*others, data], modules.values(), self._names)

    def prepare(self) -> bool:
        """Import the modules anew beside the old ones; return False if that fails."""
        old = forget_modules(self._modules())
        names: Names = {name: value for name, value in self._names.items() if name[:2] == "__"}
        try:
            for part in self._program.parts:
                exec(_compiled(part), names)
            self._fresh = forget_modules(self._modules()), names
        except Exception:
            # A module may not bear to run twice in one process; a new process then runs it.
            forget_modules(self._modules())
            return False
        finally:
            install_modules(old)
        return True

    def take_place(self) -> None:
        """Let the modules that were prepared take the place of the old ones."""
        modules, names = self._fresh
        forget_modules(self._modules())
        install_modules(modules)
        self._names.update(names)
        self._fresh = {}, {}

    def _modules(self) -> dict[str, ModuleType]:
        return dict(imported_modules(self._program))

    def _uses(self, bound: set[str], packages: set[str], called: Iterable[str]) -> bool:
        """Return True if setup evaluates one of these names, or imports these packages in a function."""
        running = set(called)
        inside: dict[str, set[str]] = {}
        for part in self._program.parts:
            for node in ast.parse(part.setup).body:
                names = set(_named(node, packages))
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.decorator_list:
                    inside[node.name] = names
                else:
                    running |= names
        used = set(reachable(running, lambda name: inside.get(name, set())))
        return bool(used & {*bound, _IMPORTED})


def _imports(part: ProgramPart) -> Imports:
    return [one for one in ast.parse(part.setup).body if isinstance(one, (ast.Import, ast.ImportFrom))]


def _named(node: ast.stmt, packages: set[str]) -> Iterator[str]:
    """Yield the names in a statement, and `_IMPORTED` for an import inside it from one of some packages."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif inner is not node and isinstance(inner, (ast.Import, ast.ImportFrom)):
            yield from (_IMPORTED for _ in _bound_by(inner, packages))


def _bound_by(node: ast.Import | ast.ImportFrom, packages: set[str]) -> Iterator[str]:
    for one in node.names:
        path = node.module or "" if isinstance(node, ast.ImportFrom) else one.name
        if path.split(".")[0] in packages:
            yield one.asname or (path.split(".")[0] if isinstance(node, ast.Import) else one.name)


def _compiled(part: ProgramPart) -> CodeType:
    module = ast.Module([*_imports(part)], [])
    code: CodeType = compile(module, part.filename, "exec", part.flags, dont_inherit=True)
    return code


def _independent(values: Iterable[object], modules: Iterable[ModuleType], names: Names) -> bool:
    """Return True if no object reached from some values is one of the modules', or made by their code."""
    made = {vars(module)["__name__"] for module in modules}
    held: list[object] = [one for module in modules for one in (module, vars(module), *vars(module).values())]
    theirs = {id(one) for one in held if type(one) not in LEAVES and _made_in(one) in {None, *made}}
    theirs.discard(id(vars(builtins)))  # which every module and function has
    # The names of other modules are not what the values hold.
    loaded: list[object] = list(sys.modules.values())
    known = {id(vars(one)) for one in loaded if isinstance(one, ModuleType)} - theirs
    seen = known | {id(names)}
    most = len(seen) + MOST_VISITED
    pending = [value for value in values if type(value) not in LEAVES]
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if (
            id(value) in theirs
            or _made_in(value) in made
            or type(value).__module__ in made
            or len(seen) > most
        ):
            return False
        if _made_in(value) in (None, MODULE_NAME):
            pending += (one for one in gc.get_referents(value) if type(one) not in LEAVES)
    return True


def _made_in(value: object) -> str | None:
    """Return the name of the module of a class, function or module; None for any other object."""
    if isinstance(value, ModuleType):
        return str(vars(value).get("__name__"))
    if isinstance(value, (type, FunctionType, BuiltinFunctionType)):
        return str(value.__module__)
    return None

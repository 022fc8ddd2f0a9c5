"""Names that a star import from one of the user's own modules binds."""

from __future__ import annotations

import ast
from bisect import insort
from collections.abc import Collection, Mapping

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.syntax.import_paths import origin
from hypertemplate.compiler.syntax.literals import is_literal


def bind_stars(module: Module, modules: Mapping[str, Module]) -> None:
    """Give the star imports of a module the names that they bind, where these are known.

    Args:
        module: the module.
        modules: the user's own modules, by name.
    """
    for statement in module.statements if modules else ():
        match statement.node:
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                path = origin(statement.node, statement.tree.origin.package)
                if path is not None and path in modules:
                    names, complete = exported(modules, path)
                    statement.names.binds |= names
                    statement.names.star = not complete
                    for name in names:
                        insort(module.binders.setdefault(name, []), statement, key=lambda one: one.number)
                        module.aliases.setdefault(name, f"{path}.{name}")


def exported(modules: Mapping[str, Module], path: str, seen: Collection[str] = ()) -> tuple[set[str], bool]:
    """Return the names that a star import of a module binds, and whether these are all."""
    module = modules[path]
    listed = next((names for s in module.statements if (names := _listed(s.node)) is not None), None)
    if listed is not None:
        return listed, True
    names, complete = set[str](), True
    for statement in module.statements:
        names |= statement.names.binds | statement.names.declares
        if statement.names.star and isinstance(statement.node, ast.ImportFrom):
            other = origin(statement.node, statement.tree.origin.package)
            known = other in modules and other not in (*seen, path)
            inner, all_of_them = (
                exported(modules, str(other), (*seen, path)) if known else (set[str](), False)
            )
            names |= inner
            complete = complete and all_of_them
    return {name for name in names if not name.startswith("_")}, complete


def _listed(node: ast.stmt) -> set[str] | None:
    """Return the names in ``__all__ = [...]``."""
    match node:
        case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List() | ast.Tuple()):
            return set(map(str, ast.literal_eval(node.value))) if is_literal(node.value) else None
    return None

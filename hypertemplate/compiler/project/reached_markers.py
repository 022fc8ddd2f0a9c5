"""Markers in imported modules that a trial reaches."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.project.marked_modules import MarkedModules, remembering_decorator
from hypertemplate.compiler.project.own_module import OwnModule
from hypertemplate.compiler.project.references import Reference, loaded, resolved
from hypertemplate.compiler.syntax.import_paths import with_packages

_IMPORT = "(import)"
"""Name that stands for the import of a module: no name is spelled like this."""


def reached_markers(project: MarkedModules, template: Module, kept: Iterable[TopLevel]) -> set[Marker]:
    """Return the markers in modules that the kept statements of a template reach.

    Args:
        project: the user's own modules that the template imports.
        template: the template.
        kept: its statements that run.
    """
    start = (found for statement in kept for found in _used(project, template, statement))
    found = {*reachable(start, lambda reference: _leads_to(project, reference))}
    markers: set[Marker] = set()
    for one in project.modules.values():
        names = {reference.name for reference in found if reference.module == one.name}
        for statement in one.running if names else ():
            binds = statement.names.binds | statement.names.declares
            everything = "" in names or binds & names or not binds or _is_handed(statement)
            markers |= {*(one.held_by if everything else one.evaluated_by)(statement)}
    return markers


def _used(project: MarkedModules, module: Module, statement: TopLevel) -> Iterator[Reference]:
    """Yield what a statement refers to, and the modules that it imports as references to `_IMPORT`."""
    for found in project.references(module, statement):
        yield Reference(found.module, found.name)
    for name in loaded(statement, project.modules, later=True):
        yield Reference(name, _IMPORT)


def _leads_to(project: MarkedModules, reference: Reference) -> Iterator[Reference]:
    """Yield what is used where a name is used, or where its module is imported."""
    one, name = project.modules[reference.module], reference.name
    packages = (package for package in with_packages(one.name) if package in project.modules)
    yield from (Reference(package, _IMPORT) for package in packages)
    if not name:
        yield from (Reference(one.name, other) for other in one.module.binders)
    if name != _IMPORT and name not in one.module.binders:
        parts = project.lazy_parts(one)
        having = [part for part in parts if name in project.modules[part].module.binders]
        yield from (Reference(part, name) for part in having or parts)
    path = one.module.aliases.get(name)
    elsewhere = resolved(path, project.modules) if path is not None else None
    yield from () if elsewhere is None else (elsewhere,)
    for statement in _at_import(one) if name == _IMPORT else one.module.binders.get(name, ()):
        if statement.names.dynamic:
            yield Reference(one.name, "")
        is_body = name == _IMPORT and isinstance(statement.node, ast.ClassDef)
        names = statement.names.immediately if is_body else statement.names.everywhere
        own = (n for n in names if n in one.module.binders and not project.is_imported(one, n))
        yield from (Reference(one.name, n) for n in own)
        yield from _used(project, one.module, statement)


def _at_import(one: OwnModule) -> list[TopLevel]:
    """Return the statements that do more at the import of a module than define a function."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [statement for statement in one.running if not isinstance(statement.node, functions)]


def _is_handed(statement: TopLevel) -> bool:
    """Return True if a statement that defines something may hand it to other code at once."""
    node = statement.node
    return bool(remembering_decorator(statement)) or (
        isinstance(node, ast.ClassDef) and bool(node.bases or node.keywords)
    )

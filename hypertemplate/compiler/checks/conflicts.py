"""Conflicting names: a function that is redefined or rebound, and a name that two files share."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.dataflow.top_level import TopLevel, place
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, warning
from hypertemplate.compiler.syntax.import_paths import origin
from hypertemplate.compiler.syntax.tree import Tree


def twice(module: Module, function: Function) -> Iterator[Diagnostic]:
    """Warn about each earlier definition that the last one replaces."""
    last = function.statement
    for earlier in module.functions[function.name][:-1]:
        # The branches of an if, or of try and except, are alternatives, not copies.
        if earlier.node is earlier.statement.node and function.node is last.node:
            where = place(last.tree, last.node, earlier.statement.tree)
            text = f"'{function.name}' is defined again on {where}, which replaces this one"
            help = "remove or rename this one"
            yield warning(Code.DUPLICATE_FUNCTION, text, earlier.span, help)


def bound_anew(
    module: Module, function: Function, role: str, kept: list[TopLevel], reached: set[str]
) -> Iterator[Diagnostic]:
    """Report statements that bind the name of the model or data function to something else.

    A call's result of the same name (``data = data()``) is left out, so its readers would get the function. A
    wrapper of the function (``model = cache(model)``) is equivalent to it.

    Args:
        module: the template.
        function: the model or data function.
        role: role of the function, model or data.
        kept: statements that are kept.
        reached: names that data and model reach.
    """
    name = function.name
    numbers = {statement.number for statement in kept}
    for statement in module.binders[name]:
        if statement.number <= function.statement.number or not isinstance(statement.node, _ASSIGNMENTS):
            continue
        if name not in statement.names.everywhere and statement.number in numbers:
            text = f"this rebinds the name of the {role} function"
            yield error(Code.NOT_A_FUNCTION, text, statement.span, "use another name for one of the two")
        if name in statement.names.everywhere and statement.number not in numbers:
            yield from _reads(name, role, [s for s in kept if s.names.binds & reached])


_ASSIGNMENTS = (ast.Assign, ast.AnnAssign)


def _reads(name: str, role: str, statements: list[TopLevel]) -> Iterator[Diagnostic]:
    """Report statements that read a function's name for anything but a call."""
    for statement in statements:
        for use in statement.names.uses:
            parent = statement.tree.parents.get(use.node)
            if use.name == name and not (isinstance(parent, ast.Call) and parent.func is use.node):
                text = f"'{name}' is the {role} function here, not what it returned"
                help = f"use another name for the result: loaded = {name}()"
                yield error(Code.NOT_A_FUNCTION, text, statement.tree.span(use.node), help)


def shared_names(module: Module, kept: list[TopLevel], reached: set[str]) -> Iterator[Diagnostic]:
    """Report names that two files define and that one of them reads, which would get the other's value.

    Args:
        module: the template.
        kept: statements that are kept.
        reached: names that data and model reach.
    """
    reading = [s for s in kept if s.names.binds & reached] if module.imported else []
    numbers = {statement.number for statement in kept}
    for name in sorted(reached & module.binders.keys()) if reading else ():
        binders = [
            s for s in module.binders[name] if s.number in numbers and not _only_imports(module, s, name)
        ]
        if len({_meaning(binder, name) for binder in binders}) < 2:
            continue
        for statement in reading:
            own = _own(module, name, statement.tree)
            own = own if own in binders else None
            reads = (
                statement.names.deferred if own and own.tree is statement.tree else statement.names.everywhere
            )
            if own is not None and own.tree is not binders[-1].tree and name in reads:
                where = place(binders[-1].tree, binders[-1].node, own.tree)
                text = f"'{name}' is defined again on {where}, and both files run as one module"
                yield error(Code.SHARED_NAME, text, own.span, "rename one of the two")
                break


def _only_imports(module: Module, statement: TopLevel, name: str) -> bool:
    """Return True for an import of a name, without renaming, from a file compiled with the template."""
    node = statement.node
    if not module.imports_part(node) or not isinstance(node, ast.ImportFrom):
        return False
    return all(alias.asname != name for alias in node.names)


def _own(module: Module, name: str, tree: Tree) -> TopLevel | None:
    """Return the statement that binds a name for a file: its own, or that of the file it imports from."""
    own = [statement for statement in module.binders[name] if statement.tree is tree]
    if not own or not _only_imports(module, own[-1], name):
        return own[-1] if own else None
    node = own[-1].node
    path = origin(node, module.package) if isinstance(node, ast.ImportFrom) else None
    there = [s for s in module.binders[name] if s.tree.origin.module == path]
    return there[-1] if there else None


def _meaning(statement: TopLevel, name: str) -> str:
    """Return what a statement binds a name to, for comparison: the same path or text means the same thing."""
    match statement.node:
        case ast.Import(names=names):
            return next(
                a.name if a.asname else name for a in names if name in (a.asname, a.name.split(".")[0])
            )
        case ast.ImportFrom(names=names) as node:
            path = origin(node, statement.tree.origin.package)
            found = (f"{path}.{a.name}" for a in names if name in (a.asname, a.name))
            return next(found, f"{path}.*")
    return ast.dump(statement.node)

"""Calls of the template's own functions, methods and classes that these do not accept: TypeErrors all."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.entry.own_functions.lasting_definitions import LastingDefinitions
from hypertemplate.compiler.entry.own_functions.own_callees import OwnCallee, OwnCallees
from hypertemplate.compiler.syntax.tree import Tree


def misfits(
    module: Module, statements: Iterable[TopLevel], own: Mapping[str, Module]
) -> Iterator[Diagnostic]:
    """Warn about calls with an argument missing, unknown or too many, of functions whose text is in the file.

    Args:
        module: template.
        statements: statements that run.
        own: the user's own modules, by name.
    """
    callees = OwnCallees(module, {}, LastingDefinitions(module, own))
    for statement in statements:
        tree = statement.tree
        for node in ast.walk(statement.node):
            if not isinstance(node, ast.Call) or _may_be_caught(tree, node):
                continue
            called = callees.called(tree, node)
            if called is not None:
                yield from _misfit(node, _named(callees, tree, node.func), called, tree)


def _named(callees: OwnCallees, tree: Tree, function: ast.expr) -> str:
    """Return the name of what is called, of a method with that of its class."""
    method = callees.method(tree, function) if isinstance(function, ast.Attribute) else None
    return ast.unparse(function) if method is None else f"{method.owner.name}.{method.function.name}"


def _may_be_caught(tree: Tree, call: ast.Call) -> bool:
    """Tell whether code around a call may expect that it fails."""
    return any(
        child in getattr(parent, "body", ())
        and (getattr(parent, "handlers", ()) or isinstance(parent, (ast.With, ast.AsyncWith)))
        for child, parent in tree.ancestors(call)
        if isinstance(child, ast.stmt)
    )


def _misfit(call: ast.Call, name: str, called: OwnCallee, tree: Tree) -> Iterator[Diagnostic]:
    unknown = any(isinstance(one, ast.Starred) for one in call.args) or any(
        k.arg is None for k in call.keywords
    )
    if unknown:
        return
    function, added = called
    keywords = {str(keyword.arg): None for keyword in call.keywords}
    try:
        _check_positional(function.args, added + len(call.args))
        _signature(function.args).bind(*[None] * (added + len(call.args)), **keywords)
    except TypeError as error:
        what = f"{name}() takes {_shown(function.args, added)}"
        yield warning(Code.CALL, f"{name}(): {error}", tree.span(call), what)


def _check_positional(arguments: ast.arguments, given: int) -> None:
    """Raise TypeError if a positional-only parameter gets no argument: some Pythons bind it by its name."""
    without = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    missing = arguments.posonlyargs[given:without]
    if missing:
        raise TypeError(f"missing a required argument: '{missing[0].arg}'")


def _signature(arguments: ast.arguments) -> inspect.Signature:
    """Return the signature of parameters, with a value in place of each default."""
    kinds = inspect.Parameter
    places = [*arguments.posonlyargs, *arguments.args]
    without, only = len(places) - len(arguments.defaults), len(arguments.posonlyargs)
    found = [
        kinds(
            one.arg,
            kinds.POSITIONAL_ONLY if place < only else kinds.POSITIONAL_OR_KEYWORD,
            default=kinds.empty if place < without else None,
        )
        for place, one in enumerate(places)
    ]
    if arguments.vararg is not None:
        found.append(kinds(arguments.vararg.arg, kinds.VAR_POSITIONAL))
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(kinds(one.arg, kinds.KEYWORD_ONLY, default=kinds.empty if default is None else None))
    if arguments.kwarg is not None:
        found.append(kinds(arguments.kwarg.arg, kinds.VAR_KEYWORD))
    return inspect.Signature(found)


def _shown(arguments: ast.arguments, added: int) -> str:
    """Write the names of parameters, without those that Python adds an argument for."""
    names = [*_signature(arguments).parameters][added:]
    return ", ".join(names) if names else "no arguments"

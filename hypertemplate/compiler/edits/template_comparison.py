"""Comparison of two versions of a template, with its own modules: each statement that a trial may reach."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.edits.comparison import Comparison
from hypertemplate.compiler.edits.differences import Difference, OtherCode, SameFunction
from hypertemplate.compiler.edits.idle_code import IdleCode
from hypertemplate.compiler.edits.moved_statements import LISTING
from hypertemplate.compiler.edits.range_constants import feeds_ranges
from hypertemplate.compiler.edits.version import Version, View
from hypertemplate.compiler.footprints import is_import
from hypertemplate.compiler.syntax.import_paths import bound_paths
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.statements import is_main_guard


@dataclass(frozen=True, eq=False)
class Compared:
    """Differences of a module of two versions.

    Attributes:
        before: module of the earlier version.
        after: module of the present version.
        found: differences.
        pairs: top-level statements of the template that both have; none of other modules.
    """

    before: View
    after: View
    found: list[Difference]
    pairs: list[tuple[TopLevel, TopLevel]] = field(default_factory=list)


Settled = tuple[frozenset[Span], frozenset[Span]]
"""Spans of the statements of each version that make no difference."""


def compared(before: Version, after: Version, settled: Settled) -> Iterator[Compared]:
    """Yield the differences of the user's own modules, and then those of the template itself.

    Args:
        before: earlier version.
        after: present version.
        settled: statements that are not compared.
    """
    own = before.own_modules, after.own_modules
    for name in own[0]:
        if name in own[1]:
            yield _compared_module(own[0][name], own[1][name])
    views = View(before, before.analysis.module), View(after, after.analysis.module)
    yield _compared_template(*views, settled)


def _compared_module(before: View, after: View) -> Compared:
    idle = IdleCode(before), IdleCode(after)
    comparison = Comparison(before, after, idle)
    bodies = [
        [one.node for one in view.module.statements if not (is_main_guard(one.node) or quiet(one.node))]
        for view, quiet in zip((before, after), idle, strict=True)
    ]
    return Compared(before, after, comparison.statements(*bodies))


def _compared_template(before: View, after: View, settled: Settled) -> Compared:
    views, idle = (before, after), (IdleCode(before), IdleCode(after))
    comparison = Comparison(before, after, idle, _renamed(before, after))
    tops = [{one.node: one for one in view.module.statements} for view in views]
    shown = [
        [
            node
            for node, one in top.items()
            if one.span not in ended
            and not (quiet(node) or feeds_ranges(one, view, quiet) or _imports_the_same(one, view, other))
        ]
        for top, view, other, quiet, ended in zip(tops, views, reversed(views), idle, settled, strict=True)
    ]
    running = before.version.running, after.version.running
    alignment = comparison.align(*_concerned(shown, running, views))
    found: list[Difference] = []
    for had, has in alignment.pairs:
        differing = comparison.statement(had, has)
        if had in running[0] and has in running[1]:
            found += differing
        elif (had in running[0] or has in running[1]) and not all(
            isinstance(one, SameFunction) for one in differing
        ):
            found.append(OtherCode(had, has))
    for had in alignment.gone:
        found += comparison.gone(had) if had in running[0] else []
    for has in alignment.new:
        found += comparison.new(has) if has in running[1] else []
    return Compared(before, after, found, [(tops[0][had], tops[1][has]) for had, has in alignment.pairs])


def _imports_the_same(statement: TopLevel, view: View, other: View) -> bool:
    """Tell whether an import gives names what they have in the other version too, or what it does not name.

    Where it stands makes no difference then, unless it may read what is set above it.
    """
    if not is_import(statement) or not (LISTING | {"NameError"}).isdisjoint(view.version.names):
        return False
    module, theirs = view.module, other.module
    named = other.version.names | other.version.bound_names
    found = dict(bound_paths(statement.node, ""))
    if not all(path.partition(".")[0] in sys.stdlib_module_names for path in found.values()) and any(
        one.sets_something for one in (view, other)
    ):
        return False
    return all(
        module.always_imported(name)
        and (
            name not in named
            or (theirs.always_imported(name) and theirs.aliases.get(name) == module.aliases.get(name))
        )
        for name in found
    )


def _concerned(
    statements: list[list[ast.stmt]],
    running: tuple[Mapping[ast.AST, TopLevel], Mapping[ast.AST, TopLevel]],
    views: tuple[View, View],
) -> Iterator[list[ast.stmt]]:
    """Yield the statements of each version that run in one: others, as those of a search, stand in no way."""
    keys = [
        {view.key(one) for one in shown if one in needed}
        for shown, needed, view in zip(statements, running, views, strict=True)
    ]
    for shown, needed, view, others in zip(statements, running, views, reversed(keys), strict=True):
        yield [one for one in shown if one in needed or view.key(one) in others]


def _renamed(before: View, after: View) -> tuple[tuple[ast.AST, ast.AST], ...]:
    """Return the model and the data function before and after, if nothing that runs names them."""
    found: list[tuple[ast.AST, ast.AST]] = []
    selections = before.version.analysis.selection, after.version.analysis.selection
    for had, has in zip(*((one.model, one.data) for one in selections), strict=True):
        if had is None or has is None:
            continue
        users = [
            user
            for view, function in ((before, had), (after, has))
            for user in view.module.users.get(function.name, ())
            if user.node in view.version.running
        ]
        found += [] if users else [(had.node, has.node)]
    return tuple(found)

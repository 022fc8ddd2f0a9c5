"""Checks of names that need the whole module: undefined ones, and those that clash."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.checks.bare_draws import braces
from hypertemplate.compiler.checks.conflicts import bound_anew, shared_names
from hypertemplate.compiler.checks.import_edits import top_import_edit
from hypertemplate.compiler.checks.python2 import NAMES
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.entry.exclusions import reached_names
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.markers.grammar import EXAMPLES, SIGNATURES, did_you_mean
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.placement.partition import SPACE, Partition
from hypertemplate.compiler.syntax.hyperas_imports import is_replaced, replacement
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.scopes import SCOPES, Use, bound_names, free_names, unassigned_globals
from hypertemplate.compiler.syntax.source import Part, Span
from hypertemplate.compiler.syntax.statements import is_main_guard
from hypertemplate.compiler.syntax.tree import NAME_IT_FIRST, Tree

MODULE_NAMES = frozenset(
    [
        *("__annotations__", "__builtins__", "__cached__", "__debug__", "__doc__", "__file__"),
        *("__loader__", "__name__", "__package__", "__path__", "__spec__"),
        *("__class__", "__module__", "__qualname__"),
    ]
)
"""Names that every module has, and those that every class body has."""

KERNEL_NAMES = {
    "get_ipython": "remove it from data and model",
    "display": "write from IPython.display import display above it",
}
"""Names that IPython adds to Python's builtins, and what to write instead."""

BUILTINS = frozenset([*dir(builtins), "exit", "quit"]) - KERNEL_NAMES.keys()
"""Names that every trial finds; those that IPython removes from the builtins are back in a trial."""

_UNIMPORTED = {"STATUS_FAIL": "hyperopt", "STATUS_OK": "hyperopt", "conditional": "hypertemplate"}
"""Names that templates for Hyperas use without an import, and the modules that have them."""

RESERVED = "_ht_"


def check_reserved(module: Module) -> Iterator[Diagnostic]:
    """Report templates that use the program's reserved name."""
    for tree in module.trees:
        for node in ast.walk(tree.module):
            if RESERVED in _names_in(node):
                place = node if hasattr(node, "lineno") else tree.parents.get(node)
                span = tree.span(place) if isinstance(place, (ast.expr, ast.stmt, ast.alias)) else None
                text = f"the name {RESERVED} is reserved for the drawn values"
                yield error(Code.RESERVED_NAME, text, span, "use another name")
                return


def _names_in(node: ast.AST) -> list[object]:
    """Return the names that a node contains as text, whatever it does with them."""
    fields = [getattr(node, name, None) for name in ("id", "name", "asname", "arg", "rest", "names")]
    return [name for value in fields for name in (value if isinstance(value, list) else [value])]


def _distribution_names(markers: tuple[Marker, ...]) -> set[ast.AST]:
    """Return the names of distributions in markers; they are compiled, so nothing needs to define them."""
    names: set[ast.AST] = set()
    for marker in markers:
        for node in ast.walk(marker.call):
            if isinstance(node, ast.Call) and last_name(node.func) in SIGNATURES:
                names |= {part for part in ast.walk(node.func) if isinstance(part, ast.Name)}
    return names


@dataclass(frozen=True, slots=True)
class Undefined:
    """A name that data, the model or a kept statement reads, and that no kept statement binds.

    Attributes:
        name: the name.
        span: place of its first read.
        certain: whether nothing else can bind it: no star import, ``exec``, ``globals()`` or ``builtins``.
        declared: whether a function that reads it declares it ``global``.
    """

    name: str
    span: Span
    certain: bool = True
    declared: bool = False


def undefined_names(
    module: Module,
    selection: Selection,
    partition: Partition,
    markers: tuple[Marker, ...],
    broken: list[Span],
) -> Iterator[Undefined]:
    """Yield each such name at its first read.

    Under a star import, ``exec`` or ``globals()``, these are the local variables of data alone.

    Args:
        module: the template.
        selection: its model and data function.
        partition: placement of its statements.
        markers: its markers.
        broken: places of errors that were already found; names there are not reported again.
    """
    kept = partition.kept
    certain = not any(s.names.star or s.names.dynamic or module.facts.binds_anything(s) for s in kept)
    certain = certain and not any(path.split(".")[0] == "builtins" for path in module.aliases.values())
    declared = set().union(*(s.names.declares for s in kept))
    defined = defined_names(kept) | partition.in_memory
    reached = reached_names(module, selection, kept)
    compiled = _distribution_names(markers)
    packages = {
        name
        for s in kept
        if is_replaced(s.node) and isinstance(s.node, ast.Import)
        for name in replacement(s.node)[1]
    }
    seen: set[str] = set()
    for statement in kept:
        runs = bool(statement.names.binds & reached)
        uses = sorted(statement.names.uses, key=lambda use: (use.node.lineno, use.node.col_offset))
        for use in uses:
            wanted = (use.immediate or runs) and not use.guarded and use.node not in compiled
            is_there = use.name in defined and not (use.name in packages and _drives(statement, use))
            if not wanted or is_there or use.name in seen:
                continue
            span = place_of(statement.tree, use.node)
            undefined = Undefined(use.name, span, certain, use.name in declared)
            if (certain or leaked(selection, undefined)) and not any(span.inside(one) for one in broken):
                seen.add(use.name)
                yield undefined


def _drives(statement: TopLevel, use: Use) -> bool:
    """Tell whether the name of this package is used for anything but ``report``."""
    parent = statement.tree.parents.get(use.node)
    return not (isinstance(parent, ast.Attribute) and parent.attr == "report")


def defined_names(kept: list[TopLevel]) -> set[str]:
    """Return the names that are defined after the kept statements have run."""
    defined = set().union(*(s.names.binds | (s.names.declares - unassigned_globals(s.node)) for s in kept))
    return defined | BUILTINS | MODULE_NAMES | {SPACE}


def place_of(tree: Tree, name: ast.Name) -> Span:
    """Return the span of a name; in an f-string, whose parts have no places on Python 3.11, the string's."""
    node: ast.expr = name
    for _, parent in tree.ancestors(name):
        if isinstance(parent, ast.JoinedStr):
            node = parent
    return tree.span(node)


def leaked(selection: Selection, undefined: Undefined) -> bool:
    """Return True for a local variable of data, which Hyperas made visible to the model."""
    data = selection.data
    return data is not None and selection.model is not None and undefined.name in bound_names(data.node)


def check_undefined(module: Module, partition: Partition, undefined: Undefined) -> Diagnostic:
    """Report a name that is not defined, or only by a statement that is left out."""
    name, span = undefined.name, undefined.span
    for binder in module.binders.get(name, ()):
        if is_main_guard(binder.node):
            text = f"'{name}' is defined only in the __main__ part, which is left out"
            return error(Code.UNDEFINED_NAME, text, span, f"define '{name}' above the __main__ part")
        if is_replaced(binder.node):
            text = f"'{name}' drives a search and does not exist in a trial"
            return error(Code.REPLACED_IMPORT, text, span, "remove it from data and model")
        why = partition.placed(binder).reason
        if why.startswith("it calls minimize"):
            text = f"'{name}' is the result of the search on {binder.place}, and does not exist in a trial"
            return error(Code.UNDEFINED_NAME, text, span, f"remove '{name}' from data and model")
        if binder in partition.kept:
            text = f"'{name}' is read here before a function binds it"
            return error(Code.UNDEFINED_NAME, text, span, f"define '{name}' at the top level")
        text = f"'{name}' is defined only on {binder.place}, which is left out: {why}"
        return error(Code.UNDEFINED_NAME, text, span, f"define '{name}' in a statement of its own")
    if name in NAMES:
        text = f"this is Python 2 source ('{name}'), and only Python 3 can run it"
        help = NAMES[name]
        same = re.fullmatch(r"write (\w+)", help)
        uses = [use.node for s in module.users.get(name, ()) for use in s.names.uses if use.name == name]
        edits = tuple(Edit(_span_of(module, node), same[1]) for node in uses) if same else ()
        return error(Code.PYTHON_2, text, span, help, edits)
    if name in KERNEL_NAMES:
        text = f"'{name}' belongs to the notebook's kernel and does not exist in a trial"
        return error(Code.UNDEFINED_NAME, text, span, KERNEL_NAMES[name])
    if name in _UNIMPORTED:
        help = f"from {_UNIMPORTED[name]} import {name}"
        edits = top_import_edit(module, name, _UNIMPORTED[name])
        return error(Code.UNDEFINED_NAME, f"'{name}' is not defined", span, help, edits)
    if name in SIGNATURES:
        help, edits = _in_a_marker(module, name, span)
        return error(Code.UNDEFINED_NAME, f"'{name}' is not defined outside a marker", span, help, edits)
    if name == "study" and any(tree.origin.is_search for tree in module.trees):
        text = "'study' is the result of a %%tune cell, which is a search of its own and left out"
        return error(Code.UNDEFINED_NAME, text, span, "write the value that it found, such as rate = 0.1")
    searched = next((t.origin for t in module.trees if _binds_in_search(t.origin, name)), None)
    if searched is not None:
        text = f"'{name}' is defined only in {searched.name}, and names of a %%tune cell do not stay"
        help = f"define '{name}' in a cell without %%tune"
        return error(Code.UNDEFINED_NAME, text, span, help)
    known = set(module.binders)
    meant = did_you_mean(name, known, cutoff=0.75)
    help = f"did you mean {meant}?" if meant else f"import it, or define '{name}' at the top level"
    return error(Code.UNDEFINED_NAME, f"'{name}' is not defined", span, help)


def _binds_in_search(part: Part, name: str) -> bool:
    """Tell whether a line of a cell under ``%%tune``, which is not parsed, binds a name."""
    if not part.is_search:
        return False
    word = rf"\b{name}\b"
    forms = (
        rf"(def|class)[ \t]+{word}",
        rf"(from[ \t].+)?\bimport\b.*{word}",
        rf"for\b.*{word}.*\bin\b",
        rf"([\w \t]+,)*[ \t]*{word}[\w, \t]*=[^=]",
    )
    return re.search(rf"(?m)^[ \t]*({'|'.join(forms)})", part.original) is not None


def _span_of(module: Module, node: ast.expr) -> Span:
    return next(tree for tree in module.trees if node in tree.parents).span(node)


def _in_a_marker(module: Module, name: str, place: Span) -> tuple[str, tuple[Edit, ...]]:
    """Return the help and the edits for a distribution outside a marker: a call of it, or its bare name."""
    tree = next(tree for tree in module.trees if tree.part == place.part)
    for node in tree.parents:
        if isinstance(node, ast.Call) and tree.span(node.func) == place:
            return braces(tree, node)
        if isinstance(node, ast.JoinedStr) and tree.span(node) == place:
            return NAME_IT_FIRST, ()
    return f"write, for example, {{{{{EXAMPLES[name]}}}}}", ()


def check_functions(module: Module, selection: Selection, partition: Partition) -> Iterator[Diagnostic]:
    """Report names that clash with those of data and model, and undefined names in `data_args`."""
    kept = partition.kept
    reached = reached_names(module, selection, kept)
    for function, role in ((selection.model, "model"), (selection.data, "data")):
        if function is not None:
            yield from bound_anew(module, function, role, kept, reached)
    yield from shared_names(module, kept, reached)
    node = selection.data_args_node
    if isinstance(node, ast.Constant) and selection.data_args is not None:
        text = f"data_args is a tuple of the data function's arguments, got {selection.data_args.text}"
        help = f"write data_args=({selection.data_args.text},)"
        yield error(Code.JOIN, text, selection.data_args.span, help)
    for use in free_names(node) if node is not None else ():
        tree = next(tree for tree in module.trees if use.node in tree.parents)
        around = [
            p for _, p in tree.ancestors(use.node) if isinstance(p, SCOPES) and use.name in bound_names(p)
        ]
        if around:
            name = getattr(around[0], "name", "a lambda")
            text = (
                f"'{use.name}' is a variable of {name}(), which is not called; data_args needs the module's"
            )
            help = f"define '{use.name}' at the top level"
            yield error(Code.UNDEFINED_NAME, text, tree.span(use.node), help)
        elif use.name not in defined_names(kept):
            yield check_undefined(module, partition, Undefined(use.name, tree.span(use.node)))
        elif use.name in partition.marked_names and not partition.data_per_trial:
            text = f"'{use.name}' depends on a marker, and data_args are read before any trial"
            data = "data" if selection.data is None else selection.data.name
            help = f"write the marker in {data}(), which then runs in each trial"
            yield error(Code.NOT_YET_DEFINED, text, tree.span(use.node), help)


def defined_below(undefined: Undefined, binder: TopLevel, search: TopLevel) -> Diagnostic:
    """Report a name that only a statement below the file's own search defines."""
    name = undefined.name
    text = f"'{name}' is defined only on {binder.place}, which comes after the search on {search.place}"
    return error(Code.UNDEFINED_NAME, text, undefined.span, f"define '{name}' above the search")

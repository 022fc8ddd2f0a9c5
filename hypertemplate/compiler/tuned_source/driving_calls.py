"""Calls that drive a search, replaced by one run of the model; and what stands below them.

Code below a search may read what one run gives: the best values, the best model. Other results of a search,
such as the list of its trials, do not exist then: statements that read them go, each with a note. So do
further searches, which would begin where the first one ended.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import place
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.entry.minimize_calls import MinimizeCall, argument, minimize_calls, named
from hypertemplate.compiler.syntax.name_scopes import scope_of
from hypertemplate.compiler.syntax.nodes import FUNCTIONS, last_name
from hypertemplate.compiler.syntax.scopes import names_of
from hypertemplate.compiler.syntax.source import line_starts, line_text, newlines, position
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.compiler.tuned_source.removed_code import removals
from hypertemplate.compiler.tuned_source.search_results import SearchResults

_HEADS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try)
"""Statements of which a part may go."""


@dataclass(eq=False)
class DrivingCalls:
    """Calls that drive a search of one model function.

    Args:
        module: the template, all of it.
        model: name of the model function.
        call: statements that run it once.
        result: name that they bind.
        results: what a search gives.

    Attributes:
        edits: edits that replace the calls.
        notes: what goes besides, for people.
        found: calls that cannot be replaced.
    """

    module: Module
    model: str
    call: Sequence[str]
    result: str
    results: SearchResults
    edits: list[Edit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    _gone: dict[Tree, list[ast.stmt]] = field(default_factory=dict)

    def replace(self) -> None:
        """Fill the attributes."""
        statements: dict[ast.stmt, tuple[Tree, MinimizeCall]] = {}
        for call in minimize_calls(self.module):
            tree = next(tree for tree in self.module.trees if call.node in tree.parents)
            statement = self._statement(tree, call)
            if statement is not None:
                statements[statement] = tree, call
        for statement, (tree, call) in statements.items():
            if statement not in self._gone.get(tree, ()):
                self._replace(tree, statement, call, statements.keys())
        for tree, gone in self._gone.items():
            self.edits += removals(tree, gone)

    def _statement(self, tree: Tree, call: MinimizeCall) -> ast.stmt | None:
        """Return the statement that a call of a search is; None, with a finding, if it is another one."""
        if named(call, "model") != self.model:
            other = argument(call, "model")
            what = "another model" if other is None else tree.one_line(other)
            self._refuse(
                tree, call.node, f"this searches {what}, and the study is of {self.model}()", "remove it"
            )
            return None
        parent = tree.parents[call.node]
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Expr)):
            return parent
        text = "this search is part of another expression, so nothing can take its place"
        self._refuse(tree, call.node, text, "write it as a statement of its own: best = ...")
        return None

    def _refuse(self, tree: Tree, node: ast.expr | ast.stmt, text: str, help: str) -> None:
        self.found.append(error(Code.NOT_PLAIN, text, tree.span(node), help))

    def _replace(
        self, tree: Tree, statement: ast.stmt, call: MinimizeCall, searches: Collection[ast.stmt]
    ) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        bound = self.results.bound(call, targets)
        names = {node.id for one in targets for node in ast.walk(one) if isinstance(node, ast.Name)}
        filled = argument(call, "trials")
        trials = {filled.id} if isinstance(filled, ast.Name) else set[str]()
        below = _Below(
            self, tree, statement, searches, (names - bound.keys()) | trials, _study(call, targets)
        )
        below.read()
        for one, gone in below.gone.items():
            self._gone.setdefault(one, []).extend(gone)
        self.edits += below.edits
        for one, made in [*self._idle_trials(trials, statement)]:
            self._gone.setdefault(one, []).append(made)
        used = self._read_names()
        lines = [*self.call]
        lines += [
            f"{name} = {self._value(tree, statement, text)}" for name, text in bound.items() if name in used
        ]
        self.edits.append(Edit(tree.span(statement), _joined(tree, statement, lines)))

    def _value(self, tree: Tree, statement: ast.stmt, text: str) -> str:
        if not text.startswith("{"):
            return text
        return self.results.params_text(_indent(tree, statement), _newline(tree))

    def _read_names(self) -> set[str]:
        """Return the names that code reads which stays."""
        gone = {*self._nodes_gone()}
        return {
            node.id
            for tree in self.module.trees
            for node in ast.walk(tree.module)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in gone
        }

    def _idle_trials(self, trials: Collection[str], search: ast.stmt) -> Iterator[tuple[Tree, ast.stmt]]:
        """Yield the statements that only make hyperopt's trials for a search."""
        idle = {*ast.walk(search), *self._nodes_gone()}
        nodes = [(tree, node) for tree in self.module.trees for node in ast.walk(tree.module)]
        uses = [(tree, node) for tree, node in nodes if isinstance(node, ast.Name) and node.id in trials]
        for tree, node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name) as target], value=ast.Call(func=function)):
                    path = self.module.dotted(function) or ""
                    scope = scope_of(tree, target)
                    others = [
                        use
                        for one, use in uses
                        if use.id == name and use not in idle and scope_of(one, use) is scope
                    ]
                    if name in trials and path.startswith("hyperopt.") and others == [target]:
                        yield tree, node

    def _nodes_gone(self) -> Iterator[ast.AST]:
        return (node for gone in self._gone.values() for one in gone for node in ast.walk(one))

    def refuse_return(self, tree: Tree, statement: ast.stmt) -> None:
        """Record that a function returns what only a search gives."""
        text = "this returns what only a search gives"
        self._refuse(tree, statement, text, f"return {self.result}, or remove it")


def _study(call: MinimizeCall, targets: list[ast.expr]) -> str:
    """Return the name of the study that a call of ``tune`` gives; empty for another one."""
    match targets:
        case [ast.Name(id=name)] if last_name(call.node.func) == "tune":
            return name
    return ""


@dataclass(eq=False)
class _Below:
    """Code below a search that reads its results.

    Args:
        calls: the searches, which record what is refused.
        tree: part of the search.
        search: its statement.
        searches: statements of all searches.
        lost: names whose values only a search gives.
        study: name of its study, of which some attributes can be replaced; empty for none.

    Attributes:
        gone: statements that go.
        edits: edits of uses of the study.
    """

    calls: DrivingCalls
    tree: Tree
    search: ast.stmt
    searches: Collection[ast.stmt]
    lost: set[str]
    study: str
    gone: dict[Tree, list[ast.stmt]] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)

    def read(self) -> None:
        """Go through the code below the search."""
        self._lose_functions()
        node: ast.AST = self.search
        for child, parent in self.tree.ancestors(self.search):
            for block in _blocks(parent):
                if child in block:
                    self._block(self.tree, block[block.index(child) + 1 :])
            node = parent
            if isinstance(parent, FUNCTIONS):
                return
        assert isinstance(node, ast.Module)
        trees = self.calls.module.trees
        for tree in trees[trees.index(self.tree) + 1 :]:
            if tree.origin.is_search:
                self.lost.discard("study")  # its own search binds the name
            else:
                self._block(tree, tree.module.body)

    def _lose_functions(self) -> None:
        """Count functions above as lost that read what only a search gives."""
        if any(isinstance(parent, FUNCTIONS) for _, parent in self.tree.ancestors(self.search)):
            return  # its names are those of the function
        found = True
        while found:
            found = False
            for name, functions in self.calls.module.functions.items():
                if name not in self.lost and self.lost & _read([one.node for one in functions]):
                    self.lost.add(name)
                    found = True

    def _block(self, tree: Tree, block: Sequence[ast.stmt]) -> None:
        for statement in block:
            self._statement(tree, statement)

    def _statement(self, tree: Tree, statement: ast.stmt) -> None:
        if statement in self.searches:
            self._remove(tree, statement, "it is a further search")
            return
        if isinstance(statement, _HEADS):
            head, inner = _parts(statement)
            if not self._is_lost(tree, head):
                self.edits += self._of_study(tree, head)
                for block in inner:
                    self._block(tree, block)
                return
        elif not self._is_lost(tree, [statement]):
            self.edits += self._of_study(tree, [statement])
            self.lost -= _bound(statement)
            return
        names = sorted(self.lost & _read([statement]))
        self._remove(tree, statement, f"it reads {', '.join(names)}, which only a search gives")

    def _remove(self, tree: Tree, statement: ast.stmt, reason: str) -> None:
        if any(isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) for node in _own(statement)):
            self.calls.refuse_return(tree, statement)
        self.gone.setdefault(tree, []).append(statement)
        self.calls.notes.append(f"{place(tree, statement)} goes: {reason}")
        self.lost |= _bound(statement) - self._kept
        self.edits = [one for one in self.edits if not one.span.inside(tree.span(statement))]

    @property
    def _kept(self) -> set[str]:
        """Names that have a value without the search."""
        targets = getattr(self.search, "targets", ())
        names = {node.id for one in targets for node in ast.walk(one) if isinstance(node, ast.Name)}
        return names - self.lost

    def _is_lost(self, tree: Tree, nodes: Sequence[ast.AST]) -> bool:
        """Tell whether code reads what only a search gives, and one run does not."""
        reads = _read(nodes)
        if not self.lost & reads:
            return False
        uses = [use for use in _uses(nodes, self.study) if self.study]
        edits = list(self._of_study(tree, nodes))
        return bool(self.lost & reads - {self.study}) or len(edits) < len(uses) or not uses

    def _of_study(self, tree: Tree, nodes: Sequence[ast.AST]) -> Iterator[Edit]:
        if self.study in self.lost:
            for use in _uses(nodes, self.study):
                yield from self.calls.results.of_study(tree, use)


def _uses(nodes: Sequence[ast.AST], name: str) -> Iterator[ast.Name]:
    for node in nodes:
        for use in ast.walk(node):
            if isinstance(use, ast.Name) and use.id == name:
                yield use


def _read(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that code reads from around it, also in functions."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.stmt):
            found |= names_of(node).everywhere
        else:
            found |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return found


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds, without those in functions."""
    found: set[str] = set()
    for node in _own(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
    return found


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement, without the bodies of functions and classes."""
    worklist: list[ast.AST] = [statement]
    while worklist:
        node = worklist.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            worklist += ast.iter_child_nodes(node)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _parts(statement: ast.stmt) -> tuple[list[ast.AST], list[list[ast.stmt]]]:
    """Return the head of a compound statement, and its blocks."""
    blocks = [*_blocks(statement)]
    handlers = getattr(statement, "handlers", [])
    blocks += [handler.body for handler in handlers]
    inner = {id(one) for block in blocks for one in block} | {id(handler) for handler in handlers}
    head = [node for node in ast.iter_child_nodes(statement) if id(node) not in inner]
    return [*head, *(one.type for one in handlers if one.type is not None)], blocks


def _joined(tree: Tree, statement: ast.stmt, lines: Sequence[str]) -> str:
    """Return statements in the place of one: each on a line of its own, unless others are on its line."""
    span = tree.span(statement)
    start = line_starts(tree.text)[position(tree.text, span.start).line - 1]
    last = position(tree.text, span.end).line
    rest = tree.text[span.end : line_starts(tree.text)[last - 1] + len(line_text(tree.text, last))]
    alone = not tree.text[start : span.start].strip() and not rest.strip().startswith(";")
    between = f"{_newline(tree)}{_indent(tree, statement)}" if alone else "; "
    return between.join(lines)


def _indent(tree: Tree, statement: ast.stmt) -> str:
    span = tree.span(statement)
    start = line_starts(tree.text)[position(tree.text, span.start).line - 1]
    before = tree.text[start : span.start]
    return before if before.isspace() else ""


def _newline(tree: Tree) -> str:
    """Return the first line end of a part."""
    return (
        newlines(tree.text)[:2] if newlines(tree.text).startswith("\r\n") else newlines(tree.text)[:1] or "\n"
    )

"""Directives in comments that overrule the partition: ``# hypertemplate: setup``, ``trial`` or ``skip``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hypertemplate.compiler.dataflow.module import Module, immediate_calls
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.nodes import calls
from hypertemplate.compiler.syntax.source import Span, position
from hypertemplate.compiler.syntax.tokens import comments
from hypertemplate.compiler.syntax.tree import Tree

WORDS = ("setup", "trial", "skip")
"""Words of a directive: run once in each worker, run in each trial, do not run."""

_COMMENT = re.compile(r"(?:#[ \t]*tune\b.*?)?#\s*hypertemplate\s*:\s*([^#]*?)\s*(?:#.*)?$")
"""A directive, perhaps behind a marker, and perhaps with other text behind it."""


class Overrule(NamedTuple):
    """A directive's word and its place."""

    word: str
    span: Span


def overrules(module: Module, markers: tuple[Marker, ...]) -> tuple[dict[int, Overrule], list[Diagnostic]]:
    """Return the directive at the end of each statement's first line, by the statement's number.

    For a decorated definition the line of the ``def`` or ``class`` counts too. If a line has several
    statements, the directive applies to all.
    """
    words: dict[int, Overrule] = {}
    found: list[Diagnostic] = []
    for tree in module.trees:
        unused = {line: (word, span) for line, word, span in _comments(tree)}
        comments = dict(unused)
        for statement in module.statements if comments else ():
            for line in _first_lines(statement) if statement.tree is tree else ():
                if line in comments:
                    word, span = comments[line]
                    unused.pop(line, None)
                    words[statement.number] = Overrule(word, span)
                    found += _refused(statement, word, span, markers)
        for _, span in unused.values():
            text = "no top-level statement starts on the line of this comment"
            help = "put it at the end of a top-level statement's first line"
            found.append(error(Code.OVERRULED, text, span, help))
    return words, found


def _first_lines(statement: TopLevel) -> set[int]:
    """Return the lines whose comments concern a statement: also that of the ``if`` around the main part."""
    lines = {statement.node.lineno, position(statement.tree.text, statement.span.start).line}
    guard = statement.tree.guards.get(statement.node)
    return lines | {guard.lineno} if guard is not None else lines


def _refused(statement: TopLevel, word: str, span: Span, markers: tuple[Marker, ...]) -> Iterator[Diagnostic]:
    """Report an invalid directive at a statement."""
    if word not in WORDS:
        text = f"expected setup, trial or skip, got {word or 'nothing'}"
        yield error(Code.OVERRULED, text, span, "write # hypertemplate: trial")
    elif word == "setup" and any(marker.span.inside(statement.span) for marker in markers):
        text = "this statement has a marker, so it cannot run once for all trials"
        yield error(Code.OVERRULED, text, span, "remove the comment", (Edit(span, ""),))


def check_setup(module: Module, partition: Partition, words: Mapping[int, Overrule]) -> Iterator[Diagnostic]:
    """Report ``setup`` at a statement that reads or rebinds a name that only a trial binds."""
    marked = {s.number for s in partition.kept if partition.placed(s).placement is Placement.TRIAL}
    for statement in partition.kept:
        word = words.get(statement.number)
        if word is None or word.word != "setup":
            continue
        for name in sorted(_read_when_run(module, statement, words) | statement.names.binds):
            before = [s for s in module.binders.get(name, ()) if s.number < statement.number]
            reads = name not in statement.names.binds
            made = (before or module.binders.get(name, []) if reads else before)[-1:]
            if made and made[0].number in marked:
                does = "uses" if reads else "rebinds"
                text = f"this statement {does} '{name}', which is made for each trial ({made[0].place})"
                help = "remove the comment: the statement then runs in each trial"
                text = f"{text}, so it cannot run once for all"
                yield error(Code.OVERRULED, text, word.span, help, (Edit(word.span, ""),))
                break


def _read_when_run(module: Module, statement: TopLevel, words: Mapping[int, Overrule]) -> set[str]:
    """Return the names that a statement reads when it runs, also in functions of setup that it calls."""
    reads = set(statement.names.immediately)
    waiting = list(immediate_calls(statement))
    while waiting:
        func = waiting.pop().func
        function = module.function(func.id) if isinstance(func, ast.Name) else None
        known = function is not None and function.statement.number in words
        if function is not None and known and not function.statement.names.deferred <= reads:
            reads |= function.statement.names.deferred
            waiting += calls(function.node.body)
    return reads


def _comments(tree: Tree) -> Iterator[tuple[int, str, Span]]:
    """Yield the line, word and place of each directive."""
    if "hypertemplate" not in tree.text:
        return  # most templates; no need to read their tokens
    for comment in comments(tree.text):
        match = _COMMENT.match(comment.text)
        if match is not None:
            end = comment.start + len(comment.text)
            yield comment.line, match[1], Span(tree.part, comment.start, end)

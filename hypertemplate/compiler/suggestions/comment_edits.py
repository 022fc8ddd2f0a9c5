"""Edits that write proposed markers as comments, which leave the code as it is."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.comments.line_values import Lines, Value
from hypertemplate.compiler.markers.comments.marked_value import marked_value
from hypertemplate.compiler.markers.comments.tune_comment import TuneCall
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.syntax.place_labels import labels_around
from hypertemplate.compiler.syntax.positional_parameters import of_text
from hypertemplate.compiler.syntax.source import Source, Span, line_starts, line_text, position
from hypertemplate.compiler.syntax.tokens import comments, ends_of_lines
from hypertemplate.compiler.syntax.tree import Tree, parse


@dataclass(frozen=True, slots=True)
class LineComment:
    """Comment for the proposals of a line.

    Attributes:
        edit: insertion of the comment.
        proposals: the proposals.
    """

    edit: Edit
    proposals: tuple[Proposal, ...]


def line_comments(
    source: Source, proposals: Sequence[Proposal]
) -> tuple[tuple[LineComment, ...], tuple[Proposal, ...]]:
    """Return comments that mark the values of proposals, and the proposals that no comment can mark.

    No comment fits behind a line that a backslash or a text continues, and none can say which of several
    equal values without a name it is for.

    Args:
        source: the template.
        proposals: proposals for it, in the order of the text.
    """
    written: list[LineComment] = []
    left: list[Proposal] = []
    for tree in parse(source)[0]:
        own = [one for one in proposals if one.span.part == tree.part]
        if own:
            _Part(tree, own).add(written, left)
    return tuple(written), tuple(left)


class _Part:
    """Part of a template with proposals.

    Args:
        tree: the part.
        proposals: proposals for it.
    """

    def __init__(self, tree: Tree, proposals: Sequence[Proposal]) -> None:
        self._tree = tree
        self._lines = Lines(tree.part, tree.text, tree.module)
        self._comments = {comment.line: comment for comment in comments(tree.text)}
        self._ends = frozenset(ends_of_lines(tree.text))
        self._of_line: dict[int, list[Proposal]] = {}
        for one in proposals:
            self._of_line.setdefault(position(tree.text, one.span.end).line, []).append(one)

    def add(self, written: list[LineComment], left: list[Proposal]) -> None:
        """Add the comments, and the proposals that no comment can mark."""
        for line, proposals in self._of_line.items():
            calls = {one: self._call(line, one, alone=len(proposals) == 1) for one in proposals}
            left += [one for one, call in calls.items() if call is None]
            marked = tuple(one for one, call in calls.items() if call is not None)
            if marked:
                text = "; ".join(call for call in calls.values() if call is not None)
                at = line_starts(self._tree.text)[line - 1] + len(line_text(self._tree.text, line).rstrip())
                edit = Edit(
                    Span(self._tree.part, at, at), f"  # tune{text if text[0] == ':' else f' {text}'}"
                )
                written.append(LineComment(edit, marked))

    def _call(self, line: int, proposal: Proposal, *, alone: bool) -> str | None:
        """Return the call for a value, behind the name if it needs one; None if no comment can mark it."""
        if line not in self._ends:
            return None
        end = line_starts(self._tree.text)[line - 1] + len(line_text(self._tree.text, line).rstrip())
        comment = self._comments.get(line)
        code = self._lines.before(line, comment.start if comment is not None else end)
        node = next((one.node for one in (*code.ending, *code.values) if one.span == proposal.span), None)
        if node is None:
            return None
        parent = self._tree.parents[node]
        own = of_text(self._tree.module, parent, node) if isinstance(parent, ast.Call) else ()
        labels = [*dict.fromkeys((*own, *labels_around(self._tree.parents, node)))]
        for name in ("", *labels) if alone else (*labels, ""):
            call = _tune_call(proposal, name)
            found = marked_value(self._tree.parents, code, call)
            if isinstance(found, Value) and found.node is node:
                return f"{name}: {proposal.draw}"
        return None


def _tune_call(proposal: Proposal, name: str) -> TuneCall:
    call = ast.parse(proposal.draw, mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Name)
    return TuneCall(call, call, call.func.id, proposal.span, name)

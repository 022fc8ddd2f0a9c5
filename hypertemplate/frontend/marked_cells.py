"""How annotated cells run as they stand: what IPython asks about each cell before it runs.

Each marker takes its default. A cell without markers, and what IPython keeps of any cell, stay as they are.
"""

from __future__ import annotations

import ast
import warnings
from collections import deque
from collections.abc import Callable

from hypertemplate.compiler.emit.defaults import raising, with_defaults
from hypertemplate.compiler.syntax import angle_markers
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.source import Part, line_starts
from hypertemplate.frontend.notebook.magics import plain_cell

RECENT = 4
"""Texts that are remembered: ``%timeit`` has two before it parses the first."""


class Defaults:
    """Replaces the markers of a cell's tree; IPython would unregister it if it raised.

    Args:
        name: how people know the running cell, such as ``In [7]``.

    Attributes:
        recent: the latest texts that IPython was about to parse; trees do not know their texts.
    """

    def __init__(self, name: Callable[[], str]) -> None:
        self._name = name
        self.recent: deque[str] = deque(maxlen=RECENT)

    def visit(self, node: ast.Module) -> ast.Module:
        """The tree with defaults, or the very tree that was given if it has no marker."""
        if not any(map(is_marker_shaped, ast.walk(node))):
            return node
        name = self._name()
        try:
            return with_defaults(Part("history", name, self._text(node)))
        except Exception as fault:
            # Whatever it is, the cell says so when it runs.
            problem = f"{type(fault).__name__}: {fault}"
            return raising(f"{name}: hypertemplate could not read the markers of this cell ({problem})")

    def _text(self, node: ast.Module) -> str:
        shape = ast.dump(node, include_attributes=True)
        for text in reversed(self.recent):
            tree = _parsed(text)
            if tree is not None and ast.dump(tree, include_attributes=True) == shape:
                return text
        return ast.unparse(node)  # another extension has changed the tree


class Recent:
    """Notes what IPython is about to parse.

    Args:
        defaults: to whom.
    """

    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults

    def __call__(self, lines: list[str]) -> list[str]:
        """The lines as they are."""
        self._defaults.recent.append("".join(lines))
        return lines


class Angles:
    """Makes ``<<...>>`` into braces of the same length, where no Python could read it as a shift."""

    has_side_effects = False
    """So that IPython asks it too whether a cell that is being typed is complete."""

    def __call__(self, lines: list[str]) -> list[str]:
        """The lines with braces; those of a cell without such markers as they are."""
        text = "".join(lines)
        # What a cell magic runs as Python comes here again, as a cell of its own.
        if "<<" not in text or text.startswith("%%"):
            return lines
        plain = plain_cell(text).text
        if _parsed(plain) is not None:
            return lines
        braced = angle_markers.braces(plain)
        other = angle_markers.braces(plain, after_match=True)
        if other != braced and _parsed(braced) is None and _parsed(other) is not None:
            braced = other
        return _written_over(text, plain, braced).splitlines(keepends=True)


def _written_over(text: str, plain: str, braced: str) -> str:
    """`text` with what differs between `plain` and `braced`, at the same lines and columns."""
    characters = list(text)
    starts = line_starts(text)
    for line, start in enumerate(line_starts(plain)):
        end = line_starts(plain)[line + 1] if line + 1 < len(line_starts(plain)) else len(plain)
        for offset in range(start, end):
            if plain[offset] != braced[offset]:
                place = starts[line] + offset - start
                if text[place : place + 1] != plain[offset]:
                    return text  # its columns are not the user's, as after `%time for`
                characters[place] = braced[offset]
    return "".join(characters)


def _parsed(text: str) -> ast.Module | None:
    """The tree of a text, or None if it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python itself warns when the cell is compiled
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None

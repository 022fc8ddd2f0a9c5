"""Hooks into IPython that let marked cells run as they are, with each marker's default.

Cells without markers, and IPython's history of any cell, stay unchanged.
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
"""Number of recent texts that are kept: ``%timeit`` has two before it parses the first."""


class Defaults:
    """AST transformer of IPython that replaces a cell's markers; IPython would unregister it if it raised.

    Args:
        name: returns the running cell's name, such as ``In [7]``.

    Attributes:
        recent: latest texts that IPython was about to parse; trees do not hold their texts.
    """

    def __init__(self, name: Callable[[], str]) -> None:
        self._name = name
        self.recent: deque[str] = deque(maxlen=RECENT)

    def visit(self, node: ast.Module) -> ast.Module:
        """Return the tree with defaults, or the same tree if it has no marker."""
        if not any(map(is_marker_shaped, ast.walk(node))):
            return node
        name = self._name()
        try:
            return with_defaults(Part("history", name, self._text(node)))
        except Exception as fault:
            # The cell itself reports any problem when it runs.
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
    """Input transformer of IPython that records the texts about to be parsed.

    Args:
        defaults: receiver of the texts.
    """

    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults

    def __call__(self, lines: list[str]) -> list[str]:
        """Record the lines and return them unchanged."""
        self._defaults.recent.append("".join(lines))
        return lines


class Angles:
    """Input transformer of IPython that turns ``<<...>>`` into braces, unless Python reads it as shifts."""

    has_side_effects = False
    """IPython also runs the transformer to check if a cell being typed is complete."""

    def __call__(self, lines: list[str]) -> list[str]:
        """Return the lines with braces; those of a cell without such markers unchanged."""
        text = "".join(lines)
        # Python code in a cell magic arrives here again, as a cell of its own.
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
    """Copy the differences between `plain` and `braced` into `text`, at the same lines and columns."""
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
    """Parse a text; None if it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python itself warns when the cell is compiled
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None

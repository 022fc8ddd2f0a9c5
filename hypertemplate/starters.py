"""Starters: ordinary training programs with values marked by comments, to put one's own data into."""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass
from importlib import resources

from hypertemplate.errors import UsageError

FILES = {
    "mlp": "mlp.py",
    "cnn": "cnn.py",
    "resnet": "resnet.py",
    "xception": "xception.py",
    "text": "text.py",
    "tabular": "tabular.py",
    "timeseries": "timeseries.py",
    "sklearn": "sklearn_pipeline.py",  # sklearn.py would hide the package from every program beside it
}
"""Name of each starter's file, by the name of the starter, in the order of the list that people see."""


@dataclass(frozen=True, slots=True)
class Starter:
    """A program to begin with.

    Attributes:
        name: name that people ask for it by.
        file_name: name of its file.
        title: what it is for, in one line.
        text: the program.
    """

    name: str
    file_name: str
    title: str
    text: str

    def named(self, file_name: str) -> str:
        """Return the program as it is in a file of this name: its docstring has the commands to run it."""
        old, new = self.file_name.removesuffix(".py"), file_name.removesuffix(".py")
        documentation = ast.parse(self.text).body[1].lineno - 1
        lines = self.text.splitlines(keepends=True)
        head = "".join(lines[:documentation])
        for suffix in (".py", ".study"):
            head = head.replace(f" {old}{suffix}", f" {new}{suffix}")
        return head + "".join(lines[documentation:])

    def imported(self) -> frozenset[str]:
        """Return the names of the packages that it imports."""
        nodes = [*ast.walk(ast.parse(self.text))]
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        return frozenset(name.partition(".")[0] for name in names)


def starters() -> tuple[Starter, ...]:
    """Return all starters."""
    return tuple(map(_read, FILES))


def starter(name: str) -> Starter:
    """Return the starter of this name.

    Raises:
        UsageError: there is none.
    """
    if name not in FILES:
        near = difflib.get_close_matches(name.lower(), FILES, n=1)
        meant = f": did you mean {near[0]}?" if near else f"; there are {', '.join(FILES)}"
        raise UsageError(f"no starter is named '{name}'{meant}")
    return _read(name)


def _read(name: str) -> Starter:
    folder = resources.files("hypertemplate.templates").joinpath("starters")
    text = folder.joinpath(FILES[name]).read_text(encoding="utf-8")
    documentation = ast.get_docstring(ast.parse(text)) or ""
    return Starter(name, FILES[name], documentation.partition("\n")[0].rstrip("."), text)

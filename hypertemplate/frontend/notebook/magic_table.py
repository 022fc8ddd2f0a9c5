"""Effects of IPython's magics on a template: kept as Python, harmless to leave out, or missed."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.syntax.source import NEWLINE
from hypertemplate.frontend.notebook.logical_lines import BLANK


class Missed(NamedTuple):
    """Effect that a template loses without a magic, and the Python to write instead."""

    text: str
    help: str


def _option(flags: str, valued: str) -> str:
    """Build the pattern of one getopt-style option: ``-q``, ``-n10``, ``-n 10``, ``-qn 10``."""
    return rf"[{BLANK}]+-(?:[{flags}]+|[{flags}]*[{valued}][{BLANK}]*\S+)(?!\S)"


TIMED = re.compile(
    rf"(?:%+[{BLANK}]*(?:time(?:[{BLANK}]+--no-raise-error)?|timeit(?:{_option('tcqo', 'nrpv')})*"
    rf"|prun(?:{_option('rq', 'DlsT')})*)(?!\S)[{BLANK}]*)+"
)
"""Magics that run the statement after them, with their options."""

TIMED_VALUE = re.compile(rf"%[{BLANK}]*time[{BLANK}]+(?![!%?])")
"""Magic that returns the value of the expression after it."""

CAPTURED = re.compile(rf"%%[{BLANK}]*capture(?!\S)")
"""Cell magic that runs the cell and captures its output."""

SEARCH = "tune"
"""Magic of hypertemplate's own, under which a cell is a search."""

_CHANGED_FOLDER = Missed("the working directory stays as it is", "import os; os.chdir('FOLDER')")
_LOADED_CODE = Missed("the code that it loads is missing", "put the code into the cell")
_LINES = {
    "run": Missed("the names that it defines are missing", "from ... import what the template uses of it"),
    "pylab": Missed("the names of numpy and matplotlib are missing", "import numpy as np"),
    "load": _LOADED_CODE,
    "loadpy": _LOADED_CODE,
    "store -r": Missed("the variables that it restores are missing", "give them their values in Python"),
    "aimport": Missed("the module that it imports is missing", "import it with a Python statement"),
    "dotenv": Missed("the variables of the .env file are not set", "import os; os.environ['NAME'] = 'VALUE'"),
    "pushd": _CHANGED_FOLDER,
    "popd": _CHANGED_FOLDER,
}
"""Line magics that are missed, by their beginnings."""

_OTHER_LANGUAGE = re.compile(
    "bash|cmd|file|html|HTML|javascript|js|latex|markdown|perl|pypy|python[23]?|ruby|script|sh|shell|svg|SVG"
    "|sx|system|writefile"
)
"""Cell magics over text other than this notebook's Python, which a template does not miss."""

_JOINED = re.compile(rf"\\(?:{NEWLINE.pattern})")
EXPANDED = re.compile(r"\{|\$\w")
"""Names of Python in the arguments of a magic, of which the values take their place."""

_MARKER = re.compile(
    rf"(?:\{{\s*\{{|<<|#[ \t]*tune\b[^\r\n:#]*:)\s*(?:\w+\.)*(?:{'|'.join(SIGNATURES)})\s*\("
)


def named(magic: str) -> tuple[str, str]:
    """Split a magic, as written in a cell, into its name and its arguments."""
    words = _JOINED.sub(" ", magic).lstrip("%" + BLANK).rstrip(BLANK).split(None, 1)
    name, arguments = (*words, "", "")[:2]
    return name, arguments


def line_magic(name: str, arguments: str) -> str | Missed | None:
    """Replace a line magic: equivalent Python, the effect that is missed, or None if it is harmless.

    >>> line_magic("env", "KERAS_BACKEND=jax")
    "import os; os.environ.update({'KERAS_BACKEND': 'jax'})"
    """
    if name in ("env", "set_env"):
        return _environment(arguments)
    if name == "cd":
        return _directory(arguments)
    begun = (key for key in _LINES if f"{name} {arguments} ".startswith(f"{key} "))
    return _LINES.get(next(begun, ""))


def cell_magic(name: str, arguments: str) -> Missed | None:
    """Return the effect that is missed without a cell whose magic does not run it as Python here."""
    if _OTHER_LANGUAGE.fullmatch(name) and not re.search(r"--(?:out|err|proc)\b", arguments):
        return None
    return Missed("the names that it defines are missing", "if it is Python, take its first line away")


def holds_marker(text: str) -> bool:
    """Return True if a text that is left out appears to contain a marker."""
    return _MARKER.search(text) is not None


def _environment(arguments: str) -> str | Missed | None:
    """Translate ``%env NAME=VALUE`` and ``%env NAME VALUE``; without a value the magic only prints."""
    split = "=" if "=" in arguments else None
    name, *rest = (part.strip() for part in arguments.split(split, 1)) if arguments else ("",)
    if not rest or not name or re.search(r"\s", name):
        return None
    if EXPANDED.search(arguments):
        return Missed("its value uses names", f"import os; os.environ[{name!r}] = 'VALUE'")
    return f"import os; os.environ.update({{{name!r}: {rest[0]!r}}})"


def _directory(arguments: str) -> str | Missed:
    """Translate ``%cd PATH``; the target of history, bookmarks and names is unknown here."""
    try:
        words = shlex.split(arguments)
    except ValueError:
        words = [arguments]
    path = " ".join(words[1:] if words[:1] == ["-q"] else words)
    if not path or path.startswith("-") or EXPANDED.search(path):
        return _CHANGED_FOLDER
    place = f"os.path.expanduser({path!r})" if path.startswith("~") else repr(path)
    return f"import os; os.chdir({place})"

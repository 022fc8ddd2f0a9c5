"""Magics and shell commands of cells that write files: which file, and what text, where that is certain."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from hypertemplate.compiler.syntax.source import NEWLINE
from hypertemplate.frontend.notebook.magic_table import EXPANDED

_WRITING = frozenset({"file", "writefile"})
_SHELL = re.compile(r"bash|sh|shell|system|sx|!|script +(?:bash|sh)")
_CONTROL = re.compile(r"\b(?:case|cd|do|done|esac|exit|fi|function|if|popd|pushd|then)\b|[({]\s*$")
_HEREDOC = re.compile(r"^cat(?=.*>)(.*?)<<\s*(['\"]?)(\w+)\2(.*)$")
_TARGET = re.compile(r"^\s*(>>?)\s*([\w./~+-]+)\s*$")
_COMPUTED = re.compile(r"[$`\\]")
_GLOB = re.compile(r"[*?\[\]{}$`\\]")


@dataclass(frozen=True, slots=True)
class FileCommand:
    """Command of a cell that writes a file, or changes the folder in which later ones write.

    Attributes:
        line: number of its line within the cell, from 1.
        path: path as it is written; empty if it is not known.
        text: what it writes; None if that is not known.
        adds: whether it adds to what the file holds.
        source: path of the file whose contents it copies, or empty.
        moves: whether `path` is a folder that becomes the working directory.
    """

    line: int
    path: str
    text: str | None = None
    adds: bool = False
    source: str = ""
    moves: bool = False


def of_cell(magic: str, arguments: str, body: str, line: int) -> Iterator[FileCommand]:
    """Yield what a cell under a cell magic writes.

    Args:
        magic: name of the magic.
        arguments: rest of its line.
        body: lines below it.
        line: number of its line within the cell.
    """
    if magic in _WRITING:
        yield from _written_cell(arguments, body, line)
    elif _SHELL.fullmatch(f"{magic} {arguments}".rstrip()):
        yield from _script(body, line)


def _written_cell(arguments: str, body: str, line: int) -> Iterator[FileCommand]:
    words = _words(arguments)
    adds = not {"-a", "--append"}.isdisjoint(words)
    paths = [word for word in words if word not in ("-a", "--append")]
    if len(paths) == 1 and not EXPANDED.search(paths[0]):
        text = body if body.endswith("\n") or not body else f"{body}\n"
        yield FileCommand(line, paths[0], NEWLINE.sub("\n", text), adds)


def of_shell(command: str, line: int) -> Iterator[FileCommand]:
    r"""Yield what a shell command writes.

    >>> next(of_shell("echo RATE = 1 > config.py", 1))
    FileCommand(line=1, path='config.py', text='RATE = 1\\n', adds=False, source='', moves=False)
    """
    lexer = shlex.shlex(command, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = [*lexer]
    except ValueError:
        return
    if not re.search(r"[|()]", command):
        for one in _split(words):
            yield from _simple(one, line)


def _split(words: list[str]) -> Iterator[list[str]]:
    """Yield the commands of a line that run one after another."""
    command: list[str] = []
    for word in words:
        if word in ("&&", ";"):
            yield command
            command = []
        else:
            command.append(word)
    yield command


def _simple(words: list[str], line: int) -> Iterator[FileCommand]:
    """Yield what one command writes: to the file behind ``>``, or as a copy."""
    name, rest = words[0] if words else "", words[1:]
    to = [i for i, word in enumerate(words) if word in (">", ">>")]
    if len(to) == 1 and to[0] == len(words) - 2 and not _GLOB.search(words[-1]):
        given = " ".join(words[1 : to[0]])
        known = name == "echo" and not given.startswith("-") and not _GLOB.search(given) and "~" not in given
        yield FileCommand(line, words[-1], f"{given}\n" if known else None, words[to[0]] == ">>")
    elif name == "cp" and len(rest) == 2 and not any(map(_GLOB.search, rest)) and not to:
        yield FileCommand(line, rest[1], source=rest[0])
    elif name in ("curl", "wget"):
        option = "-O" if name == "wget" else "-o"
        paths = [path for one, path in pairwise(rest) if one == option and path != "-"]
        yield from (FileCommand(line, path) for path in paths if not _GLOB.search(path))


def _script(body: str, line: int) -> Iterator[FileCommand]:
    """Yield what the commands of a shell script write, if each of its lines surely runs."""
    lines = NEWLINE.split(body)
    number, found = 0, list[FileCommand]()
    while number < len(lines):
        here, command = number, lines[number].strip()
        number += 1
        if heredoc := _HEREDOC.match(command):
            text = lines[number:]
            length = next((n for n, one in enumerate(text) if one.strip("\t") == heredoc[3]), len(text))
            number += length + 1
            found += _heredoc(heredoc, text[:length], line + 1 + here)
        elif _CONTROL.search(command) or "<<" in command or command.endswith("\\"):
            return
        elif not command.startswith("#"):
            found += of_shell(command, line + 1 + here)
    yield from found


def _heredoc(heredoc: re.Match[str], lines: list[str], line: int) -> Iterator[FileCommand]:
    """Yield the file that ``cat > FILE <<END`` writes."""
    target = _TARGET.match(heredoc[1] + heredoc[4])
    if target is not None:
        text = "".join(f"{one}\n" for one in lines)
        known = heredoc[2] or not _COMPUTED.search(text)
        yield FileCommand(line, target[2], text if known else None, target[1] == ">>")


def of_folder(arguments: str, line: int) -> FileCommand:
    """Return the change of the working directory that ``%cd`` makes."""
    words = _words(arguments)
    path = " ".join(words[1:] if words[:1] == ["-q"] else words)
    known = path and not path.startswith("-") and not EXPANDED.search(path)
    return FileCommand(line, path if known else "", moves=True)


def _words(arguments: str) -> list[str]:
    try:
        return shlex.split(arguments)
    except ValueError:
        return arguments.split()

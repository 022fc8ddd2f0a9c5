"""Paths as far as they are known before anything runs: texts with gaps, and when two may be of one file."""

from __future__ import annotations

import fnmatch
import functools
import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_MOST = 8
"""Number of paths that an expression may have; beyond it, it has any."""

_LONGEST = 12
"""Number of parts of a path; a path that grows beyond it is any path."""

_ANY = "\0"
_HERE = frozenset({"", ".", "./"})
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/|[A-Za-z][A-Za-z0-9+.-]*://")
_EXTENSION = re.compile(r"\.[A-Za-z]\w*$")
_GLOB = re.compile(r"\*+|\?|\[[^\]]*\]")
_FORMAT = re.compile(r"\{[^{}]*\}|%(?:\([^)]*\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]")
_PATH_LIKE = re.compile(r"[\w .~+:@=()-]*(?:[/\\][\w .~+@=()-]*)*\.[A-Za-z]\w{0,9}|[\w.~-]*[/\\][\w ./\\~-]*")


@dataclass(frozen=True, slots=True)
class Gap:
    """Part of a path that is not known; of a parameter, it is known where the function is called.

    Attributes:
        parameter: root of the parameter, such as ``(name)``; empty for any text.
    """

    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Path, or another text: what is known of it, and gaps."""

    parts: tuple[str | Gap, ...]

    @property
    def literal(self) -> str | None:
        """The text, if all of it is known."""
        return "".join(map(str, self.parts)) if all(isinstance(part, str) for part in self.parts) else None

    @property
    def is_any(self) -> bool:
        """True if nothing is known of it but slashes and dots."""
        return not any(isinstance(part, str) and part.strip("/\\.") for part in self.parts)

    @property
    def is_settled(self) -> bool:
        """True if nothing of it depends on an argument of the function that it is in."""
        return not any(isinstance(part, Gap) and part.parameter for part in self.parts)

    @property
    def parameter(self) -> str:
        """Root of the parameter that it is, or an empty text."""
        only = self.parts[0] if len(self.parts) == 1 else ""
        return only.parameter if isinstance(only, Gap) else ""

    @property
    def shown(self) -> str:
        """The path as people read it, with ``*`` for what is not known."""
        return "".join(part if isinstance(part, str) else "*" for part in self.parts)

    @property
    def matched(self) -> str:
        """The path with a character of its own for gaps, in the one form that all spellings of it have."""
        text = "".join(part if isinstance(part, str) else _ANY for part in self.parts).replace("\\", "/")
        return _normal(text) if _ANY not in text else re.sub(r"^(?:[.]/+)+|(?<=/)(?:[.]?/)+", "", text)


@dataclass(frozen=True, slots=True)
class Made:
    """Object that is no text.

    Attributes:
        path: dotted path of the function or class that has made it; empty for what is surely no path.
    """

    path: str


Patterns = frozenset[Pattern]
"""Paths that an expression may have."""

Folded = frozenset[Pattern | Made]
"""Possible values of an expression, known before anything runs: paths, or objects that a library made."""

ANYTHING = Pattern((Gap(),))
UNKNOWN: Folded = frozenset((ANYTHING,))
NO_PATH: Folded = frozenset((Made(""),))


def paths(folded: Folded) -> Patterns:
    """Return the paths that an expression may be."""
    return _texts(folded - NO_PATH)


def _texts(folded: Folded) -> Patterns:
    """Return the texts that an expression may be when it is written into another one."""
    return frozenset(one if isinstance(one, Pattern) else ANYTHING for one in folded)


def makers(folded: Folded) -> set[str]:
    """Return the dotted paths of the calls that may have made an object."""
    return {one.path for one in folded if isinstance(one, Made)}


def pattern(*parts: str | Gap) -> Pattern:
    """Return the path of these parts, one after another."""
    merged: list[str | Gap] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, str) and isinstance(last, str):
            merged[-1] = last + part
        elif part and not (part == Gap() == last):
            merged.append(part)
    return Pattern(tuple(merged)) if len(merged) <= _LONGEST else ANYTHING


@dataclass(frozen=True, slots=True)
class Extent:
    """Files that a path stands for, more than one of its own.

    Attributes:
        folder: whether it is a folder, or the beginning of the names of several files.
        suffix: suffix that is added to a path with another one; ``*`` for any, where it has none.
        filled: whether values are filled in, as in ``epoch-{epoch}.keras``.
    """

    folder: bool = False
    suffix: str = ""
    filled: bool = False

    def of(self, path: Pattern) -> Pattern:
        """Return the paths that a path stands for."""
        if self.filled:
            path = _with_gaps(path, _FORMAT)
        end = path.parts[-1] if path.parts else ""
        known = end if isinstance(end, str) else ""
        if self.folder or (self.suffix == "*" and known and not _EXTENSION.search(known)):
            return ANYTHING if path.literal in _HERE else pattern(*path.parts, Gap())
        added = len(self.suffix) > 1 and known and not known.endswith(self.suffix)
        return pattern(*path.parts, self.suffix) if added else path


ONE_FILE = Extent()
FOLDER = Extent(folder=True)


def known(text: str) -> Folded:
    """Return a known text."""
    return frozenset((pattern(text),))


def parameter(root: str) -> Folded:
    """Return a parameter, of which nothing is known before the function is called."""
    return frozenset((pattern(Gap(root)),))


def either(*every: Folded) -> Folded:
    """Return all that an expression may be, or anything if that is much."""
    return _few(frozenset().union(*every))


def _few(found: Folded) -> Folded:
    return found if len(found) <= _MOST and ANYTHING not in found else UNKNOWN


def added(left: Folded, right: Folded) -> Folded:
    """Return texts that are added up."""
    pairs = ((one, other) for one in _texts(left) for other in _texts(right))
    return _few(frozenset(pattern(*one.parts, *other.parts) for one, other in pairs))


def joined(left: Folded, right: Folded) -> Folded:
    """Return paths in folders, as ``os.path.join`` does."""
    return _few(frozenset(_join(one, other) for one in _texts(left) for other in _texts(right)))


def _join(folder: Pattern, name: Pattern) -> Pattern:
    first = name.parts[0] if name.parts else ""
    last = folder.parts[-1] if folder.parts else ""
    if not folder.parts or (isinstance(first, str) and _ABSOLUTE.match(first)):
        return name
    slash = "" if isinstance(last, str) and last.endswith(("/", "\\")) else "/"
    return pattern(*folder.parts, slash, *name.parts)


def changed(folded: Folded, change: Callable[[str], str]) -> Folded:
    """Return what a function makes of known texts; of others, nothing is known."""
    found = (one.literal for one in _texts(folded))
    return frozenset(ANYTHING if text is None else pattern(change(text)) for text in found)


def formatted(folded: Folded) -> Folded:
    """Return texts in which something is filled in: ``'{}.npy'.format(x)``, ``'%s.npy' % x``."""
    return frozenset(_with_gaps(one, _FORMAT) for one in _texts(folded))


def globbed(folded: Folded) -> Folded:
    """Return the paths that glob patterns stand for."""
    return frozenset(_with_gaps(one, _GLOB) for one in _texts(folded))


def _with_gaps(one: Pattern, filled: re.Pattern[str]) -> Pattern:
    parts: list[str | Gap] = []
    for part in one.parts:
        pieces = filled.split(part) if isinstance(part, str) else [part]
        for number, piece in enumerate(pieces):
            parts += [Gap(), piece] if number else [piece]
    return pattern(*parts)


def filled_in(path: Pattern, given: Callable[[str], Folded]) -> Folded:
    """Return a function's path in a call: `given` are the arguments, by the roots of the parameters."""
    if path.parameter:
        return given(path.parameter)
    found: Folded = frozenset((Pattern(()),))
    for part in path.parts:
        gap = isinstance(part, Gap) and part.parameter
        found = added(found, given(gap) if gap else frozenset((Pattern((part,)),)))
    return found


def is_path_like(text: str) -> bool:
    """Tell whether a text looks like the path of a file: it has a folder, or an extension."""
    return _PATH_LIKE.fullmatch(text) is not None


def elsewhere(path: Pattern) -> Pattern:
    """Return a path as it is seen from any working directory."""
    return pattern(Gap(), "/", *path.parts) if _is_relative(path.matched) and path.parts else path


@functools.lru_cache(maxsize=4096)
def may_meet(one: Pattern, other: Pattern) -> bool:
    """Tell whether two paths may be of the same file, or one of a folder that contains the other."""
    first, second = one.matched, other.matched
    if ("://" in first) != ("://" in second) and not (first + second).startswith(_ANY):
        return False
    if _is_relative(first) != _is_relative(second):
        first, second = _anywhere(first), _anywhere(second)
    if _ANY not in first + second:
        return first == second or first.startswith(f"{second}/") or second.startswith(f"{first}/")
    if _ANY not in first or _ANY not in second:
        known, gaps = (first, second) if _ANY in second else (second, first)
        return re.fullmatch(".*".join(map(re.escape, gaps.split(_ANY))), known, re.DOTALL) is not None
    starts = [text[: text.index(_ANY)] for text in (first, second)]
    ends = [text[text.rindex(_ANY) + 1 :] for text in (first, second)]
    agree = starts[0].startswith(starts[1]) or starts[1].startswith(starts[0])
    return agree and (ends[0].endswith(ends[1]) or ends[1].endswith(ends[0]))


def is_relative(path: Pattern) -> bool:
    """Tell whether a path surely depends on the working directory."""
    return _is_relative(path.matched)


def _is_relative(text: str) -> bool:
    return not _ABSOLUTE.match(text) and not text.startswith(_ANY)


def _anywhere(text: str) -> str:
    """Return a path as it is seen from another folder."""
    return f"{_ANY}/{re.sub(r'^(?:[.]{1,2}/)+', '', text)}" if _is_relative(text) else text


def _normal(text: str) -> str:
    return text if "://" in text else posixpath.normpath(text) if text else text


def is_spelled(path: str, texts: Iterable[str]) -> bool:
    """Tell whether the name of a file, without its ending, is among texts; ``*`` stands for anything."""
    name = _stem(path)
    stems = {*map(_stem, texts)} - {"", "*"}
    return name in stems or any("*" in one and fnmatch.fnmatchcase(name, one) for one in stems)


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]

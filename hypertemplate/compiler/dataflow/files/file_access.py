"""Accesses of code to files: which path is read or written, and how."""

from __future__ import annotations

import ast
import enum
from dataclasses import dataclass, replace

from hypertemplate.compiler.dataflow.files.path_pattern import (
    ONE_FILE,
    Extent,
    Pattern,
    elsewhere,
    is_path_like,
    may_meet,
)


class Use(enum.Flag):
    """Use of a file.

    Attributes:
        READS: its contents, its size, or whether it exists, are read.
        WRITES: it is written, moved or removed.
        REMOVES: it is moved or removed.
        PERHAPS: it is only perhaps written.
        ADDS: what is written is added at its end.
        LATER: the object that is made does it, whenever it is used: a callback, a data set.
        SAVED: what is read is what programs save: a model, a pickle.
        MENTIONED: some code gets the path, and may read or write it.
        OPAQUE: code in a module of the user's is called, which may read and write any file.
        MOVES: the working directory is changed.
        IMPORTED: it is read as a module.
    """

    READS = enum.auto()
    WRITES = enum.auto()
    REMOVES = enum.auto()
    PERHAPS = enum.auto()
    ADDS = enum.auto()
    LATER = enum.auto()
    SAVED = enum.auto()
    MENTIONED = enum.auto()
    OPAQUE = enum.auto()
    MOVES = enum.auto()
    IMPORTED = enum.auto()


@dataclass(frozen=True, slots=True)
class Access:
    """Use of a file by code.

    Attributes:
        path: path as far as it is known.
        use: what is done with it.
        node: expression of the path, where it matters.
        extent: which files the path stands for.
    """

    path: Pattern
    use: Use
    node: ast.expr | None = None
    extent: Extent = ONE_FILE

    @property
    def covered(self) -> Pattern:
        """Paths of the files that are read or written."""
        return self.extent.of(self.path)

    @property
    def from_anywhere(self) -> Access:
        """The same access, where the working directory is not known."""
        return replace(self, path=elsewhere(self.path))

    @property
    def is_known(self) -> bool:
        """True if something is known of the path, and of what is done with it."""
        return not self.path.is_any and not self.use & (Use.MENTIONED | Use.OPAQUE)

    @property
    def overwrites(self) -> bool:
        """True if nothing of what one file held before is left."""
        partly = Use.READS | Use.ADDS | Use.LATER | Use.PERHAPS | Use.MENTIONED
        return self.use & (Use.WRITES | partly) == Use.WRITES and self.covered.literal is not None


def tells(write: Access, read: Access) -> bool:
    """Tell whether one access may read what another one writes."""
    if not write.use & Use.WRITES or not read.use & Use.READS:
        return False
    if Use.OPAQUE in write.use:
        # A model may be saved by any code; what only holds data is there before the search.
        return Use.SAVED in read.use
    if Use.IMPORTED in read.use and write.path.literal is None:
        return False  # what writes a module says so
    if Use.MENTIONED in write.use | read.use:
        literal = [one.path.literal for one in (write, read)]
        if None in literal or not all(is_path_like(text or "") for text in literal):
            return False
    return Use.OPAQUE in read.use or may_meet(write.covered, read.covered)


def collide(one: Access, other: Access) -> bool:
    """Tell whether two accesses to paths of which something is known may be of the same file."""
    return one.is_known and other.is_known and may_meet(one.covered, other.covered)

"""Files as carriers of values: the statements that read what others write, and those that write it too.

A statement of setup has run before all trials. So only reads below a trial's write may be of it: what stands
above has read what was there before, as in a fresh run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from hypertemplate.compiler.dataflow.files.file_access import Access, Use, collide, tells
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel


class FileFlow:
    """Reads and writes of the statements of a template.

    Args:
        module: template.
        left_out: numbers of the statements that do not run.
        reads: function that returns the names that a statement reads when it runs, also in functions.
    """

    def __init__(
        self, module: Module, left_out: Collection[int], reads: Callable[[TopLevel], Iterable[str]]
    ) -> None:
        statements = [s for s in (*module.statements, *module.entry) if s.number not in left_out]
        carried = _carried(module, statements)
        self._accesses: dict[TopLevel, list[Access]] = {}
        for statement in statements:
            own = list(module.facts.files(statement))
            names = set(reads(statement)) & carried.keys() if carried else set[str]()
            found = [*own, *(access for name in sorted(names) for access in carried[name])]
            if found:
                self._accesses[statement] = found

    def accesses(self, statement: TopLevel) -> list[Access]:
        """Return the files that a statement reads and writes, also through objects that it uses."""
        return self._accesses.get(statement, [])

    def told(self, writer: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield the later statements that may read what a trial statement writes, each with the reason."""
        writes = [access for access in self.accesses(writer) if Use.WRITES in access.use]
        for reader in self._below(writer) if writes else ():
            pairs = ((write, read) for read in self.accesses(reader) for write in writes)
            found = next((pair for pair in pairs if tells(*pair)), None)
            if found is not None:
                yield reader, _because(writer, *found)

    def bound_again(self, trial: Collection[int]) -> Iterator[tuple[TopLevel, str]]:
        """Yield the other statements that write files which trial statements read and write, with the reason.

        In setup all of them would run before the trial, which would read what the last one wrote, or what an
        earlier trial has added.

        Args:
            trial: numbers of the trial statements.
        """
        for reader in [one for one in self._accesses if one.number in trial]:
            for position, read in enumerate(self.accesses(reader)):
                if read.use & (Use.READS | Use.LATER) == Use.READS:
                    because = f"{reader.place}, which runs in each trial, reads {_shown(read)} in between"
                    yield from ((one, because) for one in self._writers(reader, position, read, trial))

    def _writers(
        self, reader: TopLevel, position: int, read: Access, trial: Collection[int]
    ) -> list[TopLevel]:
        """Return the setup statements whose writes a trial has to make anew before a read, or after it."""
        own = [n for n, access in enumerate(self.accesses(reader)) if _writes(access, read)]
        others = [
            one
            for one, accesses in self._accesses.items()
            # A callback or data set writes when a trial uses it, not where it is made.
            if any(_writes(a, read) and (one.number in trial or Use.LATER not in a.use) for a in accesses)
        ]
        after = [one for one in others if one.number > reader.number]
        above = [one for one in others if one.number < reader.number]
        if any(n < position and self._replaces(reader, n, read) for n in own):
            above = []
        above = list(self._since_it_was_replaced(above, read))
        added_to = any(n < position for n in own) or any(one.number in trial for one in above)
        if added_to or after or any(n >= position for n in own):
            return [one for one in (*above, *after) if one.number not in trial]
        return []

    def _since_it_was_replaced(self, writers: list[TopLevel], read: Access) -> Iterator[TopLevel]:
        for writer in reversed(writers):
            yield writer
            if any(self._replaces(writer, n, read) for n in range(len(self.accesses(writer)))):
                return

    def _replaces(self, writer: TopLevel, position: int, read: Access) -> bool:
        """Tell whether an access leaves nothing of what the file that is read has held before."""
        write = self.accesses(writer)[position]
        return write.overwrites and write.covered.matched == read.covered.matched

    def _below(self, statement: TopLevel) -> Iterator[TopLevel]:
        return (other for other in self._accesses if other.number > statement.number)


def _carried(module: Module, statements: Iterable[TopLevel]) -> dict[str, list[Access]]:
    """Map names to the files that their objects read and write whenever they are used."""
    carried: dict[str, list[Access]] = {}
    for statement in statements:
        later = [access for access in module.facts.files(statement) if Use.LATER in access.use]
        for name in statement.names.binds if later else ():
            for holder in module.facts.aliases.holders(name):
                carried.setdefault(holder, []).extend(later)
    return carried


def _writes(write: Access, read: Access) -> bool:
    return write.use & (Use.WRITES | Use.PERHAPS) == Use.WRITES and collide(write, read)


def _shown(access: Access) -> str:
    return f"'{access.path.shown}'"


def _because(writer: TopLevel, write: Access, read: Access) -> str:
    if read.is_known:
        certainly = write.path.literal is not None is not read.path.literal
        verb = "reads" if certainly else "may read"
        return f"it {verb} {_shown(read)}, which {writer.place} writes in each trial"
    if write.is_known:
        return f"it may read {_shown(write)}, which {writer.place} writes in each trial"
    return f"it may read a file that {writer.place} writes in each trial"

"""Files as carriers of values: the statements that read what others write, and those that write it too.

A statement of setup has run before all trials. So only reads below a trial's write may be of it: what stands
above has read what was there before, as in a fresh run.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from hypertemplate.compiler.dataflow.files.file_access import Access, Use, collide, tells
from hypertemplate.compiler.dataflow.files.path_pattern import ANYTHING, Pattern, is_relative, is_spelled
from hypertemplate.compiler.dataflow.imported_state import own_files
from hypertemplate.compiler.dataflow.module import FILES, Module
from hypertemplate.compiler.dataflow.top_level import TopLevel


class _Place(NamedTuple):
    """Place of an access: its statement, and its position there."""

    statement: int
    position: int


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
        carried = {name: list(dict.fromkeys(found)) for name, found in _carried(module, statements).items()}
        self._statements = {statement.number: statement for statement in statements}
        self._accesses: dict[int, list[Access]] = {}
        for statement in statements:
            own = list(module.facts.files(statement))
            names = set(reads(statement)) & carried.keys() if carried else set[str]()
            found = [*own, *(access for name in sorted(names) for access in carried[name])]
            if found:
                self._accesses[statement.number] = found
        self._add_files_of_own_modules(module, statements)
        self._followed: dict[tuple[Pattern, Use, bool], int] = {}
        first = min(self._accesses, default=0)
        self._moves = any(
            number > first and any(Use.MOVES in access.use for access in found)
            for number, found in self._accesses.items()
        )

    def _add_files_of_own_modules(self, module: Module, statements: Iterable[TopLevel]) -> None:
        """Add the files that the template names, and code of the user's own modules may read and write."""
        accesses = (one for found in self._accesses.values() for one in found if one.is_known)
        named = sorted({one.path for one in accesses if one.path.literal}, key=lambda one: one.shown)
        for statement in statements if named and (module.own_uses or module.imported_code) else ():
            use, texts = own_files(module, statement)
            uses = [Use.READS] * (FILES in use.reads) + [Use.WRITES | Use.ADDS] * (FILES in use.sets)
            found = [Access(path, one) for path in named if is_spelled(path.shown, texts) for one in uses]
            if found:
                self._accesses.setdefault(statement.number, []).extend(found)
        self._accesses = dict(sorted(self._accesses.items()))

    def accesses(self, statement: TopLevel) -> list[Access]:
        """Return the files that a statement reads and writes, also through objects that it uses."""
        return self._accesses.get(statement.number, [])

    def told(self, writer: TopLevel, marked: bool) -> Iterator[tuple[TopLevel, str]]:
        """Yield the later statements that may read what a trial statement writes, each with the reason.

        Args:
            writer: trial statement.
            marked: whether a marker is the cause. Each path is followed once for each of both.
        """
        writes = [access for access in self.accesses(writer) if Use.WRITES in access.use]
        new = [one for one in writes if self._is_new((one.covered, one.use, marked), writer.number)]
        if any(Use.MOVES in access.use for access in self.accesses(writer)):
            because = f"{writer.place}, which runs in each trial, changes the working directory"
            yield from ((self._statements[number], because) for number in self._relative(writer.number))
        for number, accesses in self._accesses.items() if new else ():
            pairs = ((write, read) for read in accesses for write in new if number > writer.number)
            found = next((pair for pair in pairs if tells(*map(self._seen, pair))), None)
            if found is not None:
                yield self._statements[number], _because(writer, *found)

    def _seen(self, access: Access) -> Access:
        """Return an access as it is compared with others: they may be made in other working directories."""
        return access.from_anywhere if self._moves else access

    def _is_new(self, key: tuple[Pattern, Use, bool], number: int) -> bool:
        known = self._followed.get(key)
        if known is not None and known <= number:
            return False
        self._followed[key] = number
        return True

    def _relative(self, after: int) -> Iterator[int]:
        """Yield the numbers of the statements below another one that use a relative path."""
        for number, accesses in self._accesses.items():
            if number > after and any(_is_relative(access) for access in accesses):
                yield number

    def disturbed(self, trial: Collection[int]) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements below a trial's use of files that would make this find others, and why.

        They change the working directory, or start another program, which may write any file.

        Args:
            trial: numbers of the trial statements.
        """
        for number, accesses in self._accesses.items():
            if number in trial:
                continue
            if any(Use.MOVES in access.use for access in accesses):
                used, does = self._first_in(trial, _is_relative), "changes the working directory"
            elif any(access.path.is_any and access.use == Use.READS | Use.WRITES for access in accesses):
                used, does = self._first_in(trial, _is_read), "starts another program"
            else:
                continue
            if used is not None and used < number:
                where = f"{self._statements[used].place}, which runs in each trial, uses files above"
                yield self._statements[number], f"it {does}, and {where}"

    def _first_in(self, trial: Collection[int], uses: Callable[[Access], bool]) -> int | None:
        """Return the number of the first trial statement that uses files in a way."""
        found = (number for number, accesses in self._accesses.items() if any(map(uses, accesses)))
        return next((number for number in found if number in trial), None)

    def bound_again(self, trial: Collection[int]) -> Iterator[tuple[TopLevel, str]]:
        """Yield the other statements that write files which trial statements read and write, with the reason.

        In setup all of them would run before the trial, which would read what the last one wrote, or what an
        earlier trial has added.

        Args:
            trial: numbers of the trial statements.
        """
        for place, writes in self._written.items():
            if place.statement in trial:
                reader, read = (
                    self._statements[place.statement],
                    self._accesses[place.statement][place.position],
                )
                because = f"{reader.place}, which runs in each trial, reads {_shown(read)} in between"
                for number in self._made_anew(place, writes, trial):
                    yield self._statements[number], because

    @functools.cached_property
    def _written(self) -> dict[_Place, list[_Place]]:
        """Places where a known file is read, each with the places where it is written."""
        places = [_Place(n, i) for n, found in self._accesses.items() for i in range(len(found))]
        known = [(place, self._seen(self._at(place))) for place in places if self._at(place).is_known]
        certain = Use.WRITES | Use.PERHAPS
        writes = [(place, access) for place, access in known if access.use & certain == Use.WRITES]
        reads = [(p, access) for p, access in known if access.use & (Use.READS | Use.LATER) == Use.READS]
        found = {place: [other for other, write in writes if collide(write, read)] for place, read in reads}
        return {place: written for place, written in found.items() if written}

    def _at(self, place: _Place) -> Access:
        return self._accesses[place.statement][place.position]

    def _made_anew(self, read: _Place, writes: list[_Place], trial: Collection[int]) -> list[int]:
        """Return the setup statements whose writes a trial has to make anew before a read, or after it.

        A callback or data set writes when a trial uses it, not where it is made.
        """
        running = [w for w in writes if w.statement in trial or Use.LATER not in self._at(w).use]
        above = list(self._since_it_was_replaced([w for w in running if w < read], read))
        after = [w for w in running if w >= read]
        if not after and not any(w.statement in trial for w in above):
            return []
        return [w.statement for w in (*above, *after) if w.statement not in trial]

    def _since_it_was_replaced(self, writes: list[_Place], read: _Place) -> Iterator[_Place]:
        """Yield the writes before a read, the nearest first, back to one that replaces the file."""
        for place in reversed(writes):
            yield place
            same = self._at(place).covered.matched == self._at(read).covered.matched
            if same and self._at(place).overwrites and not self._moves:
                return


def _carried(module: Module, statements: Iterable[TopLevel]) -> dict[str, list[Access]]:
    """Map names to the files that their objects read and write whenever they are used."""
    carried: dict[str, list[Access]] = {}
    for statement in statements:
        files = module.facts.files(statement)
        later = [access for access in files if Use.LATER in access.use]
        if any(Use.OPAQUE in access.use for access in files):
            later.append(Access(ANYTHING, Use.WRITES | Use.OPAQUE))
        for name in _names_of_its_objects(module, statement) if later else ():
            for holder in module.facts.aliases.holders(name):
                carried.setdefault(holder, []).extend(later)
    return carried


def _names_of_its_objects(module: Module, statement: TopLevel) -> Iterator[str]:
    """Yield the names that a statement binds; what it sets up in ``logging`` is that of all loggers."""
    yield from statement.names.binds
    loggings = {name for name in statement.names.immediately if module.aliases.get(name) == "logging"}
    yield from loggings
    for name in loggings:
        yield from (bound for user in module.users[name] for bound in user.names.binds)


def _is_relative(access: Access) -> bool:
    """Tell whether an access is to a file by a path that depends on the working directory."""
    return access.is_known and not access.use & (Use.MOVES | Use.IMPORTED) and is_relative(access.path)


def _is_read(access: Access) -> bool:
    """Tell whether an access may be to a file that another program writes."""
    told = Use.MOVES | Use.IMPORTED | Use.OPAQUE
    return _is_relative(access) or (Use.READS in access.use and not access.use & told)


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

"""Result of the compiler: everything that a worker needs, as plain data that pickles and encodes."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.markers.search_space import Argument, SearchSpace
from hypertemplate.compiler.syntax.source import NEWLINE, Source


class Placement(enum.Enum):
    """Time at which a top-level statement runs."""

    SETUP = "setup"
    """Once in each worker."""
    TRIAL = "trial"
    """Once in each trial."""
    BOTH = "setup and trial"
    """In setup, and again in each trial: a trial needs new values, and a bound needs them earlier."""
    KEPT = "setup, and trial if it cannot be put back"
    """In setup; again in each trial only if the data that a trial changes cannot be put back after it."""
    IMPORTED = "with its module"
    """Each time the import system loads its module, one of the user's own that hold markers."""
    LEFT_OUT = "left out"
    """Not at all: the statement is not part of the program."""


@dataclass(frozen=True, slots=True)
class Block:
    """An ``if`` whose test is true, around statements that are placed each by itself: the ``__main__`` part.

    Attributes:
        line: line on which it begins, from 1.
        indent: white space before each of its statements.
    """

    line: int
    indent: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One kept top-level statement.

    Attributes:
        line: line of the part on which it begins, from 1.
        text: text with every marker rewritten in place, with the same line breaks.
        placement: time at which it runs.
        block: block around it, or None.
        by_comment: whether a comment of the user's says so.
    """

    line: int
    text: str
    placement: Placement
    block: Block | None = None
    by_comment: bool = False


def in_lines(statements: Iterable[Statement]) -> str:
    """Return the text of statements, each on its own lines, other lines blank."""
    pieces: list[str] = []
    line = 1
    inside: Block | None = None
    for statement in statements:
        block = statement.block
        if block is not None and block != inside:
            pieces += ["\n" * (block.line - line), "if True:"]
            line = block.line
        indent = block.indent if block is not None else ""
        if statement.line > line or not pieces:
            pieces += ["\n" * (statement.line - line), indent]
        else:
            pieces.append(" " if block != inside else "; ")
        pieces.append(statement.text)
        line = statement.line + len(NEWLINE.findall(statement.text))
        inside = block
    return "".join(pieces) + "\n"


@dataclass(frozen=True, slots=True)
class ProgramPart:
    """Kept statements of one part of the source.

    Attributes:
        name: name for people.
        filename: ``co_filename`` of its code: never spelled like a path on disk, so that nothing
            re-reads the markers from disk, yet the same file once normalised, so that breakpoints work.
        statements: kept statements in source order.
        flags: ``__future__`` flags to compile with.
        module: name of the module whose whole text the part is; empty for parts of the template.
        package: package that its relative imports start from.
    """

    name: str
    filename: str
    statements: tuple[Statement, ...]
    flags: int
    module: str = ""
    package: str = ""

    def text(self, *placements: Placement) -> str:
        """Return the statements with one of `placements`, each on its own lines, other lines blank."""
        return in_lines(s for s in self.statements if s.placement in placements)

    @property
    def setup(self) -> str:
        """Code that runs once in each worker."""
        return self.text(Placement.SETUP, Placement.BOTH, Placement.KEPT)

    @property
    def trial(self) -> str:
        """Code that runs in each trial."""
        return self.text(Placement.TRIAL, Placement.BOTH, Placement.KEPT)

    @property
    def trial_on_kept_data(self) -> str:
        """Code that runs in each trial where the data is put back."""
        return self.text(Placement.TRIAL, Placement.BOTH)

    @property
    def kept(self) -> str:
        """All the code that runs, as one text."""
        return self.text(*Placement)


@dataclass(frozen=True, slots=True)
class Join:
    """Join of data and model: how `data()`'s result becomes the model's arguments.

    Attributes:
        how: ``"none"``: the model is called without arguments; ``"object"``: data's result is the one
            argument; ``"position"``: its items in order; ``"name"``: by `names`.
        names: pairs of a parameter of the model and the place of its value in data's result: an index
            from 0 into a tuple, a key into a dict. Empty unless `how` is ``"name"``.
        locals: parameters of the model that are local variables of data, which does not return them.
        count: number of items that ``"position"`` expects.
    """

    how: Literal["none", "object", "position", "name"]
    names: tuple[tuple[str, int | str], ...] = ()
    count: int = 0
    locals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """A name with a value before the first trial that trial code reaches.

    Attributes:
        name: the name.
        place: line of the statement that bound it last, for people; empty if unknown.
        assigned: whether that statement is an assignment, which could run in each trial instead.
        grows_only: whether trial code only adds to its value.
        imported: whether that statement is an import.
    """

    name: str
    place: str
    assigned: bool = False
    grows_only: bool = False
    imported: bool = False


@dataclass(frozen=True, slots=True)
class ReturnedNumber:
    """Number that a model function returns as its loss.

    Attributes:
        text: its text.
        names: names that it has, of the function that computes it first.
        negated: whether it is the negation of what has these names, or that subtracted from a number.
    """

    text: str
    names: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """A name of a script that only setup binds, so that it is the same in every trial.

    Attributes:
        name: the name.
        place: line that binds it last, for people.
        used: whether trial code uses it, and it is more than a number: it may then be a metric's function.
        read: what is to be said of a file that its value is read from, and that trial code writes below.
    """

    name: str
    place: str
    used: bool = False
    read: str = ""


@dataclass(frozen=True, slots=True)
class MarkedOption:
    """Option of the template's own command line whose default is marked.

    Attributes:
        label: label of the marker.
        names: names of the option, with their dashes.
        others: names of the other options.
    """

    label: str
    names: tuple[str, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LastCall:
    """Call with which each trial of a script ends, such as ``main()``.

    Attributes:
        function: name of the function.
        number: name of the number that it returns; empty if it returns none, as far as its text shows.
        parameters: names of its parameters, which are no results.
    """

    function: str
    number: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Facts on a script, whose own names and last call a search goes by.

    Attributes:
        results: names that a trial may give a value; None if that may be any name.
        numbers: variables that a trial assigns, and that may be numbers as far as its text shows.
        certain: those of them that are numbers for certain, such as means and scores.
        counters: variables that only its loops over something bind, which say nothing of a trial.
        constants: names that only setup binds.
        last_value: text of the call with which it ends and whose value nothing keeps; else empty.
        last_call: call with which it ends, or None.
    """

    results: tuple[str, ...] | None = None
    numbers: tuple[str, ...] = ()
    certain: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    constants: tuple[Constant, ...] = ()
    last_value: str = ""
    last_call: LastCall | None = None


Affected = Literal["loss", "training loss", "score"]
"""Number of which a marked value changes the scale."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A marked value that changes the scale of a number.

    Attributes:
        affects: the number.
        warning: warning where a search goes by that number.
    """

    affects: Affected
    warning: Diagnostic


@dataclass(frozen=True, slots=True)
class Hints:
    """Options in the file's own call of ``minimize``; the command line overrules them.

    Attributes:
        max_evals: number of trials, or None.
        algorithm: ``tpe``, ``random`` or ``anneal``, or None.
        seed: ``rseed``, or None.
    """

    max_evals: int | None = None
    algorithm: str | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class DataReuse:
    """Reuse of the results of a data function that runs in each trial because of a marker.

    Attributes:
        names: names that statements of the trial bind and the data function needs; their values decide which
            result a trial gets, as the labels do that it reads.
        refused: reason why it has to run in each trial whatever it reads; empty if it need not.
    """

    names: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled template.

    Attributes:
        source: compiled source, from which tracebacks show the user's lines.
        parts: kept statements of each part.
        space: search space.
        model: name of the model function, or None for a script, whose own statements are the trial.
        data: name of the data function, or None.
        data_args: expression for the arguments of `data()`, a tuple, or None.
        data_per_trial: whether `data()` runs in each trial.
        changed_data: whether it does only because trials change what it returns.
        keeps_data: whether it need not, if what it returns can be put back.
        join: join of data and model.
        digest: SHA-256 of the kept user text, token by token, in hexadecimal; see `digest`.
        given: parameters of the model that bounds and lists read, each with its place in the arguments: an
            index or its name.
        leaked: local variables of data that the model reads as if they were the module's.
        live: names whose values come from memory, if the template is the source of live functions.
        reads_space: whether the template reads Hyperas's ``space``, the dict of the trial's values.
        warnings: findings that did not stop the compiler.
        hints: options in the file's own ``minimize`` call.
        writes: paths, as written, of files that every trial writes; trials then cannot run concurrently.
        reached: names whose contents a worker compares after each trial.
        set_attributes: dotted paths of attributes that the template sets on what it imports.
        dependent: modules that a trial may be the first to import, and that may read what trials set.
        seeds: packages whose random generator setup seeds, as far as its text shows.
        script: facts on a script; nothing is known where there is a model function.
        may_report: whether the program may run a fit that is watched, or report numbers itself.
        scales: marked values that change the scale of a loss or score.
        no_loss: warning for a model whose results are surely no loss, or None.
        data_shares: object that data and trials share, so that `data()` runs in each trial, with its line.
        returned: numbers that the model function returns as its loss, as far as the text shows.
        loss_numbers: names of numbers that are a network's loss, as far as the text shows: variables of a
            script, else ``loss`` if that is what the model function returns.
        anew: modules of the user's own that each trial imports anew.
        marked: modules of the user's own that hold markers, or import such a module.
        marked_options: options of its own command line whose defaults are marked.
        is_live: whether the template uses what is in memory.
        reuse: reuse of the results of `data()`, if a marker has it run in each trial; else None.
    """

    source: Source
    parts: tuple[ProgramPart, ...]
    space: SearchSpace
    model: str | None
    data: str | None
    data_per_trial: bool
    join: Join
    digest: str
    changed_data: bool = False
    keeps_data: bool = False
    data_args: Argument | None = None
    given: tuple[tuple[str, int | str], ...] = ()
    leaked: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    reads_space: bool = False
    warnings: tuple[Diagnostic, ...] = ()
    hints: Hints = Hints()
    writes: tuple[str, ...] = ()
    reached: tuple[Reached, ...] = ()
    set_attributes: tuple[str, ...] = ()
    dependent: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    script: Script = Script()
    may_report: bool = True
    scales: tuple[Scale, ...] = ()
    loss_numbers: tuple[str, ...] = ()
    no_loss: Diagnostic | None = None
    data_shares: str = ""
    returned: tuple[ReturnedNumber, ...] = ()
    anew: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    marked_options: tuple[MarkedOption, ...] = ()
    is_live: bool = False
    reuse: DataReuse | None = None

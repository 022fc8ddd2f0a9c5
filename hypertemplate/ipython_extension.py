"""IPython extension, ``%load_ext hypertemplate``: marked cells run as they are, and ``%%tune``."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from hypertemplate.errors import NoTrialError, SharedStateError
from hypertemplate.frontend import cell_transformer
from hypertemplate.frontend.ipython import cell_name, usage_error, user_values
from hypertemplate.frontend.notebook.magic_table import SEARCH
from hypertemplate.frontend.notebook.magics import plain_cell
from hypertemplate.search.pruners.base import METHODS
from hypertemplate.search.study import ALGORITHMS

if TYPE_CHECKING:
    # A type only: the shell is an argument, and `frontend/ipython.py` is the one file that imports IPython.
    from hypertemplate.frontend.ipython import InteractiveShell


def load(shell: InteractiveShell) -> None:
    """Let marked cells run, and register ``%%tune``; a second call has no effect."""
    unload(shell)
    defaults = cell_transformer.Defaults(partial(cell_name, shell))
    ast_transformers, before, after = _lists(shell)
    ast_transformers.append(defaults)
    before.append(cell_transformer.Angles())
    after.append(cell_transformer.Recent(defaults))

    def tune(line: str, cell: str) -> None:
        tune_cell(shell, line, cell)

    tune.__doc__ = _parser().format_help()
    shell.magics_manager.register_function(tune, "cell", SEARCH)


def unload(shell: InteractiveShell) -> None:
    """Undo `load`, and nothing else."""
    for transformers in _lists(shell):
        # By the module's name: a reload creates new classes.
        transformers[:] = [
            each for each in transformers if type(each).__module__ != cell_transformer.__name__
        ]
    magics = shell.magics_manager.magics["cell"]
    if getattr(magics.get(SEARCH), "__module__", "") == __name__:
        del magics[SEARCH]


def _lists(shell: InteractiveShell) -> tuple[list[Any], list[Any], list[Any]]:
    """Return IPython's lists of transformers: of trees, and of texts before and after IPython's own."""
    return shell.ast_transformers, shell.input_transformers_cleanup, shell.input_transformers_post


def tune_cell(shell: InteractiveShell, line: str, cell: str) -> None:
    """Tune the flat code of a cell over the user's variables, and leave ``study`` among them.

    Args:
        shell: the shell, with the user's variables.
        line: options.
        cell: code.

    Raises:
        NoTrialError: no trial is complete; ``study`` has those that failed.
        SharedStateError: the next trial would not begin as the first did; ``study`` has the trials so far.
        UsageError: IPython's, for an invalid option or a cell without code. One line.
    """
    try:
        options = vars(_parser().parse_args(shlex.split(line)))
    except ValueError as problem:
        raise usage_error(f"%%{SEARCH}: {problem}") from None
    plain = plain_cell(cell)
    if not plain.text.strip():
        raise usage_error(f"%%{SEARCH}: the cell has no code below this line")
    from hypertemplate.api.tune import tune_text

    name = cell_name(shell)
    for note in plain.notes:
        if note.matters:
            help = f"; {note.help}" if note.help else ""
            sys.stderr.write(f"note: {name}, line {note.line + 1}: {note.text}{help}\n")
    try:
        # The cell's first line is the magic: an empty line in its place keeps the cell's line numbers.
        study: object = tune_text(f"\n{plain.text}", name=name, values=user_values(shell), **options)
    except (NoTrialError, SharedStateError) as error:
        shell.user_ns["study"] = error.study  # else the study of an earlier cell would stand for this one
        raise
    shell.user_ns["study"] = study


class _Parser(argparse.ArgumentParser):
    """Parser that raises ValueError for an invalid option, where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def _parser() -> _Parser:
    parser = _Parser(
        prog=f"%%{SEARCH}",
        description="Search the best values of the markers in this cell; the result is called study.",
        add_help=False,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--max-evals", type=_at_least(1), metavar="N", help="how many trials; by default 50")
    add(
        "--objective",
        metavar="NAME[:min|:max]",
        help="the variable of the cell, or the metric of its last fit",
    )
    add("--algo", choices=ALGORITHMS, help="what proposes values; by default tpe")
    add("--seed", type=_at_least(0), metavar="N", help="by default 1337")
    add("--workers", type=_at_least(1), metavar="N", help="processes to run trials in; by default this one")
    add("--prune", nargs="?", const=METHODS[0], choices=METHODS, help="stop bad trials early")
    add("--prune-on", metavar="NAME[:min|:max]", help="the metric to stop them by")
    add("--prune-fit", metavar="N|last", help="the fit that has it, counted from 1")
    add(
        "--count-pruned",
        action="store_true",
        default=None,
        help="let a trial that was stopped early be the best one",
    )
    add("--maximize", action="store_true", help="look for the highest value, not the lowest")
    return parser


def _at_least(lowest: int) -> Callable[[str], int]:
    """Return a function that parses a whole number of at least `lowest`."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < lowest:
            raise argparse.ArgumentTypeError(f"a whole number from {lowest} on is needed, got {text!r}")
        return int(text)

    return read

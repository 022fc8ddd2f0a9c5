"""Where a search that the user's own code started is shown."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.program import Program
from hypertemplate.frontend import ipython
from hypertemplate.search.observer import SearchObserver, SilentObserver
from hypertemplate.search.samplers.hyperopt.sampler import preload
from hypertemplate.search.study import Study


@contextlib.contextmanager
def display(
    plan: Study, program: Program, *, verbose: bool, here: bool, workers: Callable[[], int] = lambda: 1
) -> Iterator[SearchObserver]:
    """What shows a search: in a notebook one display that updates in place, else lines on stderr.

    Args:
        plan: what is to run.
        program: the template; what the compiler warned of is shown first, on stderr.
        verbose: whether anything is shown.
        here: whether trials run in this process, and print where we do: then no bar moves.
        workers: how many workers run trials.
    """
    if not verbose:
        yield SilentObserver()
        return
    if program.warnings:
        sys.stderr.write(render_all(program.warnings, program.source) + "\n")
    if ipython.shows_html():
        from hypertemplate.report.notebook_display import NotebookPrinter

        with NotebookPrinter(plan, workers=workers) as printer:
            yield printer
    else:
        # rich takes a while to load.
        from hypertemplate.report.terminal_display import SearchPrinter, stderr_console

        console = stderr_console()
        live = sys.stderr.isatty() and not console.is_dumb_terminal and not here
        with SearchPrinter(console, plan.template, live=live, preload=preload, workers=workers) as shown:
            yield shown

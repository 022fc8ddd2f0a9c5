"""A search that the user's own code started: how it is read, and where it is shown."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hypertemplate.api.prepared import Prepared, from_path
from hypertemplate.api.sent_values import send_values
from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.errors import Spelling
from hypertemplate.frontend import ipython
from hypertemplate.search.face import Opening
from hypertemplate.search.observer import SearchObserver, SilentObserver
from hypertemplate.search.samplers.hyperopt.sampler import preload
from hypertemplate.search.searched_template import Template, TemplateNames


@dataclass(frozen=True, slots=True)
class PreparedSource:
    """A `TemplateSource` of what the user's code handed over."""

    prepared: Prepared

    @property
    def names(self) -> TemplateNames:
        """What the user named of it."""
        return TemplateNames(self.prepared.path, self.prepared.model, self.prepared.data)

    def template(self, names: TemplateNames, folder: Callable[[], Path], *, in_process: bool) -> Template:
        """Compile it; for worker processes, write what they need from memory."""
        prepared = self.prepared
        if names != self.names:
            prepared = from_path(names.path, names.model, names.data)
        found = (prepared.found,) if prepared.found else ()
        if in_process:
            return Template(prepared.compile(here=True), prepared.values, "", found)
        program, file, notes = send_values(prepared, folder())
        return Template(program, prepared.values, file, (*found, *notes))


@dataclass(frozen=True, slots=True)
class PythonFace:
    """A `Face` in the user's own process.

    Attributes:
        spell: spells a parameter.
        resume_hint: how an interrupted search is resumed, in words.
        verbose: whether anything is shown.
        in_process: whether trials run in this process, and print where we do: then no bar moves.
    """

    spell: Spelling
    resume_hint: str
    verbose: bool
    in_process: bool

    @contextlib.contextmanager
    def show(self, opening: Opening) -> Iterator[SearchObserver]:
        """Show a search: in a notebook one display that updates in place, else lines on stderr."""
        if not self.verbose:
            yield SilentObserver()
            return
        if opening.program.warnings:
            sys.stderr.write(render_all(opening.program.warnings, opening.program.source) + "\n")
        with self._printer(opening) as observer:
            for note in filter(None, (opening.headline, *opening.notes)):
                observer.note(note)
            yield observer

    def show_idle(self, notes: tuple[str, ...]) -> None:
        """Say why no trial runs, on stderr."""
        if self.verbose:
            sys.stderr.writelines(f"note: {note}\n" for note in notes)

    @contextlib.contextmanager
    def _printer(self, opening: Opening) -> Iterator[SearchObserver]:
        if ipython.shows_html():
            from hypertemplate.report.notebook_display import NotebookPrinter

            with NotebookPrinter(opening.study, workers=opening.workers) as printer:
                yield printer
            return
        # rich takes a while to load.
        from hypertemplate.report.terminal_display import SearchPrinter, stderr_console

        console = stderr_console()
        live = sys.stderr.isatty() and not console.is_dumb_terminal and not self.in_process
        with SearchPrinter(
            console, opening.study.template, live=live, preload=preload, workers=opening.workers
        ) as shown:
            yield shown

"""Hooks of a worker in its process: on imports, fits, files, and on what would leave the process."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from types import CodeType

from hypertemplate.compiler.program import Program
from hypertemplate.runtime import pickles, seeds
from hypertemplate.runtime.cache_keys import key_by_trial
from hypertemplate.runtime.failures import no_terminal
from hypertemplate.runtime.files import file_doors, keras_paths, library_paths, tensorflow_paths
from hypertemplate.runtime.hooks import keras_fit, lightgbm_train, xgboost_train
from hypertemplate.runtime.hooks.acceleration import accelerate
from hypertemplate.runtime.hooks.imports import Around, ImportWatcher
from hypertemplate.runtime.process import spawned_processes
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.runtime.reports.fits import Fits
from hypertemplate.runtime.settings.codec_registrations import notice_registrations
from hypertemplate.runtime.settings.operation_seeds import OperationSeeds
from hypertemplate.runtime.settings.shown_warnings import ShownWarnings
from hypertemplate.runtime.settings.shuffled_datasets import ShuffledDatasets


class WorkerHooks:
    """Hooks that are in this process from now on, until `remove`.

    Args:
        program: program whose trials run.
        options: settings of the trials.
        importing: returns a context in which each module runs that no other module imports; in a worker each
            library, since modules of the user's that change settings are imported in each trial.
        own: whether this is the user's own process.
        fits: returns the fits of the running trial, or None.
        reached: returns the code that a trial's values reach, and these values.
        try_command: returns the command that runs the trial in a terminal.

    Attributes:
        accelerated: settings of the frameworks.
    """

    def __init__(
        self,
        program: Program,
        options: RuntimeOptions,
        *,
        importing: Around,
        own: bool,
        fits: Callable[[], Fits | None],
        reached: Callable[[], tuple[frozenset[CodeType], Mapping[str, float]]],
        try_command: Callable[[], str],
    ) -> None:
        watcher = ImportWatcher(seeds.undisturbed)
        watcher.outermost, watcher.of_libraries = importing, not own
        watcher.install()
        seeds.seed_at_import(watcher)
        notice_no_more = [seeds.notice_seeding(watcher), notice_registrations()]
        self._operations = OperationSeeds({part.filename: part.name for part in program.parts})
        # Before the other hooks: later ones are laid around it, and are removed first.
        self.accelerated = accelerate(watcher, options.acceleration)
        unhook = [each.report_fits(watcher, fits) for each in (keras_fit, lightgbm_train, xgboost_train)]
        self._datasets, self._warnings = ShuffledDatasets(), ShownWarnings()
        notice_no_more.append(self._warnings.install())
        unhook += [self._operations.watch(watcher), self._datasets.watch(watcher)]
        redirected = [
            library_paths.redirect_libraries(watcher),
            tensorflow_paths.redirect_tensorflow(watcher),
            keras_paths.redirect_files(watcher),
            key_by_trial(watcher, reached),
        ]
        # Before the user's code runs, which may import a function by its name.
        take_doors_out = file_doors.install()
        pickles.pickle_by_value(watcher)
        allow_sending = spawned_processes.refuse_definitions(watcher)
        undo = [*notice_no_more, *unhook, *redirected, take_doors_out, self.accelerated.undo]
        if not options.attached:
            undo.append(no_terminal.refuse_breakpoints(watcher, try_command))
        self._undo = (*undo, allow_sending, watcher.uninstall)

    @contextlib.contextmanager
    def trial(self) -> Iterator[None]:
        """Give a trial, which runs in this context, what setup has left in TensorFlow."""
        with (
            self.accelerated.trial(),
            self._operations.trial(),
            self._datasets.trial(),
            self._warnings.trial(),
        ):
            yield

    def notes(self) -> tuple[str, ...]:
        """Return the notes for the user since the last call."""
        return (*self.accelerated.notes(), *self._operations.notes())

    def remove(self) -> None:
        """Take the hooks out of the process."""
        with contextlib.ExitStack() as last:  # an interrupt of one step skips none of the others
            for step in reversed(self._undo):
                last.callback(step)

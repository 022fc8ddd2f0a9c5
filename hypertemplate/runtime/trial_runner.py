"""A loaded program in a process: runs its trials, one at a time, and reports their outcomes.

No exception of the user's code leaves it. The process may be a worker of its own
(`hypertemplate.runtime.worker`) or the user's (`hypertemplate.executors.inline`).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import CodeType, MappingProxyType
from typing import Any

from hypertemplate import trial as running_trial
from hypertemplate.compiler.markers.drawn_values import python_values
from hypertemplate.compiler.program import Program
from hypertemplate.errors import LoadError, StatementOrderError, WorkerError
from hypertemplate.runtime.data_files.files_read import FilesRead
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.failures import missing_arguments, no_terminal, refused_arguments, tracebacks
from hypertemplate.runtime.failures.out_of_memory import is_out_of_memory
from hypertemplate.runtime.files import trial_files
from hypertemplate.runtime.files.shared_files import SharedFiles
from hypertemplate.runtime.hooks import keras_patience, sessions
from hypertemplate.runtime.hooks.boosting_rounds import hooked
from hypertemplate.runtime.kept_models.checkpoint import save_model, save_weights
from hypertemplate.runtime.kept_models.epoch_weights import EpochWeights
from hypertemplate.runtime.kept_models.load_check import LoadCheck
from hypertemplate.runtime.loaded_program import LoadedProgram, load
from hypertemplate.runtime.metrics.last_result import of_last_call, script_names
from hypertemplate.runtime.objective import Fitted, Wanted, of_script, own_metrics
from hypertemplate.runtime.outcome import Scored, score, scored
from hypertemplate.runtime.own_modules.imported_sources import imported_files
from hypertemplate.runtime.process import spawned_processes
from hypertemplate.runtime.process.channel import Driver
from hypertemplate.runtime.process.worker_hooks import WorkerHooks
from hypertemplate.runtime.protocol import (
    Calling,
    Complete,
    Drop,
    Exit,
    Failed,
    FailureKind,
    Finished,
    FitMessage,
    Go,
    Keep,
    Load,
    LoadFailed,
    Outcome,
    Pruned,
    Ready,
    Run,
    Saved,
    SaveFailed,
    Stop,
    ToWorker,
)
from hypertemplate.runtime.reports.fits import Fits, TrialStopped
from hypertemplate.runtime.reports.judged_epoch import give_scored_weights, scored_reports, with_fits
from hypertemplate.runtime.reports.own_reports import OwnReports
from hypertemplate.runtime.settings.recorded_settings import RecordedSettings
from hypertemplate.runtime.settings.shuffled_datasets import notes_on_values
from hypertemplate.runtime.values import read_values

FRAMEWORKS = (
    *("keras", "tensorflow", "jax", "torch", "tf_keras"),
    *("xgboost", "lightgbm", "catboost", "sklearn", "numpy"),
)

Returned = Callable[[Any], None]
"""Function that is given the value that the user's model returned, before anything of it is read."""


class Worker:
    """Loaded program in this process.

    Args:
        driver: receiver of the messages, which answers them.
        message: request to load.
        values: values that the program takes from memory, by name.
        keep: saves a trial's model to the path that `Keep` names, and returns the path of the result.
        hear: is given the value that the user's model returned; set where the process is the user's own.
    """

    def __init__(
        self,
        driver: Driver,
        message: Load,
        *,
        values: Mapping[str, Any] = MappingProxyType({}),
        keep: Callable[[Any, str], str] = save_model,
        hear: Returned | None = None,
    ) -> None:
        self._channel = driver
        self._options = options = message.options
        self._values = values
        self._keep = keep
        self._hear = hear
        self._own = hear is not None
        self._program: Program = message.program
        self._params: dict[str, float] = {}
        self._process = os.getpid()
        self._fits: Fits | None = None
        self._load_check = LoadCheck()
        self._copies_weights = options.checkpoint == "best"
        self._file_notes: list[str] = []
        self._shared_files = SharedFiles(message.program)
        self._files_read = FilesRead(message.program.source, is_alone=not self._own)
        self._loaded: LoadedProgram | None = None
        self._cleared = False
        self._before = RecordedSettings(own=True) if self._own else None
        self._hooks = WorkerHooks(
            message.program,
            options,
            importing=self._importing,
            own=self._own,
            fits=lambda: self._fits,
            reached=self._reached,
            try_command=self._try_command,
        )

    def close(self) -> None:
        """Remove the hooks, in a process that continues without the program, and put back what it changed."""
        with contextlib.ExitStack() as last:  # an interrupt of one step skips none of the others
            if self._before is not None:
                last.callback(self._before.put_back)
            last.callback(self._hooks.remove)
            if self._loaded is not None:
                last.callback(self._loaded.close)

    @contextlib.contextmanager
    def _importing(self) -> Iterator[None]:
        """Count what an import sets for what trials begin with: it runs once."""
        with contextlib.ExitStack() as noted:
            if self._before is not None:
                noted.enter_context(self._before.importing())
            if self._loaded is not None:
                noted.enter_context(self._loaded.settings.importing())
            yield

    def _reached(self) -> tuple[frozenset[CodeType], Mapping[str, float]]:
        codes = frozenset[CodeType]() if self._loaded is None else self._loaded.trial_codes
        return codes, self._params

    def load(self) -> Ready | LoadFailed:
        """Load the program; return the answer for the driver."""
        try:
            known = {**read_values(self._options.values), **self._values}
            values = {name: hooked(value) for name, value in known.items()}
            with self._files_read.of_setup() as used:
                loaded = load(
                    self._program,
                    self._options.seed,
                    values,
                    own=self._own,
                    calling=self._tell_of_call,
                    digests=self._options.digests,
                )
            # In a process that lives on, a module may be older than its file.
            files = {} if self._own else imported_files(self._program.source.path)
            notes = (*loaded.notes, *notes_on_values(values))
            data = self._files_read.new(used.read, used.made)
            folders = self._files_read.folders(used.listed)
            answer: Ready | LoadFailed = Ready(
                loaded.space, versions(), notes, files, data, loaded.values, folders
            )
            loaded.reuse_data(self._options.reuse_bytes, self._reported)
            self._loaded = loaded
            self._end_if_forked(0)
        except LoadError as error:
            answer = LoadFailed(error.message, error.details)
        except BaseException as error:
            self._end_if_forked(_status(error))
            if self._own and isinstance(error, KeyboardInterrupt):
                raise  # an interrupt of the user's process is meant for the search
            failed = self._failure(error, "the template")
            answer = LoadFailed(failed.message, failed.traceback)
        _flush()
        return answer

    def _reported(self) -> object:
        """Return a value that changes as fits, or the code itself, report in the running trial."""
        fits = self._fits
        return None if fits is None else (fits.count, fits.last.number, len(fits.reported), len(fits.notes))

    def _tell_of_call(self, function: str) -> None:
        self._channel.send(Calling(function))

    def take_over(self) -> None:
        """Continue in this process, which was forked from the one that has loaded the program."""
        self._process = os.getpid()
        if self._loaded is not None:
            self._loaded.accept_changes()

    def run(self, message: Run) -> None:
        """Run a trial; send `Finished`, and `Saved` or `SaveFailed` if its model is to be kept."""
        loaded = self._loaded
        if loaded is None:
            raise WorkerError("told to run a trial of a program that is not loaded")
        self._params = message.params
        draws = loaded.draws(message.params)
        wanted = Wanted(self._options.objective, self._options.maximize)
        weights = EpochWeights(wanted, message.folder) if self._copies_weights else None
        fits = self._fits = Fits(self._report, weights, *self._patience(wanted))
        trial = self._scored(loaded, message, draws, fits)
        fits.send(scored_reports(trial, fits))
        fits.close()
        self._fits = None
        outcome: Outcome = trial.outcome
        notes, model = trial.notes, trial.model
        if isinstance(outcome, Complete):
            notes += keras_patience.unused(fits)
        changes = loaded.compare(message.number)
        noted = dict.fromkeys((*fits.notes, *self._file_notes))
        notes += (*noted, *changes.notes, *self._hooks.notes(), *loaded.data_notes)
        self._file_notes = []
        _flush()
        self._channel.send(
            Finished(
                outcome,
                trial.metrics,
                draws.unused(),
                notes,
                model is not None,
                changes.lasting,
                trial.origin,
                trial.maximize if self._options.maximize is None else None,
                loaded.data_call,
                trial.folds,
                self._files_read.new(self._shared_files.data),
            )
        )
        if model is not None:
            self._keep_or_drop(loaded, trial, fits, message.number)
        elif isinstance(outcome, Complete):
            self._copies_weights = False  # none of these trials has a model
        if weights is not None:
            weights.close()
        # Hold nothing of this trial while the worker waits for the next one.
        loaded.restore()

    def clear_sessions(self) -> None:
        """Clear the sessions of frameworks for the next trial, while the driver has no values for it yet.

        After an error the next trial does it itself, and fails by it.
        """
        with contextlib.suppress(Exception):
            sessions.clear_sessions()
            self._cleared = True

    def _report(self, message: FitMessage) -> Go | Stop:
        """Send a message about a fit; it waits for the answer only where that may stop the trial."""
        return self._channel.ask(message if self._options.prunes else replace(message, waits=False))

    def _patience(self, wanted: Wanted) -> tuple[int | None, tuple[Wanted, ...]]:
        """Return the patience of fits, and the metrics that they may go by."""
        monitor = Wanted(self._options.monitor, self._options.monitor_maximize)
        return self._options.early_stopping, (monitor, wanted)

    def _scored(self, loaded: LoadedProgram, message: Run, draws: Draws, fits: Fits) -> Scored:
        """Run the user's code, and catch whatever it raises."""
        try:
            if not self._cleared:
                sessions.clear_sessions()
            self._cleared = False
            loaded.restore()  # what clearing has reset, too
            params = python_values(loaded.space, message.params)
            beside = os.path.dirname(self._program.source.path)  # noqa: PTH120 - an empty path has none
            files = trial_files.running(message.number, message.folder, params, beside, self._shared_files)
            heard = running_trial._heard(OwnReports(fits).report, draws.read_all)
            with self._hooks.trial(), files as self._file_notes, heard:
                returned = loaded.run(draws, message.seed)
            self._end_if_forked(0)
            if self._hear is not None:
                self._hear(returned)
            return with_fits(self._judged(loaded, draws, fits, returned), fits)
        except TrialStopped as stop:
            self._end_if_forked(1)
            return Scored(Pruned(None, str(stop)), fits.last.metrics)
        except BaseException as error:
            self._end_if_forked(_status(error))
            return Scored(self._failure(error, "the trial"), fits.last.metrics)

    def _judged(self, loaded: LoadedProgram, draws: Draws, fits: Fits, returned: Any) -> Scored:
        """Return the outcome of a trial that has run to its end."""
        last = fits.last
        others = {number: names for number, names in fits.reported.items() if number != last.number}
        fitted = Fitted(last.curve, last.diverged, last.names, last.numbers, last.unit, others)
        wanted = Wanted(self._options.objective, self._options.maximize)
        if self._program.model is not None:
            return score(returned, fitted, wanted, name=self._program.model)
        facts, ended = self._program.script, draws.ended
        script = script_names(loaded.names, facts.results, ended)
        apart = {*self._params, *facts.counters}
        if facts.last_call is None:
            found = of_script(script.values, script.made, fitted, wanted, apart=apart)
        else:
            apart |= {*facts.last_call.parameters}
            found = of_last_call(script, facts.last_call, ended, fitted, wanted, apart)
        own = own_metrics(script.values, script.made, apart | {found.origin.name})
        return scored(replace(found, metrics=own | found.metrics), wanted, last.model)

    def _keep_or_drop(self, loaded: LoadedProgram, trial: Scored, fits: Fits, number: int) -> None:
        message: ToWorker | None = None
        # The answer to an exchange that Ctrl-C interrupted may still be on its way.
        while not isinstance(message, (Keep, Drop)):
            message = self._channel.receive()
            if message is None or isinstance(message, Exit):
                raise ConnectionError("the driver is gone")
        if isinstance(message, Drop):
            return
        model = trial.model
        shared = loaded.shared_model(model) if self._own else ""
        if shared:  # it would be kept as this very object, whose weights the next trial needs unchanged
            said = f"'{shared}' is one model for all trials; make it in the model function"
            self._channel.send(SaveFailed(said))
            return
        loaded.put_values_in_place(number)
        note = give_scored_weights(trial, fits)
        self._channel.send(self._saved(model, message.path, note))

    def _saved(self, model: object, path: str, note: str) -> Saved | SaveFailed:
        """Save a model, or at least its weights and config."""
        try:
            kept = self._keep(model, path)
            # In the user's own process, what is kept is the model itself.
            return Saved(kept, note=note, unloadable="" if self._own else self._load_check.reason(kept))
        except Exception as error:
            reason = tracebacks.whole_message(error, self._program)
        try:
            parts = save_weights(model, path, reason)
        except Exception as error:
            also = tracebacks.whole_message(error, self._program)
            return SaveFailed(
                reason if also == reason else f"{reason}; its weights could not be saved: {also}"
            )
        return SaveFailed(reason) if parts is None else Saved(parts, reason, note)

    def _end_if_forked(self, status: int) -> None:
        """End a process that user code forked from the worker, where control returns to the package's code.

        It holds the worker's connection too, and would answer instead of the worker.
        """
        if os.getpid() != self._process:
            _flush()
            os._exit(status)

    def _failure(self, error: BaseException, what: str) -> Failed:
        """Describe an exception of the user's code as data."""
        kind: FailureKind = "raised"
        refused = refused_arguments.refusal(error) if isinstance(error, SystemExit) else None
        if refused is not None or (not self._own and missing_arguments.reads_missing(error)):
            message = refused_arguments.advice(refused, self._options.argv or sys.argv)
            place = "" if refused is not None else f" ({tracebacks.user_place(error, self._program)})"
            return Failed("arguments", message + place)
        if isinstance(error, SystemExit):
            kind = "exited"
            code = "" if error.code is None else repr(error.code)
            message = f"{what} called sys.exit({code})"
        elif isinstance(error, KeyboardInterrupt):
            kind, message = "interrupted", f"{what} was interrupted"
        elif isinstance(error, spawned_processes.SpawnedProcessError):
            kind, message = "spawn", tracebacks.reason(error, self._program)
        elif isinstance(error, StatementOrderError):
            return Failed("order", str(error))
        elif isinstance(error, no_terminal.NeedsTerminalError):
            message = str(error)  # it ends with a command to copy, so nothing may follow
        else:
            message = self._hooks.accelerated.explained(error, tracebacks.reason(error, self._program))
            if not self._options.attached and no_terminal.asked_for_input(error):
                message = f"{message}: a worker has no terminal to read from; run: {self._try_command()}"
            elif is_out_of_memory(error):
                kind = "out of accelerator memory"
                message = f"{kind}: {message}"
        return Failed(kind, message, tracebacks.format_exception(error, self._program))

    def _try_command(self) -> str:
        return no_terminal.try_command(self._program, self._params, self._options.argv[1:])


def versions() -> dict[str, str]:
    """Return the versions, by name, of the frameworks that are loaded; ``backend`` is Keras's."""
    found = {}
    for name in FRAMEWORKS:
        version = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(version, str):
            found[name] = version
    if "keras" in found:
        found["backend"] = sys.modules["keras"].backend.backend()
    return found


def _status(error: BaseException) -> int:
    """Return the exit status of a process that ends with this exception, as Python computes it."""
    if not isinstance(error, SystemExit):
        return 1
    return error.code if isinstance(error.code, int) else int(error.code is not None)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # The user's code may have closed or replaced it; the output is then lost, or elsewhere.
        with contextlib.suppress(Exception):
            stream.flush()

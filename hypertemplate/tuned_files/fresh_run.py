"""Fresh run of a template with a trial's values in it: the proof that they give its number."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from hypertemplate.accelerators.local_plan import look, plan_for
from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.executors.factory import worker_processes
from hypertemplate.runtime.protocol import Ready, RuntimeOptions
from hypertemplate.search.loop import search
from hypertemplate.search.observer import SilentObserver
from hypertemplate.search.pruners.factory import wish
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.service.data_record import differences
from hypertemplate.search.stop_rules import Limits
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.tuned_files.chosen_trial import ChosenTrial
from hypertemplate.tuned_files.tuned_template import TunedTemplate
from hypertemplate.units import listed

_RUN = "a fresh run with the trial's seed"


@dataclass(frozen=True, slots=True)
class FreshRun:
    """Result of a fresh run.

    Attributes:
        tuned: template with the values of a trial, which ran.
        trial: the trial of the fresh run.
        other_data: what has become of files that the trial has read, in words; empty if they are the same.
    """

    tuned: TunedTemplate
    trial: Trial
    other_data: str = ""

    @property
    def chosen(self) -> ChosenTrial:
        """Trial whose values it had."""
        return self.tuned.chosen

    @property
    def is_same(self) -> bool:
        """True if the two losses are equal to the last digit; of several runs the first one counts."""
        return self.trial.loss is not None and self.trial.loss == self.chosen.trial.first_loss

    @property
    def verdict(self) -> str:
        """Comparison of the two numbers in words; only where the fresh run succeeded."""
        study, before, now = self.chosen.study, self.chosen.trial.first_loss, self.trial.loss
        assert now is not None
        assert before is not None
        who = "the first run of the trial" if self.chosen.trial.runs else "the trial"
        if self.is_same:
            return f"checked: {_RUN} gives {study.score(now)!r}, as {who} did, to the last digit"
        off = abs(now - before)
        text = f"checked: {_RUN} gives {study.score(now)!r}, and {who} had {study.score(before)!r}"
        return f"{text}: {off:.3g} off{_share(off, before)}; {self._why}"

    @property
    def _why(self) -> str:
        """Reason why the two numbers differ, as far as it is known."""
        if self.chosen.trial.state is TrialState.PRUNED:
            return "the trial was stopped early, and the fresh run was not"
        if self.tuned.unwritten:
            return f"the fresh run had the default of {listed(self.tuned.unwritten)}, not what the trial drew"
        if self.other_data:
            return f"{self.other_data} since the trial"
        if self.tuned.has_changed:
            return "the code has changed since the trial, as noted"
        return "what random numbers without a seed, threads or the device do differs from run to run"


def _share(off: float, before: float) -> str:
    if not before or not math.isfinite(off / before):
        return ""
    return f", {abs(off / before):.2g} of it"


def fresh_run(tuned: TunedTemplate, request: SearchRequest, note: Callable[[str], None]) -> FreshRun:
    """Run a template with the values of a trial once, in a new worker with the seed of the trial.

    Args:
        tuned: the template.
        request: options that the study ran with.
        note: receives what a person should know, line by line.

    Raises:
        CompileError: the text with the values does not compile.
        LoadError: it fails before the model runs.
    """
    program = tuned_program(tuned)
    chosen = tuned.chosen
    study = replace(
        chosen.study, space=(), trials=(), left_out=(), generation=0, max_evals=1, frozen=(), repeats=1
    )
    study = replace(study, digest=program.digest, confirmations=())
    other_data = differences(chosen.data, tuned.before.path)
    return FreshRun(
        tuned, run_once(program, study, chosen.seeded_as, tuned.names.argv, request, note), other_data
    )


def tuned_program(tuned: TunedTemplate) -> Program:
    """Compile a template with the values of a trial.

    Raises:
        CompileError: it has errors.
    """
    names = tuned.names
    return compile_source(tuned.source, model=names.model, data=names.data, replaced=tuned.replaced)


def run_once(
    program: Program,
    study: Study,
    number: int,
    argv: tuple[str, ...],
    request: SearchRequest,
    note: Callable[[str], None],
) -> Trial:
    """Run one trial with the defaults of a program, under the number of another trial, whose seed it gets.

    Args:
        program: the program.
        study: study of the one trial.
        number: number of the trial.
        argv: ``sys.argv`` of the template.
        request: options of its search.
        note: receives notes.
    """
    devices = DeviceRequest(
        request.accelerator, 1, mixed_precision=bool(request.mixed_precision), jit=bool(request.jit)
    )
    watched = wish(request.prune_on, request.prune_fit)
    options = RuntimeOptions(
        study.seed,
        study.maximize,
        study.objective,
        argv,
        checkpoint=request.checkpoint or "best",
        early_stopping=request.early_stopping,
        monitor=watched.name,
        monitor_maximize=watched.maximize,
        prunes=False,
    )
    storage = MemoryStorage()

    def begun(ready: Ready) -> None:
        params = DefaultSampler(ready.space).ask(number)
        pending = Trial(number, TrialState.RUNNING, params)
        storage.renew(Kept(replace(study, space=ready.space), running=(pending,)))

    done = search(
        study,
        worker_processes(program, options, plan_for(program, devices, look())),
        sampler=DefaultSampler,
        storage=storage,
        observer=_Notes(note),
        renewed=begun,
        limits=Limits(pending_only=True),
    )
    return done.trials[-1]


class _Notes(SilentObserver):
    """`SearchObserver` that passes notes on."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note

    def note(self, text: str, *, matters: bool = False) -> None:
        """Pass a note on."""
        self._note(text)

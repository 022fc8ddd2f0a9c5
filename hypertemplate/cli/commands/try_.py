"""The command try, which runs one trial in the user's terminal."""

from __future__ import annotations

import math
import signal
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from hypertemplate.accelerators.local_plan import look, plan_for
from hypertemplate.accelerators.plan.device_request import Accelerator
from hypertemplate.cli.announcement import announce
from hypertemplate.cli.best_values import BestAgain, best_again
from hypertemplate.cli.console import say, tell, terminal_width
from hypertemplate.cli.device_options import device_request, one_trial_options
from hypertemplate.cli.earlier_template import earlier_template
from hypertemplate.cli.exit_codes import DONE, INTERRUPTED, NO_TRIAL_SUCCEEDED
from hypertemplate.cli.options import (
    maximize_option,
    objective_option,
    read_program,
    read_source,
    seed_option,
    set_option,
    suggested_option,
    template_arguments,
    template_options,
)
from hypertemplate.cli.signals import collected_interrupts
from hypertemplate.compiler.program import Program
from hypertemplate.errors import LoadError, UsageError
from hypertemplate.executors.base import Executor
from hypertemplate.executors.factory import worker_processes
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.search.fixed_params import FixedParam, leading_to, parse_fixed
from hypertemplate.search.loop import search
from hypertemplate.search.new_study import check_arguments_given, check_objective, new_study
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.study_place import default_study
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.views.study_text import value_lines
from hypertemplate.views.text import plain
from hypertemplate.views.trial_line import failure_lines, reason_lines, source_values, untraced_reason


@click.command("try", short_help="Run one trial of TEMPLATE, in this terminal.")
@template_options
@template_arguments
@suggested_option
@seed_option
@maximize_option
@objective_option
@set_option
@click.option("--best", is_flag=True, help="Use the values of the best trial of a study.")
@click.option("--study", metavar="DIR", help="The study of --best. Default: NAME.study for NAME.py.")
@one_trial_options
def try_(
    names: TemplateNames,
    seed: int | None,
    maximize: bool,
    objective: str | None,
    settings: tuple[str, ...],
    best: bool,
    study: str | None,
    accelerator: Accelerator,
    mixed_precision: bool | None,
    jit: bool | None,
) -> int:
    """Run one trial of TEMPLATE with each marker's default: the first option, the middle of the range.

    The trial has the terminal to itself, so that breakpoint() works. --best uses the values of the best trial
    of a study, and the study's objective, seed and functions.
    """
    asked = _Asked(names, settings, seed, maximize, objective)
    folder = Path(study) if study is not None else default_study(names)
    if best:
        asked = asked.on_best(folder)
    elif study is not None:
        raise UsageError("{study} is for {best}", "study", ("best",))
    announce(f"reading {names.path}")
    earlier = earlier_template(SearchRequest(folder=folder)) if asked.names.suggested else None
    program = read_program(read_source(asked.names, earlier), asked.names)
    check_arguments_given(program, asked.names.arguments)
    announce("looking for devices")
    chosen = leading_to(parse_fixed(asked.settings, program.space), program.space)
    one_trial = asked.study(program)
    request = device_request(accelerator=accelerator, workers="1", mixed_precision=mixed_precision, jit=jit)
    plan = plan_for(program, request, look())
    options = RuntimeOptions(
        one_trial.seed, one_trial.maximize, one_trial.objective, asked.names.argv, attached=True, prunes=False
    )
    executor = worker_processes(program, options, plan)
    tried, interrupted = _tried(one_trial, executor, chosen, plan.notes)
    trial = tried.trials[0]
    if trial.state is TrialState.COMPLETE:
        own = tuple(param.label for param in parse_fixed(settings, program.space))
        shown = replace(trial, frozen=own)  # those of --best are not the user's
        say(value_lines(tried, shown, "", terminal_width(), alone=True))
        if asked.again is not None and not settings:
            _tell_of_difference(asked.again, tried)
        return DONE
    tell(_failure(trial))
    return INTERRUPTED if interrupted else NO_TRIAL_SUCCEEDED


@dataclass(frozen=True, slots=True)
class _Asked:
    """Options that say which trial is to run.

    Attributes:
        names: template, and names of its functions.
        settings: values as ``LABEL=VALUE``.
        seed: seed, or None for the default.
        maximize: whether the highest result is asked for.
        objective: objective as its user wrote it, or None.
        again: the best trial that is to run again, or None.
    """

    names: TemplateNames
    settings: tuple[str, ...]
    seed: int | None
    maximize: bool
    objective: str | None
    again: BestAgain | None = None

    def on_best(self, folder: Path) -> _Asked:
        """Return the options that run the best trial of a study; what is given here comes first."""
        names, again = best_again(folder, self.names, self.settings)
        tell(f"note: using the values of {again.origin}")
        return _Asked(
            names,
            again.settings,
            again.seed if self.seed is None else self.seed,
            self.maximize or again.maximize,
            self.objective or again.objective,
            again if self.objective in (None, again.objective) else None,
        )

    def study(self, program: Program) -> Study:
        """Define the study of the one trial."""
        study = new_study(
            program, max_evals=1, seed=self.seed, maximize=self.maximize, objective=self.objective
        )
        check_objective(program, study, directed=False)
        return study


def _tried(
    one_trial: Study, executor: Executor, chosen: tuple[FixedParam, ...], notes: Iterable[str]
) -> tuple[Study, bool]:
    """Run the trial; tell whether Ctrl-C was pressed, which is for the template.

    Args:
        one_trial: study of the trial.
        executor: the worker that runs it.
        chosen: parameters that have a value.
        notes: notes on the devices.
    """
    observer = _TryObserver(one_trial.template)
    for note in notes:
        observer.note(note)
    # The worker gets Ctrl-C from the terminal too.
    with collected_interrupts(signal.SIGINT) as presses:
        try:
            tried = search(
                one_trial,
                executor,
                sampler=DefaultSampler,
                storage=MemoryStorage(),
                observer=observer,
                fixed=chosen,
                pause=lambda seconds: None,  # a signal that ends a trial here is for that trial alone
            )
        except LoadError:
            if presses:
                raise KeyboardInterrupt from None
            raise
    return tried, bool(presses)


def _tell_of_difference(again: BestAgain, tried: Study) -> None:
    """Tell of a result that is not the one of the trial whose values it has."""
    loss = tried.trials[0].loss
    low, high = again.losses
    if loss is not None and not (low <= loss <= high or math.isclose(loss, again.loss, rel_tol=1e-5)):
        tell(
            f"note: {again.origin} had {tried.score(again.loss):g}, and the same values have now given "
            f"{tried.score(loss):g}: random numbers without a seed differ, and so may files that trials write"
        )


def _failure(trial: Trial) -> str:
    """Return the text that tells of a trial that failed."""
    reason = "" if trial.traceback and not untraced_reason(trial) else f" {reason_lines(trial)[0]}"
    return "\n".join([f"the trial failed:{reason}", *failure_lines(trial)[bool(reason) :]])


class _TryObserver:
    """A `SearchObserver` that says little: the terminal is the template's."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._study: Study | None = None

    def loading(self) -> None:
        """Say that the template loads: importing a framework takes seconds."""
        tell(f"loading {self._template} ...")

    def calling(self, function: str) -> None:
        """Print nothing: what the function prints shows."""

    def ready(self, study: Study, trials: int) -> None:
        """Keep the study, whose space is needed to show values."""
        self._study = study

    def trial_started(self, trial: Trial) -> None:
        """Print the values of the trial."""
        if self._study is not None:
            values = source_values(self._study, trial.params)
            tell("trying " + " ".join(f"{plain(label)}={text}" for label, text in values.items()))

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Print nothing: the framework itself shows its epochs."""

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Print nothing: the command shows the result."""

    def note(self, text: str, *, matters: bool = False) -> None:
        """Print a note of one line."""
        tell(f"note: {plain(text)}")

    def edited(self, lines: tuple[str, ...]) -> None:
        """Print nothing: there is no study."""

    def stopped(self, failed: int) -> None:
        """Print nothing: a single trial never stops a search."""

"""Confirmation of the best trials of a study: they run again in new processes; the study keeps the runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from hypertemplate.accelerators.local_plan import look, plan_for
from hypertemplate.errors import UsageError
from hypertemplate.executors.factory import worker_processes
from hypertemplate.runtime.protocol import Ready
from hypertemplate.search.loop import search
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.resume import same_space
from hypertemplate.search.runs.runs_again import DuePoints, RunsAgain, RunsAgainStorage, best_trials
from hypertemplate.search.service.data_record import data_of, differences
from hypertemplate.search.service.search_run import SearchRun
from hypertemplate.search.stop_rules import Limits, undirected
from hypertemplate.search.study import Study, TrialState
from hypertemplate.search.user_interface import Opening
from hypertemplate.units import counted


def check_confirmable(study: Study, name: str) -> None:
    """Check that a study has trials that can run again.

    Args:
        study: the study.
        name: name of the study, for the message.

    Raises:
        UsageError: it has none, or nothing says which of them are the best.
    """
    complete = [trial for trial in study.trials if trial.state is TrialState.COMPLETE]
    if study.maximize is None and complete:
        raise UsageError(f"{name}: {undirected(complete[0])}")
    if study.best is None:
        raise UsageError(f"{name}: no trial has succeeded yet")


def check_computed_alike(request: SearchRequest, options: Mapping[str, object]) -> None:
    """Check that trials would compute as they did in the search: other numbers would confirm nothing.

    Args:
        request: request of the runs again.
        options: options of the search, as they are stored with the study.

    Raises:
        UsageError: they would not.
    """
    for name, usual in (("mixed_precision", False), ("jit", False), ("gpus_per_trial", 1)):
        now, before = getattr(request, name), options.get(name) or usual
        if now is not None and now != before:
            how = "with it" if before else "without it"
            how = f"with {{{name}}} {before}" if name == "gpus_per_trial" else how
            text = f"{{{name}}}: the trials ran {how}; runs that compute otherwise would confirm nothing"
            raise UsageError(text, name)


def changed_since(study: Study, name: str, template: str) -> UsageError:
    """Return the error for code that is no longer that of the trials."""
    last = max((trial.number for trial in study.trials), default=0)
    return UsageError(
        f"{name}: {template} has changed since trial {last}, so its trials would run other code again; "
        f"hypertemplate run {template} says which of them count with the present code, or undo the change"
    )


def confirmed(run: SearchRun, top: int, repeats: int, scratch: Path) -> Study:
    """Run the best trials again; return the study with the runs, each of which is stored as it ends.

    Args:
        run: parts of a run on the study, which exists.
        top: number of trials.
        repeats: number of runs that each of them is to have.
        scratch: parent of folders for files of the runs, which are not kept.
    """
    best = best_trials(run.storage.study, top)
    for trial in best:
        read = data_of(run.storage.kept, trial.generation)
        if other := differences(read, run.template.program.source.path):
            text = f"{other} since trial {trial.number}: runs with other data would confirm nothing"
            raise UsageError(text)
    again = RunsAgain(run.storage.study, best, repeats)
    notes = tuple(_notes(again, top))
    due = len(again.due)
    idle = again.enough(replace(again.study, trials=())) if due else _nothing_due(again, run)
    if idle is not None:
        run.interface.show_idle((*notes, f"nothing to run: {idle}"))
        return run.storage.study
    plan = plan_for(run.template.program, run.request.devices(due), look())
    options = replace(run.options(), prunes=False, digests=False)
    executor = worker_processes(run.template.program, options, plan, single_use=True)
    opening = Opening(
        run.storage.study,
        run.template.program,
        plan.headline,
        (),
        (*plan.notes, *notes),
        lambda: executor.workers,
        runs_again=again,
    )

    with run.interface.show(opening) as observer:

        def check(ready: Ready) -> None:
            _check_space(again.study, ready)
            for note in _other_versions(again.study, ready):
                observer.note(note)

        try:
            search(
                replace(again.study, trials=(), left_out=(), space=(), frozen=(), max_evals=due, repeats=1),
                executor,
                sampler=lambda space: DuePoints(space, again),
                storage=RunsAgainStorage(again, run.storage.confirm),
                observer=observer,
                renewed=check,
                limits=Limits(),
                scratch=scratch,
                spell=run.interface.spell,
                again=again,
            )
        except KeyboardInterrupt as interrupt:
            ran = len(run.storage.study.confirmations) - len(again.study.confirmations)
            text = f"interrupted after {ran} of {counted(due, 'run')}"
            if not (run.interface.resume_hint and ran):
                interrupt.args = interrupt.args or (text,)
                raise
            observer.note(f"{text}; the same call runs the others")
    return run.storage.study


def _check_space(study: Study, ready: Ready) -> None:
    if not same_space(ready.space, study.space):
        raise UsageError(f"the search space, as {study.template} loads it, has changed since the search")


def _other_versions(study: Study, ready: Ready) -> Iterator[str]:
    """Yield a note on each library that the trials ran with in another version."""
    for name, version in ready.versions.items():
        before = study.versions.get(name, version)
        if before != version:
            yield f"{name} is {version} now, and was {before} in the search"


def _notes(again: RunsAgain, top: int) -> Iterator[str]:
    if len(again.trials) < top:
        points = counted(len(again.trials), "point")
        yield f"the study has complete trials at {points}, fewer than {top}"
    numbers = {trial.number for trial in again.trials}
    kept = sum(len(one.runs) for one in again.study.confirmed if one.trial.number in numbers)
    if kept:
        yield f"{counted(kept, 'run')} of these trials again {'is' if kept == 1 else 'are'} there already"


def _nothing_due(again: RunsAgain, run: SearchRun) -> str:
    more = f"{run.interface.spell('repeats')} {again.repeats + 1} or a larger number adds to them"
    each = "the trial has" if len(again.trials) == 1 else "each of the trials has"
    return f"{each} had {counted(again.repeats, 'run')} again; {more}"

"""Events of a running search as JSON values, for scripts and programs that watch it."""

from __future__ import annotations

from collections.abc import Callable

from hypertemplate.exports.base import End
from hypertemplate.search.observer import SilentObserver
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.views.study_text import stopped_text
from hypertemplate.views.template_json import Json
from hypertemplate.views.trial_table import SCHEMA, finite, header_json, trial_json


class SearchEvents(SilentObserver):
    """`Follower` that writes an event for each thing that happens.

    Args:
        write: writes an event; it is called from one thread.
        kept: returns the record of the study, with the trials that are stored.
        folder: folder of the study.
        resume: command that resumes the search.
    """

    def __init__(
        self, write: Callable[[Json], None], kept: Callable[[], Kept], folder: str, resume: str
    ) -> None:
        self._write = write
        self._kept = kept
        self._folder = folder
        self._resume = resume
        self._study: Study | None = None
        self._best: int | None = None

    def ready(self, study: Study, trials: int) -> None:
        """Write ``search``: what is searched, and how many trials there will be."""
        self._study = study
        self._best = None if study.best is None else study.best.number
        self._say("search", folder=self._folder, study=header_json(self._kept()), total=trials)

    def trial_started(self, trial: Trial) -> None:
        """Write ``started``: the trial's number, its run, its values."""
        values = {} if self._study is None else self._study.json_values(trial.params)
        self._say("started", number=trial.number, run=len(trial.runs) + 1, params=values)

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Write ``epoch``: the numbers that a fit has reported."""
        report = curve.reports[-1]
        self._say(
            "epoch",
            number=number,
            fit=curve.fit + 1,
            epoch=curve.numbers[-1],
            epochs=curve.epochs,
            unit=curve.unit,
            metrics=report.metrics,
            seconds=report.seconds,
        )

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Write ``finished`` or ``pruned`` with the trial, and ``best`` if none was better before."""
        self._study = study
        event = "pruned" if trial.state is TrialState.PRUNED else "finished"
        self._say(event, number=trial.number, trial=trial_json(self._kept(), trial))
        best = study.best
        if best is not None and best.number != self._best:
            self._best = best.number
            values = study.json_values(best.params)
            score = None if best.loss is None else study.score(best.loss)
            self._say("best", number=best.number, loss=best.loss, value=score, params=values)

    def note(self, text: str, *, matters: bool = False) -> None:
        """Write ``note``."""
        self._say("note", text=text)

    def stopped(self, failed: int) -> None:
        """Write ``note``: why the search stops early."""
        self._say("note", text=stopped_text(failed))

    def ended(self, kept: Kept | None, end: End, error: str = "") -> None:
        """Write ``end``: how the search ended, the best trial, and the command that resumes it."""
        study = None if kept is None else kept.study
        best = None if study is None else study.winner
        trials = () if study is None else study.without_equal.trials
        self._say(
            "end",
            reason=end,
            error=error or None,
            folder=self._folder if kept is not None else None,
            trials=len(trials),
            complete=sum(trial.state is TrialState.COMPLETE for trial in trials),
            pruned=sum(trial.state is TrialState.PRUNED for trial in trials),
            failed=sum(trial.state is TrialState.FAILED for trial in trials),
            best=None if kept is None or best is None else trial_json(kept, best),
            resume=self._resume if kept is not None and end != "done" else None,
        )

    def _say(self, event: str, **values: object) -> None:
        self._write(finite({"schema": SCHEMA, "event": event, **values}))

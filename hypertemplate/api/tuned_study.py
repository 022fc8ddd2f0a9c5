"""What a search found, for the user's own code."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from hypertemplate.errors import NoTrialError, UsageError
from hypertemplate.report.html import study_html
from hypertemplate.report.summary import best_lines
from hypertemplate.search.study import Study as Record
from hypertemplate.search.study import Trial, TrialState


class Study:
    """The trials of a search and the best of them; `tune` and `load_study` make it.

    Args:
        record: the trials.
        load: gives the kept model of a trial, by its number, or None; and is told whether to trust it.
        resume: goes on to a number of trials in all.
    """

    def __init__(
        self, record: Record, load: Callable[[int, bool], Any], resume: Callable[[int | None], Study]
    ) -> None:
        self._record = record
        self._load = load
        self._resume = resume

    @property
    def name(self) -> str:
        """The template's name."""
        return self._record.name

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Every trial that ended, in the order of their numbers; `params` has choices as indices."""
        return self._record.trials

    @property
    def best_trial(self) -> Trial:
        """The complete trial with the lowest loss, the earliest of equals.

        Raises:
            NoTrialError: none is complete; it says why the first one failed.
        """
        best = self._record.best
        if best is None:
            raise NoTrialError(no_trial(self._record))
        return best

    @property
    def best_params(self) -> dict[str, Any]:
        """The best trial's values by label: of a choice the option, as its source text if it is no constant.

        Raises:
            NoTrialError: no trial is complete.
        """
        return self._record.values(self.best_trial.params)

    @property
    def best_loss(self) -> float:
        """The best trial's loss; lower is better, also where the search maximises.

        Raises:
            NoTrialError: no trial is complete.
        """
        loss = self.best_trial.loss
        assert loss is not None
        return loss

    def values(self, trial: Trial) -> dict[str, Any]:
        """A trial's values by label, as in `best_params`."""
        return self._record.values(trial.params)

    def best_model(self, *, trust: bool = False) -> Any:
        """The model that the best trial returned under ``"model"``; None if it returned none.

        Args:
            trust: of a study that `load_study` read, whether what is in the file may run: a pickle, or the
                lambda layers of a Keras model. What this process has searched is trusted.

        Raises:
            NoTrialError: no trial is complete.
            UntrustedError: the model is a pickle on the disk, and `trust` is False.
            UsageError: `trust` is neither True nor False.
        """
        if not isinstance(trust, bool):
            raise UsageError(f"trust must be True or False, got {trust!r}")
        return self._load(self.best_trial.number, trust)

    def resume(self, max_evals: int | None = None) -> Study:
        """Go on with the search, from where its sampler stands.

        Args:
            max_evals: how many trials in all; by default as many as were asked for before.

        Returns:
            The study with the old and the new trials.

        Raises:
            UsageError: the study was read by `load_study`; the message has the command that goes on.
        """
        return self._resume(max_evals)

    def to_frame(self) -> Any:
        """The trials as a table: a row each, with number, state, loss, values, metrics, seconds and error.

        Returns:
            A pandas DataFrame where pandas is installed, else a list of dicts.
        """
        rows = [self._row(trial) for trial in self.trials]
        if importlib.util.find_spec("pandas") is None:
            return rows
        return importlib.import_module("pandas").DataFrame(rows)

    def _row(self, trial: Trial) -> dict[str, Any]:
        row: dict[str, Any] = {"number": trial.number, "state": trial.state.value, "loss": trial.loss}
        row |= {f"params_{label}": value for label, value in self.values(trial).items()}
        row |= {f"metrics_{name}": value for name, value in trial.metrics.items()}
        return row | {"duration_s": trial.duration_s, "error": trial.error}

    def __repr__(self) -> str:
        if self._record.best is None:
            return f"<Study {self.name}: {no_trial(self._record)}>"
        return "\n".join(best_lines(self._record))

    def _repr_html_(self) -> str:
        return study_html(self._record)


def no_trial(record: Record) -> str:
    """Why there is no best trial, in one line."""
    failed = [trial for trial in record.trials if trial.state is TrialState.FAILED]
    if not record.trials:
        return "no trial has run"
    if not failed:
        return f"none of {len(record.trials)} trials ended with a loss"
    return f"no trial succeeded; trial {failed[0].number} failed: {failed[0].error}"

"""Results of a search, for the user's own code."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypertemplate.api.options import as_argument, told_briefly, with_checked_arguments
from hypertemplate.api.trials_frame import frame_of, typed_frame
from hypertemplate.api.tuned_trial import ConfirmedTrial, TunedTrial, tuned
from hypertemplate.api.written_back import StudyCode, applied, retrained, source_text
from hypertemplate.errors import NoTrialError, Spelling, UsageError, respelled
from hypertemplate.frontend import ipython
from hypertemplate.results import plotly_figures as figures
from hypertemplate.results.importance import importance_of
from hypertemplate.results.known_importance import known_importance
from hypertemplate.results.notebook_view import notebook_html
from hypertemplate.results.pages.page import report_html
from hypertemplate.results.pages.page_file import NAME as PAGE_NAME
from hypertemplate.results.pages.page_file import write_page
from hypertemplate.results.summary import Summary, summary_of
from hypertemplate.search.service.data_record import other_data
from hypertemplate.search.stop_rules import undirected
from hypertemplate.search.study import Study as Record
from hypertemplate.search.study import TrialState
from hypertemplate.views.confirmed_table import confirmed_lines
from hypertemplate.views.curves.curve_rows import CURVE_COLUMNS, curve_rows
from hypertemplate.views.curves.shown_metric import reported_metrics
from hypertemplate.views.study_text import best_lines


class Study:
    """Trials of a search and the best of them, as `tune` and `load_study` return them."""

    def __init__(
        self,
        record: Record,
        load: Callable[[int, bool], Any],
        resume: Callable[[int | None], Study],
        confirm: Callable[[int, int], Study],
        code: StudyCode,
        shown_in: str = "",
    ) -> None:
        # `load` takes the number of a trial and whether to trust its file; it may raise NoModelError.
        # `resume` takes the total number of trials, `confirm` that of trials and that of the runs of each.
        # `shown_in` names the notebook's cell below which its search has shown it.
        self._record = record
        self._load = load
        self._resume = resume
        self._confirm = confirm
        self._code = code
        self._shown_in = shown_in

    @property
    def name(self) -> str:
        """Name of the template."""
        return self._record.name

    @property
    def trials(self) -> tuple[TunedTrial, ...]:
        """Every trial that ended, in the order of the numbers."""
        return tuple(tuned(self._record, trial) for trial in self._record.trials)

    @property
    def best_trial(self) -> TunedTrial:
        """Complete trial with the lowest loss; of equals, the earliest.

        Where trials have run again (`confirm`), it is the one with the lowest mean of these runs.

        Raises:
            NoTrialError: no trial is complete; the message says why the first one failed.
        """
        best = self._record.winner
        if best is None:
            raise NoTrialError(no_trial(self._record))
        return tuned(self._record, best)

    @property
    def default_trial(self) -> TunedTrial | None:
        """First trial with the defaults of the file; None if there is none, or no marker states a default."""
        found = self._record.default_trial
        return None if found is None else tuned(self._record, found)

    @property
    def best_params(self) -> dict[str, Any]:
        """Values of the best trial by label; for a choice, the option, or its source text if not a constant.

        Raises:
            NoTrialError: no trial is complete.
        """
        return dict(self.best_trial.params)

    @property
    def best_loss(self) -> float:
        """Loss of the best trial; lower is better, even where the search maximises.

        Raises:
            NoTrialError: no trial is complete.
        """
        loss = self.best_trial.loss
        assert loss is not None
        return loss

    def values(self, trial: TunedTrial) -> dict[str, Any]:
        """Return the values of a trial by label, as in `best_params`.

        Raises:
            UsageError: it is not a trial.
        """
        if not isinstance(trial, TunedTrial):
            raise UsageError(f"values() takes a trial of the study, such as study.trials[0], got {trial!r}")
        return dict(trial.params)

    @with_checked_arguments
    def best_model(self, *, trust: bool = False) -> Any:
        """Return the model that the best trial returned under ``"model"``; of a script, that of its last fit.

        Args:
            trust: for a model that another process has saved, whether code in its file may run: a pickle, or
                the lambda layers of a Keras model. The models of this process's own search are trusted.

        Raises:
            NoModelError: the trial returned none, or it could not be saved; the message says why.
            NoTrialError: no trial is complete.
            UntrustedError: the model is a pickle on disk, and `trust` is False.
            UsageError: `trust` is neither True nor False.
        """
        return self.model(self.best_trial.number, trust=trust)

    @with_checked_arguments
    def model(self, number: int, *, trust: bool = False) -> Any:
        """Return the model of the trial with a number, if it was kept: ``keep_models`` says how many are.

        Args:
            number: number of the trial.
            trust: as in `best_model`.

        Raises:
            NoModelError: the trial returned none, or it was not kept; the message says why.
            UntrustedError: the model is a pickle on disk, and `trust` is False.
            UsageError: `trust` is neither True nor False.
        """
        if not isinstance(trust, bool):
            raise UsageError(f"trust must be True or False, got {trust!r}")
        return self._load(number, trust)

    @with_checked_arguments
    def resume(self, max_evals: int | None = None) -> Study:
        """Resume the search: with the code that it began with, as if it had not ended.

        A note says so where the model or data function has been defined anew since.

        Args:
            max_evals: total number of trials, old ones included; by default as many as were requested before.

        Returns:
            The study with the old and the new trials; this study stays as it is.

        Raises:
            UsageError: the study was read by `load_study`; the message has the command that resumes it.
        """
        return self._resume(max_evals)

    @with_checked_arguments
    def confirm(self, *, top: int = 3, repeats: int = 5) -> Study:
        """Run the best trials again, with other seeds and in new processes, to tell luck from quality.

        Runs of an earlier call count. The runs stop early if two runs of each trial gave the same numbers.

        Args:
            top: number of trials.
            repeats: number of runs of each.

        Returns:
            The study with these runs: `confirmed` has them, and they decide which trial is the best one.

        Raises:
            UsageError: no trial has succeeded, or values that the code uses cannot be sent to processes; or
                the study was read by `load_study`: the message has the command that confirms it.
        """
        return self._confirm(top, repeats)

    @property
    def confirmed(self) -> tuple[ConfirmedTrial, ...]:
        """Trials that have run again, the one with the lowest mean first; those with failed runs last."""
        return tuple(
            ConfirmedTrial(
                tuned(self._record, one.trial), one.losses, one.mean, one.deviation, len(one.failed)
            )
            for one in self._record.confirmed
        )

    @with_checked_arguments
    def apply(
        self,
        trial: int | TunedTrial | None = None,
        *,
        write: bool = False,
        plain: bool = False,
        output: str | os.PathLike[str] | None = None,
        check: bool = False,
    ) -> str:
        """Return what changes in the template with the values of a trial, as a unified diff.

        Of code in memory, these are the cells or functions that change; there is no file to write.

        Args:
            trial: the trial, or its number; by default the best one.
            write: whether the file is written.
            plain: whether no marker is left: ordinary code, with the values in place. Else markers stay, and
                their defaults become the values.
            output: file to write the result to, while the template stays as it is.
            check: whether the result is run once first, in a new process with the seed of the trial, and the
                two numbers are compared. If it fails, nothing is written.

        Raises:
            CompileError: code of the template has no meaning without a search.
            ReadError: the file cannot be written.
            UsageError: there is no such trial, a file is to be written of a template in memory, or it has
                changed so that the trial does not fit it.
        """
        path = None if output is None else os.fspath(output)
        with told_briefly():
            return applied(self._code, trial, write=write, plain=plain, output=path, check=check)

    @with_checked_arguments
    def source(self, trial: int | TunedTrial | None = None, *, plain: bool = True) -> str:
        """Return the template's text with the values of a trial; an interactive session shows it as it is.

        Of a notebook, and of code in memory, it is the text of the cells or functions that have values.

        Args:
            trial: as in `apply`.
            plain: as in `apply`.

        Raises:
            CompileError: code of the template has no meaning without a search.
            UsageError: as in `apply`.
        """
        with told_briefly():
            return source_text(self._code, trial, plain=plain)

    @with_checked_arguments
    def retrain(
        self,
        trial: int | TunedTrial | None = None,
        *,
        epochs: int | None = None,
        data: Callable[..., Any] | str | None = None,
    ) -> Study:
        """Run the values of a trial once more, with what is named changed.

        Args:
            trial: as in `apply`.
            epochs: number of epochs of each fit, in place of the one in the code.
            data: other data function; of a template in a file, its name.

        Returns:
            A study of this one trial, with its loss and its model.

        Raises:
            NoTrialError: the trial failed; the message says why.
            UsageError: as in `apply`; or the code does not say how many epochs there are.
        """
        with told_briefly():
            study: Study = retrained(self._code, trial, epochs, data)
            return study

    @with_checked_arguments
    def report(self, output: str | os.PathLike[str] | None = None) -> Path:
        """Write a page with the results, one HTML file that opens in a browser without a network.

        Args:
            output: file to write; by default ``report.html`` in the folder of the study, and for a study
                without a folder ``NAME-report.html`` in the working folder.

        Returns:
            The path of the file.

        Raises:
            UsageError: the file cannot be written, or is something else than an earlier page.
        """
        folder = self._code.folder
        path = Path(f"{_file_name(self.name)}-{PAGE_NAME}") if folder is None else folder / PAGE_NAME
        if output is not None:
            if not isinstance(output, (str, os.PathLike)):
                raise UsageError(f"output must be a path, got {output!r}", "output")
            path = Path(output).expanduser()
        kept = self._code.kept()
        summary = summary_of(kept, importance=known_importance(kept.study))
        with told_briefly():
            write_page(path, report_html(summary))
        return path

    def to_frame(self) -> Any:
        """Return the trials as a table: number, state, loss and what it is, values, metrics, seconds, error.

        The value of a parameter is missing where the trial did not read it. ``other_data`` names the files of
        which a trial that was kept has read other contents than later ones.

        Returns:
            A pandas DataFrame if pandas is installed, with nullable types; else a list of dicts.
        """
        return typed_frame([self._row(trial) for trial in self.trials])

    def curves(self) -> Any:
        """Return the learning curves as a tidy table, with a row for each number that a fit reported.

        Its columns are ``trial``, ``fit`` (in the trial, from 1), ``step`` (the report in the fit, from 1),
        ``epoch`` (from 1, as in ``best_trial.epoch``; of ``hypertemplate.report``, the step that it was
        given), ``metric``, ``value``, and ``seconds`` since the trial started.

        Returns:
            A pandas DataFrame if pandas is installed, else a list of dicts.
        """
        return frame_of(curve_rows(self._record.trials), CURVE_COLUMNS)

    def plot_history(self) -> Any:
        """Return the numbers of the trials, and the best so far, as a Plotly figure.

        Raises:
            UsageError: Plotly is not installed, or no trial has a number.
        """
        return figures.history_figure(self._summary())

    @with_checked_arguments
    def plot_curves(self, metric: str | None = None) -> Any:
        """Return the learning curves of the trials as a Plotly figure.

        Args:
            metric: metric of the curves; by default the one by which trials are judged, else another.

        Raises:
            UsageError: Plotly is not installed, or no fit has reported such a curve.
        """
        known = reported_metrics(curve for trial in self._record.trials for curve in trial.curves)
        if metric is not None and metric not in known:
            raise UsageError(f"no trial reported {metric!r}, only {', '.join(known) or 'no curve'}", "metric")
        return figures.curves_figure(self._summary(metric))

    def plot_importance(self) -> Any:
        """Return the importance of the parameters as a Plotly figure, whose title names the method.

        Raises:
            UsageError: Plotly or Optuna is not installed, or there are too few trials to tell.
        """
        return figures.importance_figure(importance_of(self._record))

    def plot_parallel(self) -> Any:
        """Return the values of the trials as parallel coordinates, a Plotly figure.

        Raises:
            UsageError: Plotly is not installed, no trial has a number, or nothing is searched.
        """
        return figures.parallel_figure(self._summary())

    @with_checked_arguments
    def plot_slice(self, label: str) -> Any:
        """Return the numbers of the trials against their values of a parameter as a Plotly figure.

        Args:
            label: label of the parameter.

        Raises:
            UsageError: Plotly is not installed, no trial has a number, or no parameter has this label.
        """
        return figures.slice_figure(self._summary(), label)

    def _summary(self, metric: str | None = None) -> Summary:
        return summary_of(self._code.kept(), metric)

    def _row(self, trial: TunedTrial) -> dict[str, Any]:
        row: dict[str, Any] = {"number": trial.number, "state": trial.state.value, "loss": trial.loss}
        row |= {
            f"params_{label}": None if label in (*trial.not_read, *trial.not_reached) else value
            for label, value in trial.params.items()
        }
        row |= {f"metrics_{name}": value for name, value in trial.metrics.items()}
        said = ("objective", "direction", "value", "source", "epoch")
        row |= {name: getattr(trial, name) for name in said}
        row |= {"duration_s": trial.duration_s, "error": trial.error, "equal_to": trial.equal_to}
        return row | {"losses": trial.losses, "sd": trial.sd, "other_data": self._other_data[trial.number]}

    @functools.cached_property
    def _other_data(self) -> dict[int, tuple[str, ...]]:
        """Names of the files of which a trial has read other contents than the last ones, by its number."""
        kept = self._code.kept()
        return {trial.number: other_data(kept, trial) for trial in self._record.trials}

    def __repr__(self) -> str:
        once = self._code.once
        if self._record.best is None:
            said = no_trial(self._record) if once is None else once.failure(self._record)
            return f"<Study {self.name}: {said}>"
        if once is not None:
            return "\n".join(once.lines(self._record))
        again = confirmed_lines(self._record)
        return "\n".join([*again, *([""] if again else []), *best_lines(self._record)])

    def _ipython_display_(self) -> None:
        """Show nothing once where the search has just shown the study, below the same cell.

        Raises:
            NotImplementedError: it was not; then IPython shows the HTML, or the text.
        """
        shown, self._shown_in = self._shown_in, ""
        if not shown or shown != ipython.running_cell():
            raise NotImplementedError

    def _repr_html_(self) -> str:
        return notebook_html(self._record)


def _file_name(name: str) -> str:
    """Return the name of a template as part of the name of a file: ``In-7`` for ``In [7]``."""
    words = re.findall(r"[\w.+-]+", name.removeprefix("the ").removesuffix(".ipynb"))
    return "-".join(words) or "study"


def no_trial(record: Record, spell: Spelling = as_argument) -> str:
    """Explain in one line why there is no best trial; `spell` spells the parameters in it."""
    failed = [trial for trial in record.trials if trial.state is TrialState.FAILED]
    if not record.trials:
        return "no trial has run"
    if record.maximize is None and len(failed) < len(record.trials):
        first = next(trial for trial in record.trials if trial.state is TrialState.COMPLETE)
        return respelled(undirected(first), spell)
    if not failed:
        return f"none of {record.evaluations} trials ended with a loss"
    return f"no trial succeeded; trial {failed[0].number} failed: {failed[0].error}"

"""The calls that Hyperas's users know: `minimize`, `best_models` and `best_ensemble`.

The names, the arguments and their meanings are those of Hyperas 0.4.1 (Max Pumperla and contributors, 2016).
What is different: ``best_run`` holds values unless hyperopt's form is asked for; ``best_model`` is the model
of the trial with the lowest loss; the models of other trials are not kept in memory.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypertemplate.api.options import (
    Options,
    as_argument,
    log_option,
    request_arguments,
    told_briefly,
    with_checked_arguments,
)
from hypertemplate.api.prepared import Prepared, from_functions
from hypertemplate.api.python_interface import PreparedSource, PythonInterface
from hypertemplate.api.starting_display import StartingDisplay
from hypertemplate.api.tuned_study import no_trial
from hypertemplate.compiler.emit.program_text import render_program
from hypertemplate.ensemble import Voting, VotingModel, check_voting
from hypertemplate.errors import NoModelError, NoTrialError, respelled
from hypertemplate.runtime.kept_models.checkpoint import UntrustedError
from hypertemplate.search.request import SearchRequest, Workers, check_count, check_seed
from hypertemplate.search.samplers.hyperopt.document_checks import check_trials
from hypertemplate.search.samplers.hyperopt.sampler import Suggest
from hypertemplate.search.samplers.hyperopt.spaces import evaluable_space
from hypertemplate.search.samplers.hyperopt.trial_documents import keep_model
from hypertemplate.search.service.session import Session
from hypertemplate.search.storage.studies_cache import studies_cache
from hypertemplate.search.study import Algorithm, Trial
from hypertemplate.search.study import Study as Record

if TYPE_CHECKING:
    from typing_extensions import Unpack

Function = Callable[..., Any]

GO_ON = "the same call with the same trials resumes it; with a new Trials() it starts again at trial 0"

TEMP_MODEL = "temp_model.py"
"""File in the working directory to which ``keep_temp=True`` writes the program, as Hyperas did."""


@with_checked_arguments
def minimize(
    model: Function,
    data: Function | None,
    algo: Algorithm | Suggest,
    max_evals: int,
    trials: Any,
    functions: Sequence[Function] | None = None,
    rseed: int = 1337,
    notebook_name: str | None = None,
    verbose: bool = True,
    eval_space: bool | None = None,
    return_space: bool = False,
    keep_temp: bool = False,
    data_args: Sequence[Any] | None = None,
    *,
    workers: Workers = None,
    objective: str | None = None,
    maximize: bool = False,
    **options: Unpack[Options],
) -> tuple[Any, ...]:
    """Search for the best values of the markers in a model function.

    Trials run in this process, one after another, so that breakpoints and live objects work; with `workers`
    they run in processes of their own.

    Args:
        model: takes what `data` returns; builds, trains and scores a model, and returns a dict with ``loss``,
            usually also ``status`` and ``model``.
        data: returns what the model takes, or None.
        algo: a ``suggest`` function of hyperopt's (``tpe.suggest``), `hypertemplate.bayes.suggest`, a partial
            of one, or ``"tpe"``, ``"bayes"``, ``"random"``, ``"anneal"``, ``"atpe"``, ``"grid"``.
        max_evals: total number of trials, including those that `trials` already holds.
        trials: a ``hyperopt.Trials``, which is filled as ``fmin`` fills it; ``result['model']`` is there only
            for the best trial. Passed again, with a larger `max_evals`, it resumes the search.
        functions: further functions that model and data call; needed only if their source is in another
            module.
        rseed: the seed of the search.
        notebook_name: the notebook whose imports and support code are read, with or without ``.ipynb``.
            Seldom needed: the cells that ran in the kernel are read.
        verbose: whether the search is shown.
        eval_space: whether the best run holds values (True) or what hyperopt drew, choices as indices
            (False). By default values, unless `return_space`.
        return_space: whether hyperopt's space is returned too.
        keep_temp: whether the generated program is written to ``temp_model.py``.
        data_args: the arguments of `data`, a tuple.
        workers: number of worker processes that run trials, ``"auto"`` for as many as there is room for, or
            None to run trials in this process.
        objective: ``NAME[:min|:max]`` of a metric of the last fit, or of an entry of the returned dict, to
            search by in place of the returned loss.
        maximize: whether higher values are better.
        **options: as in `hypertemplate.tune`: ``accelerator``, ``timeout``, ``points`` and others. Here every
            trial runs, unless ``rerun_equal=False``.

    Returns:
        The best run, a dict of labels to values, and the best trial's model, or None with a note that says
        why, if it returned none or it could not be saved. With `return_space` also the space.

    Raises:
        ReadError: the source of a function cannot be found.
        CompileError: the template has errors.
        LoadError: the template fails before its first trial.
        NoTrialError: every trial failed.
        UsageError: the arguments are invalid.
    """
    with told_briefly(_as_argument), StartingDisplay(verbose) as starting:
        request = _request(
            algo, max_evals, rseed, objective, maximize, workers, 1, request_arguments(options, minimize)
        )
        log = log_option(options)
        template = _template(model, data, trials, functions, notebook_name, data_args)
        session = _searched(
            template, request, trials, starting, verbose=verbose, log_to=log, keep_temp=keep_temp
        )
        record, best = _best(session)
        best_model = _best_model(session, trials, best, verbose=verbose)
        as_values = eval_space if eval_space is not None else not return_space
        best_run = record.values(best.params) if as_values else dict(best.params)
        if return_space:
            return best_run, best_model, evaluable_space(record.space)
        return best_run, best_model


@with_checked_arguments
def best_models(
    nb_models: int,
    model: Function,
    data: Function | None,
    algo: Algorithm | Suggest,
    max_evals: int,
    trials: Any,
    functions: Sequence[Function] | None = None,
    rseed: int = 1337,
    notebook_name: str | None = None,
    verbose: bool = True,
    data_args: Sequence[Any] | None = None,
    *,
    workers: Workers = None,
    objective: str | None = None,
    maximize: bool = False,
    **options: Unpack[Options],
) -> list[Any]:
    """Search as `minimize` does, and return the models of the best trials.

    Args:
        nb_models: number of models to return; there are fewer if fewer trials returned one. Of an earlier
            search that filled the same `trials`, only the best model is known.
        model: as in `minimize`; returns its model under ``"model"``.
        data: as in `minimize`.
        algo: as in `minimize`.
        max_evals: as in `minimize`.
        trials: as in `minimize`.
        functions: as in `minimize`.
        rseed: as in `minimize`.
        notebook_name: as in `minimize`.
        verbose: as in `minimize`.
        data_args: as in `minimize`.
        workers: as in `minimize`.
        objective: as in `minimize`.
        maximize: as in `minimize`.
        **options: as in `minimize`.

    Returns:
        The models, the best first.

    Raises:
        NoModelError: no trial returned a model that could be kept.
        NoTrialError: every trial failed.
        UsageError: `nb_models` is not a whole number of at least 1; else as `minimize` does.
    """
    with told_briefly(_as_argument), StartingDisplay(verbose) as starting:
        request = _request(
            algo,
            max_evals,
            rseed,
            objective,
            maximize,
            workers,
            nb_models,
            request_arguments(options, best_models),
        )
        log = log_option(options)
        template = _template(model, data, trials, functions, notebook_name, data_args)
        session = _searched(template, request, trials, starting, verbose=verbose, log_to=log)
        _, best = _best(session)
        first = _best_model(session, trials, best, verbose=verbose)
        return _models(session, best, first)[:nb_models]


def best_ensemble(
    nb_ensemble_models: int,
    model: Function,
    data: Function | None,
    algo: Algorithm | Suggest,
    max_evals: int,
    trials: Any,
    voting: Voting = "hard",
    weights: Sequence[float] | None = None,
    nb_classes: int | None = None,
    functions: Sequence[Function] | None = None,
    **more: Any,
) -> VotingModel:
    """Search as `minimize` does, and return the best models as one model that predicts by voting.

    Args:
        nb_ensemble_models: number of models that vote.
        model: as in `minimize`; returns its model under ``"model"``.
        data: as in `minimize`.
        algo: as in `minimize`.
        max_evals: as in `minimize`.
        trials: as in `minimize`.
        voting: ``hard`` for the majority class, ``soft`` for the weighted mean.
        weights: weights of the models, the best first; by default all equal.
        nb_classes: number of classes, for hard voting by models with one output.
        functions: as in `minimize`.
        **more: further arguments of `best_models`.

    Raises:
        NoModelError: no trial returned a model that could be kept.
        NoTrialError: every trial failed.
        UsageError: as `VotingModel` does.
    """
    with told_briefly():
        check_count("nb_ensemble_models", nb_ensemble_models)
    check_voting(voting, weights, nb_ensemble_models)
    models = best_models(
        nb_ensemble_models, model, data, algo, max_evals, trials, functions=functions, **more
    )
    given = None if weights is None else list(weights)[: len(models)]
    return VotingModel(models, voting, given, nb_classes)


def __dir__() -> list[str]:
    return sorted(__all__)


def _as_argument(parameter: str) -> str:
    """Return a parameter's name as Hyperas's users know it."""
    return {"seed": "rseed", "keep_models": "nb_models"}.get(parameter) or as_argument(parameter)


def _best(session: Session) -> tuple[Record, Trial]:
    """Return the record of a search that has run, and its best trial; raise NoTrialError without one."""
    record = session.study
    if record is None or record.best is None:
        raise NoTrialError(no_trial(record) if record is not None else "no trial has run")
    return record, record.best


def _best_model(session: Session, trials: Any, best: Trial, *, verbose: bool) -> Any:
    """Return the model of the best trial; say why it is None."""
    model, reason = _model(session, best.number)
    found = keep_model(trials, model)
    if found is None and verbose:
        sys.stderr.write(f"note: the best model is None: {reason}\n")
    elif found is None and session.models.unsaved(best.number):
        warnings.warn(f"the best model is None: {reason}", stacklevel=4)
    return found


def _models(session: Session, best: Trial, first: Any) -> list[Any]:
    """Return the models that a search has kept, the best first; raise NoModelError without any.

    Args:
        session: search that has run.
        best: its best trial, which may come from an earlier search with the same trials: that kept only this
            model.
        first: model of the best trial, or None.
    """
    others = (
        _model(session, trial.number)[0] for trial, _ in session.models.kept if trial.number != best.number
    )
    found = [model for model in (first, *others) if model is not None]
    if not found:
        raise NoModelError(f"there is no model: {_model(session, best.number)[1]}")
    return found


def _model(session: Session, number: int) -> tuple[Any, str]:
    """Return the model of a trial, or None and the reason why there is none."""
    try:
        return session.model(number), ""
    except NoModelError as error:
        return None, respelled(str(error), _as_argument)
    except UntrustedError:
        load = f"hypertemplate.load_study({str(session.folder)!r}).model({number}, trust=True)"
        return None, f"an earlier process has pickled it, and loading a pickle can run any code: {load} does"


def _request(
    algo: Algorithm | Suggest,
    max_evals: int,
    seed: int,
    objective: str | None,
    maximize: bool,
    workers: Workers,
    models: int,
    options: dict[str, Any],
) -> SearchRequest:
    """Build the request of the search."""
    # In a request None stands for what was not given, and these are always given.
    check_count("keep_models", models)
    kept = None if models == 1 else models  # one is the default, and a study in a folder may have more
    check_count("max_evals", max_evals)
    check_seed(seed)
    return SearchRequest(
        max_evals=max_evals,
        algorithm=algo,
        seed=seed,
        objective=objective,
        maximize=maximize,
        workers=workers,
        keep_models=kept,
        in_process=workers is None,
        **{"rerun_equal": True, **options},
    )


def _template(
    model: Function,
    data: Function | None,
    trials: Any,
    functions: Sequence[Function] | None,
    notebook_name: str | None,
    data_args: Sequence[Any] | None,
) -> Prepared:
    """Prepare the template from the functions."""
    check_trials(trials)  # before anything that takes time
    return from_functions(
        model,
        data,
        functions=() if functions is None else functions,
        data_args=() if data_args is None else data_args,
        notebook_name=notebook_name,
    )


def _searched(
    template: Prepared,
    request: SearchRequest,
    trials: Any,
    starting: StartingDisplay,
    *,
    verbose: bool,
    log_to: Path | None,
    keep_temp: bool = False,
) -> Session:
    """Run the search and return it."""
    session = Session(request, PreparedSource(template), trials, studies_cache())
    if keep_temp:
        Path(TEMP_MODEL).write_text(render_program(session.program), encoding="utf-8")
    hint = GO_ON if request.folder is None else "the same call resumes it"
    interface = PythonInterface(_as_argument, hint, verbose, request.in_process, starting, log_to=log_to)
    session.run(interface)
    return session


__all__ = ["best_ensemble", "best_models", "minimize"]

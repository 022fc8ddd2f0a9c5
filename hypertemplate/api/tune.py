"""Searches that the user's own code starts: `tune`, and what `hypertemplate.optim` is made of."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypertemplate.api.load_study import load_study as load_study
from hypertemplate.api.options import Devices, as_argument, check_devices, told_briefly
from hypertemplate.api.prepared import Prepared, from_functions, from_path, from_text
from hypertemplate.api.python_face import PreparedSource, PythonFace
from hypertemplate.api.tuned_study import Study as Study
from hypertemplate.errors import UsageError, as_option
from hypertemplate.search.request import SearchRequest, Workers
from hypertemplate.search.samplers.hyperopt.sampler import Suggest
from hypertemplate.search.session import Session
from hypertemplate.search.study import Algorithm

if TYPE_CHECKING:
    from typing_extensions import Unpack

RESUME = "resume() goes on"

Template = str | os.PathLike[str] | Callable[..., Any]


def tune(
    template: Template,
    *,
    data: Callable[..., Any] | str | None = None,
    model: str | None = None,
    max_evals: int | None = None,
    algo: Algorithm | Suggest | None = None,
    seed: int | None = None,
    objective: str | None = None,
    maximize: bool = False,
    workers: Workers = None,
    trials: Any = None,
    functions: Sequence[Callable[..., Any]] = (),
    data_args: Sequence[Any] = (),
    notebook_name: str | None = None,
    verbose: bool = True,
    **devices: Unpack[Devices],
) -> Study:
    """Search the best values of a template's markers.

    Args:
        template: the path of a ``.py`` file or notebook, or the model function itself.
        data: the function that gives the model's data; for a path its name, by default ``data``.
        model: for a path the name of the model function; by default ``model`` or ``create_model``.
        max_evals: how many trials; by default what the file's own call of ``minimize`` says, else 10.
        algo: ``tpe`` (the default), ``random``, ``anneal``, ``atpe`` or ``grid``, or a ``suggest``
            function of hyperopt's kind.
        seed: of the search; by default the file's own, else 1337.
        objective: ``NAME[:min|:max]``: the metric of the last fit, or the entry of the returned dict, to
            search by; by default the loss that the model returns.
        maximize: whether more is better.
        workers: how many worker processes run trials, or ``auto`` for as many as there is room for. By
            default a path's trials run in one, or one for each GPU, and a function's in this process, where
            breakpoints work.
        trials: a ``hyperopt.Trials`` to fill, and to go on with.
        functions: further functions whose source is to be read; for a model function.
        data_args: the arguments of `data`; for a model function.
        notebook_name: the notebook whose imports and support code are to be read; for a model function.
        verbose: whether the search is shown.
        **devices: ``accelerator`` (``auto``, ``cpu``, ``gpu`` or ``tpu``), ``per_gpu`` and ``gpus_per_trial``
            (by default 1), for worker processes; ``mixed_precision`` and ``jit`` (by default False): whether
            Keras computes in 16 bits where the device is made for it, and compiles what it trains;
            ``oom_loss``: the loss that the sampler learns of a trial that the device had no memory for.

    Returns:
        The study: ``best_params``, ``best_loss``, ``best_model()``, ``trials``, ``to_frame()``.

    Raises:
        ReadError: there is no such template, or no source of a function.
        CompileError: the template has errors.
        LoadError: the template fails before its first trial.
        UsageError: arguments that do not go together.
    """
    with told_briefly():
        is_path = isinstance(template, (str, os.PathLike))
        request = _request(
            workers is None and not is_path,
            devices,
            max_evals=max_evals,
            algorithm=algo,
            seed=seed,
            objective=objective,
            maximize=maximize,
            workers=workers,
        )
        if isinstance(template, (str, os.PathLike)):
            if callable(data):
                raise UsageError("data is a function, and the template a path: give the name of the function")
            if functions or data_args or notebook_name is not None:
                raise UsageError("functions, data_args and notebook_name are for a function, not a path")
            prepared = from_path(template, model, data)
        else:
            if isinstance(data, str) or model is not None:
                raise UsageError("the template is a function: give data as a function too, and no model")
            prepared = from_functions(
                template, data, functions=functions, data_args=data_args, notebook_name=notebook_name
            )
        face = PythonFace(as_argument, RESUME, verbose, request.in_process)
        return searched(Session(request, PreparedSource(prepared), trials), face)


def _request(in_process: bool, devices: Devices, **given: Any) -> SearchRequest:
    """Make the request.

    Raises:
        UsageError: an argument that cannot be.
    """
    check_devices(devices)
    return SearchRequest(in_process=in_process, **given, **devices)


def tune_text(
    text: str,
    *,
    name: str,
    values: Mapping[str, Any],
    max_evals: int | None = None,
    objective: str | None = None,
    seed: int | None = None,
    algo: Algorithm | None = None,
    workers: Workers = None,
    maximize: bool = False,
    **devices: Unpack[Devices],
) -> Study:
    """Search the best values of the markers in flat code, such as a notebook's cell; see `tune`.

    Args:
        text: the code. It has not run.
        name: how people know it, such as ``In [7]``.
        values: what it may use, by name; taken as it is.
        max_evals: how many trials, by default 10.
        objective: as in `tune`.
        seed: as in `tune`.
        algo: as in `tune`.
        workers: as in `tune`.
        maximize: as in `tune`.
        **devices: as in `tune`.
    """
    with told_briefly(as_option):
        request = _request(
            workers is None,
            devices,
            max_evals=max_evals,
            algorithm=algo,
            seed=seed,
            objective=objective,
            maximize=maximize,
            workers=workers,
        )
        face = PythonFace(as_option, RESUME, True, request.in_process)
        return searched(Session(request, PreparedSource(from_text(text, name, values))), face)


def searched(session: Session, face: PythonFace, max_evals: int | None = None) -> Study:
    """Run a search, and give its study, which can be resumed."""
    record = session.run(face, max_evals)

    def resume(more: int | None) -> Study:
        with told_briefly():
            return searched(session, face, more or max_evals)

    return Study(record, lambda number, trust: session.model(number), resume)


__all__ = ["Prepared", "Study", "load_study", "searched", "tune", "tune_text"]

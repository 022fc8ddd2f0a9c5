"""Searches that the user's own code starts: `tune`, and what `hypertemplate.optim` is made of."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypertemplate.api.live_search import Options, Searching
from hypertemplate.api.load_study import load_study as load_study
from hypertemplate.api.options import Devices, Workers, at_least_one, wished
from hypertemplate.api.prepared import Prepared, from_functions, from_path, from_text
from hypertemplate.api.tuned_study import Study as Study
from hypertemplate.errors import HypertemplateError, UsageError
from hypertemplate.search.samplers.hyperopt.sampler import Suggest
from hypertemplate.search.study import Algorithm

if TYPE_CHECKING:
    from typing_extensions import Unpack

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
        algo: ``tpe`` (the default), ``random`` or ``anneal``, or a ``suggest`` function of hyperopt's kind.
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
        if max_evals is not None:
            at_least_one("max_evals", max_evals)
        if seed is not None:
            seed_number("seed", seed)
        here = workers is None and not isinstance(template, (str, os.PathLike))
        wishes, oom_loss = wished(workers, here=here, **devices)
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
        options = Options(algo, seed, objective, maximize, here, wishes, oom_loss, verbose=verbose)
        return searched(Searching(prepared, options, trials), max_evals)


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
    with told_briefly():
        wishes, oom_loss = wished(workers, here=workers is None, **devices)
        options = Options(algo, seed, objective, maximize, workers is None, wishes, oom_loss)
        return searched(Searching(from_text(text, name, values), options), max_evals)


def searched(searching: Searching, max_evals: int | None) -> Study:
    """Run a search, and give its study, which can go on with it."""
    record = searching.run(max_evals)

    def resume(more: int | None) -> Study:
        with told_briefly():
            return searched(searching, more or max_evals)

    return Study(record, lambda number, trust: searching.model(number), resume)


def seed_number(name: str, seed: object) -> None:
    """Check a seed.

    Raises:
        UsageError: it is no whole number of at least 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise UsageError(f"{name} must be a whole number of at least 0, got {seed!r}")


class told_briefly:
    """A context in which our own errors leave our frames behind: the message says everything."""

    def __enter__(self) -> None:
        """Nothing is to be prepared."""

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        if isinstance(error, HypertemplateError):
            raise error.with_traceback(None) from None


__all__ = ["Prepared", "Study", "load_study", "searched", "tune", "tune_text"]

"""Documents of a ``hyperopt.Trials``, kept as hyperopt's own ``fmin`` keeps them."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.runtime.protocol import FailureKind
from hypertemplate.search.samplers.base import heard, plain
from hypertemplate.search.study import Trial, TrialRun, TrialState, mean

Document = dict[str, Any]
"""hyperopt's record of one trial: ``tid``, ``state``, ``result``, ``misc`` and more."""

EQUAL_TO = "equal_to"
"""Entry of a result: the ``tid`` of the document whose result it is, since that one read the same values."""

REPEATS = "repeats"
"""Entry of a result: the number of runs whose losses it has; without it, its losses are those of one run."""

OUT_OF_MEMORY: FailureKind = "out of accelerator memory"


def new_trials() -> Any:
    """Create a ``hyperopt.Trials`` without documents."""
    from hyperopt import Trials

    return Trials()


def runs_elsewhere(trials: Any) -> bool:
    """Tell whether the trials run where `trials` has them run, as those of ``SparkTrials``."""
    return bool(trials.asynchronous)


def evals_left(trials: Any, max_evals: int) -> int:
    """Count the trials to run until `trials` has `max_evals` documents that ran; call it before any runs.

    They count as in ``fmin``: those that finished, failed or were left running. Those in state
    NEW are part of the result. Those of ``generate_trials_to_calculate`` run beside `max_evals`, again as in
    ``fmin``, the first time that they are given.
    """
    counted = len(trials) - len(ended(trials)) + len(ran(trials))
    # Documents that were never refreshed are neither among hyperopt's trials nor in its count.
    trials.refresh()
    return max(0, max_evals - counted + len(pending(trials)))


def pending(trials: Any) -> list[Document]:
    """Return the documents in state NEW: points that were proposed, or written down, and have not run."""
    from hyperopt.base import JOB_STATE_NEW

    return [document for document in trials.trials if document["state"] == JOB_STATE_NEW]


def ended(trials: Any) -> list[Document]:
    """Return the documents that are done or in state ERROR, which `read_trials` reads."""
    from hyperopt.base import JOB_STATE_DONE, JOB_STATE_ERROR

    over = (JOB_STATE_DONE, JOB_STATE_ERROR)
    return [document for document in all_documents(trials) if document["state"] in over]


def ran(trials: Any) -> list[Document]:
    """Return the documents that have `ended`, without those that the result of another one answers."""
    return [document for document in ended(trials) if EQUAL_TO not in document["result"]]


def restore(
    trials: Any, earlier: Sequence[Trial], space: tuple[Dimension, ...], oom_loss: float | None = None
) -> dict[int, Document]:
    """Insert the documents of a study's trials, as the search that ran them had them, and return them."""
    from hyperopt.base import JOB_STATE_RUNNING

    made: dict[int, Document] = {}
    for trial in earlier:
        drawn = {d.label: [trial.params[d.label]] if d.label in trial.params else [] for d in space}
        (document,) = without_labels(trials, trial.number)
        misc = {
            **document["misc"],
            "vals": drawn,
            "idxs": {label: [trial.number] * len(values) for label, values in drawn.items()},
        }
        trials.insert_trial_docs([{**document, "misc": misc, "state": JOB_STATE_RUNNING}])
        trials.refresh()
        made[trial.number] = trials.trials[-1]
        begin(made[trial.number])
        if trial.state is not TrialState.RUNNING:
            loss, failure, estimate, _ = heard(trial)
            ranked = oom_loss if failure == OUT_OF_MEMORY else estimate
            finish(trials, made[trial.number], loss, ranked, pruned=failure is None and estimate is not None)
    return made


def generator(trials: Any, seed: int, state: str = "") -> Any:
    """Create ``numpy.random.default_rng(seed)``, advanced past proposals that are documents, or to a state.

    ``fmin`` draws one number for each proposal, so a search that is resumed with the same seed proposes what
    an uninterrupted one would have proposed. A document in state NEW took no number, unless it was put back.
    """
    import numpy
    from hyperopt.base import JOB_STATE_NEW

    random = numpy.random.default_rng(seed)
    if state:
        random.bit_generator.state = json.loads(state)
        return random
    for document in all_documents(trials):
        if document["state"] != JOB_STATE_NEW or document["refresh_time"] is not None:
            random.integers(2**31 - 1)
    return random


def new_id(trials: Any) -> int:
    """Return the ``tid`` of the next document: that of ``fmin``, or a higher one if it is taken."""
    (tid,) = trials.new_trial_ids(1)
    taken = [document["tid"] for document in trials._dynamic_trials]
    # Documents in state ERROR keep their number, but hyperopt does not count them.
    return int(tid) if tid not in taken else max(taken) + 1


def without_labels(trials: Any, tid: int) -> list[Document]:
    """Create the document of a trial in a space without labels, for which hyperopt's algorithms make none."""
    misc = {
        "tid": tid,
        "cmd": ("domain_attachment", "FMinIter_Domain"),
        "workdir": None,
        "idxs": {},
        "vals": {},
    }
    made: list[Document] = trials.new_trial_docs([tid], [None], [{"status": "new"}], [misc])
    return made


def begin(document: Document) -> None:
    """Mark a document as running."""
    from hyperopt.base import JOB_STATE_RUNNING
    from hyperopt.utils import coarse_utcnow

    document["state"] = JOB_STATE_RUNNING
    document["book_time"] = document["refresh_time"] = coarse_utcnow()


def finish(
    trials: Any,
    document: Document,
    loss: float | None,
    estimate: float | None = None,
    *,
    pruned: bool = False,
) -> None:
    """Mark a document as done.

    A failed trial (`loss` is None) gets what ``fmin`` records when an objective returns the status
    ``fail``: state DONE. ``fmin(catch_eval_exceptions=True)`` gives a trial that raised the state ERROR,
    which hides the document from ``trials.trials``, from the count of `max_evals` and from TPE, which would
    then propose such points again. As DONE it counts as a trial without a loss: ``losses()`` has None,
    ``best_trial`` skips it, TPE takes it for the worst.

    A trial that was stopped (`pruned`), or ran out of accelerator memory, may have an `estimate` besides that
    status: the algorithms rank it by that loss, and ``best_trial`` still skips it. A stopped one is marked:
    its loss is not measured.
    """
    from hyperopt.base import JOB_STATE_DONE, STATUS_FAIL, STATUS_OK
    from hyperopt.utils import coarse_utcnow

    result: dict[str, Any] = {"status": STATUS_FAIL} if loss is None else {"status": STATUS_OK, "loss": loss}
    if loss is None and estimate is not None:
        result["loss"] = estimate
    if pruned:
        result["pruned"] = True
    document["result"] = result
    document["state"] = JOB_STATE_DONE
    document["refresh_time"] = coarse_utcnow()
    trials.refresh()


def put_back(trials: Any, document: Document) -> None:
    """Make a document that was running pending again; a resumed search runs it first.

    Its ``refresh_time`` stays, which tells `generator` that it took a number.
    """
    from hyperopt.base import JOB_STATE_NEW
    from hyperopt.utils import coarse_utcnow

    document["state"], document["book_time"] = JOB_STATE_NEW, None
    document["refresh_time"] = coarse_utcnow()
    trials.refresh()


def merge(trials: Any, document: Document, returned: Mapping[str, Any]) -> None:
    """Put the values that the model returned into the result of a document that is done, as ``fmin`` does.

    The status and the loss stay those of `finish`: with an objective, or where higher values are better, the
    model's ``loss`` is another number. ``attachments`` go to ``trials.trial_attachments``. A ``model`` stays
    only in the result of the best trial.
    """
    rest = {key: value for key, value in returned.items() if key not in ("status", "loss", "attachments")}
    document["result"] = {**rest, **document["result"]}
    for name, value in dict(returned.get("attachments", {})).items():
        trials.trial_attachments(document)[name] = value
    if "model" in rest:
        _keep_best_model(trials)


def spread_of(trial: Trial) -> dict[str, Any]:
    """Return what hyperopt's own documents have of an uncertain loss: the losses, and ``loss_variance``.

    The variance is that of the losses, whose mean the loss is.
    """
    if len(trial.losses) < 2 or trial.state is not TrialState.COMPLETE:
        return {}
    deviation = trial.deviation or 0.0
    entries = {"losses": [*trial.losses], "loss_variance": deviation * deviation}
    return {**entries, REPEATS: trial.repeats} if trial.runs else entries


def keep_model(trials: Any, model: Any) -> Any:
    """Put its model into the best trial's document, and remove the models of all others.

    Args:
        trials: trials of which at least one ended well.
        model: model of the best trial; None if the document has it already, or the trial returned none.

    Returns:
        The best trial's model.
    """
    best = trials.best_trial
    if model is not None:
        best["result"]["model"] = model
    _keep_best_model(trials)
    return best["result"].get("model")


def values(document: Document, space: tuple[Dimension, ...]) -> dict[str, float]:
    """Return the values of a document, of the labels that it reaches, as plain numbers."""
    drawn = document["misc"]["vals"]
    return {d.label: plain(d, drawn[d.label][0]) for d in space if drawn.get(d.label)}


def round_to_steps(document: Document, space: tuple[Dimension, ...]) -> None:
    """Let a proposal have the values that its trial runs with, so that a resumed search learns the same."""
    drawn = document["misc"]["vals"]
    for dimension in space:
        if "q" in dimension.numbers and not dimension.integral and drawn.get(dimension.label):
            drawn[dimension.label] = [plain(dimension, drawn[dimension.label][0])]


def leave_out_unreached(document: Document, space: tuple[Dimension, ...]) -> None:
    """Take the values of options that were not chosen out of a proposal: atpe proposes them too."""
    drawn, places = document["misc"]["vals"], document["misc"]["idxs"]
    for dimension in space:
        outer, option = dimension.parent or ("", 0)
        if outer and drawn.get(outer) != [option] and dimension.label in drawn:
            drawn[dimension.label], places[dimension.label] = [], []


def pending_points(trials: Any, space: tuple[Dimension, ...]) -> list[Params]:
    """Return the points of the documents in state NEW."""
    return [values(document, space) for document in pending(trials)]


def read_trials(trials: Any, space: tuple[Dimension, ...], others: Collection[int] = ()) -> tuple[Trial, ...]:
    """Return the documents that have `ended` as trials, numbered from 0.

    Those whose ``tid`` is among `others` ran other code: they are of no generation of the present code.

    ``metrics``, ``error`` and ``traceback`` are those of a result that has them as `RemoteObjective` returns
    them, and the error of one that hyperopt marked itself.
    """
    documents = ended(trials)
    numbers = {document["tid"]: number for number, document in enumerate(documents)}
    trial = functools.partial(_trial, numbers=numbers, space=space)
    return tuple(
        replace(trial(document), generation=-1) if document["tid"] in others else trial(document)
        for document in documents
    )


def _trial(document: Document, numbers: Mapping[int, int], space: tuple[Dimension, ...]) -> Trial:
    from hyperopt.base import JOB_STATE_DONE, STATUS_OK

    result = document["result"]
    done = document["state"] == JOB_STATE_DONE and result["status"] == STATUS_OK
    loss = float(result["loss"]) if done else None
    complete = loss is not None and math.isfinite(loss)
    began, ended = document["book_time"], document["refresh_time"]
    pruned = bool(result.get("pruned"))
    losses = _losses(result, loss) if complete else ()
    repeats = result.get(REPEATS) if losses else None
    return Trial(
        numbers[document["tid"]],
        TrialState.COMPLETE if complete else TrialState.PRUNED if pruned else TrialState.FAILED,
        values(document, space),
        loss=loss if complete else None,
        estimate=result.get("loss") if pruned else None,
        metrics=dict(result.get("metrics", {})),
        started_at=began.isoformat(timespec="milliseconds") if began else "",
        duration_s=(ended - began).total_seconds() if began else None,
        error=None if complete else "pruned" if pruned else _error(document),
        traceback="" if complete else result.get("traceback", ""),
        equal_to=numbers.get(result.get(EQUAL_TO)),
        repeats=repeats or 1,
        runs=tuple(TrialRun(number, one) for number, one in enumerate(losses)) if repeats else (),
        folds=() if repeats else losses,
    )


def _losses(result: Mapping[str, Any], loss: float | None) -> tuple[float, ...]:
    """Return the losses in a result if they are numbers whose mean its loss is: others are the user's own."""
    found = result.get("losses")
    numbers = [one for one in found if type(one) in (int, float)] if isinstance(found, list) else []
    if loss is None or len(numbers) < 2 or numbers != found or not all(map(math.isfinite, numbers)):
        return ()
    return tuple(map(float, numbers)) if math.isclose(mean(numbers), loss, rel_tol=1e-6) else ()


def _error(document: Document) -> str:
    """Return the reason for a trial's failure, in one line."""
    result = document["result"]
    if "error" in result:
        return str(result["error"])
    if "error" in document["misc"]:
        # The type of the exception that hyperopt caught, and its message or its traceback.
        kind, message = document["misc"]["error"]
        return ": ".join([kind, *str(message or "").strip().splitlines()[-1:]])
    return f"the status is {result['status']!r} and the loss is {result.get('loss')}"


def _keep_best_model(trials: Any) -> None:
    from hyperopt.exceptions import AllTrialsFailed

    try:
        best = trials.best_trial
    except AllTrialsFailed:
        best = None
    for document in trials.trials:
        if document is not best:
            document["result"].pop("model", None)


def all_documents(trials: Any) -> list[Document]:
    """Return every document of the experiment, including those in state ERROR."""
    key = trials._exp_key
    return [document for document in trials._dynamic_trials if key is None or document["exp_key"] == key]

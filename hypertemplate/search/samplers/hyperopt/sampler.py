"""hyperopt's algorithms, asked for one point at a time.

The classes and functions of hyperopt (Bergstra, Yamins and Cox 2013) are driven the way its own
``fmin`` drives them, so that the points are the same; but no code here calls the objective, which
runs in another process.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import json
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.hyperopt import bayes_documents
from hypertemplate.search.samplers.hyperopt import trial_documents as documents
from hypertemplate.search.samplers.hyperopt.document_checks import fit_documents
from hypertemplate.search.samplers.hyperopt.global_generators import seeded
from hypertemplate.search.samplers.hyperopt.spaces import index_space
from hypertemplate.search.study import ALGORITHMS, Algorithm, Trial, TrialState

Suggest = Callable[..., list[dict[str, Any]]]
"""A function such as hyperopt's ``tpe.suggest``: ids, domain, trials and a seed to new documents."""


DRAWS = 10
"""Most draws to avoid the point of a running trial; a small space may have no other point."""


class HyperoptSampler:
    """`Sampler` over hyperopt's ``tpe``, ``rand`` or ``anneal``, or over an algorithm of the user's.

    The points are those of ``fmin`` with the same space, algorithm and ``rstate``. A running trial
    is known to the algorithm and counts as bad until its loss is told; a failed one always does.

    Args:
        space: dimensions to sample, an inner one after its choice; it may be empty.
        algorithm: ``tpe``, ``random`` or ``anneal``, or a ``suggest`` function or partial of hyperopt's kind.
        seed: seed of ``numpy.random.default_rng``, which gives each new trial its own seed.
        trials: a ``hyperopt.Trials`` to fill as ``fmin`` fills it; by default the sampler makes its own. One
            that has documents is continued: those in state NEW run first, then comes what an uninterrupted
            search with this seed would propose.
        earlier: trials of a resumed study, including those that were running; `trials` has no documents then.
        state: result of `state` when the last of them was proposed.
        oom_loss: loss that the algorithm is told for a trial that ran out of accelerator memory, and for
            such an earlier one; it stays a failed trial. By default it counts as worse than any other.

    Raises:
        UsageError: the algorithm does not exist, or the documents are of another space.
    """

    size = None

    def __init__(
        self,
        space: tuple[Dimension, ...],
        algorithm: Algorithm | Suggest,
        seed: int,
        trials: Any = None,
        earlier: Sequence[Trial] = (),
        state: str = "",
        oom_loss: float | None = None,
    ) -> None:
        import hyperopt

        self._space = space
        self._suggest = suggestion(algorithm)
        self._trials = hyperopt.Trials() if trials is None else trials
        self._trials.refresh()
        fit_documents(self._trials, space)
        self._oom_loss = oom_loss
        self._documents = documents.restore(self._trials, earlier, space, oom_loss)
        self._random = documents.generator(self._trials, seed, state)
        self._pending = deque(documents.pending(self._trials))
        self._running = {trial.number for trial in earlier if trial.state is TrialState.RUNNING}
        # hyperopt raises an IndexError for a space without labels. There is no objective to call: trials
        # run in workers.
        self._domain = hyperopt.Domain(None, index_space(space)) if space else None

    def ask(self, number: int) -> Params:
        """Propose the next point; numbers are asked for in ascending order, each once."""
        document = self._pending.popleft() if self._pending else self._propose()
        documents.begin(document)
        self._documents[number] = document
        self._running.add(number)
        return documents.values(document, self._space)

    def give(self, number: int, params: Params) -> None:
        """Take note of a trial at a point of the user's; its loss will be told."""
        document = self._pending_at(params)
        if document is None:
            taken = any(one["tid"] == number for one in documents.all_documents(self._trials))
            tid = documents.new_id(self._trials) if taken else number
            running = Trial(tid, TrialState.RUNNING, params)
            document = documents.restore(self._trials, [running], self._space)[tid]
        else:
            self._pending.remove(document)
            documents.begin(document)
        self._documents[number] = document
        self._running.add(number)

    def tell(
        self,
        number: int,
        params: Params,
        loss: float | None,
        failure: str | None = None,
        estimate: float | None = None,
        unused: Collection[str] = (),
    ) -> None:
        """Let the algorithm learn from a trial that `ask` proposed."""
        self._running.remove(number)
        ranked = self._oom_loss if failure == documents.OUT_OF_MEMORY else estimate
        pruned = failure is None and estimate is not None
        documents.finish(self._trials, self._documents[number], loss, ranked, pruned=pruned)

    @property
    def has_pending(self) -> bool:
        """True if a document in state NEW is left: its point is proposed before any other."""
        return bool(self._pending)

    @property
    def told(self) -> list[int]:
        """Numbers of the trials that were asked for and told."""
        return [number for number in self._documents if number not in self._running]

    def state(self) -> str:
        """Return the state of the generator that seeds proposals."""
        return json.dumps(self._random.bit_generator.state)

    def add_result(self, number: int, result: Mapping[str, object]) -> None:
        """Put the values that the model returned into the document of a trial that was told; see `merge`."""
        documents.merge(self._trials, self._documents[number], result)

    def add_results(
        self,
        trials: Iterable[Trial],
        returned: Mapping[int, Mapping[str, object]],
        tids: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """Put the results of trials that were told into their documents, and mark those that did not run.

        Args:
            trials: trials that have ended, whose metrics are their results where nothing else is known.
            returned: trial number -> what the model returned.
            tids: trial number -> ``tid`` of the document, for those of earlier searches.
        """
        told, known = set(self.told), {**tids, **self.tids}
        for trial in trials:
            if trial.number in told:
                original = trial.number if trial.equal_to is None else trial.equal_to
                self.add_result(
                    trial.number, {**returned.get(original, trial.metrics), **documents.spread_of(trial)}
                )
                if original != trial.number:
                    self._documents[trial.number]["result"][documents.EQUAL_TO] = known.get(original)

    @property
    def tids(self) -> dict[int, int]:
        """Number of the document of each trial that was asked for or given, by the number of the trial."""
        return {number: document["tid"] for number, document in self._documents.items()}

    def close(self) -> None:
        """Make the points that were asked for and never told pending again.

        A search that was interrupted then resumes where it was, and no document stays RUNNING for ever.
        """
        for number in sorted(self._running):
            documents.put_back(self._trials, self._documents[number])
        self._running.clear()

    def _pending_at(self, params: Params) -> documents.Document | None:
        """Return the document in state NEW that has these values."""
        found = (one for one in self._pending if documents.values(one, self._space) == params)
        return next(found, None)

    def _is_running(self, proposed: documents.Document) -> bool:
        """Tell whether a running trial has exactly these values: the algorithm does not know of it yet."""
        values = proposed["misc"]["vals"]
        return any(self._documents[number]["misc"]["vals"] == values for number in self._running)

    def _propose(self) -> documents.Document:
        import numpy

        tid = documents.new_id(self._trials)
        proposed: list[documents.Document] = []
        for _ in range(DRAWS):
            seed = self._random.integers(2**31 - 1)
            if self._domain is None:
                proposed = documents.without_labels(self._trials, tid)
                break
            # The annealing takes the logarithm of a 0 that qloguniform drew, and handles the result.
            with numpy.errstate(divide="ignore"):
                proposed = self._suggest([tid], self._domain, self._trials, seed)
            for document in proposed:
                documents.leave_out_unreached(document, self._space)
                documents.round_to_steps(document, self._space)
            if not any(self._is_running(document) for document in proposed):
                break
        if not proposed:
            raise UsageError(f"the algorithm proposed no point after {len(self._trials)} trials")
        self._trials.insert_trial_docs(proposed)
        self._trials.refresh()
        new: documents.Document = self._trials.trials[-1]
        return new


def preload() -> None:
    """Import hyperopt now, most of a second of work, for example while a worker loads."""
    importlib.import_module("hyperopt")


def suggestion(algorithm: Algorithm | Suggest) -> Suggest:
    """Return the ``suggest`` function that `algorithm` names or is.

    Raises:
        UsageError: it does neither.
    """
    from hyperopt import anneal, rand, tpe

    known = {
        "tpe": tpe.suggest,
        "bayes": bayes_documents.suggest,
        "random": rand.suggest,
        "anneal": anneal.suggest,
    }
    if isinstance(algorithm, str) and algorithm in known:
        found: Suggest = known[algorithm]
        return found
    if algorithm == "atpe":
        check_installed("atpe")
        return seeded(importlib.import_module("hyperopt.atpe").suggest)
    if callable(algorithm):
        return seeded(algorithm) if algorithm_name(algorithm) == "atpe" else algorithm
    name = getattr(algorithm, "__name__", "").rpartition(".")[2]
    if callable(getattr(algorithm, "suggest", None)):
        raise UsageError(f"algo is the module {name}: write algo={name}.suggest")
    raise UsageError(
        "algo must be a suggest function of hyperopt, such as tpe.suggest, "
        f"or one of {', '.join(ALGORITHMS)}; got {algorithm!r:.60}"
    )


def with_startup(tpe: Algorithm | Suggest, startup: int) -> Suggest:
    """Return hyperopt's TPE with another number of points that it draws at random before it learns."""
    return functools.partial(suggestion(tpe), n_startup_jobs=startup)


def check_installed(algorithm: Algorithm) -> None:
    """Check, without importing anything, that everything that an algorithm needs is installed.

    Raises:
        UsageError: it is ``atpe``, hyperopt's adaptive TPE, and its requirements are not installed.
    """
    if algorithm == "atpe" and None in map(importlib.util.find_spec, ("lightgbm", "sklearn")):
        raise UsageError('atpe needs lightgbm and scikit-learn: pip install "hypertemplate[atpe]"')


def algorithm_name(algorithm: Algorithm | Suggest) -> str:
    """Return the common name of an algorithm: ``tpe`` for ``tpe.suggest`` and for partials of it."""
    if isinstance(algorithm, str):
        return algorithm
    while isinstance(algorithm, functools.partial):
        algorithm = algorithm.func
    if algorithm is bayes_documents.suggest:
        return "bayes"
    module = getattr(algorithm, "__module__", None) or ""
    name = getattr(algorithm, "__name__", type(algorithm).__name__)
    if not module.startswith("hyperopt."):
        return name
    module = module.rpartition(".")[2]
    return "random" if module == "rand" else module


def run_elsewhere(
    objective: Callable[[Any], Mapping[str, Any]],
    space: tuple[Dimension, ...],
    algorithm: Algorithm | Suggest,
    evals: int,
    trials: Any,
    seed: int,
) -> None:
    """Let hyperopt run trials where `trials` runs them, such as ``SparkTrials``; documents get the results.

    Args:
        objective: function that is sent there by pickling, and called with a point of `index_space`.
        space: as in `HyperoptSampler`.
        algorithm: as in `HyperoptSampler`.
        evals: number of trials to run, those in state NEW included; see `evals_left`.
        trials: a ``hyperopt.Trials`` whose trials run elsewhere.
        seed: as in `HyperoptSampler`; a search is continued in the same way.

    Raises:
        UsageError: as in `HyperoptSampler`; or the space is empty.
        KeyboardInterrupt: after the trials that ran have ended.
    """
    import hyperopt
    from hyperopt.exceptions import AllTrialsFailed

    if not space:
        raise UsageError("there is nothing to search: the template has no markers")
    trials.refresh()
    fit_documents(trials, space)
    # The documents say it too, with the reasons.
    with contextlib.suppress(AllTrialsFailed):
        hyperopt.fmin(
            objective,
            index_space(space),
            algo=suggestion(algorithm),
            max_evals=len(trials) - len(documents.pending(trials)) + evals,
            trials=trials,
            rstate=documents.generator(trials, seed),
            show_progressbar=False,
            verbose=False,
            return_argmin=False,
        )

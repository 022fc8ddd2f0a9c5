"""hyperopt's algorithms, asked for one point at a time; the only file that imports hyperopt.

The classes and functions of hyperopt (Bergstra, Yamins and Cox 2013) are driven the way its own
``fmin`` drives them, so that the points are the same; but here nobody calls the objective, which
runs in another process.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from hypertemplate.compiler.grammar import CHOICES, SIGNATURES
from hypertemplate.compiler.space import Dimension, Params
from hypertemplate.search.sampler import plain
from hypertemplate.search.study import Algorithm


class HyperoptSampler:
    """A `Sampler` over hyperopt's ``tpe``, ``rand`` or ``anneal``.

    The points are those of ``fmin`` with the same space, algorithm and ``rstate``. A running trial
    is known to the algorithm and counts as a bad one until it is told; so does a failed one.

    Args:
        space: what to sample, an inner dimension after its choice; it may be empty.
        algorithm: ``tpe``, ``random`` or ``anneal``.
        seed: of ``numpy.random.default_rng``, which gives each new trial its own seed.
    """

    def __init__(self, space: tuple[Dimension, ...], algorithm: Algorithm, seed: int) -> None:
        import hyperopt
        import numpy

        self._space = space
        self._suggest = _suggestion(algorithm)
        self._random = numpy.random.default_rng(seed)
        self._trials = hyperopt.Trials()
        self._documents: dict[int, dict[str, Any]] = {}
        # hyperopt raises an IndexError for a space without labels. There is no objective to call: trials
        # run in workers.
        self._domain = hyperopt.Domain(None, hyperopt_space(space)) if space else None

    def ask(self, number: int) -> Params:
        """The next point; numbers are asked for in ascending order, each once."""
        import numpy
        from hyperopt.base import JOB_STATE_RUNNING

        if self._domain is None:
            return {}
        seed = self._random.integers(2**31 - 1)
        # The annealing takes the logarithm of a 0 that qloguniform drew, and copes with what comes of it.
        with numpy.errstate(divide="ignore"):
            (document,) = self._suggest([number], self._domain, self._trials, seed)
        document["state"] = JOB_STATE_RUNNING
        self._trials.insert_trial_docs([document])
        self._trials.refresh()
        self._documents[number] = self._trials.trials[-1]
        drawn = document["misc"]["vals"]
        return {d.label: plain(d, drawn[d.label][0]) for d in self._space if drawn[d.label]}

    def tell(self, number: int, params: Params, loss: float | None) -> None:
        """Let the algorithm learn from a trial that `ask` proposed."""
        from hyperopt.base import JOB_STATE_DONE, STATUS_FAIL, STATUS_OK

        if self._domain is None:
            return
        document = self._documents.pop(number)
        document["result"] = {"status": STATUS_FAIL} if loss is None else {"status": STATUS_OK, "loss": loss}
        document["state"] = JOB_STATE_DONE
        self._trials.refresh()


def preload() -> None:
    """Import hyperopt now, most of a second of work, for example while a worker loads."""
    importlib.import_module("hyperopt")


def hyperopt_space(space: tuple[Dimension, ...]) -> dict[str, Any]:
    """The space as hyperopt knows it: labels to expressions.

    Option number i of a choice is a dict of its inner dimensions, so that hyperopt knows on what they
    depend, and i itself where it has none.
    """
    inner: dict[tuple[str, int] | None, list[Dimension]] = {}
    for dimension in space:
        inner.setdefault(dimension.parent, []).append(dimension)

    def expressions(parent: tuple[str, int] | None) -> dict[str, Any]:
        return {d.label: expression(d) for d in inner.get(parent, ())}

    def expression(dimension: Dimension) -> Any:
        from hyperopt import hp

        label, name = dimension.label, dimension.distribution
        if name not in CHOICES:
            # By position: hyperopt's TPE looks for the offset of a randint only there.
            arguments = [dimension.numbers[key] for key in SIGNATURES[name] if key in dimension.numbers]
            return getattr(hp, name)(label, *(map(int, arguments) if name == "randint" else arguments))
        options = [expressions((label, i)) or i for i in range(len(dimension.options))]
        if name == "choice":
            return hp.choice(label, options)
        return hp.pchoice(label, list(zip(dimension.probabilities, options, strict=True)))

    return expressions(None)


def _suggestion(algorithm: Algorithm) -> Callable[..., list[dict[str, Any]]]:
    from hyperopt import anneal, rand, tpe

    algorithms = {"tpe": tpe.suggest, "random": rand.suggest, "anneal": anneal.suggest}
    suggest: Callable[..., list[dict[str, Any]]] = algorithms[algorithm]
    return suggest

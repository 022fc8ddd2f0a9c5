"""Ensemble of several models that answer as one, by voting.

The class and its arguments are those of Hyperas's ``VotingModel`` (Max Pumperla and contributors, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from hypertemplate.errors import UsageError

Voting = Literal["hard", "soft"]


def check_voting(voting: str, weights: Sequence[float] | None, count: int) -> None:
    """Check the arguments of a vote before any model is trained.

    Raises:
        UsageError: an unknown `voting`, or `weights` that do not fit `count` models.
    """
    if voting not in get_args(Voting):
        raise UsageError(f"voting must be 'hard' or 'soft', got {voting!r}")
    if weights is None:
        return
    if len(weights) != count:
        raise UsageError(f"there must be one weight for each model: {count} models, {len(weights)} weights")
    if min(weights) < 0 or not sum(weights) > 0:
        raise UsageError(f"weights must not be negative, and not all 0, got {[float(w) for w in weights]}")


class VotingModel:
    """Models of the same task that vote on each sample.

    Args:
        model_list: the models, each with Keras's ``predict(x, batch_size=..., verbose=...)`` or with
            scikit-learn's ``predict_proba(x)``.
        voting: ``hard``: the class that most models (by weight) predict, on a tie the lowest; ``soft``: the
            class with the highest weighted mean of the models' outputs.
        weights: one weight for each model, not negative and not all 0; by default all equal.
        nb_classes: number of classes; by default the number of the models' outputs.

    Raises:
        UsageError: there is no model, an unknown `voting`, or weights that do not fit.
    """

    def __init__(
        self,
        model_list: Sequence[Any],
        voting: Voting = "hard",
        weights: Sequence[float] | None = None,
        nb_classes: int | None = None,
    ) -> None:
        self.model_list = list(model_list)
        self.voting = voting
        self.nb_classes = nb_classes
        if not self.model_list:
            raise UsageError("a VotingModel needs at least one model")
        check_voting(voting, weights, len(self.model_list))
        self.weights = [1.0] * len(self.model_list) if weights is None else [float(w) for w in weights]

    def predict(self, x: Any, batch_size: int = 128, verbose: int = 0) -> Any:
        """Predict by voting.

        Args:
            x: input of each model's ``predict``, n samples.
            batch_size: samples in a batch.
            verbose: as in Keras.

        Returns:
            An array of n class numbers, shape (n,). A model with one output has two classes, 1 if the output
            is above 0.5; with soft voting such models give the weighted mean instead, shape (n, 1), so that a
            regression is averaged.
        """
        import numpy

        if self.voting == "soft":
            mean = self.mean(x, batch_size, verbose)
            return numpy.argmax(mean, axis=-1) if mean.shape[-1] > 1 else mean
        votes = [_classes(output) for output in self._outputs(x, batch_size, verbose)]
        highest = max(int(vote.max(initial=0)) for vote in votes)
        counted = numpy.zeros((len(votes[0]), max(self.nb_classes or 0, highest + 1)))
        for vote, weight in zip(votes, self.weights, strict=True):
            counted[numpy.arange(len(vote)), vote] += weight
        return numpy.argmax(counted, axis=1)

    def mean(self, x: Any, batch_size: int = 128, verbose: int = 0) -> Any:
        """Return the weighted mean of the models' outputs, shape (n, classes); arguments as in `predict`.

        Raises:
            UsageError: the models' outputs differ in shape, or do not have `nb_classes` columns.
        """
        import numpy

        outputs = self._outputs(x, batch_size, verbose)
        shapes = {output.shape for output in outputs}
        if len(shapes) > 1:
            listed = ", ".join(map(str, sorted(shapes)))
            raise UsageError(f"the models' outputs must have one shape to be averaged, got {listed}")
        if self.nb_classes is not None and outputs[0].shape[-1] != self.nb_classes:
            raise UsageError(f"nb_classes is {self.nb_classes}, and the models have {outputs[0].shape[-1]}")
        return numpy.average(numpy.stack(outputs), axis=0, weights=self.weights)

    def _outputs(self, x: Any, batch_size: int, verbose: int) -> list[Any]:
        """Return each model's output, shape (n, outputs)."""
        import numpy

        found = []
        for model in self.model_list:
            # A scikit-learn estimator's outputs come from another method, without batches.
            proba = getattr(model, "predict_proba", None)
            found_here = proba(x) if proba else model.predict(x, batch_size=batch_size, verbose=verbose)
            output = numpy.asarray(found_here)
            found.append(output.reshape(len(output), -1) if output.ndim < 2 else output)
        return found


def _classes(output: Any) -> Any:
    """Return the class of each sample, shape (n,), from outputs of shape (n, classes) or (n, 1)."""
    import numpy

    if output.shape[-1] == 1:
        return (output[..., 0] > 0.5).astype(int)
    return numpy.argmax(output, axis=-1)

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
        model_list: the models: Keras's, with ``predict(x, batch_size=..., verbose=...)``, or scikit-learn's
            classifiers or regressors.
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
            An array of n class numbers, shape (n,); of scikit-learn's classifiers, of their classes. A model
            with one output has two classes, 1 if the output is above 0.5; with soft voting such models give
            the weighted mean instead, shape (n, 1), so that a regression is averaged.

        Raises:
            UsageError: the models cannot vote in this way.
        """
        import numpy

        labels = self._labels()
        voted = self._voted(x, batch_size, verbose)
        return voted if labels is None or voted.dtype.kind == "f" else numpy.asarray(labels)[voted]

    def _voted(self, x: Any, batch_size: int, verbose: int) -> Any:
        """Vote by the models' numbers of classes."""
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
            if _is_estimator(model):
                found_here = self._estimated(model, x)
            else:
                found_here = model.predict(x, batch_size=batch_size, verbose=verbose)
            output = numpy.asarray(found_here)
            found.append(output.reshape(len(output), -1) if output.ndim < 2 else output)
        return found

    def _estimated(self, model: Any, x: Any) -> Any:
        """Return the output of a scikit-learn estimator."""
        import numpy

        if hasattr(model, "predict_proba"):
            return model.predict_proba(x)
        name, labels = type(model).__name__, getattr(model, "classes_", None)
        if labels is None and self.voting == "hard":
            raise UsageError(f"{name} predicts numbers, not classes: voting='soft' averages them")
        if labels is None:
            return model.predict(x)
        if self.voting == "soft":
            raise UsageError(
                f"soft voting needs probabilities, and {name} has no predict_proba: use voting='hard'"
            )
        return numpy.asarray(model.predict(x))[:, None] == numpy.asarray(labels)

    def _labels(self) -> Any:
        """Return the classes of scikit-learn's classifiers in the order of their outputs, else None.

        Raises:
            UsageError: the models' classes differ.
        """
        found = [getattr(model, "classes_", None) for model in self.model_list if _is_estimator(model)]
        known = [labels.tolist() for labels in found if labels is not None]
        if any(labels != known[0] for labels in known):
            raise UsageError(f"the models must have the same classes to vote, got {known[0]} and {known[-1]}")
        return known[0] if len(known) == len(self.model_list) else None


def _is_estimator(model: Any) -> bool:
    """Tell whether a model is one of scikit-learn's kind, which predicts without batches."""
    return hasattr(model, "get_params") or not hasattr(model, "predict")


def _classes(output: Any) -> Any:
    """Return the class of each sample, shape (n,), from outputs of shape (n, classes) or (n, 1)."""
    import numpy

    if output.shape[-1] == 1:
        return (output[..., 0] > 0.5).astype(int)
    return numpy.argmax(output, axis=-1)

"""Weights of a model after the best epochs of its fit, so that it is kept as it was scored."""

from __future__ import annotations

import math
import sys
import tempfile
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from hypertemplate.runtime.metrics.numbered_names import Names
from hypertemplate.runtime.objective import Fitted, Wanted
from hypertemplate.runtime.process import temporary_folders

IN_MEMORY_BYTES = 256 * 2**20
"""Bytes of copies that are kept in memory; copies beyond that go to files."""

COMPARED_BYTES = 4 * 2**20
"""Bytes of a model's weights that tell whether they have changed, the smallest first."""

KEPT = "the models that are kept have"
"""Beginning of the notes."""

NAME = ".epoch-weights"
"""Beginning of the names of the files."""

_Key = tuple[int, int]
"""Number of an epoch, and a checksum of the weights."""


Moment = Literal["validated", "trained", "added"]
"""End of an epoch's validation, of the epoch, or of what callbacks did there: each has metrics of its own."""


class EpochWeights:
    """Copies of the weights that the best epochs so far were scored with, by each metric.

    Callbacks may exchange the weights for averages while an epoch is validated, so that the metrics of one
    epoch are of several weights: each metric is kept with those of its moment.

    Args:
        wanted: objective of the search.
        folder: folder for copies that are too large for memory; empty for a temporary one.
    """

    def __init__(self, wanted: Wanted, folder: str = "") -> None:
        self._wanted = wanted
        self._folder = folder
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._copies: dict[_Key, _Copy] = {}
        self.fit_started()

    def fit_started(self, *, exchanged: bool = True) -> None:
        """Forget an earlier fit.

        Args:
            exchanged: whether something may exchange the weights at the end of an epoch, so that each moment
                is looked at; without it an epoch has the weights that it was validated with.
        """
        self._best: dict[tuple[str, bool], tuple[float, _Key]] = {}
        self._moments: dict[str, Moment] = {}
        self._checksums: dict[tuple[int, Moment], int] = {}
        self._may_exchange = exchanged
        self._exchanged = self._evaluated_others = False
        self._newest: _Key | None = None
        self._model: Any = None
        self._now = self._left = 0
        self._keep(())

    def epoch_ended(
        self, model: Any, epoch: int, metrics: Mapping[str, float], names: Names, moment: Moment = "trained"
    ) -> None:
        """Copy the weights if this epoch is the best so far by one of its metrics of one moment.

        Args:
            model: model that is fitted.
            epoch: number of the epoch from 0, among those of the fit.
            metrics: finite metrics of this moment.
            names: names of the metrics, with what they say of themselves.
            moment: moment at which the model has the weights that these metrics are of.
        """
        others, self._evaluated_others = self._evaluated_others, False
        self._moments |= dict.fromkeys(metrics, moment)
        if moment == "added" and others:
            return  # nothing tells which weights these metrics are of
        values = _values(model) if self._may_exchange or (epoch, "validated") not in self._checksums else None
        if values is not None:
            self._now = _checksum(values)
        self._checksums[epoch, moment] = self._now
        key, needed = (epoch, self._now), self._newest
        if moment == "validated" and self._exchanged:
            needed = self._newest = key  # no later moment has these weights, should the fit end here
        elif moment == "trained":
            self._exchanged |= self._checksums.get((epoch, "validated"), self._now) != self._now
        for name, more in self._directions(metrics, names, moment):
            before = self._best.get((name, more))
            if before is None or (metrics[name] > before[0] if more else metrics[name] < before[0]):
                self._best[name, more] = metrics[name], key
                needed = key
        if needed == key:
            self._keep({best for _, best in self._best.values()} | {self._newest})
            if key not in self._copies:
                self._copies[key] = self._copy(_values(model) if values is None else values)

    def evaluated(self, model: Any) -> None:
        """Take note that a callback evaluates a model, which may have other weights than the epoch left."""
        if self._may_exchange:
            self._evaluated_others |= _checksum(_values(model)) != self._now

    def fit_ended(self, model: Any) -> None:
        """Take note of the weights that the fit leaves, which a callback may have restored."""
        if self._copies:
            self._model, self._left = model, _checksum(_values(model))

    def put_back(self, scored: Iterable[tuple[int, str]], kept: Any) -> str:
        """Give the model of the last fit the weights that were scored.

        Args:
            scored: epochs from 0 whose value is the trial's number, each with the name of the metric.
            kept: model that will be kept: the one of the fit, or another one, which may share its layers.

        Returns:
            A note on a model that has other weights than those that were scored, or an empty text.
        """
        model = self._model
        if model is None or not _shares(kept, model):
            return ""  # a model of the user's choice, such as one that was loaded
        known = (
            (epoch, self._checksums.get((epoch, self._moments.get(name, "trained"))))
            for epoch, name in scored
        )
        keys = [(epoch, checksum) for epoch, checksum in known if checksum is not None]
        now = _checksum(_values(model))
        if any(checksum == now for _, checksum in keys):
            return ""
        if now != self._left:
            return f"{KEPT} the weights that the code set after the fit, while the losses are of an epoch"
        copy = next((self._copies[key] for key in keys if key in self._copies), None)
        if copy is None:
            return f"{KEPT} the weights that their fits left, while the losses are of other weights"
        copy.put_back(model)
        return ""

    def close(self) -> None:
        """Remove what is on the disk."""
        self.fit_started()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def _keep(self, needed: Collection[_Key | None]) -> None:
        for old in self._copies.keys() - {*needed}:
            self._copies.pop(old).discard()

    def _directions(
        self, metrics: Mapping[str, float], names: Names, moment: Moment
    ) -> Iterable[tuple[str, bool]]:
        """Yield the metrics by which a trial may be judged: those of the validation, where there are any.

        Each comes with whether more of it is better, and twice where that is unknown.
        """
        fitted = Fitted(names=names)
        judged = [name for name in metrics if name.startswith("val_")]
        if not judged and (moment == "added" or "validated" not in self._moments.values()):
            judged = [*metrics]
        asked = self._wanted.name if self._wanted.name in metrics else None
        for name in dict.fromkeys([*([] if asked is None else [asked]), *judged]):
            wanted = self._wanted if name == asked else Wanted(maximize=None)
            more = wanted.better_when_more(name, fitted)
            yield from ((name, one) for one in ((True, False) if more is None else (more,)))

    def _copy(self, values: Sequence[Any]) -> _Copy:
        size = sum(value.nbytes for value in values)
        in_memory = sum(copy.size_bytes for copy in self._copies.values() if copy.path is None)
        if in_memory + size <= IN_MEMORY_BYTES:
            return _Copy([value.copy() for value in values], None)
        if not self._folder:
            self._temporary = self._temporary or tempfile.TemporaryDirectory(
                prefix=temporary_folders.prefix()
            )
            self._folder = self._temporary.name
        Path(self._folder).mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=NAME, delete=False) as file:
            for value in values:
                file.write(value.tobytes())
        return _Copy(values, Path(file.name))


class _Copy:
    """Copy of weights, in memory or in a file.

    Attributes:
        path: path of the file; None for a copy in memory.
        size_bytes: its size.
    """

    def __init__(self, values: Sequence[Any], path: Path | None) -> None:
        self.path = path
        self.size_bytes = sum(value.nbytes for value in values)
        self._values = values if path is None else ()
        self._forms = [(value.dtype, value.shape) for value in values]

    def put_back(self, model: Any) -> None:
        """Assign the copied weights to the model's variables."""
        for variable, value in zip(model.weights, self._read(), strict=True):
            variable.assign(value)

    def discard(self) -> None:
        """Remove the file."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _read(self) -> Iterable[Any]:
        if self.path is None:
            yield from self._values
            return
        numpy = sys.modules["numpy"]
        with self.path.open("rb") as file:
            for dtype, shape in self._forms:
                data = file.read(dtype.itemsize * math.prod(shape))
                yield numpy.frombuffer(data, dtype).reshape(shape)


def scored_epochs(
    number: float, curve: Sequence[Mapping[str, float]], evaluated: Collection[float], *, predicted: bool
) -> list[tuple[int, str]]:
    """Return the epochs, from 0, whose value is the number of a trial, each with the name of the metric.

    There are none if what the code itself scored after the fit is that number, or may be.

    Args:
        number: number that the trial is judged by: a value of an epoch, its negative, or what it lacks to 1.
        curve: metrics of each epoch of the last fit.
        evaluated: numbers that the model's ``evaluate`` returned after the fit.
        predicted: whether the model has predicted after the fit, so that user code may have scored that.
    """
    if {number, -number} & {*evaluated, *(1 - value for value in evaluated)}:
        return []
    if predicted and (number * 1024).is_integer():  # a share of a power of two, which meets by chance
        return []
    return [
        (epoch, name)
        for epoch, metrics in enumerate(curve)
        for name, value in metrics.items()
        if number in (value, -value, 1 - value)
    ]


def _values(model: Any) -> list[Any]:
    """Return the weights of a model as arrays, which may share its memory."""
    return [sys.modules["numpy"].asarray(variable) for variable in getattr(model, "weights", ())]


def _checksum(values: Iterable[Any]) -> int:
    """Return a checksum of the smallest weights, which tells any training: it changes the biases too."""
    total, taken = 0, 0
    for value in sorted(values, key=lambda one: int(one.nbytes)):
        if taken and taken + value.nbytes > COMPARED_BYTES:
            break
        taken += value.nbytes
        total = zlib.crc32(value.tobytes(), total)
    return total


def _shares(kept: Any, fitted: Any) -> bool:
    """Return True unless a model has weights of its own alone."""
    theirs = getattr(kept, "weights", None)
    if not isinstance(theirs, (list, tuple)):
        return True  # a container, or a wrapper
    ours = {id(variable) for variable in fitted.weights}
    return any(id(variable) in ours for variable in theirs)

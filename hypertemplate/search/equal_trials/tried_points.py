"""Points at which trials ran, as far as the trials read their values."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hypertemplate.compiler.markers.search_space import Params


class TriedPoints:
    """Trials by the values that they read.

    Whether a label is read may depend on values that were read before it, and on nothing else that differs
    from point to point. So a point that has all the values that a trial read would be read as far, and no
    further: it is the same point to the code, whatever its other values are.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {}

    def add(self, number: int, params: Params, labels: Collection[str]) -> None:
        """Add a trial; of trials that read the same values, the one with the lowest number counts.

        Args:
            number: number of the trial.
            params: its values.
            labels: labels of those that it read.
        """
        read = tuple(label for label in params if label in labels)
        numbers = self._numbers.setdefault(read, {})
        key = _key(params, read)
        numbers[key] = min(number, numbers.get(key, number))

    def number(self, params: Params) -> int | None:
        """Return the number of the trial that read the same as a trial with these values would; else None.

        Args:
            params: values of a point; of a part of its labels, those with which all such points begin.
        """
        found = (
            numbers.get(_key(params, read))
            for read, numbers in self._numbers.items()
            if all(label in params for label in read)
        )
        return min((number for number in found if number is not None), default=None)

    @property
    def read(self) -> frozenset[str]:
        """Labels that any of the trials read."""
        return frozenset(label for read in self._numbers for label in read)

    def __len__(self) -> int:
        return sum(map(len, self._numbers.values()))


def _key(params: Mapping[str, float], labels: Collection[str]) -> tuple[str, ...]:
    """Return the values of labels as texts, which tell 0.0 from -0.0, and 1 from 1.0, as code may."""
    return tuple(repr(params[label]) for label in labels)

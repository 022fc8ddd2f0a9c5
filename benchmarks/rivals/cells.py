"""What the cells of the comparison came to, as lines of JSON: a cell is a workload, an arm and a seed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Key = tuple[str, str, int]
"""The workload, the arm, and the seed."""

Reported = tuple[float, str, float]
"""An epoch or a trial: seconds from the start of the search, its configuration, its validation accuracy."""


@dataclass(frozen=True)
class Cell:
    """A search that has run.

    Attributes:
        seconds: how long it ran, from the start of its first process.
        configurations: how many have reported an epoch, or a score where there are none.
        epochs: how many reports there were.
        first_s: when the first of them was; None without any.
        last_s: when the last of them was.
        curve: the reports that were better than all before: seconds, and the validation accuracy.
        best: the values that the tool calls the best.
        test: the accuracy of these on the test data, trained again, for each seed.
        load: the machine's load average before it.
        ended: the local time at its end.
        versions: of the tool and of Keras.
    """

    workload: str
    arm: str
    seed: int
    seconds: float
    configurations: int
    epochs: int
    first_s: float | None
    last_s: float | None
    curve: tuple[tuple[float, float], ...]
    best: dict[str, Any]
    test: tuple[float, ...]
    load: float
    ended: str
    versions: dict[str, str]

    @property
    def key(self) -> Key:
        """What is measured, and with which seed."""
        return self.workload, self.arm, self.seed

    def best_by(self, moment_s: float) -> float | None:
        """The best validation accuracy by then."""
        return max((accuracy for at, accuracy in self.curve if at <= moment_s), default=None)

    def reached(self, accuracy: float) -> float | None:
        """The seconds after which a validation accuracy was reached."""
        return min((at for at, found in self.curve if found >= accuracy), default=None)


@dataclass(frozen=True)
class Failure:
    """A search that ended by itself, or found nothing."""

    workload: str
    arm: str
    seed: int
    error: str

    @property
    def key(self) -> Key:
        """What was to be measured, and with which seed."""
        return self.workload, self.arm, self.seed


def improvements(reports: Iterable[Reported]) -> tuple[tuple[float, float], ...]:
    """The reports that are better than all before them."""
    found: list[tuple[float, float]] = []
    for at, _, accuracy in sorted(reports):
        if not found or accuracy > found[-1][1]:
            found.append((round(at, 2), round(accuracy, 5)))
    return tuple(found)


def read(path: Path) -> dict[Key, Cell | Failure]:
    """The rows of a file by what they measure; of several of the same, the last."""
    if not path.exists():
        return {}
    rows = [one(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row.key: row for row in rows}


def one(row: dict[str, Any]) -> Cell | Failure:
    """A row of the file."""
    if "error" in row:
        return Failure(**row)
    return Cell(**{**row, "curve": tuple(map(tuple, row["curve"])), "test": tuple(row["test"])})


def keep(path: Path, row: Cell | Failure) -> None:
    """Append a row to the file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(row)) + "\n")


def missing(wanted: Sequence[Key], kept: dict[Key, Cell | Failure]) -> list[Key]:
    """What has not been measured; what has failed before comes last, and keeps nothing from running."""
    left = [key for key in wanted if not isinstance(kept.get(key), Cell)]
    return sorted(left, key=lambda key: key in kept)

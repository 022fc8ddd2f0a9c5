"""Variables that hide devices, such as ``CUDA_VISIBLE_DEVICES``, read as the drivers read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.accelerators.detect.machine import Ignored

_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,9})")
_ID = re.compile(r"(GPU|MIG)-")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Devices that a variable leaves visible.

    Attributes:
        places: places of the devices, in the variable's order, each once.
        fault: part of the variable's text that has no effect; None if all of it applies.
    """

    places: tuple[int, ...]
    fault: Ignored | None = None


@dataclass(frozen=True, slots=True)
class Mask:
    """A variable that is set.

    Attributes:
        variable: name of the variable.
        text: value; an empty one hides every device.
    """

    variable: str
    text: str

    def __str__(self) -> str:
        return f"{self.variable}={self.text}"

    @property
    def reason(self) -> str:
        """Reason why a device that is not chosen is not used."""
        return f"{self} leaves it out" if self.text.strip() else f"{self.variable} is empty"

    @property
    def by_number(self) -> bool:
        """True if the variable names devices by number."""
        return _ID.match(self.text.strip()) is None

    def chosen(self, numbered: int, ids: Sequence[str] = ()) -> Chosen:
        """Return the devices that the variable names.

        The first invalid entry ends the list: later entries do not count, which is why people write ``-1`` to
        hide every device. A list that names a device twice selects none.

        Args:
            numbered: number of devices, which are numbered from 0.
            ids: ids of the devices, in their order; an entry may be a prefix of one if no other shares it.
        """
        places: list[int] = []
        for entry in self.text.split(","):
            place = self._number(entry, numbered) if self.by_number else _named(entry.strip(), ids)
            if place is None:
                return Chosen(tuple(places), self._unknown(entry.strip()))
            if place in places:
                fault = Ignored(str(self), f"it names {entry.strip()} twice, which leaves no device")
                return Chosen((), fault)
            places.append(place)
        return Chosen(tuple(places))

    def _number(self, entry: str, numbered: int) -> int | None:
        found = _NUMBER.match(entry)
        return int(found[1]) if found and 0 <= int(found[1]) < numbered else None

    def _unknown(self, entry: str) -> Ignored | None:
        if not entry or entry.startswith("-"):
            return None  # meant to end the list
        why = f"there is no device {entry!r}, and what follows a wrong entry is ignored"
        return Ignored(str(self), why)


def _named(entry: str, ids: Sequence[str]) -> int | None:
    """Find the one device that an entry names, by its id or a unique prefix of it."""
    if not _ID.match(entry):
        return None
    if entry in ids:
        return ids.index(entry)
    places = [place for place, each in enumerate(ids) if each.startswith(entry)]
    return places[0] if len(places) == 1 else None


def mask(environment: Mapping[str, str], *variables: str) -> Mask | None:
    """Return the first of these variables that is set, or None."""
    for variable in variables:
        if variable in environment:
            return Mask(variable, environment[variable])
    return None

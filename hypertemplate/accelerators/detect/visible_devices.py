"""Variables such as ``CUDA_VISIBLE_DEVICES`` that leave devices out, read as the drivers read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.accelerators.detect.machine import Ignored

_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,9})")
_ID = re.compile(r"(GPU|MIG)-")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a variable leaves.

    Attributes:
        places: of the devices, in the variable's order, each once.
        fault: what of the variable's text is not followed; None where all of it is.
    """

    places: tuple[int, ...]
    fault: Ignored | None = None


@dataclass(frozen=True, slots=True)
class Mask:
    """A variable that is set.

    Attributes:
        variable: its name.
        text: what it says; empty leaves out every device.
    """

    variable: str
    text: str

    def __str__(self) -> str:
        return f"{self.variable}={self.text}"

    @property
    def reason(self) -> str:
        """Why a device that is not chosen is not used."""
        return f"{self} leaves it out" if self.text.strip() else f"{self.variable} is empty"

    @property
    def by_number(self) -> bool:
        """Whether it names devices by their numbers."""
        return _ID.match(self.text.strip()) is None

    def chosen(self, numbered: int, ids: Sequence[str] = ()) -> Chosen:
        """The devices that it names.

        The first entry that names none ends the list: what follows it does not count, which is why ``-1`` is
        how people leave out every device. A list that names a device twice names none.

        Args:
            numbered: how many devices have numbers, from 0 on.
            ids: the names of the devices, in their order; the beginning of one will do, if of no other.
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
        why = f"no device is called {entry!r}, and what follows a wrong name does not count"
        return Ignored(str(self), why)


def _named(entry: str, ids: Sequence[str]) -> int | None:
    """The place of the one device that an entry names, by its whole id or a beginning of it."""
    if not _ID.match(entry):
        return None
    if entry in ids:
        return ids.index(entry)
    places = [place for place, each in enumerate(ids) if each.startswith(entry)]
    return places[0] if len(places) == 1 else None


def mask(environment: Mapping[str, str], *variables: str) -> Mask | None:
    """The first of these variables that is set, or None."""
    for variable in variables:
        if variable in environment:
            return Mask(variable, environment[variable])
    return None

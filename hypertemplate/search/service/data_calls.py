"""Calls of the data function in a search where trials with the same values share its results."""

from __future__ import annotations

from hypertemplate.runtime.protocol import DataCall
from hypertemplate.units import counted, rough_duration


class DataCalls:
    """Calls of the data function in the trials of one search."""

    def __init__(self) -> None:
        self._function = ""
        self._trials = 0
        self._calls = 0
        self._saved_s = 0.0

    def add(self, call: DataCall | None) -> None:
        """Count a trial; None if it called no function whose results may be shared."""
        if call is None:
            return
        self._function = call.function
        self._trials += 1
        if call.ran:
            self._calls += 1
        else:
            self._saved_s += call.seconds

    def summary(self) -> str:
        """Say how often the function ran; empty where no trial was spared a call."""
        if self._calls == self._trials:
            return ""
        times = "once" if self._calls == 1 else f"{self._calls} times"
        return (
            f"{self._function}() ran {times} for {counted(self._trials, 'trial')}, "
            f"{rough_duration(self._saved_s)} saved"
        )

"""Record of the settings of a process, to which every trial is put back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from hypertemplate.runtime.settings.absl_flags import ABSL_FLAGS
from hypertemplate.runtime.settings.codec_registrations import CODECS
from hypertemplate.runtime.settings.keras_settings import KERAS_SETTINGS, one_way
from hypertemplate.runtime.settings.library_attributes import library_attribute
from hypertemplate.runtime.settings.package_settings import OPEN_FIGURES, PACKAGE_SETTINGS
from hypertemplate.runtime.settings.python_functions import PythonFunctions
from hypertemplate.runtime.settings.python_settings import PYTHON_SETTINGS
from hypertemplate.runtime.settings.registries import REGISTRIES
from hypertemplate.runtime.settings.setting_kinds import Setting, loaded
from hypertemplate.runtime.state.record import Changes

EVERY = (*PYTHON_SETTINGS, *PACKAGE_SETTINGS, *KERAS_SETTINGS, *REGISTRIES, *CODECS, ABSL_FLAGS)


class RecordedSettings:
    """The settings of all packages that are loaded now, and of those that are imported later.

    Args:
        own: whether this is the user's own process.
        attributes: dotted paths of attributes of modules and classes that belong to it.
        more: other settings that belong to it.

    Attributes:
        functions: the functions of the standard library.
    """

    def __init__(self, *, own: bool, attributes: Iterable[str] = (), more: Iterable[Setting] = ()) -> None:
        self._own = own
        every = EVERY if own else (*EVERY, OPEN_FIGURES)
        self._settings = (*every, *map(library_attribute, attributes), *more)
        self._values = self._read()
        self._begun = {**self._values}
        self.functions = PythonFunctions()
        self._one_way = one_way()

    def __len__(self) -> int:
        return len(self._values)

    def begin(self) -> None:
        """Note that a trial begins with these settings."""
        self._begun = {**self._values}

    def changed(self) -> set[str]:
        """Return the packages whose settings are others than a trial began with."""
        now = self._read()
        return {one.package for one, value in self._begun.items() if one in now and now[one] != value}

    def changes(self) -> dict[object, Any]:
        """Return the settings that are not as recorded, and the replaced functions of Python's modules."""
        found: dict[object, Any] = {(name, key): value for name, key, value in self.functions.replaced()}
        read = self._read().items()
        found.update((one, value) for one, value in read if value != self._values.get(one, value))
        found.update(one_way())
        return found

    def put_back(self) -> None:
        """Put back each setting that has changed."""
        for setting, now in self._read().items():
            if setting in self._values and now != self._values[setting]:
                setting.write(_module(setting), self._values[setting])

    def compare(self, number: int) -> Changes:
        """Find a setting that a trial has changed and that cannot be put back.

        Args:
            number: number of the trial.
        """
        now = one_way()
        changed = next((name for name, value in self._one_way.items() if now[name] != value), "")
        self._one_way = now
        if not changed:
            return Changes()
        said = f"trial {number} changed {changed}"
        if self._own:
            return Changes((f"{said} for all later trials",))
        return Changes(lasting=f"{said}, which cannot be put back")

    @contextlib.contextmanager
    def importing(self) -> Iterator[None]:
        """Record what code in this context changes: an import runs once, so that it holds for all trials."""
        before = self._read()
        try:
            with self.functions.importing():
                yield
        finally:
            for setting, after in self._read().items():
                # A package that is being imported is loaded already, and may be read as if it were empty.
                for values in (self._values, self._begun):
                    if setting not in before or setting not in values:
                        values[setting] = after
                    elif before[setting] != after:
                        values[setting] = setting.imported(values[setting], before[setting], after)
            self._one_way = {**one_way(), **self._one_way}

    def _read(self) -> dict[Setting, Any]:
        values = {}
        for setting in self._settings:
            if (module := loaded(setting.package)) is not None:
                # An older release lacks some functions.
                with contextlib.suppress(AttributeError):
                    values[setting] = setting.read(module)
        return values


def _module(setting: Setting) -> ModuleType:
    module = loaded(setting.package)
    assert module is not None
    return module

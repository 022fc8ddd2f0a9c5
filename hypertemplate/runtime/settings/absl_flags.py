"""Flags of absl: each definition adds one, and each parse adds to those that may be given several times."""

from __future__ import annotations

import copy
from types import ModuleType
from typing import Any

from hypertemplate.runtime.settings.setting_kinds import Setting, changed_keys

_STATE = ("default", "present", "using_default_value", "_value")
"""Attributes of a flag that a parse of the command line, or an assignment, changes."""

_PARSED = "__flags_parsed"


def _read(module: ModuleType) -> Any:
    flags = module.FLAGS
    found = {
        name: {one: copy.copy(getattr(flag, one)) for one in _STATE} for name, flag in flags._flags().items()
    }
    return found | {_PARSED: flags.__dict__[_PARSED]}


def _write(module: ModuleType, value: Any) -> None:
    flags = module.FLAGS
    flags.__dict__[_PARSED] = value[_PARSED]
    for name, flag in [*flags._flags().items()]:
        if name not in value:
            delattr(flags, name)
        for one, recorded in value.get(name, {}).items():
            setattr(flag, one, copy.copy(recorded))


ABSL_FLAGS = Setting("absl.flags", _read, _write, changed_keys)

"""Values that setup has made and that trials read: their digests, by which a study knows other ones."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from types import FunctionType
from typing import Any

from hypertemplate.compiler.program import Program
from hypertemplate.runtime.data_files.digests.value_digest import value_digest
from hypertemplate.runtime.data_files.digests.visit import HoldsCodeError
from hypertemplate.runtime.own_modules.program_module import compiled
from hypertemplate.runtime.own_modules.trial_names import BINDS_AT_TOP, named
from hypertemplate.runtime.protocol import ValueDigest


def setup_values(program: Program, names: Mapping[str, Any]) -> dict[str, ValueDigest]:
    """Return the digests of data that trial code reaches, as setup leaves them, by name.

    Names that each trial binds are left out, since what follows in a trial may change their values; so are
    lists that trials only add to, and values from memory, which the driver compares.

    Args:
        program: program whose setup part has run.
        names: its global names.
    """
    trial = (compiled(part, part.trial_on_kept_data) for part in program.parts)
    others = {*program.live, *named(BINDS_AT_TOP, *trial)}
    reached = (one.name for one in program.reached if not (one.grows_only or one.imported))
    found = {name: _digest(names[name]) for name in reached if name in names and name not in others}
    return {name: one for name, one in found.items() if one is not None and one.contents}


def _digest(value: Any) -> ValueDigest | None:
    # An object of a library, or one that takes the place of a number, may refuse to be read.
    with contextlib.suppress(Exception):
        return None if callable(value) else value_digest(value, _refuse_code)
    return None


def _refuse_code(code: FunctionType | type) -> str:
    """Refuse what holds code: its text is compared with the program's."""
    raise HoldsCodeError

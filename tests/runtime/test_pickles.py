from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.loaded_program import load
from hypertemplate.runtime.own_code import MODULE_NAME
from hypertemplate.runtime.pickles import pickle_by_value
from tests.runtime.programs import program

cloudpickle: Any = importlib.import_module("cloudpickle")  # it has no types


@pytest.mark.usefixtures("loading")
def test_a_function_of_the_template_runs_in_a_process_that_has_no_template(tmp_path: Path) -> None:
    load(program(setup="OFFSET = 3\ndef square(x): return x * x + OFFSET", folder=tmp_path), 1)
    module = sys.modules[MODULE_NAME]
    pickle_by_value(ImportWatcher())
    try:
        pickled = cloudpickle.dumps(module.square)
    finally:
        cloudpickle.unregister_pickle_by_value(module)
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)(2))"
    done = subprocess.run([sys.executable, "-c", code], input=pickled, capture_output=True, check=True)
    assert done.stdout == b"7\n"


def test_without_a_template_nothing_is_registered() -> None:
    before = cloudpickle.list_registry_pickle_by_value()  # searches in this process may have registered some
    pickle_by_value(ImportWatcher())
    assert cloudpickle.list_registry_pickle_by_value() == before

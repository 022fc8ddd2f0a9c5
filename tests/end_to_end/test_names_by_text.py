"""Names of a program that it looks up in its own module: each trial is a fresh run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.support import CHOICE
from tests.end_to_end.test_projects import _process as _process
from tests.end_to_end.test_projects import check, program_of, save

SCRIPTS = {
    "a name of the module itself": """
import sys
lr = {{choice([10, 20, 30])}}
first = sys.modules[__name__].lr
loss = getattr(sys.modules[__name__], 'lr'), first
""",
    "the module under a name, and a name that is computed": """
import sys
me = sys.modules[__name__]
lr = {{choice([10, 20, 30])}}
name = ''.join(['l', 'r'])
loss = getattr(me, name), me.lr, vars(me)['lr'], me.__dict__.get('lr'), hasattr(me, 'lr')
""",
    "functions that look names up": """
import importlib, sys
def by_text(name):
    return globals()[name]
def by_module(name):
    return getattr(sys.modules[__name__], name), getattr(importlib.import_module(__name__), name)
lr = {{choice([10, 20, 30])}}
loss = by_text('lr'), by_module('lr')
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_name_is_found_in_the_module_itself(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    save(Path.cwd(), {"train.py": SCRIPTS[name].replace("{{choice([10, 20, 30])}}", CHOICE)})
    check(program_of("train.py"), tmp_path_factory, "train.py")

"""Objects that a program gives to a library for good, which calls or changes them in the trial."""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path

import pytest

from tests.compiler.support import CHOICE
from tests.end_to_end.test_listeners import TEE
from tests.end_to_end.test_projects import _process as _process
from tests.end_to_end.test_projects import check, program_of, save

SCRIPTS = {
    "a hook that warnings call": f"""
import warnings
SEEN = []
def show(message, *rest, **more):
    SEEN.append(str(message))
warnings.showwarning = show
rate = {CHOICE}
warnings.warn('rate %s' % rate)
loss = len(SEEN), SEEN[-1]
""",
    "a stream that logging has": f"""
import io, logging
buffer = io.StringIO()
logging.basicConfig(stream=buffer, level=logging.INFO, format='%(message)s', force=True)
rate = {CHOICE}
logging.info('rate %s', rate)
loss = buffer.getvalue()
""",
    "an output of its own": f"""{TEE}
tee = Tee(sys.stdout)
sys.stdout = tee
print({CHOICE})
loss = list(tee.texts)
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_library_changes_in_a_trial_is_read_in_the_trial(
    name: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    save(Path.cwd(), {"train.py": SCRIPTS[name]})
    program = program_of("train.py")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        check(program, tmp_path_factory, "train.py")

"""Attributes that a template sets on installed modules and classes: each trial begins without them."""

from __future__ import annotations

import argparse
import builtins
import json.decoder
import textwrap
from collections.abc import Iterator

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.runtime.loaded_program import load
from tests.compiler.support import source

TEMPLATE = """\
import argparse, builtins, json
from json.decoder import JSONDecoder

def model():
    rate = {{uniform(0, 1)}}
    found = [getattr(argparse, 'rate', 0), getattr(builtins, 'RATE', 0), JSONDecoder.decode.__qualname__,
             'decode' in vars(JSONDecoder), 'name' in vars(argparse.Action), argparse.Action.label]
    $statements
    return found

argparse.Action.label = 'setup'
"""

STATEMENTS = {
    "on a module": "argparse.rate = rate",
    "on Python's own names": "builtins.RATE = rate",
    "on a class, around its method": "old = JSONDecoder.decode; JSONDecoder.decode = lambda *args: old(*args)",
    "by its name as a text": "setattr(builtins, 'RATE', rate)",
    "of an attribute that setup has set": "argparse.Action.label = rate",
    "by deleting it": "del argparse.Action.label",
    "several at once": "argparse.rate, argparse.Action.name = rate, rate",
}


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    decode = json.decoder.JSONDecoder.decode
    yield
    json.decoder.JSONDecoder.decode = decode  # type: ignore[method-assign]
    for owner, name in ((argparse, "rate"), (builtins, "RATE"), (argparse.Action, "label")):
        if name in vars(owner):
            delattr(owner, name)


@pytest.mark.parametrize("own", [False, True], ids=["in a worker", "in the user's own process"])
@pytest.mark.parametrize("statements", STATEMENTS.values(), ids=STATEMENTS)
def test_each_trial_finds_what_setup_has_left(statements: str, own: bool) -> None:
    text = textwrap.dedent(TEMPLATE.replace("$statements", statements))
    loaded = load(compile_source(source(text)), 0, own=own)
    seen = []
    for rate in (0.25, 0.5):
        loaded.settings.put_back()
        loaded.restore()
        seen.append(loaded.run(loaded.draws({"rate": rate}), 0))
        loaded.compare(0)
    assert seen == [[0, 0, "JSONDecoder.decode", True, False, "setup"]] * 2
    loaded.settings.put_back()
    assert not hasattr(argparse, "rate")

"""What a worker digests of the values that setup has made."""

from __future__ import annotations

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.runtime.loaded_program import load

SETUP = """
import math
n, word = 3, "three"
numbers = {"a": [1.5, 2]}
calls = {"a": lambda: 1}
unread = 4

class Broken(list):
    def __iter__(self):
        raise ValueError("not now")

class Kind:
    pass

broken, kind = Broken([1]), Kind()

def helper():
    return n

made = []
total = 0

def model():
    a = {{uniform(0, 1)}}
    made.append(a)
    print(word, numbers, calls, broken, kind, math.pi, len(made), total)
    return helper() + a
"""


def test_the_data_count_that_trials_reach_and_that_no_trial_makes() -> None:
    program = compile_source(Source((Part("file", "model.py", SETUP),), "model.py"))
    loaded = load(program, 1, digests=True)
    found = {name: one.kind for name, one in loaded.values.items()}
    assert found == {"n": "3", "word": "'three'", "numbers": "dict of 1", "total": "0"}
    assert load(program, 1).values == {}

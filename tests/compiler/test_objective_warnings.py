"""A model that returns nothing: a warning where a search goes by what it returns, and no other."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.objective_warnings import objective_warnings
from tests.compiler.support import cells, compiled

HEAD = "def model():\n    rate = {{uniform(0, 1)}}\n"


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        pytest.param(f"{HEAD}    print(rate)\n", True, id="no return"),
        pytest.param(f"{HEAD}    if rate > 1:\n        return\n    return None\n", True, id="only None"),
        pytest.param(
            f"{HEAD}    def inner():\n        return rate\n    inner()\n", True, id="an inner return"
        ),
        pytest.param(f"{HEAD}    return rate\n", False, id="a number"),
        pytest.param(f"{HEAD}    raise ValueError(rate)\n", False, id="it always raises"),
        pytest.param(f"{HEAD}    import sys\n    sys.exit(rate)\n", False, id="it ends the process"),
        pytest.param(f"{HEAD}    (lambda: rate)()\n", True, id="a call of no name"),
        pytest.param(f"{HEAD}    if rate > 1:\n        return\n    return rate\n", False, id="now and then"),
        pytest.param(f"{HEAD}    yield rate\n", False, id="a generator"),
        pytest.param(
            f"import hypertemplate\n{HEAD}    hypertemplate.report(loss=rate)\n", False, id="it reports"
        ),
        pytest.param(f"import functools\n@functools.cache\n{HEAD}    print(rate)\n", False, id="a decorator"),
        pytest.param(f"{HEAD}    return rate\n{HEAD}    print(rate)\n", True, id="the last definition"),
    ],
)
def test_a_model_that_returns_nothing(text: str, warned: bool) -> None:
    program = compiled(text, model="model")
    said = [("HT312", "model() returns nothing, so each trial would fail")] * warned
    assert [(one.code.value, one.message) for one in objective_warnings(program, None)] == said
    assert objective_warnings(program, "val_accuracy") == ()


def test_a_script_returns_nothing_and_has_no_need_to() -> None:
    assert objective_warnings(compiled(cells("loss = {{uniform(0, 1)}}\n")), "loss") == ()

"""Objects of setup that trials or `data()` end, where code runs at their end."""

from __future__ import annotations

import pytest

from tests.compiler.support import source
from tests.property.test_fresh_run_laws import check

ROWS = [[0], [2], [1], [0]]
MARKER = "{{choice([10, 20, 30])}}"
PLAIN = "import weakref\nclass One:\n    pass\ngone = []\none = One()\n"
DELETED = "class One:\n    def __del__(self):\n        gone.append(1)\ngone = []\none = One()\n"
END = "global one\n    del one\n"
BY_DATA = f"def data():\n    {END}    return 1\ndef model(x):\n    return [gone, x, {MARKER}]\n"
BY_MODEL = f"def model():\n    {END}    return [gone, {MARKER}]\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{DELETED}{BY_DATA}", id="a method of its class, data ends it"),
        pytest.param(f"{DELETED}{BY_MODEL}", id="a method of its class, the model ends it"),
        pytest.param(f"{PLAIN}weakref.finalize(one, gone.append, 1)\n{BY_DATA}", id="finalize, data"),
        pytest.param(f"{PLAIN}weakref.finalize(one, gone.append, 1)\n{BY_MODEL}", id="finalize, the model"),
        pytest.param(
            f"{PLAIN}ones = [one]\ndel one\nweakref.finalize(ones[0], gone.append, 1)\ndef data():\n"
            f"    ones.pop()\n    return 1\ndef model(x):\n    return [gone, x, {MARKER}]\n",
            id="finalize of an element that data takes out",
        ),
        pytest.param(
            f"{PLAIN}table = weakref.WeakValueDictionary(x=one)\ndef model():\n    global one\n    one = None\n"
            f"    return [len(table), {MARKER}]\n",
            id="a table of weak references, the model rebinds the name",
        ),
        pytest.param(
            f"{DELETED}del one  # hypertemplate: trial\nloss = ['shown', len(gone), {MARKER}]\n",
            id="a statement that a comment places in the trial",
        ),
        pytest.param(
            f"{DELETED}x = [{MARKER}]\none = x\nloss = ['shown', len(gone), x]\n",
            id="a name that is marked below",
        ),
        pytest.param(
            "import random\nclass One:\n    def __del__(self):\n        random.seed(7)\none = One()\n"
            f"one = {MARKER}\nloss = ['shown', one, random.random()]\n",
            id="an end that seeds",
        ),
    ],
)
def test_what_runs_at_the_end_of_an_object_runs_in_each_trial(text: str) -> None:
    check(source(text), ROWS)

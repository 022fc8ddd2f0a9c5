"""Data functions whose results may be kept for later trials, and the reasons why others run in every trial."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.compiler.program import DataReuse
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part
from tests.compiler.support import compiled, reasons, source

MODEL = "def model(x):\n    return x * {{uniform(0, 1)}}\n"
DATA = "def data():\n    return {{choice([2, 3])}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("def data():\n    return 1\n" + MODEL, None, id="it holds no marker"),
        pytest.param(MODEL.replace("x)", ")").replace("x *", "2 *"), None, id="there is none"),
        pytest.param("loss = {{uniform(0, 1)}}\n", None, id="a script"),
        pytest.param(DATA + MODEL, DataReuse(), id="it alone"),
        pytest.param("import numpy as np\n" + DATA.replace("{{", "np.ones({{").replace("}}", "}})") + MODEL, DataReuse(), id="with a library"),
        pytest.param("def made(n: int = 1) -> int:\n    return {{choice([2, 3])}}\n\ndef data():\n    return made()\n" + MODEL, DataReuse(), id="a function with a marker"),
        pytest.param("n = {{choice([2, 3])}}\nm: int = max(n, 2) + 1\n\ndef data():\n    return m\n" + MODEL, DataReuse(("m", "n")), id="values"),
        pytest.param("n = {{choice([2, 3])}}\n" + DATA + MODEL.replace("x *", "n *"), DataReuse(), id="values of the model"),
        pytest.param("n = m = [{{choice([2, 3])}}, {}]\n\ndef data():\n    return n\n" + MODEL, DataReuse(("m", "n")), id="containers"),
        pytest.param("n = abs({{choice([2, 3])}})\nabs = len\n\ndef data():\n    return n\n" + MODEL, "it needs line 1, which runs in each trial", id="a builtin of another meaning"),
        pytest.param("n = round({{uniform(2, 3)}})\nfor n in range(n):\n    pass\n\ndef data():\n    return n\n" + MODEL, "it needs line 2, which runs in each trial", id="a loop"),
        pytest.param("n = 'a'.join([str({{choice([2, 3])}})])\n\ndef data():\n    return n\n" + MODEL, "it needs line 1, which runs in each trial", id="a method"),
        pytest.param("a = [0]\na[0] = {{choice([2, 3])}}\n\ndef data():\n    return a\n" + MODEL, "it needs line 2, which runs in each trial", id="an item"),
        pytest.param("def made(n={{choice([2, 3])}}):\n    return n\n\ndef data():\n    return made()\n" + MODEL, "it needs line 1, which runs in each trial", id="a marked default"),
        pytest.param("import functools\n\n@functools.cache\ndef made():\n    return {{choice([2, 3])}}\n\ndef data():\n    return made()\n" + MODEL, "it needs line 4, which runs in each trial", id="a decorator"),
        pytest.param("class Rows:\n    n = {{choice([2, 3])}}\n\ndef data():\n    return Rows.n\n" + MODEL, "it needs line 1, which runs in each trial", id="a class"),
        pytest.param("def data():\n    return [space['a'], {{choice([2, 3], name='a')}}]\n" + MODEL, "it reads 'space', all the trial's values", id="all values"),
        pytest.param("from hypertemplate import trial\n\ndef data():\n    return [trial.number, {{choice([2, 3])}}]\n" + MODEL, "it may use the trial's number or folder (line 1)", id="the trial's number"),
        pytest.param("def data():\n    return [globals()['a' + str(1)], {{choice([2, 3])}}]\n" + MODEL, "line 1 looks names up by their texts", id="names by their texts"),
        pytest.param("import keeping\n\ndef data():\n    return keeping.load({{choice([2, 3])}})\n\ndef model(x):\n    return keeping.score(x) * {{uniform(0, 1)}}\n", "it may tell model() something through keeping", id="an installed package that may keep something"),
    ],
)  # fmt: skip
def test_what_is_known_before_it_runs(text: str, expected: DataReuse | str | None) -> None:
    wanted = DataReuse(refused=expected) if isinstance(expected, str) else expected
    assert compiled(text).reuse == wanted


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("(3, 'a')", DataReuse(), id="plain values"),
        pytest.param("(load(),)", DataReuse(refused="it is given (load(),)"), id="the result of a call"),
    ],
)
def test_what_data_is_given(given: str, expected: DataReuse) -> None:
    text = (
        "def load():\n    return 1\n\ndef data(*given):\n    return {{choice([2, 3])}}\n"
        + MODEL
        + f"\nif __name__ == '__main__':\n    optim.minimize(model=model, data=data, data_args={given})\n"
    )
    assert compiled("from hypertemplate import optim\n" + text).reuse == expected


def test_the_state_of_own_modules_is_compared_when_it_runs() -> None:
    text = "import law_x\n\ndef data():\n    return law_x.load({{choice([2, 3])}})\n\ndef model(x):\n    return law_x.score(x) * {{uniform(0, 1)}}\n"
    own = "def load(n):\n    return n\n\ndef score(x):\n    return x\n"
    assert (
        compile_source(
            replace(source(text), beside=(Part("file", "law_x.py", own, module="law_x", is_module=True),))
        ).reuse
        == DataReuse()
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(DATA + MODEL, "contains a marker; data() runs once for each combination of the values that it reads", id="kept"),
        pytest.param("n = {{choice([2, 3])}}\n\ndef data():\n    return n\n" + MODEL, "data() runs once for each combination of the values that it reads and of n", id="by names"),
        pytest.param("n = str({{choice([2, 3])}}).strip()\n\ndef data():\n    return n\n" + MODEL, "data() runs in every trial: it needs line 1, which runs in each trial", id="not kept"),
    ],
)  # fmt: skip
def test_an_explanation_says_so(text: str, said: str) -> None:
    assert any(reason.endswith(said) for reason in reasons(text))

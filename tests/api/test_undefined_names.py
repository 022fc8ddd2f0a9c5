"""Names that are undefined where a live model comes to them: what is said, and where they may be."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import hypertemplate
from hypertemplate.api.called_functions import undefined_in_calls
from hypertemplate.errors import CompileError
from tests.frontend.notebooks import code, notebook, save
from tests.shells import run, started

from .support import Modules

CALLED = """
import math

def deep(x):
    return gone(x)

def helper(x):
    {helper}

class Net:
    def fit(self, x):
        return lost + x

    @staticmethod
    def score(x):
        return x

def model():
    return helper({{{{uniform(0, 1)}}}})
"""


@pytest.mark.parametrize(
    ("helper", "found"),
    [
        pytest.param("return npp.sqrt(x)", [("helper", "npp")], id="in a function that is called"),
        pytest.param("return deep(x)", [("deep", "gone")], id="in one that it calls"),
        pytest.param("return Net().fit(x)", [("Net.fit", "lost")], id="in a method"),
        pytest.param("return [gone for _ in range(3)]", [("helper", "gone")], id="in a comprehension"),
        pytest.param("return math.sqrt(x)", [], id="none"),
        pytest.param("global total; total = x; return total", [], id="a global that it binds"),
        pytest.param("try: return npp.sqrt(x)\n    except NameError: return x", [], id="one that it catches"),
        pytest.param(
            "class Own:\n        size = 3\n        both = size * 2\n    return Own.both * x", [], id="of a class"
        ),
        pytest.param("return x * {{uniform(0, 1)}}", [], id="a marker"),
    ],
)  # fmt: skip
def test_undefined_names_in_functions_that_are_called(
    modules: Modules, helper: str, found: list[tuple[str, str]]
) -> None:
    user = modules(CALLED.format(helper=helper))
    assert [*undefined_in_calls((user.model, None))] == found


def test_search_and_check_warn_of_an_undefined_name_in_a_helper(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    user = modules(CALLED.format(helper="return npp.sqrt(x) if x > 2 else x"))
    warned = "warning HT301: helper() reads 'npp', which is not defined: a trial that gets there fails\n"
    hypertemplate.check(user.model)
    shown = capsys.readouterr().out
    assert warned in shown
    assert shown.endswith(": 1 parameter, 1 warning\n")
    hypertemplate.tune(user.model, max_evals=1)
    assert warned in capsys.readouterr().err


def test_a_function_without_markers_beside_one_with_them(modules: Modules) -> None:
    user = modules("def data(): return 1\ndef model(x): return x * {{uniform(0, 1)}}")
    with pytest.raises(CompileError) as caught:
        hypertemplate.space(user.data)
    (problem,) = caught.value.diagnostics
    assert problem.message == "no marker takes effect, so there is nothing to search"
    assert problem.help == "the markers are in model(): pass model, or mark a value in data()"


def test_a_misspelled_notebook_is_named_beside_the_name_that_it_may_define(
    modules: Modules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path, notebook(code("def helper(x): return x")))
    user = modules("def model(): return helper({{uniform(0, 1)}})")
    with pytest.raises(CompileError) as caught:
        hypertemplate.tune(user.model, notebook_name="trian")
    (problem,) = caught.value.diagnostics
    assert problem.help == (
        "import it, or define 'helper' at the top level; no notebook 'trian' was found (the working directory has "
        "train.ipynb)"
    )


@pytest.mark.parametrize(
    "cell", ["%%tune --max-evals 1 --objective loss\nloss = pi * {{uniform(0, 1)}}", "tune(model)"]
)
def test_a_name_of_a_searched_cell_does_not_stay(
    tmp_path: Path, cell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shell: InteractiveShell
    with started(tmp_path) as shell:
        run(shell, "%load_ext hypertemplate\nfrom hypertemplate import tune")
        searched = "from math import pi\nloss = pi * {{uniform(0, 1)}}"
        assert run(shell, f"%%tune --max-evals 1 --objective loss\n{searched}").success
        run(shell, "def model():\n    return pi * {{uniform(0, 1)}}")
        capsys.readouterr()
        assert not run(shell, cell).success
    shown = capsys.readouterr().out
    assert "'pi' is defined only in In [2], and names of a %%tune cell do not stay\n" in shown
    assert "help: define 'pi' in a cell without %%tune\n" in shown

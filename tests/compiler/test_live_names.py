"""Names that a notebook's kernel adds to Python's own, or takes away."""

from __future__ import annotations

import builtins

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError

TEXT = "def model():\n    {name}()\n    return {{{{uniform(0, 1)}}}}\n"


def source(name: str) -> Source:
    return Source((Part("file", "model.py", TEXT.format(name=name)),))


@pytest.mark.parametrize("name", ["exit", "quit"])
def test_what_ends_a_trial_is_defined_in_a_kernel_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(builtins, name, raising=False)
    compile_source(source(name))


@pytest.mark.parametrize(
    ("name", "help"),
    [
        pytest.param("get_ipython", "remove it from data and model", id="the kernel itself"),
        pytest.param("display", "write from IPython.display import display above it", id="its display"),
    ],
)
def test_what_only_a_kernel_has_is_not_there(name: str, help: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, name, print, raising=False)
    with pytest.raises(CompileError) as caught:
        compile_source(source(name))
    (found,) = caught.value.diagnostics
    assert found.message == f"'{name}' belongs to the notebook's kernel and does not exist in a trial"
    assert found.help == help

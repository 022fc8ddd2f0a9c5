"""Functions with a cache on disk: which are refused, and what is said."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.stages import compile_source
from hypertemplate.errors import CompileError
from tests.compiler.support import source

HEAD = "import joblib\nmemory = joblib.Memory('cache')\nrate = {{uniform(0, 1)}}\n"
END = "score = features(1)\n"


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(
            "@memory.cache\ndef features(x):\n    return x * {{uniform(0, 1)}}\n", id="a marker in it"
        ),
        pytest.param("@memory.cache\ndef features(x):\n    return x * rate\n", id="a name of the trial"),
        pytest.param(
            "@memory.cache(ignore=['y'])\ndef features(x, y=0):\n    return x * rate\n", id="with options"
        ),
        pytest.param(
            "def features(x):\n    @memory.cache\n    def inner(x):\n        return x * {{uniform(0, 1)}}\n"
            "    return inner(x)\n",
            id="in another function",
        ),
    ],
)
def test_what_differs_from_trial_to_trial_is_not_cached_on_disk(function: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source(source(HEAD + function + END))
    (found,) = caught.value.diagnostics
    assert found.code is Code.DISK_CACHE, "HT310"
    assert "are cached on disk" in found.message


@pytest.mark.parametrize(
    "name", ["x", "rate"], ids=["of another name", "of the name that they have in the trial"]
)
def test_a_function_that_has_all_as_arguments_is_cached_although_trials_fill_the_cache(name: str) -> None:
    function = f"@memory.cache\ndef features({name}):\n    return {name}\n"
    text = f"{HEAD}{function}first = features(rate)\nscore = features(3) + first\n"
    assert compile_source(source(text)).warnings == ()


@pytest.mark.parametrize(
    "function",
    [
        pytest.param("@memory.cache\ndef features(x):\n    return x\n", id="what depends on its arguments"),
        pytest.param("def features(x):\n    return x * rate\n", id="no cache"),
        pytest.param(
            "import functools\n@functools.cache\ndef features(x):\n    return x * rate\n",
            id="a cache in memory",
        ),
        pytest.param(
            "def features(x):\n    @memory.cache\n    def inner(y):\n        return y\n    return inner(x) * rate\n",
            id="in another function that needs the value itself",
        ),
    ],
)
def test_other_functions_are_left_alone(function: str) -> None:
    assert compile_source(source(HEAD + function + END.replace("(1)", "(rate)"))).warnings == ()

"""Trials in the user's own process get what data() has returned for the same values, too."""

from __future__ import annotations

from pathlib import Path

import pytest

import hypertemplate
from hypertemplate.errors import UsageError

from .support import Modules

TEXT = """
    import os
    import time
    import numpy as np
    from hypertemplate.distributions import choice, uniform

    BASE = np.arange(100.0)
    seen = []

    def data():
        rows = {{choice([50, 80])}}
        print("reading")
        time.sleep(0.02)
        return BASE[:rows].reshape(-1, 2).copy(), [rows]

    def noting():
        print("reading")
        time.sleep(0.02)
        seen.append(1)
        return BASE.copy(), [{{choice([50, 80])}}]

    def writing():
        print("reading")
        time.sleep(0.02)
        with open("rows.txt", "w") as file:
            file.write("1")
        return BASE.copy(), [{{choice([50, 80])}}]

    def removing():
        print("reading")
        time.sleep(0.02)
        open("rows.txt", "w").close()
        os.remove("rows.txt")
        return BASE.copy(), [{{choice([50, 80])}}]

    def model(X, more):
        X += 1
        more.append(1)
        return float(X.sum() + len(more)) * {{uniform(0, 1)}} + np.random.rand()
"""


@pytest.mark.parametrize(
    ("function", "calls", "said"),
    [
        pytest.param("data", 2, True, id="it only returns something"),
        pytest.param("noting", 8, False, id="it changes a list of the user's"),
        pytest.param("writing", 8, False, id="it writes a file"),
        pytest.param("removing", 8, False, id="it removes a file"),
    ],
)
def test_a_search_of_functions(
    modules: Modules,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    function: str,
    calls: int,
    said: bool,
) -> None:
    monkeypatch.chdir(tmp_path)
    module = modules(TEXT)
    losses = []
    for size in (None, 0):
        study = hypertemplate.tune(
            module.model, data=getattr(module, function), max_evals=8, algo="random", reuse_memory=size
        )
        losses.append([trial.loss for trial in study.trials])
        printed = capfd.readouterr()
        assert printed.out.count("reading") == (8 if size == 0 else calls)
        assert (f"{function}() ran 2 times for 8 trials, 0." in printed.err) == (said and size is None)
    assert losses[0] == losses[1]
    assert module.BASE.sum() == sum(range(100))
    assert len(module.seen) == 16 * (function == "noting")
    assert (tmp_path / "rows.txt").exists() == (function == "writing")


def test_a_size_that_is_none(modules: Modules) -> None:
    module = modules(TEXT)
    with pytest.raises(UsageError) as caught:
        hypertemplate.tune(module.model, data=module.data, reuse_memory="many")
    assert (
        str(caught.value) == "reuse_memory: invalid size 'many'; use, for example, 512M or 2G, or 0 for none"
    )

"""Models of every kind: what a worker saves, the driver loads, and it predicts what it did in its trial."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.backends.conftest import TEMPLATES, run

SEARCH = """\
import json, sys
from pathlib import Path
import hypertemplate
study = hypertemplate.tune(Path(sys.argv[1]), max_evals=2, workers=1, seed=7, verbose=False)
errors = [trial.error for trial in study.trials if trial.error]
model, best = study.best_model(), study.best_trial
"""

PRINT = """
print(json.dumps([errors, len(best.curve), type(model).__name__, float(predicted), best.metrics["predicted"]]))
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("template", "package", "predict", "epochs", "kind"),
    [
        pytest.param(
            "plain_python",
            "random",
            "predicted = model.predict(1)",
            0,
            "Line",
            id="a class of the template's",
        ),
        pytest.param(
            "scikit_learn",
            "sklearn",
            "predicted = model.predict([[-1 + 2 * n / 63 for n in range(4)]])[0]",
            0,
            "RandomForestRegressor",
            id="an estimator of scikit-learn",
        ),
        pytest.param(
            "torch_alone",
            "torch",
            "import torch\npredicted = model(torch.linspace(-1, 1, 64)[:4]).item()",
            0,
            "Net",
            id="a module of PyTorch that the template defines",
        ),
        pytest.param(
            "legacy_keras",
            "tf_keras",
            "import numpy\n"
            "predicted = model.predict(numpy.linspace(-1, 1, 64)[:4].reshape(1, 4), verbose=0)[0, 0]",
            2,
            "Sequential",
            id="a model of tf_keras",
            marks=pytest.mark.keras,
        ),
    ],
)
def test_a_model_is_saved_and_loaded(
    template: str, package: str, predict: str, epochs: int, kind: str, tmp_path: Path
) -> None:
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    path = str(TEMPLATES / f"{template}.py")
    printed = run(["-c", SEARCH + predict + PRINT, path], tmp_path)
    errors, reported, loaded, now, then = json.loads(printed.splitlines()[-1])
    assert (errors, reported, loaded) == ([], epochs, kind)
    assert now == pytest.approx(then, rel=1e-4)

"""The same template on each backend of Keras."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backends.conftest import ended, run

pytestmark = pytest.mark.keras

SCORE = """\
import sys
from sklearn.datasets import load_digits
from hypertemplate.runtime.kept_models.checkpoint import load_model

images, digits = load_digits(return_X_y=True)
model = load_model(sys.argv[1], {}, trust=False)
print(model.evaluate((images / 16).astype('float32')[400:600], digits[400:600], verbose=0))
"""


def test_the_best_model_scores_in_a_new_process_what_its_trial_did(
    backend: str, searched: tuple[Path, Path]
) -> None:
    folder, _ = searched
    best = ended(folder).best
    assert best is not None
    assert [sorted(epoch) for epoch in best.curve] == [["loss", "val_loss"]] * 3
    assert best.loss == pytest.approx(min(epoch["val_loss"] for epoch in best.curve), rel=1e-5)
    assert sorted(path.name for path in folder.glob("trials/*/best.keras")) == ["best.keras"] * 3
    printed = run(["-c", SCORE, "best.keras"], folder, KERAS_BACKEND=backend)
    assert float(printed.splitlines()[-1]) == pytest.approx(best.loss, rel=1e-5)

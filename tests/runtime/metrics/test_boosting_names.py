"""Names of what boosting libraries measure on their evaluation sets."""

from __future__ import annotations

import pytest

from hypertemplate.runtime.metrics.boosting_names import Measured, names_of


@pytest.mark.parametrize(
    ("sets", "training", "used"),
    [
        pytest.param(["validation_0"], (), {"validation_0": "val_auc"}, id="one"),
        pytest.param(
            ["validation_0", "validation_1"],
            ("validation_0",),
            {"validation_0": "auc", "validation_1": "val_auc"},
            id="the training set first",
        ),
        pytest.param(["dev", "fit"], ("fit",), {"dev": "val_auc", "fit": "auc"}, id="the training set last"),
        pytest.param(["valid", "Train"], (), {"valid": "val_auc", "Train": "auc"}, id="a set called train"),
        pytest.param(["a", "b"], (), {"a": "a-auc", "b": "val_auc"}, id="the last of two is the validation"),
        pytest.param(["val_set"], (), {"val_set": "val_auc"}, id="a name that begins like a validation's"),
        pytest.param(
            ["val_old", "new"],
            (),
            {"val_old": "val_old-auc", "new": "val_auc"},
            id="such a name, not the last",
        ),
        pytest.param(["train"], ("train",), {"train": "auc"}, id="the training set alone"),
    ],
)
def test_a_metric_is_called_by_its_set(
    sets: list[str], training: tuple[str, ...], used: dict[str, str]
) -> None:
    names = names_of([Measured(data, "auc", True) for data in sets], training)
    found = {data: next(iter(names.logs({f"{data}-auc": 1}))) for data in sets}
    assert found == used
    assert names.directions == {name.removeprefix("val_"): True for name in used.values()}


def test_a_bare_name_is_the_validations_if_no_other_set_has_it() -> None:
    alone = names_of([Measured("valid_0", "l2", False)])
    assert alone.logs({"l2": 1}) == {"val_l2": 1}
    both = names_of([Measured("training", "l2", False), Measured("valid_1", "l2", False)])
    assert both.logs({"l2": 1}) == {"l2": 1}


def test_a_direction_that_the_library_does_not_say_is_unknown() -> None:
    assert names_of([Measured("eval", "gini")]).directions == {}

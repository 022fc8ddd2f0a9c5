from __future__ import annotations

import pytest

from tests.compiler.support import codes

U = "{{uniform(1, 9)}}"


@pytest.mark.parametrize(
    ("head", "expression", "warned"),
    [
        pytest.param(
            "from keras.layers import Dense", f"Dense({U})", True, id="the first argument of a layer"
        ),
        pytest.param("from keras.layers import *", f"LSTM({U})", True, id="a layer of a star import"),
        pytest.param(
            "import tensorflow as tf", f"tf.keras.layers.Conv2D(8, kernel_size={U})", True, id="dotted"
        ),
        pytest.param("from sklearn.svm import X", f"X(n_estimators={U})", True, id="an estimator"),
        pytest.param("", f"net.fit(1, epochs={U})", True, id="epochs"),
        pytest.param("", f"range({U})", True, id="a range"),
        pytest.param("def range(x): return x", f"range({U})", False, id="a function of that name"),
        pytest.param(
            "from keras.layers import Dropout", f"Dropout({U})", False, id="a layer that takes fractions"
        ),
        pytest.param("def Dense(x): return x", f"Dense({U})", False, id="a function of the template"),
        pytest.param("from keras.layers import Dense", f"Dense(int({U}))", False, id="made whole"),
        pytest.param("from keras.layers import Dense", "Dense({{quniform(1, 9, 1)}})", False, id="a step"),
        pytest.param("from keras.layers import Dense", f"Dense(8, {U})", False, id="another argument"),
        pytest.param("from sklearn.svm import X", f"X(max_features={U})", False, id="a share"),
        pytest.param(
            "class T:\n    def fit(self, epochs): pass", f"T().fit(epochs={U})", False, id="its own fit"
        ),
        pytest.param("", f"net.fit(1, rate={U})", False, id="another argument of fit"),
        pytest.param("", f"[0] * {U}", False, id="no argument"),
    ],
)
def test_fractions_where_whole_numbers_are_needed(head: str, expression: str, warned: bool) -> None:
    text = f"{head}\nnet = None\ndef model():\n    x = {expression}\n    return 1.0 + len(str(x))\n"
    assert codes(text) == ["WHOLE_NUMBER"] * warned

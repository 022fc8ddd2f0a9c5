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
        pytest.param("from keras.layers import ReLU", f"ReLU({U})", False, id="a layer that takes fractions"),
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


FRACTIONS = {
    "of the function": """\
def model():
    units = U
    return Dense(units).loss()
""",
    "with a type": """\
def model():
    units: float = U
    return Dense(units).loss()
""",
    "read in an inner function": """\
def model():
    units = U
    def build():
        return Dense(units).loss()
    return build().loss()
""",
    "of the module": """\
units = U
def model():
    return Dense(units).loss()
""",
    "bound in the call": """\
def model():
    return Dense(units := U).loss()
""",
    "bound in a condition": """\
def model():
    if (units := U) > 3:
        return Dense(units).loss()
    return 1.0
""",
}

NOT_FRACTIONS = {
    "made whole": """\
def model():
    units = U
    units = int(units)
    return Dense(units).loss()
""",
    "made whole in the call": """\
def model():
    units = U
    return Dense(int(units)).loss()
""",
    "rounded by an operator": """\
def model():
    units = U
    units //= 1
    return Dense(units).loss()
""",
    "replaced in another function": """\
def model():
    units = U
    def whole():
        nonlocal units
        units = 3
    whole()
    return Dense(units).loss()
""",
    "replaced by global": """\
units = U
def whole():
    global units
    units = 3
def model():
    whole()
    return Dense(units).loss()
""",
    "a parameter of that name": """\
def build(units):
    return Dense(units).loss()
def model():
    units = U
    return build(int(units))
""",
    "a variable of another function": """\
def build():
    units = 3
    return Dense(units).loss()
def model():
    units = U
    return build() + units
""",
    "a variable of a comprehension": """\
def model():
    units = U
    return [Dense(units) for units in (1, 2)][int(units > 5)]
""",
    "one of two values": """\
def model():
    units = U
    if units < 5:
        units = 5
    return Dense(units).loss()
""",
    "unpacked": """\
def model():
    units, = [U]
    return Dense(units).loss()
""",
    "two names": """\
def model():
    units = other = U
    other = 1
    return Dense(other) + units
""",
    "replaced by exec": """\
units = U
exec('units = 3')
def model():
    return Dense(units).loss()
""",
}


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        *(pytest.param(text, True, id=name) for name, text in FRACTIONS.items()),
        *(pytest.param(text, False, id=name) for name, text in NOT_FRACTIONS.items()),
    ],
)
def test_fractions_that_a_name_carries(text: str, warned: bool) -> None:
    found = codes(f"from keras.layers import Dense\n{text}".replace("U", U))
    assert found == ["WHOLE_NUMBER"] * warned

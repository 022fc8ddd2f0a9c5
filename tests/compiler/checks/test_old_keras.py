"""Code of Keras 1 and 2: what is found, what is said, and what the fixes make of it."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.checks.keras_code.old_keras import old_keras
from hypertemplate.compiler.checks.moved_names.moved_attributes import moved_attributes
from hypertemplate.compiler.checks.moved_names.moved_imports import moved_imports
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, in_order, render_all
from hypertemplate.compiler.diagnostics.edit import compatible, edited
from tests.compiler.checks.old_keras_cases import ADVICE, ALONE, HEAD, LINES
from tests.compiler.support import module, source


def found(text: str) -> tuple[Diagnostic, ...]:
    one = module(text)
    return in_order([*moved_imports(one), *moved_attributes(one), *old_keras(one)])


def fixed(text: str) -> str:
    while edits := compatible(diagnostic.edits for diagnostic in found(text)):
        text = edited(text, edits)
    return text


@pytest.mark.parametrize(("old", "new"), LINES.values(), ids=LINES)
def test_a_line_is_fixed(old: str, new: str) -> None:
    assert fixed(HEAD + old) == HEAD + new
    assert found(HEAD + new) == ()


@pytest.mark.parametrize(("line", "help"), ADVICE.values(), ids=ADVICE)
def test_what_cannot_be_fixed_exactly_is_advised(line: str, help: str) -> None:
    (diagnostic, *_) = [one for one in found(HEAD + line) if not one.edits]
    assert diagnostic.help == help


def test_functions_of_tensorflow_1_have_other_paths() -> None:
    old = "import tensorflow as tf\ntf.set_random_seed(1)\nx = tf.log(tf.random_normal([2]) + tf.random_uniform([2]))\n"
    new = "import tensorflow as tf\ntf.random.set_seed(1)\nx = tf.math.log(tf.random.normal([2]) + tf.random.uniform([2]))\n"
    assert fixed(old) == new
    assert found(new) == ()
    sessions = "import tensorflow as tf\ntf.Session(config=tf.ConfigProto())\ntf.compat.v1.Session()\n"
    assert [one.help[:34] for one in found(sessions)] == ["drop it, there are no sessions; fo"] * 2


@pytest.mark.parametrize("line", ALONE.values(), ids=ALONE)
def test_other_code_is_left_alone(line: str) -> None:
    assert found(HEAD + line) == ()


def test_markers_in_either_spelling_stay_as_they_are() -> None:
    text = HEAD + "Dropout(p=<<uniform(0, 1)>>); optimizers.SGD(lr={{uniform(0, 1)}}, decay=<<choice([1])>>)"
    assert fixed(text) == HEAD + (
        "Dropout(rate=<<uniform(0, 1)>>); optimizers.SGD(learning_rate="
        "optimizers.schedules.InverseTimeDecay({{uniform(0, 1)}}, 1, <<choice([1])>>))"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import torch\nnet.fit(x, nb_epoch=3)\n", id="a template without Keras"),
        pytest.param("import tf_keras\nnet.fit(x, nb_epoch=3)\n", id="Keras 2 itself"),
    ],
)
def test_templates_that_do_not_use_keras_3_are_left_alone(text: str) -> None:
    assert found(text) == ()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        pytest.param("import keras\nfrom keras.optimizers import SGD", "keras.optimizers.", id="by keras"),
        pytest.param(
            "import tensorflow.keras as k\nfrom tensorflow.keras.optimizers import SGD",
            "k.optimizers.",
            id="by its part in TensorFlow",
        ),
    ],
)
def test_a_schedule_is_named_by_what_is_imported(head: str, name: str) -> None:
    schedule = f"{name}schedules.InverseTimeDecay(0.1, 1, 0.01)"
    assert fixed(f"{head}\nSGD(0.1, decay=0.01)\n") == f"{head}\nSGD({schedule})\n"


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_a_schedule_that_nothing_imports_is_imported(root: str) -> None:
    assert fixed(
        f"def model():\r\n    from {root}.optimizers import SGD\r\n    SGD(0.1, decay=0.01)\r\n"
    ) == (
        f"def model():\r\n    from {root}.optimizers.schedules import InverseTimeDecay\r\n"
        f"    from {root}.optimizers import SGD\r\n    SGD(InverseTimeDecay(0.1, 1, 0.01))\r\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("InverseTimeDecay = 1\nfrom keras.optimizers import SGD\nSGD(0.1, decay=1)", id="taken"),
        pytest.param("if x: from keras.optimizers import SGD\nSGD(0.1, decay=1)", id="no line of its own"),
        pytest.param("from keras.optimizers import *\nSGD(0.1, decay=1)", id="a star import"),
        pytest.param("ops = 1\nfrom keras import backend as K\nK.sqrt(1)", id="the module's name is taken"),
    ],
)
def test_where_an_import_cannot_be_added_nothing_is_edited(text: str) -> None:
    (diagnostic,) = found(text)
    assert diagnostic.edits == ()


def test_an_import_is_added_once_for_all_its_uses() -> None:
    text = (
        "from keras import backend as K\n\ndef rmse(a, b):\n    return K.sqrt(K.mean(a - b)) + K.epsilon()\n"
    )
    assert fixed(text) == (
        "from keras import ops\nfrom keras import backend as K\n\ndef rmse(a, b):\n"
        "    return ops.sqrt(ops.mean(a - b)) + K.epsilon()\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            "from keras.layers.core import (Dense,  # one\n    Dropout)",
            "from keras.layers import (Dense,  # one\n    Dropout)",
            id="the module alone, where all names are the same",
        ),
        pytest.param(
            "from keras.backend import sqrt, epsilon",
            "from keras.ops import sqrt; from keras.backend import epsilon",
            id="names that went to different modules",
        ),
        pytest.param(
            "from keras.layers import CuDNNLSTM as L, Dense",
            "from keras.layers import LSTM as L, Dense",
            id="a name that became another one",
        ),
        pytest.param(
            "import keras.layers.core as core", "import keras.layers as core", id="a module with a name"
        ),
        pytest.param(
            "import keras.layers.core\nkeras.layers.core.Dense(3)",
            "import keras.layers\nkeras.layers.Dense(3)",
            id="a module without one, with its uses",
        ),
        pytest.param(
            "from keras.utils import np_utils\nnp_utils.to_categorical(y)",
            "from keras import utils as np_utils\nnp_utils.to_categorical(y)",
            id="a module that is imported by its name",
        ),
        pytest.param(
            "from keras.layers import Highway, CuDNNGRU",
            "from keras.layers import Highway, CuDNNGRU",
            id="not where one of the names has nothing in its place",
        ),
        pytest.param(
            "from keras.wrappers.scikit_learn import KerasClassifier",
            "from keras.wrappers.scikit_learn import KerasClassifier",
            id="not to a package that may not be installed",
        ),
        pytest.param(
            "from keras.layers import (CuDNNLSTM,  # fast\n    Dense)",
            "from keras.layers import (CuDNNLSTM,  # fast\n    Dense)",
            id="not where a comment would be lost",
        ),
        pytest.param(
            "try:\n    from keras import backend as K\n    K.sqrt(1)\nexcept ImportError:\n    pass",
            "try:\n    from keras import backend as K\n    K.sqrt(1)\nexcept ImportError:\n    pass",
            id="not what is tried",
        ),
    ],
)
def test_moved_imports_are_fixed(old: str, new: str) -> None:
    assert fixed(old) == new


def test_a_warning_shows_the_argument_and_todays() -> None:
    text = "from keras.layers import Dropout\nDropout(p=0.5)\n"
    assert render_all(found(text), source(text)) == (
        "model.py:2:9: warning HT308: Dropout() has no argument p\n"
        "    2 | Dropout(p=0.5)\n"
        "      |         ^~~~~\n"
        "      = help: write rate=0.5"
    )


def test_a_long_value_is_not_repeated() -> None:
    text = f"from keras.layers import Dropout\nDropout(p={'1 + ' * 20}1)\n"
    assert [one.help for one in found(text)] == ["write rate=..."]


def test_a_path_that_is_spelled_with_escapes_is_not_edited() -> None:
    old = HEAD + "callbacks.ModelCheckpoint('best.hdf5'); print('best\\x2ehdf5')"
    assert fixed(old) == HEAD + "callbacks.ModelCheckpoint('best.keras'); print('best\\x2ehdf5')"

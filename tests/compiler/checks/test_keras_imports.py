"""Imports of paths that Keras 3 removed: what is found, where, and what is said."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.checks.moved_names.keras_import_table import GONE, MODULES, NAMES, PACKAGES
from hypertemplate.compiler.checks.moved_names.moved_imports import Today, moved_imports, today
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Severity, in_order, render_all
from tests.compiler.support import module, source


def rendered(*texts: str) -> str:
    """The warnings of a text as people see them."""
    return render_all(in_order(list(moved_imports(module(*texts)))), source(*texts))


def said(text: str) -> list[tuple[str, str]]:
    """The message and the help of each warning of a text, in source order."""
    return [(found.message, found.help) for found in in_order(list(moved_imports(module(text))))]


def marked(text: str) -> list[str]:
    """What of a text the warnings stand at, in source order."""
    spans = [found.span for found in in_order(list(moved_imports(module(text))))]
    return [text[span.start : span.end] for span in spans if span is not None]


def test_a_warning_names_todays_path_at_the_module() -> None:
    text = "import numpy\nfrom keras.utils.np_utils import to_categorical\n"
    (found,) = moved_imports(module(text))
    assert (found.code, found.severity) == (Code.MOVED_IMPORT, Severity.WARNING)
    assert rendered(text) == (
        "model.py:2:6: warning HT304: Keras 3 has no keras.utils.np_utils\n"
        "    2 | from keras.utils.np_utils import to_categorical\n"
        "      |      ^~~~~~~~~~~~~~~~~~~~\n"
        "      = help: from keras.utils import to_categorical"
    )


def test_a_warning_for_one_of_several_names_stands_at_the_name() -> None:
    assert rendered("from keras.layers import Dense, CuDNNLSTM as L, LSTM\n") == (
        "model.py:1:33: warning HT304: Keras 3 has no keras.layers.CuDNNLSTM\n"
        "    1 | from keras.layers import Dense, CuDNNLSTM as L, LSTM\n"
        "      |                                 ^~~~~~~~~~~~~~\n"
        "      = help: from keras.layers import LSTM as L"
    )


@pytest.mark.parametrize(
    ("text", "removed", "help"),
    [
        pytest.param(
            "from keras.layers.core import Dense, Dropout as D, Activation",
            "keras.layers.core",
            "from keras.layers import Dense, Dropout as D, Activation",
            id="all names of a statement are moved in one line, their aliases kept",
        ),
        pytest.param(
            "from tensorflow.keras.layers.experimental.preprocessing import Rescaling",
            "tensorflow.keras.layers.experimental.preprocessing",
            "from tensorflow.keras.layers import Rescaling",
            id="below tensorflow",
        ),
        pytest.param(
            "from keras.layers.convolutional.conv2d import Conv2D",
            "keras.layers.convolutional.conv2d",
            "from keras.layers import Conv2D",
            id="a module inside a module that was folded",
        ),
        pytest.param(
            "from keras.engine.topology import Layer, InputLayer, Container",
            "keras.engine.topology",
            "from keras import Layer, Model as Container; from keras.layers import InputLayer",
            id="names that went to several modules",
        ),
        pytest.param(
            "from keras.utils import np_utils",
            "keras.utils.np_utils",
            "from keras import utils as np_utils",
            id="a module that is imported by name keeps its name",
        ),
        pytest.param(
            "from keras.optimizers import adam",
            "keras.optimizers.adam",
            "from keras.optimizers import Adam as adam",
            id="a name that is written otherwise today keeps its name",
        ),
        pytest.param(
            "from keras.optimizers.adam import Adam",
            "keras.optimizers.adam",
            "from keras.optimizers import Adam",
            id="the same path as a module",
        ),
        pytest.param(
            "from keras.layers.core import *",
            "keras.layers.core",
            "from keras.layers import *",
            id="a star import",
        ),
        pytest.param(
            "from keras import objectives",
            "keras.objectives",
            "from keras import losses as objectives",
            id="a module of the package itself",
        ),
        pytest.param(
            "from keras.layers.cudnn_recurrent import CuDNNGRU",
            "keras.layers.cudnn_recurrent",
            "from keras.layers import GRU as CuDNNGRU",
            id="what was moved and renamed later",
        ),
        pytest.param(
            "from keras.wrappers.scikit_learn import KerasClassifier",
            "keras.wrappers.scikit_learn",
            "from scikeras.wrappers import KerasClassifier  # pip install scikeras",
            id="what is another package today says how to install it",
        ),
        pytest.param(
            "from keras.preprocessing.image import load_img, ImageDataGenerator",
            "keras.preprocessing.image.ImageDataGenerator",
            "from tensorflow.keras.preprocessing.image import ImageDataGenerator",
            id="what only tensorflow.keras has today",
        ),
        pytest.param(
            "from keras.preprocessing import text",
            "keras.preprocessing.text",
            "from tensorflow.keras.preprocessing import text",
            id="a module that only tensorflow.keras has today",
        ),
        pytest.param(
            "from keras.backend import square",
            "keras.backend.square",
            "from keras.ops import square",
            id="a function of the backend",
        ),
        pytest.param(
            "from tensorflow.keras.losses import mean_squared_error",
            "tensorflow.keras.losses.mean_squared_error",
            "from keras.losses import mean_squared_error",
            id="what only keras has today",
        ),
        pytest.param(
            "from keras.api._v2.keras.layers import Dense",
            "keras.api._v2.keras.layers",
            "from keras.layers import Dense",
            id="the path that editors once wrote",
        ),
        pytest.param(
            "from keras.api._v2 import keras",
            "keras.api._v2",
            "import keras",
            id="the package itself",
        ),
        pytest.param(
            "from keras.api._v2 import keras as K",
            "keras.api._v2",
            "import keras as K",
            id="the package itself under another name",
        ),
        pytest.param(
            "import keras.backend.tensorflow_backend as K",
            "keras.backend.tensorflow_backend",
            "import keras.backend as K",
            id="a module under another name",
        ),
        pytest.param(
            "import keras.layers.core.dense as d",
            "keras.layers.core.dense",
            "import keras.layers as d",
            id="a module inside a folded module under another name",
        ),
        pytest.param(
            "import keras.layers.core",
            "keras.layers.core",
            "import keras.layers, and write keras.layers for keras.layers.core",
            id="a module under its own path",
        ),
        pytest.param(
            "import keras.wrappers.scikit_learn as wrappers",
            "keras.wrappers.scikit_learn",
            "import scikeras.wrappers as wrappers  # pip install scikeras",
            id="another package under another name",
        ),
        pytest.param(
            "from keras.layers.local import LocallyConnected1D",
            "keras.layers.local.LocallyConnected1D",
            "take keras.layers.Conv1D, which shares its weights",
            id="what is gone says what to take",
        ),
        pytest.param(
            "from tensorflow.keras.layers import LocallyConnected2D",
            "tensorflow.keras.layers.LocallyConnected2D",
            "take tensorflow.keras.layers.Conv2D, which shares its weights",
            id="what is gone below tensorflow",
        ),
        pytest.param(
            "from keras.layers import merge",
            "keras.layers.merge",
            "for mode='concat' write keras.layers.concatenate([a, b]), "
            "for mode='sum' keras.layers.add([a, b])",
            id="the function that had a module's name",
        ),
        pytest.param(
            "from keras.engine.training_utils import standardize_input_data",
            "keras.engine.training_utils.standardize_input_data",
            "what was public there is in keras itself: from keras import Input, InputSpec, Layer, Model",
            id="what was internal",
        ),
        pytest.param(
            "import keras.engine.topology as t",
            "keras.engine.topology",
            "what was public there is in keras itself: from keras import Input, InputSpec, Layer, Model",
            id="a module that is gone",
        ),
        pytest.param(
            "from keras.engine import *",
            "keras.engine",
            "what was public there is in keras itself: from keras import Input, InputSpec, Layer, Model",
            id="all names of a module that is gone",
        ),
    ],
)
def test_what_keras_has_no_more(text: str, removed: str, help: str) -> None:
    assert said(text) == [(f"Keras 3 has no {removed}", help)]


@pytest.mark.parametrize(
    ("text", "removed", "help"),
    [
        pytest.param(
            "from tensorflow.contrib.keras.python.keras.layers import Dense",
            "tensorflow.contrib.keras.python.keras.layers",
            "from tensorflow.keras.layers import Dense",
            id="Keras in contrib",
        ),
        pytest.param(
            "from tensorflow.contrib import keras",
            "tensorflow.contrib",
            "from tensorflow import keras",
            id="Keras from contrib",
        ),
        pytest.param(
            "from tensorflow.contrib.rnn import LSTMCell",
            "tensorflow.contrib.rnn.LSTMCell",
            "contrib ended with TensorFlow 1: take layers, losses and optimizers from keras",
            id="the rest of contrib",
        ),
        pytest.param(
            "from tensorflow.python.keras.layers import Dense, LSTM",
            "tensorflow.python.keras.layers.LSTM",
            "from tensorflow.keras.layers import LSTM",
            id="what TensorFlow's own copy lacks",
        ),
        pytest.param(
            "from tensorflow.python.keras.preprocessing.text import Tokenizer",
            "tensorflow.python.keras.preprocessing.text",
            "from tensorflow.keras.preprocessing.text import Tokenizer",
            id="a module that TensorFlow's own copy lacks",
        ),
        pytest.param(
            "from tensorflow.python.keras.wrappers.scikit_learn import KerasRegressor",
            "tensorflow.python.keras.wrappers.scikit_learn",
            "from scikeras.wrappers import KerasRegressor  # pip install scikeras",
            id="what was moved twice",
        ),
    ],
)
def test_what_tensorflow_has_no_more(text: str, removed: str, help: str) -> None:
    assert said(text) == [(f"today's TensorFlow has no {removed}", help)]


def test_a_statement_with_moved_and_gone_names_gets_a_warning_for_each_kind() -> None:
    text = "from keras.backend.tensorflow_backend import set_session, clear_session, epsilon\n"
    assert said(text) == [
        (
            "Keras 3 has no keras.backend.tensorflow_backend",
            "from keras.backend import clear_session, epsilon",
        ),
        (
            "Keras 3 has no keras.backend.tensorflow_backend.set_session",
            "drop it, there are no sessions; for growing GPU memory write "
            "tensorflow.config.experimental.set_memory_growth(gpu, True)",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param(
            "from keras.layers.core import (Dense,\n    Dropout)", ["keras.layers.core"], id="several lines"
        ),
        pytest.param(
            "from \\\n  keras . layers.\\\n core import Dense",
            ["keras . layers.\\\n core"],
            id="a path in pieces",
        ),
        pytest.param(
            "größe = 1; from keras.layers.core import Dense", ["keras.layers.core"], id="after other letters"
        ),
        pytest.param(
            "from ｋeras.layers.core import Dense",  # noqa: RUF001
            ["from ｋeras.layers.core import Dense"],  # noqa: RUF001
            id="a path in characters that Python normalises",
        ),
        pytest.param(
            "import os, keras.layers.core as core, keras.engine",
            ["keras.layers.core as core", "keras.engine"],
            id="each module of an import",
        ),
        pytest.param(
            "from keras.layers import CuDNNGRU, \\\n CuDNNLSTM",
            ["CuDNNGRU", "CuDNNLSTM"],
            id="each name of an import",
        ),
    ],
)
def test_the_place_is_the_module_or_the_name(text: str, places: list[str]) -> None:
    assert marked(text) == places


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import keras", id="the package"),
        pytest.param("import keras.layers as L, os", id="a module that is there"),
        pytest.param("from keras.layers import Dense, Conv2D", id="names that are there"),
        pytest.param(
            "from keras.wrappers import SKLearnClassifier", id="a module that has one old submodule"
        ),
        pytest.param("from keras.optimizers import legacy", id="what can be imported, though not used"),
        pytest.param(
            "from tensorflow.keras.preprocessing.text import Tokenizer", id="what tf.keras still has"
        ),
        pytest.param(
            "from tensorflow.python.keras.layers import Dense", id="what TensorFlow's copy still has"
        ),
        pytest.param("from .keras.layers.core import Dense", id="a package of the user's own"),
        pytest.param("from . import core", id="a relative import without a module"),
        pytest.param("from tf_keras.layers.core import Dense", id="Keras 2 under its present name"),
        pytest.param("from kerastuner.engine import tuner", id="another package"),
        pytest.param("import numpy\nnumpy.utils.np_utils", id="no import"),
        pytest.param("'from keras.layers.core import Dense'", id="an import in a string"),
        pytest.param("from keras.optimizers import Adam\nAdam(lr=0.1)", id="an argument that was renamed"),
    ],
)
def test_other_imports_are_silent(text: str) -> None:
    assert said(text) == []


OLD = "from keras.layers.core import Dense"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"def model():\n    {OLD}\n", id="in a function"),
        pytest.param(f"if True:\n    {OLD}\n", id="in a condition"),
        pytest.param(f"class Net:\n    {OLD}\n", id="in a class"),
        pytest.param(f"try:\n    {OLD}\nexcept KeyError:\n    pass\n", id="in a try that catches another"),
        pytest.param(f"try:\n    {OLD}\nfinally:\n    pass\n", id="in a try that catches nothing"),
        pytest.param(f"try:\n    x = 1\nexcept ImportError:\n    pass\nelse:\n    {OLD}\n", id="in an else"),
        pytest.param(
            f"try:\n    x = 1\nexcept ImportError:\n    pass\nfinally:\n    {OLD}\n", id="in a finally"
        ),
        pytest.param(f"try:\n    x = 1\nexcept KeyError:\n    {OLD}\n", id="in what another exception does"),
        pytest.param(
            f"try:\n    def model():\n        {OLD}\nexcept ImportError:\n    pass\n",
            id="in a function that a try only defines",
        ),
    ],
)
def test_an_import_counts_anywhere(text: str) -> None:
    assert marked(text) == ["keras.layers.core"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"try:\n    {OLD}\nexcept ImportError:\n    pass\n", id="caught"),
        pytest.param(
            f"try:\n    {OLD}\nexcept ModuleNotFoundError as e:\n    pass\n", id="caught as missing"
        ),
        pytest.param(f"try:\n    {OLD}\nexcept (KeyError, ImportError):\n    pass\n", id="one of several"),
        pytest.param(f"try:\n    {OLD}\nexcept Exception:\n    pass\n", id="caught with all exceptions"),
        pytest.param(f"try:\n    {OLD}\nexcept:\n    pass\n", id="caught with everything"),
        pytest.param(
            f"try:\n    if True:\n        {OLD}\nexcept ImportError:\n    pass\n", id="deeper in a try"
        ),
        pytest.param(
            f"try:\n    from keras.layers import Dense\nexcept ImportError:\n    {OLD}\n", id="the fallback"
        ),
        pytest.param(
            f"def model():\n    try:\n        {OLD}\n    except ImportError:\n        pass\n",
            id="in a function",
        ),
    ],
)
def test_an_import_whose_failure_is_caught_is_silent(text: str) -> None:
    assert said(text) == []


def test_every_part_is_read() -> None:
    assert rendered("import os\n", f"\n{OLD}\n").startswith("part1.py:2:6: warning HT304: ")


@pytest.mark.parametrize(
    ("path", "is_module", "expected"),
    [
        pytest.param("keras.layers.Dense", False, None, id="a name that is there"),
        pytest.param("keras.layers", True, None, id="a module that is there"),
        pytest.param("keras.optimizers.sgd", False, Today("keras.optimizers.SGD"), id="as a name"),
        pytest.param("keras.optimizers.sgd", True, Today("keras.optimizers"), id="as a module"),
        pytest.param(
            "keras.legacy.interfaces", True, Today(advice=GONE["keras.legacy.interfaces"]), id="gone"
        ),
    ],
)
def test_today(path: str, is_module: bool, expected: Today | None) -> None:
    assert today(path, module=is_module) == expected


def test_no_path_leads_to_a_removed_one() -> None:
    ends = [today(old, module=True) for old in (*MODULES, *PACKAGES)] + [today(old) for old in NAMES]
    assert all(end is not None and bool(end.path) != bool(end.advice) for end in ends)
    paths = {end.path for end in ends if end is not None and end.path}
    assert [path for path in paths if today(path) is not None] == []


def test_the_table_is_long_enough() -> None:
    below_keras = [old for old in (*MODULES, *NAMES) if old.startswith("keras.") and ".engine" not in old]
    assert len(below_keras) >= 40

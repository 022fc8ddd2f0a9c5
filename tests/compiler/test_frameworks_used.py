from __future__ import annotations

import pytest

from hypertemplate.compiler.frameworks_used import Backend, Line, Use, Used, frameworks
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.stages import compile_source
from tests.compiler.support import SCRIPT, Text, beside, cells, compiled


def used(text: Text) -> Used:
    """What the program of a template uses; one without a model is a script."""
    if isinstance(text, str) and "def model" not in text:
        text = f"{text}\n{SCRIPT}"
    return frameworks(compiled(text))


def imports(text: Text) -> list[tuple[str, int, bool]]:
    """Of each import its name, its line, and whether the program may do without."""
    return [(use.name, use.where.number, use.optional) for use in used(text).uses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("import keras", [("keras", 1, False)], id="a package"),
        pytest.param("import keras.layers as kl", [("keras", 1, False)], id="a module of it"),
        pytest.param("from keras.layers import Dense", [("keras", 1, False)], id="a name from it"),
        pytest.param("from keras import *", [("keras", 1, False)], id="all names from it"),
        pytest.param("import torch, jax", [("torch", 1, False), ("jax", 1, False)], id="two in one line"),
        pytest.param("import torch, torch.nn", [("torch", 1, False)], id="one framework once a line"),
        pytest.param("import tf_keras", [("tf_keras", 1, False)], id="Keras 2"),
        pytest.param("from sklearn import svm", [("sklearn", 1, False)], id="scikit-learn"),
        pytest.param("import numpy, pandas", [], id="no framework"),
        pytest.param("import keras_tuner", [("keras", 1, True)], id="a library on Keras"),
        pytest.param("from flax import nnx\nimport optax", [("jax", 1, True), ("jax", 2, True)], id="libraries on JAX"),
        pytest.param("import transformers.models", [("torch", 1, True)], id="a library on PyTorch"),
        pytest.param("import xgboost", [], id="a library on no framework"),
        pytest.param("from .torch import x", [], id="a module of the same package"),
        pytest.param(
            "import importlib\njax = importlib.import_module('jax.numpy')",
            [("jax", 2, False)],
            id="imported by a call",
        ),
        pytest.param("jax = __import__('jax')", [("jax", 1, False)], id="imported by the builtin"),
        pytest.param("name = 'jax'\njax = __import__(name)", [], id="the name is no literal"),
        pytest.param("print('jax', 'torch')", [], id="the name in another call"),
        pytest.param("def data():\n    import keras\n    return 1\ndef model(x):\n    return {{uniform(0, 1)}}", [("keras", 2, False)], id="inside data"),
        pytest.param(
            "def model():\n    return build({{uniform(0, 1)}})\ndef build(x):\n    import torch\n    return x",
            [("torch", 4, False)],
            id="inside a function that the model calls",
        ),
        pytest.param("def unused():\n    import torch", [("torch", 2, True)], id="inside a function that nothing calls"),
        pytest.param("class Unused:\n    def f(self):\n        import torch", [("torch", 3, True)], id="inside a class that nothing uses"),
        pytest.param("try:\n    import torch\nexcept ImportError:\n    torch = None", [("torch", 2, True)], id="it may be missing"),
        pytest.param("try:\n    import torch\nexcept (KeyError, ModuleNotFoundError):\n    torch = None", [("torch", 2, True)], id="it may be missing, among other errors"),
        pytest.param("try:\n    import torch\nexcept:\n    import jax", [("torch", 2, True), ("jax", 4, True)], id="one or the other"),
        pytest.param("try:\n    import torch\nexcept KeyError:\n    pass", [("torch", 2, False)], id="another error is caught"),
        pytest.param("try:\n    x = 1\nexcept ImportError:\n    pass\nelse:\n    import torch", [("torch", 6, False)], id="after what may fail"),
        pytest.param("import contextlib\nwith contextlib.suppress(ImportError):\n    import torch", [("torch", 3, True)], id="its error is suppressed"),
        pytest.param("with open('x') as file:\n    import torch", [("torch", 2, False)], id="in another with"),
        pytest.param("import sys\nif sys.argv[1:]:\n    import torch", [("torch", 3, True)], id="under a condition"),
        pytest.param("import sys\nsys.path.append('/opt/site')\nimport torch", [("torch", 3, True)], id="from a place that is not known"),
        pytest.param("import sys\nprint(sys.path)\nimport torch", [("torch", 3, True)], id="the places may be known elsewhere"),
        pytest.param("def model(): return {{randint(3)}}\nmodel()\nif __name__ == '__main__':\n    import torch", [], id="what is left out"),
        pytest.param("if __name__ == '__main__':\n    import torch", [("torch", 2, False)], id="in the main part of a script"),
    ],
)  # fmt: skip
def test_imports(text: str, expected: list[tuple[str, int, bool]]) -> None:
    assert imports(text) == expected


def test_the_line_of_an_import_is_the_user_s() -> None:
    text = "if True:\n    from tensorflow.keras import layers  # {{uniform(0, 1)}}\n"
    assert used(text).uses[0].where == Line(
        "model.py", 2, "from tensorflow.keras import layers  # {{uniform(0, 1)}}"
    )
    assert used(text).uses[0].where.place == "model.py:2"


def test_the_line_of_a_cell() -> None:
    source = cells(
        "import keras", "import numpy\nfrom keras import layers\ny = layers.Dense({{randint(3)}})\nloss = y"
    )
    found = used(source).uses
    assert [use.where.place for use in found] == ["train.ipynb, cell 2 (In [2]), line 2"]


def test_a_file_beside_the_template() -> None:
    source = beside(
        "from network import model\n", network="import jax\ndef model():\n    return jax, {{uniform(0, 1)}}\n"
    )
    assert used(source).uses == (Use("jax", Line("network.py", 1, "import jax")),)


@pytest.mark.parametrize(
    ("text", "tf_keras", "beyond"),
    [
        pytest.param("import keras\nkeras.Sequential()", False, None, id="Keras itself"),
        pytest.param("import tensorflow as tf\ntf.keras.Sequential()", True, None, id="tf.keras"),
        pytest.param("import tensorflow.keras as k\nk.Sequential()", True, None, id="tf.keras under a name"),
        pytest.param("from tensorflow import keras\nkeras.Sequential()", True, None, id="keras from tensorflow"),
        pytest.param("from tensorflow.keras.layers import Dense", True, None, id="a layer from tensorflow.keras"),
        pytest.param("from tensorflow.keras.layers import *", True, None, id="all of them"),
        pytest.param("import tensorflow", False, None, id="nothing of it"),
        pytest.param("import tensorflow as tf\ntf.keras.Input()\nx = tf.zeros(3)", True, 3, id="a tensor"),
        pytest.param("import tensorflow as tf\nx = tf", False, 2, id="the module itself"),
        pytest.param("from tensorflow.data import Dataset", False, 1, id="a data set"),
        pytest.param("import tensorflow.data", False, 1, id="a module of it"),
        pytest.param("from tensorflow import *", False, 1, id="everything"),
        pytest.param("import tensorflow_datasets as tfds\ntfds.load('mnist')", False, None, id="another package"),
    ],
)  # fmt: skip
def test_what_of_tensorflow_is_used(text: str, tf_keras: bool, beyond: int | None) -> None:
    found = used(text)
    line = None if found.beyond_keras is None else found.beyond_keras.number
    assert (found.tf_keras, line) == (tf_keras, beyond)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("import os\nos.environ['KERAS_BACKEND'] = 'jax'", ("jax", 2, False), id="assigned"),
        pytest.param("from os import environ\nenviron['KERAS_BACKEND'] = 'jax'", ("jax", 2, False), id="in the imported mapping"),
        pytest.param("import os\nos.environ.setdefault('KERAS_BACKEND', 'jax')", ("jax", 2, True), id="a default"),
        pytest.param("import os\nos.environ.update({'A': '1', 'KERAS_BACKEND': 'jax'})", ("jax", 2, False), id="as %env becomes"),
        pytest.param("import os\nos.environ.update(KERAS_BACKEND='jax')", ("jax", 2, False), id="by keyword"),
        pytest.param("import keras\nkeras.config.set_backend('torch')", ("torch", 2, False), id="by Keras"),
        pytest.param("import os\nos.environ['KERAS_BACKEND'] = 'jax'\nos.environ['KERAS_BACKEND'] = 'torch'", ("torch", 3, False), id="the last one"),
        pytest.param("import os\nos.environ['KERAS_BACKEND'] = 'jax'\nos.environ.setdefault('KERAS_BACKEND', 'torch')", ("jax", 2, False), id="a default after it"),
        pytest.param("import os\nos.environ.setdefault('KERAS_BACKEND', 'jax')\nos.environ.setdefault('KERAS_BACKEND', 'torch')", ("jax", 2, True), id="the first default"),
        pytest.param("import os\nos.environ['OTHER'] = 'jax'", None, id="another variable"),
        pytest.param("import os\nos.environ.update({'OTHER': 'jax'})", None, id="other variables"),
        pytest.param("import os\nos.environ.update(OTHER='jax')", None, id="others by keyword"),
        pytest.param("import os\nos.environ.setdefault('OTHER', 'jax')", None, id="another default"),
        pytest.param("import os\nos.environ.pop('KERAS_BACKEND')", None, id="taken out"),
        pytest.param("settings = {}\nsettings['KERAS_BACKEND'] = 'jax'", None, id="another mapping"),
        pytest.param("settings = {}\nsettings.update(KERAS_BACKEND='jax')", None, id="another mapping's update"),
        pytest.param("import os, sys\nos.environ['KERAS_BACKEND'] = sys.argv[1]", None, id="no literal"),
        pytest.param("import os, sys\nif sys.argv[1:]:\n    os.environ['KERAS_BACKEND'] = 'jax'", None, id="under a condition"),
        pytest.param("import os\nif 'KERAS_BACKEND' not in os.environ:\n    os.environ['KERAS_BACKEND'] = 'jax'", ("jax", 3, True), id="unless it is set"),
        pytest.param("import os\nif not os.environ.get('KERAS_BACKEND'):\n    os.environ['KERAS_BACKEND'] = 'jax'", ("jax", 3, True), id="unless it has a value"),
        pytest.param("import os\nif not os.getenv('KERAS_BACKEND', ''):\n    os.environ['KERAS_BACKEND'] = 'jax'", ("jax", 3, True), id="unless it has a value, asked by a function"),
        pytest.param("import os, sys\nif 'KERAS_BACKEND' not in os.environ:\n    if sys.argv[1:]:\n        os.environ['KERAS_BACKEND'] = 'jax'", None, id="unless it is set, and under a condition"),
        pytest.param("import os\nif 'KERAS_BACKEND' not in os.environ:\n    pass\nelse:\n    os.environ['KERAS_BACKEND'] = 'jax'", None, id="only if it is set"),
        pytest.param("import os\nif 'OTHER' not in os.environ:\n    os.environ['KERAS_BACKEND'] = 'jax'", None, id="unless another is set"),
        pytest.param("import keras\nkeras.config.set_backend()", None, id="nothing is set"),
    ],
)  # fmt: skip
def test_the_backend_that_a_program_sets(text: str, expected: tuple[str, int, bool] | None) -> None:
    backend = used(text).backend
    found = None if backend is None else (backend.name, backend.where.number, backend.default)
    assert found == expected


def test_libraries_that_compute_on_a_gpu_where_they_are_told_to() -> None:
    assert used("import xgboost as xgb\nfrom catboost import Pool\nimport xgboost").choosing == (
        "xgboost",
        "catboost",
    )
    assert used("import keras").choosing == ()


def test_libraries_that_take_a_while_to_load() -> None:
    text = "import xgboost\nfrom sklearn import svm\nfrom flax import nnx"
    assert used(text).libraries == ("jax", "sklearn", "xgboost")


def test_what_is_in_memory_has_been_imported() -> None:
    text = "import keras\ndef build(x):\n    return keras.Input(x)\ndef model():\n    return build({{randint(3)}})\n"
    source = cells(text, "import torch", "this does not parse")
    program = compile_source(source, model="model", memory=Memory(frozenset({"keras", "build", "torch"})))
    assert program.live == ("build",)
    found = [(use.name, use.where.place, use.optional) for use in frameworks(program).uses]
    assert found == [
        ("keras", "train.ipynb, cell 1 (In [1]), line 1", True),
        ("torch", "train.ipynb, cell 2 (In [2]), line 1", True),
    ]


def test_names_and_what_is_required() -> None:
    found = used(
        "try:\n    import jax\nexcept ImportError:\n    import torch\nimport keras\nimport keras.ops"
    )
    assert found.names == {"jax", "torch", "keras"}
    assert found.keras
    assert found.required("jax") is None
    assert found.required("keras") == Use("keras", Line("model.py", 5, "import keras"))


def test_what_is_used_of_tensorflow_may_be_its_keras() -> None:
    assert used("import tensorflow as tf\ntf.keras.Input()").keras
    assert not used("import tensorflow as tf\ntf.zeros(1)").keras


def test_a_backend_is_plain_data() -> None:
    found = used("import os\nos.environ['KERAS_BACKEND'] = 'jax'").backend
    assert found == Backend("jax", Line("model.py", 2, "os.environ['KERAS_BACKEND'] = 'jax'"))

"""The table of moved import paths against the installed Keras: what is old fails, what is new is there."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from hypertemplate.compiler.checks.keras_code.known_names_table import CALLBACKS, LAYERS, OPTIMIZERS
from hypertemplate.compiler.checks.moved_names.keras_import_table import GONE, MODULES, NAMES, PACKAGES
from hypertemplate.compiler.checks.moved_names.moved_imports import today

pytestmark = pytest.mark.keras

OTHER_PACKAGES = ("scikeras.",)
"""What is not Keras, and not installed with it."""

WRITTEN = """
keras.callbacks.callbacks.EarlyStopping
keras.engine.base_layer.Layer
keras.engine.topology.InputSpec
keras.engine.training.Model
keras.initializations.glorot_uniform
keras.layers.advanced_activations.ELU
keras.layers.advanced_activations.LeakyReLU
keras.layers.advanced_activations.PReLU
keras.layers.convolutional.Conv1D
keras.layers.convolutional.Conv2D
keras.layers.convolutional.Conv2DTranspose
keras.layers.convolutional.Convolution2D
keras.layers.convolutional.Cropping2D
keras.layers.convolutional.MaxPooling2D
keras.layers.convolutional.UpSampling2D
keras.layers.convolutional.ZeroPadding2D
keras.layers.convolutional.conv2d.Conv2D
keras.layers.convolutional_recurrent.ConvLSTM2D
keras.layers.core.Activation
keras.layers.core.Dense
keras.layers.core.Dropout
keras.layers.core.Flatten
keras.layers.core.Lambda
keras.layers.core.Masking
keras.layers.core.Permute
keras.layers.core.RepeatVector
keras.layers.core.Reshape
keras.layers.core.SpatialDropout1D
keras.layers.core.dense.Dense
keras.layers.cudnn_recurrent.CuDNNGRU
keras.layers.embeddings.Embedding
keras.layers.merge.Concatenate
keras.layers.merge.add
keras.layers.merge.concatenate
keras.layers.noise.GaussianDropout
keras.layers.noise.GaussianNoise
keras.layers.normalization.BatchNormalization
keras.layers.normalization.batch_normalization.BatchNormalization
keras.layers.pooling.AveragePooling2D
keras.layers.pooling.GlobalAveragePooling2D
keras.layers.pooling.GlobalMaxPooling1D
keras.layers.pooling.MaxPooling2D
keras.layers.recurrent.GRU
keras.layers.recurrent.LSTM
keras.layers.recurrent.SimpleRNN
keras.layers.wrappers.Bidirectional
keras.layers.wrappers.TimeDistributed
keras.objectives.categorical_crossentropy
keras.optimizers.adam_v2.Adam
keras.optimizers.optimizer_v2.adam.Adam
keras.preprocessing.text.Tokenizer
keras.preprocessing.text.text_to_word_sequence
keras.utils.data_utils.Sequence
keras.utils.data_utils.get_file
keras.utils.generic_utils.CustomObjectScope
keras.utils.generic_utils.Progbar
keras.utils.generic_utils.get_custom_objects
keras.utils.layer_utils.get_source_inputs
keras.utils.np_utils.normalize
keras.utils.np_utils.to_categorical
keras.utils.vis_utils.model_to_dot
keras.utils.vis_utils.plot_model
tensorflow.contrib.keras.layers.Dense
tensorflow.contrib.keras.python.keras.models.Sequential
tensorflow.keras.layers.experimental.preprocessing.Normalization
tensorflow.keras.layers.experimental.preprocessing.RandomFlip
tensorflow.keras.layers.experimental.preprocessing.Rescaling
tensorflow.keras.layers.experimental.preprocessing.TextVectorization
tensorflow.keras.mixed_precision.experimental.Policy
tensorflow.keras.optimizers.experimental.AdamW
tensorflow.keras.utils.np_utils.to_categorical
tensorflow.python.keras.datasets.mnist
tensorflow.python.keras.layers.LSTM
tensorflow.python.keras.layers.normalization.BatchNormalization
tensorflow.python.keras.preprocessing.image.ImageDataGenerator
tensorflow.python.keras.utils.to_categorical
"""
"""Names as they were imported from the modules of the table."""

KNOWN = [
    f"keras.{module}.{name}"
    for module, names in (("callbacks", CALLBACKS), ("layers", LAYERS), ("optimizers", OPTIMIZERS))
    for name in sorted(names)
]

PROGRAM = """
import importlib, json, sys

def is_module(path):
    try:
        importlib.import_module(path)
    except ImportError:
        return False
    return True

def is_name(path):
    head, _, name = path.rpartition(".")
    try:
        exec(f"from {head} import {name}" if head else f"import {name}", {})
    except ImportError:
        return False
    return True

asked = json.load(sys.stdin)
print(json.dumps({
    "modules": [path for path in asked if is_module(path)],
    "names": [path for path in asked if is_name(path)],
}))
"""


def end(path: str, *, module: bool) -> str:
    """Today's path, or an empty string where nothing took the place or another package did."""
    found = today(path, module=module)
    assert found is not None, path
    return "" if found.path.startswith(OTHER_PACKAGES) else found.path


OLD_NAMES = [*NAMES, *GONE, *WRITTEN.split()]
OLD_MODULES = [*MODULES, *PACKAGES]


@pytest.fixture(scope="module")
def importable() -> dict[str, list[str]]:
    """Which paths of the table can be imported, in one process that has Keras."""
    new = [end(old, module=True) for old in OLD_MODULES] + [end(old, module=False) for old in OLD_NAMES]
    new += KNOWN
    asked = sorted({*OLD_NAMES, *OLD_MODULES, *new} - {""})
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_no_old_path_can_be_imported(importable: dict[str, list[str]]) -> None:
    old = {*OLD_NAMES, *OLD_MODULES}
    assert old & {*importable["modules"], *importable["names"]} == set()


def test_every_new_module_can_be_imported(importable: dict[str, list[str]]) -> None:
    new = {end(old, module=True) for old in OLD_MODULES} - {""}
    assert len(new) > 10
    assert new - set(importable["modules"]) == set()


def test_every_new_name_can_be_imported(importable: dict[str, list[str]]) -> None:
    new = {end(old, module=False) for old in OLD_NAMES} - {""}
    assert len(new) > 40
    assert new - set(importable["names"]) == set()


def test_every_known_name_can_be_imported(importable: dict[str, list[str]]) -> None:
    assert {*KNOWN} - set(importable["names"]) == set()


def test_what_was_written_once_has_a_path_today() -> None:
    assert [path for path in WRITTEN.split() if not end(path, module=False)] == []

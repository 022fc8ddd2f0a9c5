"""Misspelled names of Keras: what is found, and what is left alone."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.checks.keras_code.misspelled_names import misspelled_names
from hypertemplate.compiler.diagnostics.edit import edited
from tests.compiler.support import module

HEAD = "import keras\nimport tensorflow as tf\nfrom keras import layers\nfrom keras.layers import Activation, Dense\n"


@pytest.mark.parametrize(
    ("line", "message", "fixed"),
    [
        (
            "from keras.layers import Dropuot",
            "keras.layers has no Dropuot",
            "from keras.layers import Dropout",
        ),
        (
            "from keras.layers import Dropuot as D, Add",
            "keras.layers has no Dropuot",
            "from keras.layers import Dropout as D, Add",
        ),
        ("layers.Dens(3)", "keras.layers has no Dens", "layers.Dense(3)"),
        (
            "tf.keras.optimizers.RMSProp()",
            "tensorflow.keras.optimizers has no RMSProp",
            "tf.keras.optimizers.RMSprop()",
        ),
        (
            "keras.callbacks.EarlyStoping()",
            "keras.callbacks has no EarlyStoping",
            "keras.callbacks.EarlyStopping()",
        ),
        ("Dense(3, activation='rellu')", "Keras has no activation 'rellu'", "Dense(3, activation='relu')"),
        ('Activation("sofmax")', "Keras has no activation 'sofmax'", 'Activation("softmax")'),
        (
            "Dense(3, activation={{choice(['relu', 'tahn'])}})",
            "Keras has no activation 'tahn'",
            "Dense(3, activation={{choice(['relu', 'tanh'])}})",
        ),
        (
            "net.compile(loss='mse', optimizer='rmsporp')",
            "Keras has no optimizer 'rmsporp'",
            "net.compile(loss='mse', optimizer='rmsprop')",
        ),
        (
            "net.compile('adam', loss='binary_cross_entropy')",
            "Keras has no loss 'binary_cross_entropy'",
            "net.compile('adam', loss='binary_crossentropy')",
        ),
    ],
    ids=lambda text: text,
)
def test_a_name_that_is_like_one_of_keras(line: str, message: str, fixed: str) -> None:
    (found,) = misspelled_names(module(HEAD + line + "\n"))
    assert found.message == message
    assert edited(HEAD + line, found.edits) == HEAD + fixed


@pytest.mark.parametrize(
    "line",
    [
        *("Dense(3, activation='relu')", "Dense(3, activation='mine')", "Dense(3, activation=name)"),
        *("net.compile(loss='mse', optimizer='Adam')", "net.compile(loss='MSE', optimizer='SGD')"),
        *("layers.Dense", "layers.Quite", "layers.densely", "layers.MaxoutDense", "other.layers.Dens"),
        *("from keras.layers import *", "Plot(activation='rellu')", "net.compile(loss='logcosh')"),
        "try:\n    from keras.layers import Dropuot\nexcept ImportError:\n    pass",
        "keras.utils.get_custom_objects()['rellu'] = f; Dense(3, activation='rellu')",
        "Dense(3, name='rellu', kernel_initializer='rellu')",
    ],
)
def test_other_names_are_left_alone(line: str) -> None:
    assert [*misspelled_names(module(HEAD + line + "\n"))] == []


def test_a_file_without_keras_is_left_alone() -> None:
    assert [*misspelled_names(module("import layers\nlayers.Dens(activation='rellu')\n"))] == []

"""Arguments, methods, names and keys of Keras 1 and 2 that Keras 3 refuses or ignores, and today's.

Paths of callables are those of today's Keras without its root: ``layers.Dense``. A test under
``tests/end_to_end`` compares the tables with the installed version.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Argument:
    """Today's form of an old argument.

    Attributes:
        name: today's keyword; empty if there is none.
        advice: advice if there is no exact replacement, else empty. With neither, the argument can be dropped
            without any effect on what is computed.
        values: old constant -> today's, as source text, where they differ.
    """

    name: str = ""
    advice: str = ""
    values: dict[str, str] = field(default_factory=dict)


def _renamed(**names: str) -> dict[str, Argument]:
    return {old: Argument(name) for old, name in names.items()}


def _advised(**advice: str) -> dict[str, Argument]:
    return {old: Argument(advice=text) for old, text in advice.items()}


def _dropped(names: str) -> dict[str, Argument]:
    return dict.fromkeys(names.split(), Argument())


_WEIGHTS = _renamed(
    W_constraint="kernel_constraint",
    W_regularizer="kernel_regularizer",
    b_constraint="bias_constraint",
    b_regularizer="bias_regularizer",
    bias="use_bias",
    init="kernel_initializer",
)
_SHAPE = _advised(
    batch_input_shape="write keras.Input(batch_shape=SHAPE) as the first layer, with this shape as SHAPE"
)
_PADDING = _renamed(border_mode="padding")
_ORDER = {
    "dim_ordering": Argument("data_format", values={"'th'": "'channels_first'", "'tf'": "'channels_last'"})
}
_CONV = {
    **_WEIGHTS,
    **_PADDING,
    **_ORDER,
    **_SHAPE,
    **_renamed(atrous_rate="dilation_rate", nb_filter="filters", subsample="strides"),
}
_CONV_1D = {**_CONV, **_renamed(filter_length="kernel_size", subsample_length="strides")}
_POOL = {**_PADDING, **_ORDER}
_POOL_1D = {**_POOL, **_renamed(pool_length="pool_size", stride="strides")}
_RECURRENT = {
    **_WEIGHTS,
    **_SHAPE,
    **_renamed(
        U_regularizer="recurrent_regularizer",
        dropout_U="recurrent_dropout",
        dropout_W="dropout",
        inner_activation="recurrent_activation",
        inner_init="recurrent_initializer",
        output_dim="units",
    ),
    **_dropped("consume_less"),
    **_advised(
        forget_bias_init="write unit_forget_bias=True for 'one', and False for 'zero'",
        time_major="exchange the first two axes of the input, and drop time_major",
    ),
}
_OPTIMIZER = _renamed(lr="learning_rate")
_QUEUE = _dropped("max_q_size max_queue_size nb_worker pickle_safe use_multiprocessing workers")
_STEPS = "divide the number of samples by the batch size: {name}=samples // batch_size"

ARGUMENTS: dict[str, dict[str, Argument]] = {
    "Model": _renamed(input="inputs", output="outputs"),
    "callbacks.ModelCheckpoint": _advised(
        period="drop it: a checkpoint is written after each epoch, or after so many batches with save_freq"
    ),
    "callbacks.ReduceLROnPlateau": _renamed(epsilon="min_delta"),
    "callbacks.TensorBoard": _dropped("batch_size write_grads"),
    "constraints.MaxNorm": _renamed(m="max_value"),
    "constraints.max_norm": _renamed(m="max_value"),
    "layers.AveragePooling1D": _POOL_1D,
    "layers.AveragePooling2D": _POOL,
    "layers.AveragePooling3D": _POOL,
    "layers.BatchNormalization": {
        **_renamed(beta_init="beta_initializer", gamma_init="gamma_initializer"),
        **_dropped("fused mode"),
    },
    "layers.Conv1D": _CONV_1D,
    "layers.Conv2D": _CONV,
    "layers.Conv2DTranspose": _CONV,
    "layers.Conv3D": _CONV,
    "layers.SeparableConv2D": _CONV,
    "layers.Dense": {**_WEIGHTS, **_SHAPE, **_renamed(output_dim="units")},
    "layers.Dropout": _renamed(p="rate"),
    "layers.Embedding": {
        **_SHAPE,
        **_renamed(init="embeddings_initializer", W_regularizer="embeddings_regularizer"),
        **_advised(dropout="drop it, and write keras.layers.SpatialDropout1D(rate) as the next layer"),
    },
    "layers.GRU": _RECURRENT,
    "layers.GaussianDropout": _renamed(p="rate"),
    "layers.GaussianNoise": _renamed(sigma="stddev"),
    "layers.GlobalAveragePooling2D": _ORDER,
    "layers.GlobalMaxPooling2D": _ORDER,
    "layers.LSTM": _RECURRENT,
    "layers.MaxPooling1D": _POOL_1D,
    "layers.MaxPooling2D": _POOL,
    "layers.MaxPooling3D": _POOL,
    "layers.Reshape": _renamed(dims="target_shape"),
    "layers.SimpleRNN": _RECURRENT,
    "layers.SpatialDropout1D": _renamed(p="rate"),
    "layers.SpatialDropout2D": {**_renamed(p="rate"), **_ORDER},
    "layers.UpSampling1D": _renamed(length="size"),
    "layers.UpSampling2D": _ORDER,
    "layers.ZeroPadding2D": _ORDER,
    "optimizers.Adadelta": _OPTIMIZER,
    "optimizers.Adagrad": _OPTIMIZER,
    "optimizers.Adam": _OPTIMIZER,
    "optimizers.Adamax": _OPTIMIZER,
    "optimizers.Nadam": {
        **_OPTIMIZER,
        **_advised(schedule_decay="drop it: Keras 3 fixes the decay of the momentum schedule at 0.004"),
    },
    "optimizers.RMSprop": _OPTIMIZER,
    "optimizers.SGD": _OPTIMIZER,
    "regularizers.L2": _renamed(l="l2"),
    "regularizers.l2": _renamed(l="l2"),
    "regularizers.L1": _renamed(l="l1"),
    "regularizers.l1": _renamed(l="l1"),
    "utils.to_categorical": _renamed(nb_classes="num_classes"),
}
"""Callable -> its old keywords."""

CLASSES: dict[str, str] = {
    "layers.AvgPool1D": "layers.AveragePooling1D",
    "layers.AvgPool2D": "layers.AveragePooling2D",
    "layers.Convolution1D": "layers.Conv1D",
    "layers.Convolution2D": "layers.Conv2D",
    "layers.Convolution3D": "layers.Conv3D",
    "layers.Deconvolution2D": "layers.Conv2DTranspose",
    "layers.MaxPool1D": "layers.MaxPooling1D",
    "layers.MaxPool2D": "layers.MaxPooling2D",
    "layers.SeparableConvolution2D": "layers.SeparableConv2D",
    "models.Model": "Model",
    "models.Sequential": "Sequential",
}
"""Second name of a class -> its first."""

KERNEL_AXES: dict[str, int] = {"Convolution2D": 2, "Convolution3D": 3, "Deconvolution2D": 2}
"""Class of Keras 1 -> number of the sizes that follow its first argument, each an argument."""

OPTIMIZERS = frozenset(path for path in ARGUMENTS if path.startswith("optimizers."))

METHODS: dict[str, str] = {
    "evaluate_generator": "evaluate",
    "fit_generator": "fit",
    "predict_generator": "predict",
    "predict_proba": "predict",
}
"""Old method of a model -> today's, with the same first argument."""

POSITIONS: dict[str, tuple[str, ...]] = {
    "evaluate_generator": ("x", "steps"),
    "fit_generator": (
        "x",
        "steps_per_epoch",
        "epochs",
        "verbose",
        "callbacks",
        "validation_data",
        "validation_steps",
        "class_weight",
    ),
    "predict_generator": ("x", "steps"),
}
"""Old method -> today's keywords of its arguments; today's method has another order."""

_EPOCHS = _renamed(nb_epoch="epochs")

METHOD_ARGUMENTS: dict[str, dict[str, Argument]] = {
    "compile": {
        **_dropped("class_mode sample_weight_mode"),
        **_advised(target_tensors="drop it: targets are given to fit()"),
    },
    "evaluate_generator": {
        **_renamed(generator="x"),
        **_QUEUE,
        **_advised(val_samples=_STEPS.format(name="steps")),
    },
    "fit": {**_EPOCHS, **_QUEUE, **_advised(show_accuracy="write metrics=['accuracy'] in compile()")},
    "evaluate": {**_QUEUE, **_advised(show_accuracy="write metrics=['accuracy'] in compile()")},
    "predict": _QUEUE,
    "fit_generator": {
        **_renamed(generator="x"),
        **_EPOCHS,
        **_QUEUE,
        **_advised(
            nb_val_samples=_STEPS.format(name="validation_steps"),
            samples_per_epoch=_STEPS.format(name="steps_per_epoch"),
        ),
    },
    "predict_generator": {
        **_renamed(generator="x"),
        **_QUEUE,
        **_advised(val_samples=_STEPS.format(name="steps")),
    },
}
"""Method of a model -> its old keywords."""

OWN_METHODS: dict[str, str] = {
    "predict_classes": "write numpy.argmax(model.predict(x), axis=-1), for one unit model.predict(x) > 0.5",
    "reset_states": "call layer.reset_states() for each recurrent layer of the model",
    "to_yaml": "write model.to_json()",
}
"""Method that models have no longer -> advice."""

COMPILED: dict[str, str] = {
    "cosine_proximity": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
}
"""Old name of a loss or metric in a string given to ``compile`` -> today's."""

SIGN_CHANGED: dict[str, str] = {
    "cosine_proximity": "write 'cosine_similarity', whose value has the other sign: higher is better",
}
"""Metric that has another sign under its name of today -> advice."""

KEYS: dict[str, str] = {"acc": "accuracy", "val_acc": "val_accuracy"}
"""Old key of a history, and name that callbacks monitor -> today's, of a model compiled with 'accuracy'."""

MONITORS = frozenset(["callbacks.EarlyStopping", "callbacks.ModelCheckpoint", "callbacks.ReduceLROnPlateau"])
"""Callbacks with an argument ``monitor``."""

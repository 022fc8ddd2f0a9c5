"""Names of the positional parameters of well-known functions and classes, after which labels are made."""

from __future__ import annotations

import ast

from hypertemplate.compiler.syntax.nodes import last_name, literal_text

_KERAS_OPTIMIZERS = {
    "Adadelta": ("learning_rate", "rho", "epsilon"),
    "Adagrad": ("learning_rate", "initial_accumulator_value", "epsilon"),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
    "AdamW": ("learning_rate", "weight_decay", "beta_1", "beta_2", "epsilon"),
    "Adamax": ("learning_rate", "beta_1", "beta_2", "epsilon"),
    "Ftrl": ("learning_rate", "learning_rate_power"),
    "Lion": ("learning_rate", "beta_1", "beta_2"),
    "Nadam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon"),
    "SGD": ("learning_rate", "momentum", "nesterov"),
}

_TORCH_OPTIMIZERS = {
    "Adadelta": ("params", "lr", "rho", "eps"),
    "Adagrad": ("params", "lr", "lr_decay", "weight_decay"),
    "Adam": ("params", "lr", "betas", "eps", "weight_decay"),
    "AdamW": ("params", "lr", "betas", "eps", "weight_decay"),
    "Adamax": ("params", "lr", "betas", "eps", "weight_decay"),
    "NAdam": ("params", "lr", "betas", "eps", "weight_decay"),
    "RMSprop": ("params", "lr", "alpha", "eps", "weight_decay", "momentum"),
    "SGD": ("params", "lr", "momentum", "dampening", "weight_decay"),
}

_LAYERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), ("", "kernel_size", "strides", "padding")),
    **dict.fromkeys(("Conv2DTranspose", "SeparableConv2D"), ("", "kernel_size", "strides", "padding")),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), ("", "activation", "recurrent_activation")),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"), ("", "strides", "padding")),
    **dict.fromkeys(("AveragePooling1D", "AveragePooling2D"), ("", "strides", "padding")),
    **dict.fromkeys(("Conv1d", "Conv2d", "Conv3d"), ("", "out_channels", "kernel_size", "stride", "padding")),
    "Dense": ("", "activation"),
    "Embedding": ("", "output_dim"),
    "Linear": ("", "out_features"),
    "MultiHeadAttention": ("", "key_dim"),
}
"""Layers, whose first parameter is labelled after the layer, as Hyperas labels it: ``Dense``, ``Dropout``."""

_FIRST: dict[str, str] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D"), "filters"),
    **dict.fromkeys(("Dense", "LSTM", "GRU", "SimpleRNN"), "units"),
    **dict.fromkeys(("AlphaDropout", "Dropout", "GaussianDropout", "SpatialDropout1D"), "rate"),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D"), "pool_size"),
    "Embedding": "input_dim",
    "GaussianNoise": "stddev",
    "MultiHeadAttention": "num_heads",
}
"""First parameters of layers, by which a comment may name them beside their label."""

_ESTIMATORS = {
    **dict.fromkeys(("ExtraTreesClassifier", "ExtraTreesRegressor"), ("n_estimators",)),
    **dict.fromkeys(("KNeighborsClassifier", "KNeighborsRegressor"), ("n_neighbors",)),
    **dict.fromkeys(("KMeans", "MiniBatchKMeans", "SpectralClustering"), ("n_clusters",)),
    **dict.fromkeys(("MLPClassifier", "MLPRegressor"), ("hidden_layer_sizes", "activation")),
    **dict.fromkeys(("NMF", "PCA", "FastICA", "KernelPCA", "TruncatedSVD"), ("n_components",)),
    **dict.fromkeys(("RandomForestClassifier", "RandomForestRegressor"), ("n_estimators",)),
    **dict.fromkeys(("Ridge", "RidgeClassifier", "Lasso", "ElasticNet", "KernelRidge"), ("alpha",)),
    **dict.fromkeys(("SGDClassifier", "SGDRegressor"), ("loss",)),
    "DBSCAN": ("eps",),
    "GaussianMixture": ("n_components",),
    "KBinsDiscretizer": ("n_bins",),
    "LogisticRegression": ("penalty",),
    "PolynomialFeatures": ("degree",),
    "SVC": ("C",),
    "SVR": ("kernel",),
}

_SCHEDULES = dict.fromkeys(
    ("CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay", "PolynomialDecay"),
    ("learning_rate", "decay_steps"),
)
"""Schedules of Keras, whose first parameter stands for the rate that an optimizer had: ``learning_rate``."""

_CALLBACKS = {
    "EarlyStopping": ("monitor", "min_delta", "patience"),
    "ReduceLROnPlateau": ("monitor", "factor", "patience"),
}

_NAMES: dict[str, tuple[str, ...]] = {
    **_KERAS_OPTIMIZERS,
    **_LAYERS,
    **_ESTIMATORS,
    **_SCHEDULES,
    **_CALLBACKS,
}


_NAMED_BY = {"get": 0, "getattr": 1, "getenv": 0, "pop": 0, "setattr": 1, "setdefault": 0}
"""Function or method -> position of the argument that names what a later argument is the value of."""


def argument_name(call: ast.Call, argument: ast.AST, callee: str = "") -> str | None:
    """Return the name of the parameter that a positional argument of a well-known callee has.

    Args:
        call: the call.
        argument: the argument.
        callee: name of what is called, if the call has it under another one.

    >>> call = ast.parse("optimizers.Adam(0.01)", mode="eval").body
    >>> argument_name(call, call.args[0])
    'learning_rate'
    """
    if argument not in call.args or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    callee, place = callee or _callee(call.func), call.args.index(argument)
    named = _NAMES.get(callee, ())
    if callee in _TORCH_OPTIMIZERS and _is_parameters(call.args[0]):
        named = _TORCH_OPTIMIZERS[callee]
    return (named[place] or None) if place < len(named) else None


def _callee(func: ast.expr) -> str:
    """Return the last name of a callee; of a marker for one, that of its first option."""
    match func:
        case ast.Set(elts=[ast.Set(elts=[ast.Call(args=[ast.List(elts=[first, *_])])])]):
            return last_name(first) or ""
    return last_name(func) or ""


def first_name(call: ast.Call, argument: ast.AST) -> str | None:
    """Return the name of a layer's first parameter, if an argument is given for it.

    >>> call = ast.parse("layers.Dense(64, 'relu')", mode="eval").body
    >>> first_name(call, call.args[0]), first_name(call, call.args[1])
    ('units', None)
    """
    return _FIRST.get(last_name(call.func) or "") if call.args[:1] == [argument] else None


def option_name(call: ast.Call, argument: ast.AST) -> str | None:
    """Return the name of the option, flag, entry or attribute of which an argument is the default.

    >>> call = ast.parse("parser.add_argument('-b', '--batch-size', default=32)", mode="eval").body
    >>> option_name(call, call.keywords[0])
    'batch_size'
    """
    if isinstance(argument, ast.keyword):
        texts = [text for text in map(literal_text, call.args) if text] if argument.arg == "default" else []
        given = {one.arg: literal_text(one.value) for one in call.keywords}
        return given.get("dest") or given.get("name") or _of_flags(texts)
    callee = last_name(call.func) or ""
    place = 0 if callee.startswith("DEFINE_") else _NAMED_BY.get(callee)
    if place is None or argument not in call.args[place + 1 :]:
        return None
    return _as_name(literal_text(call.args[place])) or None


def _of_flags(texts: list[str]) -> str | None:
    """Return the name that argparse and click make of flags: a plain name, or else the first long one."""
    plain = [text for text in texts if not text.startswith("-")]
    long = [text for text in texts if text.startswith("--")]
    return next(filter(None, map(_as_name, (*plain, *long, *texts))), None)


def _as_name(text: str) -> str:
    """Return a flag as a name: ``batch_size`` of ``--batch-size``; of anything else an empty text."""
    name = text.partition("/")[0].lstrip("-").replace("-", "_")
    return name if name.isidentifier() else ""


def _is_parameters(node: ast.expr) -> bool:
    """Tell whether an argument is what PyTorch's optimizers take first: ``network.parameters()``."""
    return isinstance(node, ast.Call) and last_name(node.func) == "parameters"

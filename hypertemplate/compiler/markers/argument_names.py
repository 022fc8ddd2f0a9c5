"""Names of the positional parameters of well-known functions and classes, after which labels are made."""

from __future__ import annotations

import ast

from hypertemplate.compiler.syntax.nodes import last_name

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

_CALLBACKS = {
    "EarlyStopping": ("monitor", "min_delta", "patience"),
    "ReduceLROnPlateau": ("monitor", "factor", "patience"),
}

_NAMES: dict[str, tuple[str, ...]] = {**_KERAS_OPTIMIZERS, **_LAYERS, **_ESTIMATORS, **_CALLBACKS}


def argument_name(call: ast.Call, argument: ast.AST) -> str | None:
    """Return the name of the parameter that a positional argument of a well-known callee has.

    >>> call = ast.parse("optimizers.Adam(0.01)", mode="eval").body
    >>> argument_name(call, call.args[0])
    'learning_rate'
    """
    if argument not in call.args or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    callee, place = last_name(call.func) or "", call.args.index(argument)
    named = _NAMES.get(callee, ())
    if callee in _TORCH_OPTIMIZERS and _is_parameters(call.args[0]):
        named = _TORCH_OPTIMIZERS[callee]
    return (named[place] or None) if place < len(named) else None


def _is_parameters(node: ast.expr) -> bool:
    """Tell whether an argument is what PyTorch's optimizers take first: ``network.parameters()``."""
    return isinstance(node, ast.Call) and last_name(node.func) == "parameters"

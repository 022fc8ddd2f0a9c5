"""Rules for the layers of Keras."""

from __future__ import annotations

from hypertemplate.compiler.suggestions.rules.ranges import around, between, kernels, options, scaled, whole
from hypertemplate.compiler.suggestions.rules.rule import KERAS, METHODS, Rule, rules

_CONVOLUTIONS = (
    "Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose SeparableConv1D SeparableConv2D"
)
_RECURRENT = "GRU LSTM SimpleRNN"
_DROPOUTS = "AlphaDropout Dropout GaussianDropout SpatialDropout1D SpatialDropout2D SpatialDropout3D"

_DROPPED = between(0, 0.5, most=0.9, room=0.2)
_PENALTY = around(100, 10, most=0.1)
_OTHERS = ("leaky_relu", "selu", "sigmoid", "silu", "swish")

_ACTIVATES = "the function of each unit"
_LEARNS_MORE = "more units learn more, and overfit sooner"
_PATTERNS = "the size of the patterns that a filter sees"
_PUNISHES = "the weight of the penalty on large weights"
_VARIES = "how much images are varied, against overfitting"

LAYER_RULES = (
    *rules(
        KERAS,
        "Chollet 2021, Deep Learning with Python, 2nd edition",
        Rule("Dense", "units output_dim", scaled(4, 4, most=1024), _LEARNS_MORE, 0, hidden=True),
        Rule(
            _CONVOLUTIONS,
            "filters",
            scaled(2, 2, most=1024),
            "more filters tell more patterns apart, and take more time",
            0,
            hidden=True,
        ),
        Rule(_CONVOLUTIONS, "kernel_size", kernels, _PATTERNS, 1),
        Rule("DepthwiseConv1D DepthwiseConv2D", "kernel_size", kernels, _PATTERNS, 0),
        Rule(
            _RECURRENT,
            "units",
            scaled(4, 2, most=512),
            "a larger memory learns more, and takes more time",
            0,
            hidden=True,
        ),
        Rule(
            "Embedding",
            "output_dim",
            scaled(4, 2, most=512),
            "the size of the vectors of words",
            1,
            hidden=True,
        ),
        Rule(
            "Activation Dense",
            "activation",
            options("relu", "elu", "gelu", "tanh", today=_OTHERS),
            _ACTIVATES,
            hidden=True,
            most=2,
        ),
        Rule(
            "Activation",
            "activation",
            options("relu", "elu", "gelu", today=_OTHERS),
            _ACTIVATES,
            0,
            hidden=True,
            most=2,
        ),
        Rule(
            _CONVOLUTIONS,
            "activation",
            options("relu", "elu", "gelu", today=("tanh", *_OTHERS)),
            _ACTIVATES,
            hidden=True,
            most=2,
        ),
        Rule(
            "RandomContrast RandomZoom",
            "factor height_factor",
            between(0, 0.3, most=0.9, room=0.2, zero=False),
            _VARIES,
            0,
        ),
        Rule("RandomRotation", "factor", between(0, 0.2, most=0.5, room=0.1, zero=False), _VARIES, 0),
        Rule("L1 L2 l1 l2", "l1 l2", _PENALTY, _PUNISHES, 0),
        Rule("L1L2 l1_l2", "l1", _PENALTY, _PUNISHES, 0),
        Rule("L1L2 l1_l2", "l2", _PENALTY, _PUNISHES, 1),
    ),
    *rules(
        KERAS,
        "Srivastava et al. 2014, Dropout (JMLR 15)",
        Rule(_DROPOUTS, "rate", _DROPPED, "the share that is dropped, against overfitting", 0),
        Rule(_RECURRENT, "dropout", _DROPPED, "the share of the inputs that is dropped, against overfitting"),
        Rule("MultiHeadAttention", "dropout", _DROPPED, "the share of the attention that is dropped"),
    ),
    *rules(
        KERAS,
        "Gal, Ghahramani 2016, A theoretically grounded application of dropout (arXiv:1512.05287)",
        Rule(
            _RECURRENT,
            "recurrent_dropout",
            between(0, 0.5, most=0.9, room=0.2, zero=False),
            "the share of the memory that is dropped, against overfitting",
        ),
    ),
    *rules(
        KERAS,
        "Vaswani et al. 2017, Attention is all you need (arXiv:1706.03762), table 3",
        Rule("MultiHeadAttention", "num_heads", options(1, 2, 4, 8), "how many places attention looks at", 0),
        Rule(
            "MultiHeadAttention", "key_dim", scaled(2, 2, most=256), "the size of each head of attention", 1
        ),
    ),
    *rules(
        KERAS,
        "Keras documentation, layers",
        Rule(
            "GaussianNoise", "stddev", between(0, 0.5, room=0.3, zero=False), "noise against overfitting", 0
        ),
        Rule(
            "LeakyReLU", "negative_slope alpha", between(0, 0.3, most=1, room=0.2, zero=False), _ACTIVATES, 0
        ),
    ),
)

DEPTH_RULE, *_ = rules(
    METHODS,
    "Chollet 2021, Deep Learning with Python, 2nd edition",
    Rule("range", "depth", whole(1, 4, times=1.5), "more layers learn more, and overfit sooner"),
)
"""Rule for the number of iterations of a loop that adds layers of `STACKED`."""

STACKED = frozenset(
    ("Activation", "BatchNormalization", "Dense", "Dropout", "ELU", "LayerNormalization", "LeakyReLU", "ReLU")
)
"""Layers of which any number may follow each other."""

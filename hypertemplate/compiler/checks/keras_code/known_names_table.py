"""Names of Keras 3 by which misspelled ones are known. A test compares them with the installed version."""

from __future__ import annotations

_POOLING = (
    "AveragePooling AvgPool GlobalAveragePooling GlobalAvgPool GlobalMaxPool GlobalMaxPooling MaxPool "
    "MaxPooling"
)
_SIZED = f"Conv Convolution Cropping SpatialDropout UpSampling ZeroPadding {_POOLING}"
_TRANSPOSED = "Conv1DTranspose Conv2DTranspose Conv3DTranspose"
_OTHERS = (
    "Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention Average "
    "BatchNormalization Bidirectional CategoryEncoding CenterCrop Concatenate ConvLSTM1D ConvLSTM2D "
    "ConvLSTM3D Dense DepthwiseConv1D DepthwiseConv2D Discretization Dot Dropout ELU EinsumDense "
    "Embedding Flatten GRU GRUCell GaussianDropout GaussianNoise GroupNormalization Hashing Identity "
    "Input InputLayer InputSpec IntegerLookup LSTM LSTMCell Lambda Layer LayerNormalization LeakyReLU "
    "Masking Maximum Minimum MultiHeadAttention Multiply Normalization PReLU Permute RNN "
    "RandomBrightness RandomContrast RandomCrop RandomFlip RandomRotation RandomTranslation "
    "RandomZoom ReLU RepeatVector Rescaling Reshape Resizing SeparableConv1D SeparableConv2D "
    "SimpleRNN SimpleRNNCell Softmax SpectralNormalization StackedRNNCells StringLookup Subtract "
    "TextVectorization TimeDistributed UnitNormalization Wrapper"
)

LAYERS = frozenset(
    [
        *(f"{name}{axes}D" for name in _SIZED.split() for axes in (1, 2, 3)),
        *_TRANSPOSED.split(),
        *_OTHERS.split(),
    ]
)
"""Classes of ``keras.layers``."""

OPTIMIZERS = frozenset(
    ["Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lion", "Nadam", "RMSprop", "SGD"]
)
"""Classes of ``keras.optimizers``; the strings that name them may have any case."""

CALLBACKS = frozenset(
    [
        "BackupAndRestore",
        "CSVLogger",
        "Callback",
        "EarlyStopping",
        "History",
        "LambdaCallback",
        "LearningRateScheduler",
        "ModelCheckpoint",
        "ReduceLROnPlateau",
        "TensorBoard",
        "TerminateOnNaN",
    ]
)
"""Classes of ``keras.callbacks``."""

ACTIVATIONS = frozenset(
    [
        "celu",
        "elu",
        "exponential",
        "gelu",
        "glu",
        "hard_shrink",
        "hard_sigmoid",
        "hard_silu",
        "hard_swish",
        "hard_tanh",
        "leaky_relu",
        "linear",
        "log_sigmoid",
        "log_softmax",
        "mish",
        "relu",
        "relu6",
        "selu",
        "sigmoid",
        "silu",
        "soft_shrink",
        "softmax",
        "softplus",
        "softsign",
        "sparse_plus",
        "sparse_sigmoid",
        "sparsemax",
        "squareplus",
        "swish",
        "tanh",
        "tanh_shrink",
        "threshold",
    ]
)
"""Strings that name activations."""

LOSSES = frozenset(
    [
        "bce",
        "binary_crossentropy",
        "binary_focal_crossentropy",
        "categorical_crossentropy",
        "categorical_focal_crossentropy",
        "categorical_hinge",
        "circle",
        "cosine_similarity",
        "ctc",
        "dice",
        "hinge",
        "huber",
        "kl_divergence",
        "kld",
        "log_cosh",
        "mae",
        "mape",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_error",
        "mean_squared_logarithmic_error",
        "mse",
        "msle",
        "poisson",
        "sparse_categorical_crossentropy",
        "squared_hinge",
        "tversky",
    ]
)
"""Strings that name losses."""

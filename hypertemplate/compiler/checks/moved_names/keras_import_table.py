"""Import paths that Keras 3 removed, and their replacements: `MODULES`, `PACKAGES`, `NAMES` and `GONE`.

The tables list only imports that fail in today's Keras; a test under ``tests/end_to_end`` compares them with
the installed version. Imports that still work are not listed, even if using them fails.
"""

from __future__ import annotations

_ROOTS = ("keras", "tensorflow.keras")

_FOLDED = {
    "backend": "tensorflow_backend",
    "callbacks": "callbacks experimental tensorboard_v1 tensorboard_v2",
    "initializers": "initializers_v1 initializers_v2",
    "layers": "activation advanced_activations attention convolutional convolutional_recurrent core "
    "cudnn_recurrent dense_attention einsum_dense embeddings experimental experimental.preprocessing "
    "kernelized local merge merging multi_head_attention noise normalization normalization_v2 pooling "
    "preprocessing recurrent recurrent_v2 regularization reshaping rnn serialization wrappers",
    "mixed_precision": "experimental",
    "optimizers": "adadelta adadelta_v2 adagrad adagrad_v2 adam adam_v2 adamax adamax_v2 experimental ftrl "
    "gradient_descent gradient_descent_v2 nadam nadam_v2 optimizer_v2 rmsprop rmsprop_v2 sgd",
    "saving": "hdf5_format save",
    "utils": "all_utils data_utils generic_utils image_utils io_utils layer_utils np_utils training_utils "
    "vis_utils visualize_util",
}
"""Module -> its former submodules, whose names it now contains itself."""

_RENAMED_MODULES = {
    "applications.mobilenetv2": "applications.mobilenet_v2",
    "datasets.data_utils": "utils",
    "engine.saving": "saving",
    "initializations": "initializers",
    "objectives": "losses",
    "optimizers.learning_rate_schedule": "optimizers.schedules",
    "saving.model_config": "models",
}

_ENGINE = {
    "Container": "Model",
    "Functional": "Model",
    "Input": "Input",
    "InputLayer": "layers.InputLayer",
    "InputSpec": "InputSpec",
    "Layer": "Layer",
    "Model": "Model",
    "Network": "Model",
    "Sequential": "Sequential",
    "get_source_inputs": "utils.get_source_inputs",
    "merge": "layers.merge",
}
_ENGINE_MODULES = "base_layer functional input_layer input_spec network sequential topology training"

_RENAMED = {
    **{f"engine.{old}": new for old, new in _ENGINE.items()},
    **{f"engine.{inner}.{old}": new for inner in _ENGINE_MODULES.split() for old, new in _ENGINE.items()},
    "constraints.maxnorm": "constraints.max_norm",
    "constraints.nonneg": "constraints.non_neg",
    "constraints.unitnorm": "constraints.unit_norm",
    "experimental.CosineDecay": "optimizers.schedules.CosineDecay",
    "experimental.CosineDecayRestarts": "optimizers.schedules.CosineDecayRestarts",
    "initializations.normal": "initializers.random_normal",
    "initializations.uniform": "initializers.random_uniform",
    "initializers.normal": "initializers.random_normal",
    "initializers.one": "initializers.ones",
    "initializers.uniform": "initializers.random_uniform",
    "initializers.zero": "initializers.zeros",
    "layers.BatchNormalizationV1": "layers.BatchNormalization",
    "layers.CuDNNGRU": "layers.GRU",
    "layers.CuDNNLSTM": "layers.LSTM",
    "layers.Deconvolution2D": "layers.Conv2DTranspose",
    "losses.cosine_proximity": "losses.cosine_similarity",
    "mixed_precision.experimental.set_policy": "mixed_precision.set_global_policy",
    "optimizers.adadelta": "optimizers.Adadelta",
    "optimizers.adagrad": "optimizers.Adagrad",
    "optimizers.adam": "optimizers.Adam",
    "optimizers.adamax": "optimizers.Adamax",
    "optimizers.nadam": "optimizers.Nadam",
    "optimizers.rmsprop": "optimizers.RMSprop",
    "optimizers.sgd": "optimizers.SGD",
    "regularizers.WeightRegularizer": "regularizers.L1L2",
    "regularizers.activity_l1": "regularizers.l1",
    "regularizers.activity_l2": "regularizers.l2",
    "regularizers.l1l2": "regularizers.l1_l2",
    "utils.visualize_util.plot": "utils.plot_model",
}

_INTERNAL = "it was internal to Keras, and nothing public took its place"
_OWN_LAYER = "write it as a {root}.layers.Layer of your own"
_MERGE = "for mode='concat' write {root}.layers.concatenate([a, b]), for mode='sum' {root}.layers.add([a, b])"
_FIT_ALONE = "give fit() the generator, or a {root}.utils.PyDataset, itself"
_BACKEND = "Keras 3 runs on TensorFlow, JAX or PyTorch, as the environment variable KERAS_BACKEND says"
_PHASE = "give the layer or model that you call training=True or training=False"
_SESSION = "drop it, there are no sessions; for growing GPU memory write tensorflow.config.experimental"

_GONE = {
    "backend.cntk_backend": _BACKEND,
    "backend.get_session": f"{_SESSION}.set_memory_growth(gpu, True)",
    "backend.image_dim_ordering": "write {root}.backend.image_data_format(): 'channels_last' was 'tf'",
    "backend.learning_phase": _PHASE,
    "backend.set_image_dim_ordering": "write {root}.backend.set_image_data_format('channels_last') for 'tf'",
    "backend.set_learning_phase": _PHASE,
    "backend.set_session": f"{_SESSION}.set_memory_growth(gpu, True)",
    "backend.tensorflow_backend._get_available_gpus": "write tensorflow.config.list_physical_devices('GPU')",
    "backend.theano_backend": _BACKEND,
    "callbacks.BaseLogger": "drop it: fit() averages the metrics itself",
    "datasets.cifar": "from {root}.datasets import cifar10",
    "engine": "what was public there is in {root} itself: from {root} import Input, InputSpec, Layer, Model",
    "estimator": "train the model with its fit()",
    "experimental": "build the model from {root}.layers",
    "layers.AtrousConvolution1D": "write {root}.layers.Conv1D(..., dilation_rate=2)",
    "layers.AtrousConvolution2D": "write {root}.layers.Conv2D(..., dilation_rate=2)",
    "layers.DenseFeatures": "write {root}.utils.FeatureSpace",
    "layers.Highway": _OWN_LAYER,
    "layers.LocallyConnected1D": "take {root}.layers.Conv1D, which shares its weights",
    "layers.LocallyConnected2D": "take {root}.layers.Conv2D, which shares its weights",
    "layers.MaxoutDense": _OWN_LAYER,
    "layers.Merge": _MERGE,
    "layers.PeepholeLSTMCell": "take {root}.layers.LSTMCell, which has no peepholes",
    "layers.RandomFourierFeatures": _OWN_LAYER,
    "layers.SyncBatchNormalization": "write {root}.layers.BatchNormalization(synchronized=True)",
    "layers.TimeDistributedDense": "write {root}.layers.TimeDistributed({root}.layers.Dense(units))",
    "layers.merge": _MERGE,
    "legacy.interfaces": _INTERNAL,
    "models.model_from_yaml": "save with model.to_json(), and read with {root}.models.model_from_json",
    "optimizers.TFOptimizer": "give compile() an optimizer from {root}.optimizers",
    "premade": "build the model from {root}.layers",
    "saving.saved_model": "write model.export(path)",
    "utils.GeneratorEnqueuer": _FIT_ALONE,
    "utils.HDF5Matrix": "read the file with h5py: h5py.File(path)[name]",
    "utils.OrderedEnqueuer": _FIT_ALONE,
    "utils.SequenceEnqueuer": _FIT_ALONE,
    "utils.conv_utils": _INTERNAL,
    "utils.convert_all_kernels_in_model": "drop it: it was for weights that Theano had trained",
    "utils.layer_utils.count_params": "write model.count_params()",
    "utils.losses_utils": _INTERNAL,
    "utils.metrics_utils": _INTERNAL,
    "utils.multi_gpu_model": "write {root}.distribution.set_distribution({root}.distribution.DataParallel())",
    "utils.print_summary": "write model.summary()",
    "utils.tf_utils": _INTERNAL,
}

# Names that `tensorflow.keras` still has, but `keras` does not.
_AUGMENTING = (
    "DirectoryIterator ImageDataGenerator Iterator NumpyArrayIterator apply_affine_transform "
    "apply_brightness_shift apply_channel_shift random_brightness random_channel_shift random_rotation "
    "random_shear random_shift random_zoom"
)
_SEQUENCES = "TimeseriesGenerator make_sampling_table skipgrams"
_LONG_NAMES = {
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
_SAME_IN_OPS = (
    "abs all any arange binary_crossentropy cast categorical_crossentropy clip cos cumprod cumsum dot elu "
    "equal exp eye greater greater_equal hard_sigmoid less less_equal log logsumexp max maximum mean min "
    "minimum not_equal one_hot ones ones_like prod relu reshape round shape sigmoid sign sin softmax "
    "softplus softsign sparse_categorical_crossentropy sqrt square squeeze stack std stop_gradient sum tanh "
    "tile transpose var zeros zeros_like"
)
_ONLY_KERAS = {
    **{
        f"keras.preprocessing.{module}.{name}": f"tensorflow.keras.preprocessing.{module}.{name}"
        for module, names in (("image", _AUGMENTING), ("sequence", _SEQUENCES))
        for name in names.split()
    },
    **{
        f"keras.{module}.{short}": f"keras.{module}.{long}"
        for module in ("losses", "metrics")
        for short, long in _LONG_NAMES.items()
    },
    **{f"keras.backend.{name}": f"keras.ops.{name}" for name in _SAME_IN_OPS.split()},
    "keras.backend.constant": "keras.ops.convert_to_tensor",
    "keras.backend.eval": "keras.ops.convert_to_numpy",
    "keras.backend.get_value": "keras.ops.convert_to_numpy",
    "keras.backend.permute_dimensions": "keras.ops.transpose",
    "keras.backend.pow": "keras.ops.power",
    "keras.backend.random_normal": "keras.random.normal",
    "keras.backend.random_uniform": "keras.random.uniform",
    "keras.backend.repeat_elements": "keras.ops.repeat",
    "keras.backend.switch": "keras.ops.where",
    "keras.backend.variable": "keras.Variable",
    "keras.layers.RandomHeight": "tensorflow.keras.layers.RandomHeight",
    "keras.layers.RandomWidth": "tensorflow.keras.layers.RandomWidth",
}

# `tensorflow.python.keras` is TensorFlow's own copy of Keras 2, of which little is left.
_REMAINS_LACK_MODULES = (
    "applications datasets layers.experimental layers.noise layers.normalization layers.wrappers "
    "preprocessing wrappers"
)
_REMAINS_LACK = {
    "layers": "AlphaDropout BatchNormalization Bidirectional CuDNNGRU CuDNNLSTM GRU GRUCell GaussianDropout "
    "GaussianNoise LSTM LSTMCell LayerNormalization TimeDistributed",
    "optimizers": "Adadelta Adagrad Adam Adamax Nadam RMSprop SGD",
    "utils": "Sequence get_file normalize plot_model to_categorical",
}

MODULES: dict[str, str] = {
    **{
        f"{root}.{parent}.{child}": f"{root}.{parent}"
        for root in _ROOTS
        for parent, children in _FOLDED.items()
        for child in children.split()
    },
    **{f"{root}.{old}": f"{root}.{new}" for root in _ROOTS for old, new in _RENAMED_MODULES.items()},
    **{f"{root}.wrappers.scikit_learn": "scikeras.wrappers" for root in _ROOTS},
    "keras.preprocessing.text": "tensorflow.keras.preprocessing.text",
}
"""Module -> module that has its names today, also those of its own submodules."""

PACKAGES: dict[str, str] = {
    **{f"keras.api{version}": "keras" for version in ("", "._v1.keras", "._v2.keras")},
    **{
        f"tensorflow.contrib.keras{inner}": "tensorflow.keras"
        for inner in ("", ".api.keras", ".python.keras")
    },
    **{
        f"tensorflow.python.keras.{module}": f"tensorflow.keras.{module}"
        for module in _REMAINS_LACK_MODULES.split()
    },
    **{
        f"tensorflow.python.keras.api{version}": "tensorflow.keras"
        for version in ("", "._v1.keras", "._v2.keras")
    },
}
"""Module -> its replacement today, with submodules of the same names."""

NAMES: dict[str, str] = {
    **{f"{root}.{old}": f"{root}.{new}" for root in _ROOTS for old, new in _RENAMED.items()},
    **_ONLY_KERAS,
    **{
        f"tensorflow.keras.{module}.{name}": f"keras.{module}.{name}"
        for module in ("losses", "metrics")
        for name in sorted({*_LONG_NAMES.values()} - {"log_cosh"})
    },
    "tensorflow.log": "tensorflow.math.log",
    "tensorflow.random_normal": "tensorflow.random.normal",
    "tensorflow.random_uniform": "tensorflow.random.uniform",
    "tensorflow.set_random_seed": "tensorflow.random.set_seed",
    "tensorflow.truncated_normal": "tensorflow.random.truncated_normal",
    **{
        f"tensorflow.python.keras.{module}.{name}": f"tensorflow.keras.{module}.{name}"
        for module, names in _REMAINS_LACK.items()
        for name in names.split()
    },
}
"""Name -> its replacement, if that is not the same name in the module from `MODULES`."""

GONE: dict[str, str] = {
    **{f"{root}.{old}": advice.format(root=root) for root in _ROOTS for old, advice in _GONE.items()},
    **{
        f"keras.backend.{name}": f"from keras.ops import {name}, and give it axis=-1, its former default"
        for name in ("argmax", "argmin", "concatenate", "expand_dims")
    },
    "keras.backend.batch_dot": "write keras.ops.matmul(a, b), or keras.layers.Dot(axes)([a, b])",
    "keras.backend.batch_flatten": "write keras.ops.reshape(x, (keras.ops.shape(x)[0], -1))",
    "keras.backend.count_params": "write math.prod(x.shape)",
    "keras.backend.flatten": "write keras.ops.reshape(x, (-1,))",
    "keras.backend.function": "write keras.Model(inputs, outputs), and call its predict()",
    "keras.backend.gather": "write keras.ops.take(x, indices, axis=0)",
    "keras.backend.gradients": "compute gradients in a training step: tensorflow.GradientTape",
    "keras.backend.in_train_phase": _PHASE,
    "keras.backend.int_shape": "write x.shape",
    "keras.backend.l2_normalize": "write keras.ops.normalize(x, axis=axis)",
    "keras.backend.ndim": "write len(x.shape)",
    "keras.backend.placeholder": "write keras.Input(shape)",
    "keras.backend.set_value": "write variable.assign(value), or model.optimizer.learning_rate = value",
    "keras.layers.ThresholdedReLU": "for ThresholdedReLU(theta) write keras.layers.ReLU(threshold=theta)",
    "tensorflow.ConfigProto": f"{_SESSION}.set_memory_growth(gpu, True)",
    "tensorflow.Session": f"{_SESSION}.set_memory_growth(gpu, True)",
    "tensorflow.contrib": "contrib ended with TensorFlow 1: take layers, losses and optimizers from keras",
    "tensorflow.examples.tutorials": "from keras.datasets import mnist, and call mnist.load_data()",
}
"""Name or module without a replacement -> advice."""

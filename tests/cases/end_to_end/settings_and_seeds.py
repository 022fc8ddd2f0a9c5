"""A model that tells the settings of its process and some random numbers, and then changes all it can."""

import random
import zlib

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(7)
keras.config.set_dtype_policy('mixed_bfloat16')
keras.config.set_epsilon(1e-5)
tf.config.optimizer.set_experimental_options({'layout_optimizer': False})
rows = np.random.rand(64, 4).astype('float32')
shuffled = tf.data.Dataset.range(9).cache().shuffle(9, seed=5)
first = [int(one) for one in shuffled.take(2)]
drawn = float(keras.random.normal(())) + float(tf.random.normal(())) + random.random()


def data():
    order = np.random.permutation(64)
    pairs = tf.data.Dataset.zip((shuffled, tf.data.Dataset.range(9).shuffle(9))).batch(4)
    return rows[order], rows[order].sum(1), pairs, shuffled.shuffle(9, reshuffle_each_iteration=False)


def order_of(*datasets):
    passes = [str(batch) for _ in range(2) for one in datasets for batch in one.as_numpy_iterator()]
    return float(zlib.crc32(' '.join(passes).encode()))


def numbers(x, y):
    network = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(1)])
    network.compile('adam', 'mse')
    history = network.fit(x, y, epochs=2, verbose=0)
    return {
        'loss': history.history['loss'][-1],
        'x': float(x[0, 0]),
        'setup': drawn,
        'python': random.random(),
        'numpy': float(np.random.rand()),
        'tensorflow': float(tf.random.normal(())),
        'keras': float(keras.random.normal(())),
    }


def settings():
    return {
        'policy': float(keras.config.dtype_policy().name == 'mixed_bfloat16'),
        'floatx': float(keras.config.floatx() == 'float32'),
        'epsilon': keras.config.epsilon(),
        'format': float(keras.config.image_data_format() == 'channels_last'),
        'filtering': float(keras.config.is_traceback_filtering_enabled()),
        'logging': float(keras.config.is_interactive_logging_enabled()),
        'eagerly': float(tf.config.functions_run_eagerly()),
        'soft placement': float(tf.config.get_soft_device_placement()),
        'jit': float(bool(tf.config.optimizer.get_jit())),
        'layout': float(tf.config.optimizer.get_experimental_options()['layout_optimizer']),
        'deterministic': float(tf.config.experimental.tensor_float_32_execution_enabled()),
        'level': float(tf.get_logger().level),
        'registered': float(len(keras.saving.get_custom_objects())),
    }


def change():
    keras.config.set_dtype_policy('float64')
    keras.config.set_floatx('float16')
    keras.config.set_epsilon(0.1)
    keras.config.set_image_data_format('channels_first')
    keras.config.disable_traceback_filtering()
    keras.config.disable_interactive_logging()
    keras.config.enable_unsafe_deserialization()
    tf.config.run_functions_eagerly(True)
    tf.data.experimental.enable_debug_mode()
    tf.config.set_soft_device_placement(False)
    tf.config.optimizer.set_jit(True)
    tf.config.optimizer.set_experimental_options({'layout_optimizer': True})
    tf.config.experimental.enable_tensor_float_32_execution(False)
    tf.config.experimental.enable_op_determinism()
    tf.get_logger().setLevel('ERROR')
    tf.random.set_seed(3)
    keras.utils.get_custom_objects()['swap'] = lambda x: x
    keras.saving.register_keras_serializable('mine')(type('Net', (keras.layers.Layer,), {}))


def model(x, y, pairs, mixed):
    found = {**numbers(x, y), **settings(), 'order': order_of(pairs, shuffled, mixed, shuffled.batch(2))}
    change()
    tf.RegisterGradient('Mine')(lambda op, gradient: gradient)  # which refuses a second time
    if {{choice([1, 2], name='times')}} > 1:
        change()
    return found

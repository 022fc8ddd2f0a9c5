# The program that hypertemplate made of layers.py, for reading and for running one trial with each
# parameter's default value, where hypertemplate is installed:
#
#     python program.py
#
# Searches do not run this file; they run the same statements under the template's own lines.
import sys as _ht_sys

from hypertemplate.compiler.program import Join as _ht_Join
from hypertemplate.runtime.draws import Draws as _ht_Draws
from hypertemplate.runtime.joining import call as _ht_call, model_arguments as _ht_arguments

_ht_sys.path.insert(0, '/home/user/layers')
__file__ = '/home/user/layers/layers.py'

# The default value of each parameter; a choice counts its options from 0.
_ht_ = _ht_Draws(
    {
        'Dense': 0,
        'activation': 0,
        'SGD': 0.049787068367863944,
    }
)

# layers.py

import keras

import numpy as np

def data():
    x = np.linspace(0, 1, 32, dtype='float32').reshape(-1, 1)
    return x, 3 * x

def model(x, y):
    network = keras.Sequential([
        keras.Input((1,)),
        keras.layers.Dense(((2, 3)[_ht_['Dense']]), activation=(('relu', 'tanh')[_ht_['activation']])),
        keras.layers.Dense(1),
    ])
    network.compile(keras.optimizers.SGD((_ht_['SGD'])), 'mse')
    network.fit(x, y, epochs=3, validation_split=0.25, verbose=0)
    return {'loss': network.evaluate(x, y, verbose=0), 'model': network}


if __name__ == "__main__":
    _ht_join = _ht_Join(how='position', names=(), count=2, locals=())
    print(_ht_call(model, _ht_arguments(_ht_join, data(), 'data', 'model', _ht_.left)))

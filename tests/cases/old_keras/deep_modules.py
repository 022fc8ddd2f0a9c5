import keras
import numpy as np
import keras.layers.advanced_activations
from keras.layers.advanced_activations import LeakyReLU, PReLU
from keras.layers.merge import concatenate
from keras.engine.topology import Input
from keras.engine.training import Model

x = np.linspace(0, 1, 40).reshape(20, 2)
y = x[:, 0] ** 2

first = Input((2,))
left = PReLU()(keras.layers.core.Dense(4)(first))
right = keras.layers.advanced_activations.ELU()(keras.layers.core.Dense({{choice([2, 4])}})(first))
net = Model(input=[first], output=[keras.layers.core.Dense(1)(concatenate([left, LeakyReLU()(right)]))])
net.compile(keras.optimizers.sgd(lr={{loguniform(-5, -2)}}), 'logcosh')
net.fit(x, y, nb_epoch=2, validation_split=0.5, verbose=0)

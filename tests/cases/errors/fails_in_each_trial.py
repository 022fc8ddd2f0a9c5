import keras
from keras.layers import Dense, Dropout

x_train = [[1.0], [2.0]]


def model():
    x_train = abs(x_train)
    network = keras.Sequential([Dense({{choice([32, 64])}} / 2), Dropout({{choice([25, 50])}}), Dense(1)])
    network.compile('adam', 'mse')
    history = network.fit(x_train, [1.0, 2.0], epochs=2)
    score, accuracy = network.evaluate(x_train, [1.0, 2.0])
    return {'loss': min(history.history['val_loss'])}

# output
model.py:8:19: warning HT301: 'x_train' is read here before model() gives it a value
    8 |     x_train = abs(x_train)
      |                   ^~~~~~~
      = help: model() assigns 'x_train', which makes it a local variable: assign to another name
model.py:9:39: warning HT116: Dense() takes a whole number, and / gives a fraction
    9 |     network = keras.Sequential([Dense({{choice([32, 64])}} / 2), Dropout({{choice([25, 50])}}), Dens ...
      |                                       ^~~~~~~~~~~~~~~~~~~~~~~~
      = help: write int({{choice([32, 64])}} / 2)
model.py:9:74: warning HT316: rate of Dropout() is between 0 and 1, got 25
    9 | ... uential([Dense({{choice([32, 64])}} / 2), Dropout({{choice([25, 50])}}), Dense(1)])
      |                                                       ^~~~~~~~~~~~~~~~~~~~
      = help: write a number from 0 to 1, such as 0.25
model.py:12:23: warning HT315: evaluate() returns the loss alone: the network is compiled without metrics
   12 |     score, accuracy = network.evaluate(x_train, [1.0, 2.0])
      |                       ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: give compile() metrics=['accuracy'], or take the loss alone
model.py:13:41: warning HT315: this fit reports no val_loss: it has no validation
   13 |     return {'loss': min(history.history['val_loss'])}
      |                                         ^~~~~~~~~~
      = help: give fit() validation_data

import keras


def model(x, y):
    network = keras.Sequential([keras.layers.Dense({{choice([8, 16])}})])
    network.compile('adam', 'mse')
    history = network.fit(x, y, verbose=0)
    best = max(history.history['accuracy']), min(history.history['val_loss'])
    loss, accuracy = network.evaluate(x, y)
    return {'loss': loss, 'accuracy': accuracy, 'best': best[0]}


def data():
    return [1], [2]

# output
model.py:8:32: warning HT315: this fit reports no accuracy: the network is compiled without metrics
    8 |     best = max(history.history['accuracy']), min(history.history['val_loss'])
      |                                ^~~~~~~~~~
      = help: give compile() metrics=['accuracy']
model.py:8:66: warning HT315: this fit reports no val_loss: it has no validation
    8 |     best = max(history.history['accuracy']), min(history.history['val_loss'])
      |                                                                  ^~~~~~~~~~
      = help: give fit() validation_data
model.py:9:22: warning HT315: evaluate() returns the loss alone: the network is compiled without metrics
    9 |     loss, accuracy = network.evaluate(x, y)
      |                      ^~~~~~~~~~~~~~~~~~~~~~
      = help: give compile() metrics=['accuracy'], or take the loss alone

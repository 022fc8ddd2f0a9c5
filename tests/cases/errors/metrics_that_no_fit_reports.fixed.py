import keras


def model(x, y):
    network = keras.Sequential([keras.layers.Dense({{choice([8, 16])}})])
    network.compile('adam', 'mse', metrics=['accuracy'])
    history = network.fit(x, y, verbose=0, validation_data=(x, y))
    best = max(history.history['accuracy']), min(history.history['val_loss'])
    loss, accuracy = network.evaluate(x, y)
    return {'loss': loss, 'accuracy': accuracy, 'best': best[0]}


def data():
    return [1], [2]

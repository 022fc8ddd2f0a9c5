import keras
from keras.layers import Dense, Dropout

x_train = [[1.0], [2.0]]


def model():
    x_scaled = abs(x_train)
    network = keras.Sequential([Dense(int({{choice([32, 64])}} / 2)), Dropout({{choice([0.25, 0.5])}}), Dense(1)])
    network.compile('adam', 'mse', metrics=['accuracy'])
    history = network.fit(x_scaled, [1.0, 2.0], epochs=2, validation_data=(x_scaled, [1.0, 2.0]))
    score, accuracy = network.evaluate(x_scaled, [1.0, 2.0])
    return {'loss': min(history.history['val_loss'])}

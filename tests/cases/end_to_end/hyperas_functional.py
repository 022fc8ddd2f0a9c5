"""In the manner of Hyperas's functional API example: an input, branches by choice, and a History."""
from hyperopt import Trials, STATUS_OK, tpe
from keras.layers import Dense, Dropout, Input
from keras.models import Model
from keras.optimizers import Adam
import numpy as np

from hyperas import optim
from hyperas.distributions import choice, uniform


def data():
    np.random.seed(7)
    X = np.random.rand(200, 5).astype('float32')
    y = (X.sum(axis=1) > 2.5).astype('float32')
    return X[:150], X[150:], y[:150], y[150:]


def create_model(X_train, X_test, y_train, y_test):
    inputs = Input(shape=(5,))
    x = Dense({{choice([8, 16])}}, activation={{choice(['relu', 'tanh'])}})(inputs)
    x = Dropout({{uniform(0, .5)}})(x)
    if {{choice(['two', 'three'])}} == 'three':
        x = Dense({{choice([4, 8])}}, activation='relu')(x)
    outputs = Dense(1, activation='sigmoid')(x)
    model = Model(inputs, outputs)
    model.compile(loss='binary_crossentropy', optimizer=Adam({{choice([10**-3, 10**-2])}}))
    result = model.fit(X_train, y_train, epochs=2, verbose=0, validation_data=(X_test, y_test))
    validation_loss = np.amin(result.history['val_loss'])
    return {'loss': validation_loss, 'status': STATUS_OK, 'model': model}


def main():
    best_run, best_model = optim.minimize(create_model, data, tpe.suggest, 2, Trials())
    print(best_run)


if __name__ == '__main__':
    main()

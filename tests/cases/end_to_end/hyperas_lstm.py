"""In the manner of Hyperas's LSTM example: names of data() that it does not return."""
from __future__ import print_function
from hyperopt import Trials, STATUS_OK, tpe
from hyperas import optim
from hyperas.distributions import choice, uniform
from keras.callbacks import EarlyStopping, ModelCheckpoint
from keras.layers import LSTM, Dense, Embedding
from keras.models import Sequential
import numpy as np


def data():
    maxlen = 8
    max_features = 20
    rng = np.random.RandomState(0)
    X_train = rng.randint(0, max_features, (120, maxlen))
    y_train = (X_train[:, 0] > 10).astype(int)
    X_test, y_test = X_train[:40], y_train[:40]
    return X_train, X_test, y_train, y_test, maxlen, max_features


def model(X_train, X_test, y_train, y_test, maxlen, max_features):
    model = Sequential()
    model.add(Embedding(max_features, 4))
    model.add(LSTM({{choice([4, 8])}}, dropout={{uniform(0, 0.5)}}))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
    early_stopping = EarlyStopping(monitor='val_loss', patience=4)
    model.fit(X_train, y_train, batch_size={{choice([32, 64])}}, epochs=1, verbose=0,
              validation_split=0.25, callbacks=[early_stopping])
    score, acc = model.evaluate(X_test, y_test, verbose=0)
    return {'loss': -acc, 'status': STATUS_OK, 'model': model}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials())

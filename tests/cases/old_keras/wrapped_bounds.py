import numpy as np
from hyperas.distributions import choice, loguniform, uniform
from keras.layers import Dense, Dropout, GaussianDropout
from keras.models import Sequential
from keras.optimizers import Adam


def data():
    x = np.linspace(0, 1, 60).reshape(20, 3)
    return x, x.sum(axis=1)


def model(x, y):
    net = Sequential()
    net.add(Dense({choice([4, 8])}, activation='relu'))
    net.add(Dropout(p={{uniform(0.5, 0.1)}}))
    net.add(GaussianDropout(p=0.1))
    net.add(Dense(1))
    net.compile(Adam(lr={{loguniform(1e-4, 1e-1)}}), 'mse')
    history = net.fit(x, y, nb_epoch=1, validation_split=0.25, verbose=0)
    return {'loss': history.history['val_loss'][-1], 'status': STATUS_OK, 'model': net}

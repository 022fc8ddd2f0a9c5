import numpy as np
import keras.backend as K
from keras.layers import Dense, Input
from keras.models import Model
from keras.optimizers import Adam


def rmse(y_true, y_pred):
    return K.sqrt(K.mean(K.square(y_pred - y_true), axis=-1) + K.epsilon())


def r_squared(y_true, y_pred):
    rest = K.sum(K.square(y_true - y_pred))
    total = K.sum(K.square(y_true - K.mean(y_true)))
    return 1 - rest / (total + K.epsilon())


x = np.linspace(-1, 1, 60).reshape(30, 2)
y = x[:, 0] - x[:, 1]

inputs = Input(shape=(2,))
hidden = Dense({{quniform(4, 16, 4)}}, activation='relu', init='glorot_normal')(inputs)
net = Model(input=inputs, output=Dense(1, bias=True)(hidden))
net.compile(optimizer=Adam(lr={{loguniform(-6, -2)}}), loss=rmse, metrics=[r_squared])
net.fit(x, y, nb_epoch=2, validation_split=0.2, verbose=0)
val_loss = net.evaluate(x, y, verbose=0)[0]

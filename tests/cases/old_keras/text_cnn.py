import numpy as np
from keras import backend as K
from keras.constraints import maxnorm
from keras.layers import Convolution1D, Dense, Dropout, Embedding, Lambda, MaxPooling1D
from keras.models import Sequential
from keras.optimizers import Adadelta
from keras.regularizers import l2


def data():
    x = np.arange(320).reshape(20, 16) % 11
    y = np.arange(20) % 2
    return x, y


def model(x, y):
    net = Sequential()
    net.add(Embedding(11, 4, W_regularizer=l2(l=0.001)))
    net.add(Convolution1D(nb_filter={{choice([4, 8])}}, filter_length=3, border_mode='same',
                          activation='relu', subsample_length=1))
    net.add(MaxPooling1D(pool_length=2, stride=2))
    net.add(Lambda(lambda t: K.max(t, axis=1)))
    net.add(Dropout(p={{uniform(0, 0.5)}}))
    net.add(Dense(1, W_constraint=maxnorm(m=3), activation='sigmoid'))
    net.compile('adadelta' if {{choice([True, False])}} else Adadelta(lr=0.5), 'binary_crossentropy', metrics=['accuracy'])
    net.fit(x, y, nb_epoch=1, verbose=0)
    print(net.predict_proba(x)[:2])
    return {'loss': net.evaluate(x, y, verbose=0)[0], 'status': STATUS_OK, 'model': net}

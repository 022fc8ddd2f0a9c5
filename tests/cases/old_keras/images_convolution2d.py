import numpy as np
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.core import Dense, Dropout, Flatten
from keras.layers.normalization import BatchNormalization
from keras.models import Sequential
from keras.optimizers import SGD

np.random.seed(1)


def data():
    x = np.random.rand(80, 12, 12, 1)
    y = x.mean(axis=(1, 2, 3)) > 0.5
    return x, y


def create_model(x, y):
    model = Sequential()
    model.add(Convolution2D({{choice([4, 8])}}, 3, 3, border_mode='same', dim_ordering='tf',
                            input_shape=(12, 12, 1), activation='relu', subsample=(1, 1)))
    model.add(BatchNormalization(mode=0))
    model.add(MaxPooling2D(pool_size=(2, 2), border_mode='valid', dim_ordering='tf'))
    model.add(Flatten())
    model.add(Dropout(p={{uniform(0, 0.5)}}))
    model.add(Dense(1, init='uniform', activation='sigmoid'))
    sgd = SGD(lr=0.05, decay=1e-6, momentum=0.9, nesterov=True)
    model.compile(loss='binary_crossentropy', optimizer=sgd, metrics=['accuracy'])
    history = model.fit(x, y, nb_epoch=2, validation_split=0.25, verbose=0)
    return {'loss': -max(history.history['val_acc']), 'status': STATUS_OK, 'model': model}

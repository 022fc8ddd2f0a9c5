import numpy as np
from keras.callbacks import EarlyStopping, ModelCheckpoint
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import RMSprop
from keras.utils.data_utils import Sequence


class Batches(Sequence):
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return self.x[i * 8:i * 8 + 8], self.y[i * 8:i * 8 + 8]


def data():
    x = np.linspace(0, 1, 64).reshape(32, 2)
    y = (x.sum(axis=1) > 1).astype(int)
    return x, y


def model(x, y):
    net = Sequential([Dense({{choice([4, 8])}}, activation='tanh'), Dense(1, activation='sigmoid')])
    net.compile(loss='binary_crossentropy', optimizer=RMSprop(lr={{loguniform(-5, -2)}}), metrics=['accuracy'])
    callbacks = [EarlyStopping(monitor='val_acc', patience=2),
                 ModelCheckpoint('best.hdf5', monitor='val_acc', save_best_only=True)]
    result = net.fit_generator(Batches(x, y), 4, 3, verbose=0, callbacks=callbacks, validation_data=(x, y),
                               max_queue_size=10, workers=2, use_multiprocessing=False)
    net.load_weights('best.hdf5')
    print(net.evaluate_generator(Batches(x, y), steps=4, verbose=0))
    return -max(result.history['val_acc'])

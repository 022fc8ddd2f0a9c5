import os
import numpy as np
import keras
from keras.models import Sequential, load_model
from keras.layers import Dense, UpSampling1D, Reshape, Flatten
from keras.callbacks import EarlyStopping

x = np.linspace(0, 1, 48).reshape(12, 4)
y = keras.utils.to_categorical(np.arange(12) % 2, nb_classes=2)


def build():
    net = Sequential()
    net.add(Dense({{choice([4, 8])}}, init='normal'))
    net.add(Reshape(dims=(2, -1)))
    net.add(UpSampling1D(length=2))
    net.add(Flatten())
    net.add(Dense(2, activation='softmax'))
    net.compile(keras.optimizers.Nadam(lr=0.01), 'categorical_crossentropy', metrics=['accuracy'])
    return net


net = build()
net.fit(x, y, nb_epoch=1, verbose=0, callbacks=[EarlyStopping(monitor='acc')])
net.save_weights('best.h5')
again = build()
again.build((None, 4))
again.load_weights('best.h5')
loss, accuracy = again.evaluate(x, y, verbose=0)

from hyperopt import Trials, STATUS_OK, tpe
from hyperas import optim
from hyperas.distributions import choice, uniform
from keras.models import Sequential
from keras.layers.core import Dense, Dropout, Activation
from keras.optimizers import RMSprop, Adam
from keras.datasets import cifar10
from keras.utils import np_utils
from keras.preprocessing.image import ImageDataGenerator
from keras.layers.convolutional import Conv2D, MaxPooling2D
from keras.layers import Flatten


def data():
    nb_classes = 10
    (X_train, y_train), (X_test, y_test) = cifar10.load_data()
    X_train = X_train.astype('float32') / 255
    X_test = X_test.astype('float32') / 255
    Y_train = np_utils.to_categorical(y_train, nb_classes)
    Y_test = np_utils.to_categorical(y_test, nb_classes)
    datagen = ImageDataGenerator(rotation_range=0, horizontal_flip=True)
    datagen.fit(X_train)
    return datagen, X_train, Y_train, X_test, Y_test


def model(datagen, X_train, Y_train, X_test, Y_test):
    batch_size = 32
    model = Sequential()
    model.add(Conv2D(32, (3, 3), padding='same', input_shape=X_train.shape[1:]))
    model.add(Activation('relu'))
    if {{choice(['two', 'three'])}} == 'three':
        model.add(Conv2D({{choice([32, 64])}}, (3, 3), activation='relu'))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Dropout({{uniform(0, 1)}}))
    model.add(Flatten())
    model.add(Dense({{choice([256, 512])}}))
    model.add(Dropout({{uniform(0, 1)}}))
    model.add(Dense(nb_classes, activation='softmax'))
    optimizer = {{choice([RMSprop(learning_rate=0.001), Adam(learning_rate=uniform(0.0001, 0.01))])}}
    model.compile(loss='categorical_crossentropy', optimizer=optimizer, metrics=['accuracy'])
    model.fit(datagen.flow(X_train, Y_train, batch_size=batch_size),
              steps_per_epoch=len(X_train) // batch_size, epochs=1,
              validation_data=(X_test, Y_test))
    score, acc = model.evaluate(X_test, Y_test)
    return {'loss': -acc, 'status': STATUS_OK, 'model': model}


if __name__ == '__main__':
    X_train, Y_train, X_test, Y_test = data()
    best_run, best_model = optim.minimize(model=model, data=data, algo=tpe.suggest,
                                          max_evals=5, trials=Trials())

# output
model, data in setup, joined: name ('datagen', 0) ('X_train', 1) ('Y_train', 2) ('X_test', 3) ('Y_test', 4); leaked: nb_classes
model.py:5:6: warning HT304: Keras 3 has no keras.layers.core
    5 | from keras.layers.core import Dense, Dropout, Activation
      |      ^~~~~~~~~~~~~~~~~
      = help: from keras.layers import Dense, Dropout, Activation
model.py:8:25: warning HT304: Keras 3 has no keras.utils.np_utils
    8 | from keras.utils import np_utils
      |                         ^~~~~~~~
      = help: from keras import utils as np_utils
model.py:9:39: warning HT304: Keras 3 has no keras.preprocessing.image.ImageDataGenerator
    9 | from keras.preprocessing.image import ImageDataGenerator
      |                                       ^~~~~~~~~~~~~~~~~~
      = help: from tensorflow.keras.preprocessing.image import ImageDataGenerator
model.py:10:6: warning HT304: Keras 3 has no keras.layers.convolutional
   10 | from keras.layers.convolutional import Conv2D, MaxPooling2D
      |      ^~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: from keras.layers import Conv2D, MaxPooling2D
model.py:38:21: warning HT010: model() uses nb_classes, local to data()
   38 |     model.add(Dense(nb_classes, activation='softmax'))
      |                     ^~~~~~~~~~
      = help: return nb_classes from data(), and take it as a parameter of model()
choice: choice() ['two', 'three']
Conv2D: choice() [32, 64]
Dropout: uniform(low=0, high=1)
Dense: choice() [256, 512]
Dropout_1: uniform(low=0, high=1)
optimizer: choice() [RMSprop(learning_rate=0.001), Adam(learning_rate=uniform(0.0001, 0.01))]
optimizer.learning_rate: uniform(low=0.0001, high=0.01) in option 1 of optimizer
line 1, setup: no marker affects it
    from hyperopt import Trials, STATUS_OK, tpe
line 2, left out: it imports what drives a search
line 3, setup: no marker affects it
    from hypertemplate.distributions import choice, uniform
line 4, setup: no marker affects it
    from keras.models import Sequential
line 5, setup: no marker affects it
    from keras.layers.core import Dense, Dropout, Activation
line 6, setup: no marker affects it
    from keras.optimizers import RMSprop, Adam
line 7, setup: no marker affects it
    from keras.datasets import cifar10
line 8, setup: no marker affects it
    from keras.utils import np_utils
line 9, setup: no marker affects it
    from keras.preprocessing.image import ImageDataGenerator
line 10, setup: no marker affects it
    from keras.layers.convolutional import Conv2D, MaxPooling2D
line 11, setup: no marker affects it
    from keras.layers import Flatten
line 14, setup: no marker affects it
    def data():
        nb_classes = 10
        (X_train, y_train), (X_test, y_test) = cifar10.load_data()
        X_train = X_train.astype('float32') / 255
        X_test = X_test.astype('float32') / 255
        Y_train = np_utils.to_categorical(y_train, nb_classes)
        Y_test = np_utils.to_categorical(y_test, nb_classes)
        datagen = ImageDataGenerator(rotation_range=0, horizontal_flip=True)
        datagen.fit(X_train)
        return _ht_.leave(locals(), ( datagen, X_train, Y_train, X_test, Y_test))
line 26, trial: contains a marker
    def model(datagen, X_train, Y_train, X_test, Y_test):
        batch_size = 32
        model = Sequential()
        model.add(Conv2D(32, (3, 3), padding='same', input_shape=X_train.shape[1:]))
        model.add(Activation('relu'))
        if (('two', 'three')[_ht_['choice']]) == 'three':
            model.add(Conv2D(((32, 64)[_ht_['Conv2D']]), (3, 3), activation='relu'))
        model.add(MaxPooling2D(pool_size=(2, 2)))
        model.add(Dropout((_ht_['Dropout'])))
        model.add(Flatten())
        model.add(Dense(((256, 512)[_ht_['Dense']])))
        model.add(Dropout((_ht_['Dropout_1'])))
        model.add(Dense(nb_classes, activation='softmax'))
        optimizer = (RMSprop(learning_rate=0.001) if _ht_['optimizer'] == 0 else Adam(learning_rate=(_ht_['optimizer.learning_rate'])))
        model.compile(loss='categorical_crossentropy', optimizer=optimizer, metrics=['accuracy'])
        model.fit(datagen.flow(X_train, Y_train, batch_size=batch_size),
                  steps_per_epoch=len(X_train) // batch_size, epochs=1,
                  validation_data=(X_test, Y_test))
        score, acc = model.evaluate(X_test, Y_test)
        return {'loss': -acc, 'status': STATUS_OK, 'model': model}
line 48, left out: it is the __main__ part

from __future__ import print_function
from hyperopt import Trials, STATUS_OK, rand
from hyperas import optim
from hyperas.distributions import uniform, choice
import numpy as np
from keras.preprocessing import sequence
from keras.datasets import imdb
from keras.models import Sequential
from keras.layers import Dense, Dropout, Activation, Embedding, LSTM, Conv1D, MaxPooling1D

np.random.seed(1337)


def data():
    maxlen = 100
    max_features = 20000
    (X_train, y_train), (X_test, y_test) = imdb.load_data(num_words=max_features)
    X_train = sequence.pad_sequences(X_train, maxlen=maxlen)
    X_test = sequence.pad_sequences(X_test, maxlen=maxlen)
    return X_train, X_test, y_train, y_test, maxlen, max_features


def model(X_train, X_test, y_train, y_test, maxlen, max_features):
    filters = 64
    model = Sequential()
    model.add(Embedding(max_features, {{choice([64, 128])}}, input_length=maxlen))
    model.add(Dropout({{uniform(0, 1)}}))
    # we use several kernel sizes: {{choice([3, 5])}} is only a comment
    model.add(Conv1D(filters=filters, kernel_size={{choice([3, 5])}}, activation='relu'))
    model.add(MaxPooling1D(pool_size={{choice([2, 4])}}))
    model.add(LSTM({{choice([32, 70])}}))
    model.add(Dense(1))
    model.add(Activation('sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
    print('Train...')
    model.fit(X_train, y_train, batch_size=30, epochs=2, validation_data=(X_test, y_test))
    score, acc = model.evaluate(X_test, y_test, batch_size=30)
    print('Test accuracy:', acc, space)
    return {'loss': -acc, 'status': STATUS_OK, 'model': model}


if __name__ == '__main__':
    trials = Trials()
    best_run, best_model = optim.minimize(model=model, data=data, algo=rand.suggest,
                                          max_evals=5, trials=trials, rseed=1337)
    print(best_run)

# output
model, data in setup, joined: name ('X_train', 0) ('X_test', 1) ('y_train', 2) ('y_test', 3) ('maxlen', 4) ('max_features', 5); reads space
output_dim: choice() [64, 128]
Dropout: uniform(low=0, high=1)
kernel_size: choice() [3, 5]
pool_size: choice() [2, 4]
LSTM: choice() [32, 70]
line 1, flags: no marker affects it
line 2, setup: no marker affects it
    from hyperopt import Trials, STATUS_OK, rand
line 3, left out: it imports what drives a search
line 4, setup: no marker affects it
    from hypertemplate.distributions import uniform, choice
line 5, setup: no marker affects it
    import numpy as np
line 6, setup: no marker affects it
    from keras.preprocessing import sequence
line 7, setup: no marker affects it
    from keras.datasets import imdb
line 8, setup: no marker affects it
    from keras.models import Sequential
line 9, setup: no marker affects it
    from keras.layers import Dense, Dropout, Activation, Embedding, LSTM, Conv1D, MaxPooling1D
line 11, setup: no marker affects it
    np.random.seed(1337)
line 14, setup: no marker affects it
    def data():
        maxlen = 100
        max_features = 20000
        (X_train, y_train), (X_test, y_test) = imdb.load_data(num_words=max_features)
        X_train = sequence.pad_sequences(X_train, maxlen=maxlen)
        X_test = sequence.pad_sequences(X_test, maxlen=maxlen)
        return X_train, X_test, y_train, y_test, maxlen, max_features
line 23, trial: contains a marker
    def model(X_train, X_test, y_train, y_test, maxlen, max_features):
        filters = 64
        model = Sequential()
        model.add(Embedding(max_features, ((64, 128)[_ht_['output_dim']]), input_length=maxlen))
        model.add(Dropout((_ht_['Dropout'])))
        # we use several kernel sizes: {{choice([3, 5])}} is only a comment
        model.add(Conv1D(filters=filters, kernel_size=((3, 5)[_ht_['kernel_size']]), activation='relu'))
        model.add(MaxPooling1D(pool_size=((2, 4)[_ht_['pool_size']])))
        model.add(LSTM(((32, 70)[_ht_['LSTM']])))
        model.add(Dense(1))
        model.add(Activation('sigmoid'))
        model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
        print('Train...')
        model.fit(X_train, y_train, batch_size=30, epochs=2, validation_data=(X_test, y_test))
        score, acc = model.evaluate(X_test, y_test, batch_size=30)
        print('Test accuracy:', acc, space)
        return {'loss': -acc, 'status': STATUS_OK, 'model': model}
line 42, left out: it is the __main__ part

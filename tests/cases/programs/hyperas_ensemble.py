from hyperopt import Trials, rand
from hyperas import optim
from hyperas.distributions import choice, uniform
from sklearn.metrics import accuracy_score
from keras.utils import to_categorical
from keras.datasets import mnist
from keras.models import Sequential
from keras.layers import Dense, Dropout


def data():
    (X_train, y_train), (X_test, y_test) = mnist.load_data()
    X_train = X_train.reshape(60000, 784)
    X_test = X_test.reshape(10000, 784)
    Y_train = to_categorical(y_train, 10)
    Y_test = to_categorical(y_test, 10)
    return X_train, X_test, Y_train, Y_test


def model(X_train, X_test, Y_train, Y_test):
    model = Sequential()
    model.add(Dense({{choice([400, 512, 600])}}, input_shape=(784,)))
    model.add(Dropout({{uniform(0, 1)}}))
    model.add(Dense(10, activation='softmax'))
    model.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['accuracy'])
    model.fit(X_train, Y_train, batch_size={{choice([64, 128])}}, epochs=1, verbose=2)
    score, acc = model.evaluate(X_test, Y_test, verbose=0)
    return {'loss': -acc, 'status': 'ok', 'model': model}


if __name__ == '__main__':
    X_train, X_test, Y_train, Y_test = data()
    ensemble_model = optim.best_ensemble(nb_ensemble_models=5, model=model, data=data,
                                         algo=rand.suggest, max_evals=10, trials=Trials(),
                                         voting='hard')
    preds = ensemble_model.predict(X_test)
    print('Ensemble accuracy: ', accuracy_score(Y_test, to_categorical(preds, 10)))

# output
model, data in setup, joined: name ('X_train', 0) ('X_test', 1) ('Y_train', 2) ('Y_test', 3)
Dense: choice() [400, 512, 600]
Dropout: uniform(low=0, high=1)
batch_size: choice() [64, 128]
line 1, left out: nothing needs it
line 2, left out: it imports what drives a search
line 3, setup: no marker affects it
    from hypertemplate.distributions import choice, uniform
line 4, left out: nothing needs it
line 5, setup: no marker affects it
    from keras.utils import to_categorical
line 6, setup: no marker affects it
    from keras.datasets import mnist
line 7, setup: no marker affects it
    from keras.models import Sequential
line 8, setup: no marker affects it
    from keras.layers import Dense, Dropout
line 11, setup: no marker affects it
    def data():
        (X_train, y_train), (X_test, y_test) = mnist.load_data()
        X_train = X_train.reshape(60000, 784)
        X_test = X_test.reshape(10000, 784)
        Y_train = to_categorical(y_train, 10)
        Y_test = to_categorical(y_test, 10)
        return X_train, X_test, Y_train, Y_test
line 20, trial: contains a marker
    def model(X_train, X_test, Y_train, Y_test):
        model = Sequential()
        model.add(Dense(((400, 512, 600)[_ht_['Dense']]), input_shape=(784,)))
        model.add(Dropout((_ht_['Dropout'])))
        model.add(Dense(10, activation='softmax'))
        model.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['accuracy'])
        model.fit(X_train, Y_train, batch_size=((64, 128)[_ht_['batch_size']]), epochs=1, verbose=2)
        score, acc = model.evaluate(X_test, Y_test, verbose=0)
        return {'loss': -acc, 'status': 'ok', 'model': model}
line 31, left out: it is the __main__ part

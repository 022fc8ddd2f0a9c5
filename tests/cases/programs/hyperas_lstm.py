from hyperopt import Trials, STATUS_OK, tpe
from hyperas import optim
from hyperas.distributions import choice, uniform
from keras.models import Sequential
from keras.layers import Dense, Dropout, Embedding, LSTM
from keras.callbacks import EarlyStopping, ModelCheckpoint
from keras.datasets import imdb
from keras.utils import pad_sequences


def data():
    max_features = 20000
    maxlen = 80
    (X_train, y_train), (X_test, y_test) = imdb.load_data(num_words=max_features)
    X_train = pad_sequences(X_train, maxlen=maxlen)
    X_test = pad_sequences(X_test, maxlen=maxlen)
    return X_train, X_test, y_train, y_test, max_features


def create_model(X_train, X_test, y_train, y_test, max_features):
    model = Sequential()
    model.add(Embedding(max_features, 128))
    model.add(LSTM(128))
    model.add(Dropout({{uniform(0, 1)}}))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
    early_stopping = EarlyStopping(monitor='val_loss', patience=4)
    checkpointer = ModelCheckpoint(filepath='weights.keras', verbose=1, save_best_only=True)
    model.fit(X_train, y_train, batch_size={{choice([32, 64, 128])}}, epochs=1,
              validation_split=0.08, callbacks=[early_stopping, checkpointer])
    score, acc = model.evaluate(X_test, y_test, verbose=0)
    return {'loss': -acc, 'status': STATUS_OK, 'model': model}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(create_model, data, tpe.suggest, 10, Trials())

# output
create_model, data in setup, joined: name ('X_train', 0) ('X_test', 1) ('y_train', 2) ('y_test', 3) ('max_features', 4)
Dropout: uniform(low=0, high=1)
batch_size: choice() [32, 64, 128]
line 1, setup: no marker affects it
    from hyperopt import Trials, STATUS_OK, tpe
line 2, left out: it imports what drives a search
line 3, setup: no marker affects it
    from hypertemplate.distributions import choice, uniform
line 4, setup: no marker affects it
    from keras.models import Sequential
line 5, setup: no marker affects it
    from keras.layers import Dense, Dropout, Embedding, LSTM
line 6, setup: no marker affects it
    from keras.callbacks import EarlyStopping, ModelCheckpoint
line 7, setup: no marker affects it
    from keras.datasets import imdb
line 8, setup: no marker affects it
    from keras.utils import pad_sequences
line 11, setup: no marker affects it
    def data():
        max_features = 20000
        maxlen = 80
        (X_train, y_train), (X_test, y_test) = imdb.load_data(num_words=max_features)
        X_train = pad_sequences(X_train, maxlen=maxlen)
        X_test = pad_sequences(X_test, maxlen=maxlen)
        return X_train, X_test, y_train, y_test, max_features
line 20, trial: contains a marker
    def create_model(X_train, X_test, y_train, y_test, max_features):
        model = Sequential()
        model.add(Embedding(max_features, 128))
        model.add(LSTM(128))
        model.add(Dropout((_ht_['Dropout'])))
        model.add(Dense(1, activation='sigmoid'))
        model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
        early_stopping = EarlyStopping(monitor='val_loss', patience=4)
        checkpointer = ModelCheckpoint(filepath='weights.keras', verbose=1, save_best_only=True)
        model.fit(X_train, y_train, batch_size=((32, 64, 128)[_ht_['batch_size']]), epochs=1,
                  validation_split=0.08, callbacks=[early_stopping, checkpointer])
        score, acc = model.evaluate(X_test, y_test, verbose=0)
        return {'loss': -acc, 'status': STATUS_OK, 'model': model}
line 35, left out: it is the __main__ part

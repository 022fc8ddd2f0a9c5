import numpy as np
from keras.layers.embeddings import Embedding
from keras.layers.recurrent import GRU, LSTM
from keras.layers.core import Dense, SpatialDropout1D
from keras.models import Sequential
from keras.preprocessing.sequence import pad_sequences


def data():
    rows = [list(range(1, 2 + n % 7)) for n in range(40)]
    x = pad_sequences(rows, maxlen=8)
    y = np.array([len(row) % 2 for row in rows])
    return x, y


def model(x, y):
    net = Sequential()
    net.add(Embedding(10, {{choice([4, 8])}}, init='uniform'))
    net.add(SpatialDropout1D(p=0.1))
    net.add(GRU(output_dim=4, inner_activation='sigmoid', return_sequences=True, consume_less='cpu'))
    net.add(LSTM(output_dim=4, dropout_W={{uniform(0, 0.4)}}, dropout_U=0.1, inner_init='orthogonal'))
    net.add(Dense(1, activation='sigmoid'))
    net.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
    log = net.fit(x, y, nb_epoch=1, validation_split=0.25, verbose=0)
    return -log.history['val_acc'][-1]

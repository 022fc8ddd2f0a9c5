import keras
from hyperas import optim
from hyperas.distributions import choice, uniform
from hyperopt import Trials, STATUS_OK, tpe
from keras.layers import Dense, Dropout, Input, concatenate
from keras.models import Model


def data():
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    x_train = x_train.reshape(60000, 784).astype('float32') / 255
    x_test = x_test.reshape(10000, 784).astype('float32') / 255
    return x_train, y_train, x_test, y_test


def create_model(x_train, y_train, x_test, y_test):
    main_input = Input(shape=(784,), name='main_input')
    x = Dropout({{uniform(0, 1)}})(Dense({{choice([64, 128])}}, activation='relu')(main_input))
    side = Dense(
        units={{
            choice([
                16,   # small
                32,   # large
            ])
        }},
        activation={{choice(['relu', 'tanh'])}},
    )(main_input)
    merged = {{choice([concatenate, keras.layers.add])}}([x, side]) if {{choice([0, 1])}} else x
    main_output = Dense(10, activation='softmax', name='main_output')(merged)
    model = Model(inputs=[main_input], outputs=[main_output])
    model.compile(loss={'main_output': 'sparse_categorical_crossentropy'}, optimizer='adam',
                  metrics=['accuracy'])
    result = model.fit({'main_input': x_train}, {'main_output': y_train},
                       batch_size={{choice([64, 128])}}, epochs=2, validation_split=0.1)
    return {'loss': -max(result.history['val_accuracy']), 'status': STATUS_OK, 'model': model}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(model=create_model, data=data, algo=tpe.suggest, max_evals=5,
                                          trials=Trials())

# output
create_model, data in setup, joined: name ('x_train', 0) ('y_train', 1) ('x_test', 2) ('y_test', 3)
Dropout: uniform(low=0, high=1)
Dense: choice() [64, 128]
units: choice() [16, 32]
activation: choice() ['relu', 'tanh']
merged: choice() [concatenate, keras.layers.add]
merged_1: choice() [0, 1]
batch_size: choice() [64, 128]
line 1, setup: no marker affects it
    import keras
line 2, left out: it imports what drives a search
line 3, setup: no marker affects it
    from hypertemplate.distributions import choice, uniform
line 4, setup: no marker affects it
    from hyperopt import Trials, STATUS_OK, tpe
line 5, setup: no marker affects it
    from keras.layers import Dense, Dropout, Input, concatenate
line 6, setup: no marker affects it
    from keras.models import Model
line 9, setup: no marker affects it
    def data():
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
        x_train = x_train.reshape(60000, 784).astype('float32') / 255
        x_test = x_test.reshape(10000, 784).astype('float32') / 255
        return x_train, y_train, x_test, y_test
line 16, trial: contains a marker
    def create_model(x_train, y_train, x_test, y_test):
        main_input = Input(shape=(784,), name='main_input')
        x = Dropout((_ht_['Dropout']))(Dense(((64, 128)[_ht_['Dense']]), activation='relu')(main_input))
        side = Dense(
            units=((

    16, 
    32)[_ht_['units']]

    ),
            activation=(('relu', 'tanh')[_ht_['activation']]),
        )(main_input)
        merged = (concatenate if _ht_['merged'] == 0 else keras.layers.add)([x, side]) if ((0, 1)[_ht_['merged_1']]) else x
        main_output = Dense(10, activation='softmax', name='main_output')(merged)
        model = Model(inputs=[main_input], outputs=[main_output])
        model.compile(loss={'main_output': 'sparse_categorical_crossentropy'}, optimizer='adam',
                      metrics=['accuracy'])
        result = model.fit({'main_input': x_train}, {'main_output': y_train},
                           batch_size=((64, 128)[_ht_['batch_size']]), epochs=2, validation_split=0.1)
        return {'loss': -max(result.history['val_accuracy']), 'status': STATUS_OK, 'model': model}
line 38, left out: it is the __main__ part

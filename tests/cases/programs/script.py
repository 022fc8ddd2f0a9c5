import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(7)
batch_size = 32  # for all trials alike

x, y = load_digits(return_X_y=True)
x = x / 16.0
x_train, x_test = x[:1500], x[1500:]
y_train, y_test = y[:1500], y[1500:]
print(x_train.shape)

base = layers.Dense(32, activation='relu')
base.trainable = False
model = keras.Sequential([keras.Input((64,)), base])
model.add(layers.Dense({{choice([32, 64])}}, activation='relu'))
model.add(layers.Dropout(<<uniform(0, 0.5)>>))
model.add(layers.Dense(10, activation='softmax'))
model.summary()

model.compile(
    optimizer=keras.optimizers.Adam({{loguniform(-9, -4)}}),
    loss='sparse_categorical_crossentropy',
    metrics=['accuracy'],
)
history = model.fit(x_train, y_train, batch_size=batch_size, epochs=2, validation_split=0.1)
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print('test accuracy', test_accuracy)
error = 1 - test_accuracy

if __name__ == '__main__':
    model.save('digits.keras')

# output
a script, joined: none
Dense: choice() [32, 64]
Dropout: uniform(low=0, high=0.5)
learning_rate: loguniform(low=-9, high=-4)
line 1, setup: no marker affects it
    import keras
line 2, setup: no marker affects it
    import numpy as np
line 3, setup: no marker affects it
    from keras import layers
line 4, setup: no marker affects it
    from sklearn.datasets import load_digits
line 6, setup: no marker affects it
    keras.utils.set_random_seed(7)
line 7, setup: no marker affects it
    batch_size = 32
line 9, setup: no marker affects it
    x, y = load_digits(return_X_y=True)
line 10, setup: no marker affects it
    x = x / 16.0
line 11, setup: no marker affects it
    x_train, x_test = x[:1500], x[1500:]
line 12, setup: no marker affects it
    y_train, y_test = y[:1500], y[1500:]
line 13, setup: no marker affects it
    print(x_train.shape)
line 15, trial: 'model', which line 18 changes in each trial, is built from it
    base = layers.Dense(32, activation='relu')
line 16, trial: it uses 'base', which is made for each trial (line 15)
    base.trainable = False
line 17, trial: 'model', which line 18 changes in each trial, is built from it
    model = keras.Sequential([keras.Input((64,)), base])
line 18, trial: contains a marker
    model.add(layers.Dense(((32, 64)[_ht_['Dense']]), activation='relu'))
line 19, trial: line 18, which runs in each trial, uses 'model' in between
    model.add(layers.Dropout((_ht_['Dropout'])))
line 20, trial: line 18, which runs in each trial, uses 'model' in between
    model.add(layers.Dense(10, activation='softmax'))
line 21, trial: it uses 'model', which is made for each trial (line 17)
    model.summary()
line 23, trial: line 18, which runs in each trial, uses 'model' in between
    model.compile(
        optimizer=keras.optimizers.Adam((_ht_['learning_rate'])),
        loss='sparse_categorical_crossentropy',
        metrics=['accuracy'],
    )
line 28, trial: line 18, which runs in each trial, uses 'model' in between
    history = model.fit(x_train, y_train, batch_size=batch_size, epochs=2, validation_split=0.1)
line 29, trial: it uses 'model', which is made for each trial (line 17)
    test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
line 30, trial: it uses 'test_accuracy', which is made for each trial (line 29)
    print('test accuracy', test_accuracy)
line 31, trial: it uses 'test_accuracy', which is made for each trial (line 29)
    error = 1 - test_accuracy
line 34, trial: line 18, which runs in each trial, uses 'model' in between
    model.save('digits.keras')

"""In the manner of Hyperas's generator example: data() hands over generators, which are used up by a trial."""
from hyperopt import Trials, STATUS_OK, tpe
from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential
import numpy as np
from hyperas import optim
from hyperas.distributions import choice


def data():
    def batches():
        rng = np.random.RandomState(0)
        for _ in range(4):
            images = rng.rand(16, 8, 8, 1).astype('float32')
            yield images, (images.mean(axis=(1, 2, 3)) > 0.5).astype('float32')
    return batches(), batches()


def model(train_generator, validation_generator):
    model = Sequential()
    model.add(Conv2D({{choice([2, 4])}}, (3, 3), activation='relu'))
    model.add(Flatten())
    model.add(Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer={{choice(['adam', 'sgd'])}}, metrics=['accuracy'])
    model.fit(train_generator, steps_per_epoch=4, epochs=1, verbose=0)
    loss = model.evaluate(validation_generator, steps=4, verbose=0)[0]
    return {'loss': loss, 'status': STATUS_OK}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials())

import random

import keras
import numpy as np
import tensorflow as tf
from numpy.random import seed

SEED = 7
random.seed(SEED)
np.random.seed(SEED)
seed(SEED)
tf.random.set_seed(SEED)
keras.utils.set_random_seed(SEED)
noise = np.random.rand(3)
random.seed({{randint(100)}})


def model():
    np.random.seed(1)
    return noise

# output
model, joined: none
seed: randint(low=100)
line 1, setup: no marker affects it
    import random
line 3, setup: no marker affects it
    import keras
line 4, setup: no marker affects it
    import numpy as np
line 5, setup: no marker affects it
    import tensorflow as tf
line 6, setup: no marker affects it
    from numpy.random import seed
line 8, setup: no marker affects it
    SEED = 7
line 9, setup: no marker affects it
    random.seed(SEED)
line 10, setup: no marker affects it
    np.random.seed(SEED)
line 11, setup: no marker affects it
    seed(SEED)
line 12, setup: no marker affects it
    tf.random.set_seed(SEED)
line 13, setup: no marker affects it
    keras.utils.set_random_seed(SEED)
line 14, setup: no marker affects it
    noise = np.random.rand(3)
line 15, trial: contains a marker
    random.seed((_ht_['seed']))
line 18, setup: no marker affects it
    def model():
        np.random.seed(1)
        return noise

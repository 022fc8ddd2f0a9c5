"""A convolutional autoencoder, whose output has the shape of its input."""

import keras
import numpy as np
from keras import layers

IMG_SIZE = 16
LATENT_DIM = 32

x_train = np.random.default_rng(3).random((128, IMG_SIZE, IMG_SIZE, 1)).astype("float32")
noisy = np.clip(x_train + 0.4 * np.random.default_rng(4).normal(size=x_train.shape), 0.0, 1.0)

encoder_inputs = keras.Input(shape=(IMG_SIZE, IMG_SIZE, 1))
x = layers.Conv2D(32, (3, 3), activation="relu", padding="same")(encoder_inputs)
x = layers.MaxPooling2D((2, 2), padding="same")(x)
x = layers.Conv2D(32, (3, 3), activation="relu", padding="same")(x)
x = layers.Flatten()(x)
latent = layers.Dense(LATENT_DIM, name="latent")(x)

x = layers.Dense(8 * 8 * 16, activation="relu")(latent)
x = layers.Reshape((8, 8, 16))(x)
x = layers.Conv2DTranspose(32, (3, 3), strides=2, activation="relu", padding="same")(x)
decoded = layers.Conv2D(1, (3, 3), activation="sigmoid", padding="same")(x)

autoencoder = keras.Model(encoder_inputs, decoded)
autoencoder.compile(optimizer=keras.optimizers.Adam(), loss="mse", metrics=["mae"])
autoencoder.fit(noisy, x_train, epochs=1, batch_size=128, shuffle=True, validation_split=0.2, verbose=0)

# output
# no.  where        today                    search
#   1  model.py:14  Conv2D(32)               quniform(16, 64, 8, log=True)
#   2  model.py:14  Conv2D((3, 3))           choice([(3, 3), (5, 5)])
#   3  model.py:16  Conv2D(32)               quniform(16, 64, 8, log=True)
#   4  model.py:16  Conv2D((3, 3))           choice([(3, 3), (5, 5)])
#   5  model.py:22  Conv2DTranspose(32)      quniform(16, 64, 8, log=True)
#   6  model.py:22  Conv2DTranspose((3, 3))  choice([(3, 3), (5, 5)])
#   7  model.py:23  Conv2D((3, 3))           choice([(3, 3), (5, 5)])
#   8  model.py:26  keras.optimizers.Adam    choice([keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.Nadam])
#   9  model.py:27  batch_size=128           choice([32, 64, 128, 256])

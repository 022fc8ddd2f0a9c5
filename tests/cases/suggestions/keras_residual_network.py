"""A toy network with residual connections: the filters of layers that are added have to agree."""

import keras
from keras import layers
from sklearn.datasets import load_digits

SEED = 42
WEIGHT_DECAY = 1e-4
keras.utils.set_random_seed(SEED)

images, labels = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1) / 16.0


def residual_block(x, filters):
    shortcut = x
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    if shortcut.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1)(shortcut)
    return layers.Activation("relu")(layers.add([x, shortcut]))


inputs = keras.Input(shape=(8, 8, 1), name="img")
x = layers.Conv2D(16, 3, activation="relu", padding="same")(inputs)
x = residual_block(x, 16)
x = residual_block(x, 32)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(64, activation="relu")(x)
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(10)(x)

model = keras.Model(inputs, outputs, name="toy_resnet")
model.compile(
    optimizer=keras.optimizers.AdamW(1e-3, weight_decay=WEIGHT_DECAY),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["acc"],
)
model.fit(images, labels, batch_size=64, epochs=1, validation_split=0.2, verbose=0)

# output
# no.  where        today                search
#   1  model.py:8   WEIGHT_DECAY = 1e-4  uniform(1e-5, 0.001, log=True)
#   2  model.py:17  Conv2D(3)            choice([3, 5])
#   3  model.py:17  activation="relu"    choice(["relu", "elu", "gelu"])
#   4  model.py:18  Conv2D(3)            choice([3, 5])
#   5  model.py:26  Conv2D(3)            choice([3, 5])
#   6  model.py:30  Dense(64)            quniform(16, 256, 16, log=True)
#   7  model.py:30  activation="relu"    choice(["relu", "elu", "gelu", "tanh"])
#   8  model.py:31  Dropout(0.5)         uniform(0, 0.7)
#   9  model.py:36  AdamW(1e-3)          uniform(1e-4, 0.02, log=True)
#  10  model.py:40  batch_size=64        choice([16, 32, 64, 128])

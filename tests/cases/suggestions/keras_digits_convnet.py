"""A convolutional network for small images, in the style of the first example of the Keras documentation."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

num_classes = 10
input_shape = (8, 8, 1)

images, digits = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1).astype("float32") / 16
x_train, x_test, y_train, y_test = train_test_split(images, digits, test_size=0.25, random_state=0)
y_train = keras.utils.to_categorical(y_train, num_classes)
y_test = keras.utils.to_categorical(y_test, num_classes)

model = keras.Sequential(
    [
        keras.Input(shape=input_shape),
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(64, kernel_size=(3, 3), padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(num_classes, activation="softmax"),
    ]
)

batch_size = 128
epochs = 2

model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, validation_split=0.1, verbose=0)

score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])

# output
# no.  where        today               search
#   1  model.py:21  Conv2D(32)          quniform(16, 64, 8, log=True)
#   2  model.py:21  activation="relu"   choice(["relu", "elu", "gelu"])
#   3  model.py:23  Conv2D(64)          quniform(32, 128, 16, log=True)
#   4  model.py:23  kernel_size=(3, 3)  choice([(3, 3), (5, 5)])
#   5  model.py:23  activation="relu"   choice(["relu", "elu", "gelu"])
#   6  model.py:25  Dropout(0.5)        uniform(0, 0.7)
#   7  model.py:30  batch_size = 128    choice([32, 64, 128, 256])
#   8  model.py:33  optimizer="adam"    choice(["adam", "rmsprop", "nadam"])

"""Handwritten digits: a small convolutional network, step by step."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

# Model and data parameters
num_classes = 10
input_shape = (8, 8, 1)

# Load the data and split it between train and test sets
images, labels = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(images, labels, test_size=0.25, random_state=0)

# Scale images to the [0, 1] range
x_train = x_train.astype("float32") / 16
x_test = x_test.astype("float32") / 16

# Make sure images have shape (8, 8, 1)
x_train = np.expand_dims(x_train.reshape(-1, 8, 8), -1)
x_test = np.expand_dims(x_test.reshape(-1, 8, 8), -1)
print("x_train shape:", x_train.shape)
print(x_train.shape[0], "train samples")
print(x_test.shape[0], "test samples")

# Convert class vectors to binary class matrices
y_train = keras.utils.to_categorical(y_train, num_classes)
y_test = keras.utils.to_categorical(y_test, num_classes)

# Build the model
model = keras.Sequential(
    [
        keras.Input(shape=input_shape),
        layers.Conv2D({{choice([8, 16])}}, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Flatten(),
        layers.Dropout({{uniform(0, 0.5)}}),
        layers.Dense(num_classes, activation="softmax"),
    ]
)
model.summary()

# Train the model
batch_size = 64
epochs = 3
optimizer = keras.optimizers.Adam(learning_rate={{loguniform(-7, -4)}})
model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
history = model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, validation_split=0.1)

# Look at the best epoch
best_epoch = int(np.argmax(history.history["val_accuracy"])) + 1
print("Best epoch:", best_epoch, "of", epochs)

# Evaluate the trained model
score = model.evaluate(x_test, y_test, verbose=0)
print("Test samples:", len(x_test))
print("Test loss:", score[0])
print("Test accuracy:", score[1])

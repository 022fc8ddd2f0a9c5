"""A subclassed model with a pipeline of batches, in the style of the guides of Keras and TensorFlow."""

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

BATCH_SIZE = 64
BUFFER_SIZE = 1000
HIDDEN = 128

images, labels = load_digits(return_X_y=True)
images = (images / 16).astype("float32")
train_ds = tf.data.Dataset.from_tensor_slices((images[:1400], labels[:1400])).shuffle(BUFFER_SIZE).batch(BATCH_SIZE)
val_ds = tf.data.Dataset.from_tensor_slices((images[1400:], labels[1400:])).batch(256)


class Classifier(keras.Model):
    def __init__(self, hidden, n_classes, drop=0.3):
        super().__init__()
        self.dense1 = layers.Dense(hidden, activation="gelu")
        self.norm = layers.BatchNormalization()
        self.dropout = layers.Dropout(drop)
        self.dense2 = layers.Dense(32)
        self.leaky = layers.LeakyReLU(negative_slope=0.2)
        self.classifier = layers.Dense(n_classes)

    def call(self, inputs, training=False):
        x = self.dense1(inputs)
        x = self.norm(x, training=training)
        x = self.dropout(x, training=training)
        x = self.leaky(self.dense2(x))
        return self.classifier(x)


model = Classifier(HIDDEN, n_classes=10)
optimizer = keras.optimizers.Nadam(learning_rate=0.002)
model.compile(optimizer, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(train_ds, validation_data=val_ds, epochs=2, verbose=0)

# output
# no.  where        today                   search
#   1  model.py:8   BATCH_SIZE = 64         choice([16, 32, 64, 128])
#   2  model.py:10  HIDDEN = 128            quniform(32, 512, 32, log=True)
#   3  model.py:19  drop=0.3                uniform(0, 0.5)
#   4  model.py:21  activation="gelu"       choice(["relu", "elu", "gelu", "tanh"])
#   5  model.py:24  Dense(32)               quniform(8, 128, 8, log=True)
#   6  model.py:25  negative_slope=0.2      uniform(0, 0.3)
#   7  model.py:37  keras.optimizers.Nadam  choice([keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.Nadam])
#   8  model.py:37  learning_rate=0.002     uniform(2e-4, 0.05, log=True)

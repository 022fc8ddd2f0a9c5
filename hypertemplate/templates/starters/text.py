"""An LSTM or a transformer block for texts: classification.

Replace what data() returns with texts and classes of your own, then:

    python text.py                              train once, with the values that stand here
    hypertemplate run text.py --max-evals 40    search for better values
    hypertemplate apply text.study --write      write the best ones into this file

A comment "tune:" marks the value before it, and says what to try in its place. The networks are those of
Keras's examples (keras.io/examples/nlp: bidirectional_lstm_imdb and text_classification_with_transformer);
their units, heads and widths stand here, and are searched up and down on a log scale.
"""

import keras
import numpy as np
from keras import layers

WORDS = 5000  # the most frequent words; rarer ones count as one
LENGTH = 60  # words of each text


def data():
    """Return texts and classes to train with, and texts and classes to validate with."""
    generator = np.random.default_rng(0)
    good, bad = ["great", "fine", "lovely", "moving"], ["dull", "poor", "awful", "flat"]
    plain = ["the", "film", "was", "a", "story", "of", "two", "friends", "and", "their", "dog"]
    y = generator.integers(0, 2, size=600)
    texts = [[*generator.choice(plain, 8), *generator.choice(good if one else bad, 2)] for one in y]
    x = np.array([" ".join(generator.permutation(text)) for text in texts])
    y ^= generator.uniform(size=600) < 0.1  # one in ten is wrong
    return x[:450], y[:450], x[450:], y[450:]


def recurrent(x):
    """Read the words in order, and back."""
    return layers.Bidirectional(layers.LSTM(64))(x)  # tune: uniformint(8, 256, log=True, name='lstm_units')


def transformer(x):
    """Let each word look at all others, then average them."""
    width = x.shape[-1]
    positions = layers.Embedding(LENGTH, width)(np.arange(LENGTH))
    x = layers.Add()([x, keras.ops.broadcast_to(positions, (1, LENGTH, width))])
    heads = 2  # tune: choice([1, 2, 4, 8])
    attended = layers.MultiHeadAttention(heads, max(1, width // heads))(x, x)
    x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, attended]))
    hidden = layers.Dense(32, activation="relu")(x)  # tune: uniformint(16, 256, log=True, name='hidden')
    x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, layers.Dense(width)(hidden)]))
    return layers.GlobalAveragePooling1D()(x)


def model(x_train, y_train, x_val, y_val):
    """Build, train and score one network."""
    vectorize = layers.TextVectorization(max_tokens=WORDS, output_sequence_length=LENGTH)
    vectorize.adapt(x_train)

    inputs = keras.Input((LENGTH,), dtype="int64")
    x = layers.Embedding(vectorize.vocabulary_size(), 32)(inputs)  # tune: uniformint(8, 256, log=True)
    x = layers.SpatialDropout1D(0.1)(x)  # tune: uniform(0, 0.5)
    reader = recurrent  # tune: choice([recurrent, transformer])
    x = layers.Dropout(0.2)(reader(x))  # tune: uniform(0, 0.5)
    outputs = layers.Dense(int(y_train.max()) + 1, activation="softmax")(x)

    network = keras.Model(inputs, outputs)
    learning_rate = 1e-3  # tune: uniform(1e-4, 1e-2, log=True)
    optimizer = keras.optimizers.Adam(learning_rate)
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    batch_size = 32  # tune: choice([16, 32, 64])
    history = network.fit(
        np.asarray(vectorize(x_train)),
        y_train,
        batch_size=batch_size,
        epochs=4,
        validation_data=(np.asarray(vectorize(x_val)), y_val),
        verbose=0,
    )

    accuracy = max(history.history["val_accuracy"])
    return {"loss": -accuracy, "accuracy": accuracy}


if __name__ == "__main__":
    print(model(*data()))

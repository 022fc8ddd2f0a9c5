"""Text classification with a transformer block, whose layers are classes of their own."""

import keras
import numpy as np
from keras import layers, ops


class TransformerBlock(layers.Layer):
    def __init__(self, embed_dim, num_heads, ff_dim, rate=0.1):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.ffn = keras.Sequential(
            [
                layers.Dense(ff_dim, activation="relu"),
                layers.Dense(embed_dim),
            ]
        )
        self.layernorm1 = layers.LayerNormalization(epsilon=1e-6)
        self.layernorm2 = layers.LayerNormalization(epsilon=1e-6)
        self.dropout1 = layers.Dropout(rate)
        self.dropout2 = layers.Dropout(rate)

    def call(self, inputs):
        attn_output = self.dropout1(self.att(inputs, inputs))
        out1 = self.layernorm1(inputs + attn_output)
        ffn_output = self.dropout2(self.ffn(out1))
        return self.layernorm2(out1 + ffn_output)


class TokenAndPositionEmbedding(layers.Layer):
    def __init__(self, maxlen, vocab_size, embed_dim):
        super().__init__()
        self.token_emb = layers.Embedding(input_dim=vocab_size, output_dim=embed_dim)
        self.pos_emb = layers.Embedding(input_dim=maxlen, output_dim=embed_dim)

    def call(self, x):
        positions = ops.arange(start=0, stop=ops.shape(x)[-1], step=1)
        return self.token_emb(x) + self.pos_emb(positions)


vocab_size = 500  # Only consider the most frequent words
maxlen = 24  # Only consider the first words of each review
rng = np.random.default_rng(0)
x_train = rng.integers(1, vocab_size, size=(256, maxlen))
y_train = (x_train.mean(axis=1) > vocab_size / 2).astype("int32")

embed_dim = 32  # Embedding size for each token
num_heads = 2  # Number of attention heads
ff_dim = 32  # Hidden layer size in feed forward network inside transformer

inputs = layers.Input(shape=(maxlen,))
x = TokenAndPositionEmbedding(maxlen, vocab_size, embed_dim)(inputs)
x = TransformerBlock(embed_dim, num_heads, ff_dim)(x)
x = layers.GlobalAveragePooling1D()(x)
x = layers.Dropout(0.1)(x)
x = layers.Dense(20, activation="relu")(x)
x = layers.Dropout(0.1)(x)
outputs = layers.Dense(2, activation="softmax")(x)

model = keras.Model(inputs=inputs, outputs=outputs)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=1, validation_split=0.2, verbose=0)

# output
# no.  where        today              search
#   1  model.py:9   rate=0.1           uniform(0, 0.5)
#   2  model.py:14  activation="relu"  choice(["relu", "elu", "gelu", "tanh"])
#   3  model.py:48  num_heads = 2      choice([1, 2, 4, 8])
#   4  model.py:49  ff_dim = 32        quniform(8, 128, 8, log=True)
#   5  model.py:55  Dropout(0.1)       uniform(0, 0.5)
#   6  model.py:56  Dense(20)          quniform(4, 80, 4, log=True)
#   7  model.py:56  activation="relu"  choice(["relu", "elu", "gelu", "tanh"])
#   8  model.py:57  Dropout(0.1)       uniform(0, 0.5)
#   9  model.py:61  optimizer="adam"   choice(["adam", "rmsprop", "nadam"])
#  10  model.py:62  batch_size=32      choice([16, 32, 64, 128])

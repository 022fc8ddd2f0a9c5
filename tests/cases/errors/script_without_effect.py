import keras


def build():
    return keras.layers.Dense({{choice([8, 16])}})


layer = keras.layers.Dense(3)

# output
model.py: error HT003: no function is named model or create_model; the markers are in build (line 4)
      = help: choose the model: --model build

import keras


def model():
    network = keras.Sequential([
        keras.layers.Dropout({{uniform(0, 50)}}),
        keras.layers.SpatialDropout1D({{choice([10, 0.25])}}),
        keras.layers.Dropout(50),
    ])
    return network.count_params()

# output
model.py:6:30: warning HT316: rate of Dropout() is between 0 and 1, but uniform() draws up to 50
    6 |         keras.layers.Dropout({{uniform(0, 50)}}),
      |                              ^~~~~~~~~~~~~~~~~~
      = help: write a number from 0 to 1, such as 0.25
model.py:7:39: warning HT316: rate of SpatialDropout1D() is between 0 and 1, got 10
    7 |         keras.layers.SpatialDropout1D({{choice([10, 0.25])}}),
      |                                       ^~~~~~~~~~~~~~~~~~~~~~
      = help: write a number from 0 to 1, such as 0.25
model.py:8:30: warning HT316: rate of Dropout() is between 0 and 1, got 50
    8 |         keras.layers.Dropout(50),
      |                              ^~
      = help: write a number from 0 to 1, such as 0.25

import keras


def model():
    network = keras.Sequential([
        keras.layers.Dropout({{uniform(0, 0.5)}}),
        keras.layers.SpatialDropout1D({{choice([0.1, 0.25])}}),
        keras.layers.Dropout(0.5),
    ])
    return network.count_params()

import keras


def model():
    numbers = keras.ops.ones({{choice([10, 10**13, 20])}}, dtype='float32')
    return float(keras.ops.sum(numbers))

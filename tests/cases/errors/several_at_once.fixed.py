from keras.layers import Dense


def data():
    x = y = z = 1
    return x, y, z


def model(x, y, z):
    a = {{uniform(3, 5)}}
    b = {{choice([1, 2])}}; c = {{normal(0, 1)}}
    d = Dense({{quniform(0, 1, name='rate', q=1)}})
    e = Dense({{choice([1, normal(0, 1)])}})
    units = {{uniform(0, 1)}}
    return f'{units}', a, b, c, d, e

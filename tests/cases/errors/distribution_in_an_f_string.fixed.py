def data():
    x = [1, 2]
    return x


def model(x):
    units = {{uniform(0, 1)}}
    return {{choice([f'{units}', '2'])}}

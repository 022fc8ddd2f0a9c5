def data():
    x = [1, 2]
    return x


def model(x):
    units = {{choice([1, 2])}}
    rate = {{uniform(0, 1)}}
    return f'{units}' + f" of {x}", f'{rate}'

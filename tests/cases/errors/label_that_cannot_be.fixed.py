def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1, name='units')}}, {{uniform(0, 1, name='rate')}}

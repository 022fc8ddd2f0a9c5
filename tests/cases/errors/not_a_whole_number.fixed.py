def data():
    x = [1, 2]
    return x


def model(x):
    return {{randint(2)}}, {{uniformint(1, 1000)}}

def data():
    x = [1, 2]
    return x


def Dropout(rate):
    return rate


def model(x):
    return Dropout({{uniform(0, 0.5)}})

def Dropout(rate):
    return rate


def model():
    return Dropout({{uniform(0, 0.5)}})

rate = {{uniform(0, 1)}}
data = [1]  # hypertemplate: trial


def model():
    x = 1
    return rate, data, x

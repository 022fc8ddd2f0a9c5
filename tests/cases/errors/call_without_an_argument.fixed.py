class Net:
    def __init__(self, units):
        self.units = units


def build(units, rate=0.5):
    return Net(units).units * rate


def model():
    units = {{quniform(8, 64, q=8)}}
    score = build(units, 0.1) + build(units, rate=0.1)
    return score + build(units) + Net(3).units

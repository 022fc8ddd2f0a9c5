from hypertemplate import trial


class Line:
    def __init__(self, slope, shift, number):
        self.slope = slope
        self.shift = shift
        self.number = number

    def predict(self, x):
        return self.slope(x) + self.shift + {{uniform(0, 1, name='bias')}}


def model():
    slope = {{choice([1, 2, 3])}}
    line = Line(lambda x: slope * x * {{uniform(1, 2, name='factor')}}, {{normal(0, 1)}}, trial.number)
    return {'loss': abs(line.predict(2.0) - 5), 'model': line}

def data():
    n = 2
    x = [1, 2]
    return x


def model(x):
    return n * {{uniform(0, 1)}}

# output
model.py:8:12: error HT301: 'n' is a local variable of data()
    8 |     return n * {{uniform(0, 1)}}
      |            ^
      = help: return it from data() and make it a parameter of model()

def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, HIGH)}} * SCALE


if __name__ == "__main__":
    HIGH = SCALE = 3

# output
model.py:7:25: error HT301: 'HIGH' is defined only in the __main__ part, which is left out
    7 |     return {{uniform(0, HIGH)}} * SCALE
      |                         ^~~~
      = help: define 'HIGH' above the __main__ part
model.py:7:35: error HT301: 'SCALE' is defined only in the __main__ part, which is left out
    7 |     return {{uniform(0, HIGH)}} * SCALE
      |                                   ^~~~~
      = help: define 'SCALE' above the __main__ part

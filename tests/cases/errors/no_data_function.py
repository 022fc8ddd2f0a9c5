def model(x, y):
    return {{uniform(0, 1)}}

# output
model.py:1:5: error HT004: model() needs x, y, and there is no data function
    1 | def model(x, y):
      |     ^~~~~
      = help: define it: def data(): ... return x, y

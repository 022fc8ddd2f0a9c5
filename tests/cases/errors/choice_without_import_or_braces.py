def model():
    width = choice([2, 3]) * 4
    draw = quniform
    name = f'{uniform(0, 1)}'
    return width * {{uniform(0, 1)}}, name, draw

# output
model.py:2:13: error HT301: 'choice' is not defined outside a marker
    2 |     width = choice([2, 3]) * 4
      |             ^~~~~~
      = help: write {{choice([2, 3])}}
model.py:3:12: error HT301: 'quniform' is not defined outside a marker
    3 |     draw = quniform
      |            ^~~~~~~~
      = help: write, for example, {{quniform(16, 256, 16)}}
model.py:4:12: error HT301: 'uniform' is not defined outside a marker
    4 |     name = f'{uniform(0, 1)}'
      |            ^~~~~~~~~~~~~~~~~~
      = help: name the value first: units = {{...}}, then f'{units}'

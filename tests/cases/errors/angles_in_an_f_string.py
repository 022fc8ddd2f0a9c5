def model():
    name = f'units_{<<choice([64, 128])>>}'
    return name

# output
model.py:2:12: error HT110: a marker inside an f-string
    2 |     name = f'units_{<<choice([64, 128])>>}'
      |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: name the value first: units = {{...}}, then f'{units}'

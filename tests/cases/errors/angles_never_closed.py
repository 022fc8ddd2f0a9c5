def model():
    units = <<choice([64, 128])
    return units

# output
model.py:2:13: error HT113: this marker is never closed
    2 |     units = <<choice([64, 128])
      |             ^~
      = help: close it with >>

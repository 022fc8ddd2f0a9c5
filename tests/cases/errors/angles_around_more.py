def model():
    one = <<choice([1, 2]) * 2>>
    two = <<choice([<<uniform(0, 1)>>, {{uniform(0, 1)}}])>>
    three = '<<uniform(0, 1)>>'
    four = <<uniform(1, 0)>>
    return one, two, three, four

# output
model.py:2:11: error HT101: a marker must contain one distribution call, got choice([1, 2]) * 2
    2 |     one = <<choice([1, 2]) * 2>>
      |           ^~~~~~~~~~~~~~~~~~~~~~
      = help: put the rest outside: {{choice([1, 2])}} * 2
model.py:3:21: error HT108: a marker inside a marker
    3 |     two = <<choice([<<uniform(0, 1)>>, {{uniform(0, 1)}}])>>
      |                     ^~~~~~~~~~~~~~~~~
      = help: drop the inner braces: uniform(0, 1)
model.py:3:40: error HT108: a marker inside a marker
    3 |     two = <<choice([<<uniform(0, 1)>>, {{uniform(0, 1)}}])>>
      |                                        ^~~~~~~~~~~~~~~~~
      = help: drop the inner braces: uniform(0, 1)
model.py:4:13: warning HT112: this string looks like a marker, but text in quotes never is
    4 |     three = '<<uniform(0, 1)>>'
      |             ^~~~~~~~~~~~~~~~~~~
      = help: if this should be a marker, remove the quotes
model.py:5:14: error HT104: uniform() needs low < high, got low=1, high=0
    5 |     four = <<uniform(1, 0)>>
      |              ^~~~~~~~~~~~~
      = help: swap the bounds: uniform(0, 1)

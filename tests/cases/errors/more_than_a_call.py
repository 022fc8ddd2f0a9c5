def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1) * 2}}, {{int(quniform(1, 5, 1))}}, {{"relu", choice(["elu"])}}, {{-normal(0, 1)}}

# output
model.py:7:12: error HT101: a marker must contain one distribution call, got uniform(0, 1) * 2
    7 |     return {{uniform(0, 1) * 2}}, {{int(quniform(1, 5, 1))}}, {{"relu", choice(["elu"])}}, {{-normal ...
      |            ^~~~~~~~~~~~~~~~~~~~~
      = help: put the rest outside: {{uniform(0, 1)}} * 2
model.py:7:37: error HT102: unknown distribution 'int'
    7 |     return {{uniform(0, 1) * 2}}, {{int(quniform(1, 5, 1))}}, {{"relu", choice(["elu"])}}, {{-normal ...
      |                                     ^~~
      = help: put the rest outside: int({{quniform(1, 5, 1)}})
model.py:7:63: error HT101: a marker must contain one distribution call, got 2 items
    7 | ... {uniform(0, 1) * 2}}, {{int(quniform(1, 5, 1))}}, {{"relu", choice(["elu"])}}, {{-normal(0, 1)}}
      |                                                       ^~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: for one of these values write {{choice(["relu", choice(["elu"])])}}
model.py:7:92: error HT101: a marker must contain one distribution call, got -normal(0, 1)
    7 | ... uniform(1, 5, 1))}}, {{"relu", choice(["elu"])}}, {{-normal(0, 1)}}
      |                                                       ^~~~~~~~~~~~~~~~~
      = help: put the rest outside: -{{normal(0, 1)}}

import pandas as pd

frame = pd.read_csv('people.csv')
columns = ['age', 'height']
use = {}
for name in ['age', 'height']:
    use[name] = {{choice([True, False])[name]}}
for name in ['age', 'height']:
    use[name] = {{choice([True, False])[name:8]}}
for name in columns:
    use[name] = {{choice([True, False])[name:2]}}
for name in frame.columns:
    use[name] = {{choice([True, False])[name]}}
for name, values in frame.items():
    use[name] = {{choice([True, False])[name]}}
for i, name in enumerate(columns):
    use[name] = {{choice([True, False])[name]}}
weights = {name: {{uniform(0, 1)[name]}} for name in columns}

# output
model.py:7:17: error HT114: an index counts from 0, and name is an item of ['age', 'height']
    7 |     use[name] = {{choice([True, False])[name]}}
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write {{choice([True, False])[j]}} under for j, name in enumerate(['age', 'height'])
model.py:9:17: error HT114: an index counts from 0, and name is an item of ['age', 'height']
    9 |     use[name] = {{choice([True, False])[name:8]}}
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write {{choice([True, False])[j]}} under for j, name in enumerate(['age', 'height'])
model.py:11:17: error HT114: an index counts from 0, and name is an item of columns
   11 |     use[name] = {{choice([True, False])[name:2]}}
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write {{choice([True, False])[j:2]}} under for j, name in enumerate(columns)
model.py:13:17: error HT114: an index counts from 0, and name is an item of frame.columns
   13 |     use[name] = {{choice([True, False])[name]}}
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write {{choice([True, False])[j:8]}} under for j, name in enumerate(frame.columns)
model.py:15:17: error HT114: an index counts from 0, and name is an item of frame.items()
   15 |     use[name] = {{choice([True, False])[name]}}
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write {{choice([True, False])[j:8]}} under for j, (name, values) in enumerate(frame.items())
model.py:17:17: error HT114: an index counts from 0, and name is an item of enumerate(columns)
   17 |     use[name] = {{choice([True, False])[name]}}
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write {{choice([True, False])[i:8]}}
model.py:18:18: error HT114: an index counts from 0, and name is an item of columns
   18 | weights = {name: {{uniform(0, 1)[name]}} for name in columns}
      |                  ^~~~~~~~~~~~~~~~~~~~~~~
      = help: write {{uniform(0, 1)[j:2]}} under for j, name in enumerate(columns)

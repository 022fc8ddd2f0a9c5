import pandas as pd

frame = pd.read_csv('people.csv')
columns = ['age', 'height']
use = {}
for k, name in enumerate(['age', 'height']):
    use[name] = {{choice([True, False])[k]}}
for k, name in enumerate(['age', 'height']):
    use[name] = {{choice([True, False])[k]}}
for k, name in enumerate(columns):
    use[name] = {{choice([True, False])[k:2]}}
for k, name in enumerate(frame.columns):
    use[name] = {{choice([True, False])[k:8]}}
for k, (name, values) in enumerate(frame.items()):
    use[name] = {{choice([True, False])[k:8]}}
for i, name in enumerate(columns):
    use[name] = {{choice([True, False])[i:8]}}
weights = {name: {{uniform(0, 1)[k:2]}} for k, name in enumerate(columns)}

TREES = {{choice([5, 10])}}

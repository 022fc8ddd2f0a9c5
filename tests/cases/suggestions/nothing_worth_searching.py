"""Code with numbers, none of which is worth searching."""

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

SEED = 7
N_SAMPLES = 200

rng = np.random.default_rng(SEED)
x = rng.normal(size=(N_SAMPLES, 3))
y = x @ np.array([1.5, -2.0, 0.5]) + rng.normal(scale=0.1, size=N_SAMPLES)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=SEED)
score = LinearRegression(n_jobs=1).fit(x_train, y_train).score(x_test, y_test)
print(score)

# output
# no.  where  today  search

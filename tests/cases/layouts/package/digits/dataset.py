"""Pictures of digits, split."""

from functools import lru_cache

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


@lru_cache
def split(size=400):
    images, digits = load_digits(return_X_y=True)
    return train_test_split(images[:size] / 16, digits[:size], random_state=0)

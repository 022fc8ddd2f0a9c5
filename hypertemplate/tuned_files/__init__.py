"""The user's files with the values of a trial: their new texts, how they are written, a fresh run of them."""

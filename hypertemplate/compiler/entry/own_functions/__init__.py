"""Functions and classes of the user's own: which of them calls run, and with what arguments."""

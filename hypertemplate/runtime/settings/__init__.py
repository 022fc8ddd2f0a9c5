"""Settings that hold for the whole process: how each is read, and put back."""

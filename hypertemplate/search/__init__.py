"""Studies: the proposal of points, the run of their trials, the storage of results."""

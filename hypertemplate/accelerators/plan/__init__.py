"""Plan of a search for a machine: framework, devices, workers, environment."""

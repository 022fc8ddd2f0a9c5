"""Detection of the machine: CPUs, devices, installed frameworks."""

"""NVIDIA devices, from ``nvidia-smi`` and the files of the driver."""

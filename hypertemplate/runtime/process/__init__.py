"""Processes of a trial: the guard, the zygote, and the channel to the driver."""

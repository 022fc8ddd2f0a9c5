"""Code in a trial's process, and the messages between it and the driver."""

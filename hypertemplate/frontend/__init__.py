"""Where sources come from; effects live here, not in the compiler."""

"""Reports of a trial to the driver: those of fits, and those that the code makes itself."""

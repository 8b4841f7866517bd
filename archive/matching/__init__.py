"""Which files show the same picture; has nothing to hold yet."""

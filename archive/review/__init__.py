"""People decide on open findings; has nothing to hold yet."""

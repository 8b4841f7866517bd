"""Records out, in the forms other systems read; has nothing to hold yet."""

"""
Original bytes and their care.

Takes in bytes; records where they are kept, what was done to them and the copies made from them; never alters an
original.
"""

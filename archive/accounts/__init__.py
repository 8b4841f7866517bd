"""
Who works here and what each role may do.

Takes in users and their groups; records nothing about pictures; never decides what an item is.
"""

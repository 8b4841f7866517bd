"""
What pictures prove of one another: which is the copy of which, and when the picture can have been made.

Takes in standing matches and the evidence of each copy; records proposed claims with reasons in words; never decides.
"""

"""
Brings a file all the way in by calling the stages below, in order.

Takes in files from the upload page, the command line or a script; records what became of each; never loses one.
"""

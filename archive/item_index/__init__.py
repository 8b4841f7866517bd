"""
The index of items: a cache of what search reads of them, in a folder of each machine, made again at any time.

Takes in what changed, from a table that the database itself writes; one process a machine, `keep_index`, writes the
index; pages ask it through `reader`. Never tells what the database does not hold: without the index, SQL answers.
"""

"""
The append-only, hash-chained record of acts.

Takes in an act (who, what, on which thing) inside the transaction that does it; never edits or deletes an entry.
"""

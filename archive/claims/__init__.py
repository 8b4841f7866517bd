"""
Who says what about an item, and on what ground.

Takes in statements of files, captions and people; records claims with their sources and derives the leading values from
them; never edits a claim.
"""

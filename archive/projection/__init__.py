"""
What search reads of an item, written from its claims for each audience; and the one gate through which items change.

Takes in claims, captions and holds; writes leading values, links, words and digests of items; never decides anything.
Derived from claims; safe to run again.
"""

"""
Folders: items that somebody put together, in an order and with notes, for themselves or for all who read the archive.

Takes in items that a person may see; a folder records nothing about them and is no part of the record. Each reader sees
of a folder what they may see of the archive; what they may not is neither shown nor counted to them.
"""

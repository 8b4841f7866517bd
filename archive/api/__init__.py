"""
The same records as JSON, to be read.

Each answer begins from the same filtered QuerySets of `archive.search` as the pages; nothing is written here but
proposals on captions.
"""

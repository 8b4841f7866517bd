"""
Items, captions, accessions: what the archive holds, described.

Takes in kept files; records items and wordings; never overwrites a wording.
"""

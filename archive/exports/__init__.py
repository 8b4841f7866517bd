"""
Records go out: the record of items as a bag that an outsider can verify, lists of items, and how one is cited.

Takes in items and who reads; records that they were exported, and what with. It tells no more than the pages do, and
never changes what it exports.
"""

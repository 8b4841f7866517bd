"""
Which files show the same picture.

Takes in pixels and fingerprints; records matches between files and what people answered to them; never decides.
"""

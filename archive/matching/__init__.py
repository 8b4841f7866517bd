"""
Which files show the same picture: prints of the whole, local features, their indexes, and what a pair shares.

Takes in pixels that were decoded and turned upright elsewhere; records matches between files and what people answered
to them; never decides, and never calls a picture that is too plain to be compared one without copies.
"""

"""
What a file says of itself, kept verbatim.

`readers/` reads EXIF, IPTC and XMP; `captions/` is the place for reading a text. Records statements;
never decides which of them is right.
"""

"""
What a file or a caption says, kept verbatim.

`readers/` reads EXIF, IPTC and XMP; `captions/` reads a text into dates, places, credits and counts; `articles/` reads
saved news pages with their figures. Records statements; never decides which of them is right.
"""

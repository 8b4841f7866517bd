"""Read what a picture file says of itself: EXIF, IPTC-IIM, XMP, ICC; verbatim, without Django and without judging."""

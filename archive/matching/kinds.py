"""What two files that show the same picture are to each other."""

from enum import StrEnum


class Kind(StrEnum):
    """How one picture came from the other, or both from a third."""

    IDENTICAL = "IDENTICAL"  # the same pixels in another file
    REENCODED = "REENCODED"  # all of it: saved again, scaled, its colours or borders changed
    CROPPED = "CROPPED"  # a part of the other, or both parts of a third
    MIRRORED = "MIRRORED"  # left and right exchanged, perhaps cropped too
    OVERLAID = "OVERLAID"  # with words, a logo or a banner on it
    SCREENSHOT = "SCREENSHOT"  # the picture within a screen, captured or photographed
    STILL_OF = "STILL_OF"  # a frame of footage; said by who knows that one of the two is footage
    SIMILAR_SCENE = "SIMILAR_SCENE"  # the same place or moment, another exposure

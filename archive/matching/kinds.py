"""How two files that show the same picture differ. Django-free."""

from enum import StrEnum


class Kind(StrEnum):
    IDENTICAL = "IDENTICAL"
    REENCODED = "REENCODED"
    CROPPED = "CROPPED"
    MIRRORED = "MIRRORED"
    OVERLAID = "OVERLAID"
    SCREENSHOT = "SCREENSHOT"
    STILL_OF = "STILL_OF"  # of footage; said by who knows that one of the two is footage
    SIMILAR_SCENE = "SIMILAR_SCENE"  # the same scene, but not the same exposure

"""Where the tiles of a picture lie, and how many there are; plain arithmetic, for those who make and who show them."""

from collections.abc import Iterator

from archive.files.maker_version import SCREEN_PX

TILE_PX = 512


def level_size(width_px: int, height_px: int, level: int) -> tuple[int, int]:
    """Return width and height of a level: level 0 is the whole picture, each further one half of the one before."""
    return -(-width_px >> level), -(-height_px >> level)


def level_count(width_px: int, height_px: int) -> int:
    """Return how many levels are larger than the screen copy; 0: the screen copy is as large as the picture."""
    level = 0
    while max(level_size(width_px, height_px, level)) > SCREEN_PX:
        level += 1
    return level


def tile_name(level: int, column: int, row: int) -> str:
    """Name a tile by its level, and by its place from the left and from the top."""
    return f"{level}-{column}-{row}.jpg"


def tile_names(width_px: int, height_px: int, sharpest: int) -> Iterator[str]:
    """Give the names of all tiles of a picture, from its sharpest level on."""
    for level in range(sharpest, level_count(width_px, height_px)):
        across, down = (-(-side_px // TILE_PX) for side_px in level_size(width_px, height_px, level))
        yield from (tile_name(level, column, row) for row in range(down) for column in range(across))

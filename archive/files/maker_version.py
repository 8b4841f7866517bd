"""The version and the size of what is made of originals, apart from the decoders: who asks need not load them."""

# Raised with every change that makes other renditions of the same file.
MAKER_VERSION = "2"
# Raised with every change that makes other tiles of the same file.
TILE_MAKER_VERSION = f"{MAKER_VERSION}.1"
# The longest side of the largest rendition.
SCREEN_PX = 1600

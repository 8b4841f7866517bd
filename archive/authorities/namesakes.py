"""Which of several places of one name can be meant by the name alone: a village does not stand beside a city."""

# A place without a population was listed one by one: it lies on this archive's coasts, or is more than a town.
_LISTED = 500_000
_OUTWEIGHS = 10


def weight(population: int | None) -> int:
    """Return how likely a place is meant by its name alone, in people."""
    return _LISTED if population is None else population


def outweighed(own: int, heaviest: int) -> bool:
    """Say whether a namesake is so much heavier that the name alone does not mean this place."""
    return own * _OUTWEIGHS <= heaviest

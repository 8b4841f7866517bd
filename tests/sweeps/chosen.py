"""
How much of a sweep one run takes: a part, by a fixed choice, or with `STRANDLINE_SWEEP=all` everything.
"""

import os
import zlib

IS_WHOLE = os.environ.get("STRANDLINE_SWEEP") == "all"


def is_chosen(one_in: int, *parts: str) -> bool:
    """Choose one case in so many, the same at each run."""
    return IS_WHOLE or zlib.crc32("\n".join(parts).encode("utf-8", "surrogatepass")) % one_in == 0

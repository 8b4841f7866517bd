"""Strandline: an archive that keeps pictures with everything that was ever said about them."""

"""Finds items over all records; reads only."""

"""Lineage between items, and checks that weigh claims; has nothing to hold yet."""

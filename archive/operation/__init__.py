"""
Keeps the site running: starts its processes again when they end, and tells how everything stands.

Takes in the Procfile; records what became of each process; never touches what the archive holds.
"""

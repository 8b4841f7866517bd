"""
The named things that records point to: places, events, outlets, agents.

Takes in authority records by hand or from a gazetteer; never looks at a picture.
"""

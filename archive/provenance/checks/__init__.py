"""
The checks: each weighs what is known of one item against itself, and says in words what it found.

One file, one check: a pure function over frozen evidence, without database and clock. A check never says that a picture
is authentic or fake, gives no score, and decides nothing: people do.
"""

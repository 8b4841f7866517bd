"""
Draws the sample collection: pictures and stills that the project paints itself, with the metadata they carry.

Takes in nothing but a folder to write to. Leaves there one folder an accession with its captions CSV, the same
bytes each time. Never shows a real person or a real moment, and never touches the database: loading is
the real ingest's work.
"""

"""EDTF dates, term lists and the tables that map the standards' fields to one another; plain Python, no Django."""

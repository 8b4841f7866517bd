"""What pages show, laid out from rows that were fetched before: plain functions, none of which queries."""

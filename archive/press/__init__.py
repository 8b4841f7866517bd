"""
What was printed: news pages with their figures, and where a picture appeared.

Keeps headline, caption, credit and day as printed. Which picture a figure shows is said by those who call it: the bytes
that came with the page, or a person. Never edits what was printed, and weighs none of it.
"""

"""
Searches that people keep: under a name, for themselves or for all who read the archive, with what is new since they
looked, and a feed of it.

Takes in what was asked and by whom; keeps the text of the search and never its result. What a search finds is asked
anew for whoever looks, so it tells nobody more than the search page does. It changes no item.
"""

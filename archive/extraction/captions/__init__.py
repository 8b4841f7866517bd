"""
Read the text of a caption: dates, places, credits, bodies and vessels, counts of people.

Takes in a text, its language, its publication day and a gazetteer; gives back mentions with their exact spans and
values. Knows no Django and no network, stores nothing, and never gives out the name of a person outside a credit.
"""

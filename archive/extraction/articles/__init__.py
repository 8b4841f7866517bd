"""
Read a saved news page: outlet, headline, authors, dates, address, language, text and figures with their captions.

Takes in HTML with its folder of pictures, MHTML, WARC, WACZ or plain text; gives back each statement word for word, the
leading ones with their ground, and the problems. Knows no Django, runs no script, fetches nothing, and gives out text
and never markup.
"""

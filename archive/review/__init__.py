"""
People decide on open questions: proposals on captions.

Takes in what people propose beside a wording; records proposals and the decisions on them; never changes a wording.
"""

"""
People decide on open questions: proposals on captions, to which event items belong, who may see them and how.

Takes in what people propose beside a wording, and computes where items gather; records proposals, the decisions on
them, and what was dismissed; never changes a wording, and links nothing without a person.
"""

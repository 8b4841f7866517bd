"""How the ledger words that a picture is marked as distressing, and that the mark is taken back."""

MARK_VERBS = {True: "mark distressing", False: "take distressing mark back"}

import random

import pytest

from archive.standards.word_differences import Kind, differences


def marked(before: str, after: str) -> str:
    """Write a difference as [-dropped-] and [+added+]."""
    signs = {"same": "{}", "dropped": "[-{}-]", "added": "[+{}+]"}
    return "".join(signs[kind].format(text) for kind, text in differences(before, after))


@pytest.mark.parametrize(
    "before, after, expected",
    [
        ("A boat off Dunkirk.", "A boat off Dunkirk.", "A boat off Dunkirk."),
        ("A boat off Dunkirk.", "A boat off Calais.", "A boat off[- Dunkirk-][+ Calais+]."),
        ("A boat off Dunkirk", "A small boat off Dunkirk", "A[+ small+] boat off Dunkirk"),
        ("A crowded boat at sea", "A boat at sea", "A[- crowded-] boat at sea"),
        ("taken 18/06/2024, at 05:12", "taken 19/06/2024, at 05:12", "taken[- 18/06/2024-][+ 19/06/2024+], at 05:12"),
        ("Boat, Dover", "People, Calais", "[-Boat, Dover-][+People, Calais+]"),
        ("A  boat\n off Dover", "A boat off Dover", "A boat off Dover"),
        ("a boat", "A boat", "[-a-][+A+] boat"),
        ("", "A boat", "[+A boat+]"),
        ("Un bateau à l’aube", "Un canot à l’aube", "Un[- bateau-][+ canot+] à l’aube"),
        ("", "", ""),
        (
            "About two dozen people set off for England from a beach.",
            "A boat leaves the coast with thirty people on board, seen from the air.",
            "[-About two dozen people set off for England from a beach-]"
            "[+A boat leaves the coast with thirty people on board, seen from the air+].",
        ),
        ("Overfull boat today", "A boat with people today", "[-Overfull-][+A+] boat[+ with people+] today"),
    ],
    ids=[
        *("no change", "a word replaced", "a word added", "a word dropped", "a date", "a comma between"),
        *("only spaces", "a capital", "from nothing", "accents", "nothing at all", "crumbs", "a short word between"),
    ],
)
def test_words_are_marked_as_kept_dropped_or_added(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


def test_the_later_wording_can_be_read_off_a_difference() -> None:
    before = "Migrants wade out to a dinghy, Gravelines, Tuesday (AFP)."
    after = "People wade out to an inflatable boat near Gravelines on Tuesday, 18 June 2024."

    parts = differences(before, after)

    assert "".join(text for kind, text in parts if kind != "dropped") == after
    assert "".join(text for kind, text in parts if kind != "added") == before


def test_long_texts_are_compared_in_reasonable_time() -> None:
    one = "the boat " * 20_000
    other = "the ship " * 20_000

    parts = differences(one, other)

    assert "".join(text for kind, text in parts if kind != "dropped").split() == other.split()


def test_texts_that_repeat_their_words_without_end_are_compared_by_how_they_begin_and_end():
    shuffled = random.Random(1)
    earlier, later = (" ".join(f"w{shuffled.randrange(120)}" for _ in range(20_000)) for _ in range(2))

    parts = differences(f"A boat. {earlier} Off Dunkirk.", f"A boat. {later} Off Calais.")

    assert parts[0] == (Kind.SAME, "A boat.")
    assert [part.kind for part in parts] == [Kind.SAME, Kind.DROPPED, Kind.ADDED, Kind.SAME]
    assert parts[1].text.endswith("Off Dunkirk") and parts[2].text.endswith("Off Calais")

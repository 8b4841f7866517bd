"""A sealed bag is one by the standard and by the ledger, and its checker names whatever was changed in it."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import bagit
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import hold
from archive.catalogue.models import Item
from archive.exports import verify
from archive.exports.readers import archive_staff
from archive.exports.seal_bag import Unsealable, seal
from archive.ledger.chain import canonical
from archive.ledger.merkle_tree import Frontier, Subtree, hashes_of, inclusion_path, leaf_hash
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording, subject_of
from archive.ledger.signing_key import keys_named, make_key
from tests.builders import make_caption, make_item, make_people

pytestmark = pytest.mark.django_db


def lay_payload(folder: Path) -> Path:
    for name, content in {
        "report.html": b"<p>Boats off Dunkirk</p>",
        "items/1/item.json": b'{"caption": "A boat"}',
        "items/1/\xe9t\xe9 100 km.jpg".encode("latin-1").decode("latin-1"): bytes(range(256)) * 40,
        "items/2/item.json": b'{"caption": ""}',
        "items/3/empty.txt": b"",
    }.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def make_bag(folder: Path, role: str = "moderator") -> Path:
    """Seal a bag of three items; forty acts are in the ledger, thirty of them on these."""
    make_key()
    folder /= "bag"
    items = [make_item() for _number in range(3)]
    for number in range(40):
        with recording():
            act(verb="describe", subject=items[number % 4] if number % 4 < 3 else "other:1", actor="anna",
                payload={"reason": f"Ünsure {number}"})  # fmt: skip
    people = make_people()
    seal_for(people[role], lay_payload(folder), items)
    return folder


def seal_for(reader: User, folder: Path, items: list[Item]) -> None:
    entries = LedgerEntry.objects.filter(subject__in=map(subject_of, items)).values_list("sequence", flat=True)
    seal(folder, items=[item.pk for item in items], entries=entries, reader=reader, by=reader)


def outcome(bag: Path, *options: str, python: str = sys.executable) -> tuple[int, str]:
    """Run the checker as an outsider does."""
    command = [python, "-I", "-S", str(Path(verify.__file__)), str(bag), *options]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=60)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.fixture(autouse=True)
def each_signature_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand bags with the same head take a thousand times the same half of a tenth of a second."""
    monkeypatch.setattr(verify, "is_signed", cache(verify.is_signed))


def altered(bag: Path) -> dict[str, str]:
    told: dict[str, str] = {}
    verify.check(bag, None, told.setdefault)
    return told


def test_a_bag_is_sound_for_who_has_python_alone(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)

    status, said = outcome(bag)

    assert status == 0, said
    assert "items: 3" in said and "The key came with it" in said
    own = subprocess.run([sys.executable, "-I", "-S", bag / "verify.py"], capture_output=True, text=True)
    assert own.returncode == 0 and own.stdout == said


def test_the_key_of_the_archive_holds_and_another_does_not(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    other = "a.example/ledger+" + verify.hashlib.sha256(b"a.example/ledger\n\1" + bytes(32)).hexdigest()[:8]
    other += "+" + verify.base64.b64encode(b"\1" + bytes(32)).decode()

    status, said = outcome(bag, "--key", str(keys_named()[-1]))
    of_other, said_of_other = outcome(bag, "--key", other)

    assert status == 0 and "The key came with it" not in said
    assert of_other == 1 and "ledger/key: is not the key that was given" in said_of_other
    assert outcome(bag, "--key", "nonsense")[0] == 2
    assert outcome(bag / "nowhere")[0] == 2


def test_the_library_of_congress_finds_it_a_valid_bag(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)

    read = bagit.Bag(str(bag))

    assert read.version_info == (1, 0)
    assert read.validate()
    assert set(read.entries) > {"verify.py", "ledger/head", "ledger/entries.jsonl"}


def test_a_thousand_changes_are_a_thousand_names(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    names = sorted(str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file())
    dice, untold = random.Random(11), []
    assert altered(bag) == {}

    for turn in range(1000):
        name = names[turn % len(names)]
        path, before = bag / name, (bag / name).read_bytes()
        if before:
            changed = bytearray(before)
            at = dice.randrange(len(changed))
            changed[at] ^= dice.randrange(1, 256)
            path.write_bytes(changed)
        else:
            path.write_bytes(b"x")
        told = altered(bag)
        if name not in told and not any(name in why for why in told.values()):
            untold.append((name, told))
        path.write_bytes(before)

    assert untold == []
    assert altered(bag) == {}


def test_what_is_taken_away_added_renamed_or_swapped_is_named(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    names = sorted(str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file())
    kept = tmp_path / "kept"

    for name in names:
        (bag / name).rename(kept)
        assert altered(bag)[name] == "is missing"
        kept.rename(bag / name)
    for name in ("data/later.txt", "data/items/1/.hidden", "later.txt", "ledger/later.txt", "fetch.txt"):
        (bag / name).write_bytes(b"")
        assert "was not exported" in altered(bag)[name]
        (bag / name).unlink()
    for first, second in pairwise(names):
        exchange(bag / first, bag / second, kept)
        told = altered(bag)
        assert all(name in told or name in "".join(told.values()) for name in (first, second))
        exchange(bag / first, bag / second, kept)
    assert altered(bag) == {}


def exchange(first: Path, second: Path, aside: Path) -> None:
    first.rename(aside)
    second.rename(first)
    aside.rename(second)


def write_lists_anew(bag: Path) -> None:
    """Do as somebody does who changes a bag and knows what a bag is."""
    for listing in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        is_payload = listing.startswith("manifest")
        names = sorted(str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file())
        (bag / listing).write_text(
            "".join(
                f"{verify.hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}\n"
                for name in names
                if name.startswith("data/") == is_payload and name != "tagmanifest-sha256.txt"
            )
        )


def test_who_writes_the_lists_anew_is_told_by_the_ledger(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    whole = {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()}

    def told_after(name: str, content: bytes) -> dict[str, str]:
        (bag / name).write_bytes(content)
        write_lists_anew(bag)
        assert bagit.Bag(str(bag)).validate(), "the library of Congress is content with it"
        told = altered(bag)
        (bag / name).unlink()
        for path, before in whole.items():
            path.write_bytes(before)
        return told

    lines = (bag / "ledger" / "entries.jsonl").read_bytes().splitlines(keepends=True)
    assert told_after("data/report.html", b"<p>Boats off Calais.</p>") == {
        "manifest-sha256.txt": "is not as the ledger has it"
    }
    assert told_after("bag-info.txt", b"Source-Organization: Another\n").keys() == {"bag-info.txt"}
    assert told_after("verify.py", b"print('sound')\n").keys() == {"verify.py"}
    assert told_after("ledger/entries.jsonl", b"".join(lines[1:])).keys() == {"ledger/entries.jsonl"}
    assert told_after("ledger/entries.jsonl", b"".join(lines[:-1])).keys() == {"ledger/entries.jsonl"}
    assert told_after("ledger/more.txt", b"").keys() == {"ledger/more.txt", "tagmanifest-sha256.txt"}
    assert altered(bag) == {}


def test_nothing_can_be_written_beside_what_is_signed(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    whole = {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    key, head, entries, tags = (
        (bag / name).read_text() for name in (verify.KEY, verify.HEAD, verify.ENTRIES, verify.TAGMANIFEST)
    )

    def told_after(name: str, text: str) -> set[str]:
        (bag / name).write_text(text)
        if name != verify.TAGMANIFEST:
            write_lists_anew(bag)
        told = set(altered(bag))
        for path, before in whole.items():
            path.write_bytes(before)
        return told

    first, _newline, more = entries.partition("\n")
    row = json.loads(first)
    closed = {"index": row["index"], "leaf": leaf_hash(canonical(row["entry"]).encode()).hex(), "proof": row["proof"]}
    untold = [
        what
        for what, (name, text) in {
            "more below the key": (verify.KEY, f"{key}This bag was checked by the archive.\n"),
            "space around the key": (verify.KEY, f" {key}"),
            "more below the head": (verify.HEAD, f"{head}— archive.example AAAA\n"),
            "the signature written in another way": (verify.HEAD, re.sub(".=$", other_last_letter, head)),
            "another last byte": (verify.ENTRIES, entries[:-1] + "x"),
            "an entry by its hash alone": (verify.ENTRIES, f"{canonical(closed)}\n{more}"),
            "another order of the list": (verify.TAGMANIFEST, "".join(reversed(tags.splitlines(keepends=True)))),
            "the list in itself": (verify.TAGMANIFEST, f"{tags}{'0' * 64}  {verify.TAGMANIFEST}\n"),
            "a file of data in the list": (verify.TAGMANIFEST, f"{'0' * 64}  data/report.html\n{tags}"),
        }.items()
        if name not in told_after(name, text)
    ]

    assert untold == []
    assert altered(bag) == {}


def other_last_letter(end: re.Match[str]) -> str:
    """Change a bit of base64 that stands for nothing."""
    return chr(ord(end[0][0]) + 1) + "="


HOSTILE = {
    "a path that leads out": ("manifest-sha256.txt", "a" * 64 + "  data/../../secret\n"),
    "an absolute path": ("manifest-sha256.txt", "a" * 64 + "  /etc/passwd\n"),
    "a path twice": ("manifest-sha256.txt", ("a" * 64 + "  data/report.html\n") * 2),
    "a tag file that leads out": ("tagmanifest-sha256.txt", "a" * 64 + "  ../secret\n"),
    "a huge line": ("manifest-sha256.txt", "a" * 30_000_000),
    "no text": ("manifest-sha256.txt", b"\xff\xfe\x00"),
    "terminal codes": ("manifest-sha256.txt", "a" * 64 + "  data/\x1b[2Jx\n"),
    "deep JSON": ("ledger/entries.jsonl", "[" * 100_000 + "\n"),
    "JSON that is no row": ("ledger/entries.jsonl", "[]\n7\n"),
    "a number of many digits": ("ledger/entries.jsonl", '{"index":' + "9" * 50_000 + ',"leaf":"","proof":[]}\n'),
    "a proof of another kind": ("ledger/entries.jsonl", '{"index":1.5,"leaf":"00","proof":["zz"]}\n'),
    "a head without end": ("ledger/head", "a" * 1_000_000),
    "a key of another kind": ("ledger/key", "a+00000000+AAAA\n"),
    "nothing": ("ledger/entries.jsonl", ""),
}


@pytest.mark.parametrize(("name", "content"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_refused_by_name(name: str, content: str | bytes, tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    (bag / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    status, said = outcome(bag)

    assert status == 1
    assert f"ALTERED  {name}: does not hold: " in said
    assert "\x1b" not in said and len(said) < 20_000


def test_nothing_outside_of_the_bag_is_read(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    secret = tmp_path / "secret"
    secret.write_bytes((bag / "data" / "report.html").read_bytes())
    (bag / "data" / "report.html").unlink()
    (bag / "data" / "report.html").symlink_to(secret)
    shutil.move(bag / "data" / "items" / "1", tmp_path / "1")
    (bag / "data" / "items" / "1").symlink_to(tmp_path / "1")
    os.mkfifo(bag / "data" / "pipe")

    status, said = outcome(bag)

    assert status == 1
    for name in ("data/report.html", "data/items/1", "data/pipe"):
        assert f"ALTERED  {name}: is a link or no plain file" in said
    assert "ALTERED  data/items/1/item.json: is missing" in said


def test_a_name_that_is_no_text_is_told_as_far_as_it_goes(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    (bag / "data" / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"")

    status, said = outcome(bag)

    assert status == 1 and r"data/caf\udce9.txt: was not exported" in said


def test_a_researcher_is_given_the_hash_of_an_entry_alone(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, "researcher")

    rows = [json.loads(line) for line in (bag / "ledger" / "entries.jsonl").read_text().splitlines()]

    assert outcome(bag)[0] == 0
    assert "Ünsure" not in "".join(path.read_text() for path in (bag / "ledger").iterdir())
    assert [("entry" in row) for row in rows] == [False] * (len(rows) - 1) + [True]
    assert len(rows) == 31


def test_an_entry_that_repeats_a_hidden_wording_is_given_by_its_hash(tmp_path: Path) -> None:
    make_key()
    item, people = make_item(), make_people()
    hold(make_caption(item, "Marie Dupont with her son on the beach"), by=people["moderator"])
    with recording():
        act(verb="describe", subject=item, actor="anna", payload={"reason": "marie dupont with her son on the beach"})

    for role in ("archivist", "moderator"):
        seal_for(people[role], lay_payload(tmp_path / role), [item])

    text = {role: (tmp_path / role / "ledger" / "entries.jsonl").read_text() for role in ("archivist", "moderator")}
    assert "dupont" not in text["archivist"] and "dupont" in text["moderator"]
    assert outcome(tmp_path / "archivist")[0] == outcome(tmp_path / "moderator")[0] == 0


def test_the_proofs_of_many_entries_cost_as_many_queries_as_those_of_few(tmp_path: Path) -> None:
    make_key()
    item, queries, reader = make_item(), [], archive_staff()
    for number, acts in enumerate((5, 200)):
        with recording():
            for _act in range(acts):
                act(verb="describe", subject=item, actor="anna")
        with CaptureQueriesContext(connection) as asked:
            seal_for(reader, lay_payload(tmp_path / f"bag{number}"), [item])
        queries.append(len(asked))

    assert queries[0] == queries[1]


def test_what_stands_beside_the_payload_is_not_sealed(tmp_path: Path) -> None:
    make_key()
    folder = lay_payload(tmp_path / "bag")
    (folder / "notes.txt").write_bytes(b"")

    with pytest.raises(Unsealable):
        seal_for(archive_staff(), folder, [])
    (folder / "notes.txt").unlink()
    (folder / "data" / "link").symlink_to("/etc/passwd")
    with pytest.raises(Unsealable):
        seal_for(archive_staff(), folder, [])
    assert not LedgerEntry.objects.filter(verb="export").exists()


# RFC 8032, section 7.1: public key, message, signature.
RFC_8032 = {
    "test 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    "test 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "test 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
}


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032.values(), ids=RFC_8032)
def test_the_signatures_of_rfc_8032_hold_and_others_do_not(public: str, message: str, signature: str) -> None:
    key, text, value = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)

    assert verify.is_signed(key, text, value)
    assert not verify.is_signed(key, text + b"x", value)
    assert not verify.is_signed(key, text, value[:32] + bytes([value[32] ^ 1]) + value[33:])
    assert not verify.is_signed(key, text, value + b"\0")
    assert not verify.is_signed(key, text, value[:-1])
    # S + L signs the same where S is not bounded (5.1.7).
    more = int.from_bytes(value[32:], "little") + verify.ORDER
    assert not verify.is_signed(key, text, value[:32] + more.to_bytes(32, "little"))


def test_signatures_hold_as_they_do_for_cryptography() -> None:
    dice = random.Random(8032)
    for turn in range(40):
        private = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        key, text = private.public_key(), dice.randbytes(turn)
        signature = bytearray(private.sign(text))
        if turn % 2:
            signature[dice.randrange(64)] ^= 1 << dice.randrange(8)
        try:
            key.verify(bytes(signature), text)
            holds = True
        except InvalidSignature:
            holds = False

        assert verify.is_signed(key.public_bytes_raw(), text, bytes(signature)) == holds == (turn % 2 == 0)


def test_paths_lead_to_the_root_as_the_tree_of_the_ledger_makes_them() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(70)]
    for size in (1, 2, 3, 7, 8, 33, 70):
        frontier, known = Frontier(), {}
        for number, leaf in enumerate(leaves[:size], 1):
            known |= {Subtree(number, level): part for level, part in enumerate(frontier.append(leaf))}
        for index in range(size):
            path = hashes_of(inclusion_path(index, size), known)

            assert verify.root_over(leaves[index], index, size, path) == frontier.root()
            assert verify.root_over(leaves[index], index, size, [*path, leaves[0]]) != frontier.root()
            assert size == 1 or verify.root_over(leaves[index], index, size, path[1:]) != frontier.root()


def test_it_is_short_and_needs_python_alone() -> None:
    text = Path(verify.__file__).read_text()
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", text, re.MULTILINE))

    assert len(text.splitlines()) <= 200
    assert imported <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.12", "3.13"])
def test_older_and_newer_pythons_run_it(version: str, tmp_path: Path) -> None:
    installed = [*Path.home().glob(f".pyenv/versions/{version}.*/bin/python"), shutil.which(f"python{version}")]
    if not (python := next(filter(None, installed), None)):
        pytest.skip(f"no Python {version} on this machine")
    bag = make_bag(tmp_path)

    assert outcome(bag, python=str(python))[0] == 0
    (bag / "data" / "report.html").write_bytes(b"other")
    assert outcome(bag, python=str(python))[0] == 1

"""A second installation signs heads that go on from one another, and keeps what contradicts itself."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from archive.ledger.merkle_tree import Frontier, Subtree, consistency_path, hashes_of, leaf_hash
from archive.ledger.models import LedgerEntry, WitnessedHead
from archive.ledger.signed_notes import Head, SigningKey, WitnessRequest, read_signed_head
from archive.ledger.signing_key import make_key, signing_key

KEY = SigningKey("first.example/ledger-1", bytes(range(32)))
NEW_KEY = SigningKey(KEY.name, bytes(range(5, 37)))


class Elsewhere:
    """The ledger of another archive, with so many entries; one history or another."""

    def __init__(self, history: str = "as it was") -> None:
        self.history = history

    def _grown(self, size: int) -> tuple[bytes, dict[Subtree, bytes]]:
        frontier, known = Frontier(), {}
        for last in range(1, size + 1):
            words = f"entry {last}" + (self.history if last > 2 else "")
            known |= {Subtree(last, level): h for level, h in enumerate(frontier.append(leaf_hash(words.encode())))}
        return frontier.root(), known

    def head(self, size: int, key: SigningKey = KEY) -> str:
        return key.sign(Head(KEY.name, size, self._grown(size)[0])).note()

    def request(self, since: int, size: int, key: SigningKey = KEY) -> str:
        root, known = self._grown(size)
        proof = hashes_of(consistency_path(since, size), known)
        return WitnessRequest(since, tuple(proof), key.sign(Head(KEY.name, size, root))).text()


HERE, FORK = Elsewhere(), Elsewhere("written anew")


@pytest.fixture
def witness(db: None, tmp_path: Path) -> Callable[..., str]:
    """What `cosign` prints of a text."""
    make_key()

    def run(text: str, **options: str) -> str:
        (tmp_path / "sent").write_text(text)
        out = StringIO()
        call_command("cosign", str(tmp_path / "sent"), stdout=out, stderr=StringIO(), **options)
        return out.getvalue()

    return run


def test_heads_that_go_on_from_one_another_are_signed(witness: Callable[..., str]) -> None:
    first = read_signed_head(witness(HERE.head(3), key=str(KEY.public)))
    second = read_signed_head(witness(HERE.request(3, 7)))
    again = read_signed_head(witness(HERE.head(7)))

    for signed in (first, second, again):
        assert signed.is_signed_by(KEY.public)
        assert signed.is_signed_by(signing_key().as_witness)
    assert list(WitnessedHead.objects.order_by("pk").values_list("size", "against")) == [(3, None), (7, None)]
    assert LedgerEntry.objects.filter(verb="cosign head").count() == 2


def test_a_stranger_needs_a_key(witness: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match=r"No head of first.example/ledger-1 was seen yet.*--key") as told:
        witness(HERE.head(3))

    assert told.value.returncode == 2
    assert not WitnessedHead.objects.exists()


def test_a_head_without_its_proof_is_asked_for_it(witness: Callable[..., str]) -> None:
    witness(HERE.head(3), key=str(KEY.public))

    for sent in (HERE.head(7), HERE.request(2, 7)):
        with pytest.raises(CommandError, match="checkpoint --since 3") as told:
            witness(sent)
        assert told.value.returncode == 2
    assert WitnessedHead.objects.count() == 1


@pytest.mark.parametrize("sent", [FORK.head(5), FORK.request(5, 9)], ids=["two of one size", "no proof holds"])
def test_a_fork_is_refused_and_kept(witness: Callable[..., str], sent: str) -> None:
    witness(HERE.head(5), key=str(KEY.public))

    with pytest.raises(CommandError, match="kept here, with that archive's signatures") as told:
        witness(sent)

    assert told.value.returncode == 1
    refused = WitnessedHead.objects.get(against__isnull=False)
    assert read_signed_head(refused.note).is_signed_by(KEY.public)
    assert refused.against.note == HERE.head(5)
    assert refused.proof == (sent if sent.startswith("old") else "")
    assert LedgerEntry.objects.filter(verb="refuse head").count() == 1
    # The next one is still held against what was seen first.
    assert read_signed_head(witness(HERE.request(5, 9))).head.size == 9


def test_an_older_head_is_not_signed(witness: Callable[..., str]) -> None:
    witness(HERE.head(5), key=str(KEY.public))

    with pytest.raises(CommandError, match=r"is older \(3 entries\) than the last one seen") as told:
        witness(HERE.head(3))
    assert told.value.returncode == 2


def test_a_new_key_is_taken_from_a_person_alone(witness: Callable[..., str]) -> None:
    witness(HERE.head(3), key=str(KEY.public))

    with pytest.raises(CommandError, match="is not signed by the key"):
        witness(HERE.request(3, 7, NEW_KEY))
    witness(HERE.request(3, 7, NEW_KEY), key=str(NEW_KEY.public))
    witness(HERE.request(7, 8, NEW_KEY))

    with pytest.raises(CommandError, match="is not signed by the key"):
        witness(HERE.request(8, 9))
    with pytest.raises(CommandError, match="do not belong together"):
        witness(HERE.head(9), key=str(SigningKey("other", bytes(32)).public))


def test_nobody_is_witness_to_themselves(witness: Callable[..., str]) -> None:
    own = StringIO()
    call_command("checkpoint", stdout=own)

    with pytest.raises(CommandError, match="nobody is witness to themselves"):
        witness(own.getvalue(), key=str(signing_key().public))


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("words", "was not signed: it has no empty line"),
        ("old x\n\nwords", "since which entry"),
        (HERE.head(2), "no public key"),
    ],
    ids=["no head", "no proof", "no key"],
)  # fmt: skip
def test_what_is_not_understood_is_told(witness: Callable[..., str], sent: str, why: str) -> None:
    with pytest.raises(CommandError, match=why) as told:
        witness(sent, key="words")
    assert told.value.returncode == 2


def test_the_file_that_was_asked_for_is_written(witness: Callable[..., str], tmp_path: Path) -> None:
    assert witness(HERE.head(3), key=str(KEY.public), out=str(tmp_path / "signed")) == ""

    assert read_signed_head((tmp_path / "signed").read_text()).is_signed_by(signing_key().as_witness)

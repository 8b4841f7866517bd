"""
The key that signs the heads of the ledger: made at set-up, kept in `var/` for this account alone.

Which keys there were is told by the ledger itself, so that a key that was replaced still proves what it signed. The
name in it is the ledger's own, and stays when the key is replaced.
"""

import json
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording, wait_for_appending
from archive.ledger.signed_notes import SigningKey, UnreadableNote, VerifierKey, read_signing_key, read_verifier_key

SUBJECT = "ledger.key"
_SEED_BYTES = 32


class NoSigningKey(NotDone):
    """This machine has no key, or not the one that the ledger names; the text says what to do."""


def signing_key() -> SigningKey:
    """
    Return the key of this machine; one query.

    :raises NoSigningKey: there is none, or the ledger names another one
    """
    key, named = _kept(), keys_named()
    if key is None:
        raise NoSigningKey(_how_to_get_one(named))
    if not named or named[-1] != key.public:
        raise NoSigningKey(
            _("The key in %(file)s is not the one that the ledger names last.") % {"file": _file()}
            + " "
            + _how_to_get_one(named)
        )
    return key


def make_key() -> SigningKey:
    """
    Make the first key of this ledger, unless there is one; may run again.

    :raises NoSigningKey: the ledger has a key, and this machine does not have it
    """
    with recording():
        # Of two who set up at once one makes it.
        wait_for_appending()
        if keys_named():
            return signing_key()
        # A file without an entry: who made it was interrupted.
        key = _kept() or _write(_own_name())
        act(verb="make ledger key", subject=SUBJECT, actor=None, payload={"key": str(key.public)})
        return key


def replace_key() -> SigningKey:
    """Make a new key in the place of the one that was; the ledger's name stays."""
    with recording():
        wait_for_appending()
        named = keys_named()
        key = _write(named[-1].name if named else _own_name())
        act(verb="replace ledger key", subject=SUBJECT, actor=None, payload={"key": str(key.public)})
        return key


def keys_named() -> list[VerifierKey]:
    """Return the public keys that the ledger names, the one that holds now last; one query."""
    entries = LedgerEntry.objects.filter(subject=SUBJECT).order_by("sequence")
    return [read_verifier_key(json.loads(payload)["key"]) for payload in entries.values_list("payload", flat=True)]


def _file() -> Path:
    return Path(settings.VAR_ROOT) / "ledger_key"


def _kept() -> SigningKey | None:
    try:
        return read_signing_key(_file().read_text())
    except FileNotFoundError:
        return None
    except (UnreadableNote, UnicodeDecodeError) as problem:
        raise NoSigningKey(_("The key in %(file)s cannot be read.") % {"file": _file()} + f" ({problem})") from problem


def _write(name: str) -> SigningKey:
    key = SigningKey(name, secrets.token_bytes(_SEED_BYTES))
    _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _file().with_name(f"ledger_key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(f"{key}\n")
    draft.replace(_file())
    return key


def _own_name() -> str:
    """Return a name that no other installation has, even where both call themselves localhost."""
    return f"{urlsplit(settings.SITE_URL).hostname}/ledger-{secrets.token_hex(4)}"


def _how_to_get_one(named: list[VerifierKey]) -> str:
    if not named:
        return _("The ledger has no key yet: `manage.py prepare` makes one.")
    return _(
        "Copy the file ledger_key from the var folder of the machine that has it, or, where it is lost, make a new "
        "key: `manage.py checkpoint --new-key`."
    )

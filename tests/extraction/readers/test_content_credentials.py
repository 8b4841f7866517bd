"""Content Credentials: each state is told for what it is, nothing is fetched, no damage ends the helper."""

import copy
import datetime
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import c2pa
import encypher_c2pa
import pytest
from cryptography.x509.ocsp import OCSPCertStatus

from archive.extraction.examination_kinds import CONTENT_CREDENTIALS, KINDS
from archive.extraction.readers.content_credentials import (
    OFFLINE,
    UnknownSetting,
    prove_known,
    read_credentials,
    read_store,
)
from archive.files.sandbox import MEBIBYTE, Limits, Sandbox
from tests.conftest import CORPUS
from tests.signing import (
    CREATED,
    DIGITAL_CAPTURE,
    Certified,
    altered,
    authority,
    certificate_status,
    picture,
    sign,
    signer,
)

READ = "archive.extraction.readers.content_credentials.read_credentials"
SEED = 20240618
MUTANTS = 300 if os.environ.get("STRANDLINE_SWEEP") == "all" else 40
STATES = {"none", "elsewhere", "unreadable", "broken", "intact"}


@pytest.fixture(scope="module")
def root() -> Certified:
    return authority()


@pytest.fixture(scope="module")
def anna(root: Certified) -> Certified:
    return signer(root)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """A server on this machine: its address, and who connected to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, peer = server.accept()
                except OSError:
                    return
                came.append(peer)
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/manifest.c2pa", came
        server.shutdown(socket.SHUT_RDWR)


def read(tmp_path: Path, content: bytes, mime_type: str = "image/jpeg", **lists: str) -> dict[str, Any]:
    """Read bytes, with trust lists of these names."""
    path = tmp_path / "file"
    path.write_bytes(content)
    given = [{"name": name, "dated": "2026-06-01", "is_overdue": False, "pem": pem} for name, pem in lists.items()]
    return read_credentials(str(path), mime_type, given)


# -- States -----------------------------------------------------------------------------------------------------------


def test_a_file_without_credentials_has_none(tmp_path: Path) -> None:
    result = read(tmp_path, picture())

    assert (result["state"], result["second"]["state"], result["agrees"]) == ("none", "none", True)


def test_an_intact_file_says_who_signed_what_and_when(tmp_path: Path, anna: Certified) -> None:
    actions = {"actions": [CREATED | {"when": "2024-06-18T05:12:00Z"}], "allActionsIncluded": True}

    result = read(tmp_path, sign(picture(), anna, actions=actions))

    assert (result["state"], result["agrees"]) == ("intact", True)
    assert (result["signer"], result["issuer"], result["algorithm"]) == ("Anna Signer", "Strandline tests", "Es256")
    assert result["certificate"] == str(anna.certificate.serial_number)
    assert (result["signed_at"], result["revocation"], result["has_run_out"]) == ("", "not known", False)
    assert result["actions"] == [
        {
            "action": "c2pa.created",
            "digital_source_type": DIGITAL_CAPTURE,
            "software": "",
            "when": "2024-06-18T05:12:00Z",
        }
    ]
    assert result["all_actions_included"] is True
    assert result["generator"] == "Strandline tests 1"
    assert result["codes"]["failure"] == ["signingCredential.untrusted"]


def test_what_a_manifest_does_not_say_of_its_actions_stays_unsaid(tmp_path: Path, anna: Certified) -> None:
    result = read(tmp_path, sign(picture(), anna))

    assert result["all_actions_included"] is None


@pytest.mark.parametrize(
    ("kind", "mime_type"),
    [("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif"), ("TIFF", "image/tiff")],
    ids=["PNG", "WebP", "GIF", "TIFF"],
)
def test_other_formats_are_read_by_both(tmp_path: Path, anna: Certified, kind: str, mime_type: str) -> None:
    result = read(tmp_path, sign(picture(kind=kind), anna, mime_type=mime_type), mime_type)

    assert (result["state"], result["agrees"]) == ("intact", True)


def test_a_changed_picture_is_broken(tmp_path: Path, anna: Certified) -> None:
    result = read(tmp_path, altered(sign(picture(), anna)))

    assert (result["state"], result["agrees"]) == ("broken", True)
    assert "assertion.dataHash.mismatch" in result["codes"]["failure"]
    assert "lists" not in result


def test_a_cut_off_manifest_is_not_taken_for_none(tmp_path: Path, anna: Certified) -> None:
    signed = sign(picture(), anna)

    result = read(tmp_path, signed[: signed.index(b"c2pa.signature") + 40])

    assert result["state"] == "unreadable"
    assert result["said"]


def test_a_damaged_file_in_which_no_manifest_ever_was_has_none(tmp_path: Path) -> None:
    result = read(tmp_path, picture()[:200])

    assert (result["state"], result["agrees"]) == ("none", True)


def test_a_certificate_that_has_run_out_speaks_against_the_signer_and_not_the_file(
    tmp_path: Path, root: Certified
) -> None:
    soon = signer(root, valid=datetime.timedelta(seconds=3))
    signed = sign(picture(), soon)
    # Certificates count whole seconds.
    left = soon.certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    time.sleep(left.total_seconds() + 1.1)

    result = read(tmp_path, signed, c2pa=root.pem)

    assert (result["state"], result["has_run_out"], result["agrees"]) == ("intact", True, True)
    assert [entry["is_listed"] for entry in result["lists"]] == [False]


# -- Trust lists ------------------------------------------------------------------------------------------------------


def test_a_signer_is_found_on_the_lists_that_lead_to_it(tmp_path: Path, root: Certified, anna: Certified) -> None:
    other = authority("Other root")

    result = read(
        tmp_path, sign(picture(), anna), c2pa=root.pem, interim=other.pem, **{"iptc-news": other.pem + anna.pem}
    )

    assert result["lists"] == [
        {"name": "c2pa", "dated": "2026-06-01", "is_overdue": False, "is_listed": True},
        {"name": "interim", "dated": "2026-06-01", "is_overdue": False, "is_listed": False},
        {"name": "iptc-news", "dated": "2026-06-01", "is_overdue": False, "is_listed": True},
    ]


def test_a_signer_of_another_authority_with_the_same_name_is_on_no_list(tmp_path: Path, root: Certified) -> None:
    impostor = signer(authority())

    result = read(tmp_path, sign(picture(), impostor), c2pa=root.pem)

    assert [entry["is_listed"] for entry in result["lists"]] == [False]


def test_no_list_of_a_library_counts(tmp_path: Path, anna: Certified) -> None:
    assert read(tmp_path, sign(picture(), anna))["lists"] == []


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (OCSPCertStatus.GOOD, "not revoked"),
        (OCSPCertStatus.REVOKED, "revoked"),
        (OCSPCertStatus.UNKNOWN, "unknown to its authority"),
    ],
    ids=["good", "revoked", "unknown"],
)
def test_what_the_file_carries_on_revocation_is_read(
    tmp_path: Path, root: Certified, anna: Certified, status: OCSPCertStatus, word: str
) -> None:
    signed = sign(picture(), anna, assertions=[certificate_status(anna, status)])

    result = read(tmp_path, signed, c2pa=root.pem)

    assert (result["state"], result["revocation"]) == ("intact", word)
    assert [entry["is_listed"] for entry in result["lists"]] == [True]


# -- Ingredients ------------------------------------------------------------------------------------------------------


def test_a_mismatch_that_the_signer_recorded_of_a_part_is_kept(
    tmp_path: Path, root: Certified, anna: Certified
) -> None:
    parts = [
        ("parentOf", "whole.jpg", sign(picture(2), anna)),
        ("componentOf", "changed.jpg", altered(sign(picture(3), anna))),
        ("componentOf", "bare.jpg", picture(4)),
    ]

    result = read(tmp_path, sign(picture(), anna, ingredients=parts), c2pa=root.pem)

    assert (result["state"], result["lists"][0]["is_listed"]) == ("intact", True)
    kept = {
        part["title"]: (part["relationship"], part["has_credentials"], part["recorded"], part["fails_now"])
        for part in result["ingredients"]
    }
    assert kept == {
        "whole.jpg": ("parentOf", True, ["signingCredential.untrusted"], []),
        "changed.jpg": ("componentOf", True, ["signingCredential.untrusted", "assertion.dataHash.mismatch"], []),
        "bare.jpg": ("componentOf", False, [], []),
    }
    assert {action["digital_source_type"] for action in result["earlier_actions"]} == {DIGITAL_CAPTURE}


# -- Nothing leaves the machine ---------------------------------------------------------------------------------------


def test_credentials_stored_elsewhere_are_named_and_not_fetched(
    tmp_path: Path, anna: Certified, listener: tuple[str, list[object]]
) -> None:
    address, came = listener

    result = read(tmp_path, sign(picture(), anna, stored_at=address))

    assert (result["state"], result["host"], result["agrees"]) == ("elsewhere", "127.0.0.1", True)
    assert came == []


def test_no_fixture_brings_about_a_connection(
    tmp_path: Path, root: Certified, anna: Certified, listener: tuple[str, list[object]]
) -> None:
    address, came = listener
    signed = sign(picture(), anna)
    fixtures = [
        *(picture(), signed, altered(signed), signed[:3000]),
        sign(picture(), anna, stored_at=address),
        sign(picture(), anna, ingredients=[("parentOf", "elsewhere.jpg", sign(picture(2), anna, stored_at=address))]),
        sign(picture(), anna, assertions=[certificate_status(anna, OCSPCertStatus.REVOKED)]),
    ]
    for content in fixtures:
        read(tmp_path, content, c2pa=root.pem)

    assert came == []


@pytest.mark.parametrize(
    ("opened", "said", "connections"),
    [
        ([("verify", "remote_manifest_fetch", True)], "not permitted by the allowed list", 0),
        ([("core", "allowed_network_hosts", None)], "must fetch remote manifests", 0),
        ([("verify", "remote_manifest_fetch", True), ("core", "allowed_network_hosts", None)], "fetch failed", 1),
    ],
    ids=["fetching allowed", "hosts allowed", "both allowed"],
)
def test_either_setting_closes_the_way_out_by_itself_and_without_both_it_is_open(
    tmp_path: Path,
    anna: Certified,
    listener: tuple[str, list[object]],
    opened: list[tuple[str, str, object]],
    said: str,
    connections: int,
) -> None:
    """Either of the two taken out of OFFLINE fails the one case in which it stands alone."""
    address, came = listener
    path = tmp_path / "file.jpg"
    path.write_bytes(sign(picture(), anna, stored_at=address))
    settings = copy.deepcopy(OFFLINE)
    for group, name, value in opened:
        settings[group][name] = value

    with pytest.raises(c2pa.C2paError, match=said):
        read_store(str(path), "image/jpeg", settings)

    assert len(came) == connections


@pytest.mark.parametrize("name", ["remote_manifest_fetsh", "allowed_network_host"])
def test_a_setting_that_the_library_does_not_know_is_not_taken_in_silence(name: str) -> None:
    c2pa.Context.from_dict({"verify": {name: False}})  # the library says nothing

    with pytest.raises(UnknownSetting, match=name):
        prove_known({"verify": {name: False}})


def test_the_second_reader_stays_offline_whatever_the_environment_says(
    tmp_path: Path, anna: Certified, listener: tuple[str, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, came = listener
    signed = sign(picture(), anna, stored_at=address)
    monkeypatch.setenv("ENCYPHER_C2PA_ONLINE", "on")
    monkeypatch.setenv("ENCYPHER_C2PA_TELEMETRY", "on")

    read(tmp_path, signed)
    silent = len(came)
    encypher_c2pa.verify(signed, "image/jpeg", telemetry=False, online=True, online_allow_private_networks=True)

    assert (silent, len(came)) == (0, 1)


# -- In the helper ----------------------------------------------------------------------------------------------------


def test_it_is_read_in_the_helper_as_here(tmp_path: Path, root: Certified, anna: Certified) -> None:
    path = tmp_path / "file.jpg"
    path.write_bytes(sign(picture(), anna))
    lists = [{"name": "c2pa", "dated": "2026-06-01", "is_overdue": False, "pem": root.pem}]

    with Sandbox(Limits()) as sandbox:
        result = sandbox.run(READ, path=str(path), mime_type="image/jpeg", trust_lists=lists)

    assert result == read_credentials(str(path), "image/jpeg", lists)


def test_footage_larger_than_the_memory_of_the_helper_is_looked_through(tmp_path: Path) -> None:
    (kind,) = [kind for kind in KINDS if kind.code == CONTENT_CREDENTIALS]
    limits = replace(kind.limits, address_space_bytes=320 * MEBIBYTE)
    path, size_bytes = tmp_path / "clip.mp4", limits.address_space_bytes
    with path.open("wb") as stream:
        stream.write(b"\0\0\0\x18ftypisom\0\0\2\0isommp41" + b"\0\0\0\1mdat" + size_bytes.to_bytes(8, "big"))
        stream.truncate(size_bytes + 24)

    with Sandbox(limits) as sandbox:
        result = sandbox.run(READ, path=str(path), mime_type="video/mp4", trust_lists=[])

    assert result["state"] == "none"
    assert result["second"]["not_run"] == "The file has more than 128 MB."
    assert result["agrees"] is None


def test_damaged_manifests_end_no_helper(tmp_path: Path, root: Certified, anna: Certified) -> None:
    """All 300 with STRANDLINE_SWEEP=all."""
    chance, path = random.Random(SEED), tmp_path / "file.jpg"
    whole = [
        sign(picture(), anna, actions={"actions": [CREATED], "allActionsIncluded": False}),
        sign(picture(), anna, ingredients=[("parentOf", "part.jpg", sign(picture(2), anna))]),
    ]
    lists = [{"name": "c2pa", "dated": "2026-06-01", "is_overdue": False, "pem": root.pem}]
    met: dict[str, int] = {}

    with Sandbox(Limits()) as sandbox:
        for number in range(MUTANTS):
            path.write_bytes(_damaged(whole[number % 2], chance))
            result = sandbox.run(READ, path=str(path), mime_type="image/jpeg", trust_lists=lists)
            met[result["state"]] = met.get(result["state"], 0) + 1

    assert sum(met.values()) == MUTANTS and met.keys() <= STATES
    assert met["broken"] + met["unreadable"] > MUTANTS / 2


def _damaged(signed: bytes, chance: random.Random) -> bytes:
    """Damage the manifest store of a signed file in one of several ways."""
    start, end = signed.index(b"jumb") - 4, signed.rindex(b"c2pa.signature") + 1500
    content, at = bytearray(signed), chance.randrange(start, end)
    match chance.choice(["bits", "cut", "double", "zero", "huge", "swap"]):
        case "bits":
            for _ in range(chance.choice([1, 4, 40])):
                content[chance.randrange(start, end)] ^= 1 << chance.randrange(8)
        case "cut":
            del content[at : at + chance.choice([1, 16, 500])]
        case "double":
            content[at:at] = content[at : at + chance.choice([1, 64, 2000])]
        case "zero":
            length = chance.choice([4, 64, 500])
            content[at : at + length] = bytes(length)
        case "huge":
            # A length of JUMBF or CBOR, wherever one stands.
            content[at : at + 4] = b"\xff\xff\xff\xff"
        case "swap":
            other = chance.randrange(start, end)
            content[at : at + 8], content[other : other + 8] = content[other : other + 8], content[at : at + 8]
    return bytes(content)


# -- Real files -------------------------------------------------------------------------------------------------------

# The publisher's names tell what each is: C signed, A plain, I an ingredient, E-dat and E-sig altered, X without a
# matching picture.
EXPECTED = {
    "photos/c2pa/adobe-20220124-A.jpg": ("none", ""),
    "photos/c2pa/adobe-20220124-C.jpg": ("intact", ""),
    "photos/c2pa/adobe-20220124-CA.jpg": ("intact", ""),
    "photos/c2pa/adobe-20220124-CAI.jpg": ("intact", ""),
    "photos/c2pa/adobe-20220124-CICA.jpg": ("intact", ""),
    "photos/c2pa/adobe-20220124-E-dat-CA.jpg": ("broken", "assertion.dataHash.mismatch"),
    "photos/c2pa/adobe-20220124-E-sig-CA.jpg": ("broken", "claimSignature.mismatch"),
    "photos/c2pa/adobe-20220124-XCA.jpg": ("broken", "assertion.dataHash.mismatch"),
    "video/video1.mp4": ("intact", ""),
}


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "expected"), EXPECTED.items(), ids=EXPECTED)
def test_real_files_are_read_as_their_publisher_made_them(corpus: Path, name: str, expected: tuple[str, str]) -> None:
    mime_type = "video/mp4" if name.endswith("mp4") else "image/jpeg"

    result = read_credentials(str(corpus / name), mime_type, [])

    against = [code for code in result.get("codes", {}).get("failure", []) if code != "signingCredential.untrusted"]
    assert (result["state"], ", ".join(against)) == expected
    assert result["agrees"] is True


@pytest.mark.corpus
def test_every_signed_picture_of_the_corpus_is_expected(corpus: Path) -> None:
    assert {f"photos/c2pa/{path.name}" for path in (corpus / "photos" / "c2pa").glob("*.jpg")} <= set(EXPECTED)


@pytest.mark.corpus
def test_a_moment_is_taken_from_a_time_stamp(corpus: Path) -> None:
    result = read_credentials(str(CORPUS / "photos/c2pa/adobe-20220124-C.jpg"), "image/jpeg", [])

    assert result["signed_at"] == "2023-01-24T14:48:56+00:00"

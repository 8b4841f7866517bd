"""
Read the Content Credentials (C2PA) of one file, inside the helper: what is signed, by whom, and whether it still holds.

Two readers that share no code look at the same bytes: c2pa-python reads, encypher-c2pa is asked whether it comes to the
same. Neither may open a connection; what a manifest stored elsewhere says is not known here. Certificates count as
listed by the lists that are handed in, and by nothing that a library brings along.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import c2pa
import encypher_c2pa

# Remote manifests off and no host allowed: each closes the way out by itself. A name that the library does not know is
# taken in silence, hence `prove_known`. Identity assertions (CAWG) name hosts past that list (c2pa-rs, issue 1645).
OFFLINE: dict[str, dict[str, Any]] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "core": {"allowed_network_hosts": [], "decode_identity_assertions": False},
}
# The names under which the readers know a format: MPO is a JPEG, and 3GP has the boxes of MP4.
_KNOWN_AS = {"image/mpo": "image/jpeg", "video/3gpp": "video/mp4"}
# C2PA 2.2, 15.3: what is wrong with who signed, and not with what was signed.
_OF_THE_SIGNER = {
    "signingCredential.untrusted",
    "signingCredential.expired",
    "signingCredential.invalid",
    "signingCredential.ocsp.revoked",
    "signingCredential.ocsp.unknown",
    "claimSignature.outsideValidity",
}
# Identity assertions speak of a person beside the signer; their codes say nothing of the file.
_OF_AN_IDENTITY = "cawg."
_REVOCATION = {
    "signingCredential.ocsp.revoked": "revoked",
    "signingCredential.ocsp.unknown": "unknown to its authority",
    "signingCredential.ocsp.notRevoked": "not revoked",
}
# Labels that a manifest store bears in any container, unless it is compressed.
_TRACE = re.compile(rb"jumdc2pa|c2pa\.assertions|c2pa\.signature")
_OF_EVERY_LABEL = b"c2pa"
_LONGEST_LABEL_BYTES = len(b"c2pa.assertions")
_BLOCK_BYTES = 1024 * 1024
_URL = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
# The second reader holds the whole file in memory.
SECOND_READER_MOST_BYTES = 128 * 1024 * 1024
_LONGEST_TEXT = 500
_MOST_ENTRIES = 100


class UnknownSetting(Exception):
    """The library takes anything for a setting of this name, so it does not know it: it may open connections."""


def read_credentials(path: str, mime_type: str, trust_lists: list[dict[str, Any]]) -> dict[str, Any]:
    """
    Return what the credentials of a file say, as JSON values.

    `state` is `none`, `elsewhere` (with `host`), `unreadable`, `broken` or `intact`; `agrees` tells whether the second
    reader came to the same, None where it could not look.

    :param mime_type: as the archive recognised the file
    :param trust_lists: of each list its `name`, `dated`, `is_overdue` and `pem`
    :raises UnknownSetting: the library does not know one of the settings that keep it offline
    """
    prove_known(OFFLINE)
    mime_type, has_trace = _KNOWN_AS.get(mime_type, mime_type), _has_trace(path)
    result = _first_reading(path, mime_type, trust_lists, has_trace=has_trace)
    second = _second_reading(path, mime_type, has_trace=has_trace)
    agrees = _kind_of(second["state"]) == _kind_of(result["state"]) if "state" in second else None
    return result | {"reader": f"c2pa-rs {c2pa.sdk_version()}", "second": second, "agrees": agrees}


def prove_known(settings: Mapping[str, Mapping[str, Any]]) -> None:
    """
    Offer each setting a text for a value, which the library refuses for the names that it knows.

    :raises UnknownSetting: one of them was taken
    """
    for group, values in settings.items():
        for name in values:
            try:
                c2pa.Settings().set(f"{group}.{name}", '"neither true nor a list"')
            except c2pa.C2paError:
                continue
            raise UnknownSetting(f"c2pa-python does not know the setting {group}.{name}; nothing is read without it.")


def read_store(path: str, mime_type: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the manifest store of a file as c2pa-python reads and validates it under these settings.

    :raises c2pa.C2paError: there is none, it lies elsewhere, or it cannot be read
    """
    context = c2pa.Context.from_dict(dict(settings))
    with open(path, "rb") as stream, c2pa.Reader(mime_type, stream, context=context) as reader:
        store: dict[str, Any] = json.loads(reader.json())
    return store


# -- The first reader -------------------------------------------------------------------------------------------------


def _first_reading(path: str, mime_type: str, trust_lists: list[dict[str, Any]], *, has_trace: bool) -> dict[str, Any]:
    try:
        store = read_store(path, mime_type, OFFLINE)
    except c2pa.C2paError as error:
        return _without_store(error, has_trace=has_trace)
    except (ValueError, RecursionError) as error:
        return {"state": "unreadable", "said": _text(f"{type(error).__name__}: {error}")}
    result = _described(store)
    if result["state"] == "intact":
        result["lists"] = [
            {name: given[name] for name in ("name", "dated", "is_overdue")}
            | {"is_listed": _is_listed(path, mime_type, given)}
            for given in trust_lists
        ]
    return result


def _without_store(error: c2pa.C2paError, *, has_trace: bool) -> dict[str, Any]:
    said = _text(str(error))
    if isinstance(error, c2pa.C2paError.ManifestNotFound):
        return {"state": "unreadable", "said": said} if has_trace else {"state": "none"}
    if said.startswith("Remote:"):
        return {"state": "elsewhere", "host": _host(said), "said": said}
    # A file that is damaged anywhere is refused whole; where it holds no label of a manifest, there is none to miss.
    return {"state": "unreadable" if has_trace else "none", "said": said}


def _described(store: Mapping[str, Any]) -> dict[str, Any]:
    manifests = _mapping(store.get("manifests"))
    manifest = _mapping(manifests.get(store.get("active_manifest", "")))
    results = _mapping(store.get("validation_results"))
    codes = _codes(_mapping(results.get("activeManifest")))
    ingredients = _ingredients(manifest, results)
    all_codes = [*codes["success"], *codes["informational"], *codes["failure"]]
    against = [code for code in codes["failure"] if _is_of_the_file(code)]
    holds = "claimSignature.validated" in codes["success"] and not against
    parts_hold = not any(ingredient["fails_now"] for ingredient in ingredients)
    signature = _mapping(manifest.get("signature_info"))
    actions, is_all = _actions(manifest)
    earlier = [other for label, other in manifests.items() if label != store.get("active_manifest")]
    return {
        "state": "intact" if holds and parts_hold else "broken",
        "signer": _text(signature.get("common_name")),
        "issuer": _text(signature.get("issuer")),
        "algorithm": _text(signature.get("alg")),
        "certificate": _text(signature.get("cert_serial_number")),
        # Stated by a time stamp alone, which binds the signature to a moment.
        "signed_at": _text(signature.get("time")),
        "has_run_out": "signingCredential.expired" in codes["failure"],
        "revocation": next((word for code, word in _REVOCATION.items() if code in all_codes), "not known"),
        "generator": _generator(manifest),
        "title": _text(manifest.get("title")),
        "actions": actions,
        "all_actions_included": is_all,
        "earlier_actions": [action for other in earlier for action in _actions(_mapping(other))[0]][:_MOST_ENTRIES],
        "ingredients": ingredients,
        "codes": codes,
    }


def _is_listed(path: str, mime_type: str, trust_list: Mapping[str, Any]) -> bool:
    """Tell whether the signer's certificate leads to this list, or stands on it itself."""
    anchors = {"trust_anchors": trust_list["pem"], "allowed_list": trust_list["pem"]}
    named = {"trust_uri": trust_list["name"], "trust_kind": "manifest"}
    store = read_store(path, mime_type, OFFLINE | {"trust": {"anchors": [anchors | named]}})
    codes = _codes(_mapping(_mapping(store.get("validation_results")).get("activeManifest")))
    return "signingCredential.trusted" in codes["success"]


def _ingredients(manifest: Mapping[str, Any], results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each file that this one was made from, with what the signer recorded of it and what fails in it now."""
    now: dict[str, list[str]] = {}
    for delta in _list(results.get("ingredientDeltas")):
        label = str(delta.get("ingredientAssertionURI", "")).rpartition("/")[2]
        failures = _codes(_mapping(delta.get("validationDeltas")))["failure"]
        now[label] = [code for code in failures if _is_of_the_file(code)]
    # What fails deeper in the chain is told by the label of an ingredient of another manifest.
    own = {str(ingredient.get("label", "")) for ingredient in _list(manifest.get("ingredients"))}
    described = [_ingredient(ingredient, now) for ingredient in _list(manifest.get("ingredients"))]
    deeper = [{"title": "", "relationship": "", "recorded": [], "fails_now": codes} for label, codes in now.items()
              if codes and label not in own]  # fmt: skip
    return [*described, *deeper][:_MOST_ENTRIES]


def _ingredient(ingredient: Mapping[str, Any], now: Mapping[str, list[str]]) -> dict[str, Any]:
    # Version 1 and 2 list what was wrong, version 3 has the whole validation.
    recorded = [str(status.get("code", "")) for status in _list(ingredient.get("validation_status"))]
    validated = _mapping(_mapping(ingredient.get("validation_results")).get("activeManifest"))
    recorded += _codes(validated)["failure"]
    return {
        "title": _text(ingredient.get("title")),
        "format": _text(ingredient.get("format")),
        "relationship": _text(ingredient.get("relationship")),
        "has_credentials": bool(ingredient.get("active_manifest")),
        "recorded": [code for code in dict.fromkeys(recorded) if code][:_MOST_ENTRIES],
        "fails_now": now.get(str(ingredient.get("label", "")), []),
    }


def _actions(manifest: Mapping[str, Any]) -> tuple[list[dict[str, str]], bool | None]:
    """Return the actions of a manifest, and whether it says that these are all; None: it does not say."""
    actions: list[dict[str, str]] = []
    is_all: bool | None = None
    for assertion in _list(manifest.get("assertions")):
        if not str(assertion.get("label", "")).startswith("c2pa.actions"):
            continue
        data = _mapping(assertion.get("data"))
        if isinstance(said := data.get("allActionsIncluded"), bool):
            is_all = said
        for action in _list(data.get("actions")):
            agent = action.get("softwareAgent")
            actions.append(
                {
                    "action": _text(action.get("action")),
                    "digital_source_type": _text(action.get("digitalSourceType")),
                    "software": _text(agent.get("name") if isinstance(agent, Mapping) else agent),
                    "when": _text(action.get("when")),
                }
            )
    return actions[:_MOST_ENTRIES], is_all


def _generator(manifest: Mapping[str, Any]) -> str:
    named = [
        f"{_text(info.get('name'))} {_text(info.get('version'))}".strip()
        for info in _list(manifest.get("claim_generator_info"))
    ]
    return ", ".join(filter(None, named)) or _text(manifest.get("claim_generator"))


# -- The second reader ------------------------------------------------------------------------------------------------


def _second_reading(path: str, mime_type: str, *, has_trace: bool) -> dict[str, Any]:
    """Return the state that the second reader finds, or in `not_run` why it did not look."""
    second: dict[str, Any] = {"reader": f"encypher-c2pa {encypher_c2pa.__version__}"}
    if mime_type not in encypher_c2pa.supported_mime_types():
        return second | {"not_run": f"It does not read {mime_type}."}
    if os.path.getsize(path) > SECOND_READER_MOST_BYTES:
        return second | {"not_run": f"The file has more than {SECOND_READER_MOST_BYTES // 1024**2} MB."}
    with open(path, "rb") as stream:
        data = stream.read()
    try:
        report = encypher_c2pa.verify(data, mime_type, no_default_trust=True, telemetry=False, online=False)
    except ValueError as error:
        return second | {"state": "unreadable" if has_trace else "none", "said": _text(str(error))}
    codes = _codes(_mapping(report.get("validation_results")))
    if not report["present"]:
        state = "unreadable" if has_trace else "none"
    elif "manifest.inaccessible" in codes["failure"]:
        state = "elsewhere"
    else:
        state = "intact" if report["integrity"] == "valid" else "broken"
    return second | {"state": state, "codes": codes}


def _kind_of(state: str) -> str:
    """Return what a state comes to: whether damage is met as broken or as unreadable is a matter of the reader."""
    return "does not hold" if state in ("broken", "unreadable") else state


# -- Bounds on what a stranger wrote ----------------------------------------------------------------------------------


def _has_trace(path: str) -> bool:
    """Tell whether a label of a manifest stands anywhere in a file, which may be larger than memory."""
    with open(path, "rb") as stream:
        before = b""
        while block := stream.read(_BLOCK_BYTES):
            seen = before + block
            # A plain search first: the expression takes ten times as long.
            if _OF_EVERY_LABEL in seen and _TRACE.search(seen):
                return True
            before = seen[-_LONGEST_LABEL_BYTES:]
    return False


def _is_of_the_file(code: str) -> bool:
    return code not in _OF_THE_SIGNER and not code.startswith(_OF_AN_IDENTITY)


def _codes(results: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the codes of a validation, each once: `success`, `informational` and `failure`."""
    kinds = ("success", "informational", "failure")
    return {kind: _once(_text(status.get("code")) for status in _list(results.get(kind))) for kind in kinds}


def _once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text][:_MOST_ENTRIES]


def _host(said: str) -> str:
    found = _URL.search(said)
    try:
        return urlsplit(found[0]).hostname or "" if found else ""
    except ValueError:
        return ""


def _text(value: object) -> str:
    """Return a bounded text without control characters; what is no text or number is left out."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(value))[:_LONGEST_TEXT]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []

"""
Verify an exported record with Python 3.9 or newer and nothing else:    python3 -I -S verify.py [BAG] [--key KEY]

BAG is a folder, the one of this file unless it is named; KEY the archive's public key, got by another way than the bag.
Ends with 0: it is as it was exported; 1: it was altered, and where; 2: it could not be checked.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import sys

MANIFEST, TAGMANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
KEY, HEAD, ENTRIES = "ledger/key", "ledger/head", "ledger/entries.jsonl"
IN_ACT = {"bag-info.txt", "bagit.txt", MANIFEST, "verify.py"}  # with their digests, in the ledger's act of the export
TAG_FILES = IN_ACT | {KEY, HEAD, ENTRIES}
MOST_BYTES = 1 << 28  # that are read of a list, a head or the entries; a longer one is cut, and does not hold
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519: RFC 8032, section 5.1
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode  # RFC 8785, for entries


def point(encoded):
    """Decode a point of the curve (5.1.3)."""
    odd, y = encoded[31] >> 7, int.from_bytes(encoded, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT_OF_MINUS_1 % P
    if y >= P or (x * x - square) % P or (odd and not x):
        raise ValueError("it has no point of the curve")
    return (x if x & 1 == odd else P - x), y


def add(p, q):
    across, t = p[0] * q[1] + q[0] * p[1], D * p[0] * p[1] * q[0] * q[1]
    return across * pow(1 + t, -1, P) % P, (p[1] * q[1] + p[0] * q[0]) * pow(1 - t, -1, P) % P


def times(number, p):
    return add(times(number >> 1, add(p, p)), p if number & 1 else (0, 1)) if number else (0, 1)


def is_signed(public, message, signature):
    """Say whether an Ed25519 signature holds (5.1.7)."""
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base, (x, y) = point((4 * pow(5, -1, P) % P).to_bytes(32, "little")), point(public)
    x, y = add(times(s, base), times(h, (P - x, y)))
    return s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == signature[:-32]


def root_over(leaf, index, size, path):
    """Return the root of the tree of `size` leaves in which a path places a leaf (RFC 9162, section 2.1.3)."""
    if size == 1 or not path:
        return leaf if size == 1 and not path else b""
    half, beside = 1 << (size - 1).bit_length() - 1, path[-1]
    if index < half:
        return hashlib.sha256(b"\1" + root_over(leaf, index, half, path[:-1]) + beside).digest()
    return hashlib.sha256(b"\1" + beside + root_over(leaf, index - half, size - half, path[:-1])).digest()


def read_key(text):
    """Read a public key, name+number+key (C2SP signed-note)."""
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)\n", text)
    value = base64.b64decode(match[3], validate=True) if match else b""
    if value[:1] != b"\1" or hashlib.sha256(f"{match[1]}\n".encode() + value).hexdigest()[:8] != match[2]:
        raise ValueError("it is no public key of a ledger, or its number is not that of its key")
    return match[1], bytes.fromhex(match[2]), value[1:]


def read_head(note, key):
    """Return name, size and root of a ledger, out of a head that this key alone signed (C2SP tlog-checkpoint)."""
    match = re.fullmatch(r"((\S+)\n(0|[1-9][0-9]{0,17})\n(\S+)\n)\n— (\S+) (\S+[048AEIMQUYcgkosw]=)\n", note)
    signature = base64.b64decode(match[6], validate=True) if match else b""
    is_own = match and (match[2], match[5], signature[:4]) == (key[0], key[0], key[1])
    if not is_own or not is_signed(key[2], match[1].encode(), signature[4:]):
        raise ValueError(f"it is no head that the key {key[0]} signed")
    return match[2], int(match[3]), base64.b64decode(match[4], validate=True)


def read_act(text, size, root):
    """Check each entry with its proof; return the last, the act of the export, and what it says."""
    seen, row = [], {}
    for number, line in enumerate((text if text[-1:] == "\n" else "")[:-1].split("\n"), 1):
        row = json.loads(line)
        entry, index, path = row.get("entry"), row["index"], [bytes.fromhex(part) for part in row["proof"]]
        leaf = hashlib.sha256(b"\0" + canonical(entry).encode()).digest() if entry else bytes.fromhex(row["leaf"])
        is_exact = canonical(row) == line and len(row) == 3 and (not entry or entry["sequence"] == index + 1)
        if not is_exact or not 0 <= index < size or root_over(leaf, index, size, path) != root:
            raise ValueError(f"line {number} is not proved to be in the ledger of {size} entries")
        seen.append((index, bool(entry)))
    act = json.loads(row["entry"]["payload"])
    before = hashlib.sha256(canonical(seen[:-1]).encode()).hexdigest()
    if row["entry"]["verb"] != "export" or act["files"].keys() != IN_ACT or act["entries"] != before:
        raise ValueError("its last line is not the act of this export, with the entries before it that this names")
    return row["entry"], act


def read_list(text, begin):
    """Read a list of digests, of files whose names begin so."""
    listed = {line[66:]: line[:64] for line in re.findall(r"^[0-9a-f]{64}  [^\x00-\x1f\x7f\\]+$", text, re.MULTILINE)}
    if "".join(f"{digest}  {name}\n" for name, digest in listed.items()) != text:
        raise ValueError("it is no list of digests and files, each once")
    for name in listed:
        if not name.startswith(begin) or {"", ".", ".."} & set(name.split("/")):
            raise ValueError(f"it leads out of the bag, or to where that has no files: {name[:200]!r}")
    return listed


def files_in(bag, tell):
    """Return the names of the plain files in a folder; no link is followed."""
    names, folders = set(), [""]
    while folders:
        at = folders.pop()
        for entry in os.scandir(os.path.join(bag, at)):
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{at}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                names.add(at + entry.name)
            else:
                tell(at + entry.name, "is a link or no plain file, which no such bag has: it was not opened")
    return names


def check(bag, given_key, tell):
    """Tell what is not as it was exported; return the head, the entry of the act and what it says, where they hold."""
    files = files_in(bag, tell)

    def sound(name, reader, *more):
        if name in files and None not in more:
            try:
                with open(os.path.join(bag, name), "rb") as file:
                    return reader(file.read(MOST_BYTES).decode(), *more)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
                tell(name, f"does not hold: {problem}")

    key = sound(KEY, read_key)
    if key and given_key and key != given_key:
        tell(KEY, "is not the key that was given")
    head = sound(HEAD, read_head, given_key or key)
    entry, act = (head and sound(ENTRIES, read_act, *head[1:])) or (None, {"files": {}})
    manifest, tags = sound(MANIFEST, read_list, "data/"), sound(TAGMANIFEST, read_list, "")
    if tags and list(tags) != sorted(TAG_FILES):
        tell(TAGMANIFEST, "does not list the files that such a bag has, and no others, in their order")
    for name in sorted(files | TAG_FILES | {TAGMANIFEST} | {*(manifest or ())}):
        listing, listed = (MANIFEST, manifest) if name.startswith("data/") else (TAGMANIFEST, tags)
        recorded = act["files"].get(name)
        if name not in TAG_FILES | {TAGMANIFEST} and name not in (manifest or ()):
            if listed is not None:
                tell(name, "was not exported: no list has it, and no such bag")
        elif name not in files:
            tell(name, "is missing")
        elif name != TAGMANIFEST and (recorded or listed is not None):
            of_file = hashlib.sha256()
            with open(os.path.join(bag, name), "rb") as file:
                while block := file.read(1 << 20):
                    of_file.update(block)
            digest = of_file.hexdigest()
            if digest != (recorded or listed.get(name)):
                tell(name, f"is not as {'the ledger' if recorded else listing} has it")
            elif listed is not None and digest != listed.get(name):
                tell(TAGMANIFEST, f"does not have {name} as the ledger has it")
    return head, entry, act


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("bag", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--key")
    asked, told = parser.parse_args(arguments), set()

    def show(text):
        print("".join(c if c.isprintable() else ascii(c)[1:-1] for c in text))

    def tell(name, why):
        told.add(name)
        show(f"ALTERED  {name}: {why}")

    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        head, entry, act = check(asked.bag, asked.key and read_key(f"{asked.key.strip()}\n"), tell)
    except (OSError, ValueError) as problem:
        show(f"This could not be checked: {problem}")
        return 2
    if told:
        show(f"This is not as it was exported: {len(told)} of its files are named above.")
        return 1
    show(f"As it was exported on {entry['occurred_at']} for {act['audience']}; items: {len(act['items'])}.")
    show(f"The act is entry {entry['sequence']} of {head[1]} in the ledger {head[0]}.")
    if not asked.key:
        show("The key came with it: whoever makes all of this anew has one too. Ask the archive for its own: --key")
    show("This does not show that what was recorded is true, nor what happened later.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

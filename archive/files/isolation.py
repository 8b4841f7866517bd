"""
Shut a process in before it meets hostile bytes: no other files, no network, no other programs or processes.

Three layers of the Linux kernel, each by itself and each only where the kernel offers it: namespaces (no network),
Landlock (no files but those named) and seccomp (no system call that reaches beyond the process). None needs a
privilege. What is in force is told by `sandbox.isolation`. Django-free, because the helper knows no settings.
"""

import ctypes
import errno
import os
import platform
import signal
import struct
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archive.standards.normal_form import gettext_noop

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWIPC = 0x08000000
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_CLONE_THREAD = 0x00010000

# Landlock: linux/landlock.h. The numbers of these system calls are the same on every architecture.
_CREATE_RULESET = 444
_ADD_RULE = 445
_RESTRICT_SELF = 446
_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_REMOVE_DIR = 1 << 4
_REMOVE_FILE = 1 << 5
_MAKE_DIR = 1 << 7
_MAKE_REG = 1 << 8
_TRUNCATE = 1 << 14
_WRITING = _READ_FILE | _READ_DIR | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _TRUNCATE
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
# How many rights on files each version of Landlock knows, from the first.
_FILE_RIGHTS = (13, 14, 15, 15, 16)
_TCP = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

# Libraries and their data, and nothing that belongs to anybody: not /etc, not the project's var or media.
_SYSTEM = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo",
           "/usr/share/mime", "/nix/store", "/proc/self")  # fmt: skip
_DEVICES = {"/dev/null": _READ_FILE | _WRITE_FILE, "/dev/zero": _READ_FILE, "/dev/urandom": _READ_FILE}


# By whether the process has a network of its own, and whether its calls are filtered.
_OFFLINE = {
    (True, True): gettext_noop("It can open no connection (a network namespace and seccomp)."),
    (True, False): gettext_noop("It can open no connection (a network namespace)."),
    (False, True): gettext_noop("It can open no connection (seccomp)."),
    (False, False): gettext_noop("It can open connections: neither namespaces nor seccomp are allowed here."),
}


@dataclass(frozen=True)
class Layer:
    """One thing that the helper is kept from, and whether it is; `sentence` and `values` tell people, in English."""

    name: str
    in_force: bool
    sentence: str
    values: dict[str, int] = field(default_factory=dict)


_in_force: list[Layer] = []


def in_force() -> list[dict[str, Any]]:
    """Return what this process is kept from, as JSON values; asked inside the helper."""
    return [asdict(layer) for layer in _in_force]


def leave_network() -> bool:
    """
    Move this process and its children into a network without any interface; say whether that was allowed.

    Called while the process has one thread: only then may it have a user namespace of its own.
    """
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0:
        return True
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) != 0:
        return False
    for name, content in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        try:
            Path(f"/proc/self/{name}").write_text(content)
        except OSError:  # without names for its own ids the process is as isolated, and reads what it may read
            break
    return True


def die_with_parent(parent_id: int) -> None:
    """Let the kernel end this process when its parent ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_id:
        os._exit(1)


def shut_in(*, reads: Iterable[str], writes: Iterable[str], code: Iterable[str], is_offline: bool) -> None:
    """
    Leave this process, for good, only these files and no way out of itself; what the kernel does not offer is left out.

    :param reads: files and folders with what is in them
    :param writes: folders in which files may be made and removed, and single files that exist
    :param code: folders that Python needs
    :param is_offline: whether `leave_network` was allowed
    """
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    version = _restrict_files(reads, writes, code)
    is_filtered = _refuse_calls()
    _in_force[:] = [
        Layer(
            "files",
            version > 0,
            gettext_noop(
                "It reads the one file and the libraries, and writes into the folder of its job (Landlock %(version)s)."
            )
            if version
            else gettext_noop(
                "It can read every file of the account that the site runs under: this kernel offers no Landlock. "
                "Use a kernel from 5.13 on, with landlock among its security modules."
            ),
            {"version": version},
        ),
        Layer("network", is_offline or is_filtered, _OFFLINE[is_offline, is_filtered]),
        Layer(
            "processes",
            is_filtered,
            gettext_noop("It can start no program and touch no other process (seccomp).")
            if is_filtered
            else gettext_noop("It can start programs: seccomp is not allowed here, or not known for this processor."),
        ),
    ]


def code_folders(root: Path) -> list[str]:
    """Return the folders that Python and the project's own code are read from."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {path for path in sys.path if path and Path(path) != root}
    library = sysconfig.get_config_var("LIBDIR")
    return sorted({*filter(None, paths), *([library] if library else []), str(root / "archive"), *_SYSTEM})


# -- Landlock ---------------------------------------------------------------------------------------------------------


def _restrict_files(reads: Iterable[str], writes: Iterable[str], code: Iterable[str]) -> int:
    """Return the version of Landlock in force, 0 without it."""
    version = int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))
    if version < 1:
        return 0
    known = (1 << _FILE_RIGHTS[min(version, len(_FILE_RIGHTS)) - 1]) - 1
    attributes = struct.pack(
        "=QQQ", known, _TCP if version >= 4 else 0, _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = int(_libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0)))
    if rules < 0:
        return 0
    try:
        for path in (*code, *reads):
            _allow(rules, path, (_READ_FILE | _READ_DIR) & known)
        for path in writes:
            _allow(rules, path, _WRITING & known)
        for path, rights in _DEVICES.items():
            _allow(rules, path, rights)
        return version if _libc.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)) == 0 else 0
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    """Allow rights on a file, or on a folder with all beneath it; what is not there needs no rule."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(f"/proc/self/fd/{descriptor}").is_dir():
            rights &= _OF_A_FILE
        rule = struct.pack("=Qi", rights, descriptor)
        _libc.syscall(_ADD_RULE, rules, ctypes.c_uint32(1), rule, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


# -- seccomp ----------------------------------------------------------------------------------------------------------

# Calls that reach other processes, the network, the kernel's own state, or the rights and times of files, by name and
# number: asm/unistd_64.h and asm-generic/unistd.h.
_REFUSED_ON = {
    "x86_64": {
        "network": (41, 42, 43, 49, 50, 288),
        "programs": (57, 58, 59, 322),
        "processes": (62, 101, 109, 112, 129, 200, 297, 310, 311),
        "shared memory and messages": (29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 220),
        "namespaces and mounts": (155, 161, 165, 166, 272, 308),
        "kernel": (103, 163, 167, 168, 169, 175, 176, 179, 246, 248, 249, 250, 298, 303, 304, 313, 320, 321, 323),
        "rights and times of files": (90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 261, 268, 280),
    },
    "aarch64": {
        "network": (198, 200, 201, 202, 203, 242),
        "programs": (221, 281),
        "processes": (117, 129, 130, 138, 154, 157, 240, 270, 271),
        "shared memory and messages": (186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196),
        "namespaces and mounts": (39, 40, 41, 51, 97, 268),
        "kernel": (60, 89, 104, 105, 106, 116, 142, 217, 218, 219, 224, 225, 241, 264, 265, 273, 280, 282, 294),
        "rights and times of files": (5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88),
    },
}  # fmt: skip
# From here on all architectures count alike: pidfd_send_signal, io_uring (which opens sockets past any filter), the
# new mount calls, pidfd_open, pidfd_getfd, process_madvise, mount_setattr, process_mrelease, fchmodat2, the new xattrs.
_REFUSED_EVERYWHERE = (424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442, 448, 452, 463, 466)
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Calls that are fine for this process or a thread of it alone: clone, tgkill, prlimit64.
_OWN = {"x86_64": (56, 234, 302), "aarch64": (220, 131, 261)}
_CLONE3 = 435
_LOAD = 0x20
_IF_EQUAL = 0x15
_IF_AT_LEAST = 0x35
_IF_BITS = 0x45
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EACCES
_UNKNOWN_CALL = 0x00050000 | errno.ENOSYS
_NUMBER_AT = 0
_ARCHITECTURE_AT = 4
_ARGUMENT_AT = 16


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def _refuse_calls() -> bool:
    """Say whether the filter is in force."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return False
    steps = _filter(machine, os.getpid())
    program = _Program(len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps))
    return _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0


def _filter(machine: str, process_id: int) -> list[tuple[int, int, int, int]]:
    """Return the steps of the filter: (operation, steps to skip if so, steps to skip if not, value)."""
    clone, tgkill, prlimit = _OWN[machine]
    refused = [number for numbers in _REFUSED_ON[machine].values() for number in numbers]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER_AT),
        # The x32 numbers are a second door to the same calls.
        (_IF_AT_LEAST, 0, 1, 0x40000000),
        (_RETURN, 0, 0, _REFUSE),
        # C libraries go on to clone, whose flags can be looked at.
        (_IF_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _UNKNOWN_CALL),
        (_IF_EQUAL, 0, 4, clone),
        (_LOAD, 0, 0, _ARGUMENT_AT),
        (_IF_BITS, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
        (_IF_EQUAL, 0, 4, tgkill),
        (_LOAD, 0, 0, _ARGUMENT_AT),
        (_IF_EQUAL, 0, 1, process_id),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
        (_IF_EQUAL, 0, 4, prlimit),
        (_LOAD, 0, 0, _ARGUMENT_AT),
        (_IF_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    for number in (*refused, *_REFUSED_EVERYWHERE):
        steps += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]

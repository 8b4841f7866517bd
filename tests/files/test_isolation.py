"""From inside the sandbox: what a file that took its reader over could reach. Each is tried, and refused."""

import os
import platform
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.files.sandbox import Crashed, Layer, Sandbox, isolation, made_in

ACT = "tests.files.misbehaving.attempt"
ROOT = Path(__file__).parents[2]
REFUSED = "PermissionError"


@pytest.fixture(autouse=True)
def kept_helpers() -> None:
    """Let each sandbox start a helper of its own."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def in_force(name: str) -> bool:
    return next(layer.in_force for layer in isolation() if layer.name == name)


@pytest.fixture
def job(tmp_path: Path) -> dict[str, str]:
    """Lay out a job: its file, its folder, and beside them what belongs to others."""
    (tmp_path / "job").mkdir()
    (tmp_path / "var" / "spool").mkdir(parents=True)
    for name in ("picture.jpg", "var/secret.key", "var/database.sqlite3", "var/spool/of-another-person.jpg"):
        (tmp_path / name).write_text("belongs to somebody")
    return {"path": str(tmp_path / "picture.jpg"), "into_dir": str(tmp_path / "job")}


def test_what_is_in_force_is_told_for_files_network_and_processes() -> None:
    layers = isolation()

    assert [layer.name for layer in layers] == ["files", "network", "processes"]
    assert all(isinstance(layer, Layer) and (layer.sentence % layer.values).endswith(".") for layer in layers)


def test_the_file_and_the_folder_of_the_job_can_be_used(sandbox: Sandbox, job: dict[str, str]) -> None:
    assert sandbox.run(ACT, act="read", target=job["path"], **job) == "belongs to somebody"
    assert sandbox.run(ACT, act="write", target=f"{job['into_dir']}/made.jpg", **job) == "written"
    assert sandbox.run(ACT, act="working folder", **job) == job["into_dir"]
    assert Path(job["into_dir"], "made.jpg").read_text() == "from inside"


@pytest.mark.parametrize("name", ["var/secret.key", "var/database.sqlite3", "var/spool/of-another-person.jpg"])
@pytest.mark.parametrize("act", ["read", "write", "remove"])
def test_no_other_file_is_read_or_written(sandbox: Sandbox, job: dict[str, str], act: str, name: str) -> None:
    if not in_force("files"):
        pytest.skip("this kernel offers no Landlock")
    target = Path(job["path"]).parent / name

    assert sandbox.run(ACT, act=act, target=str(target), **job) == REFUSED
    assert target.read_text() == "belongs to somebody"


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc/hostname", "/root", "/home", str(ROOT / "manage.py")])
def test_nothing_of_the_machine_is_read(sandbox: Sandbox, job: dict[str, str], target: str) -> None:
    if not in_force("files"):
        pytest.skip("this kernel offers no Landlock")
    act = "list" if Path(target).is_dir() else "read"

    assert sandbox.run(ACT, act=act, target=target, **job) == REFUSED


def test_no_folder_of_the_site_is_listed(sandbox: Sandbox, job: dict[str, str]) -> None:
    if not in_force("files"):
        pytest.skip("this kernel offers no Landlock")
    for folder in (Path(job["path"]).parent / "var", Path(job["path"]).parent, ROOT, Path("/")):
        assert sandbox.run(ACT, act="list", target=str(folder), **job) == REFUSED


def test_its_own_file_is_not_written_and_a_folder_takes_no_link(sandbox: Sandbox, job: dict[str, str]) -> None:
    if not in_force("files"):
        pytest.skip("this kernel offers no Landlock")

    assert sandbox.run(ACT, act="write", target=job["path"], **job) == REFUSED
    assert sandbox.run(ACT, act="link", target="/etc/passwd", **job) == REFUSED


def test_a_job_reads_no_file_of_the_job_before(sandbox: Sandbox, job: dict[str, str]) -> None:
    if not in_force("files"):
        pytest.skip("this kernel offers no Landlock")
    sandbox.run(ACT, act="read", target=job["path"], **job)

    assert sandbox.run(ACT, act="read", target=job["path"]) == REFUSED


@pytest.mark.parametrize("kind", ["tcp", "udp", "unix", "abstract unix"])
def test_no_connection_is_opened(sandbox: Sandbox, job: dict[str, str], tmp_path: Path, kind: str) -> None:
    name = secrets.token_hex(8)
    family = socket.AF_UNIX if "unix" in kind else socket.AF_INET
    own = {"unix": str(tmp_path / "job" / "socket"), "abstract unix": f"\0{name}"}
    with socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as listener:
        listener.bind(own.get(kind, ("127.0.0.1", 0)))
        if kind != "udp":
            listener.listen()
        listener.settimeout(0.2)
        target = own.get(kind, "").strip("\0") or str(listener.getsockname()[1])

        outcome = sandbox.run(ACT, act=kind, target=target, **job)

        assert outcome in (REFUSED, "ConnectionRefusedError", "OSError")
        with pytest.raises(TimeoutError):
            listener.recv(20) if kind == "udp" else listener.accept()


@pytest.mark.parametrize("act", ["run", "fork", "kill", "memory of", "change mode", "bind"])
def test_no_program_is_started_and_nobody_else_touched(sandbox: Sandbox, job: dict[str, str], act: str) -> None:
    if not in_force("processes"):
        pytest.skip("seccomp is not allowed here")
    targets = {"run": sys.executable, "kill": str(os.getpid()), "memory of": str(os.getpid()), "bind": "0"}

    assert sandbox.run(ACT, act=act, target=targets.get(act, job["path"]), **job) == REFUSED


def test_no_descriptor_of_the_site_is_inherited(sandbox: Sandbox, job: dict[str, str], tmp_path: Path) -> None:
    with (tmp_path / "var" / "secret.key").open() as open_here:
        os.set_inheritable(open_here.fileno(), True)

        names = sandbox.run(ACT, act="descriptors", **job)

    # Nowhere three times, and the pipe for the answer.
    assert names == "['/dev/null', '/dev/null', '/dev/null', 'pipe']"


def test_no_setting_of_the_site_is_in_the_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "PYTHONPATH"):
        monkeypatch.setenv(name, "x")

    seen = sandbox.run("tests.files.misbehaving.environment")

    assert set(seen) <= {"PATH", "LANG", "LC_CTYPE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}


def test_an_answer_that_is_none_is_told_and_the_next_job_gets_its_own(sandbox: Sandbox, job: dict[str, str]) -> None:
    with pytest.raises(Crashed):
        sandbox.run("tests.files.misbehaving.forge_answers")

    assert sandbox.run("tests.files.misbehaving.add", left=2, right=3) == 5


@pytest.mark.skipif(os.getuid() != 0, reason="only an administrator becomes somebody else")
def test_it_holds_for_a_plain_account_too(job: dict[str, str]) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from archive.files.sandbox import Sandbox, isolation\n"
        "print(*[layer.in_force for layer in isolation()])\n"
        "with Sandbox() as sandbox:\n"
        f"    print(sandbox.run({ACT!r}, act='read', target='/etc/hostname'))\n"
        f"    print(sandbox.run({ACT!r}, act='tcp', target='9'))\n"
    )
    try:
        ran = subprocess.run(
            [sys.executable, "-c", code, str(ROOT)],
            user=65534,
            group=65534,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    except PermissionError:
        pytest.skip("a plain account may not run the Python of this installation")

    layers, *outcomes = ran.stdout.splitlines()
    assert layers == " ".join(str(layer.in_force) for layer in isolation()), ran.stderr
    assert outcomes == [REFUSED, REFUSED]


OLD_KERNEL = """
import ctypes, struct, sys
sys.path.insert(0, sys.argv[1])
from archive.files import isolation
# Landlock is not known, namespaces and filters are not allowed, as a kernel before 5.13 in a strict container has it.
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x00050000 | 38), (0x15, 0, 1, 272), (0x06, 0, 0, 0x00050001),
         (0x15, 0, 4, 157), (0x20, 0, 0, 16), (0x15, 0, 1, 22), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000),
         (0x06, 0, 0, 0x7FFF0000)]
program = isolation._Program(len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps))
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0
from archive.files.sandbox import Sandbox, isolation
for layer in isolation():
    print(layer.in_force, layer.sentence % layer.values)
with Sandbox() as sandbox:
    print(sandbox.run("tests.files.misbehaving.add", left=2, right=3))
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers of the calls are those of x86_64")
def test_a_kernel_that_offers_nothing_reads_files_all_the_same_and_that_is_told() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", OLD_KERNEL, str(ROOT)], capture_output=True, text=True, check=False, cwd="/"
    )

    *layers, result = ran.stdout.splitlines()
    assert [layer.split()[0] for layer in layers] == ["False", "False", "False"], ran.stderr
    assert "It can read every file of the account" in layers[0]
    assert result == "5"


@pytest.mark.parametrize("name", ["../picture.jpg", "/etc/hostname", "missing.jpg", "link.jpg", "."])
def test_an_answer_that_names_a_file_of_others_moves_nothing(job: dict[str, str], name: str) -> None:
    folder = Path(job["into_dir"])
    (folder / "link.jpg").symlink_to(job["path"])

    with pytest.raises(Crashed, match="named a file that it did not make"):
        made_in(folder, name)

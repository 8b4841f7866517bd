"""Words in pictures are read upright and in Latin letters, and nothing of that leaves the machine."""

import dataclasses
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image

from archive.extraction.examination_kinds import SLOW_KINDS
from archive.files.formats import UnreadableImage
from archive.files.sandbox import Sandbox
from tests.banners import banner

[KIND] = SLOW_KINDS
if not KIND.is_installed:
    pytest.skip("rapidocr is not installed: make .venv/ocr", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[3]
# An address of the Internet's protocols: local sockets, and that of the kernel's own messages, leave nothing.
ASKED_FOR_A_SOCKET = re.compile(r"(?:connect|sendto|sendmsg|sendmmsg)\(.*AF_INET")


def read(path: Path, mime_type: str = "image/jpeg") -> dict:
    with Sandbox(KIND.limits) as sandbox:
        return sandbox.run(KIND.function, path=str(path), mime_type=mime_type)


def test_a_banner_is_read_line_by_line_with_where_it_stands(tmp_path: Path) -> None:
    result = read(banner(tmp_path / "a.jpg", "CHANNEL CROSSINGS", "Beach at Calais, Monday 17 June"))

    assert [line["text"] for line in result["lines"]] == ["CHANNEL CROSSINGS", "Beach at Calais, Monday 17 June"]
    (left, top), (right, _top), *_others = result["lines"][0]["corners"]
    assert 0.02 < left < 0.07 and 0.8 < top < 0.88 and 0.2 < right < 0.5
    assert result["reader"].startswith("rapidocr ") and result["model"] == "PP-OCRv6 small"


def test_a_picture_that_is_stored_on_its_side_is_read_upright(tmp_path: Path) -> None:
    result = read(banner(tmp_path / "a.jpg", "Beach near Dunkirk", turn=6))

    assert [line["text"] for line in result["lines"]] == ["Beach near Dunkirk"]
    assert result["lines"][0]["corners"][0][1] > 0.8


def test_french_is_read_and_an_accent_may_be_taken_for_a_stroke(tmp_path: Path) -> None:
    result = read(banner(tmp_path / "a.jpg", "Traversée de la Manche, mardi 18 juin 2024"))

    [line] = result["lines"]
    assert line["text"].replace("ø", "é") == "Traversée de la Manche, mardi 18 juin 2024"


def test_a_picture_without_words_has_no_lines(tmp_path: Path) -> None:
    Image.effect_noise((640, 480), 40).convert("RGB").save(tmp_path / "a.jpg")

    result = read(tmp_path / "a.jpg")

    assert result["lines"] == []


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0 and nothing behind")

    with pytest.raises(UnreadableImage):
        read(tmp_path / "a.jpg")


def test_a_missing_model_is_an_error_and_fetched_from_nowhere(tmp_path: Path) -> None:
    from archive.extraction.readers import words_in_picture

    named = {**words_in_picture._MODELS}
    assert {name.split(".")[0] for name in named} == {"Det", "Rec", "Cls"}, "one unnamed would be downloaded"
    assert all((Path(words_in_picture.rapidocr.__file__).parent / "models" / file).exists() for file in named.values())


# -- silence ----------------------------------------------------------------------------------------------------------

IN_THE_SANDBOX = """
    import sys, time
    sys.path.insert(0, {root!r})
    from archive.files.sandbox import Limits, Sandbox
    with Sandbox(Limits(**{limits!r})) as sandbox:
        for _run in range({runs}):
            print(len(sandbox.run({function!r}, path={path!r}, mime_type="image/jpeg")["lines"]))
        time.sleep({wait})
"""
# Asks for an address in a thread of a child, which is how the library's telemetry would do it.
PHONES_HOME = """
    import subprocess, sys
    call = "import socket, threading; asker = threading.Thread(target=socket.socket(socket.AF_INET).connect_ex, " \\
           "args=[('127.0.0.1', 9)]); asker.start(); asker.join()"
    subprocess.run([sys.executable, "-c", call], check=True)
"""


def traced(script: str, trace: Path, **values: object) -> str:
    code = textwrap.dedent(script).format(**values)
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace), sys.executable, "-c", code],
        capture_output=True, text=True, timeout=300, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return trace.read_text()


needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@needs_strace
def test_reading_words_opens_no_connection(tmp_path: Path) -> None:
    path = str(banner(tmp_path / "a.jpg", "CHANNEL CROSSINGS"))

    calls = traced(
        IN_THE_SANDBOX, tmp_path / "trace", root=str(ROOT), limits=dataclasses.asdict(KIND.limits), runs=3,
        function=KIND.function, path=path, wait=15,
    )  # fmt: skip

    assert not ASKED_FOR_A_SOCKET.findall(calls)


@needs_strace
def test_a_child_that_asks_for_an_address_is_seen(tmp_path: Path) -> None:
    """What the test above would miss if it could not see."""
    calls = traced(PHONES_HOME, tmp_path / "trace")

    assert ASKED_FOR_A_SOCKET.findall(calls)


def test_code_that_wants_to_connect_is_refused_where_words_are_read(tmp_path: Path) -> None:
    """The guard that rests on nobody's good will: the limits of this kind run under the same refusal as all others."""
    with Sandbox(KIND.limits) as sandbox:
        layers = {layer["name"]: layer for layer in sandbox.run("archive.files.isolation.in_force")}

    if not layers["network"]["in_force"]:
        pytest.skip(f"nothing keeps a process from the network here: {layers['network']['sentence']}")
    with Sandbox(KIND.limits) as sandbox:
        assert sandbox.run("tests.extraction.examined.connect", path=str(tmp_path)) == "refused"

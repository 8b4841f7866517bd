"""What lies in folders and ZIP archives as other people make them: nothing stops the rest, nothing goes unsaid."""

import binascii
import os
import socket
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest

from archive.ingest.delivery import Delivered, walk
from archive.ingest.zip_archives import CannotRead
from tests.ingest.pictures import delivery


def listed(*paths: Path, left_out: list[str] | None = None) -> dict[str, Delivered]:
    files = list(walk(list(paths), left_out=left_out))
    assert len({file.path for file in files}) == len(files)
    return {file.name: file for file in files}


def read(file: Delivered) -> bytes:
    with file.open() as stream:
        return stream.read()


def zip_of(path: Path, members: dict[str, bytes], **options: object) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content, **options)
    return path


def with_raw_names(path: Path, *names: bytes) -> Path:
    """Write a ZIP whose names are these bytes, without the flag that says UTF-8."""
    # Written under names of the same length, which then give way to the bytes meant.
    stand_ins = [bytes([65 + n]) * len(name) for n, name in enumerate(names)]
    zip_of(path, {name.decode(): b"content of " + str(n).encode() for n, name in enumerate(stand_ins)})
    content = path.read_bytes()
    for stand_in, name in zip(stand_ins, names, strict=True):
        content = content.replace(stand_in, name)
    path.write_bytes(content)
    return path


# --- Folders -------------------------------------------------------------------------------------------------------


def test_what_is_no_file_is_refused_and_the_rest_is_listed(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=b"picture")
    (folder / "gone.jpg").symlink_to("nowhere.jpg")
    (folder / "round.jpg").symlink_to("round.jpg")
    os.mkfifo(folder / "pipe.jpg")
    (tmp_path / "other").mkdir()
    (folder / "linked").symlink_to(tmp_path / "other")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path may be no longer than a hundred bytes
        try:
            server.bind("socket.jpg")
        finally:
            os.chdir(here)

        files = listed(folder)

    assert files["a.jpg"].refusal == ""
    assert read(files["a.jpg"]) == b"picture"
    assert files["gone.jpg"].refusal == "it is a link, and there is nothing at “nowhere.jpg”, where it leads"
    assert files["pipe.jpg"].refusal == "it is a pipe, not a file"
    assert files["socket.jpg"].refusal == "it is a socket, not a file"
    assert files["linked"].refusal.startswith("it is a link to a folder")
    assert files["round.jpg"].refusal


def test_a_link_stays_within_the_delivered_folder_or_is_a_refused_line(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"key")
    folder = delivery(tmp_path / "d", a_jpg=b"picture")
    (folder / "deep").mkdir()
    (folder / "inside.jpg").symlink_to("a.jpg")
    (folder / "deep" / "up.jpg").symlink_to("../a.jpg")
    (folder / "outside.jpg").symlink_to(tmp_path / "secret.key")
    (folder / "chain.jpg").symlink_to("outside.jpg")
    (folder / "a.xmp").symlink_to("../secret.key")

    files = listed(folder)

    assert read(files["inside.jpg"]) == read(files["up.jpg"]) == b"picture"
    for name in ("outside.jpg", "chain.jpg"):
        assert files[name].refusal.startswith("it is a link that leads out of the folder that was delivered")
    sidecar = files["a.jpg"].sidecar
    assert sidecar is not None
    assert "leads out of the folder" in sidecar.refusal


def test_a_file_that_becomes_a_link_after_it_was_listed_is_judged_again(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"key")
    folder = delivery(tmp_path / "d", a_jpg=b"picture")
    files = listed(folder)
    (folder / "a.jpg").unlink()
    (folder / "a.jpg").symlink_to(tmp_path / "secret.key")

    with pytest.raises(CannotRead, match="leads out of the folder"):
        files["a.jpg"].open()


def test_a_device_is_refused() -> None:
    assert listed(Path("/dev/null"))["null"].refusal == "it is a device, not a file"


def test_a_folder_that_may_not_be_looked_into_is_refused_by_name() -> None:
    # Not below pytest's own folder, which only the owner may enter.
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        folder = delivery(Path(name) / "d", a_jpg=b"picture")
        delivery(folder / "shut", b_jpg=b"picture")
        (folder / "shut").chmod(0o000)
        folder.chmod(0o755)
        me = os.geteuid()
        if me == 0:
            os.seteuid(65534)  # root may look into everything
        try:
            files = listed(folder)
        finally:
            os.seteuid(me)
            (folder / "shut").chmod(0o755)

    assert files["shut"].refusal == "this folder cannot be looked into (permission denied)"
    assert files["a.jpg"].refusal == ""


@pytest.mark.parametrize(
    ("raw", "name", "guess"),
    [
        ("été.jpg".encode("latin-1"), "été.jpg", "Windows-1252"),
        ("été.jpg".encode("cp437"), "été.jpg", "code page 437"),
        ("e\u0301te\u0301.jpg".encode(), "été.jpg", ""),
        (b"a\nb\x1b[31m.jpg", "a�b�[31m.jpg", "cannot be shown"),
        (b"\x81\x8d\xff.jpg", "��ÿ.jpg", "Windows-1252"),
    ],
    ids=["latin-1", "cp437", "decomposed", "control characters", "in no code page"],
)
def test_a_name_in_any_bytes_is_read_and_can_be_stored(tmp_path: Path, raw: bytes, name: str, guess: str) -> None:
    with open(os.fsencode(tmp_path) + b"/" + raw, "wb") as file:
        file.write(b"picture")

    files = listed(tmp_path)

    assert read(files[name]) == b"picture"
    files[name].path.encode()
    assert guess in files[name].remark
    assert bool(guess) == bool(files[name].remark)


def test_litter_of_systems_is_left_out_and_counted(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=b"picture", Thumbs_db=b"", desktop_ini=b"")
    (folder / "._a.jpg").write_bytes(b"\x00\x05\x16\x07")
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "a.jpg:Zone.Identifier").write_bytes(b"[ZoneTransfer]")
    delivery(folder / "@eaDir" / "a.jpg", SYNOPHOTO_jpg=b"thumbnail")
    left_out: list[str] = []

    files = listed(folder, left_out=left_out)

    assert list(files) == ["a.jpg"]
    assert len(left_out) == 6


# --- Sidecars ------------------------------------------------------------------------------------------------------


def test_sidecars_are_paired_whatever_their_case(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", Q_xmp=b"of q", q_jpg=b"1", r_JPG=b"2")
    (folder / "r.jpg.xmp").write_bytes(b"of r")

    files = listed(folder)

    assert {name: read(file.sidecar) for name, file in files.items() if file.sidecar} == {
        "q.jpg": b"of q",
        "r.JPG": b"of r",
    }
    assert set(files) == {"q.jpg", "r.JPG"}


def test_each_picture_gets_the_sidecar_of_its_own_case_first(tmp_path: Path) -> None:
    files = listed(delivery(tmp_path / "d", a_jpg=b"1", A_jpg=b"2", a_xmp=b"of a", A_xmp=b"of A"))

    assert {name: read(file.sidecar) for name, file in files.items()} == {"a.jpg": b"of a", "A.jpg": b"of A"}


@pytest.mark.parametrize("given", ["folder", "file", "archive"])
def test_a_second_sidecar_of_one_picture_is_refused_by_name(tmp_path: Path, given: str) -> None:
    folder = delivery(tmp_path / "d", p_jpg=b"1", p_xmp=b"second")
    (folder / "p.jpg.xmp").write_bytes(b"first")
    zip_of(tmp_path / "d.zip", {path.name: path.read_bytes() for path in folder.iterdir()})

    files = listed({"folder": folder, "file": folder / "p.jpg", "archive": tmp_path / "d.zip"}[given])

    assert read(files["p.jpg"].sidecar) == b"first"
    assert "“p.jpg” has the sidecar “p.jpg.xmp” beside it already" in files["p.xmp"].refusal
    assert "Rename" not in files["p.xmp"].refusal


@pytest.mark.parametrize("given", ["folder", "files", "one", "archive"])
def test_a_sidecar_goes_to_the_picture_of_its_own_case_and_to_no_other(tmp_path: Path, given: str) -> None:
    folder = delivery(tmp_path / "d", a_jpg=b"1", A_JPG=b"2", a_xmp=b"of a", b_jpg=b"3", b_txt=b"4", b_xmp=b"of b")
    zip_of(tmp_path / "d.zip", {path.name: path.read_bytes() for path in folder.iterdir()})
    files = {"folder": [folder], "files": sorted(folder.iterdir()), "one": [folder / "A.JPG"]}

    found = listed(*files.get(given, [tmp_path / "d.zip"]))

    of_both = {"a.jpg": b"of a", "b.jpg": b"of b"}
    assert {name: read(file.sidecar) for name, file in found.items() if file.sidecar} == (
        {} if given == "one" else of_both
    )
    assert not any(file.refusal for file in found.values())


@pytest.mark.parametrize("given", ["folder", "files", "archive"])
@pytest.mark.parametrize(
    "names", [("A.jpg", "A.JPG", "A.xmp"), ("a.jpg", "a.png", "a.xmp"), ("A.jpg", "A.JPG", "a.XMP")]
)
def test_a_sidecar_that_may_be_of_two_pictures_is_given_to_none_and_told(
    tmp_path: Path, names: tuple[str, ...], given: str
) -> None:
    folder = delivery(tmp_path / "d", **{name.replace(".", "_"): name.encode() for name in names})
    zip_of(tmp_path / "d.zip", {path.name: path.read_bytes() for path in folder.iterdir()})
    files = {"folder": [folder], "files": sorted(folder.iterdir())}

    found = listed(*files.get(given, [tmp_path / "d.zip"]))

    one, other, sidecar = names
    assert found[one].sidecar is None
    assert found[other].sidecar is None
    assert "may belong to any of 2 files" in found[sidecar].refusal


def test_a_sidecar_that_is_named_with_its_picture_comes_with_it(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", p_jpg=b"1", p_xmp=b"of p")

    files = listed(folder / "p.jpg", folder / "p.xmp")

    assert list(files) == ["p.jpg"]


def test_a_link_in_an_archive_is_told_as_a_link(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.jpg")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(link, "../b.jpg")

    assert listed(tmp_path / "d.zip")["a.jpg"].refusal.startswith("it is a link")


# --- ZIP archives --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "name", "is_guess"),
    [
        ("e\u0301te\u0301 a\u0300 Dunkerque.jpg".encode(), "été à Dunkerque.jpg", False),
        ("été.jpg".encode("cp1252"), "été.jpg", True),
        ("Küste.jpg".encode("cp437"), "Küste.jpg", True),
        ("l’été.jpg".encode("cp1252"), "l’été.jpg", True),
        (b"plain.jpg", "plain.jpg", False),
        (b"day\\plain.jpg", "plain.jpg", False),
    ],
    ids=["macOS", "cp1252", "cp437", "apostrophe", "ASCII", "backslash"],
)
def test_a_name_without_the_flag_is_read_by_its_bytes(tmp_path: Path, raw: bytes, name: str, is_guess: bool) -> None:
    files = listed(with_raw_names(tmp_path / "d.zip", raw))

    assert read(files[name]) == b"content of 0"
    assert bool(files[name].remark) == is_guess


def test_a_name_in_the_field_for_utf8_is_taken_before_the_code_page(tmp_path: Path) -> None:
    raw = b"?t?.jpg"
    member = zipfile.ZipInfo(raw.decode())
    written = "été.jpg".encode()
    member.extra = struct.pack("<HHBI", 0x7075, len(written) + 5, 1, binascii.crc32(raw)) + written
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(member, b"picture")

    assert list(listed(tmp_path / "d.zip")) == ["été.jpg"]


def test_two_members_of_one_name_are_two_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("a.jpg", b"first")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.jpg", b"second")

    files = list(walk([tmp_path / "d.zip"]))

    assert [read(file) for file in files] == [b"first", b"second"]


def test_an_archive_in_an_archive_is_read_as_one_in_a_folder_is(tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "inner.zip", {"a.jpg": b"picture"})
    outer = zip_of(tmp_path / "outer.zip", {"day/inner.zip": inner.read_bytes()})

    files = listed(outer)

    assert files["a.jpg"].path == f"{outer}/day/inner.zip/a.jpg"
    assert read(files["a.jpg"]) == b"picture"


def test_archives_are_not_followed_without_end(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "0.zip", {"a.jpg": b"picture"})
    for n in range(1, 6):
        path = zip_of(tmp_path / f"{n}.zip", {f"{n - 1}.zip": path.read_bytes()})

    [file] = walk([path])

    assert "Unpack it" in file.refusal


def test_many_archives_are_read_with_few_of_them_open(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    for n in range(30):
        zip_of(folder / f"{n:02}.zip", {"a.jpg": str(n).encode()})
    before = len(os.listdir("/proc/self/fd"))

    files = list(walk([folder]))

    assert len(os.listdir("/proc/self/fd")) - before < 10
    assert [read(file) for file in files] == [str(n).encode() for n in range(30)]


def test_a_damaged_archive_in_a_folder_is_one_refused_file(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", b_jpg=b"picture")
    whole = zip_of(tmp_path / "whole.zip", {"a.jpg": b"picture" * 100}).read_bytes()
    (folder / "cut.zip").write_bytes(whole[:-30])
    (folder / "words.zip").write_bytes(b"no archive at all")

    files = listed(folder)

    assert files["cut.zip"].refusal == "it is no ZIP archive that can be read, or its end is missing. Send it again"
    assert files["words.zip"].refusal == "", "its content says what it is, when it is brought in"
    assert read(files["b.jpg"]) == b"picture"


def test_members_that_cannot_be_had_are_refused_one_by_one(tmp_path: Path, settings) -> None:
    settings.INGEST_MAX_BYTES = 1000
    path = zip_of(
        tmp_path / "d.zip", {"a.jpg": b"picture", "b.jpg": b"picture", "c.jpg": b"picture", "d.jpg": b"0" * 2000}
    )
    content = bytearray(path.read_bytes())
    for name, place, value in ((b"a.jpg", 8, 1), (b"b.jpg", 10, 9)):  # its flags; its way of packing
        # 46 bytes of the directory's entry stand before the name.
        content[content.rindex(name) - 46 + place] = value
    path.write_bytes(content)

    files = listed(path)

    assert "under a password" in files["a.jpg"].refusal
    assert "(deflate64)" in files["b.jpg"].refusal
    assert read(files["c.jpg"]) == b"picture"
    assert "files of up to 0 MB are taken" in files["d.jpg"].refusal


def test_a_part_of_an_archive_is_told_to_be_one(tmp_path: Path) -> None:
    whole = zip_of(tmp_path / "whole.zip", {"a.jpg": b"picture" * 100}).read_bytes()
    (tmp_path / "last part.zip").write_bytes(b"PK\x03\x04" + whole[400:])

    [file] = walk([tmp_path / "last part.zip"])

    assert "a part of it is missing" in file.refusal and "would swell" not in file.refusal


def test_what_is_built_to_swell_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("archive.ingest.zip_archives._HARMLESS_BYTES", 1024**2)
    bomb = zip_of(tmp_path / "bomb.zip", {"a.jpg": bytes(4 * 1024**2)}, compress_type=zipfile.ZIP_DEFLATED)

    [file] = walk([bomb])

    assert "it would swell" in file.refusal

"""Folders and archives of images: read without unpacking, and nothing outside of them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from xstilts.errors import DataError
from xstilts.images import places
from xstilts.images.names import checked

CONTENT = {"a.png": b"A", "sub/b.png": b"B"}


def folder(root: Path) -> Path:
    for name, data in CONTENT.items():
        path = root / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root / "images"


def tar(path: Path, members: dict[str, bytes], mode: str = "w", kind: bytes = tarfile.REGTYPE, link: str = "") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(data) if kind == tarfile.REGTYPE else 0, kind, link
            archive.addfile(info, io.BytesIO(data))
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def make(kind: str, root: Path) -> Path:
    if kind == "folder":
        return folder(root)
    if kind == "zip":
        return zipped(root / "images.zip", CONTENT)
    return tar(root / f"images.{kind}", {f"./{name}": data for name, data in CONTENT.items()}, "w:" + kind[4:])


@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "tar.gz", "tar.xz"])
def test_every_sort_of_place_gives_the_same_images(kind: str, tmp_path: Path) -> None:
    found = make(kind, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert dict(places.read(found, list(CONTENT))) == CONTENT
    assert dict(places.read(found, ["sub/b.png"])) == {"sub/b.png": b"B"}
    assert sorted(tmp_path.rglob("*")) == before, "nothing is unpacked"


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
def test_a_missing_image_is_named(kind: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no image 'c\.png'") as caught:
        list(places.read(make(kind, tmp_path), ["a.png", "c.png"]))
    assert "images" in str(caught.value.field)


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.png", "a/../../b", "", "a\0b", "..\\a", "C:\\a", "."])
def test_names_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="relative name"):
        checked(name, "here")
    with pytest.raises(DataError):
        list(places.read(folder(tmp_path), [name]))


def test_a_plain_name_loses_its_dot() -> None:
    assert checked("./a/b.png", "here") == "a/b.png"


@pytest.mark.parametrize("build", [tar, zipped])
def test_an_archive_with_a_member_that_leads_out_is_refused_whole(build, tmp_path: Path) -> None:
    found = build(tmp_path / f"x.{'tar' if build is tar else 'zip'}", {"../evil.png": b"E", "a.png": b"A"})
    with pytest.raises(DataError, match="evil"):
        list(places.read(found, ["a.png"]))


@pytest.mark.parametrize("build", [tar, zipped])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(build, tmp_path: Path) -> None:
    path = tmp_path / f"x.{'tar' if build is tar else 'zip'}"
    build(path, {"a.png": b"A"})
    if build is tar:
        with tarfile.open(path, "a") as archive:
            archive.addfile(tarfile.TarInfo("a.png"), io.BytesIO(b""))
    else:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("a.png", b"B")
    with pytest.raises(DataError, match="twice"):
        list(places.read(path, ["a.png"]))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_a_member_that_is_no_file_is_refused(kind: bytes, tmp_path: Path) -> None:
    found = tar(tmp_path / "x.tar", {"a.png": b""}, kind=kind, link="/etc/passwd")
    with pytest.raises(DataError, match="link or device"):
        list(places.read(found, ["a.png"]))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    found = folder(tmp_path)
    (tmp_path / "secret.png").write_bytes(b"S")
    (found / "c.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(DataError, match="link out of the folder"):
        list(places.read(found, ["c.png"]))


def test_a_member_that_unpacks_to_too_much_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", b"\0" * 100_000)
    monkeypatch.setattr(places, "MOST_BYTES", 1_000)
    with pytest.raises(DataError, match="more than 1,000 bytes"):
        list(places.read(path, ["a.png"]))


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_MEMBERS", 1)
    for found in (make("zip", tmp_path), make("tar", tmp_path)):
        with pytest.raises(DataError, match="more than 1 members"):
            list(places.read(found, ["a.png"]))


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
def test_a_broken_archive_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x1f\x8bnothing of the sort")
    with pytest.raises(DataError, match="no archive that can be read"):
        list(places.read(tmp_path / name, ["a.png"]))


def test_what_is_neither_folder_nor_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.rar").write_bytes(b"R")
    with pytest.raises(DataError, match="no folder and no archive"):
        list(places.read(tmp_path / "x.rar", ["a.png"]))

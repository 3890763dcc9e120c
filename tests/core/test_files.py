"""Files are written atomically, and replaced only with ``force``."""

from __future__ import annotations

import os

import pytest

from helpers.core import UserError, file_bytes, kind_of, put_file, write_new_file


def test_new_file_is_complete_and_leaves_no_temporary_file(tmp_path):
    path = write_new_file(tmp_path / "page.html", "“all”\r\n")
    assert path.read_bytes() == "“all”\r\n".encode()
    assert os.listdir(tmp_path) == ["page.html"]


def test_existing_file_is_not_overwritten_without_force(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=r"already exists and was not overwritten. Give another name, or add --force"):
        write_new_file(path, "new", replace_with="--force")
    assert path.read_text(encoding="utf-8") == "mine"
    write_new_file(path, "new", force=True)
    assert path.read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("force", [False, True])
def test_full_disk_keeps_the_old_file_and_leaves_no_temporary_file(tmp_path, monkeypatch, force):
    path = tmp_path / "page.html"
    if force:
        path.write_text("mine", encoding="utf-8")

    def full(handle, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(UserError, match=r"could not be written: No space left on device"):
        write_new_file(path, "new", force=force)
    monkeypatch.undo()
    assert {one: (tmp_path / one).read_text(encoding="utf-8") for one in os.listdir(tmp_path)} == (
        {"page.html": "mine"} if force else {}
    )


@pytest.mark.skipif(os.name != "posix", reason="needs devices")
def test_device_is_not_replaced_by_a_file():
    with pytest.raises(UserError, match=r"“/dev/null” is a pipe or a device, not a file"):
        write_new_file("/dev/null", "new", force=True)


@pytest.mark.skipif(os.name != "posix", reason="needs permissions")
def test_private_file_is_readable_only_by_its_owner(tmp_path):
    put_file(tmp_path / "work.jsonl", b"{}", private=True)
    assert (tmp_path / "work.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name != "posix", reason="needs pipes and links")
def test_what_is_no_file_is_named_for_what_it_is_and_not_opened(tmp_path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "good").symlink_to("file")
    found = {name: kind_of(tmp_path / name) for name in ("folder", "pipe", "link", "loop", "file", "good", "none")}
    assert [*found.values()] == ["folder", "pipe or device", "broken link", "broken link", "file", "file", "nothing"]
    for strange in (tmp_path / "file" / "in it", tmp_path / ("x" * 300), "a\0b"):
        assert kind_of(strange) == "nothing"
    for name, says in {
        "folder": "is a folder, not a file. Name a file in it",
        "pipe": "is a pipe or a device, not a file",
        "link": "is a link to something that is not there, not a file",
        "none": "No file “none”",
    }.items():
        with pytest.raises(UserError, match=says):
            file_bytes(tmp_path / name)
    with pytest.raises(UserError, match="is a link to something that is not there, not a file"):
        write_new_file(tmp_path / "link", "new")

"""A site replaces only a site of its kind, leaves none of its pages behind, and touches nobody else's files."""

from __future__ import annotations

import json
import os

import pytest

from helpers import UserError
from helpers.course import SiteFolder

FIRST = {"index.html": b"1", "plans/00.html": b"1", "lessons/00.html": b"1", "lessons/01.html": b"1"}
SMALLER = {"index.html": b"2", "lessons/00.html": b"2"}


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_smaller_site_leaves_nothing_of_the_larger_one(tmp_path):
    SiteFolder(tmp_path / "s").write(FIRST)
    assert files(tmp_path / "s") == {*FIRST, "web-edition.json"}
    SiteFolder(tmp_path / "s", force=True).write(SMALLER)
    assert files(tmp_path / "s") == {*SMALLER, "web-edition.json"}
    assert not (tmp_path / "s" / "plans").exists()
    assert (tmp_path / "s" / "index.html").read_bytes() == b"2"


def test_earlier_site_stays_without_force(tmp_path):
    SiteFolder(tmp_path).write(FIRST)
    with pytest.raises(UserError, match="add --force"):
        SiteFolder(tmp_path)
    assert (tmp_path / "index.html").read_bytes() == b"1"


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("first", [False, True])
def test_site_of_the_other_kind_is_never_replaced_or_mixed(tmp_path, first, force):
    SiteFolder(tmp_path, teaching=first).write(FIRST)
    with pytest.raises(UserError, match="the guide has answers in it"):
        SiteFolder(tmp_path, teaching=not first, force=force)
    assert files(tmp_path) == {*FIRST, "web-edition.json"}


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("name", ["index.html", "notes.txt", "lessons"])
def test_folder_with_files_of_others_is_refused(tmp_path, name, force):
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(UserError, match=f"is not empty, and “?{name}"):
        SiteFolder(tmp_path, force=force)
    assert files(tmp_path) == {name}


@pytest.mark.parametrize("name", ["lessons/02.html", "worksheets"])
def test_file_of_others_in_the_way_of_a_page_is_kept_and_nothing_is_written(tmp_path, name):
    SiteFolder(tmp_path).write(FIRST)
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(UserError, match="not made by this command, so nothing was written"):
        SiteFolder(tmp_path, force=True).write({**SMALLER, "lessons/02.html": b"2", "worksheets/00.html": b"2"})
    assert files(tmp_path) == {*FIRST, name, "web-edition.json"}
    assert (tmp_path / "index.html").read_bytes() == b"1"


def test_files_of_others_beside_the_site_stay(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"mine")
    SiteFolder(tmp_path).write(FIRST)
    (tmp_path / "CNAME").write_bytes(b"mine")
    (tmp_path / "plans" / "own.html").write_bytes(b"mine")
    SiteFolder(tmp_path, force=True).write(SMALLER)
    assert files(tmp_path) == {*SMALLER, ".git/config", "CNAME", "plans/own.html", "web-edition.json"}


@pytest.mark.parametrize(
    "change",
    [
        {"made": ["../other/page.html"]},
        {"made": ["/etc/hosts"]},
        {"made": 1},
        {"site": "other"},
        {"site": []},
        {"format": "another"},
    ],
)
def test_list_of_files_that_is_damaged_removes_nothing(tmp_path, change):
    other = tmp_path / "other" / "page.html"
    other.parent.mkdir()
    other.write_bytes(b"mine")
    SiteFolder(tmp_path / "s").write(FIRST)
    data = tmp_path / "s" / "web-edition.json"
    data.write_text(json.dumps({**json.loads(data.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    with pytest.raises(UserError, match=r"web-edition\.json is damaged"):
        SiteFolder(tmp_path / "s", force=True)
    assert other.read_bytes() == b"mine"


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "outside").mkdir()
    SiteFolder(tmp_path / "s").write({"index.html": b"1"})
    (tmp_path / "s" / "lessons").symlink_to(tmp_path / "outside")
    with pytest.raises(UserError, match="not made by this command"):
        SiteFolder(tmp_path / "s", force=True).write(SMALLER)
    assert files(tmp_path / "outside") == set()


def test_interrupted_run_is_repeated(tmp_path, monkeypatch):
    replace = os.replace

    def full(part, path):
        if str(path).endswith("00.html"):
            raise OSError(28, "No space left on device")
        replace(part, path)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match="No space left on device"):
        SiteFolder(tmp_path).write(SMALLER)
    monkeypatch.undo()
    SiteFolder(tmp_path, force=True).write(SMALLER)
    assert files(tmp_path) == {*SMALLER, "web-edition.json"}


def test_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "s").write_bytes(b"mine")
    with pytest.raises(UserError, match="is a file, not a folder"):
        SiteFolder(tmp_path / "s", force=True)

"""Links for nbgitpuller and Binder open the lesson that is meant, whatever signs are in an address or a branch."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from helpers import UserError
from helpers.__main__ import main
from helpers.course import binder_link, nbgitpuller_link

PLACE = "lessons/00-whose-bell.ipynb"


@pytest.mark.parametrize(
    ("hub", "expected"),
    [
        ("https://hub.example.edu", "https://hub.example.edu"),
        ("https://hub.example.edu/", "https://hub.example.edu"),
        ("https://hub.example.edu/hub/spawn?next=x", "https://hub.example.edu"),
        ("https://hub.example.edu/user/fox/lab/tree/a", "https://hub.example.edu"),
        (" https://example.edu/jupyter/hub/home ", "https://example.edu/jupyter"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_hub_is_found_in_the_address_that_the_browser_shows(example, hub, expected):
    address = nbgitpuller_link(hub, "https://github.com/me/course", "0").address
    assert address.startswith(f"{expected}/hub/user-redirect/git-pull?repo=")


@pytest.mark.parametrize(
    ("given", "repository", "folder"),
    [
        ("https://github.com/me/course", "https://github.com/me/course", "course"),
        ("https://github.com/me/course/", "https://github.com/me/course", "course"),
        ("https://git.example.edu/a b?c=d".replace(" ", "%20"), "https://git.example.edu/a%20b", "a%20b"),
        ("git@github.com:me/course.git", "https://github.com/me/course.git", "course.git"),
        ("ssh://git@git.example.edu/x/course", "https://git.example.edu/x/course", "course"),
    ],
)
def test_parameters_of_nbgitpuller_are_quoted(example, given, repository, folder):
    address = nbgitpuller_link("https://hub.example.edu", given, "00", branch="term-1/a&b#c").address
    # As nbgitpuller 1.3 reads them; it names the folder after the last part of the repository’s address.
    assert parse_qs(urlsplit(address).query) == {
        "repo": [repository], "branch": ["term-1/a&b#c"], "urlpath": [f"lab/tree/{folder}/{PLACE}"],
    }  # fmt: skip
    assert not urlsplit(address).fragment


@pytest.mark.parametrize(
    ("repository", "branch", "provider", "spec"),
    [
        ("https://github.com/me/course", "", "gh", ["me", "course", "HEAD"]),
        ("git@github.com:me/course.git", "v1.0", "gh", ["me", "course", "v1.0"]),
        ("https://gitlab.com/group/sub/course", "", "gl", ["group/sub/course", "HEAD"]),
        ("https://git.example.edu/x/course.git", "term/1", "git", ["https://git.example.edu/x/course.git", "term/1"]),
    ],
)
def test_link_to_binder_names_provider_repository_and_branch(example, repository, branch, provider, spec):
    parts = urlsplit(binder_link(repository, "0", branch=branch).address)
    assert parts.netloc == "mybinder.org"
    assert parse_qs(parts.query) == {"urlpath": [f"lab/tree/{PLACE}"]}
    # BinderHub splits at the slashes that are not quoted.
    version, name, *rest = parts.path.strip("/").split("/")
    assert (version, name, [unquote(one) for one in rest]) == ("v2", provider, spec)


def test_branch_with_a_slash_on_github_stays_readable(example):
    assert "/v2/gh/me/course/term/1?" in binder_link("https://github.com/me/course", "0", branch="term/1").address


@pytest.mark.parametrize("repository", ["course", "/home/fox/course", "ftp://a/b", "https://", "https://[a", "a b"])
def test_incomplete_address_raises(example, repository):
    with pytest.raises(UserError, match=r"is not the address of the repository\. Write, for example, https://"):
        binder_link(repository, "0")
    with pytest.raises(UserError, match="is not the address of the hub"):
        nbgitpuller_link(repository, "https://github.com/me/course", "0")


def test_repository_without_a_name_or_with_a_password_raises(example):
    with pytest.raises(UserError, match="names no repository"):
        binder_link("https://github.com", "0")
    with pytest.raises(UserError, match="password or token") as error:
        binder_link("https://fox:secret@github.com/me/course", "0")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("page", "whole"),
    [
        ("https://github.com/me/course/tree/term-2", "https://github.com/me/course"),
        ("https://github.com/me/course/blob/main/lessons/00-whose-bell.ipynb", "https://github.com/me/course"),
        ("https://gitlab.com/group/sub/course/-/tree/main", "https://gitlab.com/group/sub/course"),
        ("https://git.example.edu/x/course/-/blob/main/README.md", "https://git.example.edu/x/course"),
    ],
)
def test_page_of_a_repository_raises_with_its_address(example, page, whole):
    with pytest.raises(UserError, match=f"is a page of a repository. Write {whole}, and"):
        binder_link(page, "0")
    assert binder_link(whole, "0").address


def test_address_of_an_account_raises(example):
    with pytest.raises(UserError, match=r"“https://github\.com/me” names no repository"):
        binder_link("https://github.com/me", "0")


@pytest.mark.parametrize("branch", ["a b", "../x", "-x", "x/", "a..b", "a:b", "a~1", "x.lock", "*"])
def test_impossible_name_of_a_branch_raises(example, branch):
    with pytest.raises(UserError, match="cannot be the name of a branch"):
        binder_link("https://github.com/me/course", "0", branch=branch)
    with pytest.raises(UserError, match="cannot be the name of a branch"):
        nbgitpuller_link("https://hub.example.edu", "https://github.com/me/course", "0", branch=branch)


def test_another_binder_needs_its_address(example):
    with pytest.raises(UserError, match=r"“x” is not the address of a Binder\. Write, for example, https://mybinder"):
        binder_link("https://github.com/me/course", "0", binder="x")


def test_command_prints_links_with_what_they_need_and_the_rights(example, capsys):
    assert main(["link", "https://github.com/me/course", "--hub", "https://hub.example.edu"]) == 0
    said = capsys.readouterr().out
    assert nbgitpuller_link("https://hub.example.edu", "https://github.com/me/course", "").address in said.splitlines()
    assert binder_link("https://github.com/me/course", "").address in said.splitlines()
    assert "- The reply of 7 April 1848: Invented for this example." in said
    assert main(["link", "https://github.com/me/course", "5"]) == 1
    assert "No lesson “5”" in capsys.readouterr().err

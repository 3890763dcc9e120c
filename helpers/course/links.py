"""Links that open a lesson: on a JupyterHub with nbgitpuller, and on Binder, with what each of them needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlencode, urlsplit, urlunsplit

from ..core import UserError
from .package import chosen_lessons

BINDER = "https://mybinder.org"
# What git allows in the name of a branch, tag or commit (git-check-ref-format), but for a few rare ones.
_NO_BRANCH = re.compile(r"^[-/.]|[/.]$|\.\.|//|@\{|\.lock$|[\s\x00-\x1f\x7f~^:?*\[\\]")
_SSH = re.compile(r"(?:ssh://)?git@(?P<host>[^:/]+)[:/](?P<path>[^?#]+)")


@dataclass(frozen=True)
class Link:
    """A link, whom it is for, and what it needs."""

    name: str
    address: str
    needs: tuple[str, ...]


def nbgitpuller_link(hub: str, repository: str, lesson: str, *, branch: str = "") -> Link:
    """Make a link with which students of a hub get the lessons, and later the corrected ones.

    Parameters
    ----------
    hub : str
        The address of the hub, as the browser shows it.
    repository : str
        The address of the git repository.
    lesson : str
        Number, name or path of the lesson that the link opens; empty for the first.
    branch : str, optional
        By default the main branch of the repository.

    Returns
    -------
    Link

    Raises
    ------
    UserError
        If an address is not complete, a branch cannot have this name, or there is no such lesson.

    Notes
    -----
    nbgitpuller 1.3 names the folder after the last part of the repository’s address.

    Examples
    --------
    >>> nbgitpuller_link("https://hub.example.edu", "https://github.com/me/course", "00").address[:57]
    'https://hub.example.edu/hub/user-redirect/git-pull?repo=h'
    """
    repository = _repository(repository)
    folder = repository.rpartition("/")[2]
    given = {"repo": repository} | ({"branch": _branch(branch)} if branch else {})
    given["urlpath"] = f"lab/tree/{folder}/{_place(lesson)}"
    return Link(
        "nbgitpuller, for the students of this hub",
        f"{_hub(hub)}/hub/user-redirect/git-pull?{urlencode(given, quote_via=quote, safe='')}",
        (
            "nbgitpuller is installed on the hub, and so is this module with its requirements (the environment of "
            "binder/).",
            "The hub can read the repository. If it is private, the hub’s administrator gives the hub access to it; "
            "then only your students get what is in it.",
            "The same link brings corrections. What a student saved in a notebook stays; answers are in files that it "
            "does not touch.",
        ),
    )


def binder_link(repository: str, lesson: str, *, branch: str = "", binder: str = BINDER) -> Link:
    """Make a link that opens a lesson on Binder, for anybody.

    Parameters
    ----------
    repository : str
        The address of the public git repository.
    lesson : str
        Number, name or path of the lesson that the link opens; empty for the first.
    branch : str, optional
        A branch, tag or commit; by default the newest of the main branch.
    binder : str, optional
        The address of another BinderHub.

    Returns
    -------
    Link

    Raises
    ------
    UserError
        If an address is not complete, a branch cannot have this name, or there is no such lesson.

    Examples
    --------
    >>> binder_link("https://github.com/me/course", "00").address[:44]
    'https://mybinder.org/v2/gh/me/course/HEAD?ur'
    """
    repository = _repository(repository)
    parts = urlsplit(repository)
    path = parts.path.strip("/").removesuffix(".git")
    if parts.netloc.lower() == "github.com" and path.count("/") == 1:
        source = f"gh/{quote(path)}"
    elif parts.netloc.lower() == "gitlab.com":
        source = f"gl/{quote(path, safe='')}"
    else:
        source = f"git/{quote(repository, safe='')}"
    # A branch may have slashes; after any other source than GitHub, BinderHub takes them as they are quoted.
    ref = quote(_branch(branch) or "HEAD", safe="/" if source.startswith("gh/") else "")
    given = urlencode({"urlpath": f"lab/tree/{_place(lesson)}"}, quote_via=quote, safe="")
    return Link(
        "Binder, for anybody",
        f"{_hub(binder, 'of a Binder', BINDER)}/v2/{source}/{ref}?{given}",
        (
            "The repository is public. So everything in it is published: texts, questions, keys, and what its history "
            "has.",
            "The first start after a change takes some minutes. Without a branch, tag or commit in the link, every "
            "change of the main branch is a change for the class.",
            "The machine is wiped when a student leaves: “Download my work” before, “Restore” next time. No real "
            "names.",
        ),
    )


def lesson_at(address: str, notebook: str) -> str:
    """Return where a notebook in `lessons` opens at an address; empty if this kind of address does not tell.

    JupyterLite 0.8 opens a file that is named after ``lab/index.html``, and BinderHub one in ``urlpath``.

    Examples
    --------
    >>> lesson_at("https://example.org/course/lab/index.html", "00-start-here.ipynb")
    'https://example.org/course/lab/index.html?path=lessons/00-start-here.ipynb'
    >>> lesson_at("https://hub.example.edu", "00-start-here.ipynb")
    ''
    """
    parts = urlsplit(address.strip())
    place = quote(f"lessons/{notebook}")
    if re.search(r"/(?:lab|notebooks)/index\.html$", parts.path):
        given = f"path={place}"
    elif re.search(r"/v2/(?:gh|gl|git|gist|zenodo|figshare|hydroshare|dataverse|ckan)/", parts.path):
        given = f"urlpath=lab/tree/{place}"
    else:
        return ""
    return urlunsplit(parts._replace(query=given, fragment=""))


def _place(lesson: str) -> str:
    return f"lessons/{chosen_lessons([lesson] if lesson else [])[0].name}"


def _repository(address: str) -> str:
    """Check the address of a repository, and return it as a web address without a slash at the end."""
    if found := _SSH.fullmatch(address.strip()):
        address = f"https://{found['host']}/{found['path']}"
    parts = web_address(address, "of the repository", "https://github.com/NAME/REPOSITORY")
    if "@" in parts.netloc:
        raise UserError("The address of the repository has a password or token in it, and the link would show it.")
    names = parts.path.strip("/").split("/")
    known = 2 if parts.netloc.lower() == "github.com" else names.index("-") if "-" in names else len(names)
    if not names[0] or len(names) < known:
        raise UserError(f"“{address}” names no repository. Write, for example, https://github.com/NAME/REPOSITORY.")
    if len(names) > known:
        whole = f"{parts.scheme}://{parts.netloc}/{'/'.join(names[:known])}"
        raise UserError(f"“{address}” is a page of a repository. Write {whole}, and a branch after --branch.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _branch(name: str) -> str:
    """Check the name of a branch, tag or commit."""
    if _NO_BRANCH.search(name):
        raise UserError(f"“{name}” cannot be the name of a branch. Copy the name from the page of the repository.")
    return name


def _hub(address: str, what: str = "of the hub", example: str = "https://hub.example.edu") -> str:
    """Return the address of a hub without what the browser shows after it."""
    parts = web_address(address, what, example)
    return f"{parts.scheme}://{parts.netloc}{re.sub(r'/(?:(?:hub|user|v2)(?:/.*)?)?$', '', parts.path)}"


def web_address(address: str, what: str, example: str) -> SplitResult:
    """Return the parts of a web address; raises `UserError` unless it is complete."""
    try:
        parts = urlsplit(address.strip())
        complete = parts.scheme in ("https", "http") and re.search(r"\w", parts.hostname or "") and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port that is no number
        complete = False
    if not complete or re.search(r"[\s\x00-\x1f\x7f]", address.strip()):
        raise UserError(f"“{address}” is not the address {what}. Write, for example, {example}.")
    return parts

"""The README of a package: its title, and those sections of the module’s README that are also for students."""

from __future__ import annotations

import re
from collections.abc import Container

from ..core import UserError, lessons_folder, read_file

CARRIED = "<!-- also in packages -->"  # below the heading of a section
_SECTION = re.compile(rf"^## [^\n]+\n+{CARRIED}\n.*?(?=^#{{2,6}} |\Z)", re.M | re.S)
_LINK = re.compile(r"!?\[([^\]]*)\]\(<?([^)\s>]+)[^)]*\)")


def course_title() -> str:
    """Return the title of the course: the first heading of the README, or else “This course”."""
    found = re.search(r"^# (.+)$", _readme(), re.M)
    return found[1].strip() if found else "This course"


def carried_sections(files: Container[str]) -> str:
    """Return the sections that go into a package, in which links lead only to the web and to these files."""

    def linked(link: re.Match[str]) -> str:
        known = link[2].partition("#")[0] in files or re.match(r"https?://", link[2])
        return link[0] if known else link[1]

    return _LINK.sub(linked, "\n".join(one.strip() + "\n" for one in _SECTION.findall(_readme())))


def package_readme(files: Container[str], start: str) -> str:
    """Write the README of a package with these files, whose start page has this name."""
    return f"# {course_title()}\n\nOpen `{start}` in a browser: it says how to begin.\n\n{carried_sections(files)}"


def _readme() -> str:
    try:
        return read_file(lessons_folder().parent / "README.md")
    except UserError:
        return ""

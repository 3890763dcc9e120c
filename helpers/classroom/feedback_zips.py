"""The feedback of a class as zip archives, which Moodle and Canvas take in and give to each student.

Moodle (``mod/assign/feedback/file/importziplib.php``, since 3.1 and as changed in 4.1) splits the name of a folder at
underscores: any name, the number of the participant, the kind and name of the plugin; files below are free. Canvas
(``infer_comment_context_from_filename`` in ``app/models/abstract_assignment.rb``, 2025) looks for the numbers of
student and attachment in the name of a file, and shows the file under the name that was handed in, whatever it is
called in the archive.
"""

from __future__ import annotations

import io
import zipfile

from .lms import CANVAS, MOODLE, back_to
from .results import Student


class FeedbackZips:
    """An archive for each LMS from which the files of the class came."""

    def __init__(self) -> None:
        self._raw: dict[str, io.BytesIO] = {}
        self._archives: dict[str, zipfile.ZipFile] = {}
        self.without: list[Student] = []  # students whose files have no name that an LMS gives

    def add(self, student: Student, page: str) -> None:
        """Add the page of feedback for a student."""
        places = {
            lms: [to for place in student.files if (to := back_to(place, lms))] if student.lms == lms else []
            for lms in (MOODLE, CANVAS)
        }
        if not any(places.values()):
            self.without.append(student)
        if places[MOODLE]:
            self._put(MOODLE, f"{places[MOODLE][0].folder}/feedback.html", page)
        if places[CANVAS]:
            same = [to.file for to in places[CANVAS] if to.ending == ".html"]
            self._put(CANVAS, same[0] if same else f"{places[CANVAS][0].begin}_feedback.html", page)

    def _put(self, lms: str, name: str, content: str) -> None:
        if lms not in self._archives:
            self._raw[lms] = io.BytesIO()
            self._archives[lms] = zipfile.ZipFile(self._raw[lms], "w")
        # Without a date, so that the same feedback gives the same archive.
        self._archives[lms].writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)

    def files(self) -> dict[str, bytes]:
        """Return the archives by name; nothing can be added any more."""
        for archive in self._archives.values():
            archive.close()
        return {archive_name(lms): raw.getvalue() for lms, raw in self._raw.items()}


def archive_name(lms: str) -> str:
    """Return the name of the archive for an LMS."""
    return f"feedback-{lms}.zip"

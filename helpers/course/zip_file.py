"""Make a zip file that is the same on every day and every system for the same content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_READABLE = 0o100644 << 16


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file with these files.

    Examples
    --------
    >>> zipped({"a": b"1", "b": b"2"}) == zipped({"b": b"2", "a": b"1"})
    True
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system, entry.external_attr = 3, _READABLE
            package.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()

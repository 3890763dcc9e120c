"""Names of a package that are imported when they are first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the functions ``__getattr__`` and ``__dir__`` of a package.

    Parameters
    ----------
    package : str
        The ``__name__`` of the package.
    homes : mapping of str to str
        For each name, the module or sub-package that has it, relative to the package.

    Returns
    -------
    tuple of callable
        ``__getattr__`` and ``__dir__``, to be bound to these names in the package.

    Examples
    --------
    >>> getattr_, dir_ = lazy_names("helpers", {"read": "widgets"})
    >>> getattr_("read").__name__
    'read'
    >>> getattr_("write")
    Traceback (most recent call last):
    AttributeError: module 'helpers' has no attribute 'write'
    """

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f".{homes[name]}", package), name)
        setattr(sys.modules[package], name, value)  # the next access asks nobody
        return value

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return get, listed

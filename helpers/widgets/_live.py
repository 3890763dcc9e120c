"""How a view becomes live: its script, and the packages that carry it, where they are at hand."""

from __future__ import annotations

from importlib import resources
from types import ModuleType

from .._files import read_file


def script(*names: str) -> str:
    """The script of a view, in its parts, behind what all views share.

    Examples
    --------
    >>> script("page").count("function make(")
    1
    """
    folder = resources.files(__package__)
    return "\n".join(read_file(folder / f"{name}.js") for name in ("shared", *names))


def live_parts() -> tuple[ModuleType, ModuleType] | None:
    """Anywidget and traitlets; nothing where they are not installed, and views stay still."""
    try:
        import anywidget
        import traitlets
    except ImportError:
        return None
    return anywidget, traitlets

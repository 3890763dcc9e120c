"""Choose layers in several texts at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..core import UserError, list_of_names
from .model import Layer, Text


def choose_layers(
    texts: Mapping[str, Text], layers: str | Iterable[str], voice: str | Iterable[str] | None
) -> dict[tuple[str, str], Layer]:
    """Choose layers in several texts, by document and layer id; raise `UserError` for a name that no text has."""
    names = list_of_names(layers, "layers")
    speakers = [None] if voice is None else list_of_names(voice, "voice")
    for name in names:
        _in_any(texts, name, None)
    for speaker in speakers:
        _in_any(texts, "all", speaker)
    chosen: dict[tuple[str, str], Layer] = {}
    for name in names:
        for speaker in speakers:
            chosen |= _in_any(texts, name, speaker, needed=False)
    return chosen


def _in_any(
    texts: Mapping[str, Text], name: str, voice: str | None, *, needed: bool = True
) -> dict[tuple[str, str], Layer]:
    """Choose layers by one name and voice in the texts that have both; if ``needed``, at least one text must."""
    chosen: dict[tuple[str, str], Layer] = {}
    errors = []
    for id in sorted(texts):
        try:
            parts = texts[id].choose(layers=name, voice=voice)
        except UserError as error:
            errors.append(error)
            continue
        chosen |= {(id, part.id): part for part in parts}
    if needed and errors and len(errors) == len(texts):
        raise errors[0]
    return chosen

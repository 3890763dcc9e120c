"""Two texts, passage beside passage: what each says on a theme, in whose words, and where it is silent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..core.errors import Slip, did_you_mean, several
from ..texts.evidence_tables import read_table
from ..texts.model import GROUPS, Layer, Text, a_text
from .apparatus import Side, Witnesses
from .comparison_view import Comparison, Theme
from .highlighting import find, lexicon


def compare(
    a: Text,
    b: Text,
    *,
    words: str | Iterable[str] | None = None,
    category: str | Iterable[str] | None = None,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
    same: bool | None = None,
) -> Comparison | Witnesses:
    """Set two texts side by side, theme by theme; or align two witnesses of one text.

    Parameters
    ----------
    a, b : Text
        The texts.
    words : str or iterable of str, optional
        Words of your own to compare, as in `find`, in place of the themes; with them, and with
        them only, the comparison has rates.
    category : str or iterable of str, optional
        Only these themes of ``texts/categories.csv``; all of them if not given.
    layers, voice
        Whose words count, as in `Text.choose`; by default the historical actors'. An id that
        stands in one of the texts is enough.
    same : bool, optional
        Whether the two are witnesses of one text, to be aligned word by word. If not said, they are
        when the front matter of one names the other, or both the same, in ``witness_of``. Different
        documents are never aligned.

    Returns
    -------
    Comparison or Witnesses
        Tables both. A `Comparison` has a row for every phrase found: theme, document, layer,
        voice, paragraph, passage, phrase, start, end, passage_start, passage_end; the last four
        count code points of ``Text.content``. It has ``.plot()``, ``.counts`` and ``.rates``.
        `Witnesses` have a row for every difference, ``.pieces`` and ``.counts``.

    Raises
    ------
    Slip
        If a layer, voice or category is unknown, one text is given twice, or two different
        documents are to be aligned.

    Examples
    --------
    >>> from helpers.texts.loading import parse_text
    >>> one, other = parse_text("We return all this.", "one"), parse_text("I keep it. Return it.", "other")
    >>> [(row["document"], row["passage"]) for row in compare(one, other, words="return")]
    [('one', 'We return all this.'), ('other', 'Return it.')]
    >>> compare(parse_text("Return all this.", "a"), parse_text("Return all that.", "b"), same=True)[0]["in B"]
    'that.'
    """
    texts = a_text(a), a_text(b)
    if a is b:
        raise Slip("That is one text twice. Give two: compare(one, other).")
    chosen = _choose(texts, layers, voice)
    aligned = _one_work(*texts) if same is None else same
    if aligned:
        if words is not None or category is not None:
            raise Slip("Two witnesses are aligned without words= or category=. Leave these out, or give same=False.")
        return Witnesses(*(Side(text, some) for text, some in zip(texts, chosen, strict=True)))
    if words is not None and category is not None:
        raise Slip("Give words= of your own or category=, not both.")
    if words is not None:
        themes = [Theme(one, f"“{one}”", "", n) for n, one in enumerate(dict.fromkeys(several(words, "words")))]
        if not themes:
            raise Slip('Say which words to compare: words=["we", "I"].')
        spans = [find(text, {theme.id: [theme.id] for theme in themes}, layers="all") for text in texts]
    else:
        rows = {row["category"]: row for row in read_table("categories")}
        wanted = list(rows) if category is None else list(dict.fromkeys(several(category, "category")))
        for one in wanted:
            if one not in rows:
                raise Slip(f"No category “{one}”. {did_you_mean(one, rows)}")
        colours = {one: n for n, one in enumerate(rows)}  # the same as on every page
        themes = [Theme(one, rows[one]["label"], rows[one]["guiding_question"], colours[one]) for one in wanted]
        spans = [lexicon(text, wanted) for text in texts]
    return Comparison(texts, chosen, themes, spans, own=words is not None)


def _one_work(a: Text, b: Text) -> bool:
    """Whether the front matter says that two texts are witnesses of one."""
    named = [str(text.about.get("witness_of", "")) for text in (a, b)]
    return any(named) and (named[0] or a.id) == (named[1] or b.id)


def _choose(
    texts: Sequence[Text], layers: str | Iterable[str], voice: str | Iterable[str] | None
) -> list[tuple[Layer, ...]]:
    """The layers chosen of each text; every name must be known in at least one."""
    ids = [{part.id for part in text} for text in texts]
    voices = [{part.voice for part in text} for text in texts]
    names = several(layers, "layers")
    spoken = None if voice is None else several(voice, "voice")
    for some, known, what in (
        (names, {*GROUPS, *ids[0], *ids[1]}, "layer"),
        (spoken or (), set.union(*voices), "voice"),
    ):
        for name in some:
            if name not in known:
                raise Slip(f"No {what} “{name}” in either text. {did_you_mean(name, known)}")
    return [
        text.choose(
            [name for name in names if name in GROUPS or name in ids[n]],
            None if spoken is None else [name for name in spoken if name in voices[n]],
        )
        for n, text in enumerate(texts)
    ]

"""Find the speaker to whom a sentence of an essay attributes a quotation, if the sentence is clear."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from ..search import Words, prepared_phrase
from ..texts import Layer, read_table

Ids = frozenset[str]
_ARTICLE = r"(?:(?:the|an?|its|his|her|their|unnamed|comrade)\s+)*"
_SAYING = (
    r"(?:(?:had|has|have|then|also|once|only|later)\s+)*"
    r"(?:writ(?:es?|ing|ten)|wrote|sa(?:ys?|id|ying)|(?:stat|declar|not|describ|argu|observ|conclud|conced|dictat)(?:es?|ed|ing)"
    r"|(?:claim|warn|order|ask|demand|insist|add|explain|remark|announce|admit|call|report|request|answer|repeat|assert)"
    r"(?:s|d|ed|ing)?|repl(?:y|ies|ied)|tells?|told|puts?|speaks?|spoke|quotes?|quoted)"
)
_SPEECH = re.compile(
    r"['’]s?\s+(?:own\s+|\w+\s+)?(?:words?|letters?|notes?|telegrams?|messages?|phrases?|orders?|warnings?|sentences?"
    r"|requests?|claims?|introduction|lines?|remarks?|statements?|texts?|title|heading|captions?|answers?|voice)\b",
    re.I,
)
_POSSESSIVE = re.compile(r"['’](?:s\b|\s|$)")
_PASSIVE = re.compile(r"\s+(?:is|was|are|were|has been|have been|had been)\s+(?:\w+ly\s+|not\s+)?\w+(?:ed|en)\b", re.I)
_SOURCE = re.compile(
    r"(?:according to"
    r"|(?:words?|letters?|notes?|telegrams?|messages?|phrases?|orders?|title|introduction) (?:of|by|from)"
    rf"|(?:written|said|dictated|put|signed|sent|quoted) by)\s+{_ARTICLE}$",
    re.I,
)
_OBJECT = re.compile(
    r"\b(?:to|about|on|against|from|with|for|of|by|under|upon|in|at|than|like|over|towards?|between|via)"
    rf"\s+{_ARTICLE}$",
    re.I,
)
_VERB_BEHIND = re.compile(rf"\s*,?\s*{_SAYING}\b", re.I)
_OPENS_AFTER = re.compile(
    rf"[\W_]*(?:{_SAYING}|according to|in the words of|so)\s+{_ARTICLE}$|\s*\(\s*{_ARTICLE}$", re.I
)
_PRONOUN = re.compile(rf"\b(?:he|she|it|they|who)\s+{_SAYING}\b", re.I)
_BLANK = re.compile(rf"[\W_]*{_ARTICLE}$", re.I)
_TOLD = re.compile(rf"\b{_SAYING}(?:\s+that)?\s+{_ARTICLE}$", re.I)
_AT_ONCE = re.compile(r"….?”[\W_]*")
_DASH = re.compile(r"(?:—|–|--)\s*")
_ROLES = {"editor": ("editor", "editors"), "copyist": ("copyist", "copyists")}


class Names:
    """The names of people, bodies and voices: those in ``people.csv``, the labels and the roles of ``layers``.

    Examples
    --------
    >>> layer = Layer("a", "x", "editor", "", "", 0, 0, label="Modern hand: note")
    >>> names = Names([layer])
    >>> names.credited("According to the modern hand,", "") == names.credited("", "wrote the editor") == {"x"}
    True
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        called: dict[str, set[str]] = defaultdict(set)
        self._spoken: dict[str, str] = {}
        self._about: dict[str, str] = {}
        roles: dict[str, set[str]] = defaultdict(set)
        for row in read_table("people"):
            person = row["type"].startswith("person")
            self._about[row["id"]] = f"{row['canonical_name']} {row.get('full_name') or ''}"
            self._spoken[row["id"]] = _plain(row["canonical_name"])
            for name in _called(row["canonical_name"], surname=person):
                called[_key(name)].add(row["id"])
            # Any column with “variant” in its name may list several names.
            for column, cell in row.items():
                if column == "full_name" and person:
                    names = _called(cell)
                elif "variant" in column:
                    names = [part.rpartition("@")[0] or part for part in cell.split("|")]
                else:
                    continue
                for name in names:
                    if len(name.split()) > 1 and "(" not in name and len(name.split()) <= 8:
                        called[_key(name)].add(row["id"])
        for layer in layers:
            called[_key(layer.speaker.split(",")[0].partition("(")[0])].add(layer.voice)
            for role in _ROLES.get("editor" if layer.kind in ("metadata", "dropped") else layer.kind, ()):
                roles[role].add(layer.voice)
        self._groups = {frozenset(ids): f"the {role}" for role, ids in roles.items()}
        # A name shared by two is ambiguous and attributes nothing; a role includes all who have it.
        self._unclear = {name for name, ids in called.items() if len(ids) > 1}
        self._ids: dict[str, Ids] = {name: frozenset(ids) for name, ids in [*roles.items(), *called.items()]}
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for name in self._ids:
            words = re.findall(r"\w+", name)
            if words and "*" not in name:
                self._by_word[words[0]].append(name)

    def _found(self, words: str) -> list[tuple[int, int, str]]:
        """Every known name in ``words``: start, end, key."""
        here = set(re.findall(r"\w+", words.casefold()))
        names = [prepared_phrase(name) for word in sorted(here & self._by_word.keys()) for name in self._by_word[word]]
        return [(start, end, _key(name)) for start, end, name in Words(words).matches(names)] if names else []

    def credited(self, before: str, after: str) -> Ids:
        """The ids of the speaker that a sentence names before or after a quotation.

        Empty if the sentence names nobody, several speakers, or an ambiguous name. Several ids only for a
        role such as “the editors”.
        """
        for start, end, name in self._found(after[:80]):
            lead = after[:start]
            verb = _VERB_BEHIND.match(after, end)
            signed = _DASH.fullmatch(lead) and not re.match(r"\s*\w|['’]", after[end:])
            if _OPENS_AFTER.fullmatch(lead) or (_BLANK.fullmatch(lead) and verb) or signed:
                return frozenset() if name in self._unclear else self._ids[name]
            break
        for piece in reversed(before.split("“")):
            found = self._found(piece)
            if found and _PRONOUN.search(piece, found[-1][1]):
                return frozenset()  # “the council waits, and he says”: “he” may be anybody
            names = {name for start, end, name in found if _speaks(piece[:start], piece[end : end + 60])}
            if names:
                ids = {self._ids[name] for name in names}
                return ids.pop() if len(ids) == 1 and not self._unclear & names else frozenset()
        return frozenset()

    def say(self, credited: Ids, speaker: Layer, *, certain: bool = True, quoted: bool = False) -> str:
        """A remark if the words are attributed to somebody other than their speaker; “” if there is no error."""
        if not credited or speaker.voice in credited:
            return ""
        # A voice may stand for a group to which the person belongs.
        about = _key(self._about.get(speaker.voice, ""))
        named = sorted(self._spoken.get(id, id) for id in credited)
        if any(re.search(rf"\b{re.escape(_key(name))}\b(?!-)", about) for name in named):
            return ""
        remark = f"attributed to {self._groups.get(credited) or ' or '.join(named)} in your sentence; "
        if quoted:
            return f"{remark}here they are quoted by: {speaker.speaker}. Check to whom this layer attributes them"
        return f"{remark}{'the words are' if certain else 'the nearest words are'} {_owner(speaker)}"


def _key(name: str) -> str:
    return re.sub(r"^(?:the|an?)\s+", "", " ".join(name.split()).casefold())


def _plain(name: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", name).split(",")[0].split(" / ")[0].strip()


def _called(cell: str, *, surname: bool = False) -> list[str]:
    """The names in a cell: the plain name, alternatives after “ / ”, names in brackets and, if asked, the surname."""
    plain = _plain(cell)
    names = [plain, *map(str.strip, cell.partition("(")[0].split(" / "))]
    names += [
        name for name in re.findall(r"\(([^)]*)\)", cell) if re.fullmatch(r"[^\W\d_]{3,}(?: [^\W\d_]{3,})*", name)
    ]
    if surname and plain:
        names.append(plain.split()[-1])
    return [name for name in names if re.search(r"\w\w", name)]


def _speaks(before: str, after: str) -> bool:
    """Whether a name between these words is the speaker: not an object, a possessor of other things, or passive."""
    if _SOURCE.search(before):
        return True
    if _POSSESSIVE.match(after):
        return bool(_SPEECH.match(after))
    told = _TOLD.search(before)  # “the note says that X …” is about X, but “…”, says X, … quotes X
    if told and not _AT_ONCE.fullmatch(before[: told.start()]):
        return False
    return not _OBJECT.search(before) and not _PASSIVE.match(after)


def _owner(layer: Layer) -> str:
    """The speaker of a layer in the genitive, for a remark.

    Examples
    --------
    >>> _owner(Layer("a", "x", "actor", "", "", 0, 0, label="The secretaries, by phone: note"))
    'the secretaries’'
    """
    if layer.kind != "actor":
        return f"those of: {layer.speaker}"
    name = layer.speaker.split(",")[0]
    first, _, rest = name.partition(" ")
    name = f"{first.lower()} {rest}" if first in ("The", "A", "An") else name
    return name + ("’" if name.endswith("s") else "’s")

"""Our tools and comparable libraries, each used as its documentation recommends and in its own process."""

from __future__ import annotations

import gc
import io
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from multiprocessing.connection import Connection

Spans = list[tuple[int, int]]

WIDTH = 40  # characters of context on either side


# With BENCHMARK_CLOCK=cpu, measure processor time, for a busy machine; all measured code runs in one thread.
_clock = time.process_time if os.environ.get("BENCHMARK_CLOCK") == "cpu" else time.perf_counter
# Called before and after each measurement, so that the time limit applies to a single one.
_watchers: list[Callable[[], object]] = []


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """Time one call, after garbage collection."""
    gc.collect()
    for tell in _watchers:
        tell()
    begin = _clock()
    result = work()
    taken = _clock() - begin
    for tell in _watchers:
        tell()
    return taken, result


def _longest(spans: Iterable[tuple[int, int]]) -> Spans:
    """Select non-overlapping spans from the left; of several with one start, the longest."""
    kept: Spans = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


class Peer:
    """A library that finds phrases; text and phrases are prepared separately.

    ``prepared`` is the prepared text, in the form that the subclass needs.
    """

    package = ""

    def __init__(self) -> None:
        self.words = ""
        self.prepared: object = None

    def load(self, words: str) -> None:
        """Receive the text, untimed."""
        self.words = words

    def text(self, words: str) -> object:
        """Prepare a text."""
        return words

    def phrases(self, some: list[str]) -> object:
        """Prepare phrases."""
        raise NotImplementedError

    def query(self, text: object, phrases: object) -> Spans:
        """Find prepared phrases in a prepared text; give all spans."""
        raise NotImplementedError

    def find(self, turn: int, phrases: list[str]) -> dict[str, float]:
        """Measure one turn: a new text, then other phrases in it, then the same phrases again."""
        words = f"{turn:05d} {self.words}"
        self.prepared = None
        text, self.prepared = seconds(lambda: self.text(words))
        cold, found = seconds(lambda: self.query(self.prepared, self.phrases(_fresh(phrases, turn, "first"))))
        ready = None

        def again() -> Spans:
            nonlocal ready
            ready = self.phrases(_fresh(phrases, turn, "second"))
            return self.query(self.prepared, ready)

        other, _ = seconds(again)
        same, _ = seconds(lambda: self.query(self.prepared, ready))
        return {"cold": text + cold, "again": other, "repeat": same, "found": len(found)}

    def spans(self, words: str, phrases: list[str] | Mapping[str, list[str]]) -> Spans:
        """Find phrases as a user would, category by category."""
        some = phrases.values() if isinstance(phrases, Mapping) else [phrases]
        text = self.text(words)
        return sorted(
            (span for one in some for span in self.query(text, self.phrases(list(one)))),
            key=lambda span: (span[0], -span[1]),
        )


def _fresh(phrases: list[str], turn: int, which: str) -> list[str]:
    """The same phrases and a new one, so that no result comes from a cache."""
    return [*phrases[:-1], f"unheard of {which} {turn}"]


class Ours:
    """``helpers``: find, highlight, concordance."""

    package = ""

    def __init__(self) -> None:
        from helpers.reading import concordance, find, highlight
        from helpers.search import TUNING
        from helpers.texts import parse_text

        self._find, self._highlight, self._concordance = find, highlight, concordance
        self._parse, self._many = parse_text, TUNING.indexed
        self.words = ""
        self._text = None

    def load(self, words: str) -> None:
        """Receive the text, untimed."""
        self.words = words

    def _new(self, turn: int) -> None:
        self._text = None
        self._text = self._parse(f"{turn:05d} {self.words}")

    def find(self, turn: int, phrases: list[str]) -> dict[str, float]:
        """Measure one turn: a new text, then other phrases in it, then the same phrases again, twice."""
        self._new(turn)
        first, second = _fresh(phrases, turn, "first"), _fresh(phrases, turn, "second")
        cold, found = seconds(lambda: self._find(self._text, first, layers="all"))
        again, _ = seconds(lambda: self._find(self._text, second, layers="all"))
        # After enough queries the text gets an index of its words, which counts as preparation.
        indexed, _ = seconds(lambda: self._find(self._text, second, layers="all"))
        repeat, _ = seconds(lambda: self._find(self._text, second, layers="all"))
        return {"cold": cold, "again": again, "repeat": repeat, "index": indexed - repeat, "found": len(found)}

    def spans(self, words: str, phrases: list[str] | Mapping[str, list[str]]) -> Spans:
        """Find phrases as a user would."""
        text = self._parse(words)
        assert text.content == words, "a trap must not begin or end with white space"
        return [(span.start, span.end) for span in self._find(text, phrases, layers="all")]

    def render(self, turn: int, phrases: list[str], spans: Spans | None) -> dict[str, object]:
        """Measure the page alone, the page with only the peer's marks, and words to page; give these marks."""
        self._new(turn)
        both, _ = seconds(lambda: self._highlight(self._text, *phrases, layers="all")._repr_html_())
        self._new(turn + 1)
        marked = self._highlight(self._text, *phrases, layers="all")
        alone, _ = seconds(marked._page)
        table, html = seconds(marked._repr_html_)
        marks = len(marked.spans)
        places = _longest((span.start, span.end) for span in marked.spans)
        at = {(span.start, span.end): span for span in marked.spans}
        marked.spans = [at[place] for place in places]
        same, _ = seconds(marked._page)
        return {
            "alone": alone,
            "same": same,
            "table": table,
            "both": both,
            "marks": marks,
            "size": len(html),
            "spans": places,
        }

    def concord(self, turn: int, queries: Mapping[str, str]) -> dict[str, float]:
        """Measure the first query of a new text, then the other queries, each twice, and each with an index."""
        self._new(turn)
        result: dict[str, float] = {}

        def ask(query: str) -> tuple[float, object]:
            return seconds(lambda: self._concordance(self._text, query, width=WIDTH, layers="all"))

        for n, (name, query) in enumerate(queries.items()):
            first, lines = ask(query)
            again, _ = ask(query)
            result["first answer" if n == 0 else f"other: {name}"] = first
            result[f"same: {name}"] = again
            result[f"lines: {name}"] = len(lines)
        # After enough queries, the next query makes an index of the words.
        often, _ = seconds(lambda: self._find(self._text, ["unheard of"] * self._many, layers="all"))
        index, _ = seconds(lambda: self._find(self._text, "unheard of", layers="all"))
        result["index"] = often + index
        for name, query in queries.items():
            result[f"indexed: {name}"], _ = ask(query)
        return result


class Plain(Peer):
    """``re``: one alternation of whole words, longest first, ignoring case."""

    def phrases(self, some: list[str]) -> object:
        """Compile; ``*`` is the ending a user of ``re`` would write."""
        longest = sorted(some, key=len, reverse=True)
        literal = (re.escape(one.removesuffix("*")) + (r"\w*" if one.endswith("*") else "") for one in longest)
        return re.compile(rf"(?<!\w)(?:{'|'.join(literal)})(?!\w)", re.IGNORECASE)

    def query(self, text: object, phrases: object) -> Spans:
        """Search."""
        return [match.span() for match in phrases.finditer(text)]


class Spacy(Peer):
    """spaCy: PhraseMatcher on the lower-cased tokens, filter_spans; displaCy for the page."""

    package = "spacy"

    def __init__(self) -> None:
        super().__init__()
        import spacy
        from spacy import displacy
        from spacy.matcher import PhraseMatcher
        from spacy.util import filter_spans

        self._nlp = spacy.blank("en")
        self._nlp.max_length = 100_000_000
        self._matcher, self._filter, self._displacy = PhraseMatcher, filter_spans, displacy

    def text(self, words: str) -> object:
        """Tokenize."""
        return self._nlp.make_doc(words)

    def phrases(self, some: list[str]) -> object:
        """Make a matcher."""
        matcher = self._matcher(self._nlp.vocab, attr="LOWER")
        matcher.add("phrases", list(self._nlp.tokenizer.pipe(some)))
        return matcher

    def query(self, text: object, phrases: object) -> Spans:
        """Match, keep the longest."""
        spans = self._filter(phrases(text, as_spans=True))
        return [(span.start_char, span.end_char) for span in spans]

    def render(self, turn: int, phrases: list[str], spans: Spans | None) -> dict[str, object]:
        """Measure displaCy alone, with the marks that ours found, and words to page with its own marks."""
        words = f"{turn:05d} {self.words}"
        both, _ = seconds(lambda: self._page(words, self.query(self.text(words), self.phrases(phrases))))
        alone, html = seconds(lambda: self._page(words, spans or []))
        return {"alone": alone, "same": alone, "both": both, "marks": len(spans or []), "size": len(html)}

    def _page(self, words: str, spans: Spans) -> str:
        ents = [{"start": start, "end": end, "label": "A"} for start, end in spans]
        page = {"text": words, "ents": ents, "title": None}
        return self._displacy.render(page, style="ent", manual=True, jupyter=False)


class Nltk(Peer):
    """NLTK: WordPunctTokenizer, ``Text`` and its ConcordanceIndex, which ignores case."""

    package = "nltk"

    def __init__(self) -> None:
        super().__init__()
        from nltk.text import ConcordanceIndex, Text
        from nltk.tokenize import WordPunctTokenizer

        # NLTK 3.10 stops a regular expression after 5 s; a text of 20 MB can need more.
        with suppress(ImportError):
            from nltk import redos

            redos.DEFAULT_TIMEOUT = None

        self._index, self._text, self._tokenizer = ConcordanceIndex, Text, WordPunctTokenizer()

    def text(self, words: str) -> object:
        """Tokenize and index."""
        places = list(self._tokenizer.span_tokenize(words))
        index = self._index([words[a:b] for a, b in places], key=lambda token: token.lower())
        return places, index

    def phrases(self, some: list[str]) -> object:
        """Tokenize."""
        return [self._tokenizer.tokenize(one) for one in some]

    def query(self, text: object, phrases: object) -> Spans:
        """Look up each phrase, keep the longest matches."""
        places, index = text
        found = [
            (places[line.offset][0], places[line.offset + len(phrase) - 1][1])
            for phrase in phrases
            for line in index.find_concordance(phrase)
        ]
        return _longest(found)

    def concord(self, turn: int, queries: Mapping[str, str]) -> dict[str, float]:
        """Measure the first query of a new text, then the other queries, each twice."""
        words = f"{turn:05d} {self.words}"
        self.prepared = None

        def begin() -> object:
            self.prepared = self._text(self._tokenizer.tokenize(words))
            return ask(next(iter(queries.values())))

        def ask(query: str) -> list:
            phrase = self._tokenizer.tokenize(query)
            return self.prepared.concordance_list(phrase, width=2 * WIDTH + len(query) + 2, lines=sys.maxsize)

        result: dict[str, float] = {}
        for n, (name, query) in enumerate(queries.items()):
            first, lines = seconds(begin if n == 0 else lambda q=query: ask(q))
            again, _ = seconds(lambda q=query: ask(q))
            result["first answer" if n == 0 else f"other: {name}"] = first
            result[f"same: {name}"] = again
            result[f"lines: {name}"] = len(lines)
        result["index"] = result["first answer"] - result[f"same: {next(iter(queries))}"]
        for name, query in queries.items():
            result[f"indexed: {name}"], _ = seconds(lambda q=query: ask(q))
        return result


class Flashtext(Peer):
    """flashtext: KeywordProcessor, which ignores case and checks word boundaries."""

    package = "flashtext"

    def __init__(self) -> None:
        super().__init__()
        from flashtext import KeywordProcessor

        self._processor = KeywordProcessor

    def phrases(self, some: list[str]) -> object:
        """Build the trie."""
        processor = self._processor(case_sensitive=False)
        processor.add_keywords_from_list(some)
        return processor

    def query(self, text: object, phrases: object) -> Spans:
        """Search the trie."""
        return [(start, end) for _, start, end in phrases.extract_keywords(text, span_info=True)]


class Corasick(Peer):
    """ahocorasick-rs on the lower-cased text; whole words are checked afterwards, the longest kept."""

    package = "ahocorasick_rs"

    def __init__(self) -> None:
        super().__init__()
        from ahocorasick_rs import AhoCorasick

        self._automaton = AhoCorasick

    def text(self, words: str) -> object:
        """Lower the case."""
        return words.lower()

    def phrases(self, some: list[str]) -> object:
        """Build the automaton."""
        return self._automaton([one.lower() for one in some])

    def query(self, text: object, phrases: object) -> Spans:
        """Find overlapping matches too: a longer match that is not a whole word must not hide a shorter one."""
        return _longest(
            (start, end)
            for _, start, end in phrases.find_matches_as_indexes(text, overlapping=True)
            if not (_inside(text, start) or _inside(text, end))
        )


def _inside(text: str, at: int) -> bool:
    """Whether a position between two characters is inside a word."""
    return 0 < at < len(text) and _letter(text[at - 1]) and _letter(text[at])


def _letter(character: str) -> bool:
    return character.isalnum() or character == "_"


class _Drawing:
    """The network of the module's own texts, drawn and turned into a PNG."""

    package = ""

    def __init__(self) -> None:
        import matplotlib as mpl

        mpl.use("agg")
        import matplotlib.pyplot as plt
        import networkx

        from helpers.network import correspondence, plot_network

        self._plt, self._nx, self._plot = plt, networkx, plot_network
        self._networks = {name: correspondence(layers=name) for name in ("actors", "all")}
        # Both draw on sheets of the same size.
        self._sheets = {name: plot_network(one).figure.get_size_inches() for name, one in self._networks.items()}
        plt.close("all")

    def load(self, words: str) -> None:
        """Nothing to load."""

    def draw(self, turn: int, layers: str) -> dict[str, float]:
        """Measure drawing, and drawing and saving."""
        network = self._networks[layers]
        drawn, _ = seconds(lambda: self._picture(network, layers))
        self._plt.close("all")
        saved, _ = seconds(lambda: self._picture(network, layers).savefig(io.BytesIO(), format="png", dpi=100))
        self._plt.close("all")
        return {"drawn": drawn, "saved": saved, "edges": network.number_of_edges()}


class OurDrawing(_Drawing):
    """``plot_network``."""

    def _picture(self, network: object, layers: str) -> object:
        return self._plot(network).figure


class TheirDrawing(_Drawing):
    """``networkx.draw_networkx`` with the same edges, names and edge labels."""

    def _picture(self, network: object, layers: str) -> object:
        figure, axes = self._plt.subplots(figsize=self._sheets[layers])
        spots = self._nx.spring_layout(network, seed=3)
        # As in the networkx 3.6 gallery for several edges between two nodes.
        arcs = [
            f"arc3,rad={0.1 * (n + 1)}" for n in range(max(network.number_of_edges(a, b) for a, b in network.edges()))
        ]
        names = {node: str(name) for node, name in network.nodes(data="name")}
        self._nx.draw_networkx(network, spots, ax=axes, labels=names, connectionstyle=arcs)
        signs = {(a, b, key): str(key) for a, b, key in network.edges(keys=True)}
        self._nx.draw_networkx_edge_labels(network, spots, signs, ax=axes, connectionstyle=arcs)
        return figure


FINDERS: dict[str, type] = {
    "ours": Ours,
    "re": Plain,
    "spaCy": Spacy,
    "NLTK": Nltk,
    "flashtext": Flashtext,
    "ahocorasick-rs": Corasick,
}
DRAWERS: dict[str, type] = {"ours": OurDrawing, "networkx": TheirDrawing}


def serve(pipe: Connection, name: str, drawing: bool) -> None:
    """Answer the requests that come through a pipe, until it is closed."""
    try:
        engine = (DRAWERS if drawing else FINDERS)[name]()
    except ModuleNotFoundError as error:
        pipe.send(("missing", str(error)))
        return
    pipe.send(("ready", None))
    _watchers.append(lambda: pipe.send(("step", None)))
    while True:
        try:
            method, arguments = pipe.recv()
        except EOFError:
            return
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                answer = ("ok", getattr(engine, method)(*arguments))
        except Exception as error:
            answer = ("failed", f"{type(error).__name__}: {error}")
        pipe.send(answer)

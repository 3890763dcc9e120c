"""Run all benchmarks: ``python benchmarks/run.py [--quick [--large]] [--only …] [--cpu] [--markdown FILE]``.

Every result is a ratio of two times measured in one run, ours and the peer's in turns. Each library
has its own process. The other libraries are optional:
``pip install -r binder/requirements.txt -r benchmarks/requirements.txt``.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import math
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))

from benchmarks import corpus, growth as hostile, letters  # noqa: E402
from benchmarks.engines import DRAWERS, FINDERS, serve  # noqa: E402
from benchmarks.traps import TRAPS  # noqa: E402

PARTS = ("traps", "finding", "rendering", "concordance", "network", "loading", "start", "growth", "class")
SIZES = {"5 KB": 5_000, "1 MB": 1_000_000, "20 MB": 20_000_000}
OWN = "5 KB, our texts"


@dataclass
class Sheet:
    """A table of the report."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    note: str = ""

    def plain(self) -> str:
        """The table for a terminal."""
        lines = [list(map(str, row)) for row in [self.columns, *self.rows]]
        wide = [max(len(line[n]) for line in lines) for n in range(len(self.columns))]
        body = [
            "  ".join(
                cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(line, wide, strict=True))
            )
            for line in lines
        ]
        rule = "  ".join("-" * w for w in wide)
        return "\n".join([self.title, "", body[0], rule, *body[1:], *([self.note] if self.note else [])]) + "\n"

    def markdown(self) -> str:
        """The table for a file."""

        def line(cells: Sequence[str]) -> str:
            return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

        rule = line(["---", *["---:"] * (len(self.columns) - 1)])
        parts = [f"## {self.title}", "\n".join([line(self.columns), rule, *map(line, self.rows)]), self.note]
        return "\n\n".join(part for part in parts if part)


class Report:
    """Prints the tables as they are made, and collects the goals with their results."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.goals: list[Sequence[str]] = []

    def add(self, sheet: Sheet) -> None:
        """Print a table and keep it."""
        self.sheets.append(sheet)
        print("\n" + sheet.plain(), flush=True)

    def goal(self, work: str, beside: str, goal: str, measured: str, reached: bool | None) -> None:
        """Add a design goal with its measured value."""
        verdict = "not measured" if reached is None else "reached" if reached else "NOT reached"
        self.goals.append((work, beside, goal, measured, verdict))


class Runner:
    """One library in its own process, which is stopped when it takes too long."""

    def __init__(self, name: str, limit: float, drawing: bool = False) -> None:
        self.name, self.limit, self.drawing = name, limit, drawing
        self.missing = ""
        self._process: Any = None
        self._pipe: Any = None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self.name, self.drawing), daemon=True)
        self._process.start()
        theirs.close()
        kind, words = self._receive(300)
        if kind != "ready":
            self.missing = "not installed" if kind == "missing" else f"{kind} {words}"
            self.close()

    def _receive(self, limit: float) -> tuple[str, Any]:
        while True:
            if not self._pipe.poll(limit):
                return "over", None
            try:
                kind, answer = self._pipe.recv()
            except EOFError:
                return "failed", "the process ended"
            if kind != "step":
                return kind, answer

    def ask(self, method: str, *arguments: object) -> tuple[str, Any]:
        """Call a method there: ("ok", answer), ("over", None), ("failed", why) or ("missing", why)."""
        if self._process is None and not self.missing:
            self._start()
        if self.missing:
            return "missing", self.missing
        self._pipe.send((method, arguments))
        kind, answer = self._receive(self.limit)
        if kind == "over" or answer == "the process ended":
            self.close()
        return kind, answer

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = None


def say(words: str) -> None:
    """Print progress to the terminal only."""
    print(f"  … {words}", file=sys.stderr, flush=True)


Outcome = dict[str, Any] | str


def in_turns(
    runners: Sequence[Runner],
    words: str | None,
    method: str,
    arguments: Callable[[str, int], tuple],
    turns: int,
    budget: float,
    skip: dict[str, str] | None = None,
) -> dict[str, Outcome]:
    """Run the same work with every library in turns; give medians, or in words why there are none."""
    taken: dict[str, list[dict[str, Any]]] = {}
    outcome: dict[str, Outcome] = dict(skip or {})
    spent: dict[str, float] = {}
    for runner in runners:
        if runner.name in outcome:
            continue
        kind, why = runner.ask("load", words)
        if kind != "ok":
            outcome[runner.name] = why if kind == "missing" else f"failed: {why}"
    for turn in range(turns):
        for runner in runners:
            name = runner.name
            if name in outcome or spent.get(name, 0) > budget:
                continue
            begin = time.monotonic()
            kind, answer = runner.ask(method, *arguments(name, 2 * turn))
            spent[name] = spent.get(name, 0) + time.monotonic() - begin
            if kind == "ok":
                taken.setdefault(name, []).append(answer)
            else:
                outcome[name] = f"> {runner.limit:.0f} s" if kind == "over" else str(answer)[:40]
    for name, answers in taken.items():
        if name not in outcome:
            outcome[name] = {
                key: median(answer[key] for answer in answers) if isinstance(value, int | float) else value
                for key, value in answers[-1].items()
            }
    return {runner.name: outcome[runner.name] for runner in runners}


def span_of_time(value: float) -> str:
    """A time with a suitable unit."""
    if value == 0:
        return "–"
    if value < 1e-3:
        return f"{value * 1e6:.0f} µs"
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


def times(theirs: float, ours: float) -> str:
    """The peer's time divided by ours."""
    ratio = theirs / ours
    return f"{ratio:.0f}×" if ratio >= 100 else f"{ratio:.1f}×" if ratio >= 10 else f"{ratio:.2f}×"


def ratio(theirs: Outcome, ours: Outcome, key: str) -> str:
    """The peer's time divided by ours, as far as known."""
    if isinstance(ours, str):
        return "?"
    if key == "text" and not ours.get(key):
        return "–"
    if isinstance(theirs, str):
        return f"> {times(float(theirs[2:-2]), ours[key])}" if theirs.startswith("> ") else "?"
    return times(theirs[key], ours[key]) if theirs[key] else "–"


def growth(points: dict[int, float]) -> str:
    """Slope of log time over log size, by least squares; and that of the last step alone."""
    if len(points) < 2:
        return "?"
    logs = [(math.log(size), math.log(value)) for size, value in sorted(points.items())]
    x, y = (sum(one[n] for one in logs) / len(logs) for n in (0, 1))
    slope = sum((a - x) * (b - y) for a, b in logs) / sum((a - x) ** 2 for a, _ in logs)
    (a, b), (c, d) = logs[-2:]
    return f"{slope:.2f} (last step {(d - b) / (c - a):.2f})"


@dataclass
class Plan:
    """How much to measure."""

    quick: bool
    large: bool
    texts: dict[str, tuple[str, list[str]]]

    @property
    def limit(self) -> float:
        """Maximum seconds for one measurement."""
        return 10 if self.quick and not self.large else 60

    def turns(self, size: str) -> int:
        """Maximum number of turns."""
        return {"20 MB": 3, "1 MB": 5}.get(size, 9 if self.quick else 15)

    def budget(self, size: str) -> float:
        """Seconds after which a library gets no further turn."""
        return 15 if size == "20 MB" or not self.quick else 2

    @property
    def found_in(self) -> dict[str, tuple[str, list[str]]]:
        """The texts for finding phrases; without the largest one in a quick run."""
        return {size: one for size, one in self.texts.items() if not (self.quick and size == "20 MB")}


def sized(texts: Iterable[str]) -> list[str]:
    """The sizes between which growth is measured."""
    return [size for size in texts if size != OWN]


def trapped(report: Report, plan: Plan) -> None:
    """Test which traps each library passes."""
    names = list(dict.fromkeys(trap.name for trap in TRAPS))
    cells: dict[str, dict[str, str]] = {name: {} for name in names}
    whole, single = {}, {}
    for engine in FINDERS:
        say(f"traps: {engine}")
        runner = Runner(engine, plan.limit)
        passed: dict[str, list[bool]] = {name: [] for name in names}
        for trap in TRAPS:
            kind, answer = runner.ask("spans", trap.words, trap.phrases)
            if kind == "missing":
                whole[engine] = single[engine] = answer
                break
            passed[trap.name].append(kind == "ok" and tuple(map(tuple, answer)) == trap.spans)
        runner.close()
        if engine in whole:
            continue
        for name in names:
            good = passed[name]
            cells[name][engine] = "yes" if all(good) else f"{sum(good)} of {len(good)}" if any(good) else "no"
        whole[engine] = f"{sum(all(good) for good in passed.values())} of {len(names)}"
        single[engine] = f"{sum(sum(good) for good in passed.values())} of {len(TRAPS)}"
    report.add(
        Sheet(
            "Traps: are exactly the expected phrases found?",
            ["trap", *FINDERS],
            [
                *([name, *(cells[name].get(engine, "–") for engine in FINDERS)] for name in names),
                ["traps passed completely", *(whole[engine] for engine in FINDERS)],
                ["cases passed", *(single[engine] for engine in FINDERS)],
            ],
            "A trap is passed if every case gives exactly the expected spans in the stored text.",
        )
    )
    peers = ", ".join(f"{engine} {whole[engine].split()[0]}" for engine in FINDERS if engine != "ours")
    report.goal("traps passed", peers, "all", whole["ours"], whole["ours"] == f"{len(names)} of {len(names)}")


def finding(report: Report, plan: Plan) -> None:
    """Find 10, 100, 1000 phrases in texts of several sizes."""
    runners = [Runner(name, plan.limit) for name in FINDERS]
    grown: dict[tuple[str, int], dict[str, dict[int, float]]] = {}
    keys = ("text", "cold", "again", "repeat")
    given_up: dict[str, list[tuple[int, int]]] = {}
    for size, (words, sought) in plan.found_in.items():
        rows = []
        for count in (10, 100) if plan.quick else (10, 100, 1000):
            say(f"finding: {count} phrases in {size}")
            skip = {
                name: f"> {plan.limit:.0f} s"
                for name, cells in given_up.items()
                if any(len(words) >= length and count >= n for length, n in cells)
            }
            some = sought[:count]
            turns = plan.turns(size) if count == 100 or size != "20 MB" else 1
            done = in_turns(
                runners, words, "find", lambda name, turn, s=some: (turn, s), turns, plan.budget(size), skip
            )
            ours = done["ours"]
            for name, one in done.items():
                if isinstance(one, str):
                    if one.startswith("> ") and name not in skip:
                        given_up.setdefault(name, []).append((len(words), count))
                    shown = one + (" (so with fewer)" if name in skip else "")
                    note = ratio(one, ours, "cold") if one.startswith("> ") else ""
                    rows.append([f"{count}  {name}", "", shown, "", "", "", "", note, "", ""])
                    continue
                text = one["cold"] - one["again"] + max(0, one.get("index", 0))
                one["text"] = text if text > 0.05 * one["cold"] else 0.0  # smaller values are noise
                rows.append(
                    [
                        f"{count}  {name}",
                        *(span_of_time(one[key]) for key in keys),
                        f"{one['found']:.0f}",
                        *([""] * 4 if name == "ours" else [ratio(one, ours, k) for k in keys]),
                    ]
                )
                if size != OWN:
                    for key in ("cold", "again"):
                        grown.setdefault((key, count), {}).setdefault(name, {})[len(words)] = one[key]
            if size == "1 MB" and count == 100:
                _finding_goals(report, done)
        report.add(
            Sheet(
                f"Finding in {size} ({len(words):,} characters)",
                ["phrases", *keys, "found", *(f"{key} ÷ ours" for key in keys)],
                rows,
                "cold: a new text, all preparation included. again: other phrases in the same text. repeat: the same "
                "phrases again, without preparation. text: cold minus again, the preparation of the text; for ours "
                "also the index of its words, which is made after queries for 250 phrases and used by repeat. "
                "÷ ours: the peer’s time divided by ours, above 1 where ours is faster.",
            )
        )
    for runner in runners:
        runner.close()
    sizes = sized(plan.found_in)
    report.add(
        Sheet(
            f"Finding: growth from {sizes[0]} to {sizes[-1]} (slope of log time over log size)",
            ["", *FINDERS],
            [
                [f"{count} phrases, {key}", *(growth(some.get(name, {})) for name in FINDERS)]
                for (key, count), some in sorted(grown.items(), key=lambda one: (one[0][1], one[0][0]))
            ],
        )
    )


def _finding_goals(report: Report, done: dict[str, Outcome]) -> None:
    ours, plain, spacy = done["ours"], done["re"], done["spaCy"]
    work = "find 100 phrases in 1 MB"
    if isinstance(ours, str):
        report.goal(work, "", "", ours, False)
        return
    for key, name, least in (("cold", "cold, folding included", 3), ("again", "text already folded", 5)):
        reached = None if isinstance(plain, str) else plain[key] / ours[key] >= least
        reached = True if isinstance(plain, str) and plain.startswith("> ") else reached
        report.goal(f"{work}, {name}", "re", f"≥ {least}×", ratio(plain, ours, key), reached)
    if isinstance(spacy, str):
        report.goal(work, "spaCy", "≥ 20× in sum", spacy, None)
        return
    for key, name, least in (("text", "preparation", 1), ("repeat", "query", 1), ("cold", "sum", 20)):
        reached = spacy[key] >= least * ours[key]
        report.goal(f"{work}, {name}", "spaCy PhraseMatcher", f"≥ {least}×", ratio(spacy, ours, key), reached)


def rendering(report: Report, plan: Plan) -> None:
    """Render pages with marks."""
    ours, theirs = Runner("ours", plan.limit), Runner("spaCy", plan.limit)
    rows: list[Sequence[str]] = []
    grown: dict[str, dict[int, float]] = {}
    shares: list[float] = []
    alike: list[float] = []
    for size, (words, sought) in plan.texts.items():
        for count in (10, 100, 1000) if size == "1 MB" and not plan.quick else (100,):
            say(f"rendering: {count} phrases in {size}")
            some, marks = sought[:count], {}
            kind, answer = ours.ask("load", words)
            if kind == "ok":
                kind, answer = ours.ask("render", 99, some, None)
            marks["spans"] = answer["spans"] if kind == "ok" else []
            done = in_turns(
                [ours, theirs],
                words,
                "render",
                lambda name, turn, s=some, m=marks: (turn, s, None if name == "ours" else m["spans"]),
                plan.turns(size),
                4 * plan.budget(size),
            )
            mine, peer = done["ours"], done["spaCy"]
            for name, one in (("ours", mine), ("displaCy", peer)):
                if isinstance(one, str):
                    rows.append([f"{size}, {count}  {name}", "", one, *[""] * 7])
                    continue
                key = f"{name}, page alone"
                if count == 100 and size != OWN:
                    grown.setdefault(key, {})[len(words)] = one["alone"]
                    grown.setdefault(f"{name}, words to page", {})[len(words)] = one["both"]
                rows.append(
                    [
                        f"{size}, {count}  {name}",
                        f"{one['marks']:.0f}",
                        span_of_time(one["alone"]),
                        span_of_time(one["same"]),
                        span_of_time(one["table"]) if name == "ours" else "",
                        span_of_time(one["both"]),
                        f"{one['size'] / 1000:,.0f} KB",
                        *(["", "", ""] if name == "ours" else [ratio(one, mine, k) for k in ("alone", "same", "both")]),
                    ]
                )
            if not isinstance(mine, str) and not isinstance(peer, str):
                shares.append(mine["alone"] / peer["alone"])
                alike.append(mine["same"] / peer["same"])
    ours.close()
    theirs.close()
    report.add(
        Sheet(
            "Rendering highlights",
            [
                "text, phrases",
                "marks",
                "page alone",
                "same marks",
                "page, table",
                "words to page",
                "HTML",
                "alone ÷ ours",
                "same marks ÷ ours",
                "words to page ÷ ours",
            ],
            rows,
            "Page alone: the marks are already found; displaCy gets our marks except overlapping ones, which it cannot "
            "draw. Same marks: ours with the same marks as displaCy. Page, table: "
            "with the table that counts every phrase, which displaCy does not make; it is part of the HTML. Words to "
            "page: a new text, every phrase with its own sign and count; the peer tokenises, matches and renders.",
        )
    )
    sizes = sized(plan.texts)
    report.add(
        Sheet(
            f"Rendering: growth from {sizes[0]} to {sizes[-1]}, 100 phrases",
            ["", "exponent"],
            [[name, growth(points)] for name, points in grown.items()],
        )
    )
    if shares:
        for name, found in (("the same marks", alike), ("ours with overlapping marks too", shares)):
            measured = f"{min(found):.2f} to {max(found):.2f}"
            report.goal(f"render highlights, {name}", "displaCy", "≤ 0.33", measured, max(found) <= 1 / 3)
    else:
        report.goal("render highlights", "displaCy", "≤ 0.33", "?", None)
    slope = growth(grown.get("ours, page alone", {}))
    whole = len(grown.get("ours, page alone", {})) == len(SIZES)
    reached = float(slope.split()[0]) <= 1.1 if whole else None
    report.goal("render highlights, growth 5 KB to 20 MB", "–", "≤ 1.1", slope, reached)


def queries(words: str, sought: Sequence[str]) -> dict[str, str]:
    """A phrase, and a rare, a frequent and a very frequent word of a text."""
    counts: dict[str, int] = {}
    for word in words[:1_000_000].split():
        if word.isalpha() and word.islower() and word.isascii():
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    frequent = next((word for word in ranked if counts[word] <= counts[ranked[0]] / 10 and len(word) > 3), ranked[-1])
    medium = next((word for word in ranked if counts[word] <= counts[ranked[0]] / 60 and len(word) > 4), ranked[-1])
    rare = next((word for word in reversed(ranked) if len(word) > 5), ranked[-1])
    phrase = next((one for one in sought if one.isascii() and one.count(" ") == 1 and "." not in one), sought[0])
    return {"frequent": medium, "rare": rare, "very frequent": frequent, "phrase": phrase}


def concording(report: Report, plan: Plan) -> None:
    """Keywords in context."""
    ours, theirs = Runner("ours", plan.limit), Runner("NLTK", plan.limit)
    rows: list[Sequence[str]] = []
    grown: dict[str, dict[str, dict[int, float]]] = {}
    last: dict[str, Outcome] = {}
    for size, (words, sought) in plan.texts.items():
        say(f"concordance: {size}")
        asked = queries(words, sought)
        turns = plan.turns(size)
        done = last = in_turns(
            [ours, theirs], words, "concord", lambda name, turn, a=asked: (turn, a), turns, 2 * plan.budget(size)
        )
        mine, peer = done["ours"], done["NLTK"]
        if isinstance(mine, str) or isinstance(peer, str):
            rows.append([f"{size}", *(one if isinstance(one, str) else "measured" for one in (mine, peer)), "", "", ""])
            continue
        for key in mine:
            if key.startswith("lines"):
                continue
            kind = key.partition(": ")[2] or "frequent"  # the first query
            lines = [f"{one[f'lines: {kind}']:.0f}" for one in (mine, peer)]
            rows.append(
                [f"{size}, {key}", span_of_time(mine[key]), span_of_time(peer[key]), ratio(peer, mine, key), *lines]
            )
            if size != OWN:
                for name, one in done.items():
                    grown.setdefault(key, {}).setdefault(name, {})[len(words)] = one[key]
    ours.close()
    theirs.close()
    report.add(
        Sheet(
            "Concordance",
            ["query", "ours", "NLTK", "NLTK ÷ ours", "lines, ours", "lines, NLTK"],
            rows,
            "First answer: a new text, preparation included (a frequent word). Other: another query in the same "
            "text. Same: that query once more. NLTK tokenises with WordPunctTokenizer, makes an index before its "
            "first answer, and makes every line. Ours makes an index only after queries for 250 phrases, because the "
            "index costs more than these queries: before that, a rare word needs a search of the whole text, which at "
            "20 MB is slower than an index. After that, a rare word takes less than a millisecond, including its "
            "positions in the stored text and its lines. Index: all preparation, ours with the index. Indexed: a query "
            "after that. Ours counts the words of the text, for the sentence under the table, only on display.",
        )
    )
    sizes = sized(plan.texts)
    report.add(
        Sheet(
            f"Concordance: growth from {sizes[0]} to {sizes[-1]}",
            ["", "ours", "NLTK"],
            [[key, *(growth(some.get(name, {})) for name in ("ours", "NLTK"))] for key, some in grown.items()],
        )
    )
    mine, peer = last["ours"], last["NLTK"]
    size = list(plan.texts)[-1]
    if isinstance(mine, str) or isinstance(peer, str):
        report.goal(f"concordance in {size}", "NLTK", "≥ 20×", f"ours {mine}"[:40], None)
        return
    measured = ratio(peer, mine, "first answer")
    reached = peer["first answer"] >= 20 * mine["first answer"] if size == "20 MB" else None
    report.goal(f"concordance in {size}, first answer", "NLTK", "≥ 20×", measured, reached)
    reached = peer["index"] >= mine["index"] if size == "20 MB" else None
    report.goal(f"concordance in {size}, index", "NLTK", "≥ 1×", ratio(peer, mine, "index"), reached)
    for start, what in (
        ("other", "other queries, no index yet"),
        ("indexed", "other queries, without the time for the index"),
        ("same", "the same query again"),
    ):
        found = {key.partition(": ")[2]: peer[key] / mine[key] for key in mine if key.startswith(f"{start}: ")}
        measured = ", ".join(f"{name} {times(value, 1)}" for name, value in found.items())
        reached = min(found.values()) >= 1 if size == "20 MB" else None
        report.goal(f"concordance in {size}, {what}", "NLTK", "≥ 1×", measured, reached)


def drawing(report: Report, plan: Plan) -> None:
    """The network of our two texts."""
    runners = [Runner(name, plan.limit, drawing=True) for name in DRAWERS]
    rows = []
    for layers in ("actors", "all"):
        say(f"network: {layers}")
        turns = 3 if plan.quick else 9
        done = in_turns(runners, None, "draw", lambda name, turn, x=layers: (turn, x), turns, 4 * plan.budget(OWN))
        mine, peer = done["ours"], done["networkx"]
        if isinstance(mine, str) or isinstance(peer, str):
            rows.append([layers, str(mine)[:60], str(peer)[:60], "?"])
            continue
        for key, name in (("drawn", "drawn"), ("saved", "drawn and saved as PNG")):
            share = mine[key] / peer[key]
            rows.append(
                [
                    f"{layers}, {mine['edges']:.0f} edges, {name}",
                    span_of_time(mine[key]),
                    span_of_time(peer[key]),
                    f"{share:.2f}",
                ]
            )
            report.goal(f"draw the network ({layers}), {name}", "draw_networkx", "≤ 1.5", f"{share:.2f}", share <= 1.5)
    for runner in runners:
        runner.close()
    report.add(
        Sheet(
            "Drawing the network",
            ["layers", "plot_network", "draw_networkx", "ours ÷ networkx"],
            rows,
            "networkx: spring_layout, draw_networkx and draw_networkx_edge_labels with the same edges, names, edge "
            "labels and sheet size.",
        )
    )


def _kernel_session(cells: list[str]) -> str:
    """A program that prints the seconds from the start of a kernel to the first rich output of its cells.

    The program’s own start is not part of it: a student’s Jupyter Server runs already. Like the server (2.21), it asks
    until the kernel is heard on both channels; ``wait_for_ready`` would then wait 0.2 s more for silence.
    """
    return (
        "import sys, time\n"
        "from queue import Empty\n"
        "from jupyter_client.manager import KernelManager\n"
        "manager = KernelManager(kernel_name='python3')\n"
        "begin = time.perf_counter()\n"
        "manager.start_kernel()\n"
        "client = manager.client()\n"
        "client.start_channels()\n"
        "heard = False\n"
        "while not heard and time.perf_counter() - begin < 60:\n"
        "    client.kernel_info()\n"
        "    try:\n"
        "        heard = bool(client.get_shell_msg(timeout=5) and client.get_iopub_msg(timeout=0.05))\n"
        "    except Empty:\n"
        "        pass\n"
        "seen = []\n"
        "def look(message):\n"
        "    if message['msg_type'] in ('execute_result', 'display_data', 'error'):\n"
        "        seen.append(message['msg_type'])\n"
        "        raise EOFError\n"  # the cell may go on, and make what is live
        "try:\n"
        f"    for cell in {cells!r}:\n"
        "        client.execute_interactive(cell, output_hook=look, timeout=60)\n"
        "except EOFError:\n"
        "    pass\n"
        "print(time.perf_counter() - begin)\n"
        "client.stop_channels()\n"
        "manager.shutdown_kernel(now=True)\n"
        "sys.exit(0 if seen and 'error' not in seen else 3)\n"
    )


def first_cells() -> list[str]:
    """The code of lesson 01 up to its first output."""
    lesson = sorted((ROOT / "lessons").glob("01-*.ipynb"))[0]
    cells = []
    for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            cells.append("".join(cell["source"]))
            if cell["outputs"]:
                break
    return cells


def loading(report: Report, plan: Plan) -> None:
    """Load TEI letters as large and as nested as real ones."""
    count = 200 if plan.quick else 4400
    say(f"loading: {count} letters")
    theirs, ours, size = letters.in_turns(count, 5 if plan.quick else 3)
    measured = f"{ours / theirs:.1f}"
    report.add(
        Sheet(
            f"Loading {count:,} TEI letters ({size / 1e6:.0f} MB), time of the processor",
            ["", "time", "÷ pyexpat"],
            [["pyexpat, empty handlers", span_of_time(theirs), "1"], ["ours, as texts", span_of_time(ours), measured]],
            "pyexpat with handlers for start, end and characters that do nothing, on the same bytes.",
        )
    )
    report.goal(f"load {count:,} TEI letters", "pyexpat, empty handlers", "≤ 3", measured, ours <= 3 * theirs)


def starting(report: Report, plan: Plan) -> None:
    """Measure the time from start to first output."""
    big = "import pandas, matplotlib.pyplot, networkx, ipywidgets"
    name = sorted((ROOT / "texts").glob("*.md"))[0].stem
    ours = f"from helpers import load_text, read; read(load_text({name!r}))._repr_html_()"
    cells = first_cells()
    rows = []
    goals = {"python -c": 0.6, "a kernel, lesson 01 to its first output": 0.4}
    kinds = {
        "python -c": (ours, f"{big}\n{ours}", "pass"),
        "a kernel, lesson 01 to its first output": (
            _kernel_session(cells),
            _kernel_session([big, *cells]),
            _kernel_session(["display(1)"]),
        ),
    }
    with tempfile.TemporaryDirectory() as folder:
        places = {f"JUPYTER_{kind}_DIR": str(Path(folder, kind)) for kind in ("CONFIG", "DATA", "RUNTIME")}
        environment = (
            os.environ | places | {"IPYTHONDIR": str(Path(folder, "ipython")), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        )
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # otherwise every import compiles again
        for kind, programs in kinds.items():
            say(f"start: {kind}")
            taken: list[list[float]] = [[], [], []]
            failed = ""
            for turn in range(3 if plan.quick else 8):
                for n, program in enumerate(programs):
                    begin = time.perf_counter()
                    done = subprocess.run(
                        [sys.executable, "-c", program],
                        cwd=ROOT / "lessons",
                        env=environment,
                        capture_output=True,
                        timeout=300,
                        check=False,
                    )
                    if done.returncode:
                        failed = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no output"])[-1]
                    if turn:  # the first turn only fills the disk cache
                        taken[n].append(float(done.stdout or time.perf_counter() - begin))
            if failed:
                rows.append([kind, f"failed: {failed[:60]}", "", "", ""])
                report.goal(f"start: {kind}", "four libraries imported", f"≤ {goals[kind]}", "failed", None)
                continue
            mine, theirs, bare = map(median, taken)
            rows.append([kind, *map(span_of_time, (bare, mine, theirs)), f"{mine / theirs:.2f}"])
            reached = mine <= goals[kind] * theirs
            ratio = f"{mine / theirs:.2f}"
            report.goal(f"start: {kind}", "four libraries imported", f"≤ {goals[kind]}", ratio, reached)
    report.add(
        Sheet(
            "Start to the first output",
            ["how", "start only", "ours", "with the four libraries", "ours ÷ theirs"],
            rows,
            "The four libraries: pandas, matplotlib.pyplot, networkx and ipywidgets, imported first; then the same "
            "work. A kernel is timed from its start to the output, without the program that starts it.",
        )
    )


def growing(report: Report, plan: Plan) -> None:
    """Measure how time and memory grow with inputs of hostile shapes."""
    report.add(Sheet(hostile.TITLE, hostile.COLUMNS, list(hostile.rows("", plan.limit)), hostile.NOTE))


def collecting(report: Report, plan: Plan) -> None:
    """Measure the report on a class, from 125 to 1,000 students who hand in the whole course."""
    from benchmarks import classes

    sizes = [125, 250, 500] if plan.quick and not plan.large else [125, 250, 500, 1000]
    done: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        say("class: making the synthetic class")
        for size, archive in classes.make(Path(folder), sizes).items():
            say(f"class: {size} students")
            found = subprocess.run(
                [sys.executable, "-m", "benchmarks.classes", str(archive)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
                timeout=1800,
            )
            done[size] = json.loads(found.stdout)
    rows = [
        [
            f"{size:,}",
            span_of_time(one["elapsed"]),
            span_of_time(one["processor"]),
            f"{1000 * one['processor'] / size:.0f} ms",
            f"{one['main']:.0f} MB",
            f"{one['worker']:.0f} MB",
        ]
        for size, one in done.items()
    ]
    grown = growth({size: one["processor"] for size, one in done.items()})
    exponent = math.log(done[sizes[-1]]["processor"] / done[sizes[0]]["processor"]) / math.log(sizes[-1] / sizes[0])
    worst = max(done[sizes[-1]][what] / done[sizes[0]][what] for what in ("main", "worker"))
    report.add(
        Sheet(
            "Report on a class",
            ["students", "elapsed", "processor", "for each", "main process", "largest worker"],
            rows,
            f"{done[sizes[-1]]['cores']:.0f} cores. Growth of the processor time: exponent {grown}. The main process "
            "holds what the pages show, such as the essays; a worker holds one hand-in at a time.",
        )
    )
    seconds = done[1000]["elapsed"] if 1000 in done else None
    measured = "not at this size" if seconds is None else f"{seconds:.0f} s"
    report.goal("report on 1,000 hand-ins", "time", "< 60 s", measured, None if seconds is None else seconds < 60)
    report.goal("report on a class", "number of hand-ins", "exponent ≤ 1.05", f"{exponent:.2f}", exponent <= 1.05)
    report.goal("report on a class", "memory, 8 times as many hand-ins", "≤ 2×", f"{worst:.2f}×", worst <= 2)


WORK = {
    "traps": trapped,
    "finding": finding,
    "rendering": rendering,
    "concordance": concording,
    "network": drawing,
    "loading": loading,
    "start": starting,
    "growth": growing,
    "class": collecting,
}


def about() -> str:
    """Versions, system and method, without names of machines or paths."""
    versions = []
    for package in ("spacy", "nltk", "flashtext", "ahocorasick-rs", "networkx", "matplotlib", "pandas"):
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{package} not installed")
    return (
        f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores; {', '.join(versions)}. "
        f"Ratios of {'processor ' if os.environ.get('BENCHMARK_CLOCK') == 'cpu' else ''}times measured in one run, in "
        "turns, each library in its own process; medians."
    )


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="up to 1 MB and 100 phrases, fewer turns: less than two minutes"
    )
    parser.add_argument(
        "--large", action="store_true", help="with --quick: pages and concordances up to 20 MB; six minutes"
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="run only this part; may be repeated")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables to a Markdown file")
    parser.add_argument(
        "--cpu", action="store_true", help="measure processor time instead of elapsed time, for a busy machine"
    )
    given = parser.parse_args()
    if given.cpu:
        os.environ["BENCHMARK_CLOCK"] = "cpu"
    begin = time.monotonic()
    report = Report()
    parts = [part for part in PARTS if not given.only or part in given.only]
    texts: dict[str, tuple[str, list[str]]] = {}
    if {"finding", "rendering", "concordance"} & set(parts):
        say("inventing texts")
        texts[OWN] = corpus.from_texts()
        for name, size in SIZES.items():
            if name != "20 MB" or given.large or not given.quick:
                texts[name] = (corpus.invented(size), corpus.phrases(1000))
    plan = Plan(given.quick, given.large, texts)
    print(about())
    for part in parts:
        WORK[part](report, plan)
    report.add(Sheet("Goals of the design", ["work", "beside", "goal", "measured", ""], report.goals))
    say(f"{time.monotonic() - begin:.0f} s in all")
    if given.markdown:
        order = [report.sheets[-1], *report.sheets[:-1]]
        words = " ".join(["python benchmarks/run.py", *sys.argv[1:]])
        head = f"# Figures\n\nMade by `{words}`. Compare the ratios; the times are those of one machine.\n\n"
        given.markdown.write_text(
            head + about() + "\n\n" + "\n\n".join(sheet.markdown() for sheet in order) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()

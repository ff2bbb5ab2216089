"""How a project counts characters, found out from its selections.

Programs differ in what one position is, in how a line end of two characters counts, and in whether a byte order mark
does. Owns the candidates, what speaks for each, and the decision; where nothing decides, none is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from kinerja_study.exchange.refi_qda.project import NOT_XML, Selection, Source

Spans = npt.NDArray[np.int64]
NAME_LENGTH = 100
"""Characters of its passage that we give a selection as its name."""

_FEWEST = 3  # selections from which their word boundaries say anything
_ELLIPSES = ("...", "\N{HORIZONTAL ELLIPSIS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """A way of counting: ``unit`` code points or UTF-16 units; a line end counts 1, 2, or as it is stored."""

    unit: str = "codepoints"
    newline: str = "stored"
    mark: bool = False

    def __str__(self) -> str:
        """Return the convention as it is given to ``--positions``."""
        return f"{self.unit},{self.newline}{',bom' if self.mark else ''}"

    @property
    def words(self) -> str:
        """The convention as a sentence says it."""
        unit = {"codepoints": "code points", "utf16": "UTF-16 units"}[self.unit]
        newline = {"1": "a line end counts 1", "2": "a line end counts 2", "stored": "line ends count as stored"}
        return f"{unit}, {newline[self.newline]}, a byte order mark counts {int(self.mark)}"


UNITS = ("codepoints", "utf16")
LIKELY = tuple(Convention(unit=u, newline=n, mark=m) for m, n, u in product((False, True), ("stored", "1"), UNITS))
RARE = tuple(Convention(unit=unit, newline="2", mark=mark) for mark, unit in product((False, True), UNITS))
"""Line ends counted as two though one character is stored: taken only where no other way fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The convention found: what ``words`` say of it, ``grounds`` for it, and the span of every selection by source.

    A span is half-open in code points of the stored text; (-1, -1) where a selection lies outside of it. Without
    spans nothing decided between the ``candidates``.
    """

    convention: Convention
    grounds: str
    spans: tuple[Spans, ...] = ()
    candidates: tuple[Convention, ...] = ()


def passage_name(quote: str) -> str:
    """Return a passage as the name of its selection: its first characters, those that XML cannot hold replaced."""
    short = quote if len(quote) <= NAME_LENGTH else quote[: NAME_LENGTH - 1] + _ELLIPSES[1]
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", short)


def locate(source: Source, convention: Convention) -> Spans:
    """Return the span of every selection of a source, shape (n_selections, 2), -1 where it has none."""
    codes = np.frombuffer(source.text.encode("utf-32-le"), dtype="<u4")
    widths = np.ones(len(codes), dtype=np.int8)
    if convention.unit == "utf16":
        widths += codes > 0xFFFF
    feeds = codes == 10
    paired = np.zeros(len(codes), dtype=bool)
    paired[1:] = feeds[1:] & (codes[:-1] == 13)
    if convention.newline == "1":
        widths[paired] = 0
    elif convention.newline == "2":
        widths[feeds & ~paired] = 2
    starts = np.concatenate([np.zeros(1, np.int32), np.cumsum(widths, dtype=np.int32)])
    starts += source.marked and convention.mark
    wanted = np.array([(s.start, s.end) for s in source.selections], dtype=np.int64).reshape(-1, 2)
    places = np.searchsorted(starts, wanted, side="right") - 1
    places[(places < 0) | (starts[np.maximum(places, 0)] != wanted)] = -1
    places[(places.min(axis=1) < 0) | (places[:, 0] > places[:, 1])] = -1
    return places


def detect(sources: Sequence[Source], *, ours: bool = False) -> Counting:
    """Find out how a project counts.

    A convention is preferred where selections lie on the words that they have as a name, then where they begin and
    end at words. It must fit clearly better than every other on the selections where the two differ.

    Parameters
    ----------
    sources : sequence of Source
        All texts of one project, as one program wrote them.
    ours : bool
        The project says that we wrote it: then it counts as we do if every selection lies on its name.

    Returns
    -------
    Counting
        Without spans where nothing decides.
    """
    if ours:
        own = apply(sources, Convention())
        if _Way(sources, own.spans, [own.convention]).named.all():
            return replace(own, grounds="as we write projects; every selection lies on the words that are its name")
    ways = _ways(sources, LIKELY + RARE)
    likely = [way for way in ways if set(way.conventions) & set(LIKELY)]
    by_name = max(way.named.sum() for way in likely) >= max(way.named.sum() for way in ways)
    decided = (_decide(likely) if by_name else None) or _decide(ways)
    return decided or Counting(convention=LIKELY[0], grounds="", candidates=tuple(way.conventions[0] for way in ways))


def apply(sources: Sequence[Source], convention: Convention) -> Counting:
    """Return the counting by a convention that the user has named."""
    spans = tuple(locate(source, convention) for source in sources)
    return Counting(convention=convention, grounds="as named by --positions", spans=spans)


def _ways(sources: Sequence[Source], conventions: Sequence[Convention]) -> list[_Way]:
    spans: dict[bytes, tuple[Spans, ...]] = {}
    same: dict[bytes, list[Convention]] = {}
    for convention in conventions:
        found = tuple(locate(source, convention) for source in sources)
        key = b"".join(part.tobytes() for part in found)
        spans.setdefault(key, found)
        same.setdefault(key, []).append(convention)
    return [_Way(sources, spans[key], same[key]) for key in spans]


def _decide(ways: Sequence[_Way]) -> Counting | None:
    best = max(ways, key=lambda way: (way.named.sum(), way.bounded.sum()))
    others = [other for other in ways if other is not best]
    if not best.fits() or not all(best.beats(other) for other in others):
        return None
    return Counting(convention=best.conventions[0], grounds=_grounds(best, others), spans=best.spans)


def _grounds(best: _Way, others: Sequence[_Way]) -> str:
    if not others:
        return "every usual way of counting gives the same"
    named = int(best.named.sum())
    if named:
        found, of, what = named, len(best.named), "selections lie on the words that are their names"
        second = max(int(other.named.sum()) for other in others)
    else:
        found, of, what = int(best.bounded.sum()), 2 * len(best.bounded), "ends of selections lie at words"
        second = max(int(other.bounded.sum()) for other in others)
    same = f"; the same here: {'  '.join(map(str, best.conventions[1:]))}" if best.conventions[1:] else ""
    return f"{found} of {of} {what}, by the next best way {second}{same}"


class _Way:
    # Conventions that give the same spans. Of each selection: does it lie on its name, how many of its ends at words.
    def __init__(self, sources: Sequence[Source], spans: tuple[Spans, ...], conventions: list[Convention]) -> None:
        self.conventions, self.spans = conventions, spans
        self.all = np.concatenate([np.zeros((0, 2), dtype=np.int64), *spans])
        pairs = [
            (source.text, selection, start, end)
            for source, found in zip(sources, spans, strict=True)
            for selection, (start, end) in zip(source.selections, found.tolist(), strict=True)
        ]
        self.named = np.array([_on_name(*pair) for pair in pairs], dtype=bool)
        self.bounded = np.array([_at_words(text, start, end) for text, _, start, end in pairs], dtype=np.int64)
        self._unsplit = np.array([_unsplit(text, start, end) for text, _, start, end in pairs], dtype=np.int64)
        self._real = np.array([selection.start < selection.end for _, selection, _, _ in pairs], dtype=bool)

    def fits(self) -> bool:
        """Tell whether most selections lie on their names, or split no word."""
        few = self._real.sum() < _FEWEST
        return bool(few or self.named[self._real].mean() >= 0.5 or self._unsplit[self._real].mean() >= 1.5)

    def beats(self, other: _Way) -> bool:
        """Tell whether this is clearly better than another on the selections where the two differ."""
        differ = (self.all != other.all).any(axis=1)
        ours, theirs = int(self.named[differ].sum()), int(other.named[differ].sum())
        if ours + theirs:
            return ours > 4 * theirs
        ours, theirs = int(self.bounded[differ].sum()), int(other.bounded[differ].sum())
        ends = 2 * int(differ.sum())
        return ours >= 0.75 * ends and ours - theirs >= max(2, 0.25 * ends)


def _on_name(text: str, selection: Selection, start: int, end: int) -> bool:
    if not selection.name or start < 0 or start == end:
        return False
    name = selection.name
    if name == passage_name(text[start : min(end, start + NAME_LENGTH + 1)]):
        return True
    for ellipsis in _ELLIPSES:
        if name.endswith(ellipsis):
            cut = name.removesuffix(ellipsis).split()
            return bool(cut) and " ".join(text[start : start + 2 * len(name) + 20].split()).startswith(" ".join(cut))
    return end - start <= 2 * len(name) + 20 and name.split() == text[start:end].split() != []


def _at_words(text: str, start: int, end: int) -> int:
    """Return how many of the two ends are the first and last character of a word, without a space between."""
    if start < 0 or start == end:
        return 0
    spaces = text[start].isspace() + text[end - 1].isspace()
    return max(0, _unsplit(text, start, end) - spaces)


def _unsplit(text: str, start: int, end: int) -> int:
    """Return how many of the two ends split no word."""
    if start < 0 or start == end:
        return 0
    return sum(not (text[at - 1 : at].isalnum() and text[at : at + 1].isalnum()) for at in (start, end))

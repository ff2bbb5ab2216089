"""Texts as other programs store them, made canonical, with every position carried along.

Owns the way from stored characters to NFC with LF line ends; says nothing of how a program counts.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

# NFC can only change a character that is not ASCII, or the one before it; before an ASCII character it can be cut.
_CHANGES = re.compile(r"\r\n?|\0|[\x01-\x0c\x0e-\x7f]?[^\x00-\x7f]+")


class Canonical:
    r"""A stored text and its canonical form.

    Parameters
    ----------
    stored : str
        Without the byte order mark that stood before it.

    Examples
    --------
    >>> made = Canonical("kafe\u0301\r\nbuka")
    >>> made.text, made.position(7), made.position(4), made.position(4, end=True)
    ('kafé\nbuka', 5, 3, 4)
    """

    def __init__(self, stored: str) -> None:
        pieces: list[str] = []
        # Of each change: where it starts and ends in the stored text, where it starts in the canonical one.
        self._changes: list[tuple[int, int, int]] = []
        self._starts: list[int] = []
        self._stored = stored
        at = made = 0
        for found in _CHANGES.finditer(stored):
            old = found.group()
            new = self._changed(old)
            if new == old:
                continue
            start, end = found.span()
            pieces += [stored[at:start], new]
            made += start - at
            self._changes.append((start, end, made))
            self._starts.append(start)
            made += len(new)
            at = end
        self.text = "".join([*pieces, stored[at:]])
        self.nul = stored.count("\0")

    def position(self, stored: int, *, end: bool = False) -> int:
        """Return the canonical position of a stored one.

        Parameters
        ----------
        stored : int
            Code points from the start of the stored text.
        end : bool
            Where the position falls inside what became one character: after it instead of before it.
        """
        number = bisect_right(self._starts, stored) - 1
        if number < 0:
            return stored
        first, last, made = self._changes[number]
        old = self._stored[first:last]
        new = self._changed(old)
        if stored >= last:
            return made + len(new) + stored - last
        cut = stored - first
        before, after = self._changed(old[:cut]), self._changed(old[cut:])
        if before + after == new:
            return made + len(before)
        # Widen to the nearest place that is between two characters.
        step = 1 if end else -1
        return self.position(stored + step, end=end)

    @staticmethod
    def _changed(piece: str) -> str:
        if piece in ("\r\n", "\r"):
            return "\n"
        return unicodedata.normalize("NFC", piece.replace("\0", ""))

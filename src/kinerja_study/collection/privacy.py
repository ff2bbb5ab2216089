"""What must never reach an output: names of the private key, and numbers that identify a person.

Owns the patterns; what is scanned, and what follows from a hit, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PATTERNS = {
    "NIP (18 digits)": re.compile(r"(?<!\w)(?<!\d\.)\d{8}[ .]?\d{6}[ .]?\d[ .]?\d{3}(?![\w])"),
    "NIK (16 digits)": re.compile(r"(?<!\w)(?<!\d\.)\d{16}(?![\w])"),
    "telephone number": re.compile(r"(?<!\w)(?<!\d\.)(?:\+62|62|0)[ -]?8\d{1,2}[ -]?\d{3,4}[ -]?\d{3,5}(?![\w])"),
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
}
AROUND, MASK = 30, "█"


def find_private(text: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return what a text shows that must stay private.

    Parameters
    ----------
    text : str
        As a reader sees it, without markup.
    names : iterable of str
        Of the private key file.

    Returns
    -------
    list of (str, str)
        What it is, and the words around it with the thing itself masked.

    Examples
    --------
    >>> find_private("Hubungi saya di 0812-3456-7890 ya", [])
    [('telephone number', 'Hubungi saya di ████ ya')]
    """
    patterns = [*PATTERNS.items()]
    for name in names:
        if len(name.strip()) > 1:
            words = r"\s+".join(re.escape(word) for word in name.split())
            found = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
            patterns.append(("a name of the private key file", found))
    spans = sorted((*found.span(), kind) for kind, pattern in patterns for found in pattern.finditer(text))
    # Whatever else is private near a hit is masked too: a message must not give away what it guards.
    masked = list(text)
    for start, end, _ in spans:
        masked[start:end] = MASK * (end - start)
    return [(kind, _around("".join(masked), start, end)) for start, end, kind in spans]


def _around(masked: str, start: int, end: int) -> str:
    shown = f"{masked[max(0, start - AROUND) : start]}{MASK * 4}{masked[end : end + AROUND]}"
    return " ".join(shown.split())

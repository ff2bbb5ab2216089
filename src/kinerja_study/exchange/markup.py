"""XML by strangers, read piece by piece.

Owns what such XML may do: it declares no document type, stands for no other file, and stays within limits. Interprets
no element, and frees none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from kinerja_study.collection.archive import MIB
from kinerja_study.errors import ExchangeError

_PIECE = 2**16
_LONGEST_SILENCE = 12 * MIB  # a text stands in one piece of at most 10 MB, which libxml2 sees to
_SPLIT = "Split it in the program it is from, and bring it in in parts."
_TOO_DEEP = "Excessive depth"  # of libxml2, from 256 on


def read_events(take: Callable[[int], bytes], file: str, most: int, again: str) -> Iterator[tuple[str, etree._Element]]:
    """Yield ``start`` and ``end`` of every element.

    Parameters
    ----------
    take : callable
        Returns at most so many further bytes, none at the end.
    file : str
        Name of the file, for messages.
    most : int
        Elements that there may be.
    again : str
        What to do about a file that cannot be read.

    Raises
    ------
    ExchangeError
        It declares a document type, is no XML, or exceeds a limit.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    silence = elements = 0
    more = True
    try:
        while more:
            piece = take(_PIECE)
            more = bool(piece)
            silence += len(piece)
            if more:
                parser.feed(piece)
            else:
                parser.close()
            for event, element in parser.read_events():
                silence = 0
                if event == "start":
                    elements += 1
                    if elements == 1 and element.getroottree().docinfo.internalDTD is not None:
                        cure = "No program writes one: do not trust the file."
                        raise ExchangeError(file, "its XML declares a document type", cure)
                    if elements > most:
                        raise ExchangeError(file, f"its XML has over {most:,} elements", _SPLIT)
                yield event, element
            if silence > _LONGEST_SILENCE:
                raise ExchangeError(file, "a single element of its XML is too large", again)
    except etree.XMLSyntaxError as error:
        problem = "its XML is nested too deep" if _TOO_DEEP in error.msg else f"its XML cannot be read: {error.msg}"
        raise ExchangeError(file, problem, again) from error


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace: they differ between versions, programs and forms."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""

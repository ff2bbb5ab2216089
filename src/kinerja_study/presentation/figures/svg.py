"""What matplotlib saves, made fit to stand inside an HTML page under a strict policy.

Owns the cleaning of an SVG: safe, small, and the same bytes every time; draws nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element, fromstring, tostring

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
DROPPED_TAGS = frozenset({"metadata", "style", "script", "title", "desc"})
ROOT_ATTRIBUTES = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
"""What matplotlib's own ``<style>`` says of every element; here inherited from the root."""

ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may not stand in XML at all."""

_NUMBER = re.compile(r"-?\d*\.?\d+(?:e[-+]?\d+)?")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_TRANSLATE = re.compile(r"translate\(([^)]*)\)")
_SHIFT = re.compile(r"translate\((\S+) (\S+)\)")
_LENGTHS = frozenset({"d", "x", "y", "width", "height", "points", "stroke-width", "stroke-dasharray", "viewBox"})


def clean_svg(text: str, prefix: str, ink: str) -> str:
    """Return an SVG that may be put into a page as it is.

    Parameters
    ----------
    text : str
        As matplotlib's SVG backend wrote it.
    prefix : str
        Stands before every id, so that two figures of a page do not meet.
    ink : str
        The colour, as ``#rrggbb``, to be written as ``currentColor``.

    Returns
    -------
    str
        One ``<svg>`` element with a ``viewBox`` and no size. It holds no style, script, comment or outside reference;
        lengths have two decimals.

    Raises
    ------
    ValueError
        When the prefix cannot begin an id.
    """
    if not _PREFIX.fullmatch(prefix):
        problem = f"the prefix {prefix!r} is no id: begin with a letter, go on with letters, digits, '-' and '_'"
        raise ValueError(problem)
    # The text is matplotlib's, not a stranger's: labels stand in it only as escaped comments, which are dropped.
    source = fromstring(ILLEGAL.sub("", text))  # noqa: S314
    blank = {str(e.get("id")) for e in source.iter() if _local(e.tag) == "path" and not str(e.get("d", "")).strip()}
    root = _copy(source, ink, blank)[0]
    names = {name: f"{prefix}-{number}" for number, name in enumerate(_referenced(root), start=1)}
    for element in root.iter():
        _rename(element, names)
    root.attrib = {"xmlns": SVG_NAMESPACE, "viewBox": root.attrib["viewBox"], **ROOT_ATTRIBUTES}
    return tostring(root, encoding="unicode").replace(" />", "/>")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _copy(element: Element, ink: str, blank: set[str]) -> list[Element]:
    """Return the element without what a page does not need; a bare ``<g>`` gives its children instead."""
    tag = _local(element.tag)
    attributes = _attributes(element, ink)
    if tag in DROPPED_TAGS or _draws_nothing(tag, attributes, blank):
        return []
    children = [kept for child in element for kept in _copy(child, ink, blank)]
    if tag in ("g", "defs") and not children:
        return []
    if tag == "g" and not attributes.keys() - {"id"}:
        return children
    if "scale(0.0" in attributes.get("transform", ""):  # a line of letters, placed in hundredths of a size
        for letter in children:
            if "x" in letter.attrib:
                letter.attrib["x"] = f"{float(letter.attrib['x']):.0f}"
    copy = Element(tag, attributes)
    copy.extend(_gather(children))
    return [copy]


def _gather(elements: list[Element]) -> Iterator[Element]:
    """Yield the elements; where several in a row are painted alike, their paint is said once, by a group."""
    for (_, paint), run in itertools.groupby(elements, key=lambda element: (element.tag, _paint(element))):
        alike = list(run)
        if len(alike) < 4 or not paint:
            yield from alike
            continue
        group = Element("g", dict(paint))
        for element in alike:
            element.attrib = {name: value for name, value in element.attrib.items() if name not in group.attrib}
        group.extend(alike)
        yield group


def _paint(element: Element) -> tuple[tuple[str, str], ...]:
    return tuple(item for item in element.attrib.items() if item[0].startswith(("fill", "stroke")))


def _draws_nothing(tag: str, attributes: dict[str, str], blank: set[str]) -> bool:
    if tag == "use":
        return attributes.get("href", "").removeprefix("#") in blank
    if tag != "path":
        return False
    unseen = attributes.get("fill") == "none" and "stroke" not in attributes and "id" not in attributes
    return unseen or not attributes.get("d")


def _attributes(element: Element, ink: str) -> dict[str, str]:
    attributes = {_local(name): value for name, value in element.attrib.items() if _local(name) != "style"}
    attributes |= _declarations(element.get("style", ""))
    for name, value in attributes.items():
        if name in _LENGTHS:
            attributes[name] = _short(value)
        elif name == "transform":
            attributes[name] = _TRANSLATE.sub(lambda found: f"translate({_short(found[1])})", value)
        elif value == ink:
            attributes[name] = "currentColor"
    shift = _SHIFT.fullmatch(attributes.get("transform", ""))
    if shift and _local(element.tag) == "use" and not attributes.keys() & {"x", "y"}:
        del attributes["transform"]
        attributes |= {name: value for name, value in zip("xy", shift.groups(), strict=True) if value != "0"}
    return attributes


@lru_cache(maxsize=1024)
def _declarations(style: str) -> dict[str, str]:
    found = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip(): value.strip() for name, colon, value in found if colon}


@lru_cache(maxsize=4096)  # the letters are the same in every figure
def _short(value: str) -> str:
    """Round every number to two decimals and leave out the blanks that mean nothing."""
    rounded = _NUMBER.sub(lambda found: _decimal(float(found[0])), value)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(rounded.split()))


def _decimal(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _referenced(root: Element) -> Iterator[str]:
    """Yield the ids that something refers to, once each, in the order of the document."""
    wanted: set[str] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            wanted.update([value.removeprefix("#")] if name == "href" else _REFERENCE.findall(value))
    for element in root.iter():
        if element.get("id") in wanted:
            yield element.attrib["id"]


def _rename(element: Element, names: dict[str, str]) -> None:
    if "id" in element.attrib:
        own = names.get(element.attrib["id"])
        if own is None:
            del element.attrib["id"]
        else:
            element.attrib["id"] = own
    for name, value in element.attrib.items():
        if name == "href":
            element.attrib[name] = f"#{names[value.removeprefix('#')]}"
        elif "url(#" in value:
            element.attrib[name] = _REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value)

"""study.toml for a project that brings none: everything stated, nothing scored.

Owns the text of that file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

GENERAL = "kode_lepas"
"""The focus of codes that stand under no other."""

_LABELS = {
    GENERAL: ("Kode tanpa kelompok", "Codes without a group"),
    "informan": ("Informan", "Informants"),
}
_FORM = """\
# Made from a project of another program. What it cannot know is to be said here; docs/data-format.md has every key.

[study]
id = {id}
title = {title}
site = "?"                                   # the place
period = {{ start = {start}, end = {end} }}
provenance = "field"                         # or "synthetic"
language = "id"
timezone = "Asia/Jakarta"

# kind = "rated" gives a focus a verdict; then say in codebook.csv what each of its codes speaks for.
{foci}
{groups}
[scale]
name = "lima-jenjang-20-100"
levels = [
  {{ id = "tidak_baik", from = 20.0, label = {{ id = "tidak baik", en = "not good" }} }},
  {{ id = "kurang_baik", from = 36.0, label = {{ id = "kurang baik", en = "less good" }} }},
  {{ id = "cukup_baik", from = 52.0, label = {{ id = "cukup baik", en = "fairly good" }} }},
  {{ id = "baik", from = 68.0, label = {{ id = "baik", en = "good" }} }},
  {{ id = "sangat_baik", from = 84.0, label = {{ id = "sangat baik", en = "very good" }} }},
]

[rules]
coder = {coder}
"""


def definition_of(
    study: str, title: str, dates: Sequence[str], foci: Mapping[str, tuple[str, str]], groups: Sequence[str], coder: str
) -> str:
    """Return study.toml.

    Parameters
    ----------
    study, title : str
        Id and title.
    dates : sequence of str
        Of the texts.
    foci : mapping of str to (str, str)
        Label and kind of each focus, by id.
    groups : sequence of str
        Of those interviewed; one of documents is added.
    coder : str
        Whose codings are in force.
    """
    shown = foci or {GENERAL: ("", "open")}
    days = sorted(dates) or ["1900-01-01"]
    return _FORM.format(
        id=_quoted(study),
        title=_quoted(title.strip() or study),
        start=days[0],
        end=days[-1],
        foci="".join(_entry("foci", focus, label, f'kind = "{kind}"') for focus, (label, kind) in shown.items()),
        groups="".join(_entry("groups", group, group, 'technique = "interview"') for group in groups)
        + _entry("groups", "dokumen", "", 'technique = "document"')
        + _entry("groups", "observasi", "", 'technique = "observation"'),
        coder=_quoted(coder),
    )


def _entry(table: str, name: str, label: str, key: str) -> str:
    indonesian, english = _LABELS.get(name, (label, label))
    labels = f"label = {{ id = {_quoted(indonesian)}, en = {_quoted(english)} }}\n" if indonesian else ""
    return f"\n[[{table}]]\nid = {_quoted(name)}\n{key}\n{labels}"


def _quoted(text: str) -> str:
    # JSON escapes what TOML escapes, but for the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

"""The ``manifest`` part of a CODECHECK configuration file: the files that a check has to make again.

Owns nothing else of ``codecheck.yml``: what is checked, by whom and with which result, only people write there.

References
----------
.. [1] CODECHECK configuration file specification 2.0, https://codecheck.org.uk/spec/config/2.0/
"""

from __future__ import annotations

import json
import re

from kinerja_study.reproduction.manifest import Manifest
from kinerja_study.study import Study

FILE = "codecheck.yml"
START = "---\nversion: https://codecheck.org.uk/spec/config/2.0/\n\nmanifest:\n"
_PART = re.compile(r"^manifest:[ \t]*(?:#[^\n]*)?\n(?P<items>(?:[ \t-][^\n]*\n|#[^\n]*\n|\n(?=[ \t-]))*)", re.MULTILINE)
_ITEM = re.compile(r"^(?P<indent>[ \t]*)-[ \t]*(?:.*\n)(?:(?![ \t]*-[ \t]).*\n)*", re.MULTILINE)


def write_codecheck(study: Study, manifest: Manifest) -> None:
    """List a study's outputs in the ``codecheck.yml`` of the project's root; everything else in it stays."""
    path = study.root / FILE
    old = path.read_text("utf-8") if path.is_file() else START
    path.write_text(list_outputs(old, study.id, manifest), encoding="utf-8", newline="\n")


def list_outputs(text: str, study_id: str, manifest: Manifest) -> str:
    r"""Return the text of a ``codecheck.yml`` with the outputs of a study in its manifest.

    A manifest that is not written as a list of indented items is left to those who wrote it so.

    Examples
    --------
    >>> old = "---\nmanifest:\n  - file: figure.pdf\nsummary: Alles gut.\n"
    >>> stages = [{"notebook": "4_x.ipynb", "outputs": {"data/processed/kota/findings.json": "ab12"}}]
    >>> print(list_outputs(old, "kota", {"stages": stages, "outputs": stages[0]["outputs"]}), end="")
    ---
    manifest:
      - file: figure.pdf
      - file: "data/processed/kota/findings.json"
        comment: "written by notebooks/4_x.ipynb"
    summary: Alles gut.
    """
    text = text if text.endswith("\n") else text + "\n"
    if not re.search("^manifest:", text, re.MULTILINE):
        text += "\nmanifest:\n"
    part = _PART.search(text)
    if part is None:
        return text
    ours = re.compile(rf"""file:[ \t]*["']?(?:data/processed|reports)/{re.escape(study_id)}/""")
    others = _ITEM.sub(lambda item: "" if ours.search(item[0]) else item[0], part["items"])
    first = _ITEM.search(others)
    indent = first["indent"] if first else "  "
    by = {path: f"written by notebooks/{s['notebook']}" for s in manifest["stages"] for path in s["outputs"]}
    own = "".join(
        f"{indent}- file: {json.dumps(path, ensure_ascii=False)}\n"
        f"{indent}  comment: {json.dumps(by.get(path, 'bound from the executed notebooks'), ensure_ascii=False)}\n"
        for path in manifest["outputs"]
    )
    return f"{text[: part.start('items')]}{others}{own}{text[part.end() :]}"

"""Handing a study over to other programs and people, from what its last run has written.

Owns which file endings are known, the last look for private names, and the replacement of the file; writes no content.
"""

from __future__ import annotations

import io
from pathlib import Path

from kinerja_study.errors import PrivacyError
from kinerja_study.reproduction.manifest import read_manifest
from kinerja_study.study import Study, replace_file

ENDINGS = (".docx", ".zip")
"""What :func:`export_study` can write."""


def export_study(study: Study, path: Path, *, chapter: int) -> None:
    """Write a study's last run, as chapters or as a research object; an existing file is replaced in one step.

    Parameters
    ----------
    study : Study
        Whose notebooks have run; the language and rules of that run are those of the chapters.
    path : Path
        Ends in one of :data:`ENDINGS`.
    chapter : int
        Number of the findings chapter; a research object has none.

    Raises
    ------
    MissingStageError
        The notebooks have not run.
    UnexportableError
        The study has changed since its last run, and a research object of it could not be verified.
    PrivacyError
        The chapters would show a name of the key file, or a number that identifies a person.
    """
    if path.suffix.lower() == ".zip":
        from kinerja_study.reproduction.crate import build_research_object

        replace_file(path, build_research_object(study))
        return
    from kinerja_study.presentation.report import Report
    from kinerja_study.presentation.word import render_word

    ran = Study.open(study.id, root=study.root, **read_manifest(study).get("parameters", {}))
    data = render_word(Report(ran), chapter)
    _refuse_private(data, ran)
    replace_file(path, data)


def _refuse_private(data: bytes, study: Study) -> None:
    from docx import Document
    from docx.oxml.ns import qn

    from kinerja_study.collection.privacy import find_private
    from kinerja_study.reproduction.binding import read_key_names

    body = Document(io.BytesIO(data)).element.body
    # A hyphen at which no line breaks is an element of its own, and is read as the hyphen that it is.
    read = {qn("w:t"): "", qn("w:noBreakHyphen"): "-"}
    shown = ["".join(part.text or read[part.tag] for part in p.iter(*read)) for p in body.iter(qn("w:p"))]
    shown += body.xpath(".//wp:docPr/@descr")
    hits = find_private("\n".join(shown), read_key_names(study, study))
    if hits:
        raise PrivacyError(hits)

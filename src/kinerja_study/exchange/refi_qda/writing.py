"""A Project as the bytes of a .qdpx or .qdc file, always the same for the same project.

Owns the XML, valid against the schemas of REFI-QDA 1.0, and the archive; reads no study.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

from lxml import etree

from kinerja_study.exchange.refi_qda.project import NOT_XML, ORIGIN, Case, Code, Note, Project, Selection, Source, guid

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
_DATE = (1980, 1, 1, 0, 0, 0)
_Element = etree._Element


def write_project(project: Project) -> bytes:
    """Return a project as a .qdpx archive, with each text as a file of UTF-8 in it.

    Raises
    ------
    ValueError
        A name or description holds a character that XML cannot; texts and notes may hold any.
    """
    files: dict[str, bytes] = {}
    root = _root(PROJECT, "Project", name=project.name, origin=ORIGIN, creationDateTime=project.created)
    users = _group(root, "Users", project.users)
    for user, name in project.users.items():
        _add(users, "User", guid=user, name=name)
    _add_codes(_group(_group(root, "CodeBook", project.codes), "Codes", project.codes), project.codes)
    owners: list[Source | Case] = [*project.sources, *project.cases]
    variables = list(dict.fromkeys(name for owner in owners for name in owner.variables))
    group = _group(root, "Variables", variables)
    ids = {name: guid(project.name, "variable", name) for name in variables}
    for name, variable in ids.items():
        _add(group, "Variable", guid=variable, name=name, typeOfVariable="Text")
    group = _group(root, "Cases", project.cases)
    for case in project.cases:
        element = _add(group, "Case", guid=case.guid, name=case.name)
        _describe(element, case.description)
        _add_values(element, case.variables, ids)
        _refer(element, "SourceRef", case.sources)
    group = _group(root, "Sources", project.sources)
    for source in project.sources:
        _add_source(group, source, project, ids, files)
    group = _group(root, "Notes", project.notes)
    for note in project.notes.values():
        _add_note(group, note, project.created, files)
    group = _group(root, "Sets", project.sets)
    for item in project.sets:
        element = _add(group, "Set", guid=item.guid, name=item.name)
        _describe(element, item.description)
        _refer(element, "MemberSource", item.members)
    _describe(root, project.description)
    return _archive({"project.qde": _xml(root), **files})


def write_codebook(project: Project) -> bytes:
    """Return the codes of a project as a .qdc file; raises as :func:`write_project`."""
    root = _root(CODEBOOK, "CodeBook", origin=ORIGIN)
    _add_codes(_group(root, "Codes", project.codes), project.codes)
    return _xml(root)


def _add_codes(parent: _Element, codes: Iterable[Code]) -> None:
    # Parents stand before their children.
    elements: dict[str, _Element] = {}
    for code in codes:
        above = elements.get(code.parent, parent)
        element = _add(above, "Code", guid=code.guid, name=code.name, isCodable=str(code.codable).lower())
        _describe(element, code.description)
        elements[code.guid] = element


def _add_source(
    group: _Element, source: Source, project: Project, ids: Mapping[str, str], files: dict[str, bytes]
) -> None:
    name = f"{source.guid}.txt"
    files[f"sources/{name}"] = _encoded(source.text)
    element = _add(group, "TextSource", guid=source.guid, name=source.name, plainTextPath=f"internal://{name}",
                   creationDateTime=source.created or project.created)  # fmt: skip
    _describe(element, source.description)
    for number, selection in enumerate(source.selections):
        _add_selection(element, selection, f"{source.guid}:{number}", project)
    _add_values(element, source.variables, ids)


def _add_selection(parent: _Element, selection: Selection, key: str, project: Project) -> None:
    made = {"creatingUser": selection.user, "creationDateTime": project.created}
    element = _add(parent, "PlainTextSelection", guid=guid(key), name=selection.name,
                   startPosition=str(selection.start), endPosition=str(selection.end), **made)  # fmt: skip
    _describe(element, selection.description)
    for coding in selection.codings:
        made = {"creatingUser": coding.user, "creationDateTime": project.created}
        child = _add(element, "Coding", guid=guid(key, coding.user, coding.code), **made)
        _refer(child, "CodeRef", [coding.code])
        _refer(child, "NoteRef", coding.notes)


def _add_note(group: _Element, note: Note, created: str, files: dict[str, bytes]) -> None:
    made = {"guid": note.guid, "name": note.name, "creatingUser": note.user, "creationDateTime": created}
    if NOT_XML.search(note.text):
        files[f"sources/{note.guid}.txt"] = _encoded(note.text)
        _add(group, "Note", plainTextPath=f"internal://{note.guid}.txt", **made)
    else:
        _add(_add(group, "Note", **made), "PlainTextContent").text = note.text


def _encoded(text: str) -> bytes:
    # A reader takes a mark at the start for a byte order mark: one that belongs to the text needs another before it.
    return (f"\ufeff{text}" if text.startswith("\ufeff") else text).encode()


def _add_values(element: _Element, values: Mapping[str, str], ids: Mapping[str, str]) -> None:
    for name, value in values.items():
        child = _add(element, "VariableValue")
        _refer(child, "VariableRef", [ids[name]])
        _add(child, "TextValue").text = value


def _refer(element: _Element, name: str, targets: Iterable[str]) -> None:
    for target in targets:
        _add(element, name, targetGUID=target)


def _describe(element: _Element, text: str) -> None:
    if text:
        _add(element, "Description").text = text


def _root(namespace: str, name: str, /, **attributes: str) -> _Element:
    root = etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace})
    _set(root, attributes)
    return root


def _group(parent: _Element, name: str, content: object) -> _Element:
    # The schemas allow no empty group.
    return _add(parent, name) if content else parent


def _add(parent: _Element, name: str, /, **attributes: str) -> _Element:
    element = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}")
    _set(element, attributes)
    return element


def _set(element: _Element, attributes: Mapping[str, str]) -> None:
    for key, value in attributes.items():
        if value:
            element.set(key, value)


def _xml(root: _Element) -> bytes:
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _archive(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()

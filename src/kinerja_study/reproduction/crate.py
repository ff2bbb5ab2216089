"""A study as a research object: one zip with all that executing it again elsewhere needs, described as an RO-Crate.

Owns what goes into the zip, its README and its metadata. Nothing in it depends on when or where it is made: no clock,
no random ids, no compression (whose bytes differ between builds of zlib).

References
----------
.. [1] RO-Crate metadata specification 1.3, https://w3id.org/ro/crate/1.3
.. [2] Process Run Crate 0.6, https://w3id.org/ro/wfrun/process/0.6
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from kinerja_study.collection.archive import Archive
from kinerja_study.collection.privacy import find_private
from kinerja_study.errors import PrivacyError, UnexportableError
from kinerja_study.reproduction.binding import read_key_names
from kinerja_study.reproduction.installing import MANIFEST
from kinerja_study.reproduction.manifest import Manifest, read_manifest
from kinerja_study.reproduction.running import find_fresh
from kinerja_study.reproduction.stages import NOTEBOOKS, sha256
from kinerja_study.study import Study

PROJECT = ("pyproject.toml", "requirements.lock", "Makefile")
ALSO = ("LICENSE", "CITATION.cff", ".python-version")
"""Files of the project's root that the environment is made from, and those that go along where they are there."""

LARGEST_XML = 128 * 2**20
"""Bytes of a part of a .docx or .xlsx of the raw data, in which names are searched."""

TERMS = "data/LICENSE"
"""Of synthetic data, which anybody may read; the texts of people have none."""

METADATA = "ro-crate-metadata.json"
CRATE, PROFILE = "https://w3id.org/ro/crate/1.3", "https://w3id.org/ro/wfrun/process/0.6"
FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".toml": "application/toml",
    ".txt": "text/plain",
}
README = """\
# {title}

{site}

Objek penelitian ini memuat data mentah, notebook, kode, versi terkunci, dan keluaran acuan studi `{study}`. Jalankan
ulang di folder ini (Python 3.11 atau lebih baru):

This research object holds the raw data, notebooks, code, locked versions and reference outputs of the study `{study}`.
Execute it again in this folder (Python 3.11 or newer):

```sh
make verify STUDY={study}
```

Tanpa make / without make:

```sh
python3 -m venv .venv
.venv/bin/python -m pip install --require-hashes -r requirements.lock
.venv/bin/python -m pip install --no-deps --no-build-isolation -e .
.venv/bin/kinerja verify {study}
```

`reports/{study}/laporan.html` adalah laporannya, `reports/{study}/sertifikat.html` hasil pembandingannya. /
The former is the report, the latter the result of the comparison.

**Rahasia / private.** `data/raw/{study}` memuat teks lengkap, juga perkataan informan yang tidak bersedia dikutip.
Berkas kunci nama tidak ada di sini. / It holds the whole texts, also the words of informants who did not consent to be
quoted. The key file of names is not here.
"""


def build_research_object(study: Study) -> bytes:
    """Return the zip of a study's last run, the same bytes for the same study and versions.

    Parameters
    ----------
    study : Study
        Whose outputs are those of its data, notebooks and package as they are now.

    Raises
    ------
    UnexportableError
        It has not run, has changed since, or a file of the project is missing.
    PrivacyError
        The raw data holds a name of the private key file.
    """
    manifest = read_manifest(study)
    ran = Study.open(study.id, root=study.root, **manifest.get("parameters", {}))
    if not manifest or find_fresh(ran, manifest["parameters"]) is None:
        problem, cure = "it has not run as it is now", f"Run 'kinerja run {study.id}', then export it."
        raise UnexportableError(study.id, problem, cure)
    _refuse_key(study)
    files = _collect(ran, manifest)
    files[METADATA] = (json.dumps(_describe(ran, manifest, files), ensure_ascii=False, indent=1) + "\n").encode()
    return _zip(files)


def _refuse_key(study: Study) -> None:
    key = study.definition.privacy.key_file
    files = study.read_raw()
    if key and (study.root / key).resolve().is_relative_to(study.raw.resolve()):
        problem, cure = (
            f"its raw data holds the private key file {key}",
            "Move it to private/, and name it in study.toml.",
        )
        raise UnexportableError(study.id, problem, cure)
    names = read_key_names(study, study)
    hits = [
        (kind, f"{place}: {around}")
        for name, data in files.items()
        for place, text in [(name, name), *_texts(name, data)]
        for kind, around in find_private(text, names)
        if kind == "a name of the private key file"
    ]
    if hits:
        raise PrivacyError(list(dict.fromkeys(hits)), "the research object")


def _texts(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    # All that can be read in a raw file, by its place.
    if not name.endswith((".docx", ".xlsx")):
        yield name, data.decode("utf-8", errors="ignore")
        return
    with Archive(data, name) as archive:
        for part in archive.names:
            if part.endswith((".xml", ".rels")):
                xml = archive.read(part, LARGEST_XML).decode("utf-8", errors="ignore")
                # A name may be cut by a change of its look, and stand in an attribute, as who made a comment.
                whole = re.sub(r"<[^>]*>", "", re.sub(r"</(?:\w+:)?(?:p|si|is|c|row)>", "\n", xml))
                parts = re.sub(r"[<>=\"']", " ", xml)
                yield f"{name}, {part}", html.unescape(f"{whole}\n{parts}")


def _collect(study: Study, manifest: Manifest) -> dict[str, bytes]:
    missing = [name for name in PROJECT if not (study.root / name).is_file()]
    if missing:
        problem, cure = f"{missing[0]} is missing in the project's folder", "Export from a whole copy of the project."
        raise UnexportableError(study.id, problem, cure)
    names = [*PROJECT, *(name for name in ALSO if (study.root / name).is_file())]
    names += [TERMS] if study.definition.study.provenance == "synthetic" and (study.root / TERMS).is_file() else []
    names += [*manifest["inputs"], *manifest["notebooks"], *manifest["outputs"], f"reports/{study.id}/{MANIFEST}"]
    files = {name: (study.root / name).read_bytes() for name in names}
    package = Path(__file__).parents[1]
    for path in package.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            files[f"src/{package.name}/{path.relative_to(package).as_posix()}"] = path.read_bytes()
    about = study.definition.study
    files["README.md"] = README.format(title=about.title, site=about.site, study=study.id).encode()
    return files


def _describe(study: Study, manifest: Manifest, files: Mapping[str, bytes]) -> dict[str, Any]:
    about = study.definition.study
    described = [_file(name, data) for name, data in sorted(files.items()) if not name.startswith("src/")]
    package = {
        "@id": "src/kinerja_study/", "@type": ["Dataset", "SoftwareSourceCode"], "name": "kinerja_study",
        "version": manifest["versions"]["kinerja_study"], "license": {"@id": "https://spdx.org/licenses/MIT"},
        "runtimePlatform": f"Python {manifest['versions']['python']}",
    }  # fmt: skip
    terms = {
        "@id": "#terms", "@type": "CreativeWork", "name": "Terms of the data",
        "description": "The raw texts are private: for the examination of the study, not for publication.",
    } if TERMS not in files else _file(TERMS, files[TERMS])  # fmt: skip
    actions = _actions(study, manifest)
    root = {
        "@id": "./", "@type": "Dataset", "conformsTo": {"@id": PROFILE}, "name": about.title,
        "description": f"{about.site}; provenance of the data: {about.provenance}. 'make verify STUDY={study.id}' "
        "executes the notebooks again and compares every output with the one here.",
        "datePublished": about.period.end.isoformat(), "license": {"@id": terms["@id"]},
        "hasPart": [{"@id": entity["@id"]} for entity in (*described, package)],
        "mentions": [{"@id": action["@id"]} for action in actions],
    }  # fmt: skip
    head = {"@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": CRATE}, "about": {"@id": "./"}}
    profile = {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.6"}
    mit = {"@id": "https://spdx.org/licenses/MIT", "@type": "CreativeWork", "name": "MIT License"}
    return {
        "@context": [f"{CRATE}/context", "https://w3id.org/ro/terms/workflow-run/context"],
        "@graph": [head, root, profile, mit, package, *actions, *described, *([] if TERMS in files else [terms])],
    }


def _actions(study: Study, manifest: Manifest) -> list[dict[str, Any]]:
    # One a notebook, in their order, then the binding of the report. The first notebook reads the raw data, a later
    # one study.toml and what earlier ones wrote.
    actions = []
    reads = list(manifest["inputs"])
    written: dict[str, None] = {}
    for stage in manifest["stages"]:
        name, outputs = stage["notebook"], stage["outputs"]
        actions.append(
            {
                "@id": f"#{name.removesuffix('.ipynb')}", "@type": "CreateAction", "name": f"Execution of {name}",
                "description": f"papermill, with {json.dumps(stage['parameters'], ensure_ascii=False)}",
                "instrument": _ref(f"notebooks/{name}"), "object": [_ref(path) for path in reads],
                "result": [_ref(path) for path in outputs],
                "actionStatus": "http://schema.org/CompletedActionStatus",
            }
        )  # fmt: skip
        written |= dict.fromkeys(path for path in outputs if path.startswith("data/processed/"))
        reads = [f"data/raw/{study.id}/study.toml", *written]
    executed = [f"reports/{study.id}/notebooks/{name}" for name in NOTEBOOKS]
    bound = set(manifest["outputs"]).difference(*(stage["outputs"] for stage in manifest["stages"]))
    actions.append(
        {
            "@id": "#report", "@type": "CreateAction", "name": "Binding of the report",
            "instrument": _ref("src/kinerja_study/"), "object": [_ref(path) for path in executed],
            "result": [_ref(path) for path in sorted(bound)],
            "actionStatus": "http://schema.org/CompletedActionStatus",
        }
    )  # fmt: skip
    return actions


def _file(name: str, data: bytes) -> dict[str, Any]:
    kind = "SoftwareSourceCode" if name.startswith("notebooks/") else ""
    entity = {"@id": quote(name), "@type": ["File", kind] if kind else "File", "name": PurePosixPath(name).name}
    known = FORMATS.get(PurePosixPath(name).suffix)
    return {
        **entity,
        **({"encodingFormat": known} if known else {}),
        "contentSize": str(len(data)),
        "sha256": sha256(data),
    }


def _ref(path: str) -> dict[str, str]:
    return {"@id": quote(path)}


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()

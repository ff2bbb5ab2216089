"""Throw bytes at a reader of strangers' files for a bounded time: it answers, or refuses with one message.

Run ``.venv/bin/python tests/fuzz/readers.py KIND [SECONDS]`` on Linux, for each kind of :data:`KINDS`; needs atheris.
Anything but an ExchangeError is a finding: atheris prints it and the bytes, and leaves them in ``.fuzz/``. What was
found is a test in tests/exchange.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["kinerja_study.exchange"]):
    from kinerja_study.exchange.importing import READERS, _counting
    from kinerja_study.exchange.refi_qda.to_study import build_files

from foreign_databases import QUALCODER, TAGUETTE, qualcoder_tables, taguette_tables, write_database

from kinerja_study.errors import ExchangeError

GUID = "5b0a3a52-3c1b-5d0e-9a61-7f0f4f2d8c11"
XML = f"""<?xml version="1.0" encoding="utf-8"?>
<Project name="a" origin="NVivo" xmlns="urn:QDA-XML:project:1.0"><Users><User guid="{GUID}" name="ani"/></Users>
<CodeBook><Codes><Code guid="{GUID}" name="Ramah [+1]" isCodable="true"><Description>x</Description></Code></Codes>
</CodeBook><Variables><Variable guid="{GUID}" name="usia" typeOfVariable="Text"/></Variables>
<Cases><Case guid="{GUID}" name="Pak"><VariableValue><VariableRef targetGUID="{GUID}"/><TextValue>3</TextValue>
</VariableValue></Case></Cases><Sources><TextSource guid="{GUID}" name="a.txt"><PlainTextContent>Pegawai ramah.
</PlainTextContent><PlainTextSelection guid="{GUID}" name="ramah" startPosition="8" endPosition="13">
<Coding guid="{GUID}" creatingUser="{GUID}"><CodeRef targetGUID="{GUID}"/></Coding></PlainTextSelection></TextSource>
</Sources><Notes><Note guid="{GUID}" name="n"><PlainTextContent>y</PlainTextContent></Note></Notes></Project>"""
CODEBOOK = XML.partition("<CodeBook>")[2].partition("</CodeBook>")[0]
CODEBOOK = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0">{CODEBOOK}</CodeBook>'
PAGE = "<html><body><h1>T</h1><p>ramah</p><p><strong>Document:</strong> a <strong>Tags:</strong> b, c</p></body></html>"


def packed(data: bytes) -> bytes:
    """Return an archive with the project's XML, so that what is tried reaches the reader of XML."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("project.qde", data)
    return buffer.getvalue()


def seeds(folder: Path) -> dict[str, tuple[str, bytes, Callable[[bytes], bytes]]]:
    """Return a sound file of each kind: its ending, its bytes, and what is made of the bytes that are tried."""
    highlights = [(0, 7, "Pegawai", ["a.b"])]
    taguette = write_database(folder / "t", TAGUETTE, taguette_tables("<p>Pegawai ramah.</p>", highlights))
    qualcoder = write_database(folder / "q", QUALCODER, qualcoder_tables("Pegawai ramah.", [("Pegawai", "A", "ani")]))
    return {
        "qdpx": (".qdpx", packed(XML.encode()), bytes),
        "xml": (".qdpx", XML.encode(), packed),
        "qdc": (".qdc", CODEBOOK.encode(), bytes),
        "taguette": (".sqlite3", taguette.read_bytes(), bytes),
        "qualcoder": (".qda", qualcoder.read_bytes(), bytes),
        "csv": (".csv", b"id,document,tag,content\r\n1,a,b,ramah\r\n", bytes),
        "html": (".html", PAGE.encode(), bytes),
    }


KINDS = ("qdpx", "xml", "qdc", "taguette", "qualcoder", "csv", "html")


def main() -> None:
    """Fuzz one kind."""
    kind = sys.argv[1]
    seconds = sys.argv[2] if len(sys.argv) > 2 else "60"
    with tempfile.TemporaryDirectory(prefix="kinerja-fuzz-") as name:
        folder = Path(name)
        ending, sound, made_of = seeds(folder)[kind]
        corpus, kept = folder / "corpus", Path(".fuzz")
        corpus.mkdir()
        kept.mkdir(exist_ok=True)
        (corpus / "sound").write_bytes(sound)
        path = folder / f"a{ending}"

        def try_bytes(data: bytes) -> None:
            path.write_bytes(made_of(data))
            try:
                project = READERS[ending](path, {"a": "Pegawai ramah."})
                build_files(project, _counting(project, path.name, None), "baru", {}, path.name)
            except ExchangeError:
                pass

        atheris.Setup(
            [sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-max_len=65536", "-timeout=20",
             "-rss_limit_mb=1024", f"-artifact_prefix={kept}/{kind}-", "-print_final_stats=1"],
            try_bytes,
        )  # fmt: skip
        atheris.Fuzz()


if __name__ == "__main__":
    main()

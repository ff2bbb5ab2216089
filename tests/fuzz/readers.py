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
    from kinerja_study.exchange import transcripts
    from kinerja_study.exchange.importing import READERS, _counting
    from kinerja_study.exchange.refi_qda.to_study import build_files

from foreign_databases import QUALCODER, TAGUETTE, qualcoder_tables, taguette_tables, write_database

from kinerja_study.collection.schemas import INFORMANTS
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
WORD = """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>Pak Andi</w:t></w:r>
<w:r><w:t> Ramah.</w:t><w:br/></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>00:01</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Andi:</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>Ya.</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"""
CUES = "00:00:01.000 --> 00:00:04.000\n<v Pak Andi>Ramah &amp; cepat.</v>\n\n00:05,100 --> 00:06,000\nIbu: ya\n"


class Nowhere:
    """A study of one informant in which nothing is ever written."""

    def read_raw(self) -> dict[str, bytes]:
        """Return its one table."""
        return {"informants.csv": b",".join([*map(str.encode, INFORMANTS.columns)]) + b"\nA-1,w,main,w,,,,,yes,\n"}

    def add_raw(self, files: dict[str, bytes]) -> None:
        """Take files and keep none."""


def packed_as(name: str) -> Callable[[bytes], bytes]:
    """Return what makes an archive of XML, so that what is tried reaches the reader of XML."""

    def packed(data: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, data)
        return buffer.getvalue()

    return packed


def seeds(folder: Path) -> dict[str, tuple[str, bytes, Callable[[bytes], bytes]]]:
    """Return a sound file of each kind: its ending, its bytes, and what is made of the bytes that are tried."""
    highlights = [(0, 7, "Pegawai", ["a.b"])]
    taguette = write_database(folder / "t", TAGUETTE, taguette_tables("<p>Pegawai ramah.</p>", highlights))
    qualcoder = write_database(folder / "q", QUALCODER, qualcoder_tables("Pegawai ramah.", [("Pegawai", "A", "ani")]))
    return {
        "qdpx": (".qdpx", packed_as("project.qde")(XML.encode()), bytes),
        "xml": (".qdpx", XML.encode(), packed_as("project.qde")),
        "qdc": (".qdc", CODEBOOK.encode(), bytes),
        "taguette": (".sqlite3", taguette.read_bytes(), bytes),
        "qualcoder": (".qda", qualcoder.read_bytes(), bytes),
        "csv": (".csv", b"id,document,tag,content\r\n1,a,b,ramah\r\n", bytes),
        "html": (".html", PAGE.encode(), bytes),
        "docx": (".docx", packed_as("word/document.xml")(WORD.encode()), bytes),
        "document": (".docx", WORD.encode(), packed_as("word/document.xml")),
        "vtt": (".vtt", f"WEBVTT\n\nNOTE a\n\n{CUES}".encode(), bytes),
        "srt": (".srt", f"1\n{CUES}".encode(), bytes),
        "txt": (".txt", "\ufeffPak Andi: Ramah.\r\nIbu Sri  00:03\r\nYa\u2028P:\ttidak.".encode(), bytes),
    }


KINDS = ("qdpx", "xml", "qdc", "taguette", "qualcoder", "csv", "html", "docx", "document", "vtt", "srt", "txt")


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
                if ending in transcripts.ENDINGS:
                    header = {"id": "X1", "date": "2024-03-06"}
                    transcripts.import_transcript(
                        path, Nowhere(), header, ask=lambda said: "A-1" if "Andi" in said else "P"
                    )
                    return
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

"""How long a long transcript takes out to REFI-QDA and in again.

Run ``.venv/bin/python benchmarks/exchange.py``. One interview of 300,000 characters with 2,000 codings, emoji among
the words; prints seconds.
"""

import random
import shutil
import tempfile
import time
from pathlib import Path

from kinerja_study.collection.field_data import load_field_data
from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.refi_qda import export_study
from kinerja_study.study import Study

REPOSITORY = Path(__file__).parents[1]
CHARACTERS, CODINGS = 300_000, 2_000
WORDS = [
    "pegawai",
    "warga",
    "berkas",
    "surat",
    "loket",
    "antre",
    "cepat",
    "lambat",
    "ramah",
    "tanda",
    "tangan",
    "camat",
    "😀",
    "kafé",
]


def make_study(root: Path) -> Study:
    """Write the sample study with one long interview in place of its texts."""
    raw = root / "data/raw/panjang"
    shutil.copytree(REPOSITORY / "data/raw/balikpapan-kota", raw)
    for folder in ("interviews", "observations", "documents", "codings"):
        shutil.rmtree(raw / folder)
        (raw / folder).mkdir()
    definition = (raw / "study.toml").read_text(encoding="utf-8")
    definition = definition.replace('id = "balikpapan-kota"', 'id = "panjang"', 1)
    (raw / "study.toml").write_text(definition, encoding="utf-8")
    chance = random.Random(1)  # noqa: S311 - no secret
    turns, length = [], 0
    while length < CHARACTERS:
        said = " ".join(chance.choices(WORDS, k=60))
        turns.append(f"P: Lalu?\n\nINF-02: {said}.\n\n")
        length += len(turns[-1])
    text = "".join(turns)
    header = "---\nid: W01\nkind: interview\ninformant: INF-02\ndate: 2018-03-09\nprovenance: synthetic\n---\n"
    (raw / "interviews/W01.md").write_text(header + text, encoding="utf-8")
    ends = [0]
    for turn in turns:
        ends.append(ends[-1] + len(turn))
    rows = set()
    while len(rows) < CODINGS:
        number = chance.randrange(len(turns))
        start = ends[number] + len("P: Lalu?\n\nINF-02: ") + chance.randrange(100)
        rows.add((start, start + chance.randrange(20, 150)))
    lines = [f'W01,{start},{end},"{text[start:end]}",KUA-HASIL,1,' for start, end in sorted(rows)]
    heading = "document_id,start,end,quote,code,magnitude,memo"
    for coder in ("consensus", "coder-a", "coder-b"):
        table = "\n".join([heading, *(lines if coder == "consensus" else lines[:1])])
        (raw / f"codings/{coder}.csv").write_text(table, encoding="utf-8")
    return Study.open("panjang", root=root)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        study = make_study(root)
        for name, step in (
            ("read and checked", lambda: load_field_data(study)),
            ("exported", lambda: export_study(study, root / "panjang.qdpx")),
            ("imported", lambda: import_project(root / "panjang.qdpx", "kembali", root)),
        ):
            began = time.perf_counter()
            step()
            print(f"{name}: {time.perf_counter() - began:.1f} s")
        assert len(load_field_data(Study.open("kembali", root=root)).codings) == CODINGS + 2


if __name__ == "__main__":
    main()

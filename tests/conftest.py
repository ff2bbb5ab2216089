"""The study that most tests use: small enough to compute by hand, complete enough to have every kind of file."""

from __future__ import annotations

import csv
import io
import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from kinerja_study.collection.schemas import DECISIONS
from kinerja_study.reproduction import kernels
from kinerja_study.reproduction.nursery import Nursery
from kinerja_study.study import Study

if TYPE_CHECKING:
    from quick_project import Project

REPOSITORY = Path(__file__).parents[1]

# A slow or busy machine is no fault of the code; in CI hypothesis' own profile also fixes the examples.
settings.register_profile("any-machine", settings(), deadline=None)
settings.load_profile("any-machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three workers on two cores: many tests wait, for a disk, a browser, JupyterLab or a run in another process."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow ones, so that in the end no worker has one left while the others have nothing."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


STUDY_TOML = """\
[study]
id = "tiny"
title = "Kinerja kantor kecil"
site = "Kantor Kecil"
period = { start = 2024-03-04, end = 2024-03-22 }
provenance = "synthetic"
language = "id"
timezone = "Asia/Makassar"

[[foci]]
id = "mutu"
kind = "rated"
label = { id = "Mutu pekerjaan", en = "Quality of work" }

[[foci]]
id = "kerja"
kind = "rated"
label = { id = "Kerja tepat waktu", en = "Timely work" }

[[foci]]
id = "hambatan"
kind = "obstacles"
label = { id = "Hambatan", en = "Obstacles" }

[[foci]]
id = "lain"
kind = "open"
label = { id = "Temuan lain", en = "Other findings" }

[[groups]]
id = "atasan"
technique = "interview"
label = { id = "Atasan", en = "Superiors" }

[[groups]]
id = "staf"
technique = "interview"
label = { id = "Staf", en = "Staff" }

[[groups]]
id = "warga"
technique = "interview"
outside = true
label = { id = "Warga", en = "Public" }

[[groups]]
id = "amatan"
technique = "observation"
outside = true
label = { id = "Amatan", en = "Observation" }

[[groups]]
id = "berkas"
technique = "document"
label = { id = "Berkas", en = "Documents" }

[[groups]]
id = "catatan"
technique = "record"
label = { id = "Catatan", en = "Records" }

[scale]
name = "lima-jenjang-20-100"
levels = [
  { id = "tidak_baik", from = 20.0, label = { id = "tidak baik", en = "not good" } },
  { id = "kurang_baik", from = 36.0, label = { id = "kurang baik", en = "less than good" } },
  { id = "cukup_baik", from = 52.0, label = { id = "cukup baik", en = "fairly good" } },
  { id = "baik", from = 68.0, label = { id = "baik", en = "good" } },
  { id = "sangat_baik", from = 84.0, label = { id = "sangat baik", en = "very good" } },
]

[rules]
coder = "consensus"

[multiverse]
aggregate = ["mean", "median"]
weights = ["groups", "cases", "segments"]
neutral = ["keep", "drop"]
coder = ["consensus", "coder-a", "coder-b"]

[hours]
monday = [["07:30", "12:00"], ["13:00", "16:00"]]
tuesday = [["07:30", "12:00"], ["13:00", "16:00"]]
wednesday = [["07:30", "12:00"], ["13:00", "16:00"]]
thursday = [["07:30", "12:00"], ["13:00", "16:00"]]
friday = [["07:30", "11:30"], ["13:00", "16:30"]]

[holidays]
dates = [2024-03-11]

[services.standard_minutes]
legalisasi = 15
sktm = 30

[[indicators]]
id = "tepat_waktu"
focus = "kerja"
group = "catatan"
measure = "share_within_standard"
bands = [
  { from = 0.0, magnitude = -2 },
  { from = 0.5, magnitude = -1 },
  { from = 0.7, magnitude = 0 },
  { from = 0.85, magnitude = 1 },
  { from = 0.95, magnitude = 2 },
]

[[indicators]]
id = "hadir"
focus = "kerja"
group = "catatan"
measure = "share_present_on_time"
bands = [ { from = 0.0, magnitude = -1 }, { from = 0.75, magnitude = 0 }, { from = 0.9, magnitude = 1 } ]

[[indicators]]
id = "skm"
focus = "mutu"
group = "catatan"
measure = "skm_index"
bands = [ { from = 25.0, magnitude = -2 }, { from = 65.0, magnitude = -1 }, { from = 76.61, magnitude = 1 } ]

[privacy]
group_only = ["Kepala"]
"""

CODEBOOK = """\
code,focus,label,definition,include,exclude,direction,origin,cues_for,cues_against,recommendation
MUTU-HASIL,mutu,Hasil kerja,Menilai hasil pekerjaan.,,,+/-,deductive,rapi; baik,asal jadi,Periksa hasil sekali lagi.
MUTU-TELITI,mutu,Ketelitian,Menyebut ketelitian.,,,+/-,deductive,teliti,salah ketik,Bacakan kembali isi surat.
KERJA-WAKTU,kerja,Ketepatan waktu,Menilai lamanya pekerjaan.,,,+/-,deductive,cepat,lama,Umumkan waktu selesai.
KERJA-RAPAT,kerja,Rapat rutin,Menyebut rapat yang menata kerja.,,,+,deductive,rapat,,
HAM-LISTRIK,hambatan,Listrik padam,Listrik menghentikan pekerjaan.,,,-,deductive,,listrik; padam,Sediakan genset.
HAM-TUNDA,hambatan,Penundaan,Pekerjaan menunggu seseorang.,,,-,deductive,,menunggu,Tunjuk pengganti penanda tangan.
LAIN-ANTRE,lain,Antrean,Menceritakan antrean.,,,0,inductive,antre,,
"""

INFORMANTS = """\
informant_id,group,kind,role,unit,sex,age_band,years_of_service,consent,consent_date
A-1,atasan,key,Kepala,Pimpinan,L,46-55,24,yes,2024-03-04
A-2,atasan,main,Sekretaris,Sekretariat,P,46-55,21,yes,2024-03-05
S-1,staf,main,Petugas loket,Pelayanan,P,26-35,5,yes,2024-03-06
S-2,staf,main,Juru ketik,Pelayanan,L,26-35,3,no_quote,2024-03-07
W-1,warga,additional,Pedagang,,P,36-45,,yes,2024-03-08
W-2,warga,additional,Petani,,L,56-65,,yes,2024-03-12
"""

TEXTS = {
    "interviews/T1.md": """\
---
id: T1
kind: interview
informant: A-1
date: 2024-03-04
place: ruang kepala
recorded: yes
duration_minutes: 20
provenance: synthetic
---

P: Bagaimana hasil kerja pegawai?

A-1: Hasil kerja pegawai sangat rapi. Mereka jarang salah ketik.

P: Lalu kerja samanya?

A-1: Setiap Senin ada rapat yang membagi tugas.
""",
    "interviews/T2.md": """\
---
id: T2
kind: interview
informant: A-2
date: 2024-03-05
place: ruang sekretaris
recorded: yes
provenance: synthetic
---

P: Apa pendapat Ibu?

A-2: Suratnya sudah baik. Pekerjaan selesai cepat sekali.
Hanya saja berkas sering menunggu tanda tangan.
""",
    # An emoji and an accent written as two code points, so that bytes, UTF-16 units and code points all differ.
    "interviews/T3.md": """\
---
id: T3
kind: interview
informant: S-1
date: 2024-03-06
provenance: synthetic
---

P: Ceritakan pekerjaan di loket.

S-1: \U0001f600 Kami bekerja di dekat kafe\u0301. Hasilnya memuaskan, tetapi nama warga pernah salah.
Rata-rata selesai tepat waktu.

P: Apa yang menghambat?

S-1: Listrik padam hampir tiap minggu.
""",
    "interviews/T4.md": """\
---
id: T4
kind: interview
informant: S-2
date: 2024-03-07
provenance: synthetic
---

P: Boleh cerita?

S-2: Hasil ketikan saya cukup rapi. Rapat pagi menolong kami. Kalau lampu mati semua berhenti total.
""",
    "interviews/T5.md": """\
---
id: T5
kind: interview
informant: W-1
date: 2024-03-08
provenance: synthetic
---

P: Bagaimana pelayanannya?

W-1: Suratnya asal jadi. Saya datang tiga kali dan lama sekali. Katanya kepala sedang pergi, tidak ada yang mengganti.
""",
    "interviews/T6.md": """\
---
id: T6
kind: interview
informant: W-2
date: 2024-03-12
provenance: synthetic
---

P: Pengalaman Bapak?

W-2: Nama saya dua kali salah cetak. Komputer mati karena listrik. Saya antre dari subuh.
""",
    "observations/O1.md": """\
---
id: O1
kind: observation
group: amatan
date: 2024-03-13
provenance: synthetic
---

Petugas memeriksa surat sekali. Tiga warga pulang tanpa surat. Antrean sampai ke teras.
""",
    "documents/D1.md": """\
---
id: D1
kind: document
group: berkas
date: 2024-03-14
provenance: synthetic
---

Laporan: hasil pekerjaan sesuai standar. Surat keputusan menunjuk penanda tangan pengganti.
""",
}

SITE = "# Gambaran umum\n\nKantor Kecil melayani dua desa. Sumber: naskah sintetis.\n"

CONSENSUS = (
    ("T1", "Hasil kerja pegawai sangat rapi.", "MUTU-HASIL", "2"),
    ("T1", "Mereka jarang salah ketik.", "MUTU-TELITI", "1"),
    ("T1", "Setiap Senin ada rapat yang membagi tugas.", "KERJA-RAPAT", ""),
    ("T2", "Suratnya sudah baik.", "MUTU-HASIL", "1"),
    ("T2", "Pekerjaan selesai cepat sekali.", "KERJA-WAKTU", "2"),
    ("T2", "berkas sering menunggu tanda tangan", "HAM-TUNDA", "-1"),
    ("T3", "Hasilnya memuaskan", "MUTU-HASIL", "1"),
    ("T3", "nama warga pernah salah", "MUTU-TELITI", "-1"),
    ("T3", "Rata-rata selesai tepat waktu.", "KERJA-WAKTU", "1"),
    ("T3", "Listrik padam hampir tiap minggu.", "HAM-LISTRIK", ""),
    ("T4", "Hasil ketikan saya cukup rapi.", "MUTU-HASIL", "1"),
    ("T4", "Rapat pagi menolong kami.", "KERJA-RAPAT", ""),
    ("T4", "Kalau lampu mati semua berhenti total.", "HAM-LISTRIK", "-2"),
    ("T5", "Suratnya asal jadi.", "MUTU-HASIL", "-1"),
    ("T5", "Saya datang tiga kali dan lama sekali.", "KERJA-WAKTU", "-2"),
    ("T5", "kepala sedang pergi, tidak ada yang mengganti", "HAM-TUNDA", "-2"),
    ("T6", "Nama saya dua kali salah cetak.", "MUTU-TELITI", "-2"),
    ("T6", "Komputer mati karena listrik.", "HAM-LISTRIK", "-1"),
    ("T6", "Saya antre dari subuh.", "LAIN-ANTRE", ""),
    ("O1", "Petugas memeriksa surat sekali.", "MUTU-TELITI", "0"),
    ("O1", "Tiga warga pulang tanpa surat.", "KERJA-WAKTU", "-1"),
    ("O1", "Antrean sampai ke teras.", "LAIN-ANTRE", ""),
    ("D1", "hasil pekerjaan sesuai standar", "MUTU-HASIL", "1"),
    ("D1", "menunjuk penanda tangan pengganti", "HAM-TUNDA", "1"),
)
"""Codings in force: document, quote, code, magnitude (empty: the code's direction).

By hand, with the default rules (position = mean magnitude / 2; score = 60 + 40 times the mean of the groups):

mutu: A-1 (2+1)/2/2 = .75, A-2 .5; S-1 (1-1)/2/2 = 0, S-2 .5; W-1 -.5, W-2 -1; O1 0; D1 .5
    groups: atasan .625, staf .25, warga -.75, amatan 0, berkas .5; mean .625/5 = .125; score 65: cukup_baik
    cases against 2, neutral 2, for 4 of 8: 25 % against, not split
    inside (atasan, staf, berkas) 1.375/3 -> 78.33; outside (warga, amatan) -.375 -> 45
kerja: A-1 .5, A-2 1; S-1 .5, S-2 .5; W-1 -1; O1 -.5
    groups: atasan .75, staf .5, warga -1, amatan -.5; mean -.25/4 = -.0625; score 57.5: cukup_baik
    cases against 2, neutral 0, for 4 of 6: 33 % against, 67 % for: split
hambatan: HAM-LISTRIK by S-1, S-2, W-2 (3 cases, 2 groups); HAM-TUNDA by A-2, W-1 (2 cases, 2 groups), D1 contrary
"""

CHANGED = {
    "coder-a": {("T5", "MUTU-HASIL"): "-2", ("T6", "LAIN-ANTRE"): None, ("O1", "KERJA-WAKTU"): "-2"},
    "coder-b": {("T1", "MUTU-TELITI"): None, ("T3", "MUTU-HASIL"): "2", ("D1", "HAM-TUNDA"): None},
}
"""Where the two coders differ from the consensus: another magnitude, or None where they did not code."""

SERVICES = """\
request_id,service,received_at,completed_at,officer_id,waited_for_signature
R-1,legalisasi,2024-03-04T08:00,2024-03-04T08:10,E-1,false
R-2,legalisasi,2024-03-04T11:50,2024-03-04T13:10,E-1,false
R-3,sktm,2024-03-08T16:20,2024-03-12T07:40,E-2,false
R-4,sktm,2024-03-13T09:00,2024-03-13T09:40,E-2,true
R-5,legalisasi,2024-03-13T10:00,2024-03-13T10:15,E-1,false
R-6,sktm,2024-03-14T10:00,,E-2,true
"""
"""Working minutes: R-1 10, R-2 10 + 10 = 20 around noon, R-3 10 on Friday + 10 on Tuesday (Monday is a holiday) = 20,
R-4 40, R-5 15, R-6 open. Within the standards of 15 and 30: R-1, R-3, R-5, so 3 of 6."""

ATTENDANCE = """\
date,employee_id,status,time_in,time_out
2024-03-04,E-1,present,07:25,16:05
2024-03-04,E-2,present,07:45,16:00
2024-03-05,E-1,sick,,
2024-03-05,E-2,present,07:30,15:30
"""
"""E-2 is 15 minutes late on Monday and leaves 30 minutes early on Tuesday; E-1 is in time and then ill."""

SATISFACTION = """\
respondent_id,date,persyaratan,prosedur,waktu,biaya,produk,kompetensi,perilaku,sarana,pengaduan
Q-1,2024-03-04,3,3,3,3,3,3,3,3,3
Q-2,2024-03-05,4,4,4,4,4,4,4,4,4
Q-3,2024-03-06,2,2,2,2,2,2,2,2,2
Q-4,2024-03-07,3,3,3,3,3,3,3,3,
"""
"""Every element has mean 3, whether Q-4 answered it or not: the index is 3 x 25 = 75."""

EVENTS = """\
date,kind,start,end,note
2024-03-13,power_cut,09:00,11:00,Listrik padam
2024-03-14,leader_away,,,Kepala dinas luar
2024-03-15,training,13:00,15:00,Pelatihan arsip
"""

CLAIMS = """\
id,section,focus,text,asserts,rests_on,cites
K1,finding,mutu,Mutu pekerjaan cukup baik.,verdict=cukup_baik,,
K2,finding,kerja,Kerja pegawai baik.,verdict=baik,,
K3,conclusion,mutu,Mutu pekerjaan cukup baik.,verdict=cukup_baik,K1,
K4,conclusion,kerja,Kerja pegawai cukup baik.,verdict=cukup_baik,K2,
K5,finding,hambatan,Listrik menghambat.,hinders=HAM-LISTRIK,,
K6,recommendation,hambatan,Sediakan genset.,recommends=HAM-LISTRIK,K5,
K7,conclusion,hambatan,Penundaan menghambat.,hinders=HAM-TUNDA,,
K8,finding,kerja,Hampir semua permintaan tepat waktu.,indicator=tepat_waktu>=0.85,,
K9,method,,Fokus penelitian adalah mutu dan kerja.,foci=mutu;kerja,,
K10,overview,,Kepuasan diukur menurut aturan.,,,PermenPAN-RB 14/2017
"""

DECIDED = (
    ("D1", "menunjuk penanda tangan pengganti", "HAM-TUNDA", "1", "kept", "coder-a", "Pengganti mencegah penundaan."),
    ("T5", "Suratnya asal jadi.", "MUTU-HASIL", "-1", "changed", "coder-a;coder-b", "Nadanya lebih ringan; bukan -2."),
    ("T2", "Suratnya sudah baik.", "KERJA-WAKTU", "", "dropped", "coder-b", "Tidak menyebut waktu."),
    ("T4", "Rapat pagi menolong kami.", "KERJA-RAPAT", "1", "kept", "", "Rapat pagi menolong kami, katanya."),
)
"""In consensus by coder-c; T4 is S-2's, who may not be quoted."""

CODEBOOK_CHANGES = """\
date,coder,act,code,into,codings,reason
2024-03-20,coder-a,new,LAIN-TUNGGU,,0,Menunggu tanpa antre.
2024-03-21,coder-b,merge,LAIN-TUNGGU,LAIN-ANTRE,2,Tidak dapat dipisah.
2024-03-22,coder-a,define,MUTU-TELITI,,,Salah ketik termasuk.
"""

MEMOS = """\
memo_id,date,coder,about,target,heading,text
coder-a-1,2024-03-18,coder-a,study,,process,Kedua pengode membaca T1 bersama.
coder-a-2,2024-03-18,coder-a,document,T3,raw_data,Tidak direkam.
coder-b-1,2024-03-21,coder-b,code,LAIN-TUNGGU,reduction,Bandingkan dengan antrean.
"""

MEMOS_ON_CODINGS = """\
coder-b-2,2024-03-21,coder-b,coding,{T3},synthesis,Satu kesalahan.
coder-b-3,2024-03-22,coder-b,coding,{T4},reduction,Katanya lampu mati.
"""
"""The last one is about a coding of S-2's, and repeats two words."""

CODING_COLUMNS = ("document_id", "start", "end", "quote", "code", "magnitude", "memo")


@dataclass(frozen=True)
class TinyStudy:
    """A project root with one study in it, to be changed by a test."""

    id: str
    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "data/raw" / self.id

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(self, name: str) -> str:
        return (self.raw / name).read_bytes().decode()

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.read(name)
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1))

    def remove(self, name: str) -> None:
        (self.raw / name).unlink()

    def open(self, **parameters: Any) -> Study:
        return Study.open(self.id, root=self.root, **parameters)


def canonical_body(name: str) -> str:
    text = unicodedata.normalize("NFC", TEXTS[name])
    return text.split("\n---\n", 1)[1]


def write_codings(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """Return a coder's table with the place of each quote, which occurs once."""
    bodies = {Path(name).stem: canonical_body(name) for name in TEXTS}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(CODING_COLUMNS)
    for document, quote, code, magnitude in rows:
        assert bodies[document].count(quote) == 1, quote
        start = bodies[document].index(quote)
        writer.writerow([document, start, start + len(quote), quote, code, magnitude, ""])
    return buffer.getvalue()


def write_trail(*, named: bool = False) -> dict[str, str]:
    """Return the tables of the audit trail, their spans in place; ``named`` with the coders of what was decided."""
    bodies = {Path(name).stem: canonical_body(name) for name in TEXTS}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(list(DECISIONS.columns))
    for document, quote, *rest, coders, reason in DECIDED:
        start = bodies[document].index(quote)
        span = (start, start + len(quote))
        writer.writerow(["2024-03-25", "coder-c", document, *span, *rest, coders if named else "", reason])
    return {
        "decisions.csv": buffer.getvalue(), "codebook_changes.csv": CODEBOOK_CHANGES,
        "memos.csv": MEMOS,
    }  # fmt: skip


def coded_by(coder: str) -> list[tuple[str, str, str, str]]:
    changed = CHANGED.get(coder, {})
    rows = []
    for document, quote, code, magnitude in CONSENSUS:
        other = changed.get((document, code), magnitude)
        if other is not None:
            rows.append((document, quote, code, other))
    return rows


def build_tiny(root: Path) -> TinyStudy:
    """Write the study into a project root that holds nothing else."""
    tiny = TinyStudy("tiny", root)
    tables = {
        "study.toml": STUDY_TOML,
        "codebook.csv": CODEBOOK,
        "informants.csv": INFORMANTS,
        "services.csv": SERVICES,
        "attendance.csv": ATTENDANCE,
        "satisfaction.csv": SATISFACTION,
        "events.csv": EVENTS,
        "claims.csv": CLAIMS,
        "site.md": SITE,
        **write_trail(),
    }
    coders = {f"codings/{coder}.csv": write_codings(coded_by(coder)) for coder in ("consensus", *CHANGED)}
    for name, content in {**tables, **TEXTS, **coders}.items():
        tiny.write(name, content)
    shutil.copytree(
        REPOSITORY / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
    )
    shutil.copy(REPOSITORY / "requirements.lock", root / "requirements.lock")
    return tiny


@pytest.fixture
def tiny(tmp_path: Path) -> TinyStudy:
    return build_tiny(tmp_path)


@pytest.fixture
def noted(tiny: TinyStudy) -> TinyStudy:
    """Return the study with coders of its decisions, and memos about codings, which stay as long as these."""
    targets = {}
    for document, quote, code in (
        ("T3", "nama warga pernah salah", "MUTU-TELITI"),
        ("T4", "Kalau lampu mati semua berhenti total.", "HAM-LISTRIK"),
    ):
        start = canonical_body(f"interviews/{document}.md").index(quote)
        targets[document] = f"{document}:{start}-{start + len(quote)}:{code}:coder-b"
    tiny.write("memos.csv", MEMOS + MEMOS_ON_CODINGS.format(**targets))
    tiny.write("decisions.csv", write_trail(named=True)["decisions.csv"])
    return tiny


@pytest.fixture(scope="session")
def make_tiny() -> Callable[[Path], TinyStudy]:
    """Return :func:`build_tiny`, for fixtures that live longer than a test and for tests that need two."""
    return build_tiny


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery | None]:
    """Return one process from which the kernels of all runs of a module can be forked, where the system can."""
    if not kernels.AVAILABLE:
        yield None
        return
    nursery = Nursery(kernels.kernel_environment())
    yield nursery
    nursery.close()


@pytest.fixture
def quick_kernels(nursery: Nursery | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs of this process fork their kernels from one nursery: most of a small run is what each has to import."""
    if nursery:
        monkeypatch.setattr(kernels, "Nursery", lambda _environment: nursery)
        monkeypatch.setattr(nursery, "close", lambda: None)


@pytest.fixture(scope="session")
def done(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Project:
    # Imported here as it imports nbformat, which takes two seconds unless kinerja_study.reproduction is there before.
    from quick_project import NOTEBOOKS, make_project

    project = make_project(make_tiny(tmp_path_factory.mktemp("cepat")))
    assert project.run() == dict.fromkeys(NOTEBOOKS, "it has not run yet")
    return project


@pytest.fixture
def project(done: Project, quick_kernels: None, tmp_path: Path) -> Project:
    """Return a project that has been run; every test changes its own copy."""
    shutil.copytree(done.root, tmp_path / "salinan")
    return type(done)(type(done.study)("tiny", tmp_path / "salinan"))


@pytest.fixture
def read_only() -> Callable[[Path], AbstractContextManager[None]]:
    """Close a folder and those below to writing for a while; root, who may write anywhere, is nobody meanwhile."""

    @contextmanager
    def closing(folder: Path) -> Iterator[None]:
        if not hasattr(os, "geteuid"):
            pytest.skip("the permissions of Unix")
        root = os.geteuid() == 0
        closed = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        modes = {path: path.stat().st_mode for path in (*closed, *(folder.parents if root else ()))}
        for path, mode in modes.items():
            path.chmod(0o555 if path in closed else mode | 0o011)
        if root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)
            for path, mode in modes.items():
                path.chmod(mode)

    return closing

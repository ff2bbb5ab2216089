"""A small registry of the regulations that studies of this kind cite, with their time in force.

Owns what is known of each, where it was seen and what of it was not verified; it is no legal database, and what it
does not hold it says nothing of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kinerja_study.definition import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """A regulation as far as the registry knows it.

    ``start`` and ``until`` are ISO dates, or a year where the day is not known; an empty ``until`` says that no end is
    known. ``unverified`` names the fields that were seen in no source and are shown so.
    """

    id: str
    title: str
    start: str
    until: str = ""
    replaced_by: str = ""
    unverified: tuple[str, ...] = ()
    source: str

    @property
    def verified(self) -> bool:
        """Whether every field was seen in the source."""
        return not self.unverified

    def in_force(self, period: Period) -> bool:
        """Tell whether it was in force on any day of a period; a bare year counts from its first to its last day."""
        last = self.until if len(self.until) != 4 else f"{self.until}-12-31"
        ended = bool(last) and last < period.start.isoformat()
        return not ended and self.start <= period.end.isoformat()


_UNIT = "Pedoman Penilaian Kinerja Unit Pelayanan Publik"
_DISCIPLINE = "Disiplin Pegawai Negeri Sipil"
_CIVIL = "Aparatur Sipil Negara"
_SUCCESSION = "scribd.com/presentation/628206404"

REGULATIONS = (
    Regulation(id="PermenPAN-RB 7/2010", title=_UNIT, start="2010", until="2012", replaced_by="PermenPAN-RB 38/2012",
               unverified=("until", "replaced_by"), source="id.scribd.com/doc/37747994"),
    Regulation(id="PermenPAN-RB 38/2012", title=_UNIT, start="2012", until="2015", replaced_by="PermenPAN-RB 1/2015",
               unverified=("until", "replaced_by"), source="text-id.123dok.com/document/7qv949ldy"),
    Regulation(id="PermenPAN-RB 16/2014", start="2014", until="2017", replaced_by="PermenPAN-RB 14/2017",
               title="Pedoman Survei Kepuasan Masyarakat terhadap Penyelenggaraan Pelayanan Publik",
               unverified=("title",), source="puskaandriana.blogspot.com/2023/03"),
    Regulation(id="PermenPAN-RB 1/2015", title="Pedoman Evaluasi Kinerja Penyelenggara Pelayanan Publik", start="2015",
               until="2017", replaced_by="PermenPAN-RB 17/2017",
               source="docplayer.info/amp/35065667; scribd.com/document/403914849"),
    Regulation(id="PermenPAN-RB 14/2017", start="2017",
               title="Pedoman Penyusunan Survei Kepuasan Masyarakat Unit Penyelenggara Pelayanan Publik",
               unverified=("title",), source="puskaandriana.blogspot.com/2023/03"),
    Regulation(id="PermenPAN-RB 17/2017", title="Pedoman Penilaian Kinerja Unit Penyelenggara Pelayanan Publik",
               start="2017", until="2022", replaced_by="PermenPAN-RB 29/2022", unverified=("title",),
               source="scribd.com/document/403914849; 123dok.com/id/docs/permen-panrb-no-29-tahun-2022.12264261"),
    Regulation(id="PermenPAN-RB 29/2022", start="2022",
               title="Pemantauan dan Evaluasi Kinerja Penyelenggaraan Pelayanan Publik",
               source="123dok.com/id/docs/permen-panrb-no-29-tahun-2022.12264261"),
    Regulation(id="PP 10/1979", title="Penilaian Pelaksanaan Pekerjaan Pegawai Negeri Sipil", start="1979",
               until="2013-12-31", replaced_by="PP 46/2011", source=f"{_SUCCESSION}; slideplayer.info/slide/13629881"),
    Regulation(id="PP 53/2010", title=_DISCIPLINE, start="2010", until="2021-08-31", replaced_by="PP 94/2021",
               source="puskesmasmarangkayu.blogspot.com/2013/06"),
    Regulation(id="PP 46/2011", title="Penilaian Prestasi Kerja Pegawai Negeri Sipil", start="2014-01-01",
               until="2019", replaced_by="PP 30/2019", unverified=("until",),
               source=f"{_SUCCESSION}; slideplayer.info/slide/13629881"),
    Regulation(id="PP 30/2019", title="Penilaian Kinerja Pegawai Negeri Sipil", start="2019",
               source="rendratopan.com/2019/05/19"),
    Regulation(id="PP 94/2021", title=_DISCIPLINE, start="2021-08-31", source="nasional.tempo.co/read/1508472"),
    Regulation(id="UU 43/1999", start="1999", until="2014", replaced_by="UU 5/2014", unverified=("until",),
               title="Perubahan atas Undang-Undang Nomor 8 Tahun 1974 tentang Pokok-Pokok Kepegawaian",
               source=_SUCCESSION),
    Regulation(id="UU 5/2014", title=_CIVIL, start="2014", until="2023-10-30", replaced_by="UU 20/2023",
               source="peraturan.bpk.go.id"),
    Regulation(id="UU 27/2022", title="Pelindungan Data Pribadi", start="2022-10-17", source="datapribadi.id"),
    Regulation(id="UU 20/2023", title=_CIVIL, start="2023-10-31", source="peraturan.bpk.go.id"),
    Regulation(id="Keppres 68/1995", title="Hari Kerja di Lingkungan Lembaga Pemerintah", start="1995",
               until="2023-04-11", replaced_by="Perpres 21/2023",
               source="cokyfauzialfi.wordpress.com/2012/12/06; catatanhukum.id; setneg.go.id"),
    Regulation(id="Perpres 21/2023", start="2023-04-12",
               title="Hari Kerja dan Jam Kerja Instansi Pemerintah dan Pegawai Aparatur Sipil Negara",
               source="catatanhukum.id; news-lite.ddtc.co.id"),
    Regulation(id="Inpres 7/1999", title="Akuntabilitas Kinerja Instansi Pemerintah", start="1999",
               unverified=("id", "title", "start", "until"), source="-"),
)  # fmt: skip
"""In the order of rank and number; the sources are those where the fields that are not unverified were seen."""

_BY_ID = {regulation.id: regulation for regulation in REGULATIONS}

_MINISTRY = r"(?:pan(?:\W*(?:dan )?rb)?|pendayagunaan aparatur negara(?: dan reformasi birokrasi)?)"
_FORMS = {
    "PermenPAN-RB": rf"(?:permen|peraturan menteri(?: negara)?)\s*{_MINISTRY}",
    "UU": r"uu|undang\W*undang",
    "PP": r"pp|peraturan pemerintah",
    "Perpres": r"perpres|peraturan presiden",
    "Keppres": r"keppres|keputusan presiden",
    "Inpres": r"inpres|instruksi presiden",
}
_NUMBER = r"(?: republik indonesia| ri)?\s*(?:nomor|no\.?)?\s*:?\s*0*(\d+)\s*(?:/|tahun|th\.?)\s*(\d{4})"


def parse_citation(text: str) -> str | None:
    """Return a citation in the registry's form, however it was written.

    Returns
    -------
    str or None
        None when it names no national regulation with number and year.

    Examples
    --------
    >>> parse_citation("Permenpan 38/2012")
    'PermenPAN-RB 38/2012'
    >>> parse_citation("Peraturan Menteri PAN dan RB Nomor 38 Tahun 2012")
    'PermenPAN-RB 38/2012'
    """
    for kind, form in _FORMS.items():
        found = re.fullmatch(rf"(?:{form}){_NUMBER}(?:\s+tentang\s.*)?", text.strip(), re.IGNORECASE | re.DOTALL)
        if found:
            return f"{kind} {found[1]}/{found[2]}"
    return None


def find_regulation(text: str) -> Regulation | None:
    """Return the regulation that a citation means, None when the registry does not hold it."""
    return _BY_ID.get(parse_citation(text) or "")


def find_successors(regulation: Regulation) -> list[Regulation]:
    """Return what replaced a regulation, and what replaced that, in order."""
    chain = []
    while regulation.replaced_by:
        regulation = _BY_ID[regulation.replaced_by]
        chain.append(regulation)
    return chain


def find_title(text: str) -> str | None:
    """Return the longest title of the registry that a text gives after "tentang", in the registry's words.

    Examples
    --------
    >>> find_title("UU 43/1999 'tentang penilaian pelaksanaan pekerjaan PNS', ...")
    'Penilaian Pelaksanaan Pekerjaan Pegawai Negeri Sipil'
    """
    said = _plain(text)
    found = [r.title for r in REGULATIONS if f" tentang {_plain(r.title).strip()} " in said]
    return max(found, key=len, default=None)


def find_by_title(title: str) -> list[Regulation]:
    """Return the regulations whose title is this one or ends in it, as that of an amendment does."""
    own = _plain(title)
    return [regulation for regulation in REGULATIONS if _plain(regulation.title).endswith(own)]


def _plain(text: str) -> str:
    words = re.sub(r"\W+", " ", text.casefold()).split()
    full = {"pns": "pegawai negeri sipil", "asn": "aparatur sipil negara"}
    return f" {' '.join(full.get(word, word) for word in words)} "

"""codecheck.yml: the manifest part is ours, everything else belongs to those who check."""

from __future__ import annotations

import yaml

from kinerja_study.reproduction.codecheck import START, list_outputs

MANIFEST = {
    "stages": [{"notebook": "4_x.ipynb", "outputs": {"data/processed/kota/a: b.csv": "00"}}],
    "outputs": {"data/processed/kota/a: b.csv": "00", "reports/kota/laporan.html": "11"},
}
OWN = [
    {"file": "data/processed/kota/a: b.csv", "comment": "written by notebooks/4_x.ipynb"},
    {"file": "reports/kota/laporan.html", "comment": "bound from the executed notebooks"},
]
CHECKED = """\
---
version: https://codecheck.org.uk/spec/config/2.0/

manifest:
  # what the paper shows
  - file: figure.pdf
    comment: Figure 1

  - file: reports/kota/lama.html
    comment: no longer written
  - file: reports/kota-lain/laporan.html

paper:
  title: "Kinerja"  # as printed
codechecker:
  - name: S. Penguji
summary: |
  Semua sama.
  manifest: ini bukan kunci
"""


def test_new_file_holds_the_outputs_and_nothing_that_a_checker_says() -> None:
    made = yaml.safe_load(list_outputs(START, "kota", MANIFEST))
    assert made == {"version": "https://codecheck.org.uk/spec/config/2.0/", "manifest": OWN}


def test_what_people_wrote_stays_to_the_letter_and_only_the_study_s_own_files_are_replaced() -> None:
    made = list_outputs(CHECKED, "kota", MANIFEST)
    others = [{"file": "figure.pdf", "comment": "Figure 1"}, {"file": "reports/kota-lain/laporan.html"}]
    assert yaml.safe_load(made)["manifest"] == others + OWN
    assert made[made.index("\npaper:") :] == CHECKED[CHECKED.index("\npaper:") :]
    assert made.startswith(CHECKED[: CHECKED.index("  - file: reports")])
    assert list_outputs(made, "kota", MANIFEST) == made


def test_manifest_in_either_layout_and_at_any_place_is_found() -> None:
    for text in (
        "---\nmanifest:\n- file: a.csv\nreport: x\n",
        "---\nreport: x\nmanifest:\n  - file: a.csv",
        "---\nreport: x\n",
    ):
        made = yaml.safe_load(list_outputs(text, "kota", MANIFEST))
        kept = [{"file": "a.csv"}] if "a.csv" in text else []
        assert made == {"manifest": kept + OWN, "report": "x"}


def test_manifest_of_another_layout_is_left_as_it_is() -> None:
    text = "---\nmanifest: [{file: a.csv}]\n"
    assert list_outputs(text, "kota", MANIFEST) == text

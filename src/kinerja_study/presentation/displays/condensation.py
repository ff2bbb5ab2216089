"""Tables and figures of the condensation: who coded what, and with which codes."""

from __future__ import annotations

import functools

import pandas as pd

from kinerja_study.definition import Focus
from kinerja_study.presentation.blocks import Figure, Table
from kinerja_study.presentation.displays.cells import number, text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures import plot_code_frequencies
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import upper_first


def table_coders(material: Material) -> Table:
    """Return what each coder did."""
    say, wording = material.wording.say, material.wording
    columns = ("segments", "documents", "codes", "for", "neutral", "against")
    rows = [
        (text(upper_first(material.coder(str(row["coder"])))), *(number(wording, row[column]) for column in columns))
        for row in material.study.load("coders.csv").to_dict("records")
    ]
    headings = ("coder", "segments", "texts", "codes", "for", "neutral", "against")
    return tabled(material, "tabel-pengode", say("caption.coders"), headings, rows)


def table_codebook(material: Material) -> Table:
    """Return the codebook with how many sources use each code."""
    say, language = material.wording.say, material.study.language
    used = material.study.load("codes.csv").set_index("code")
    rows = [
        (
            text(code),
            text(str(row["label"])),
            text(material.definition.focus(str(row["focus"])).name(language)),
            text(str(row["definition"])),
            text(say(f"origin.{row['origin']}")),
            number(material.wording, used.at[code, "cases"]),
            number(material.wording, used.at[code, "segments"]),
        )
        for code, row in ((str(r["code"]), r) for r in material.codebook.to_dict("records"))
    ]
    headings = ("code", "label", "focus", "definition", "origin", "cases", "segments")
    return tabled(material, "tabel-buku-kode", say("caption.codebook"), headings, rows)


def table_codes(material: Material, focus: Focus, codes: pd.DataFrame) -> Table:
    """Return the codes of a focus with how many segments speak against, neither, for, and of how many sources.

    Parameters
    ----------
    material : Material
        Of the study.
    focus : Focus
        Of the codes.
    codes : DataFrame
        Rows of codes.csv, in the order to be shown.
    """
    say, wording = material.wording.say, material.wording
    columns = ("against", "neutral", "for", "segments", "cases")
    headings = ("code", *columns)
    caption = say("caption.codes", focus=focus.name(material.study.language))
    return tabled(
        material,
        f"tabel-kode-{focus.id}",
        caption,
        headings,
        [
            (text(str(row["label"])), *(number(wording, row[column]) for column in columns))
            for row in codes.to_dict("records")
        ],
        source="",
    )


def figures_codes(material: Material) -> list[Figure]:
    """Return one figure a focus: its codes and how many segments speak against, neither, for."""
    say = material.wording.say
    codes = material.study.load("codes.csv")
    legend = [say("legend.against"), say("legend.neutral"), say("legend.for")]
    figures = []
    for focus in material.definition.foci:
        own = codes[(codes["focus"] == focus.id) & (codes["segments"] > 0)]
        if own.empty:
            continue
        own = own.sort_values("segments", ascending=False, kind="stable", ignore_index=True)
        name = focus.name(material.study.language)
        figures.append(
            drawn(
                f"gambar-kode-{focus.id}",
                functools.partial(plot_code_frequencies, own, legend, empty=say("legend.no_data")),
                caption=say("caption.codes", focus=name),
                alt=say("alt.codes", codes=len(own), focus=name, first=str(own.at[0, "label"])),
                source=material.table_source("texts"),
                table=table_codes(material, focus, own),
            )
        )
    return figures

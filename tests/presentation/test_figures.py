"""Figures: what they show, as typed, safe in a page, the same bytes every time. Never pixels."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kinerja_study.presentation import figures
from kinerja_study.presentation.figures.axes import fold, measure
from kinerja_study.presentation.figures.svg import clean_svg
from kinerja_study.presentation.figures.theme import (
    ACCENT,
    AGAINST,
    DARK,
    DIVERGING,
    FOR,
    GROUP_COLOURS,
    INK,
    LIGHT,
    NEUTRAL,
    contrast,
    ink_on,
    level_colours,
    step_of,
)

AS_TYPED = ["$x$ dan $\\alpha_1$", "a_b_c", "C:\\kantor\\loket", "dua\nbaris", "<script>&lt;</script>", "_{{ x }} -->"]
GROUPS = {"pimpinan": "Pimpinan", "pegawai": "Pegawai", "masyarakat": "Masyarakat", "data": "Catatan kantor"}
FOCI = {"kualitas": "Kualitas pekerjaan", "kreativitas": "Kreativitas pegawai"}
STEPS = ["sepenuhnya kurang", "cenderung kurang", "berimbang", "cenderung baik", "sepenuhnya baik"]
LEVELS = [(20.0, "tidak baik"), (36.0, "kurang baik"), (52.0, "cukup baik"), (68.0, "baik"), (84.0, "sangat baik")]


def informants() -> Axes:
    rows = [("pegawai", "Staf loket", 2), ("pimpinan", "Camat", 1), ("pegawai", "Tenaga kontrak", 3)]
    return figures.plot_informants(pd.DataFrame(rows, columns=["group", "role", "count"]), GROUPS)


def codes(labels: list[str] | None = None) -> Axes:
    labels = labels or ["Mutu hasil kerja", "Ketelitian/kesalahan", "Penilaian pihak lain"]
    counts = [(11, 2, 19), (1, 3, 0), (0, 0, 0), (1, 1, 1), (2, 0, 2), (4, 4, 4)][: len(labels)]
    table = pd.DataFrame(counts, columns=["against", "neutral", "for"]).assign(code="X", label=labels)
    return figures.plot_code_frequencies(table, ["kurang", "berimbang", "baik"])


def matrix() -> Axes:
    rows = [
        ("INF-01", "kualitas", 1.0, 7, "pimpinan"),
        ("INF-01", "kreativitas", -0.25, 2, "pimpinan"),
        ("INF-02", "kualitas", 0.1, 12, "pegawai"),
        ("INF-02", "kreativitas", None, 0, "pegawai"),
        ("INF-03", "kreativitas", -1.0, 3, "pegawai"),
    ]
    table = pd.DataFrame(rows, columns=["case_id", "focus", "position", "segments", "group"])
    names = {"INF-03": "INF-03 Staf", "INF-01": "INF-01 Camat", "INF-02": "INF-02 Staf loket"}
    return figures.plot_case_focus(table, names, FOCI, GROUPS, step_labels=STEPS, silent_label="diam")


def scale(score: float | None = 60.37) -> Axes:
    return figures.plot_focus_scale(
        LEVELS,
        [("pimpinan", "Pimpinan", 74.0, True), ("pegawai", "Pegawai", None, True), ("data", "Catatan", 40.0, False)],
        [("pimpinan", 70.0), ("pimpinan", 78.0), ("pimpinan", 70.0), ("data", 40.0)],
        score,
        group_ids=list(GROUPS),
        ticks=[(edge, f"{edge:.0f}") for edge, _ in LEVELS],
        legend_labels=["kasus", "kelompok", "tidak dihitung", "skor"],
        score_text="60,37",
    )


def services() -> Axes:
    table = pd.DataFrame(
        {
            "label": ["Legalisasi", "Dispensasi nikah", "Ahli waris"],
            "median": [0.0, 180.0, None],
            "p90": [22.0, 610.0, None],
            "longest": [60.0, 900.0, None],
            "standard_minutes": [15.0, None, 480.0],
            "requests": [170, 50, 9],
            "open": [0, 2, 9],
        }
    )
    return figures.plot_service_times(
        table,
        ticks=[(5, "5 menit"), (60, "1 jam"), (450, "1 hari kerja")],
        axis_label="menit kerja",
        legend_labels=["median", "persentil ke-90", "terlama", "standar"],
        column_headings=["permohonan", "belum selesai"],
    )


def lateness() -> Axes:
    table = pd.DataFrame({"label": ["Senin", "Selasa"], "length": [0.42, None]})
    table = table.assign(first=["76 dari 180", "0 dari 0"], second=["14,2 menit", "–"])
    ticks = [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
    return figures.plot_bars(table, ticks=ticks, axis_label="terlambat", column_headings=["terlambat", "rata-rata"])


def satisfaction() -> Axes:
    table = pd.DataFrame(
        {"label": ["Persyaratan", "Biaya/tarif"], "mean": [3.31, None], "text": ["3,31", "–"], "n": [120, 0]}
    )
    ticks = [(1.0, "1"), (4.0, "4")]
    return figures.plot_satisfaction(table, ticks=ticks, axis_label="", column_headings=["rata-rata", "responden"])


def obstacles() -> Axes:
    table = pd.DataFrame({"label": ["Pimpinan tidak di tempat", "Pasokan listrik"], "length": [11, 5], "whole": 16})
    return figures.plot_bars(table.assign(first=["11 dari 16", "5 dari 16"], second=["3 dari 4", "1 dari 4"]))


ALL: dict[str, Callable[[], Axes]] = {
    "informan": informants,
    "kode": codes,
    "matriks": matrix,
    "skala": scale,
    "layanan": services,
    "terlambat": lateness,
    "kepuasan": satisfaction,
    "penghambat": obstacles,
}
EVERY = pytest.mark.parametrize("name", ALL)


def render(name: str) -> str:
    figure = ALL[name]().get_figure(root=True)
    assert figure is not None
    return figures.render_svg(figure, name)


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own


def row_labels(ax: Axes) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def written(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def widths(ax: Axes, container: int) -> list[float]:
    return [bar.get_width() for bar in ax.containers[container]]


# What each figure shows


def test_informants_stand_under_their_group_in_the_order_of_the_study() -> None:
    ax = informants()
    assert row_labels(ax) == ["Pimpinan", "Camat", "Pegawai", "Staf loket", "Tenaga kontrak"]
    assert [len(line.get_xdata()) for line in ax.lines] == [1, 2, 3]
    assert written(ax) == ["1", "2", "3"]


def test_a_group_looks_the_same_in_every_figure() -> None:
    colours, markers = figures.group_colours(list(GROUPS)), figures.group_markers(list(GROUPS))
    drawn = {(to_hex(line.get_color()), line.get_marker()) for ax in (informants(), scale()) for line in ax.lines}
    for group in ("pimpinan", "pegawai", "data"):
        assert (colours[group], markers[group]) in drawn


def test_code_bars_are_as_long_as_their_counts_and_neutral_stands_astride_the_middle() -> None:
    ax = codes()
    assert [widths(ax, container) for container in range(3)] == [[-11, -1, 0], [2, 3, 0], [19, 0, 0]]
    neutral = ax.containers[1][1]
    assert neutral.get_x() == -neutral.get_width() / 2
    assert ax.containers[0][0].get_x() == -1  # against begins where neutral ends
    assert ax.containers[2][0].get_x() == 1
    assert [to_hex(bars[0].get_facecolor()) for bars in ax.containers] == [AGAINST, NEUTRAL, FOR]


def test_every_count_of_a_code_is_written_a_zero_too() -> None:
    assert [text for text in written(codes()) if text != "■"] == ["11", "1", "0", "2", "3", "0", "19", "0", "0"]


def test_matrix_groups_its_cases_in_the_order_of_the_labels() -> None:
    ax = matrix()
    assert row_labels(ax) == ["Pimpinan", "INF-01 Camat", "Pegawai", "INF-03 Staf", "INF-02 Staf loket"]
    assert [tick.get_text().replace("\n", " ") for tick in ax.get_xticklabels()] == list(FOCI.values())


def test_matrix_cells_have_the_colour_of_their_position_and_the_number_of_their_segments() -> None:
    ax = matrix()
    cells = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    colours = [to_hex(cell.get_facecolor()) for cell in cells]
    assert colours == [DIVERGING[4], DIVERGING[1], DIVERGING[0], DIVERGING[2]]
    assert written(ax) == ["7", "2", "3", "12"]
    for cell, text in zip(cells, ax.texts, strict=True):
        assert contrast(to_hex(text.get_color()), to_hex(cell.get_facecolor())) >= 4.5


def test_silence_is_a_dot_not_a_cell() -> None:
    silent = [line for line in matrix().lines if line.get_marker() == "."]
    # INF-02 on kreativitas has no segment, INF-03 on kualitas no row
    assert [len(line.get_xydata()) for line in silent] == [2]


def test_scale_shows_every_case_every_group_and_the_score() -> None:
    ax = scale()
    drawn = [np.asarray(line.get_xdata()).tolist() for line in ax.lines]
    assert drawn == [[70.0, 70.0, 78.0], [74.0], [40.0], [40.0], [60.37, 60.37], [60.37]]
    assert row_labels(ax) == ["", "Pimpinan", "Catatan"]  # a group without value is left out
    assert [ax.lines[number].get_markerfacecolor() for number in (1, 3)] != ["none", "none"]
    assert ax.lines[3].get_markerfacecolor() == "none"
    heights = list(ax.lines[0].get_ydata())
    assert heights[0] != heights[1], "two cases of one value must not hide each other"


def test_scale_without_a_score_has_no_diamond() -> None:
    assert any(line.get_marker() == "D" for line in scale().lines)
    assert not any(line.get_marker() == "D" for line in scale(None).lines)


def test_scale_names_its_levels_on_strips_between_the_edges() -> None:
    ax = scale()
    strips = [
        (patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches if isinstance(patch, Rectangle)
    ]
    assert strips == [(20, 36), (36, 52), (52, 68), (68, 84), (84, 100)]
    assert [text.replace("\n", " ") for text in written(ax)[:5]] == [name for _, name in LEVELS]


def test_service_times_lie_on_a_logarithmic_axis_with_the_ticks_of_the_caller() -> None:
    ax = services()
    assert ax.get_xscale() == "log"
    assert [tick.get_text().replace("\n", " ") for tick in ax.get_xticklabels()] == ["5 menit", "1 jam", "1 hari kerja"]
    assert not len(ax.xaxis.get_minorticklocs())
    longest, p90, median, standard = (np.asarray(line.get_xdata(), dtype=float) for line in ax.lines)
    assert median[:2].tolist() == [5.0, 180.0]  # no time at all stands at the left edge, not at minus infinity
    assert np.isnan(median[2])
    assert p90[:2].tolist() == [5.0, 22.0]
    assert longest[3:5].tolist() == [610.0, 900.0]
    assert standard[[0, 2]].tolist() == [15.0, 480.0]
    assert np.isnan(standard[1])
    assert written(ax)[-4:] == ["0", "2", "9", "belum selesai"]


def test_lateness_bars_are_shares_with_their_denominators() -> None:
    ax = lateness()
    assert widths(ax, 0) == [0.42, 0.0]
    assert ax.get_xlim() == (0, 1)
    assert {"76 dari 180", "0 dari 0", "14,2 menit"} <= set(written(ax))


def test_satisfaction_dots_lie_on_one_to_four() -> None:
    ax = satisfaction()
    means = np.asarray(ax.lines[0].get_xdata(), dtype=float)
    assert means[0] == 3.31
    assert np.isnan(means[1])
    assert ax.get_xlim() == (1, 4)
    assert {"3,31", "120", "0"} <= set(written(ax))


def test_obstacles_keep_their_rank_on_a_track_of_all_cases() -> None:
    ax = obstacles()
    assert row_labels(ax) == ["Pimpinan tidak di tempat", "Pasokan listrik"]
    assert [widths(ax, 0), widths(ax, 1)] == [[16, 16], [11, 5]]
    assert ax.get_xlim() == (0, 16)
    assert ax.yaxis_inverted()
    assert to_hex(ax.containers[1][0].get_facecolor()) == ACCENT
    assert {"11 dari 16", "1 dari 4"} <= set(written(ax))


def test_legend_leaves_out_what_has_no_name_and_keeps_a_name_that_begins_with_an_underscore() -> None:
    table = pd.DataFrame({"code": ["a"], "label": ["a"], "against": [1], "neutral": [0], "for": [1]})
    legend = figures.plot_code_frequencies(table, ["_kurang", "", "$baik$"]).get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["_kurang", "$baik$"]


def test_figures_draw_on_axes_that_are_given() -> None:
    own = Figure().add_subplot()
    table = pd.DataFrame({"label": ["a"], "length": [1], "first": ["1 dari 2"], "second": [""]})
    assert figures.plot_bars(table, ax=own) is own


def test_no_data_is_said_in_the_words_of_the_caller() -> None:
    nothing = "Tidak ada data."
    blank = pd.DataFrame(columns=["group", "role", "count", "case_id", "focus", "position", "segments", "label"])
    pair, none = ["", ""], {"ticks": [(1.0, "1")], "axis_label": "", "empty": nothing}
    drawn = [
        figures.plot_informants(blank, GROUPS, empty=nothing),
        figures.plot_code_frequencies(blank, ["", "", ""], empty=nothing),
        figures.plot_case_focus(blank, {}, FOCI, GROUPS, step_labels=STEPS, silent_label="", empty=nothing),
        figures.plot_focus_scale(
            LEVELS, [("a", "A", None, True)], [], None, group_ids=["a"], ticks=[], legend_labels=[""] * 4, empty=nothing
        ),
        figures.plot_service_times(blank, legend_labels=[""] * 4, column_headings=pair, **none),
        figures.plot_bars(blank, column_headings=pair, **none),
        figures.plot_satisfaction(blank, column_headings=pair, **none),
    ]
    assert [written(ax) for ax in drawn] == [[nothing]] * len(drawn)
    assert all("<svg" in figures.render_svg(ax.get_figure(root=True), "kosong") for ax in drawn)


# Text as typed


def glyphs(label: str) -> int:
    """How many glyphs an SVG holds that shows nothing but a label."""
    with figures.theme():
        figure = Figure()
        figure.text(0.1, 0.5, fold(label, 99.0))
    return len(re.findall("<use ", figures.render_svg(figure, "teks")))


@pytest.mark.parametrize("label", AS_TYPED)
def test_field_text_is_drawn_as_typed(label: str) -> None:
    assert glyphs(label) == len(re.sub(r"\s", "", label))


def test_without_the_theme_a_formula_would_be_set() -> None:
    figure = Figure()
    figure.text(0.1, 0.5, "$x$")
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    assert len(re.findall("<use ", buffer.getvalue())) == 1  # the dollar signs are gone


def test_field_text_stands_in_the_labels_and_nowhere_else() -> None:
    ax = codes(AS_TYPED)
    assert [label.replace("\n", " ") for label in row_labels(ax)] == [label.replace("\n", " ") for label in AS_TYPED]
    assert not any(tick.get_parse_math() for tick in ax.get_yticklabels())
    svg = figures.render_svg(ax.get_figure(root=True), "kode")
    assert "script" not in svg
    assert "kantor" not in svg


def test_signs_that_the_font_or_xml_lacks_break_nothing() -> None:
    ax = codes(["tab\tdan bel\x07", "日本語 😀", "\u2028\ufffe", "", "a" * 200, " "])
    assert row_labels(ax)[0] == "tab dan bel "
    assert "<svg" in figures.render_svg(ax.get_figure(root=True), "kode")


def test_folding_loses_nothing_and_keeps_to_its_width() -> None:
    text = "Kesesuaian dengan SOP/standar/visi-misi dan satukatayangpanjangsekali" + "x" * 60
    lines = fold(text).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 3
    assert max(measure(line) for line in lines) <= 2.15


# The page


@EVERY
def test_svg_is_safe_in_a_page(name: str) -> None:
    svg = render(name)
    root = parse(svg)
    assert svg.startswith("<svg ")
    assert "<!" not in svg
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "defs", "path", "use", "clipPath", "rect"}
    names = {attribute for element in root.iter() for attribute in element.attrib}
    assert not {
        attribute for attribute in names if attribute.startswith(("on", "{")) or attribute in ("style", "class")
    }
    assert set(root.attrib) == {"viewBox", "stroke-linejoin", "stroke-linecap"}


@EVERY
def test_svg_ids_carry_the_prefix_and_every_reference_is_met(name: str) -> None:
    root = parse(render(name))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    values = [(key, value) for element in root.iter() for key, value in element.attrib.items()]
    references = [value for key, value in values if key == "href"]
    references += [f"#{found}" for _, value in values for found in re.findall(r"url\(#(.*?)\)", value)]
    assert ids
    assert len(set(ids)) == len(ids)
    assert all(identity.startswith(f"{name}-") for identity in ids)
    assert {f"#{identity}" for identity in ids} == set(references)


@EVERY
def test_svg_has_finite_rounded_lengths_and_the_ink_of_the_page(name: str) -> None:
    svg = render(name)
    assert not re.search(r"\bnan\b|\binf\b", svg, re.IGNORECASE)
    assert not re.search(r"\d\.\d{3,}", re.sub(r"(scale|opacity)[^ ]*", "", svg))
    assert INK not in svg
    assert "currentColor" in svg


@EVERY
def test_svg_is_small(name: str) -> None:
    assert len(render(name).encode()) < 60_000


def test_marks_in_a_row_that_are_painted_alike_say_so_once() -> None:
    marks = "".join(f'<use href="#m" x="{x}" y="1" style="fill: #0072b2"/>' for x in range(5))
    other = '<use href="#m" x="9" y="1" style="fill: #d55e00"/>'
    svg = clean_svg(f'<svg viewBox="0 0 9 9"><path id="m" d="M0 0h1"/>{marks}{other}</svg>', "a", INK)
    uses = [element.attrib for element in parse(svg).iter() if element.tag.endswith("use")]
    assert svg.count("#0072b2") == svg.count("#d55e00") == 1
    assert ["fill" in use for use in uses] == [False] * 5 + [True]
    assert [use.get("x", "0") for use in uses] == ["0", "1", "2", "3", "4", "9"]


def test_prefix_that_is_no_id_is_refused() -> None:
    with pytest.raises(ValueError, match="the prefix '1 a' is no id"):
        figures.render_svg(Figure(), "1 a")


def test_drawing_and_saving_leave_no_setting_changed() -> None:
    before = dict(mpl.rcParams)
    render("matriks")
    assert dict(mpl.rcParams) == before


def test_the_settings_of_the_reader_change_nothing() -> None:
    usual = render("skala")
    odd = {
        "font.size": 30,
        "text.parse_math": True,
        "svg.fonttype": "none",
        "lines.markeredgewidth": 5,
        "ytick.right": True,
    }
    with mpl.rc_context(odd):
        assert render("skala") == usual


def test_svg_is_the_same_in_this_and_in_another_process_where_the_plain_way_is_not() -> None:
    here = "\n".join(render(name) for name in ALL)
    again = "\n".join(render(name) for name in ALL)
    script = (
        f"import runpy\nt = runpy.run_path({__file__!r})\nprint('\\n'.join(t['render'](name) for name in t['ALL']))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment)
    assert again == here
    assert run.stdout.decode().replace("\r\n", "\n").rstrip("\n") == here

    def plain() -> str:
        buffer = io.StringIO()
        ALL["kode"]().get_figure(root=True).savefig(buffer, format="svg", metadata={"Date": None})
        return buffer.getvalue()

    assert plain() != plain()


# Colours


@pytest.mark.parametrize("colour", [*GROUP_COLOURS, ACCENT, AGAINST, FOR])
def test_marks_are_seen_on_white_and_on_dark(colour: str) -> None:
    assert contrast(colour, LIGHT) >= 3
    assert contrast(colour, DARK) >= 3


def test_the_five_steps_differ_in_grey_print() -> None:
    lightness = sorted(116 * (1.05 / contrast(colour, LIGHT) - 0.05) ** (1 / 3) - 16 for colour in DIVERGING)
    assert min(np.diff(lightness)) >= 8
    luma = sorted(float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114))) for colour in DIVERGING)  # Rec. 601, printers'
    assert min(np.diff(luma)) >= 0.06
    assert all(contrast(ink_on(colour), colour) >= 4.5 for colour in DIVERGING)


def test_steps_and_levels_mirror() -> None:
    positions = np.linspace(-1, 1, 81)
    assert [step_of(p) for p in positions] == [4 - step_of(-p) for p in positions]
    assert level_colours(5) == list(DIVERGING)
    assert len(set(level_colours(7))) == 7


def test_no_two_groups_share_colour_and_marker() -> None:
    groups = [f"kelompok-{number}" for number in range(40)]
    colours, markers = figures.group_colours(groups), figures.group_markers(groups)
    assert len({(colours[group], markers[group]) for group in groups}) == 40
    assert "D" not in markers.values()

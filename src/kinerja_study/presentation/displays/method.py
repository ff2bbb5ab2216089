"""The method as a figure: the interactive model with the study's own counts."""

from __future__ import annotations

from kinerja_study.presentation.blocks import Figure
from kinerja_study.presentation.displays.cells import text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures import plot_method
from kinerja_study.presentation.material import Material


def figure_method(material: Material) -> Figure:
    """Return the interactive model of Miles, Huberman and Saldaña, filled with what this study did."""
    say, study = material.wording.say, material.study
    foci = material.findings["foci"]
    cells = study.load("case_focus.csv")
    counts = {
        "collection": {"texts": len(material.documents), "informants": len(material.heard)},
        "display": {
            "foci": int((cells["technique"] != "record").sum()),
            "codes": len(study.load("role_code.csv")),
            "indicators": len(material.indicators),
        },
        "condensation": {"segments": len(material.segments), "codes": material.segments["code"].nunique()},
        "conclusions": {
            "verdicts": sum(finding["verdict"] is not None for finding in foci),
            "foci": len(foci),
            "obstacles": len(material.findings["obstacles"]),
        },
    }
    parts = [
        (say(f"method.{part}"), [say(f"method.{part}_{line}", **own) for line in ("what", "counts")])
        for part, own in counts.items()
    ]
    return drawn(
        "gambar-model",
        lambda: plot_method(parts),
        caption=say("method.caption"),
        alt=say("method.alt", parts=[f"{name}: {lines[1]}" for name, lines in parts]),
        source=say("method.source"),
        table=tabled(
            material,
            "tabel-model",
            say("method.caption"),
            ("part", "what", "counts"),
            [(text(name), *(text(line) for line in lines)) for name, lines in parts],
            under="method.heading_",
            source="",
        ),
    )

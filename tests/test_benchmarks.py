"""The table of the README is what the benchmark wrote."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def test_table_of_the_readme_is_the_output_of_the_benchmark() -> None:
    written = (REPOSITORY / "benchmarks/results.md").read_text("utf-8")
    begin, end = "<!-- benchmarks/results.md -->\n", "<!-- end of benchmarks/results.md -->"
    shown = (REPOSITORY / "README.md").read_text("utf-8").partition(begin)[2].partition(end)[0]
    assert shown == written
    assert {line[:4] for line in written.splitlines() if line[2:3].isdigit()} == {f"| {n}." for n in range(1, 10)}

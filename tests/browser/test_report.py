"""The report in a real browser: what a reader, a keyboard, a screen reader and a printer get."""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAMPLE = Path(__file__).parents[2] / "reports/balikpapan-kota/laporan.html"
HOSTILE = """<script>alert(1)</script></style>{{ 7*7 }} $x$ **x** <img src=x onerror=alert(1)> "'&amp;"""
PAPER = 605
"""Width of the text on A4, in pixels of CSS: 210 mm less margins of 22 and 28."""

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
OPEN_ALL = """() => {
    for (const box of document.querySelectorAll("details")) { box.removeAttribute("name"); box.open = true; }
}"""
WATCH = """
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""


@dataclass(frozen=True)
class Written:
    """A report, and what it was written from."""

    url: str
    text: str
    segments: dict[str, dict[str, str]]
    records: set[str]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_hostile(tiny: Any) -> None:
    """Let an informant say, a coder name and a study write what would do harm if it were not escaped."""
    tiny.replace("interviews/T6.md", "Saya antre dari subuh.", f"Saya antre dari subuh. Di loket tertulis: {HOSTILE}.")
    start = tiny.read("interviews/T6.md").split("\n---\n", 1)[1].index(HOSTILE)
    for coder in ("consensus", "coder-a", "coder-b"):
        row = io.StringIO()
        csv.writer(row, lineterminator="\n").writerow(
            ["T6", start, start + len(HOSTILE), HOSTILE, "MUTU-TELITI", "-1", ""]
        )
        tiny.write(f"codings/{coder}.csv", tiny.read(f"codings/{coder}.csv") + row.getvalue())
    tiny.replace("codebook.csv", ",Ketelitian,", ",Ketelitian <i>{{ 7*7 }}</i> $x$,")
    tiny.replace("informants.csv", ",Petani,", ",Petani <img src=x onerror=alert(1)>,")
    tiny.replace("study.toml", 'site = "Kantor Kecil"', "site = 'Kantor <script>alert(1)</script> Kecil'")


@pytest.fixture(scope="module")
def report(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Run a study whose field texts are hostile, and return its report."""
    tiny = make_tiny(tmp_path_factory.mktemp("laporan"))
    make_hostile(tiny)
    command = [sys.executable, "-c", "from kinerja_study.cli import app; app()", "run", "tiny"]
    ran = subprocess.run(command, cwd=tiny.root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    path = tiny.root / "reports/tiny/laporan.html"
    processed = tiny.root / "data/processed/tiny"
    return Written(
        url=path.as_uri(),
        text=path.read_text("utf-8"),
        segments={row["coding_id"]: row for row in rows_of(processed / "segments.csv")},
        records={f"{row['table']}:{row['indicator']}" for row in rows_of(processed / "indicators.csv")},
    )


@pytest.fixture
def visit(browser: Browser, report: Written) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the report at a place, in a window of a width."""
    contexts = []

    def go(fragment: str = "", width: int = 1360, **settings: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **settings)
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(report.url + fragment)
        return page

    yield go
    for context in contexts:
        context.close()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


# --- The file


def test_page_asks_for_nothing_runs_nothing_foreign_and_complains_of_nothing(visit: Any, report: Written) -> None:
    page = visit()
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    page.reload()
    page.locator("a.mark").first.click()
    page.evaluate(OPEN_ALL)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    assert heard == [report.url]
    assert page.evaluate("violations") == []


def test_policy_stops_what_escaping_would_have_let_through(visit: Any) -> None:
    page = visit()
    page.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", '<img src=x onerror="window.ran = true"><p style="color: red">');
        document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
    }""")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert {"img-src", "style-src-attr", "script-src-elem"} <= set(page.evaluate("violations"))


@pytest.mark.parametrize("place", [".said", "[data-evidence] q"])
def test_what_the_field_said_shows_as_typed(visit: Any, place: str) -> None:
    page = visit()
    page.evaluate(OPEN_ALL)
    shown = page.locator(place).filter(has_text=HOSTILE)
    assert shown.count() > 0
    assert HOSTILE in shown.first.inner_text()
    assert page.locator("img, i, main script, main style").count() == 0


def test_labels_roles_and_the_place_show_as_typed(visit: Any) -> None:
    text = visit().locator("body").text_content()
    for typed in ("Ketelitian <i>{{ 7*7 }}</i> $x$", "Petani <img src=x onerror=alert(1)> (W-2)", "<script>alert(1)"):
        assert typed in text


def test_ids_are_unique_and_every_link_within_resolves(visit: Any) -> None:
    page = visit()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    links = page.evaluate("[...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))")
    assert len(set(ids)) == len(ids)
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert all(link.startswith(("#", "https://")) for link in links)


def test_page_has_a_language_one_first_heading_and_no_gap_below_it(visit: Any) -> None:
    page = visit()
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((heading) => +heading.tagName[1])")
    assert page.locator("html").get_attribute("lang") == "id"
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.skipif(not SAMPLE.is_file() and not os.environ.get("CI"), reason="`make report` has not been run here")
def test_report_of_the_sample_study_is_small_and_keeps_the_contract() -> None:
    text = SAMPLE.read_text("utf-8")
    assert len(text.encode()) < 3_000_000
    root = lxml.html.document_fromstring(text)
    ids = root.xpath("//@id")
    assert len(set(ids)) == len(ids)
    assert {href[1:] for href in root.xpath("//a/@href") if href.startswith("#")} <= set(ids)
    evidence = {element.get("id") for element in root.xpath("//*[@data-evidence]")}
    claims = root.xpath("//*[@data-claim]")
    assert len(claims) > 190
    for claim in claims:
        hrefs = [href.removeprefix("#") for href in claim.xpath(".//a/@href")]
        assert evidence.intersection(hrefs) or "tanpa bukti" in claim.text_content(), claim.get("data-claim")


@pytest.mark.skipif(not SAMPLE.is_file() and not os.environ.get("CI"), reason="`make report` has not been run here")
def test_every_figure_of_the_sample_study_has_its_numbers_in_a_table_and_is_told_in_words() -> None:
    root = lxml.html.document_fromstring(SAMPLE.read_text("utf-8"))
    figures = root.xpath("//figure[@class='drawing']")
    assert len(figures) > 20
    for figure in figures:
        (drawing,) = figure.xpath(".//*[local-name()='svg'][@role='img']")
        assert len(drawing.get("aria-label").split()) > 3, figure.get("id")
        assert len(figure.xpath(".//table/tbody/tr/td[normalize-space()]")) > 1, figure.get("id")


@pytest.mark.skipif(not SAMPLE.is_file() and not os.environ.get("CI"), reason="`make report` has not been run here")
def test_nothing_of_the_sample_study_is_wider_than_a_sheet_of_paper(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    page.goto(SAMPLE.as_uri())
    page.evaluate(OPEN_ALL)
    # The browser would shrink every page to make room for the widest; of a letter's overhang nobody would notice.
    assert page.evaluate("document.documentElement.scrollWidth") < 1.01 * PAPER
    page.close()


# --- Claims and evidence


def test_every_claim_has_a_mark_that_leads_to_evidence_or_says_that_there_is_none(report: Written) -> None:
    root = lxml.html.document_fromstring(report.text)
    panels = {panel.get("id"): panel for panel in root.xpath("//*[@data-evidence]")}
    claims = root.xpath("//*[@data-claim]")
    assert len(claims) > 40
    for claim in claims:
        (mark,) = claim.xpath(".//*[contains(@class, 'mark')]")
        if mark.tag == "a":
            assert panels[mark.get("href").removeprefix("#")].get("data-evidence").split()
        else:
            assert mark.text_content() == "(tanpa bukti)"


def test_every_coding_cited_stands_in_the_data_and_its_words_in_the_panel(report: Written) -> None:
    root = lxml.html.document_fromstring(report.text)
    for panel in root.xpath("//*[@data-evidence]"):
        cited = panel.get("data-evidence").split()
        assert len(set(cited)) == len(cited)
        assert panel.xpath(".//@data-coding") == cited
        for coding in cited:
            (item,) = panel.xpath(".//li[@data-coding=$id]", id=coding)
            words = " ".join(item.text_content().split())
            if coding in report.records:
                assert re.search(r"\d", words)
                continue
            segment = report.segments[coding]
            withheld = "tidak dikutip atas permintaan informan" in words
            assert withheld == (not segment["quote"])
            assert withheld or " ".join(segment["quote"].split()) in words
            assert segment["code"] in words


def test_words_of_who_may_not_be_quoted_are_nowhere(report: Written) -> None:
    assert "T4" in {segment["document_id"] for segment in report.segments.values()}
    assert "Rapat pagi menolong kami" not in report.text


def test_evidence_opens_by_keyboard_and_escape_returns(visit: Any) -> None:
    page = visit()
    mark = page.locator("#hasil-mutu ~ * a.mark").first
    panel = mark.get_attribute("href").removeprefix("#")
    mark.focus()
    page.keyboard.press("Enter")
    assert focused(page) == panel
    assert page.locator(f"#{panel}").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.getElementById('{panel}').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert not page.locator(f"#{panel}").is_visible()
    assert mark.evaluate("(mark) => mark === document.activeElement")


def test_closing_by_its_title_returns_to_the_sentence_too(visit: Any) -> None:
    page = visit()
    mark = page.locator("a.mark").first
    mark.click()
    page.locator("details.evidence[open] > summary").focus()
    page.keyboard.press("Enter")
    expect(mark).to_be_focused()
    assert page.locator("details.evidence[open]").count() == 0


@pytest.mark.parametrize("width", [1360, 1210, 1024, 360])
def test_evidence_that_another_sentence_brought_comes_to_the_one_that_asks(visit: Any, width: int) -> None:
    page = visit(width=width)
    front = page.locator("td.verdict a.mark").first
    later = page.locator(f"section section a.mark[href='{front.get_attribute('href')}']").first
    later.scroll_into_view_if_needed()
    later.click()
    panel = page.locator("details.evidence[open]")
    assert panel.count() == 1
    assert later.evaluate("(mark) => !!mark.closest('.para').querySelector('details.evidence[open]')")
    assert panel.locator(".of").inner_text() in later.locator("xpath=..").inner_text()
    beside, claim = panel.bounding_box(), later.bounding_box()
    assert beside["x"] + beside["width"] <= width
    # Nothing lies on the sentence that it belongs to.
    assert beside["x"] >= claim["x"] + claim["width"] or beside["y"] >= claim["y"] + claim["height"] - 1
    assert panel.locator(".uses > summary").inner_text().startswith("dipakai oleh")


def test_filter_shows_one_code_and_hides_the_sides_that_have_none(visit: Any) -> None:
    page = visit()
    for mark in page.locator("a.mark:not(.again)").all():
        mark.evaluate("(mark) => mark.click()")
        if page.locator(".filter:visible").count():
            break
    panel = page.locator("details.evidence[open]")
    choice = panel.locator("select").last
    code = choice.locator("option").nth(1).text_content()
    before = panel.locator(".q:visible").count()
    choice.select_option(code)
    shown = panel.locator(".q:visible")
    assert 0 < shown.count() < before
    assert {item.locator("code").text_content() for item in shown.all()} == {code}
    assert panel.locator(".side:visible").count() == panel.locator(".quotes:visible").count()


def test_quote_leads_to_its_place_and_back_to_every_sentence_that_uses_it(visit: Any) -> None:
    page = visit()
    page.locator("#hasil-mutu ~ * a.mark").first.click()
    page.locator(".q:visible .who a").first.click()
    place = page.evaluate("location.hash.slice(1)")
    span = page.locator(f"[id='{place}'] + mark")
    assert span.is_visible()
    uses = page.locator(".turn", has=page.locator(f"[id='{place}']")).locator(".uses").first
    uses.locator("summary").click()
    uses.locator("a").last.click()
    assert page.locator(f"[id='{page.evaluate('location.hash.slice(1)')}'][data-claim]").is_visible()


def test_page_reads_and_leads_to_evidence_without_script(visit: Any) -> None:
    page = visit(java_script_enabled=False)
    assert page.locator(".contents li:visible").count() == page.locator(".contents li").count()
    mark = page.locator("#hasil-mutu ~ * a.mark:not(.again)").first
    panel = page.locator(mark.get_attribute("href"))
    assert not panel.is_visible()
    mark.click()
    assert panel.is_visible()
    page.locator(".transcript summary").first.click()
    assert page.locator(".transcript .said").first.is_visible()


# --- Reading


def test_contents_follow_the_reader_and_show_the_parts_of_one_chapter(visit: Any) -> None:
    page = visit()
    for part, other in (("saran", "hasil-kerja"), ("hasil-kerja", "saran")):
        page.evaluate(f"document.getElementById('{part}').scrollIntoView()")
        expect(page.locator(".contents [aria-current]")).to_have_attribute("href", f"#{part}")
        assert page.locator(f".contents a[href='#{part}']").is_visible()
        assert not page.locator(f".contents a[href='#{other}']").is_visible()


def test_long_table_opens_by_its_title(visit: Any) -> None:
    page = visit()
    table = page.locator("details.rows").first
    assert not table.locator("table").is_visible()
    table.locator("summary").click()
    assert table.locator("tbody tr").last.is_visible()


@pytest.mark.parametrize("width", [360, 640, 1024])
def test_nothing_scrolls_sideways_but_tables_and_figures_in_their_frames(visit: Any, width: int) -> None:
    page = visit(width=width)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 360])
def test_axe_finds_nothing_with_everything_open(visit: Any, width: int, scheme: str) -> None:
    page = visit(width=width, color_scheme=scheme)
    page.locator("a.mark").first.click()
    page.evaluate(OPEN_ALL)
    page.wait_for_timeout(200)
    options = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []


def test_contents_are_one_line_that_stays_on_a_narrow_screen(visit: Any) -> None:
    page = visit(width=360)
    page.evaluate("document.getElementById('kesimpulan').scrollIntoView()")
    bar, chapter = page.locator(".contents"), page.locator(".contents a[href='#penutup']")
    expect(chapter).to_be_in_viewport()
    assert bar.bounding_box()["y"] == 0
    assert bar.bounding_box()["height"] < 60
    assert page.locator("#kesimpulan").bounding_box()["y"] >= bar.bounding_box()["height"]


# --- Paper


def test_first_look_stands_together_and_its_evidence_in_the_chapters(visit: Any) -> None:
    page = visit()
    assert page.locator(":is(.verdicts, .obstacles, .recommendations) .evidence").count() == 0
    for mark in page.locator(":is(.verdicts, .obstacles, .recommendations) a.mark").all():
        assert page.locator(f"section section {mark.get_attribute('href')}").count() == 1


def test_paper_shows_what_is_closed_on_the_screen_and_no_table_leaves_the_page(visit: Any) -> None:
    page = visit(width=605)  # 160 mm between the margins
    page.emulate_media(media="print")
    assert page.locator("details.rows tbody tr").last.is_visible()
    assert page.locator(".evidence q").first.is_visible()
    for heading in page.locator("h1, h2").all():
        assert heading.is_visible()
    wide = page.evaluate(
        "[...document.querySelectorAll('table, svg')].filter((box) => box.getBoundingClientRect().right > 606)"
        ".map((box) => box.textContent.slice(0, 80))"
    )
    assert wide == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not there to read the PDF")
def test_pdf_has_every_chapter_its_page_numbers_and_the_words_behind_a_claim(visit: Any, tmp_path: Path) -> None:
    page = visit()
    path = tmp_path / "laporan.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    sheets = [" ".join(sheet.split()) for sheet in text.split("\f")[:-1]]
    assert len(sheets) > 10
    assert all(sheet.endswith(str(number)) for number, sheet in enumerate(sheets, start=1))
    assert all("Data sintetis" in sheet for sheet in sheets)
    whole = " ".join(sheets)
    for title in page.locator(".contents .t2").all_text_contents():
        assert title in whole
    assert "Hasil kerja pegawai sangat rapi." in whole
    assert "Saya antre dari subuh." in whole

"""The coding room in a real JupyterLab, as ``kinerja code`` opens it: mouse, keyboard, kills, two windows, axe."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from benchmarks.coding_room import show_room
from playwright.sync_api import Browser, Page, expect
from quick_project import hear_interrupts

from kinerja_study.coding.conversation import Conversation
from kinerja_study.coding.widget import FOLDER
from kinerja_study.reproduction.starter import create_study
from kinerja_study.study import Study

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REPOSITORY = Path(__file__).parents[2]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
HARD = "Bagus 👍🏽 m\u0303antap 𝄞K\nlalu selesai hari itu."
"""An emoji of two code points and four units, an accent on its letter, a sign beyond the plane, a line end."""


@dataclass(frozen=True)
class Room:
    """A project with JupyterLab at work in it."""

    root: Path
    url: str

    @property
    def raw(self) -> Path:
        return self.root / "data/raw/tiny"

    def rows(self, coder: str) -> list[dict[str, str]]:
        path = self.raw / f"codings/{coder}.csv"
        if not path.is_file():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def until(self, coder: str, holds: Callable[[list[dict[str, str]]], bool]) -> list[dict[str, str]]:
        """Return the rows of a coder once something holds of them."""
        for _ in range(100):
            if holds(self.rows(coder)):
                return self.rows(coder)
            time.sleep(0.1)
        pytest.fail(f"it never came true of {self.rows(coder)}")

    def kernel(self) -> int:
        """Return the process of the kernel."""
        server, token = re.findall(r"(http://[^/]+/).*token=(\w+)", self.url)[0]
        with urlopen(f"{server}api/kernels?token={token}") as answer:  # noqa: S310 - our own server
            kernel = json.load(answer)[0]["id"]
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            if f"kernel-{kernel}.json" in path.read_text("utf-8", errors="replace"):
                return int(path.parent.name)
        pytest.fail("there is no kernel")


@contextmanager
def serving(root: Path, command: list[str], address: str, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run a program of Jupyter that knows nothing of this user's, and give the address that it says."""
    own = root / "jupyter"
    (own / "config").mkdir(parents=True, exist_ok=True)
    (own / "config/jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}', "utf-8")
    folders = {f"JUPYTER_{name.upper()}_DIR": str(own / name) for name in ("config", "data", "runtime")}
    folders |= {"IPYTHONDIR": str(own / "ipython"), "JUPYTERLAB_SETTINGS_DIR": str(own / "settings")}
    said = root / "said.txt"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=root,
            env=os.environ | folders | (environment or {}),
            stdout=file,
            stderr=file,
            preexec_fn=hear_interrupts,
        )
    try:
        for _ in range(600):
            if re.search(address, said.read_text("utf-8"), re.MULTILINE) or process.poll() is not None:
                break
            time.sleep(0.1)
        found = re.search(address, said.read_text("utf-8"), re.MULTILINE)
        assert found, said.read_text("utf-8")
        yield found[0].strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def make_project(root: Path) -> Path:
    create_study(root / "data/raw/tiny")
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
    codings = root / "data/raw/tiny/codings"
    heading, first, second = (codings / "consensus.csv").read_text("utf-8").splitlines(keepends=True)[:3]
    (codings / "rina.csv").write_text(heading + first, "utf-8", newline="\n")
    (codings / "sari.csv").write_text(heading + second, "utf-8", newline="\n")
    return root


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    root = make_project(tmp_path_factory.mktemp("project"))
    text = root / "data/raw/tiny/interviews/W01.md"
    text.write_text(text.read_text("utf-8").replace("Ya, sudah baik lah.", f"{HARD} Ya, sudah baik lah."), "utf-8")
    command = ["-c", "from kinerja_study.cli import app; app()", "code", "tiny", "--no-browser"]
    with serving(root, command, r"^http://\S+/tree/\S+") as url:
        yield Room(root, url)


@pytest.fixture
def enter(browser: Browser, room: Room) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a window on the room, as a coder, with a document."""
    contexts = []

    def go(coder: str = "rina", document: str = "W01", width: int = 1500) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 950}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.goto(room.url)
        asked = page.get_by_label("Siapa yang mengode?")
        given_up = page.get_by_text("model not found")
        expect(asked.or_(page.locator(".kr-turn").first).or_(given_up)).to_be_visible(timeout=30_000)
        if given_up.is_visible():
            # On a busy machine JupyterLab gives up on a kernel's widgets after some seconds: one loads it again.
            page.reload()
            expect(asked.or_(page.locator(".kr-turn").first)).to_be_visible(timeout=30_000)
        if asked.is_visible():
            asked.fill(coder)
            asked.press("Enter")
        expect(page.locator(".kr-turn").first).to_be_visible()
        if document != page.locator(".kr-list [aria-current] strong").inner_text():
            if not page.locator(".kr-list").is_visible():
                page.locator(".kr-shelf > summary").click()
            page.locator(".kr-list button", has_text=document).click()
        expect(page.get_by_role("group", name=f"Transkrip {document}")).to_be_visible()
        return page

    yield go
    for context in contexts:
        context.close()


def edges_of(page: Page, start: str, end: str) -> list[dict[str, float]]:
    """Return where on the screen words begin and other words end, once they are in view."""
    return page.evaluate(
        """([start, end]) => {
            const words = [...document.querySelectorAll(".kr-words")].find((one) => one.textContent.includes(start));
            words.scrollIntoView({ block: "center" });
            const place = (unit) => {
                const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
                let node = walker.nextNode();
                while (unit > node.length) { unit -= node.length; node = walker.nextNode(); }
                return [node, unit];
            };
            const box = (from, to) => {
                const range = document.createRange();
                range.setStart(...place(from)); range.setEnd(...place(to));
                const boxes = range.getClientRects();
                return boxes[boxes.length - 1];
            };
            const text = words.textContent, from = text.indexOf(start), to = text.indexOf(end) + end.length;
            const first = box(from, from + 1), last = box(to - 1, to);
            return [{ x: first.left, y: first.top + 8 }, { x: last.right, y: last.top + 8 }];
        }""",
        [start, end],
    )


def at_rest(page: Page, start: str, end: str) -> list[dict[str, float]]:
    # What was opened or closed a moment ago may still move the words away below the mouse.
    edges = edges_of(page, start, end)
    while True:
        page.wait_for_timeout(150)
        before, edges = edges, edges_of(page, start, end)
        if edges == before:
            return edges


def select(page: Page, start: str, end: str) -> None:
    first, last = at_rest(page, start, end)
    page.mouse.move(first["x"] + 1, first["y"])
    page.mouse.down()
    page.mouse.move(last["x"] - 30, last["y"], steps=3)
    page.mouse.move(last["x"] - 1, last["y"], steps=3)
    page.mouse.up()
    expect(page.locator(".kr-coding .kr-quote")).to_be_visible()


def give(page: Page, typed: str, magnitude: str = "+1") -> None:
    page.get_by_role("combobox", name="Kode").last.fill(typed)
    page.keyboard.press("Enter")
    page.locator(".kr-coding label", has_text=magnitude).click()
    page.get_by_role("button", name="Beri kode").click()


def test_words_across_an_emoji_an_accent_and_a_line_end_are_found_at_their_code_points(
    room: Room, enter: Callable[..., Page]
) -> None:
    page = enter("rina")
    assert len(room.rows("rina")) == 1
    select(page, "👍🏽", "selesai hari")
    give(page, "KUA-TELITI")
    _, row = room.until("rina", lambda rows: len(rows) == 2)
    body = (room.raw / "interviews/W01.md").read_text("utf-8").split("\n---\n", 1)[1]
    quote = HARD[HARD.index("👍") : HARD.index(" itu.")]
    assert row["quote"] == quote
    assert (int(row["start"]), int(row["end"])) == (body.index(quote), body.index(quote) + len(quote))
    # With one unit for two taken as one, the place would be another.
    assert len(quote.encode("utf-16-le")) // 2 != len(quote)


def test_places_are_the_same_in_units_and_in_code_points_and_back(browser: Browser) -> None:
    page = browser.new_page()
    texts = ["", "abc", HARD, "𝄞𝄞a𝄞", "👨\u200d👩\u200d👧 a\n\ne\u0301x😀"]
    found = page.evaluate(
        f"""(texts) => {{
            {(FOLDER / "static/positions.js").read_text("utf-8")}
            return texts.map((text) => {{
                const positions = new Positions(text);
                const points = Array.from({{ length: [...text].length + 1 }}, (_, n) => n);
                return [points.map((n) => positions.unit(n)),
                        Array.from({{ length: text.length + 1 }}, (_, n) => positions.point(n))];
            }});
        }}""",
        texts,
    )
    for text, (units, points) in zip(texts, found, strict=True):
        expected = [len(text[:n].encode("utf-16-le")) // 2 for n in range(len(text) + 1)]
        assert units == expected
        # The middle of a pair is its start.
        assert points == [max(n for n, unit in enumerate(expected) if unit <= at) for at in range(expected[-1] + 1)]
    page.close()


def test_all_of_it_goes_by_the_keyboard_and_no_key_reaches_jupyter(room: Room, enter: Callable[..., Page]) -> None:
    page = enter("rina", "W02")
    before = room.rows("rina")
    cells = page.locator(".jp-Cell").count()
    page.locator(".kr-words[tabindex='0']").focus()
    for key in ("d", "d", "a", "b", "x", "m"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells
    for _ in range(2):
        page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("ArrowRight")
    for _ in range(3):
        page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Kode").last).to_be_focused()
    page.keyboard.type("teliti")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    rows = room.until("rina", lambda rows: len(rows) == len(before) + 1)
    (new,) = [row for row in rows if row not in before]
    assert (new["document_id"], new["code"], new["magnitude"]) == ("W02", "KUA-TELITI", "1")
    assert len(new["quote"].split()) == 3

    page.keyboard.press("Control+z")
    room.until("rina", lambda rows: rows == before)
    page.keyboard.press("Control+Shift+z")
    room.until("rina", lambda now: now == rows)
    expect(page.locator(".kr-stripe", has_text="KUA-TELITI")).to_be_visible()
    # To the coding beside the words, an edge of it moved by a word, and away with it.
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    edge = page.get_by_role("slider", name="Tepi akhir koding")
    edge.focus()
    page.keyboard.press("Control+ArrowLeft")
    page.keyboard.press("Enter")
    room.until("rina", lambda now: any(len(row["quote"].split()) == 2 for row in now if row["document_id"] == "W02"))
    page.get_by_role("button", name="Hapus").focus()
    page.keyboard.press("Enter")
    room.until("rina", lambda rows: rows == before)
    assert page.locator(".jp-Cell").count() == cells


def test_what_another_window_or_program_does_is_seen_and_nothing_is_lost(
    room: Room, enter: Callable[..., Page]
) -> None:
    one, two = enter("rina", "O01"), enter("rina", "O01")
    before = len(room.rows("rina"))
    words = one.locator(".kr-words").first.inner_text().split("\n")[0].split()
    select(one, words[0], words[1])
    give(one, "KUA-TELITI")
    room.until("rina", lambda rows: len(rows) == before + 1)
    expect(two.locator(".kr-stripe")).to_have_count(1)
    select(two, words[2], words[3])
    give(two, "KUA-TELITI", "−1")
    rows = room.until("rina", lambda rows: len(rows) == before + 2)
    expect(one.locator(".kr-stripe")).to_have_count(2)
    # A spreadsheet takes out the last one.
    gone = next(row for row in rows if row["magnitude"] == "-1" and row["document_id"] == "O01")
    path = room.raw / "codings/rina.csv"
    kept = [line for line in path.read_text("utf-8").splitlines(keepends=True) if gone["quote"] not in line]
    path.write_text("".join(kept), "utf-8", newline="\n")
    expect(one.get_by_role("alert")).to_contain_text("codings/rina.csv", timeout=15_000)
    expect(one.locator(".kr-stripe")).to_have_count(1)
    expect(two.locator(".kr-stripe")).to_have_count(1)


@pytest.mark.parametrize("width", [1500, 460])
def test_no_accessibility_fault_is_found_in_the_room_light_and_dark_wide_and_narrow(
    enter: Callable[..., Page], width: int
) -> None:
    page = enter("rina", "W01", width)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for light in ("true", "false"):
        page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", light)
        expect(page.locator(".kr-room")).to_have_attribute("data-theme", "light" if light == "true" else "dark")
        for tab in ("evidence", "search", "codes", "compare", "memos"):
            page.locator(f"[data-tab={tab}]").click()
            check_access(page, tab)
        page.locator(".kr-stripe").first.click()
        check_access(page, "coding")
        page.keyboard.press("Escape")
    assert page.locator(".kr-room").evaluate("(room) => room.scrollWidth - room.clientWidth") <= 0
    own = ("http://localhost", "http://127.0.0.1", "data:", "blob:")
    assert {url for url in asked if not url.startswith(own)} == set()


@pytest.mark.parametrize("width", [1500, 460])
def test_in_full_screen_every_part_is_within_reach_and_other_programs_are_still_heard(
    room: Room, enter: Callable[..., Page], width: int
) -> None:
    page = enter("rina", "W01", width)
    page.get_by_role("button", name="Layar penuh").click()
    page.wait_for_function("() => document.fullscreenElement?.classList.contains('kr-room')")
    found = page.evaluate(
        """() => {
            const room = document.fullscreenElement, box = (name) => room.querySelector(name).getBoundingClientRect();
            const [body, middle, side] = [".kr-body", ".kr-middle", ".kr-side"].map(box);
            const panels = room.querySelector(".kr-side");
            return { squeezed: panels.scrollHeight - panels.clientHeight > 1,
                     beside: side.left >= middle.right, below: side.top >= middle.bottom,
                     within: side.bottom <= body.bottom + 1, wide: room.scrollWidth - room.clientWidth,
                     seen: box(".kr-transcript").height, high: room.clientHeight,
                     hidden: body.bottom - room.clientHeight, scrolls: room.scrollHeight - room.clientHeight };
        }"""
    )
    assert (found["beside"], found["below"]) == (width > 900, width <= 900)
    assert found["within"], "no part runs out of the frame"
    assert width > 900 or not found["squeezed"], "one part below another, each as high as it is"
    assert found["wide"] <= 0
    assert 300 < found["seen"] < found["high"]
    assert found["scrolls"] >= found["hidden"], "what is below the edge can be scrolled to"
    path = room.raw / "codings/rina.csv"
    kept = path.read_bytes()
    path.write_bytes(kept.rstrip(b"\n") + b" (%d)\n" % width)
    expect(page.get_by_role("alert")).to_contain_text("codings/rina.csv", timeout=15_000)
    path.write_bytes(kept)


def test_a_room_that_is_closed_leaves_nothing_behind_in_the_page(browser: Browser, room: Room) -> None:
    page = browser.new_page()
    page.add_init_script(
        """window.left = new Set();
        for (const [target, add, remove] of [[document, "addEventListener", "removeEventListener"],
                                             [MediaQueryList.prototype, "addEventListener", "removeEventListener"],
                                             [window, "setInterval", "clearInterval"]]) {
            const [adding, removing] = [target[add], target[remove]];
            target[add] = function (...given) {
                const made = adding.apply(this, given);
                window.left.add(given[1] && add !== "setInterval" ? given[1] : made);
                return made;
            };
            target[remove] = function (...given) {
                window.left.delete(given[1] ?? given[0]);
                return removing.apply(this, given);
            };
        }"""
    )
    page.goto("about:blank")
    before = page.evaluate("window.left.size")
    show_room(page, Conversation(Study.open("tiny", root=room.root), "rina"))
    page.wait_for_function("(before) => window.left.size >= before + 4", arg=before)
    page.evaluate("window.leave()")
    assert page.evaluate("window.left.size") == before
    # Closed before the kernel has answered, it does not begin.
    page.evaluate("() => { window.render()(); }")
    page.wait_for_timeout(500)
    assert page.evaluate("window.left.size") == before
    page.close()


def test_no_accessibility_fault_is_found_in_the_forms(enter: Callable[..., Page]) -> None:
    page = enter("rina", "W01")
    for number, light in enumerate(("true", "false")):
        page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", light)
        page.locator("[data-tab=memos]").click()
        page.get_by_role("button", name="Memo studi").click()
        check_access(page, "memo")
        page.locator("[data-tab=compare]").click()
        # Beside the coders' columns the words still have room.
        assert page.locator(".kr-words").first.bounding_box()["width"] > 250
        page.get_by_role("button", name="Putuskan untuk konsensus").click()
        check_access(page, "decide")
        page.locator("[data-tab=codes]").click()
        code = page.locator(".kr-codes details").nth(number)
        code.locator("summary").click()
        code.get_by_role("button", name="Pecah").click()
        select(page, "Legalisasi", "tidak")
        page.get_by_role("combobox", name="Kode").last.fill("zzz")
        check_access(page, "split and a selection without a code")
        page.locator(".kr-coding").get_by_role("button", name="Tutup").click()


def test_what_cannot_be_selected_is_said_where_one_looks_and_in_the_room_s_language(
    room: Room, enter: Callable[..., Page]
) -> None:
    page = enter("rina", "W01")
    before = room.rows("rina")
    asked, answered = (page.locator(f".kr-turn{which} .kr-words").first for which in (".kr-asked", ":not(.kr-asked)"))
    for start, end, said in ((answered, asked, "batas giliran"), (asked, asked, "ucapan pewawancara bukan bukti")):
        boxes = [one.bounding_box() for one in (start, end)]
        page.mouse.move(boxes[0]["x"] + 60, boxes[0]["y"] + 12)
        page.mouse.down()
        page.mouse.move(boxes[1]["x"] + 150, boxes[1]["y"] + 12, steps=5)
        page.mouse.up()
        expect(page.locator(".kr-cut")).to_contain_text(said)
    expect(page.get_by_role("button", name="Beri kode")).to_have_count(0)
    assert room.rows("rina") == before


def test_a_code_is_made_from_where_one_stands_and_given_at_once(room: Room, enter: Callable[..., Page]) -> None:
    page = enter("rina", "D01")
    before = len(room.rows("rina"))
    words = page.locator(".kr-words").first.inner_text().split()
    select(page, words[0], words[1])
    page.get_by_role("combobox", name="Kode").last.fill("Keramahan")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # on the button that makes one
    work = page.locator(".kr-work")
    expect(work.get_by_label("Label")).to_have_value("Keramahan")
    work.get_by_label("Nama kode").fill("kua ramah")
    work.get_by_label("Definisi").fill("Penutur menyebut keramahan.")
    work.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("alert")).to_contain_text("'kua ramah' tidak dapat menjadi nama kode")
    work.get_by_label("Nama kode").fill("KUA-RAMAH")
    work.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("combobox", name="Kode").last).to_have_value("KUA-RAMAH")
    page.locator(".kr-coding label", has_text="+1").click()
    page.get_by_role("button", name="Beri kode").click()
    rows = room.until("rina", lambda rows: len(rows) == before + 1)
    assert [row["code"] for row in rows if row["document_id"] == "D01"] == ["KUA-RAMAH"]


def test_another_coder_goes_on_without_starting_anew(enter: Callable[..., Page]) -> None:
    page = enter("rina", "W01")
    page.get_by_role("button", name="Ganti pengode").click()
    asked = page.get_by_label("Siapa yang mengode?")
    asked.fill("Bu Sari")
    asked.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("'Bu Sari' tidak dapat menjadi nama pengode")
    for name in ("sari", "rina"):
        asked.fill(name)
        asked.press("Enter")
        expect(page.locator(".kr-top")).to_contain_text(f"Pengode: {name}")
        expect(page.get_by_role("alert")).to_be_empty()
        if name == "sari":
            page.get_by_role("button", name="Ganti pengode").click()


@pytest.mark.parametrize("width", [1500, 460])
def test_a_transcript_comes_by_the_keyboard_alone_into_view_and_nothing_in_it_is_executed(
    room: Room, enter: Callable[..., Page], width: int
) -> None:
    page = enter("rina", "W01", width)
    # Chromium would ask here; nobody answers, and the next step would wait.
    page.on("dialog", lambda dialog: pytest.fail(f"executed: {dialog.message}"))
    evil = "Bu <img src=x onerror=alert(1)>"
    page.get_by_role("button", name="+ Transkrip baru").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Berkas")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.insert_text(f"Peneliti: Apa?\n{evil}: Ada {evil}.\nPeneliti: Lalu?\n{evil}: Sudah {width}.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Jenis teks")).to_be_focused()
    expect(page.get_by_role("region", name="Transkrip baru")).to_contain_text(f"“{evil}” · 2 giliran")
    for keys in (["Tab", "Tab"], "03062024", ["Tab"] * 4, ["ArrowDown"] * 3, ["Tab", "Enter"]):
        for key in keys:
            page.keyboard.press(key)
    words = page.locator(".kr-words", has_text=f"Sudah {width}.")
    expect(words).to_be_in_viewport()
    expect(page.locator(".kr-words:focus")).to_have_count(1)
    expect(page.locator(".kr-words", has_text=f"Ada {evil}.")).to_be_visible()
    expect(page.locator(".kr-room img")).to_have_count(0)
    texts = [path.read_text("utf-8") for path in room.raw.glob("interviews/*.md")]
    assert sum(f"INF-01: Sudah {width}." in text for text in texts) == 1
    select(page, "Sudah", f"{width}")
    expect(page.locator(".kr-coding .kr-quote")).to_be_in_viewport()
    page.keyboard.press("Escape")


def test_a_room_that_cannot_be_written_says_why_is_accessible_and_opens_when_it_is_mended(
    room: Room, enter: Callable[..., Page]
) -> None:
    page = enter("rina", "W01")
    definition, codebook = room.raw / "study.toml", room.raw / "codebook.csv"
    whole, codes = definition.read_text("utf-8"), codebook.read_text("utf-8")
    definition.write_text(whole.replace("[study]", "[study"), "utf-8")
    codebook.write_text(codes.replace("kualitas,", "kwalitas,", 1), "utf-8")
    faults = page.locator(".kr-faults")
    expect(faults).to_contain_text("Ruang ini hanya dapat dibaca", timeout=15_000)
    expect(faults).to_contain_text("study.toml tidak terbaca")
    expect(faults).to_contain_text("fokus ini tidak ada dalam study.toml")
    page.locator(".kr-stripe").first.click()
    expect(page.get_by_role("region", name="Koding", exact=True)).to_contain_text("hanya dapat dibaca")
    for light in ("true", "false"):
        page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", light)
        check_access(page, "read-only")
    # Opened anew it has no study to show, and says why.
    page.get_by_role("button", name="Ganti pengode").click()
    expect(page.get_by_role("alert")).to_contain_text("Ruang koding belum dapat dibuka")
    expect(page.get_by_role("alert")).to_contain_text("study.toml tidak terbaca")
    check_access(page, "closed")
    definition.write_text(whole, "utf-8")
    codebook.write_text(codes, "utf-8")
    page.get_by_role("button", name="Periksa lagi").click()
    expect(page.get_by_label("Siapa yang mengode?")).to_be_visible()


def check_access(page: Page, where: str) -> None:
    found = Axe().run(page, context=".kr-room", options={"runOnly": STANDARDS}).response["violations"]
    assert [(where, fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []


def test_a_killed_kernel_loses_at_most_the_act_under_way(room: Room, enter: Callable[..., Page]) -> None:
    page = enter("rina", "W02")
    before = room.rows("rina")
    words = page.locator(".kr-turn:not(.kr-asked) .kr-words").first.inner_text().split()
    select(page, words[0], words[1])
    page.get_by_role("combobox", name="Kode").last.fill("KUA-TELITI")
    page.keyboard.press("Enter")
    page.locator(".kr-coding label", has_text="+1").click()
    kernel = room.kernel()
    page.evaluate("[...document.querySelectorAll('.kr-coding .kr-main')].at(-1).click()")
    os.kill(kernel, signal.SIGKILL)
    time.sleep(1)
    after = room.rows("rina")
    assert [row for row in before if row not in after] == []
    assert len(after) - len(before) in (0, 1)
    # JupyterLab starts it again; the cells, run again, bring the room back with everything in it.
    page.get_by_role("dialog").get_by_role("button", name="Ok").click(timeout=15_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    asked = page.get_by_label("Siapa yang mengode?")
    expect(asked).to_be_visible(timeout=30_000)
    asked.fill("rina")
    asked.press("Enter")
    expect(page.locator(".kr-turn").first).to_be_visible()
    page.locator(".kr-list button", has_text="W01").click()
    expect(page.locator(".kr-stripe", has_text="KEM-WAKTU").first).to_be_visible()
    # An act whose line of the history was whole when the kernel was killed is completed as the room opens again.
    now = room.rows("rina")
    assert [row for row in after if row not in now] == []
    assert len(now) - len(before) in (0, 1)


def test_notebook_7_shows_the_same_room(browser: Browser, tmp_path: Path) -> None:
    root = make_project(tmp_path)
    page = browser.new_page(viewport={"width": 1500, "height": 950})
    command = ["-m", "notebook", "--no-browser", "--IdentityProvider.token=t", "--port=0"]
    notebook = root / "notebooks/0_ruang_koding.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("balikpapan-kota", "tiny"), "utf-8")
    with serving(root, command, r"http://127[^/]+/") as url:
        page.goto(f"{url}notebooks/notebooks/0_ruang_koding.ipynb?token=t")
        # What is run before the kernel is there is lost; idle it is called before and after.
        expect(page.locator(".jp-NotebookKernelStatus-fade")).to_be_attached(timeout=30_000)
        expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_visible(timeout=30_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()
        asked = page.get_by_label("Siapa yang mengode?")
        expect(asked).to_be_visible(timeout=30_000)
        asked.fill("rina")
        asked.press("Enter")
        page.locator(".kr-list button", has_text="W02").click()
        expect(page.get_by_role("group", name="Transkrip W02")).to_be_visible()
        room, (first, second) = (
            Room(root, url),
            page.locator(".kr-asked + .kr-turn .kr-words").first.inner_text().split()[:2],
        )
        select(page, first, second)
        give(page, "KUA-TELITI")
        room.until("rina", lambda rows: [row["document_id"] for row in rows] == ["W01", "W02"])
        page.keyboard.press("Control+z")
        room.until("rina", lambda rows: len(rows) == 1)
        page.locator("[data-tab=compare]").click()
        expect(page.locator(".kr-comparing")).to_be_visible()
    page.close()


NEW = """Peneliti: Bagaimana kerja sama di kantor ini?
Bu Ratri: Kalau ada warga bingung, teman sebelah langsung bantu tanpa disuruh.
Peneliti: Selalu begitu?
Bu Ratri: Ya, hampir selalu.
"""


def test_a_new_transcript_goes_from_nothing_to_a_changed_report_without_leaving_the_window(
    browser: Browser, tmp_path: Path
) -> None:
    root = make_project(tmp_path / "project")
    command = ["-c", "from kinerja_study.cli import app; app()", "code", "tiny", "--no-browser", "--coder", "consensus"]
    with serving(root, command, r"^http://\S+/tree/\S+") as url, browser.new_context(locale="id-ID") as context:
        page = context.new_page()
        page.goto(url)
        page.get_by_role("button", name="+ Transkrip baru").click(timeout=30_000)
        arrival = page.get_by_role("region", name="Transkrip baru")
        check_access(page, "arrival")
        arrival.get_by_role("button", name="Baca").click()
        expect(page.get_by_role("alert")).to_contain_text("tempel teksnya")
        arrival.get_by_label("Berkas").set_input_files(
            {"name": "wawancara Ratri.txt", "mimeType": "text/plain", "buffer": NEW.encode("cp1252")}
        )
        arrival.get_by_role("button", name="Baca").click()
        expect(arrival).to_contain_text("“Bu Ratri” · 2 giliran")
        arrival.get_by_label("Tanggal", exact=True).fill("2024-03-06")
        peneliti, ratri = arrival.get_by_label("adalah").all()
        expect(peneliti).to_have_value("P")
        ratri.select_option("+")
        arrival.get_by_label("Kelompok", exact=True).select_option(index=1)
        arrival.get_by_label("Peran atau jabatan").fill("Staf loket")
        arrival.get_by_label("Persetujuan", exact=True).select_option("yes")
        check_access(page, "speakers")
        arrival.get_by_label("Id informan").fill("Bu Ratri")
        arrival.get_by_role("button", name="Masukkan").click()
        expect(page.get_by_role("alert")).to_contain_text("Seharusnya id tanpa spasi")
        arrival.get_by_label("Id informan").fill("INF-77")
        arrival.get_by_role("button", name="Masukkan").click()
        expect(page.locator(".kr-list [aria-current]")).to_contain_text("Staf loket")
        expect(page.locator(".kr-words", has_text="Kalau ada warga")).to_be_visible()
        select(page, "Kalau ada warga", "tanpa disuruh")
        give(page, "KUA-TELITI")
        page.locator("[data-tab=evidence]").click()
        page.get_by_role("button", name="Periksa dan buat laporan").click()
        page.get_by_role("button", name="Buka laporan").click(timeout=120_000)
        with context.expect_page() as opened:
            page.get_by_role("link", name="laporan.html").click()
        report = opened.value
        report.wait_for_load_state()
        expect(report.locator("body")).to_contain_text("INF-77")
        expect(report.locator("body")).to_contain_text("teman sebelah langsung bantu tanpa disuruh")
        expect(report.locator("body")).not_to_contain_text("Ratri")

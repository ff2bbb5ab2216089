"""Comparison 9: the coding room with a transcript of 300,000 characters and 2,000 codings, in Chromium.

Against a plain page of the same text: a paragraph a turn for opening it, and one word of it underlined for an act.
The room's front end talks with the room itself, through a page of its own: no Jupyter between them.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tomllib
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

from benchmarks.measuring import Row, seconds
from benchmarks.transcript import TURNS, make_study
from kinerja_study.coding.conversation import Conversation
from kinerja_study.coding.widget import FOLDER, RoomWidget

# From the click to the frame in which it is seen, by the page's own clock.
FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
PLAIN = """async (paragraphs) => {
    const began = performance.now();
    document.body.replaceChildren(...paragraphs.map((text) => {
        const paragraph = document.createElement("p");
        paragraph.textContent = text;
        return paragraph;
    }));
    await FRAME();
    const opened = performance.now() - began, again = performance.now();
    const word = document.createElement("u");
    const text = document.body.children[20].firstChild.splitText(20);
    text.splitText(10);
    text.replaceWith(word);
    word.append(text);
    await FRAME();
    return [opened, performance.now() - again];
}""".replace("FRAME()", f"({FRAME})()")
OPEN = """async () => {
    const began = performance.now();
    [...document.querySelectorAll(".kr-list button")].find((one) => one.textContent.includes("W01")).click();
    while (document.querySelectorAll(".kr-turn").length < 1000) await new Promise((done) => setTimeout(done, 1));
    while (!document.querySelector(".kr-stripe")) await new Promise((done) => setTimeout(done, 1));
    await FRAME();
    return performance.now() - began;
}""".replace("FRAME()", f"({FRAME})()")
ACT = """async (n) => {
    const words = document.querySelectorAll(".kr-turn:not(.kr-asked) .kr-words")[n];
    const turn = words.closest(".kr-turn");
    turn.scrollIntoView({ block: "center" });
    while (!turn.querySelector(".kr-stripe")) await new Promise((done) => setTimeout(done, 20));
    const before = turn.querySelectorAll(".kr-stripe").length;
    words.focus({ preventScroll: true });
    const text = document.createTreeWalker(words, NodeFilter.SHOW_TEXT).nextNode();
    getSelection().setBaseAndExtent(text, 0, text, 5);
    const form = document.querySelector(".kr-coding:not(.kr-arrival)");
    while (!form.querySelector("[role=combobox]")) await new Promise((done) => setTimeout(done, 20));
    const input = form.querySelector("[role=combobox]");
    input.value = "KUA-TELITI";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    form.querySelectorAll("[type=radio]")[4].checked = true;
    const began = performance.now();
    form.querySelector(".kr-acts .kr-main").click();
    while (turn.querySelectorAll(".kr-stripe").length === before) await new Promise((done) => setTimeout(done));
    await FRAME();
    const took = performance.now() - began, { kernel, waited } = window.kernelTook;
    return { took, kernel, between: waited - kernel, browser: took - waited };
}""".replace("FRAME()", f"({FRAME})()")
ACTS = 10
"""Of each page."""


def show_room(page: Page, conversation: Conversation) -> None:
    """Show the room, with another text open, in a page that hands its messages on."""

    def answer(asked: str) -> str:
        began = time.perf_counter()
        message = conversation.answer(json.loads(asked))[0]
        return json.dumps({**message, "took": time.perf_counter() - began})

    page.expose_function("kernel", answer)
    words = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))["id"]
    page.set_content(f"<!doctype html><style>{RoomWidget._css}</style><body></body>")
    page.evaluate(
        """async ([source, words]) => {
            let hear;
            const model = {
                get: (name) => ({ language: "id", words })[name], on: (_, act) => { hear = act; }, off: () => {},
                send: async (message) => {
                    const asked = performance.now();
                    const answer = JSON.parse(await window.kernel(JSON.stringify(message)));
                    window.kernelTook = { kernel: 1000 * answer.took, waited: performance.now() - asked };
                    hear(answer, []);
                },
            };
            const room = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
            window.render = () => room.default.render({ model, el: document.body });
            window.leave = window.render();
        }""",
        [RoomWidget._esm, words],
    )
    page.locator(".kr-list button", has_text="O01").click()
    page.get_by_role("group", name="Transkrip O01").wait_for()


def compare_room(work: Path, runs: int) -> list[Row]:
    """Measure opening and acts, and the same of a plain page."""
    study = make_study(work / "room", TURNS)
    chromium = os.environ.get("KINERJA_CHROMIUM", "/usr/bin/chromium")
    opened, acted, plain = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        for run in range(max(runs, 3)):
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            conversation = Conversation(study, "consensus")
            conversation.answer({"call": "state"})
            show_room(page, conversation)
            opened.append(page.evaluate(OPEN) / 1000)
            acted += [page.evaluate(ACT, ACTS * run + n) for n in range(ACTS)]
            document = conversation.room.document("W01")
            paragraphs = [document["text"][turn["start"] : turn["end"]] for turn in document["turns"]]
            page.goto("about:blank")
            plain.append([taken / 1000 for taken in page.evaluate(PLAIN, paragraphs)])
            page.close()
            print(f"    opened in {opened[-1]:.2f} s, plain {plain[-1]}", file=sys.stderr, flush=True)
        browser.close()
    for part in acted[0]:
        times = [one[part] for one in acted]
        told = f"    an act, {part}: {median(times):.0f} ms, 95 of 100 within {quantiles(times, n=20)[-1]:.0f} ms"
        print(told, file=sys.stderr, flush=True)
    size = f"{len(document['text']):,} characters with {len(document['codings']):,} codings"
    taken = (("opening", opened, 0), ("an act", [one["took"] / 1000 for one in acted], 1))
    return [
        Row(what=f"9. The coding room with {size}, {name}, against a plain page of the text",
            ours=seconds(median(times)), other=seconds(median(one[at] for one in plain)),
            ratio=f"{median(times) / median(one[at] for one in plain):.1f} times as long")
        for name, times, at in taken
    ]  # fmt: skip

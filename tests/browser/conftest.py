"""The browser that all tests of this folder drive."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

expect.set_options(timeout=30_000)  # a busy machine is no fault of the page; what is there at once is not waited for


@pytest.fixture(scope="module")  # Playwright's loop must have ended before other tests run notebooks
def browser() -> Iterator[Browser]:
    chromium = Path(os.environ.get("KINERJA_CHROMIUM", "/usr/bin/chromium"))
    if not chromium.is_file():
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop(f"there is no browser at {chromium}; KINERJA_CHROMIUM names another place")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=sandbox)
        yield running
        running.close()

"""Words of a language: sentences, labels, numbers and dates.

Owns the catalogues in ``wording/`` and the way numbers and dates are written; decides nothing about what is said.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, StrictUndefined


class Wording:
    """The catalogue of one language.

    Parameters
    ----------
    language : {"id", "en"}
        Which catalogue.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        text = resources.files("kinerja_study.presentation").joinpath("wording", f"{language}.toml").read_text("utf-8")
        self._catalogue: dict[str, str] = {
            f"{section}.{key}": value
            for section, entries in tomllib.loads(text).items()
            for key, value in entries.items()
        }
        # Sentences are plain text: what shows them escapes them. Nothing from the field is ever a template.
        self._environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701
        self._environment.filters.update(
            number=self.number,
            percent=self.percent,
            date=self.date,
            listed=self.listed,
            either=self.either,
            sign=write_magnitude,
            words=self.words,
            lower_first=lower_first,
            upper_first=upper_first,
        )
        self._compiled = functools.cache(self._environment.from_string)

    def say(self, key: str, **values: Any) -> str:
        """Return a sentence or label with its values filled in.

        Raises
        ------
        KeyError
            The catalogue lacks the key.
        """
        text = self._catalogue[key]
        if "{" in text:  # most entries are labels, and compiling is dear
            text = self._compiled(text).render(**values)
        return " ".join(text.split())

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has a key."""
        return key in self._catalogue

    def number(self, value: float, digits: int | None = None) -> str:
        """Write a number as the language does: at most two decimals, or exactly as many as given."""
        pattern = "#,##0.##" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
        return str(format_decimal(value, format=pattern, locale=self.language))

    def words(self, count: int) -> str:
        """Write a count in words up to ten, in digits beyond."""
        numbers = self._catalogue["word.numbers"].split()
        return numbers[count] if count < len(numbers) else self.number(count)

    def percent(self, share: float) -> str:
        """Write a share of 1 in percent with at most one decimal."""
        return f"{format_decimal(share * 100, format='#,##0.#', locale=self.language)}%"

    def signed(self, value: float, digits: int | None = None) -> str:
        """Write a number with its sign."""
        return f"{sign_of(value)}{self.number(abs(value), digits)}"

    def date(self, iso: str) -> str:
        """Write an ISO date out, as ``12 Maret 2018``."""
        return str(format_date(dt.date.fromisoformat(iso), "d MMMM y", locale=self.language))

    def period(self, start: str, end: str) -> str:
        """Write two ISO dates out, as ``5 Februari – 27 April 2018``."""
        first = self.date(start)
        return f"{first.removesuffix(f' {end[:4]}')} – {self.date(end)}"

    def listed(self, items: Sequence[str]) -> str:
        """Join items with commas and the language's "and"."""
        return self._joined(list(items), "and", "last")

    def either(self, items: Sequence[str]) -> str:
        """Join items with commas and the language's "or"."""
        return self._joined(list(items), "or", "last_or")

    def _joined(self, items: list[str], of_two: str, of_more: str) -> str:
        if len(items) < 2:
            return "".join(items)
        last = f" {self._catalogue[f'word.{of_two}']}" if len(items) == 2 else self._catalogue[f"word.{of_more}"]
        return f"{', '.join(items[:-1])}{last} {items[-1]}"


def sign_of(value: float) -> str:
    """Return the sign of a number, the minus being a real one."""
    return "+" if value > 0 else "−" if value < 0 else ""


def write_magnitude(magnitude: int) -> str:
    """Write a magnitude with its sign."""
    sign = sign_of(magnitude)
    return f"{sign}{abs(magnitude)}" if sign else "0"


def lower_first(text: str) -> str:
    """Return a label as it stands within a sentence; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return a text as it starts a sentence."""
    return text[:1].upper() + text[1:]

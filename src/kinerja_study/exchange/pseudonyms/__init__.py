"""Names to ids, by the private key file, in texts that nobody has coded yet.

From a study's texts to the same texts without names. A name is never written into a file.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from kinerja_study.collection.documents import FOLDERS, INTERVIEWER
from kinerja_study.collection.privacy import Person, load_key
from kinerja_study.collection.schemas import CODINGS
from kinerja_study.collection.tables import decode, parse_table
from kinerja_study.errors import Fault, PseudonymError, RawDataError
from kinerja_study.exchange.pseudonyms.forms import Forms, Hit
from kinerja_study.exchange.pseudonyms.suspects import find_ordinary, find_suspects
from kinerja_study.exchange.study_tables import read_column
from kinerja_study.study import Study

__all__ = ["Outcome", "pseudonymise"]


@dataclass(slots=True)
class Outcome:
    """What was found and done: replacements by file and line, what remains and why, what looks like a name.

    ``remaining`` are sentences without names; ``suspects`` counts words with their first place, and ``forms`` the words
    of names by what takes their place, for the terminal only.
    """

    replaced: dict[str, Counter[int]] = field(default_factory=dict)
    remaining: list[str] = field(default_factory=list)
    suspects: Counter[str] = field(default_factory=Counter)
    places: dict[str, str] = field(default_factory=dict)
    forms: Counter[tuple[str, str]] = field(default_factory=Counter)

    def show(self) -> list[str]:
        """Return each form that is replaced, with what takes its place: what an ordinary word shows itself by."""
        return [_printable(f"{form} -> {id_}: {count} x") for (form, id_), count in sorted(self.forms.items())]

    def tell(self) -> list[str]:
        """Return what a researcher should know, a line each, with suspected names: for the terminal alone."""
        lines = []
        for name, counts in self.replaced.items():
            shown = ", ".join(
                f"{line} ({count} x)" if count > 1 else str(line) for line, count in sorted(counts.items())
            )
            lines.append(f"{name}: {sum(counts.values())} replaced, line {shown}")
        lines += [f"not replaced: {sentence}" for sentence in self.remaining]
        ranked = sorted(self.suspects.items(), key=lambda item: (-item[1], item[0]))
        lines += [f"a name? {words}: {count} x, first in {self.places[words]}" for words, count in ranked]
        return [_printable(line) for line in lines]


def pseudonymise(study: Study, *, dry_run: bool = False) -> Outcome:
    """Replace the names of the key file in the texts of a study, each file in one step.

    Parameters
    ----------
    study : Study
        Whose study.toml names the key file. Its raw data may have faults: labels may still be names.
    dry_run : bool
        Find, and change nothing.

    Raises
    ------
    PseudonymError
        There is no key file, it says of a name not what to put in its place, or it is not private.
    RawDataError
        A file cannot be read: nothing was changed.
    """
    files = study.read_raw()
    forms = Forms(_people(study, files))
    coded = _coded_texts(study, files)
    outcome = Outcome()
    changed: dict[str, bytes] = {}
    searched: dict[str, str] = {}
    faults: list[Fault] = []
    for name, data in files.items():
        if PurePosixPath(name).suffix not in (".md", ".txt", ".csv"):
            if name.endswith((".docx", ".xlsx")):
                outcome.remaining.append(
                    f"{name}: not searched; names in a {PurePosixPath(name).suffix} are yours to replace"
                )
            continue
        text = _decoded(data, name, faults)
        if text is None:
            continue
        hits = forms.find(text)
        clear = [hit for hit in hits if len(hit.ids) == 1]
        _tell_ambiguous(outcome, name, text, hits)
        if name.split("/")[0] not in FOLDERS or "/readme" in name.lower():
            _tell_elsewhere(outcome, name, text, clear, "only texts are changed: replace them yourself")
            continue
        if forms.find(PurePosixPath(name).stem):
            outcome.remaining.append(f"{name}: the file's own name holds a name; give the file another")
        found = re.search(r"(?m)^id:[ \t]*(\S+)", text)
        if found and found[1] in coded:
            _tell_elsewhere(
                outcome, name, text, clear, "the text is coded, and its quotes and positions would no longer hold"
            )
        elif clear:
            changed[name] = (("\ufeff" if data.startswith(b"\xef\xbb\xbf") else "") + _replaced(text, clear)).encode()
            outcome.replaced[name] = Counter(_line(text, hit.start) for hit in clear)
            outcome.forms.update((text[hit.start : hit.end], id_) for hit in clear for id_ in hit.ids)
        searched[name] = _blanked(text, hits)
    if faults:
        raise RawDataError(study.id, faults)
    known = _known_words(study, files).union(*map(find_ordinary, searched.values()))
    for name, text in searched.items():
        _suspect(outcome, name, text, forms, known)
    if not dry_run:
        for name, data in changed.items():
            study.replace_raw(name, data)
    return outcome


def _people(study: Study, files: Mapping[str, bytes]) -> list[Person]:
    key = study.definition.privacy.key_file
    if not key:
        cure = 'Write key_file = "private/key.csv" under [privacy]: a table with the columns name and id.'
        raise PseudonymError(study.id, "study.toml names no private key file", cure)
    path = study.root / key
    if path.resolve().is_relative_to((study.root / "data").resolve()):
        raise PseudonymError(study.id, f"the key file {key} lies in data/", "Move it to private/, which git ignores.")
    if not path.is_file():
        raise PseudonymError(study.id, f"{key} is not there", "Make it: a table with the columns name and id.")
    if not _ignored(study, key):
        raise PseudonymError(study.id, f"git does not ignore {key}", "Move it to private/, or add it to .gitignore.")
    ids = set(read_column(files, "informants", "informant_id"))
    people = [Person(names=p.names, id=p.id) if p.id else _with_id(p, ids) for p in load_key(study)]
    for number, person in enumerate(people, start=1):
        if not person.id or not person.names or not person.id.isprintable():
            cure = "Give each name an id: the informant's, or words for whom it is, as [petugas loket]."
            raise PseudonymError(study.id, f"person {number} of {key} has no name or no id", cure)
        if person.id == INTERVIEWER or ":" in person.id:
            cure = f"{INTERVIEWER} is the interviewer, and a colon ends a speaker: give this person another id."
            raise PseudonymError(study.id, f"the id of person {number} of {key} cannot be one", cure)
        if not all(Forms([Person(names=(name,), id=person.id)]) for name in person.names):
            cure = "Write more of the name: an address or a letter alone would be found everywhere."
            raise PseudonymError(study.id, f"a name of person {number} of {key} is too short to find", cure)
    if not people:
        raise PseudonymError(study.id, f"{key} holds nobody", "Below its heading, write a name and an id a line.")
    again = Forms(people)
    for number, person in enumerate(people, start=1):
        if again.find(person.id):
            cure = "Give this person an id that is no form of a name."
            raise PseudonymError(study.id, f"the id of person {number} of {key} is itself like a name", cure)
    return people


def _with_id(person: Person, ids: set[str]) -> Person:
    own = [name for name in person.names if name in ids]
    return Person(names=tuple(name for name in person.names if name not in ids), id=own[0] if own else "")


def _ignored(study: Study, key: str) -> bool:
    command = ["git", "check-ignore", "-q", "--", key]
    try:
        asked = subprocess.run(command, cwd=study.root, capture_output=True, check=False)  # noqa: S603 - one fixed program
    except OSError:
        return True  # without git nothing is committed by it
    return asked.returncode != 1


def _coded_texts(study: Study, files: Mapping[str, bytes]) -> set[str]:
    coded: set[str] = set()
    faults: list[Fault] = []
    for name, data in files.items():
        if name.startswith("codings/") and name.endswith((".csv", ".xlsx")):
            frame = parse_table(data, name, list(CODINGS.columns), faults)
            coded |= set() if frame is None else set(frame["document_id"])
    if faults:
        # Which texts are coded must be certain before any is changed.
        raise RawDataError(study.id, faults)
    return coded


def _known_words(study: Study, files: Mapping[str, bytes]) -> frozenset[str]:
    about = study.definition.study
    texts = [about.site, about.title, INTERVIEWER, *read_column(files, "informants", "informant_id")]
    texts += read_column(files, "informants", "role") + read_column(files, "informants", "unit")
    return frozenset(word.casefold() for text in texts for word in re.findall(r"\w+", text))


def _decoded(data: bytes, name: str, faults: list[Fault]) -> str | None:
    if decode(data, name, faults) is None:
        return None
    # Line ends stay as they are.
    return unicodedata.normalize("NFC", data.decode("utf-8-sig"))


def _replaced(text: str, hits: Iterable[Hit]) -> str:
    parts = []
    at = 0
    for hit in hits:
        (name,) = hit.ids
        start = hit.start
        label = re.match(r"[ \t]*:", text[hit.end : hit.end + 8])
        before = re.search(r"(?:^|\n)([^\W\d_]+\.?[ \t]+)?$", text[max(0, start - 16) : start]) if label else None
        end = hit.end
        if label and before:
            # A label: "Pak Andi:" becomes the turn of an informant.
            start -= len(before[1] or "")
            end += len(label[0]) - 1
        suffix = f"-{hit.suffix.lower()}" if hit.suffix else ""
        parts += [text[at : max(at, start)], name, suffix]
        at = end
    return "".join(parts) + text[at:]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _lines(text: str, hits: Iterable[Hit]) -> str:
    return ", ".join(map(str, dict.fromkeys(_line(text, hit.start) for hit in hits)))


def _tell_ambiguous(outcome: Outcome, name: str, text: str, hits: Iterable[Hit]) -> None:
    unclear: dict[str, list[Hit]] = {}
    for hit in hits:
        if len(hit.ids) > 1:
            unclear.setdefault(" or ".join(sorted(hit.ids)), []).append(hit)
    for who, found in unclear.items():
        outcome.remaining.append(f"{name}, line {_lines(text, found)}: it may be {who}; replace it yourself")


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def _tell_elsewhere(outcome: Outcome, name: str, text: str, hits: list[Hit], why: str) -> None:
    if hits:
        count = "1 name" if len(hits) == 1 else f"{len(hits)} names"
        outcome.remaining.append(f"{name}, line {_lines(text, hits)}: {count}; {why}")


def _blanked(text: str, hits: Iterable[Hit]) -> str:
    # Names that are known are no suspicion; they become numbers, and places stay.
    masked = list(text)
    for hit in hits:
        masked[hit.start : hit.end] = "0" * (hit.end - hit.start)
    return "".join(masked)


def _suspect(outcome: Outcome, name: str, text: str, forms: Forms, known: Collection[str]) -> None:
    found = [*find_suspects(text, known)]
    found += [(m.start(), m[0]) for m in re.finditer(r"\w+", text) if m[0].islower() and forms.is_form(m[0])]
    for at, words in found:
        outcome.suspects[words] += 1
        outcome.places.setdefault(words, f"{name}, line {_line(text, at)}")

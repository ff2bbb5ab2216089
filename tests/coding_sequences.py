"""Random acts, and a model of what they make of a study's files that shares no line with the room."""

from __future__ import annotations

import copy
import csv
import io
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Key = tuple[str, int, int, str]
Rows = dict[str, dict[Key, tuple[int, str | None]]]
"""By coder: where and under which code, and what magnitude counts and which memo stands there; None: any."""

DIRECTIONS = {"+": 1, "-": -1, "0": 0, "+/-": 0}
FOLDERS = {"interview": "interviews", "observation": "observations", "document": "documents"}
WORDS = ("", "tegas", 'dua "kutip", koma', "baris satu\nbaris dua", "e\u0301 dan \U0001f469\u200d\U0001f4bb", "; = ;")


def read_rows(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_texts(folder: Path) -> dict[str, str]:
    paths = [path for name in FOLDERS.values() for path in sorted((folder / name).glob("*"))]
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in paths}


class Model:
    """A study's codings and codes as plain dictionaries, and the states between which undo and redo go.

    Its texts and informants are never taken back; where the last act brought informants, nothing is undone.
    """

    def __init__(self, folder: Path, coder: str) -> None:
        self.coder = coder
        self.directions = {row["code"]: row["direction"] for row in read_rows(folder / "codebook.csv")}
        self.rows = self.read(folder)
        self.rows.setdefault(coder, {})
        self.texts, self.informants = read_texts(folder), self.read_informants(folder)
        self.past: list[Any] = []
        self.future: list[Any] = []

    def read(self, folder: Path) -> Rows:
        directions = {row["code"]: row["direction"] for row in read_rows(folder / "codebook.csv")}
        found: Rows = {}
        for path in sorted((folder / "codings").glob("*.csv")):
            found[path.stem] = {}
            for row in read_rows(path):
                key = (row["document_id"], int(row["start"]), int(row["end"]), row["code"])
                assert key not in found[path.stem], f"{key} stands twice in {path.name}"
                magnitude = int(row["magnitude"]) if row["magnitude"] else DIRECTIONS[directions[row["code"]]]
                found[path.stem][key] = (magnitude, row["memo"])
        return found

    @staticmethod
    def read_informants(folder: Path) -> list[str]:
        return [row["informant_id"] for row in read_rows(folder / "informants.csv")]

    def holds_in(self, folder: Path) -> bool:
        """Tell whether the files say what the model says."""
        if (read_texts(folder), self.read_informants(folder)) != (self.texts, self.informants):
            return False
        codes = [row["code"] for row in read_rows(folder / "codebook.csv")]
        if sorted(codes) != sorted(self.directions):
            return False
        there = {coder: rows for coder, rows in self.read(folder).items() if rows}
        mine = {coder: rows for coder, rows in self.rows.items() if rows}
        if {c: set(r) for c, r in there.items()} != {c: set(r) for c, r in mine.items()}:
            return False
        return all(
            there[coder][key][0] == magnitude and memo in (None, there[coder][key][1])
            for coder, rows in mine.items()
            for key, (magnitude, memo) in rows.items()
        )

    def copy(self) -> Model:
        other = copy.copy(self)
        # What lies in the past and the future is never changed.
        other.rows, other.directions = copy.deepcopy((self.rows, self.directions))
        other.past, other.future = list(self.past), list(self.future)
        return other

    def apply(self, act: dict[str, Any]) -> None:
        if act["do"] == "take_in":
            self.welcome(act)
            kind = act["header"]["kind"]
            self.texts = {**self.texts, f"{FOLDERS[kind]}/{act['header']['id']}.md": act["becomes"]}
            return
        if act["do"] in ("undo", "redo"):
            source, target = (self.past, self.future) if act["do"] == "undo" else (self.future, self.past)
            target.append((self.rows, self.directions))
            self.rows, self.directions = source.pop()
            return
        self.past.append(copy.deepcopy((self.rows, self.directions)))
        self.future.clear()
        getattr(self, act["do"])(act)

    def welcome(self, act: dict[str, Any]) -> None:
        if act["informants"]:
            self.informants = [*self.informants, *(one["informant_id"] for one in act["informants"])]
            self.past.append(None)
            self.future.clear()

    def code(self, act: dict[str, Any]) -> None:
        key = (act["document"], act["start"], act["end"], act["code"])
        self.rows[self.coder][key] = (act["magnitude"], written(act["memo"]))

    def change(self, act: dict[str, Any]) -> None:
        own = self.rows[self.coder]
        key = parse_key(act["key"])
        magnitude, memo = own.pop(key)
        new = (key[0], act.get("start", key[1]), act.get("end", key[2]), act.get("code", key[3]))
        own[new] = (act.get("magnitude", magnitude), written(act["memo"]) if "memo" in act else memo)

    def delete(self, act: dict[str, Any]) -> None:
        del self.rows[self.coder][parse_key(act["key"])]

    def memo(self, act: dict[str, Any]) -> None:
        pass

    def decide(self, act: dict[str, Any]) -> None:
        rows = self.rows.setdefault("consensus", {})
        for key in [k for k in rows if k[0] == act["document"] and k[3] == act["code"]]:
            if key[1] < act["end"] and act["start"] < key[2]:
                del rows[key]
        if act["outcome"] != "dropped":
            rows[(act["document"], act["start"], act["end"], act["code"])] = (act["magnitude"], None)

    def rename_code(self, act: dict[str, Any]) -> None:
        self.directions[act["into"]] = self.directions.pop(act["code"])
        self._recode({act["code"]: act["into"]})

    def merge_codes(self, act: dict[str, Any]) -> None:
        for code in act["codes"]:
            del self.directions[code]
        self._recode(dict.fromkeys(act["codes"], act["into"]))

    def retire_code(self, act: dict[str, Any]) -> None:
        del self.directions[act["code"]]
        for rows in self.rows.values():
            for key in [key for key in rows if key[3] == act["code"]]:
                del rows[key]

    def _recode(self, becomes: dict[str, str]) -> None:
        for coder, rows in self.rows.items():
            kept = {key: said for key, said in rows.items() if key[3] not in becomes}
            for key, said in rows.items():
                if key[3] in becomes:
                    new = (*key[:3], becomes[key[3]])
                    kept[new] = (kept[new][0], None) if new in kept else said
            self.rows[coder] = kept


def written(memo: str) -> str:
    return unicodedata.normalize("NFC", memo).strip()


def parse_key(key: str) -> Key:
    document, span, code, _ = key.split(":")
    start, end = span.split("-")
    return document, int(start), int(end), code


def random_acts(*, claimed: set[str], arrivals: bool = False) -> Callable[[random.Random, Model], dict[str, Any]]:
    """Return what draws an act that can be done as the model stands; claims keep the codes that they name."""

    def draw(rng: random.Random, model: Model) -> dict[str, Any]:
        own, codes = model.rows[model.coder], sorted(model.directions)
        options = ["code"] * 4 + ["decide", "memo"]
        options += ["change"] * 3 + ["delete"] if own else []
        options += ["take_in"] if arrivals else []
        options += ["undo"] * 2 if model.past and model.past[-1] else []
        options += ["redo"] * 2 if model.future else []
        free = [code for code in codes if code not in claimed]
        options += ["rename_code"] + (["merge_codes", "retire_code"] if len(free) > 2 else [])
        name = rng.choice(options)
        act: dict[str, Any] = {"do": name}
        reason = {"reason": "uji"}
        if name in ("code", "decide"):
            document, start, end = _span(rng, list(_speech(model.texts)))
            act |= {"document": document, "start": start, "end": end, "code": rng.choice(codes)}
            act |= {"magnitude": rng.randint(-2, 2), "memo": rng.choice(WORDS)}
            if name == "code" and (document, start, end, act["code"]) in own:
                return draw(rng, model)
            if name == "decide":
                act |= {"outcome": "changed", **reason}
        elif name == "take_in":
            act |= _arrival(rng, model)
        elif name in ("change", "delete"):
            key = rng.choice(sorted(own))
            act["key"] = f"{key[0]}:{key[1]}-{key[2]}:{key[3]}:{model.coder}"
            if name == "change":
                new = {"magnitude": rng.randint(-2, 2), "memo": rng.choice(WORDS), "code": rng.choice(codes)}
                act |= {name: new[name] for name in rng.sample(sorted(new), rng.randint(1, 3))}
                if "code" in act:
                    # Without a magnitude the direction of the new code would count.
                    act["magnitude"] = new["magnitude"]
                if (*key[:3], act.get("code", key[3])) in own and act.get("code", key[3]) != key[3]:
                    return draw(rng, model)
                if own[key][1] is None:
                    act["memo"] = rng.choice(WORDS)
        elif name == "memo":
            act |= {"about": "study", "heading": rng.choice(["process", "synthesis"]), "text": rng.choice(WORDS[1:])}
        elif name == "rename_code":
            act |= {"code": rng.choice(codes), "into": f"{rng.choice('ABC')}-{rng.randrange(10**6)}", **reason}
            if act["into"] in codes or act["code"] in claimed:
                return draw(rng, model)
        elif name == "merge_codes":
            code = rng.choice(free)
            act |= {"codes": [code], "into": rng.choice([c for c in codes if c != code]), **reason}
        elif name == "retire_code":
            act |= {"code": rng.choice(free), "delete_codings": True, **reason}
        return act

    return draw


def _arrival(rng: random.Random, model: Model) -> dict[str, Any]:
    # A transcript of someone new, of someone who came before, or an observation.
    new = f"N-{len(model.informants)}"
    who = rng.choice([new, new, *(one for one in model.informants if one.startswith("N-"))])
    words = rng.choice(WORDS[1:3]) + rng.choice((" <b>bagus</b>", " \U0001f44d\U0001f3fd", " m\u0303antap"))
    kind = rng.choice(["interview", "interview", "observation"])
    spoken = kind == "interview"
    cells = {"informant_id": who, "group": "staf", "kind": "main", "role": "petugas", "consent": "yes"}
    header = {"id": f"B{len(model.texts)}", "kind": kind, "date": "2024-03-06"}
    lines = [f"{key}: {value}" for key, value in header.items()]
    lines[2:2] = [f"informant: {who}"] if spoken else []
    said = f"P: Apa kabar?\n\n{who}: {words}" if spoken else words
    return {
        "header": header,
        "speakers": {"peneliti": "P", "bu ratri": who} if spoken else {},
        "informants": [cells] if spoken and who == new else [],
        "text": f"Peneliti: Apa kabar?\nBu Ratri: {words}\n" if spoken else words,
        "becomes": "\n".join(["---", *lines, "provenance: synthetic", "---", "", said, ""]),
    }


def do(room: Any, act: dict[str, Any]) -> dict[str, Any]:
    if act["do"] == "take_in":
        return room.take_in("Bu Ratri.txt", act["text"].encode(), act)
    return room.undo() if act["do"] == "undo" else room.redo() if act["do"] == "redo" else room.do(act)


def _speech(texts: dict[str, str]) -> Iterator[tuple[str, str, int, int]]:
    # What informants say in their turns, and whole observations and documents.
    for name, raw in texts.items():
        body = unicodedata.normalize("NFC", raw).split("\n---\n", 1)[1]
        document = Path(name).stem
        if not name.startswith("interviews/"):
            yield document, body, 0, len(body)
        for turn in re.finditer(r"^(\w-\d+|P): (.*?)(?=^(?:\w-\d+|P):|\Z)", body, re.MULTILINE | re.DOTALL):
            if turn.group(1) != "P":
                yield document, body, turn.start(2), turn.end(2)


def _span(rng: random.Random, places: list[tuple[str, str, int, int]]) -> tuple[str, int, int]:
    document, body, first, last = rng.choice(places)
    start = rng.randrange(first, last)
    end = rng.randint(start + 1, last)
    return (document, start, end) if body[start:end].strip() else _span(rng, places)

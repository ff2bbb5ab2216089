"""Agreement on the codes and magnitudes of the tiny study, whose two coders differ in six places."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pandas as pd
import pytest

from kinerja_study.collection.field_data import load_field_data
from kinerja_study.condensation.agreement.coded_turns import CodedTurns, build_coded_turns, list_unread
from kinerja_study.condensation.agreement.coding_agreement import (
    build_magnitudes,
    build_presence,
    compute_coding_agreement,
)
from kinerja_study.condensation.agreement.disagreements import count_consensus, list_disagreements


def lay(tiny) -> tuple[CodedTurns, pd.DataFrame]:
    data = load_field_data(tiny.open())
    return build_coded_turns(data.codings, data.turns, data.informants), data.codebook


def agree(tiny) -> pd.DataFrame:
    return compute_coding_agreement(*lay(tiny)).set_index(["scope", "id", "coefficient"]).sort_index()


def rewrite(tiny, coder: str, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    """Change the rows of a coder, or leave out those for which ``change`` returns None."""
    rows = list(csv.DictReader(io.StringIO(tiny.read(f"codings/{coder}.csv"))))
    kept = [changed for row in rows if (changed := change(row)) is not None]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    tiny.write(f"codings/{coder}.csv", buffer.getvalue())


def leave_out(tiny, coder: str, *documents: str) -> None:
    rewrite(tiny, coder, lambda row: None if row["document_id"] in documents else row)


def recode(tiny, coder: str, document: str, code: str, **new: str) -> None:
    def change(row: dict[str, str]) -> dict[str, str]:
        return {**row, **new} if (row["document_id"], row["code"]) == (document, code) else row

    rewrite(tiny, coder, change)


def test_units_are_the_turns_of_informants_and_never_the_interviewers(tiny) -> None:
    coded, _ = lay(tiny)
    spoken = coded.turns[coded.spoken]
    # T1 and T3 have two turns of their informant, the other four interviews one.
    assert list(spoken["document_id"]) == ["T1", "T1", "T2", "T3", "T3", "T4", "T5", "T6"]
    assert set(spoken["speaker"]) == {"A-1", "A-2", "S-1", "S-2", "W-1", "W-2"}
    assert coded.coders == ("coder-a", "coder-b")


def test_a_turn_of_someone_without_consent_is_no_unit(tiny) -> None:
    tiny.replace("informants.csv", "36-45,,yes", "36-45,,no")
    for coder in ("consensus", "coder-a", "coder-b"):
        leave_out(tiny, coder, "T5")
    coded, _ = lay(tiny)
    assert "T5" not in set(coded.turns["document_id"])


def test_agreement_on_a_code_is_over_turns_where_it_was_used_or_not(tiny) -> None:
    # MUTU-TELITI in the 8 turns: coder-a in T1, T3, T6; coder-b in T3, T6. Alike in 7 of 8. Of 16 values 5 are 1:
    # D_o = 2/16, D_e = 2 x 5 x 11 / (16 x 15), alpha = 1 - 3/11. AC1: chance 2 x 5/16 x 11/16 = 55/128.
    found = agree(tiny).loc["code", "MUTU-TELITI"]
    assert found.loc["percent_agreement", "value"] == 0.875
    assert found.loc["alpha_nominal", "value"] == pytest.approx(8 / 11, abs=1e-6)
    assert found.loc["gwet_ac1", "value"] == pytest.approx((7 / 8 - 55 / 128) / (1 - 55 / 128), abs=1e-6)
    assert tuple(found.loc["alpha_nominal", ["n", "count"]]) == (8, 3)
    assert found.loc["alpha_nominal", "interval"] == "jackknife over 6 clusters"


def test_the_jackknife_leaves_out_one_text_at_a_time(tiny) -> None:
    # MUTU-TELITI without T1 is agreed in full: 1. Without T2, T4 or T5, one turn that nobody coded so: of 14 values 5
    # are 1, alpha = 1 - 2/14 x 14 x 13 / (2 x 5 x 9) = 1 - 13/45. Without T3, two turns, one of them coded by both:
    # 12 values, 3 are 1, 1 - 2/12 x 12 x 11 / (2 x 3 x 9) = 1 - 11/27. Without T6: 14 values, 3 are 1,
    # 1 - 2/14 x 14 x 13 / (2 x 3 x 11) = 1 - 13/33.
    left = [1, 1 - 13 / 45, 1 - 11 / 27, 1 - 13 / 45, 1 - 13 / 45, 1 - 13 / 33]
    mean = sum(left) / 6
    se = (5 / 6 * sum((value - mean) ** 2 for value in left)) ** 0.5
    found = agree(tiny).loc[("code", "MUTU-TELITI", "alpha_nominal")]
    # 2.570582 is the .975 quantile of t with 5 degrees of freedom.
    assert found["low"] == pytest.approx(8 / 11 - 2.570582 * se, abs=1e-5)
    assert found["high"] == 1.0


def test_magnitudes_of_a_focus_are_the_means_of_a_turn_and_missing_where_none_was_given(tiny) -> None:
    coded, _ = lay(tiny)
    ratings = build_magnitudes(coded, "mutu")
    shown = [[None if c < 0 else ratings.categories[c] for c in row] for row in ratings.codes]
    # T1: (2 + 1) / 2 and 2; T3: (1 - 1) / 2 and (2 - 1) / 2.
    assert shown == [[1.5, 2], [None, None], [1, 1], [0, 0.5], [None, None], [1, 1], [-2, -1], [-2, -2]]
    found = compute_coding_agreement(*lay(tiny))
    assert set(found.loc[found["scope"] == "focus", "id"]) == {"mutu", "kerja", "hambatan", "lain"}


def test_a_code_that_nobody_used_has_a_reason_and_no_number(tiny) -> None:
    text = tiny.read("codebook.csv")
    tiny.write("codebook.csv", text + "MUTU-LAIN,mutu,Lain,Tidak pernah dipakai.,,,+,deductive,,,\n")
    found = agree(tiny).loc["code", "MUTU-LAIN"]
    assert set(found["reason"]) == {"no variation", "nobody marked a segment"}
    assert found["value"].isna().all()


def test_a_study_of_the_consensus_alone_has_a_reason_for_everything(tiny) -> None:
    tiny.remove("codings/coder-a.csv")
    tiny.remove("codings/coder-b.csv")
    tiny.replace("study.toml", 'coder = ["consensus", "coder-a", "coder-b"]\n', "")
    coded, codebook = lay(tiny)
    assert set(compute_coding_agreement(coded, codebook)["reason"]) == {"one coder only"}
    assert list_disagreements(coded).empty
    assert count_consensus(coded).empty
    assert list_unread(coded).empty


def test_a_text_that_one_coder_has_not_coded_is_missing_there_and_said_so(tiny) -> None:
    leave_out(tiny, "coder-b", "T5", "T6")
    coded, _ = lay(tiny)
    presence = build_presence(coded, "MUTU-TELITI")
    assert [list(row) for row in presence.codes[-2:]] == [[0, -1], [1, -1]]
    found = agree(tiny).loc[("code", "MUTU-TELITI", "alpha_nominal")]
    assert tuple(found[["n", "count"]]) == (6, 2)
    assert [*list_unread(coded).itertuples(index=False, name=None)] == [("coder-b", "T5"), ("coder-b", "T6")]
    # Nobody differs from a coder who was not there.
    assert not {"T5", "T6"} & set(list_disagreements(coded)["document_id"])


def test_coders_without_a_common_text_have_a_reason(tiny) -> None:
    leave_out(tiny, "coder-a", "T4", "T5", "T6", "O1", "D1")
    leave_out(tiny, "coder-b", "T1", "T2", "T3")
    coded, codebook = lay(tiny)
    found = compute_coding_agreement(coded, codebook)
    assert set(found["reason"]) == {"no unit was judged by two coders"}
    assert list_disagreements(coded).empty
    assert len(list_unread(coded)) == 8


def test_words_marked_alike_agree_more_than_words_marked_apart(tiny) -> None:
    before = agree(tiny).loc[("code", "HAM-LISTRIK", "u_alpha_binary"), "value"]
    assert before == 1.0
    body = "Komputer mati karena listrik."
    start = next(int(r["start"]) for r in csv.DictReader(io.StringIO(tiny.read("codings/coder-b.csv")))
                 if r["quote"] == body)  # fmt: skip
    recode(tiny, "coder-b", "T6", "HAM-LISTRIK", start=str(start), end=str(start + 8), quote=body[:8])
    after = agree(tiny).loc["code", "HAM-LISTRIK"]
    assert after.loc["alpha_nominal", "value"] == 1.0
    assert 0 < after.loc["u_alpha_binary", "value"] < 1


def test_overlapping_words_of_one_coder_are_one_stretch(tiny) -> None:
    # coder-a marks the sentence and, once more, its last words: nothing else than the sentence.
    body = "Komputer mati karena listrik."
    row = next(r for r in csv.DictReader(io.StringIO(tiny.read("codings/coder-a.csv"))) if r["quote"] == body)
    end = int(row["end"])
    tiny.write("codings/coder-a.csv", tiny.read("codings/coder-a.csv") + f"T6,{end - 8},{end},listrik.,HAM-LISTRIK,,\n")
    assert agree(tiny).loc[("code", "HAM-LISTRIK", "u_alpha_binary"), "value"] == 1.0

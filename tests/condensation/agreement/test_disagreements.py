"""Where the two coders of the tiny study differ, and what their consensus made of it."""

from __future__ import annotations

from kinerja_study.collection.field_data import load_field_data
from kinerja_study.condensation.agreement.coded_turns import build_coded_turns
from kinerja_study.condensation.agreement.disagreements import count_consensus, list_disagreements


def lay(tiny):
    data = load_field_data(tiny.open())
    return build_coded_turns(data.codings, data.turns, data.informants)


def append(tiny, coder: str, *rows: str) -> None:
    tiny.write(f"codings/{coder}.csv", tiny.read(f"codings/{coder}.csv") + "".join(f"{row}\n" for row in rows))


def differ(tiny) -> list[tuple[str, str, str, str, str]]:
    columns = ["kind", "document_id", "code", "others", "coded"]
    return [*list_disagreements(lay(tiny))[columns].itertuples(index=False, name=None)]


def counts(tiny) -> dict[tuple[str, str], int]:
    found = count_consensus(lay(tiny))
    return found.groupby(["outcome", "coder"])["count"].sum().to_dict()


def test_the_coders_differ_where_one_is_silent_and_the_stronger_magnitude_comes_first(tiny) -> None:
    # Other magnitudes of the same sign are no disagreement to talk about.
    assert differ(tiny) == [
        ("one_sided", "D1", "HAM-TUNDA", "", "coder-a:1;coder-b:none"),
        ("one_sided", "T1", "MUTU-TELITI", "", "coder-a:1;coder-b:none"),
        ("one_sided", "T6", "LAIN-ANTRE", "", "coder-a:none;coder-b:0"),
    ]


def test_the_words_and_the_decision_stand_beside_a_disagreement(tiny) -> None:
    first = list_disagreements(lay(tiny)).iloc[1]
    assert (first["rank"], first["case_id"], first["quote"]) == (2, "A-1", "Mereka jarang salah ketik.")
    assert first["decided"] == "1"


def test_opposite_signs_come_first_then_neutral_then_another_code(tiny) -> None:
    tiny.replace("codings/coder-b.csv", "Suratnya sudah baik.,MUTU-HASIL,1", "Suratnya sudah baik.,MUTU-HASIL,-1")
    tiny.replace("codings/coder-b.csv", "cepat sekali.,KERJA-WAKTU,2", "cepat sekali.,KERJA-WAKTU,0")
    tiny.replace("codings/coder-b.csv", "Saya datang tiga kali dan lama sekali.,KERJA-WAKTU",
                 "Saya datang tiga kali dan lama sekali.,MUTU-TELITI")  # fmt: skip
    assert [row[:4] for row in differ(tiny)[:3]] == [
        ("opposite", "T2", "MUTU-HASIL", ""),
        ("sign", "T2", "KERJA-WAKTU", ""),
        ("other_code", "T5", "KERJA-WAKTU", "MUTU-TELITI"),
    ]
    # The same words under two codes are one disagreement, told once.
    assert len([row for row in differ(tiny) if row[1] == "T5"]) == 1


def test_words_that_must_not_be_quoted_are_not(tiny) -> None:
    # S-2 speaks in T4 and may not be quoted.
    tiny.replace("codings/coder-b.csv", "Hasil ketikan saya cukup rapi.,MUTU-HASIL,1",
                 "Hasil ketikan saya cukup rapi.,MUTU-HASIL,-1")  # fmt: skip
    row = list_disagreements(lay(tiny)).iloc[0]
    assert (row["kind"], row["case_id"], row["quote"]) == ("opposite", "S-2", "")
    assert "ketikan" not in list_disagreements(lay(tiny)).to_csv()


def test_a_whole_text_is_compared_passage_by_passage(tiny) -> None:
    # An observation has no turns: the same code far from where the other coder gave it is no agreement.
    append(tiny, "coder-a", "O1,,,Antrean sampai ke teras.,KERJA-WAKTU,-1,")
    assert ("other_code", "O1", "KERJA-WAKTU", "LAIN-ANTRE") not in [row[:4] for row in differ(tiny)]
    assert ("one_sided", "O1", "KERJA-WAKTU", "") in [row[:4] for row in differ(tiny)]


def test_the_consensus_keeps_decides_adds_and_drops(tiny) -> None:
    # 24 codings in force: 21 that both had, two as coder-a and one as coder-b had; three magnitudes differ from one.
    assert counts(tiny) == {("agreed", ""): 21, ("decided", "coder-a"): 2, ("decided", "coder-b"): 1,
                            ("magnitude", ""): 3}  # fmt: skip
    append(tiny, "consensus", "T5,,,Suratnya asal jadi.,MUTU-TELITI,-1,")
    for coder in ("coder-a", "coder-b"):
        append(tiny, coder, "T6,,,Saya antre dari subuh.,KERJA-WAKTU,-1,")
    append(tiny, "coder-a", "T6,,,Saya antre dari subuh.,MUTU-HASIL,-1,")
    after = counts(tiny)
    assert after[("added", "")] == 1
    assert after[("dropped", "")] == 1
    # What only coder-a had and the consensus leaves out is decided as coder-b had it.
    assert after[("decided", "coder-b")] == 2


def test_without_a_consensus_nothing_was_decided(tiny) -> None:
    tiny.remove("codings/consensus.csv")
    tiny.replace("study.toml", 'coder = "consensus"', 'coder = "coder-a"')
    tiny.replace("study.toml", 'coder = ["consensus", "coder-a", "coder-b"]', 'coder = ["coder-a", "coder-b"]')
    assert set(list_disagreements(lay(tiny))["decided"]) == {""}
    assert count_consensus(lay(tiny)).empty


def test_what_the_consensus_leaves_out_is_none(tiny) -> None:
    # coder-b codes these words too, but with a code that coder-a also gave: that is no other code.
    append(tiny, "coder-a", "T2,,,Suratnya sudah baik.,MUTU-TELITI,1,")
    found = list_disagreements(lay(tiny)).set_index(["document_id", "code"]).sort_index()
    assert tuple(found.loc[("T2", "MUTU-TELITI"), ["kind", "others", "decided"]]) == ("one_sided", "", "none")

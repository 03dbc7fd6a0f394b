from __future__ import annotations

from looptui.tui.panes import spend_rows


def test_an_empty_span_says_so_in_a_sentence() -> None:
    assert [spend_rows.nothing(span) for span in spend_rows.SPANS] == [
        "No maker was called today. T looks further back.",
        "No maker was called in the last 7 days. T looks further back.",
        "No maker was called in the last 30 days.",
    ]

"""How records write moments."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from server.records.instants import iso


def test_a_moment_is_rounded_to_the_millisecond_also_across_a_second() -> None:
    assert iso(0) == "1970-01-01T00:00:00.000Z"
    assert iso(1_700_000_000.9996) == "2023-11-14T22:13:21.000Z"
    assert iso(-0.001) == "1969-12-31T23:59:59.999Z"


@given(st.floats(-1e9, 4e9))
def test_a_moment_is_read_back_to_the_millisecond(wall: float) -> None:
    moment = datetime.fromisoformat(iso(wall))
    assert moment == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=round(wall * 1000))

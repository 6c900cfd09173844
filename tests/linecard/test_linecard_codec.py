import pytest
from hypothesis import given, strategies as st

from server.linecard import codec
from server.wire import linecard

texts = st.text(max_size=50)
messages = st.one_of(
    st.builds(linecard.Play, call=texts, leg=texts, files=st.lists(texts, max_size=4), loop=st.booleans(), token=texts),
    st.builds(linecard.Dial, call=texts, leg=texts, uri=texts, headers=st.dictionaries(texts, texts, max_size=3)),
    st.builds(linecard.Ack, seq=st.integers(0, 2**60)),
    st.builds(linecard.Retire),
)


@given(st.lists(messages, max_size=8), st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_messages_survive_any_cutting_of_the_stream(sent, cuts):
    stream = b"".join(map(codec.encode, sent))
    reader = codec.FrameReader(linecard.ToCard)
    received = []
    while stream:
        for cut in cuts:
            received += reader.feed(stream[:cut])
            stream = stream[cut:]
    assert received == sent


@given(st.binary(max_size=400))
def test_any_octets_give_messages_or_a_declared_error(data):
    reader = codec.FrameReader(linecard.FromCard)
    try:
        reader.feed(data)
    except codec.BadFrame:
        return


def test_a_length_over_the_limit_is_refused_before_its_body_is_there():
    reader = codec.FrameReader(linecard.ToCard)
    with pytest.raises(codec.FrameTooLong) as refusal:
        reader.feed((linecard.MAX_FRAME_OCTETS + 1).to_bytes(4, "big"))
    assert refusal.value.octets == linecard.MAX_FRAME_OCTETS + 1


def test_a_message_over_the_limit_is_not_sent():
    with pytest.raises(codec.FrameTooLong):
        codec.encode(linecard.Play(call="c", leg="l", files=["x" * linecard.MAX_FRAME_OCTETS]))


def test_a_message_of_the_other_direction_is_refused():
    with pytest.raises(codec.UnknownMessage):
        codec.FrameReader(linecard.ToCard).feed(codec.encode(linecard.Pong(1)))


def test_deep_nesting_is_a_declared_error():
    body = b"\x91" * 60000
    with pytest.raises(codec.UnknownMessage):
        codec.FrameReader(linecard.ToCard).feed(len(body).to_bytes(4, "big") + body)

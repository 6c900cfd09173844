"""What an arriving INVITE says about its caller, in the words of `arrived`."""

import msgspec

from server.linecard.worker.addresses import parse_address, user_of
from server.linecard.worker.message import Message, split_values


class Invitation(msgspec.Struct, frozen=True):
    """The fields of `arrived` that come out of the INVITE."""

    caller: str
    caller_name: str
    dialled: str
    trunk: str
    agent: str
    sip_call_id: str


def read_invite(message: Message) -> Invitation:
    """Read an INVITE that came from the edge.

    The edge leaves `P-Asserted-Identity` (RFC 3325) only where it came from a trusted trunk, and writes
    `X-Caruso-Trunk` and `X-Caruso-Agent` itself; so both are believed here.
    """
    asserted = message.first("p-asserted-identity")
    name, caller = parse_address(message.first("from"))
    if asserted:
        asserted_name, asserted_caller = parse_address(split_values(asserted)[0])
        caller, name = asserted_caller or caller, asserted_name or name
    return Invitation(
        caller=caller,
        caller_name=name,
        dialled=user_of(message.request_uri()),
        trunk=message.first("x-caruso-trunk")[:64],
        agent=message.first("x-caruso-agent")[:64],
        sip_call_id=message.first("call-id")[:256],
    )

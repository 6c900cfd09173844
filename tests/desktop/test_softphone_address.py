"""Whence the softphone speaks to its server: over IPv4, whatever the server's name has besides."""

import socket

import pytest

from agentdesk.softphone import account


def test_a_server_is_reached_over_ipv4() -> None:
    assert account.local_address("127.0.0.1:5060") == "127.0.0.1"
    assert account.local_address("localhost") == "127.0.0.1"


def test_a_server_at_an_ipv6_address_is_refused_by_a_sentence() -> None:
    with pytest.raises(ValueError, match="no sound over IPv6"):
        account.local_address("[::1]:5060")


def test_a_name_without_ipv4_is_an_error_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(host: str, port: int, family: int, kind: int) -> list[object]:
        assert family == socket.AF_INET
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", none)
    with pytest.raises(OSError, match="not known"):
        account.local_address("only-ipv6.example")

"""What hostile or clumsy peers do to the listener, from outside.

What always holds: whatever some connections do, a client beside them is served.
"""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import ccxt
import pytest

from simulator import Simulator

HALF_OPEN = 1_000


def address(simulator: Simulator) -> tuple[str, int]:
    """Where the simulated Kraken listens."""
    parts = urlsplit(simulator.rest)
    assert parts.hostname is not None and parts.port is not None
    return parts.hostname, parts.port


@pytest.fixture
def many_files() -> Iterator[None]:
    """A thousand sockets are more than some systems allow at first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * HALF_OPEN:
        pytest.skip(f"no more than {hard} files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * HALF_OPEN), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_half_open_sockets(
    simulator: Simulator, kraken: ccxt.kraken, many_files: None
) -> None:
    half_open = []
    for number in range(HALF_OPEN):
        half_open.append(socket.create_connection(address(simulator)))
        half_open[-1].sendall(b"POST /0/private/AddOrder HTTP/1.1\r\nHost: x\r\nContent-Le")
        if number % 100 == 0:
            assert kraken.fetch_ticker("BTC/USD")["last"] > 0
    order = kraken.create_limit_buy_order("BTC/USD", 0.01, 1_000)
    assert [each["id"] for each in kraken.fetch_open_orders()] == [order["id"]]
    for each in half_open:
        each.close()
    assert kraken.fetch_balance()["USD"]["total"] > 0


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"400"),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"4"),
        (b"POST /0/private/Balance HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", b"4"),
    ],
)
def test_what_is_no_request_is_refused(simulator: Simulator, said: bytes, status: bytes) -> None:
    with socket.create_connection(address(simulator), timeout=10) as peer:
        try:
            peer.sendall(said)
            answer = peer.recv(4_096)
        except (ConnectionResetError, BrokenPipeError):
            return  # It did not listen to the end, which is a refusal as well.
        assert answer.startswith(b"HTTP/1.1 " + status), answer

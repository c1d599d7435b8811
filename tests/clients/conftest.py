"""What all tests share: a simulated Kraken per file, and clients pointed at it.

What always holds: a client differs from the one people use against Kraken in its addresses, its
key, and (where a test says so) in not waiting between calls and in finer nonces; in nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest

from signed_calls import SignedCalls
from simulator import Simulator, binary

StartSimulator = Callable[..., Simulator]


def pytest_sessionstart() -> None:
    """Without the program nothing can be tested, and one line says so."""
    if not Path(binary()).exists():
        pytest.exit(f"{binary()} is not built: run tests/clients/run", returncode=2)


def point_at(exchange: ccxt.Exchange, simulator: Simulator) -> None:
    """The one change a ccxt user makes: Kraken's addresses become the simulated ones."""
    api = exchange.urls["api"]
    api["public"] = simulator.rest
    api["private"] = simulator.rest
    if "ws" in api:
        api["ws"]["publicV2"] = simulator.ws_public
        api["ws"]["privateV2"] = simulator.ws_private


def options(simulator: Simulator, key: str = "trade") -> dict[str, object]:
    """What a ccxt client is made of; its own waiting is off because no limit is on.

    Its nonces count milliseconds, and one more for each call within one: several calls in a
    millisecond run ahead of the clock, and the next test's client of the same key would begin below
    them. So here they count microseconds, as ccxt's manual says they may.
    """
    credentials = simulator.key(key)
    return {
        "apiKey": credentials.key,
        "secret": credentials.secret,
        "enableRateLimit": False,
        "nonce": ccxt.Exchange.microseconds,
    }


def sync_client(simulator: Simulator, key: str = "trade") -> ccxt.kraken:
    """ccxt as most people know it."""
    exchange = ccxt.kraken(options(simulator, key))
    point_at(exchange, simulator)
    return exchange


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """A simulated Kraken without limits, one for each file of tests."""
    with Simulator("--limits", "off", "--seed", "7") as running:
        yield running
        print(running.stderr())


@pytest.fixture
def start_simulator() -> Iterator[StartSimulator]:
    """Starts simulated Krakens with other arguments, for one test."""
    running: list[Simulator] = []

    def start(*arguments: str) -> Simulator:
        running.append(Simulator(*arguments))
        return running[-1]

    yield start
    for simulator in running:
        simulator.stop()
        print(simulator.stderr())


@pytest.fixture
def kraken(simulator: Simulator) -> Iterator[ccxt.kraken]:
    """ccxt, sync; whatever a test leaves open is canceled after it."""
    exchange = sync_client(simulator)
    exchange.load_markets()
    yield exchange
    exchange.cancel_all_orders()


@pytest.fixture
async def kraken_async(simulator: Simulator) -> AsyncIterator[ccxt.async_support.kraken]:
    """ccxt, async."""
    exchange = ccxt.async_support.kraken(options(simulator))
    point_at(exchange, simulator)
    await exchange.load_markets()
    yield exchange
    await exchange.cancel_all_orders()
    await exchange.close()


@pytest.fixture
async def kraken_pro(simulator: Simulator) -> AsyncIterator[ccxt.pro.kraken]:
    """ccxt.pro: the same over sockets."""
    exchange = ccxt.pro.kraken(options(simulator))
    point_at(exchange, simulator)
    await exchange.load_markets()
    yield exchange
    await exchange.cancel_all_orders()
    await exchange.close()


@pytest.fixture
def signed(simulator: Simulator) -> SignedCalls:
    """Raw private calls. With a key of its own: its nonces are finer than ccxt's."""
    return SignedCalls(simulator.rest, simulator.key("no-ip-list"))

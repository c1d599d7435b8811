"""What goes wrong on purpose reaches ccxt as the exception that its mapping has for it, and is
counted.

Each fault is switched on alone and strikes always; markets come from an exchange without faults.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ccxt
import ccxt.pro
import pytest
from kraken.base_api import SpotClient
from kraken.spot import SpotOrderBookClient, SpotWSClient

from conftest import StartSimulator, options, point_at, sync_client
from simulator import Simulator

PAIR = "BTC/USD"
WAIT_SECONDS = 15
PATIENCE_MILLISECONDS = 1_500

Ask = Callable[[ccxt.kraken], object]


@dataclass(frozen=True)
class Case:
    """A fault, what is asked while it is on, and the exceptions ccxt may make of it."""

    fault: str
    ask: Ask
    errors: tuple[type[Exception], ...]
    text: str | None = None
    # Whether it may take some asking: the fault strikes by the second, or not always to be seen.
    is_patient: bool = False


def buy(kraken: ccxt.kraken) -> object:
    return kraken.create_market_buy_order(PAIR, 0.0001)


def bid(kraken: ccxt.kraken) -> dict[str, object]:
    return kraken.create_limit_buy_order(PAIR, 0.002, 30_000)


def bid_and_cancel(kraken: ccxt.kraken) -> object:
    return kraken.cancel_order(bid(kraken)["id"])


def balance(kraken: ccxt.kraken) -> object:
    return kraken.fetch_balance()


CASES = [
    Case("lost_answer", buy, (ccxt.NetworkError,)),
    Case("lost_request", buy, (ccxt.NetworkError,)),
    Case("bad_gateway", balance, (ccxt.BaseError,), is_patient=True),
    Case("slow_answer", balance, (ccxt.RequestTimeout,), is_patient=True),
    Case("unavailable", buy, (ccxt.ExchangeNotAvailable, ccxt.ExchangeError), "EService|EGeneral"),
    Case("bad_nonce", balance, (ccxt.InvalidNonce,), "EAPI:Invalid nonce"),
    Case("rate_limited", balance, (ccxt.DDoSProtection,), "EAPI:Rate limit exceeded"),
    Case("false_insufficient", buy, (ccxt.InsufficientFunds,), "EOrder:Insufficient funds"),
    Case("cancel_rate_limited", bid_and_cancel, (ccxt.DDoSProtection,), "Rate limit exceeded"),
    Case("false_duplicate", lambda kraken: kraken.create_limit_buy_order(
        PAIR, 0.002, 30_000, {"clientOrderId": "never-used"}), (ccxt.ExchangeError,), "EOrder:"),
    Case("amend_answer_lost", lambda kraken: kraken.edit_order(
        bid(kraken)["id"], PAIR, "limit", "buy", 0.003, 31_000), (ccxt.NetworkError,)),
    Case("key_revoked", balance,
         (ccxt.AuthenticationError, ccxt.DDoSProtection, ccxt.ExchangeError), "EAPI|EGeneral",
         is_patient=True),
    Case("edge_ban", balance, (ccxt.RateLimitExceeded, ccxt.ExchangeNotAvailable),
         is_patient=True),
    Case("maintenance", buy, (ccxt.ExchangeNotAvailable,), is_patient=True),
    Case("status_flap", buy, (ccxt.OnMaintenance,), "cancel_only", is_patient=True),
]  # fmt: skip


def faulty(
    start: StartSimulator, healthy: ccxt.kraken, fault: str
) -> tuple[Simulator, ccxt.kraken]:
    """A client of a simulated Kraken with this fault, which knows the markets already."""
    simulator = start("--limits", "off", "--fault", f"{fault}=1")
    client = sync_client(simulator)
    client.set_markets(healthy.markets, healthy.currencies)
    client.options["marketsByAltname"] = healthy.options["marketsByAltname"]
    client.timeout = PATIENCE_MILLISECONDS
    return simulator, client


def pro_client(simulator: Simulator, healthy: ccxt.kraken) -> ccxt.pro.kraken:
    """The same over sockets."""
    client = ccxt.pro.kraken(options(simulator))
    point_at(client, simulator)
    client.set_markets(healthy.markets, healthy.currencies)
    client.options["marketsByAltname"] = healthy.options["marketsByAltname"]
    return client


def until_it_fails(kraken: ccxt.kraken, case: Case) -> Exception:
    """What ccxt raises."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            case.ask(kraken)
        except Exception as error:
            return error
        assert case.is_patient and time.monotonic() < end, "nothing failed"


def strikes(simulator: Simulator, fault: str) -> int:
    return simulator.statistics()["faults"].get(fault, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
def test_a_fault_is_the_exception_ccxt_has_for_it(
    start_simulator: StartSimulator, kraken: ccxt.kraken, case: Case
) -> None:
    simulator, client = faulty(start_simulator, kraken, case.fault)
    error = until_it_fails(client, case)
    with pytest.raises(case.errors, match=case.text):
        raise error
    assert strikes(simulator, case.fault) >= 1


def test_after_a_lost_answer_the_order_lives_and_after_a_lost_request_it_does_not(
    start_simulator: StartSimulator, kraken: ccxt.kraken
) -> None:
    for fault, accepted in (("lost_answer", 1), ("lost_request", 0)):
        simulator, client = faulty(start_simulator, kraken, fault)
        with pytest.raises(ccxt.NetworkError):
            buy(client)
        assert simulator.statistics()["orders_accepted"] == accepted, fault


def test_unknown_fields_hurt_nobody(start_simulator: StartSimulator, kraken: ccxt.kraken) -> None:
    simulator, client = faulty(start_simulator, kraken, "unknown_field")
    assert client.fetch_balance()["USD"]["total"] == 100_000
    order = bid(client)
    assert [one["id"] for one in client.fetch_open_orders()] == [order["id"]]
    assert strikes(simulator, "unknown_field") >= 1


def test_a_wrong_time_is_wrong(start_simulator: StartSimulator, kraken: ccxt.kraken) -> None:
    simulator, client = faulty(start_simulator, kraken, "wrong_time")
    off = abs(client.fetch_time() - time.time() * 1000)
    assert 10_000 < off < 60_000
    assert strikes(simulator, "wrong_time") >= 1


def test_a_read_that_lags_misses_what_was_just_placed(
    start_simulator: StartSimulator, kraken: ccxt.kraken
) -> None:
    simulator, client = faulty(start_simulator, kraken, "read_lag")
    order = bid(client)
    assert order["id"] not in [one["id"] for one in client.fetch_open_orders()]
    assert strikes(simulator, "read_lag") >= 1


def test_without_faults_none_is_counted(simulator: Simulator, kraken: ccxt.kraken) -> None:
    buy(kraken)
    assert not any(simulator.statistics()["faults"].values())


async def test_a_refused_token(start_simulator: StartSimulator, kraken: ccxt.kraken) -> None:
    simulator = start_simulator("--limits", "off", "--fault", "token_refused=1")
    client = pro_client(simulator, kraken)
    with pytest.raises((ccxt.AuthenticationError, ccxt.NetworkError)):
        await asyncio.wait_for(client.watch_balance(), WAIT_SECONDS)
    assert strikes(simulator, "token_refused") >= 1
    await client.close()


async def test_a_lost_connection_is_noticed_and_made_again(
    start_simulator: StartSimulator, kraken: ccxt.kraken
) -> None:
    """A probability, because a connection that is closed each second is of use to nobody."""
    simulator = start_simulator("--limits", "off", "--speed", "20", "--fault", "disconnect=0.02")
    client = pro_client(simulator, kraken)
    lost = 0
    async with asyncio.timeout(WAIT_SECONDS):
        while lost == 0 or strikes(simulator, "disconnect") == 0:
            try:
                await client.watch_order_book(PAIR)
            except ccxt.NetworkError:
                lost += 1
        book = await client.watch_order_book(PAIR)
    assert book["bids"][0][0] < book["asks"][0][0]
    await client.close()


async def test_a_wrong_checksum_is_found(
    start_simulator: StartSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = start_simulator("--limits", "off", "--speed", "10", "--fault", "bad_checksum=1")
    monkeypatch.setattr(SpotClient, "URL", simulator.rest)
    monkeypatch.setattr(SpotWSClient, "WS_URL", simulator.ws_public.removesuffix("/v2"))
    found = asyncio.Event()

    class Book(SpotOrderBookClient):
        async def on_book_update(self, pair: str, message: dict[str, Any]) -> None:
            if not self.get(pair)["valid"]:
                found.set()

    async with Book(depth=10) as client:
        await client.add_book(pairs=[PAIR])
        await asyncio.wait_for(found.wait(), WAIT_SECONDS)
    assert strikes(simulator, "bad_checksum") >= 1

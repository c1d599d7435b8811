"""Kraken's limits, found by running into them: each tier's numbers as documented, seen from
outside.

Counters drain while a test runs. So a burst must reach the documented number and may go beyond it
only by what has drained meanwhile, by the clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import ccxt
import pytest
import requests

from conftest import StartSimulator, point_at
from signed_calls import SignedCalls
from simulator import Simulator


@dataclass(frozen=True)
class Tier:
    """A row of Kraken's two tables: https://docs.kraken.com/exchange/guides/rest/ratelimits and
    https://docs.kraken.com/exchange/guides/general/ratelimits, read on 2026-11-21.
    """

    name: str
    calls: int
    calls_decay: float
    threshold: int
    threshold_decay: float
    open_orders: int


TIERS = [
    Tier("starter", 15, 0.33, 60, 1.0, 60),
    Tier("intermediate", 20, 0.5, 125, 2.34, 80),
    Tier("pro", 20, 1.0, 180, 3.75, 225),
]
BID = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "0.0001", "price": "30000"}


def burst(call: Callable[[], bool], most: int = 500) -> tuple[int, float]:
    """How many calls succeed until the first that does not, and how long that took."""
    began = time.monotonic()
    for accepted in range(most):
        if not call():
            return accepted, time.monotonic() - began
    raise AssertionError(f"{most} calls in a row were not refused")


def check_burst(accepted: int, cost: float, room: float, drained: float) -> None:
    assert room // cost <= accepted <= (room + drained) // cost + 1, (accepted, cost, room, drained)


def documented(start: StartSimulator, tier: Tier) -> tuple[Simulator, SignedCalls]:
    simulator = start("--limits", "documented", "--tier", tier.name)
    return simulator, SignedCalls(simulator.rest, simulator.key())


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
@pytest.mark.parametrize(("endpoint", "cost"), [("Balance", 1), ("Ledgers", 2)])
def test_a_key_may_call_as_often_as_documented(
    start_simulator: StartSimulator, tier: Tier, endpoint: str, cost: int
) -> None:
    simulator, account = documented(start_simulator, tier)
    answers: list[list[str]] = []

    def call() -> bool:
        answers.append(account.call(endpoint)["error"])
        return answers[-1] == []

    accepted, took = burst(call)
    check_burst(accepted, cost, tier.calls, took * tier.calls_decay)
    assert answers[-1] == ["EAPI:Rate limit exceeded"]
    assert simulator.statistics()["private_rejected_rate"] == 1
    # A second key has a counter of its own.
    assert SignedCalls(simulator.rest, simulator.key("no-ip-list")).result("Balance")


def test_orders_do_not_count_on_the_key(start_simulator: StartSimulator) -> None:
    _, account = documented(start_simulator, TIERS[2])
    for _ in range(40):
        account.result("AddOrder", **BID)
    assert account.result("Balance")


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_a_pair_takes_as_many_fresh_cancels_as_documented(
    start_simulator: StartSimulator, tier: Tier
) -> None:
    """Placing costs one point, canceling within five seconds eight: nine a round."""
    simulator, account = documented(start_simulator, tier)
    refused: list[str] = []

    def place_and_cancel() -> bool:
        placed = account.call("AddOrder", **BID)
        refused.extend(placed["error"])
        if not placed["error"]:
            refused.extend(account.call("CancelOrder", txid=placed["result"]["txid"][0])["error"])
        return not refused

    accepted, took = burst(place_and_cancel)
    check_burst(accepted, 9, tier.threshold, took * tier.threshold_decay)
    assert refused == ["EOrder:Rate limit exceeded"]
    assert simulator.statistics()["pair_rejected_rate"] == 1
    # Another pair has a counter of its own.
    account.result("AddOrder", **{**BID, "pair": "XBTEUR"})


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_a_pair_holds_as_many_orders_as_documented(
    start_simulator: StartSimulator, tier: Tier
) -> None:
    """Time runs a hundred times as fast, so that the pair's counter is never what refuses."""
    simulator = start_simulator("--limits", "documented", "--tier", tier.name, "--speed", "100",
                                "--pair", "BTC/USD")  # fmt: skip
    account = SignedCalls(simulator.rest, simulator.key())
    refused: list[str] = []

    def place() -> bool:
        refused.extend(account.call("AddOrder", **BID)["error"])
        return not refused

    accepted, _ = burst(place)
    assert accepted == tier.open_orders
    assert refused == ["EOrder:Orders limit exceeded"]


def test_public_calls_are_limited_by_address(start_simulator: StartSimulator) -> None:
    simulator = start_simulator("--limits", "documented")
    refused: list[str] = []

    def call() -> bool:
        refused.extend(requests.get(f"{simulator.rest}/0/public/Time", timeout=10).json()["error"])
        return not refused

    accepted, _ = burst(call)
    assert accepted >= 1
    assert refused == ["EAPI:Rate limit exceeded"]
    assert simulator.statistics()["public_rejected_rate"] >= 1


def test_a_client_that_waits_a_second_is_never_refused(start_simulator: StartSimulator) -> None:
    """ccxt with its own rate limiter on, as it comes."""
    simulator = start_simulator("--limits", "documented")
    exchange = ccxt.kraken()
    point_at(exchange, simulator)
    exchange.load_markets()
    for _ in range(5):
        exchange.fetch_order_book("BTC/USD")
    assert simulator.statistics()["public_rejected_rate"] == 0


def test_the_articles_public_limit(start_simulator: StartSimulator) -> None:
    """Fifteen calls in a minute of the clock, and the sixteenth is HTTP 429 with all headers."""
    simulator = start_simulator("--limits", "article")
    minutes: list[int] = []
    for _ in range(40):
        answer = requests.get(f"{simulator.rest}/0/public/Time", timeout=10)
        if answer.status_code == 429:
            break
        minutes.append(answer.json()["result"]["unixtime"] // 60)
        assert int(answer.headers["X-BS-Unit-Limit"]) == 15
    assert answer.status_code == 429
    assert minutes.count(minutes[-1]) == 15
    for header in ("X-BS-Unit-Current", "X-BS-Unit-Limit", "X-BS-Unit-Reset", "Retry-After",
                   "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"):  # fmt: skip
        assert header in answer.headers, header
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_the_articles_private_limit_is_the_accounts(start_simulator: StartSimulator) -> None:
    simulator = start_simulator("--limits", "article")
    accounts = [SignedCalls(simulator.rest, simulator.key(name)) for name in ("trade", "read-only")]
    statuses = [accounts[turn % 2].post("Balance").status_code for turn in range(45)]
    assert statuses.index(429) >= 20
    # Two minutes of the clock at most were begun, so no more than forty were let through.
    assert statuses.count(200) in range(20, 41)


def test_the_lockout_after_many_wrong_keys(start_simulator: StartSimulator) -> None:
    simulator = start_simulator("--limits", "documented")
    exchange = ccxt.kraken({"apiKey": "nobody", "secret": "c2VjcmV0", "enableRateLimit": False})
    point_at(exchange, simulator)
    texts: list[str] = []
    for _ in range(50):
        try:
            exchange.privatePostBalance()
        except ccxt.BaseError as error:
            texts.append(str(error))
        if "EGeneral:Temporary lockout" in texts[-1]:
            break
    assert "EAPI:Invalid key" in texts[0]
    assert "EGeneral:Temporary lockout" in texts[-1]
    assert simulator.statistics()["lockouts"] == 1

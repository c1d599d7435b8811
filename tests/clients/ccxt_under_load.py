"""ccxt's own rate limiter against Kraken's limits: how much of the budget it uses, how often it is
refused, how long an order and a reconnect wait.

A command of its own, not a test: `tests/clients/run load [--seconds 120] [--tier NAME]`. The same
numbers for Slackwater's client come from `cargo xtask limits-report --wire`. What always holds:
ccxt is as it comes but for its addresses and its key, and runs in one thread.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

import ccxt

from conftest import point_at
from simulator import Simulator

# Four looks at the balance, four at the open orders, one at each history: what a bot polls.
MIX = ["Balance", "OpenOrders", "Balance", "OpenOrders", "Ledgers"] + [
    "Balance", "OpenOrders", "Balance", "OpenOrders", "TradesHistory",
]  # fmt: skip
RECONNECT = [
    "Balance",
    "OpenOrders",
    *["TradesHistory"] * 2,
    *["Ledgers"] * 2,
    *["QueryOrders"] * 5,
]
POINTS = {"Ledgers": 2, "TradesHistory": 2}
ORDERS = 20

# Kraken's maximum and decay a second (https://docs.kraken.com/exchange/guides/rest/ratelimits, read
# on 2026-11-21).
TIERS = {"starter": (15, 0.33), "intermediate": (20, 0.5), "pro": (20, 1.0)}


@dataclass
class Counts:
    """What a run came to."""

    points: int = 0
    accepted: int = 0
    refused: int = 0


class Client:
    """ccxt, sync, throttling as it does by default, with its calls counted."""

    def __init__(self, simulator: Simulator) -> None:
        key = simulator.key()
        self.kraken = ccxt.kraken({"apiKey": key.key, "secret": key.secret})
        point_at(self.kraken, simulator)
        self.counts = Counts()
        self._load_markets()

    def _load_markets(self) -> None:
        self.kraken.enableRateLimit = False
        self.kraken.load_markets()
        self.kraken.enableRateLimit = True
        self.kraken.lastRestRequestTimestamp = 0

    def call(self, endpoint: str) -> None:
        """One private call, counted as accepted or refused."""
        parameters = {"txid": "OAAAAA-BBBBB-CCCCCC"} if endpoint == "QueryOrders" else {}
        try:
            getattr(self.kraken, f"privatePost{endpoint}")(parameters)
        except ccxt.DDoSProtection:
            self.counts.refused += 1
            return
        except ccxt.ExchangeError:
            # No such order: an answer like any other, and charged like one.
            pass
        self.counts.accepted += 1
        self.counts.points += POINTS.get(endpoint, 1)

    def order(self) -> None:
        """A bid that rests."""
        self.kraken.create_limit_buy_order("BTC/USD", 0.0001, 30_000)


def wanted_orders(seconds: float, began: float) -> Iterator[float]:
    """When somebody wants an order: at times that know nothing of ccxt's."""
    chance = random.Random(1)
    return iter(sorted(began + chance.uniform(0, seconds * 0.95) for _ in range(ORDERS)))


def saturate(client: Client, seconds: float) -> tuple[list[float], float]:
    """Polls without a pause, and places the orders that are wanted meanwhile as soon as ccxt lets
    go of the call before. Returns their delays, and how long all of it took.
    """
    began = time.monotonic()
    orders = wanted_orders(seconds, began)
    wanted = next(orders)
    delays: list[float] = []
    for endpoint in itertools.cycle(MIX):
        client.call(endpoint)
        while wanted <= time.monotonic():
            client.order()
            delays.append(time.monotonic() - wanted)
            wanted = next(orders, float("inf"))
        if time.monotonic() - began >= seconds:
            return delays, time.monotonic() - began
    raise AssertionError("a cycle has no end")


def reconnect(tier: str) -> float:
    """Seconds until the last of what is asked after a reconnect is answered."""
    with Simulator("--limits", "documented", "--tier", tier) as simulator:
        client = Client(simulator)
        began = time.monotonic()
        for endpoint in RECONNECT:
            client.call(endpoint)
        return time.monotonic() - began


def percentile(values: list[float], part: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(part * 100) - 1]


def measure(tier: str, seconds: float) -> dict[str, object]:
    """One row of the report."""
    most, decay = TIERS[tier]
    with Simulator("--limits", "documented", "--tier", tier) as simulator:
        client = Client(simulator)
        delays, took = saturate(client, seconds)
        refused = simulator.statistics()["private_rejected_rate"]
    assert refused == client.counts.refused, (refused, client.counts)
    return {
        "who": f"ccxt {ccxt.__version__}",
        "profile": "documented",
        "tier": tier,
        "seconds": round(took, 1),
        "accepted": client.counts.accepted,
        "violations": refused,
        "budget_used": round(client.counts.points / (most + decay * took), 3),
        "order_delay_p50_s": round(percentile(delays, 0.50), 3),
        "order_delay_p99_s": round(percentile(delays, 0.99), 3),
        "reconnect_burst_s": round(reconnect(tier), 1),
    }


def table(rows: list[dict[str, object]]) -> str:
    """The rows in Markdown."""
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *([str(row[head]) for head in heads] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=120, help="how long to poll, each tier")
    arguments.add_argument("--tier", choices=list(TIERS), action="append", help="only this tier")
    asked = arguments.parse_args()
    rows = [measure(tier, asked.seconds) for tier in asked.tier or TIERS]
    print(table(rows))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()

"""krakenex and python-kraken-sdk place, see and cancel orders, over REST and over sockets.

Each has its own way of counting nonces, so each test has a simulated Kraken of its own.
"""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal
from typing import Any

import krakenex
import pytest
from kraken.base_api import SpotClient
from kraken.spot import Market, SpotOrderBookClient, SpotWSClient, Trade, User

from conftest import StartSimulator
from simulator import Simulator

WAIT_SECONDS = 20


@pytest.fixture
def fresh(start_simulator: StartSimulator) -> Simulator:
    """A simulated Kraken that no one has talked to, with a lively market."""
    return start_simulator("--limits", "off", "--speed", "10")


@pytest.fixture
def sdk_addresses(fresh: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """python-kraken-sdk's addresses become the simulated ones."""
    monkeypatch.setattr(SpotClient, "URL", fresh.rest)
    monkeypatch.setattr(SpotWSClient, "WS_URL", fresh.ws_public.removesuffix("/v2"))
    monkeypatch.setattr(SpotWSClient, "AUTH_WS_URL", fresh.ws_private.removesuffix("/v2"))
    return fresh


def next_millisecond() -> None:
    """krakenex takes its nonces from a clock of milliseconds; this machine answers within one."""
    begin = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == begin:
        pass


def test_krakenex_places_sees_and_cancels(fresh: Simulator) -> None:
    key = fresh.key()
    client = krakenex.API(key.key, key.secret)
    client.uri = fresh.rest

    def ask(method: str, **parameters: Any) -> Any:
        next_millisecond()
        answer = client.query_private(method, parameters)
        assert answer["error"] == []
        return answer["result"]

    assert Decimal(ask("Balance")["ZUSD"]) == 100_000
    assert client.query_public("Time")["result"]["unixtime"] > 0
    order = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000.0"}
    placed = ask("AddOrder", **order, volume="0.01")
    assert placed["descr"]["order"] == "buy 0.01000000 XBTUSD @ limit 30000.0"
    assert list(ask("OpenOrders")["open"]) == placed["txid"]
    assert ask("CancelOrder", txid=placed["txid"][0])["count"] == 1
    assert ask("OpenOrders")["open"] == {}
    assert placed["txid"][0] in ask("ClosedOrders")["closed"]


def test_krakenex_closes_conditionally(fresh: Simulator) -> None:
    key = fresh.key()
    client = krakenex.API(key.key, key.secret)
    client.uri = fresh.rest
    placed = client.query_private("AddOrder", {
        "pair": "XXBTZUSD", "type": "buy", "ordertype": "market", "volume": "0.01",
        "close[ordertype]": "stop-loss-limit", "close[price]": "20000", "close[price2]": "19000",
    })  # fmt: skip
    assert placed["error"] == []
    assert (
        "close position @ stop loss 20000.0 -> limit 19000.0" in placed["result"]["descr"]["close"]
    )
    children = client.query_private("OpenOrders")["result"]["open"].values()
    assert {child["descr"]["ordertype"] for child in children} == {"stop-loss-limit"}


def test_the_sdk_reads_the_market(sdk_addresses: Simulator) -> None:
    market = Market()
    assert market.get_system_status()["status"] == "online"
    assert market.get_assets(assets="XBT")["XXBT"]["decimals"] == 10
    assert market.get_asset_pairs(pair="XBTUSD")["XXBTZUSD"]["pair_decimals"] == 1
    assert Decimal(market.get_ticker(pair="XBTUSD")["XXBTZUSD"]["a"][0]) > 0
    assert len(market.get_ohlc(pair="XBTUSD", interval=60)["XXBTZUSD"]) >= 720
    assert len(market.get_order_book(pair="XBTUSD", count=5)["XXBTZUSD"]["asks"]) == 5
    assert len(market.get_recent_trades(pair="XBTUSD")["XXBTZUSD"]) == 1000
    assert market.get_recent_spreads(pair="XBTUSD")["XXBTZUSD"]


def test_the_sdk_trades(sdk_addresses: Simulator) -> None:
    key = sdk_addresses.key()
    trade, user = Trade(key.key, key.secret), User(key.key, key.secret)
    assert user.get_balance("USD")["available_balance"] == 100_000
    placed = trade.create_order(
        ordertype="limit", side="buy", pair="XBTUSD", volume=0.01, price=30_000, oflags=["post"]
    )
    order = placed["txid"][0]
    assert list(user.get_open_orders()["open"]) == [order]
    trade.amend_order(txid=order, order_qty="0.02", limit_price="31000")
    assert user.get_orders_info(txid=order)[order]["vol"] == "0.02000000"
    edited = trade.edit_order(txid=order, pair="XBTUSD", price=32_000)
    assert trade.cancel_order(txid=edited["txid"])["count"] == 1

    rows = [
        {"ordertype": "limit", "type": "buy", "volume": 0.01, "price": 30_000 + step}
        for step in range(3)
    ]
    batch = trade.create_order_batch(orders=rows, pair="XBTUSD")["orders"]
    ids = [row["txid"] for row in batch]
    assert trade.cancel_order_batch(orders=ids[:2])["count"] == 2
    assert trade.cancel_all_orders()["count"] == 1

    bought = trade.create_order(ordertype="market", side="buy", pair="XBTUSD", volume=0.01)
    mine = user.get_trades_history(consolidate_taker=False)["trades"].values()
    assert sum(Decimal(row["vol"]) for row in mine) == Decimal("0.01")
    assert user.get_closed_orders()["closed"][bought["txid"][0]]["status"] == "closed"
    assert user.get_ledgers_info(type_="trade")["count"] >= 2
    assert Decimal(user.get_trade_volume(pair="XBTUSD")["volume"]) > 0


class Inbox:
    """What a socket brought, and waiting for more."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def put(self, message: dict[str, Any]) -> None:
        await self._queue.put(message)

    async def of(self, **wanted: Any) -> dict[str, Any]:
        """The next message with these fields; others are passed over."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                message = await self._queue.get()
                if all(message.get(name) == value for name, value in wanted.items()):
                    return message


async def test_the_sdk_trades_over_sockets(sdk_addresses: Simulator) -> None:
    key, inbox = sdk_addresses.key(), Inbox()
    async with SpotWSClient(key.key, key.secret, callback=inbox.put) as client:
        await client.subscribe(params={"channel": "ticker", "symbol": ["BTC/USD"]})
        ticker = (await inbox.of(channel="ticker", type="snapshot"))["data"][0]
        assert ticker["bid"] < ticker["ask"]

        await client.subscribe(params={"channel": "executions", "snap_orders": True})
        await inbox.of(channel="executions", type="snapshot")
        order = {"order_type": "limit", "side": "buy", "order_qty": 0.01, "symbol": "BTC/USD"}
        await client.send_message(
            {"method": "add_order", "params": {**order, "limit_price": 30_000.5}, "req_id": 1}
        )
        report = (await inbox.of(channel="executions", type="update"))["data"][0]
        assert (report["exec_type"], report["limit_price"]) == ("pending_new", 30_000.5)
        await client.send_message(
            {"method": "cancel_order", "params": {"order_id": [report["order_id"]]}, "req_id": 2}
        )
        answer = await inbox.of(method="cancel_order", req_id=2)
        assert answer["success"] is True, answer


async def test_the_sdk_proves_the_book_by_its_checksum(sdk_addresses: Simulator) -> None:
    """The SDK keeps the book and its checksum by itself: an implementation not ours."""
    updates: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    class Book(SpotOrderBookClient):
        async def on_book_update(self, pair: str, message: dict[str, Any]) -> None:
            await updates.put({"pair": pair, "valid": self.get(pair)["valid"], "message": message})

    async with Book(depth=10) as client:
        await client.add_book(pairs=["BTC/USD"])
        async with asyncio.timeout(WAIT_SECONDS):
            for _ in range(50):
                update = await updates.get()
                assert update["valid"] is True, update

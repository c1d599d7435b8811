"""ccxt's async client does what its sync one does: the same program, awaited, and many calls at
once.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal

import ccxt.async_support
import pytest

PAIR = "ETH/USD"


async def test_a_day_in_the_life_of_a_client(kraken_async: ccxt.async_support.kraken) -> None:
    before = (await kraken_async.fetch_balance())["ETH"]["total"]
    bought = await kraken_async.create_market_buy_order(PAIR, 0.25)
    after = (await kraken_async.fetch_balance())["ETH"]["total"]
    assert Decimal(str(after)) - Decimal(str(before)) == Decimal("0.25")

    trades = await kraken_async.fetch_my_trades(PAIR)
    assert {trade["order"] for trade in trades} == {bought["id"]}
    bid = await kraken_async.create_limit_buy_order(PAIR, 0.25, 500)
    assert [order["id"] for order in await kraken_async.fetch_open_orders(PAIR)] == [bid["id"]]
    await kraken_async.edit_order(bid["id"], PAIR, "limit", "buy", 0.3, 510)
    edited = await kraken_async.fetch_order(bid["id"])
    assert (edited["amount"], edited["price"]) == (0.3, 510)
    await kraken_async.cancel_order(bid["id"])
    closed = await kraken_async.fetch_closed_orders(PAIR)
    assert {order["id"]: order["status"] for order in closed} == {
        bought["id"]: "closed",
        bid["id"]: "canceled",
    }


async def test_market_data_all_at_once(kraken_async: ccxt.async_support.kraken) -> None:
    ticker, book, candles, trades, status = await asyncio.gather(
        kraken_async.fetch_ticker(PAIR),
        kraken_async.fetch_order_book(PAIR, 10),
        kraken_async.fetch_ohlcv(PAIR, "1h"),
        kraken_async.fetch_trades(PAIR),
        kraken_async.fetch_status(),
    )
    assert ticker["bid"] < ticker["ask"] and status["status"] == "ok"
    assert len(book["bids"]) == 10 and len(trades) == 1000
    assert candles[-1][4] == pytest.approx(ticker["last"], rel=0.05)


async def test_fifty_orders_one_after_the_other(kraken_async: ccxt.async_support.kraken) -> None:
    for step in range(50):
        await kraken_async.create_limit_buy_order(PAIR, 0.01, 500 + step)
    orders = await kraken_async.fetch_open_orders(PAIR)
    assert sorted(order["price"] for order in orders) == [500 + step for step in range(50)]
    canceled = await kraken_async.cancel_all_orders()
    assert canceled[0]["info"]["result"]["count"] == 50


async def test_nonces_out_of_order_are_refused(kraken_async: ccxt.async_support.kraken) -> None:
    await kraken_async.fetch_balance()
    kraken_async.incrementing_nonce = lambda: 1
    with pytest.raises(ccxt.InvalidNonce, match="EAPI:Invalid nonce"):
        await kraken_async.fetch_balance()
    del kraken_async.incrementing_nonce

"""ccxt.pro: prices, books, candles, orders, trades and balances as they stream, and orders placed
over the socket.

Every wait is for something to arrive, and ends after some seconds with a failure.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import ccxt.pro
import pytest

from simulator import Simulator

PAIR = "BTC/USD"
WAIT_SECONDS = 15

Answer = TypeVar("Answer")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """Time runs five times as fast, so that more happens in the markets."""
    with Simulator("--limits", "off", "--seed", "7", "--speed", "5") as running:
        yield running
        print(running.stderr())


async def soon(awaitable: Awaitable[Answer]) -> Answer:
    """The answer, if it comes in time."""
    return await asyncio.wait_for(awaitable, WAIT_SECONDS)


def watching(
    watch: Callable[[], Awaitable[list[dict[str, Any]]]], wanted: Callable[[dict[str, Any]], bool]
) -> asyncio.Task[dict[str, Any]]:
    """Watches from now on, for the first thing that is the wanted one. What comes while nobody
    watches, ccxt does not tell.
    """

    async def look() -> dict[str, Any]:
        while True:
            for seen in await watch():
                if wanted(seen):
                    return seen

    return asyncio.create_task(soon(look()))


async def test_a_ticker_streams(kraken_pro: ccxt.pro.kraken) -> None:
    first = await soon(kraken_pro.watch_ticker(PAIR))
    assert first["bid"] < first["ask"]
    assert first["low"] <= first["last"] <= first["high"]
    second = asyncio.create_task(soon(kraken_pro.watch_ticker(PAIR)))
    await kraken_pro.create_market_buy_order(PAIR, 0.001)
    assert (await second)["baseVolume"] > 0


async def test_bids_and_asks_stream(kraken_pro: ccxt.pro.kraken) -> None:
    ticker = await soon(kraken_pro.watch_bids_asks([PAIR]))
    assert ticker[PAIR]["bid"] < ticker[PAIR]["ask"]


@pytest.mark.parametrize("depth", [10, 25, 100])
async def test_a_book_streams_and_never_crosses(kraken_pro: ccxt.pro.kraken, depth: int) -> None:
    for step in range(20):
        book = await soon(kraken_pro.watch_order_book(PAIR, depth))
        bids, asks = [bid[0] for bid in book["bids"]], [ask[0] for ask in book["asks"]]
        assert bids == sorted(set(bids), reverse=True) and asks == sorted(set(asks))
        assert bids[0] < asks[0], f"crossed after {step} updates"
        assert len(bids) <= depth and len(asks) <= depth
    over_rest = await soon(kraken_pro.fetch_order_book(PAIR, 5))
    assert over_rest["bids"][0][0] == pytest.approx(book["bids"][0][0], rel=0.01)


def checksum(book: dict[str, Any], price_decimals: int, quantity_decimals: int) -> int:
    """Kraken's checksum of a book
    (https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2, read on 2026-11-21).
    """

    def digits(number: float, decimals: int) -> str:
        return f"{number:.{decimals}f}".replace(".", "").lstrip("0")

    levels = [*book["asks"][:10], *book["bids"][:10]]
    text = "".join(
        digits(price, price_decimals) + digits(quantity, quantity_decimals)
        for price, quantity in levels
    )
    return zlib.crc32(text.encode())


@pytest.mark.parametrize(("pair", "price_decimals"), [(PAIR, 1), ("ETH/USD", 2), ("DOGE/USD", 7)])
async def test_a_book_has_the_checksum_kraken_tells(
    kraken_pro: ccxt.pro.kraken, pair: str, price_decimals: int
) -> None:
    """ccxt's book, proved after each message. Its own proof cannot be switched on: it takes the
    numbers of the book for text, and fails with an `AttributeError`.
    """
    proved: list[bool] = []
    handle = kraken_pro.handle_order_book

    def handle_and_prove(client: object, message: dict[str, Any]) -> None:
        handle(client, message)
        told = message["data"][0]["checksum"]
        proved.append(checksum(kraken_pro.orderbooks[pair], price_decimals, 8) == told)

    kraken_pro.handle_order_book = handle_and_prove
    while len(proved) < 20:
        await soon(kraken_pro.watch_order_book(pair))
    assert all(proved), proved


async def test_two_books_on_one_socket(kraken_pro: ccxt.pro.kraken) -> None:
    seen: set[str] = set()
    while seen != {PAIR, "ETH/USD"}:
        book = await soon(kraken_pro.watch_order_book_for_symbols([PAIR, "ETH/USD"]))
        seen.add(book["symbol"])


async def test_trades_stream(kraken_pro: ccxt.pro.kraken) -> None:
    trades = await soon(kraken_pro.watch_trades(PAIR, params={"snapshot": True}))
    assert len(trades) == 50 and {trade["side"] for trade in trades} == {"buy", "sell"}
    mine = watching(lambda: kraken_pro.watch_trades(PAIR), lambda trade: trade["amount"] == 0.00321)
    await kraken_pro.create_market_buy_order(PAIR, 0.00321)
    assert (await mine)["side"] == "buy"


async def test_candles_stream(kraken_pro: ccxt.pro.kraken) -> None:
    candles = await soon(kraken_pro.watch_ohlcv(PAIR, "1m"))
    for _, first, high, low, last, _ in candles:
        assert low <= min(first, last) and max(first, last) <= high
    newer = asyncio.create_task(soon(kraken_pro.watch_ohlcv(PAIR, "1m")))
    await kraken_pro.create_market_buy_order(PAIR, 0.001)
    assert (await newer)[-1][0] >= candles[-1][0]


async def test_an_order_over_the_socket_and_back(kraken_pro: ccxt.pro.kraken) -> None:
    order = await soon(kraken_pro.create_order_ws(PAIR, "limit", "buy", 0.01, 30_000))
    assert [one["id"] for one in await kraken_pro.fetch_open_orders(PAIR)] == [order["id"]]

    edited = await soon(kraken_pro.edit_order_ws(order["id"], PAIR, "limit", "buy", 0.02, 31_000))
    assert edited["id"]
    found = await kraken_pro.fetch_order(order["id"])
    assert (found["amount"], found["price"]) == (0.02, 31_000)

    canceled = await soon(kraken_pro.cancel_order_ws(order["id"]))
    assert canceled["success"] is True and canceled["result"]["order_id"] == order["id"]
    assert (await kraken_pro.fetch_order(order["id"]))["status"] == "canceled"


@pytest.mark.parametrize(
    ("type_", "side", "price", "parameters", "kind"),
    [
        ("market", "buy", None, {}, "market"),
        ("limit", "buy", 30_000, {"postOnly": True}, "limit"),
        ("limit", "buy", 30_000, {"clientOrderId": "over-the-socket"}, "limit"),
        ("limit", "buy", 30_000, {"timeInForce": "IOC"}, "limit"),
        ("market", "sell", None, {"stopLossPrice": 20_000}, "stop-loss"),
        ("limit", "sell", 19_000, {"stopLossPrice": 20_000}, "stop-loss-limit"),
        ("market", "sell", None, {"takeProfitPrice": 900_000}, "take-profit"),
        ("limit", "sell", 890_000, {"takeProfitPrice": 900_000}, "take-profit-limit"),
        ("market", "sell", None, {"trailingAmount": "5000"}, "trailing-stop"),
        ("market", "sell", None, {"trailingPercent": "20"}, "trailing-stop"),
        ("limit", "buy", 30_000, {"stopLoss": {"triggerPrice": 20_000}}, "limit"),
    ],
)
async def test_every_kind_over_the_socket(
    kraken_pro: ccxt.pro.kraken,
    type_: str,
    side: str,
    price: float | None,
    parameters: dict[str, Any],
    kind: str,
) -> None:
    order = await soon(kraken_pro.create_order_ws(PAIR, type_, side, 0.01, price, parameters))
    found = await kraken_pro.fetch_order(order["id"])
    assert found["info"]["descr"]["ordertype"] == kind
    assert found["info"]["descr"]["type"] == side
    assert found["amount"] == 0.01


async def test_several_are_canceled_over_the_socket(kraken_pro: ccxt.pro.kraken) -> None:
    ids = [
        (await soon(kraken_pro.create_order_ws(PAIR, "limit", "buy", 0.01, 30_000 + step)))["id"]
        for step in range(4)
    ]
    answer = await soon(kraken_pro.cancel_orders_ws(ids[:2]))
    assert answer["success"] is True
    answer = await soon(kraken_pro.cancel_all_orders_ws())
    assert answer["result"]["count"] == 2
    assert await kraken_pro.fetch_open_orders(PAIR) == []


async def test_the_socket_refuses_in_krakens_words(kraken_pro: ccxt.pro.kraken) -> None:
    with pytest.raises(ccxt.pro.ExchangeError, match="EOrder:Insufficient funds"):
        await soon(kraken_pro.create_order_ws(PAIR, "limit", "buy", 1_000, 50_000))
    with pytest.raises(ccxt.pro.InvalidOrder, match="EOrder:"):
        await soon(kraken_pro.cancel_order_ws("OAAAAA-BBBBB-CCCCCC"))


async def test_an_order_is_watched_from_rest_to_end(kraken_pro: ccxt.pro.kraken) -> None:
    resting = await kraken_pro.create_limit_buy_order(PAIR, 0.01, 30_000)
    snapshot = await soon(kraken_pro.watch_orders(PAIR))
    assert [order["id"] for order in snapshot] == [resting["id"]]
    assert (snapshot[0]["status"], snapshot[0]["price"], snapshot[0]["amount"]) == (
        "open",
        30_000,
        0.01,
    )
    second = watching(kraken_pro.watch_orders, lambda order: order["amount"] == 0.02)
    placed = await kraken_pro.create_limit_buy_order(PAIR, 0.02, 31_000)
    assert ((await second)["id"], (await second)["status"]) == (placed["id"], "open")
    ended = watching(kraken_pro.watch_orders, lambda order: order["status"] == "canceled")
    await kraken_pro.cancel_order(placed["id"])
    assert (await ended)["id"] == placed["id"]
    assert (await ended)["info"]["reason"] == "User requested"


async def test_a_fill_is_watched(kraken_pro: ccxt.pro.kraken) -> None:
    await kraken_pro.create_market_buy_order(PAIR, 0.001)
    past = await soon(kraken_pro.watch_my_trades(PAIR))
    assert past, "the snapshot has the last trades"
    old = {trade["id"] for trade in past}
    new = watching(lambda: kraken_pro.watch_my_trades(PAIR), lambda trade: trade["id"] not in old)
    order = await soon(kraken_pro.create_order_ws(PAIR, "market", "buy", 0.002))
    trade = await new
    assert trade["order"] == order["id"]
    assert trade["takerOrMaker"] == "taker" and trade["side"] == "buy"
    assert trade["fee"]["currency"] == "USD"
    assert trade["fee"]["cost"] == pytest.approx(trade["cost"] * 0.004, rel=0.001)
    over_rest = await kraken_pro.fetch_my_trades(PAIR, params={"consolidate_taker": "false"})
    same = next(one for one in over_rest if one["id"] == trade["id"])
    assert (same["price"], same["amount"]) == (trade["price"], trade["amount"])


async def test_a_balance_is_watched(kraken_pro: ccxt.pro.kraken) -> None:
    first = await soon(kraken_pro.watch_balance())
    before = first["BTC"]["total"]
    assert before == (await kraken_pro.fetch_balance())["BTC"]["total"]

    async def until_it_moved() -> float:
        while True:
            if (now := (await kraken_pro.watch_balance())["BTC"]["total"]) != before:
                return now

    moved = asyncio.create_task(soon(until_it_moved()))
    await kraken_pro.create_market_buy_order(PAIR, 0.002)
    now = await moved
    assert now == pytest.approx(before + 0.002)
    assert now == (await kraken_pro.fetch_balance())["BTC"]["total"]


async def test_an_unknown_pair_on_the_socket(kraken_pro: ccxt.pro.kraken) -> None:
    kraken_pro.markets["WWW/USD"] = kraken_pro.markets[PAIR] | {"symbol": "WWW/USD"}
    url = kraken_pro.urls["api"]["ws"]["publicV2"]
    request = {
        "method": "subscribe",
        "params": {"channel": "ticker", "symbol": ["WWW/USD"]},
        "req_id": 9,
    }
    with pytest.raises(ccxt.pro.BadSymbol, match="Currency pair not supported WWW/USD"):
        await soon(kraken_pro.watch(url, "9", request, "9"))

"""Every kind of spot order that ccxt can utter, placed, looked at again and ended.

What is asserted is what the exchange says afterwards, never what ccxt made of the request.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import ccxt
import pytest

PAIR = "BTC/USD"
WAIT_SECONDS = 10


def until(condition: Callable[[], Any]) -> Any:
    """What the condition answers, as soon as that is true of it."""
    end = time.monotonic() + WAIT_SECONDS
    while not (answer := condition()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return answer


def look(kraken: ccxt.kraken, order: str) -> dict[str, Any]:
    """The order as Kraken describes it."""
    return kraken.privatePostQueryOrders({"txid": order, "trades": True})["result"][order]


@pytest.fixture
def price(kraken: ccxt.kraken) -> float:
    """The last price of BTC/USD, in whole dollars."""
    return float(round(kraken.fetch_ticker(PAIR)["last"]))


@dataclass
class Case:
    """One kind of order: how ccxt is asked, with prices as parts of the last one; what must come
    of it.
    """

    name: str
    type: str
    side: str
    price: float | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    prices: dict[str, float] = field(default_factory=dict)
    kind: str = ""
    expect: dict[str, Any] = field(default_factory=dict)


RESTING = [
    Case("limit buy", "limit", "buy", 0.8, kind="limit"),
    Case("limit sell", "limit", "sell", 1.2, kind="limit"),
    Case("post only", "limit", "buy", 0.8, {"postOnly": True}, kind="limit",
         expect={"oflags": "post,fciq"}),
    Case("fee in base", "limit", "sell", 1.2, {"oflags": "fcib"}, kind="limit",
         expect={"oflags": "fcib"}),
    Case("good till canceled", "limit", "buy", 0.8, {"timeInForce": "GTC"}, kind="limit"),
    Case("good till date", "limit", "buy", 0.8, {"timeInForce": "GTD", "expiretm": "+600"},
         kind="limit"),
    Case("user reference", "limit", "buy", 0.8, {"userref": 42}, kind="limit",
         expect={"userref": 42}),
    Case("client order id", "limit", "buy", 0.8, {"clientOrderId": "first-of-many"}, kind="limit",
         expect={"cl_ord_id": "first-of-many"}),
    Case("self trade prevention", "limit", "buy", 0.8, {"stptype": "cancel-oldest"}, kind="limit"),
    Case("iceberg", "iceberg", "buy", None, {"displayvol": "0.002"}, {"price": 0.8},
         kind="iceberg"),
    Case("stop loss", "market", "sell", None, prices={"stopLossPrice": 0.8}, kind="stop-loss"),
    Case("stop loss limit", "limit", "sell", 0.79, prices={"stopLossPrice": 0.8},
         kind="stop-loss-limit"),
    Case("stop loss to buy", "market", "buy", None, prices={"stopLossPrice": 1.2},
         kind="stop-loss"),
    Case("take profit", "market", "sell", None, prices={"takeProfitPrice": 1.2},
         kind="take-profit"),
    Case("take profit limit", "limit", "sell", 1.19, prices={"takeProfitPrice": 1.2},
         kind="take-profit-limit"),
    Case("trailing stop, percent", "market", "sell", None, {"trailingPercent": "20"},
         kind="trailing-stop", expect={"descr.price": "+20.0000%"}),
    Case("trailing stop, amount", "market", "sell", None, {"trailingAmount": "5000"},
         kind="trailing-stop", expect={"descr.price": "+5000.0"}),
    Case("trailing stop limit, percent", "limit", "sell", 1.0,
         {"trailingPercent": "20", "trailingLimitPercent": "1"}, kind="trailing-stop-limit",
         expect={"descr.price": "+20.0000%"}),
    Case("trailing stop limit, amount", "limit", "sell", 1.0,
         {"trailingAmount": "5000", "trailingLimitAmount": "50"}, kind="trailing-stop-limit",
         expect={"descr.price": "+5000.0", "descr.price2": "-50.0"}),
    Case("conditional close", "limit", "buy", 0.8,
         {"close": {"ordertype": "stop-loss", "price": 20_000}}, kind="limit",
         expect={"descr.close": "close position @ stop loss 20000.0"}),
    Case("a start in the future", "limit", "buy", 0.8, {"starttm": "+60"}, kind="limit",
         expect={"status": "pending"}),
]  # fmt: skip


@pytest.mark.parametrize("case", RESTING, ids=lambda case: case.name)
def test_it_rests_and_can_be_canceled(kraken: ccxt.kraken, price: float, case: Case) -> None:
    parameters = case.parameters | {
        name: float(round(price * part)) for name, part in case.prices.items()
    }
    limit = round(price * case.price) if case.price else None
    order = kraken.create_order(PAIR, case.type, case.side, 0.01, limit, parameters)

    found = look(kraken, order["id"])
    assert found["descr"]["ordertype"] == case.kind
    assert found["descr"]["type"] == case.side
    assert found["descr"]["pair"] == "XBTUSD"
    assert found["vol"] == "0.01000000" and found["vol_exec"] == "0.00000000"
    assert found["status"] == case.expect.pop("status", "open")
    for path, value in case.expect.items():
        assert field_at(found, path) == value, path

    open_ones = kraken.fetch_open_orders(PAIR)
    assert [one["id"] for one in open_ones] == [order["id"]]
    assert kraken.cancel_order(order["id"])["info"]["result"]["count"] == 1
    ended = look(kraken, order["id"])
    assert (ended["status"], ended["reason"]) == ("canceled", "User requested")
    assert kraken.fetch_open_orders(PAIR) == []


def field_at(found: dict[str, Any], path: str) -> Any:
    """`descr.price` of an order."""
    for name in path.split("."):
        found = found[name]
    return found


@pytest.mark.parametrize(
    ("type_", "price", "parameters", "text"),
    [
        ("market", None, {}, "buy 0.01000000 XBTUSD @ market"),
        ("limit", 30_000, {}, "buy 0.01000000 XBTUSD @ limit 30000.0"),
        ("limit", 31_000, {"takeProfitPrice": 30_000},
         "buy 0.01000000 XBTUSD @ take profit 30000.0 -> limit 31000.0"),
        ("market", None, {"trailingPercent": "15"},
         "buy 0.01000000 XBTUSD @ trailing stop +15.0000%"),
    ],
)  # fmt: skip
def test_only_validated(
    kraken: ccxt.kraken, type_: str, price: float | None, parameters: dict[str, Any], text: str
) -> None:
    order = kraken.create_order(PAIR, type_, "buy", 0.01, price, {**parameters, "validate": "true"})
    assert order["id"] is None
    assert order["info"]["descr"]["order"] == text
    assert kraken.fetch_open_orders() == []


def test_what_ccxt_reads_from_an_open_order(kraken: ccxt.kraken) -> None:
    placed = kraken.create_limit_buy_order(PAIR, 0.01, 30_000.1)
    order = kraken.fetch_order(placed["id"])
    assert (order["symbol"], order["side"], order["type"]) == (PAIR, "buy", "limit")
    assert (order["price"], order["amount"], order["filled"]) == (30_000.1, 0.01, 0.0)
    assert (order["status"], order["remaining"], order["trades"]) == ("open", 0.01, [])
    assert abs(order["timestamp"] - time.time() * 1000) < 10_000


def test_a_limit_order_that_crosses_trades_at_the_books_price(
    kraken: ccxt.kraken, price: float
) -> None:
    order = kraken.create_limit_buy_order(PAIR, 0.002, price * 1.1)
    closed = kraken.fetch_order(order["id"])
    assert closed["status"] == "closed" and closed["filled"] == 0.002
    assert closed["average"] == pytest.approx(price, rel=0.02)
    assert float(closed["fee"]["cost"]) == pytest.approx(closed["cost"] * 0.004, rel=0.001)
    assert closed["id"] in [one["id"] for one in kraken.fetch_closed_orders(PAIR)]


def test_immediate_or_cancel(kraken: ccxt.kraken, price: float) -> None:
    resting = kraken.create_limit_buy_order(PAIR, 0.002, price * 0.8, {"timeInForce": "IOC"})
    ended = look(kraken, resting["id"])
    assert ended["status"] == "canceled" and ended["vol_exec"] == "0.00000000"
    taking = kraken.create_limit_buy_order(PAIR, 0.002, price * 1.1, {"timeInForce": "IOC"})
    assert look(kraken, taking["id"])["status"] == "closed"


def test_fill_or_kill(kraken: ccxt.kraken, price: float) -> None:
    killed = kraken.create_limit_buy_order(PAIR, 0.002, price * 0.8, {"timeInForce": "FOK"})
    ended = look(kraken, killed["id"])
    assert ended["status"] == "canceled" and ended["vol_exec"] == "0.00000000"
    filled = kraken.create_limit_buy_order(PAIR, 0.002, price * 1.1, {"timeInForce": "FOK"})
    assert look(kraken, filled["id"])["status"] == "closed"


def test_post_only_never_takes(kraken: ccxt.kraken, price: float) -> None:
    order = kraken.create_limit_buy_order(PAIR, 0.002, price * 1.1, {"postOnly": True})
    ended = look(kraken, order["id"])
    assert (ended["status"], ended["reason"]) == ("canceled", "Post only order")
    assert ended["vol_exec"] == "0.00000000"


def test_a_market_order_of_so_many_dollars(kraken: ccxt.kraken, price: float) -> None:
    order = kraken.create_market_buy_order_with_cost(PAIR, 150)
    found = look(kraken, order["id"])
    assert found["status"] == "closed"
    assert "viqc" in found["oflags"].split(",")
    assert float(found["cost"]) == pytest.approx(150, abs=0.01)
    trades = kraken.fetch_order_trades(order["id"], params={"trades": found["trades"]})
    assert sum(trade["amount"] for trade in trades) == pytest.approx(150 / price, rel=0.02)


def test_a_stop_wakes_when_the_price_comes(kraken: ccxt.kraken) -> None:
    """A stop to buy just above the book, and an order large enough to lift the price over it."""
    asks = kraken.fetch_order_book("LTC/USD", 100)["asks"]
    trigger, enough = asks[1][0], sum(amount for _, amount, *_ in asks[:3])
    stop = kraken.create_order("LTC/USD", "market", "buy", 1, None, {"stopLossPrice": trigger})
    kraken.create_limit_buy_order("LTC/USD", enough, asks[3][0], {"timeInForce": "IOC"})
    filled = until(
        lambda: (found := kraken.fetch_order(stop["id"]))["status"] == "closed" and found
    )
    assert filled["filled"] == 1
    assert filled["average"] >= trigger * 0.99


def test_a_conditional_close_follows_its_entry(kraken: ccxt.kraken, price: float) -> None:
    close = {"ordertype": "stop-loss", "price": round(price * 0.7)}
    entry = kraken.create_market_buy_order(PAIR, 0.003, {"close": close})
    assert kraken.fetch_order(entry["id"])["status"] == "closed"
    children = kraken.fetch_open_orders(PAIR)
    assert {child["side"] for child in children} == {"sell"}
    assert sum(child["amount"] for child in children) == pytest.approx(0.003)
    assert all(child["info"]["refid"] == entry["id"] for child in children)
    assert all(child["stopLossPrice"] == round(price * 0.7) for child in children)


def test_a_client_order_id_is_used_once_while_open(kraken: ccxt.kraken) -> None:
    name = str(uuid.uuid4())
    first = kraken.create_limit_buy_order(PAIR, 0.01, 30_000, {"clientOrderId": name})
    with pytest.raises(ccxt.ExchangeError, match="EOrder:"):
        kraken.create_limit_buy_order(PAIR, 0.01, 30_000, {"clientOrderId": name})
    found = kraken.fetch_open_orders(PAIR, params={"clientOrderId": name})
    assert [order["id"] for order in found] == [first["id"]]
    assert found[0]["clientOrderId"] == name
    kraken.cancel_order("", params={"clientOrderId": name})
    again = kraken.create_limit_buy_order(PAIR, 0.01, 30_000, {"clientOrderId": name})
    assert again["id"] != first["id"]


def test_an_order_is_edited_in_place(kraken: ccxt.kraken) -> None:
    order = kraken.create_limit_buy_order(PAIR, 0.01, 30_000)
    edited = kraken.edit_order(order["id"], PAIR, "limit", "buy", 0.02, 30_500)
    assert edited["id"], "an amendment has an id of its own"
    found = look(kraken, order["id"])
    assert (found["vol"], found["descr"]["price"]) == ("0.02000000", "30500.0")
    assert found["status"] == "open"
    history = kraken.privatePostOrderAmends({"order_id": order["id"]})["result"]
    assert [amend["amend_type"] for amend in history["amends"]] == ["original", "user"]


def test_an_order_is_edited_by_its_own_name(kraken: ccxt.kraken) -> None:
    order = kraken.create_limit_buy_order(PAIR, 0.01, 30_000, {"clientOrderId": "mine"})
    kraken.edit_order("", PAIR, "limit", "buy", 0.02, 29_000, {"clientOrderId": "mine"})
    assert look(kraken, order["id"])["descr"]["price"] == "29000.0"


def test_an_old_style_edit_makes_a_new_order(kraken: ccxt.kraken) -> None:
    old = kraken.create_limit_buy_order(PAIR, 0.01, 30_000)["id"]
    edited = kraken.privatePostEditOrder({"txid": old, "pair": "XXBTZUSD", "price": "29000"})[
        "result"
    ]
    assert edited["originaltxid"] == old and edited["txid"] != old
    assert (look(kraken, old)["status"], look(kraken, old)["reason"]) == (
        "canceled",
        "Order replaced",
    )
    assert look(kraken, edited["txid"])["descr"]["price"] == "29000.0"


def test_several_orders_at_once(kraken: ccxt.kraken) -> None:
    orders = [
        {"symbol": PAIR, "type": "limit", "side": "buy", "amount": 0.01, "price": 30_000 + step}
        for step in range(5)
    ]
    placed = kraken.create_orders(orders)
    assert [order["price"] for order in placed] == [30_000 + step for step in range(5)]
    ids = [order["id"] for order in placed]
    assert {order["id"] for order in kraken.fetch_open_orders(PAIR)} == set(ids)
    canceled = kraken.cancel_orders(ids[:3])
    assert canceled[0]["info"]["result"]["count"] == 3
    assert {order["id"] for order in kraken.fetch_open_orders(PAIR)} == set(ids[3:])
    assert kraken.cancel_all_orders()[0]["info"]["result"]["count"] == 2


def test_a_bad_row_does_not_hurt_its_siblings(kraken: ccxt.kraken) -> None:
    good = {"symbol": PAIR, "type": "limit", "side": "buy", "amount": 0.01, "price": 30_000}
    with pytest.raises(ccxt.InsufficientFunds, match="EOrder:Insufficient funds"):
        kraken.create_orders([good, {**good, "amount": 1_000}, good])
    ids = [order["id"] for order in kraken.fetch_open_orders(PAIR)]
    assert len(ids) == 2
    found = kraken.fetch_orders_by_ids(ids)
    assert {order["id"] for order in found} == set(ids)


def test_closed_orders_since(kraken: ccxt.kraken) -> None:
    kraken.create_market_buy_order(PAIR, 0.001)
    future = int(time.time() * 1000) + 60_000
    assert kraken.fetch_closed_orders(PAIR, since=future) == []
    assert kraken.fetch_closed_orders(PAIR, since=future - 120_000)


def test_an_order_that_never_was_is_not_found(kraken: ccxt.kraken) -> None:
    with pytest.raises(ccxt.OrderNotFound):
        kraken.fetch_order("OAAAAA-BBBBB-CCCCCC")


def test_orders_are_canceled_by_user_reference(kraken: ccxt.kraken) -> None:
    for _ in range(3):
        kraken.create_limit_buy_order(PAIR, 0.01, 30_000, {"userref": 77})
    assert kraken.cancel_order("", params={"userref": 77})["info"]["result"]["count"] == 3


def test_the_dead_mans_switch(kraken: ccxt.kraken) -> None:
    order = kraken.create_limit_buy_order(PAIR, 0.01, 30_000)
    kraken.cancel_all_orders_after(60_000)
    off = kraken.cancel_all_orders_after(0)["result"]
    assert off["triggerTime"] == "0"
    on = kraken.cancel_all_orders_after(1_000)["result"]
    assert on["triggerTime"] > on["currentTime"]
    until(lambda: look(kraken, order["id"])["status"] == "canceled")


def test_a_day_order_expires(kraken: ccxt.kraken) -> None:
    order = kraken.create_limit_buy_order(
        PAIR, 0.01, 30_000, {"timeInForce": "GTD", "expiretm": "+5"}
    )
    until(lambda: look(kraken, order["id"])["status"] == "expired")


def test_a_deadline_in_reach_is_accepted(kraken: ccxt.kraken) -> None:
    def within(seconds: float) -> str:
        return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")

    order = kraken.create_limit_buy_order(PAIR, 0.01, 30_000, {"deadline": within(10)})
    assert look(kraken, order["id"])["status"] == "open"
    with pytest.raises(ccxt.ExchangeError, match="EGeneral:Invalid arguments"):
        kraken.create_limit_buy_order(PAIR, 0.01, 30_000, {"deadline": within(600)})


@pytest.mark.parametrize(
    ("side", "amount", "price", "parameters", "error", "text"),
    [
        ("buy", 1_000, 50_000, {}, ccxt.InsufficientFunds, "EOrder:Insufficient funds"),
        ("sell", 1_000, 50_000, {}, ccxt.InsufficientFunds, "EOrder:Insufficient funds"),
        ("buy", 0.00001, 60_000, {}, ccxt.InvalidOrder, "EOrder:Order minimum not met"),
        ("buy", 0.001, 1, {}, ccxt.ExchangeError, "EOrder:Cost minimum not met"),
        ("buy", 0.01, 30_000, {"expiretm": "yesterday"}, ccxt.ExchangeError,
         "EGeneral:Invalid arguments"),
        ("buy", 0.01, 30_000, {"clientOrderId": "this name is much too long for Kraken"},
         ccxt.ExchangeError, "EGeneral:Invalid arguments"),
        ("buy", 0.01, 30_000, {"userref": 5, "clientOrderId": "both"}, ccxt.ExchangeError,
         "EGeneral:Invalid arguments"),
        ("buy", 0.01, 30_000, {"timeInForce": "SOON"}, ccxt.ExchangeError,
         "EGeneral:Invalid arguments"),
        ("sell", 0.01, 90_000, {"reduceOnly": True}, ccxt.ExchangeError, "EOrder:Reduce only"),
    ],
)  # fmt: skip
def test_a_bad_order_is_refused_in_krakens_words(
    kraken: ccxt.kraken,
    side: str,
    amount: float,
    price: float,
    parameters: dict[str, Any],
    error: type[Exception],
    text: str,
) -> None:
    with pytest.raises(error, match=text):
        kraken.create_order(PAIR, "limit", side, amount, price, parameters)
    assert kraken.fetch_open_orders() == []


def test_a_price_with_too_many_decimals(kraken: ccxt.kraken) -> None:
    order = {"pair": "XXBTZUSD", "type": "buy", "ordertype": "limit", "volume": "0.01"}
    with pytest.raises(ccxt.ExchangeError) as refused:
        kraken.privatePostAddOrder({**order, "price": "30000.123"})
    text = "EOrder:Invalid price:XXBTZUSD price can only be specified up to 1 decimals."
    assert text in str(refused.value)
    with pytest.raises(ccxt.ExchangeError, match="EOrder:Invalid price"):
        kraken.privatePostAddOrder({**order, "price": "3e4"})


def test_an_order_that_is_gone_is_not_found(kraken: ccxt.kraken) -> None:
    order = kraken.create_limit_buy_order(PAIR, 0.01, 30_000)
    kraken.cancel_order(order["id"])
    with pytest.raises(ccxt.OrderNotFound, match="EOrder:Unknown order"):
        kraken.cancel_order(order["id"])

"""ccxt sees an account of the simulated Kraken: balances, trades and ledger say the same, to the
last digit.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any

import ccxt
import pytest

from conftest import StartSimulator, sync_client
from simulator import Simulator

# The ledger counts dollars in hundredths of a cent, a trade's cost has one digit more.
CENT_OF_A_CENT = Decimal("0.0001")
TAKER = Decimal("0.004")


def balances(kraken: ccxt.kraken) -> dict[str, Decimal]:
    """Every asset's total, as text tells it."""
    result = kraken.privatePostBalance()["result"]
    return {asset: Decimal(amount) for asset, amount in result.items()}


def change(before: dict[str, Decimal], after: dict[str, Decimal]) -> dict[str, Decimal]:
    """What has moved, by asset."""
    assets = before.keys() | after.keys()
    moved = {
        asset: after.get(asset, Decimal(0)) - before.get(asset, Decimal(0)) for asset in assets
    }
    return {asset: amount for asset, amount in moved.items() if amount}


def ledger_of(kraken: ccxt.kraken, trades: list[dict[str, Any]]) -> dict[str, Decimal]:
    """What the ledger says these trades moved, fees included, by asset."""
    ids = {trade["id"] for trade in trades}
    moved: Counter[str] = Counter()
    for entry in kraken.privatePostLedgers()["result"]["ledger"].values():
        if entry["refid"] in ids:
            moved[entry["asset"]] += Decimal(entry["amount"]) - Decimal(entry["fee"])
    return dict(moved)


def trades_of(kraken: ccxt.kraken, order: str) -> list[dict[str, Any]]:
    """The trades of one order, none merged with another."""
    trades = kraken.fetch_my_trades("BTC/USD", params={"consolidate_taker": "false"})
    return [trade for trade in trades if trade["order"] == order]


def total(trades: list[dict[str, Any]], field: str) -> Decimal:
    return sum((Decimal(trade["info"][field]) for trade in trades), Decimal(0))


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_balance_trades_and_ledger_say_the_same(kraken: ccxt.kraken, side: str) -> None:
    before = balances(kraken)
    order = kraken.create_order("BTC/USD", "market", side, 0.002)
    moved = change(before, balances(kraken))
    trades = trades_of(kraken, order["id"])
    assert ledger_of(kraken, trades) == moved

    assert total(trades, "vol") == Decimal("0.002")
    sign = 1 if side == "buy" else -1
    rounding = CENT_OF_A_CENT * 2 * len(trades)
    assert moved["XXBT"] == sign * Decimal("0.002")
    spent = sign * total(trades, "cost") + total(trades, "fee")
    assert abs(moved["ZUSD"] + spent) <= rounding
    for trade in trades:
        assert trade["takerOrMaker"] == "taker" and trade["side"] == side
        cost, fee = Decimal(trade["info"]["cost"]), Decimal(trade["info"]["fee"])
        assert abs(cost * TAKER - fee) <= Decimal("0.00001")
        assert abs(
            Decimal(trade["info"]["price"]) * Decimal(trade["info"]["vol"]) - cost
        ) <= Decimal("0.00001")

    closed = kraken.fetch_order(order["id"])
    assert closed["status"] == "closed" and closed["filled"] == 0.002 and closed["remaining"] == 0
    assert Decimal(closed["info"]["cost"]) == total(trades, "cost")
    assert Decimal(closed["info"]["fee"]) == total(trades, "fee")
    assert {trade["id"] for trade in closed["trades"]} == {trade["id"] for trade in trades}


def test_a_balance_has_what_the_account_began_with(start_simulator: StartSimulator) -> None:
    fresh = start_simulator("--limits", "off", "--balance", "USD=1234.5", "--balance", "BTC=2")
    balance = sync_client(fresh).fetch_balance()
    assert balance["USD"] == {"free": 1234.5, "used": 0.0, "total": 1234.5}
    assert balance["BTC"]["total"] == 2


def test_an_open_order_holds_what_it_needs(kraken: ccxt.kraken) -> None:
    free = kraken.fetch_balance()["USD"]["free"]
    kraken.create_limit_buy_order("BTC/USD", 0.01, 10_000)
    held = kraken.fetch_balance()["USD"]
    # Its cost, and perhaps the fee on top.
    assert 100 <= free - held["free"] <= 100 * 1.0041
    assert held["used"] == pytest.approx(free - held["free"])
    kraken.cancel_all_orders()
    assert kraken.fetch_balance()["USD"]["free"] == free


def test_fees_are_those_of_the_schedule(kraken: ccxt.kraken) -> None:
    fee = kraken.fetch_trading_fee("ETH/USD")
    assert (fee["taker"], fee["maker"]) == (0.004, 0.0025)


def test_the_ledger_begins_with_deposits_and_its_balances_add_up(
    start_simulator: StartSimulator,
) -> None:
    kraken = sync_client(start_simulator("--limits", "off"))
    for side in ("buy", "sell", "buy"):
        kraken.create_order("BTC/USD", "market", side, 0.01)
    entries = kraken.fetch_ledger("USD")
    assert (entries[0]["info"]["type"], entries[0]["direction"]) == ("deposit", "in")
    assert {entry["info"]["type"] for entry in entries[1:]} == {"trade"}
    for earlier, later in pairwise(entries):
        amount, fee = Decimal(later["info"]["amount"]), Decimal(later["info"]["fee"])
        before, after = Decimal(earlier["info"]["balance"]), Decimal(later["info"]["balance"])
        assert before + amount - fee == after
    one = kraken.fetch_ledger_entry(entries[-1]["id"])
    assert one["info"]["balance"] == entries[-1]["info"]["balance"]


def test_trades_of_an_order_by_id(kraken: ccxt.kraken) -> None:
    order = kraken.create_market_buy_order("ETH/USD", 0.5)
    trades = kraken.fetch_order(order["id"])["trades"]
    fetched = kraken.fetch_order_trades(order["id"], params={"trades": trades})
    assert {trade["order"] for trade in fetched} == {order["id"]}
    assert sum(trade["amount"] for trade in fetched) == pytest.approx(0.5)


def test_trade_history_pages(kraken: ccxt.kraken) -> None:
    for _ in range(60):
        kraken.create_market_buy_order("XRP/USD", 20)
    first = kraken.privatePostTradesHistory()["result"]
    second = kraken.privatePostTradesHistory({"ofs": "50"})["result"]
    assert len(first["trades"]) == 50
    assert int(first["count"]) >= 60
    assert not first["trades"].keys() & second["trades"].keys()


def test_a_key_without_rights_is_refused(simulator: Simulator) -> None:
    reader = sync_client(simulator, "read-only")
    reader.load_markets()
    assert reader.fetch_balance()["total"]["USD"] > 0
    with pytest.raises(ccxt.PermissionDenied, match="EGeneral:Permission denied"):
        reader.create_market_buy_order("BTC/USD", 0.002)


@pytest.mark.parametrize("ask", [
    lambda kraken: kraken.fetch_deposits("BTC"),
    lambda kraken: kraken.fetch_withdrawals("BTC"),
    lambda kraken: kraken.withdraw("BTC", 0.1, "nowhere", params={"key": "nowhere"}),
])  # fmt: skip
def test_nothing_moves_money(kraken: ccxt.kraken, ask: Any) -> None:
    with pytest.raises(ccxt.PermissionDenied, match="EGeneral:Permission denied"):
        ask(kraken)


def test_a_wrong_secret_and_a_wrong_key(simulator: Simulator) -> None:
    wrong_secret = sync_client(simulator)
    wrong_secret.secret = "c2VjcmV0"
    with pytest.raises(ccxt.ExchangeError, match="EAPI:Invalid signature"):
        wrong_secret.fetch_balance()
    wrong_key = sync_client(simulator)
    wrong_key.apiKey = "nobody"
    with pytest.raises(ccxt.AuthenticationError, match="EAPI:Invalid key"):
        wrong_key.fetch_balance()


def test_the_volume_and_the_equity(kraken: ccxt.kraken) -> None:
    kraken.create_market_buy_order("BTC/USD", 0.001)
    volume = kraken.privatePostTradeVolume({"pair": "XXBTZUSD"})["result"]
    assert Decimal(volume["volume"]) > 0
    assert volume["fees"]["XXBTZUSD"]["fee"].startswith("0.4")
    equity = kraken.privatePostTradeBalance()["result"]
    assert Decimal(equity["eb"]) > 100_000


def test_what_a_key_may_do(kraken: ccxt.kraken, simulator: Simulator) -> None:
    described = kraken.privatePostGetApiKeyInfo()["result"]
    key = simulator.key()
    assert described["apiKey"] == key.key
    assert set(described["permissions"]) == set(key.permissions)
    assert not {"withdraw-funds", "add-funds"} & set(described["permissions"])

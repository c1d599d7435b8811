"""ccxt sees the markets of the simulated Kraken as it sees Kraken's: every number, and that they
agree with each other.
"""

from __future__ import annotations

import time
from decimal import Decimal
from itertools import pairwise

import ccxt
import pytest

DEFAULT_MARKETS = {
    "BTC/USD", "BTC/EUR", "BTC/USDT", "ETH/USD", "ETH/EUR", "ETH/BTC", "ETH/USDT", "LTC/USD",
    "LTC/USDT", "SOL/USD", "XRP/USD", "ADA/USD", "DOGE/USD", "USDT/USD",
}  # fmt: skip


def test_markets_have_krakens_names_and_steps(kraken: ccxt.kraken) -> None:
    assert set(kraken.markets) == DEFAULT_MARKETS
    bitcoin = kraken.market("BTC/USD")
    assert (bitcoin["id"], bitcoin["altname"], bitcoin["wsId"]) == ("XXBTZUSD", "XBTUSD", "XBT/USD")
    assert (bitcoin["precision"]["price"], bitcoin["precision"]["amount"]) == (0.1, 1e-8)
    assert 0 < bitcoin["limits"]["amount"]["min"] <= 0.0001
    assert bitcoin["limits"]["cost"]["min"] == 0.5
    assert (bitcoin["taker"], bitcoin["maker"]) == (0.004, 0.0025)
    assert bitcoin["active"] and bitcoin["spot"]


def test_doge_keeps_its_old_name(kraken: ccxt.kraken) -> None:
    assert kraken.market("DOGE/USD")["altname"] == "XDGUSD"


def test_time_is_now(kraken: ccxt.kraken) -> None:
    assert abs(kraken.fetch_time() - time.time() * 1000) < 5_000


def test_status_is_ok(kraken: ccxt.kraken) -> None:
    assert kraken.fetch_status()["status"] == "ok"


def test_currencies(kraken: ccxt.kraken) -> None:
    currencies = kraken.fetch_currencies()
    assert {"BTC", "ETH", "USD", "EUR", "USDT", "DOGE"} <= set(currencies)
    assert currencies["BTC"]["id"] == "XXBT"
    assert currencies["BTC"]["precision"] == 1e-10
    assert currencies["USD"]["id"] == "ZUSD"
    assert currencies["BTC"]["active"]


def test_a_ticker_agrees_with_itself_and_the_book(kraken: ccxt.kraken) -> None:
    ticker = kraken.fetch_ticker("BTC/USD")
    assert ticker["low"] <= ticker["vwap"] <= ticker["high"]
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert ticker["bid"] < ticker["ask"]
    assert ticker["baseVolume"] > 0
    # Kraken pads ticker prices to five decimals whatever the pair's are.
    assert ticker["info"]["a"][0].split(".")[1].__len__() == 5
    book = kraken.fetch_order_book("BTC/USD", 5)
    assert book["bids"][0][0] == pytest.approx(ticker["bid"], rel=0.01)


def test_all_tickers_at_once(kraken: ccxt.kraken) -> None:
    tickers = kraken.fetch_tickers()
    assert set(tickers) == DEFAULT_MARKETS
    some = kraken.fetch_tickers(["BTC/USD", "ETH/BTC"])
    assert set(some) == {"BTC/USD", "ETH/BTC"}


@pytest.mark.parametrize("limit", [1, 10, 100])
def test_an_order_book_is_sorted_and_as_deep_as_asked(kraken: ccxt.kraken, limit: int) -> None:
    book = kraken.fetch_order_book("BTC/USD", limit)
    bids, asks = [level[0] for level in book["bids"]], [level[0] for level in book["asks"]]
    assert 0 < len(bids) <= limit and 0 < len(asks) <= limit
    assert bids == sorted(bids, reverse=True) and asks == sorted(asks)
    assert bids[0] < asks[0]
    assert all(level[1] > 0 for level in book["bids"] + book["asks"])


@pytest.mark.parametrize(
    ("timeframe", "seconds"),
    [("1m", 60), ("5m", 300), ("15m", 900), ("30m", 1800), ("1h", 3600), ("4h", 14400),
     ("1d", 86400), ("1w", 604800)],
)  # fmt: skip
def test_candles_follow_each_other(kraken: ccxt.kraken, timeframe: str, seconds: int) -> None:
    candles = kraken.fetch_ohlcv("BTC/USD", timeframe)
    times = [candle[0] // 1000 for candle in candles]
    assert len(candles) in (720, 721)
    assert all(later - earlier == seconds for earlier, later in pairwise(times))
    for _, first, high, low, last, volume in candles:
        assert low <= min(first, last) and max(first, last) <= high
        assert volume >= 0
    # The last candle is the one that is forming.
    assert times[-1] <= time.time() + 5 and time.time() - times[-1] < seconds + 5


def test_candles_since(kraken: ccxt.kraken) -> None:
    all_of_them = kraken.fetch_ohlcv("BTC/USD", "1h")
    since = all_of_them[-10][0]
    some = kraken.fetch_ohlcv("BTC/USD", "1h", since=since)
    assert some[0][0] == since
    assert len(some) in (10, 11)


def test_trades_have_sides_and_ids(kraken: ccxt.kraken) -> None:
    trades = kraken.fetch_trades("BTC/USD")
    assert len(trades) == 1000
    assert {trade["side"] for trade in trades} == {"buy", "sell"}
    times = [trade["timestamp"] for trade in trades]
    assert times == sorted(times)
    ids = [int(trade["id"]) for trade in trades]
    assert len(set(ids)) == len(ids)
    assert all(trade["cost"] == pytest.approx(trade["price"] * trade["amount"]) for trade in trades)


def test_trades_since_pages_without_holes(kraken: ccxt.kraken) -> None:
    first = kraken.publicGetTrades({"pair": "XXBTZUSD", "count": "10"})["result"]
    again = kraken.publicGetTrades({"pair": "XXBTZUSD", "since": first["last"], "count": "10"})
    ids = [row[6] for row in first["XXBTZUSD"] + again["result"]["XXBTZUSD"]]
    assert len(set(ids)) == len(ids)


def test_spreads_are_spreads(kraken: ccxt.kraken) -> None:
    result = kraken.publicGetSpread({"pair": "XBTUSD"})["result"]
    assert result["XXBTZUSD"], "no spread is known"
    for _, bid, ask in result["XXBTZUSD"]:
        assert Decimal(bid) <= Decimal(ask)


def test_an_unknown_pair_is_refused_in_krakens_words(kraken: ccxt.kraken) -> None:
    with pytest.raises(ccxt.ExchangeError, match="EQuery:Unknown asset pair"):
        kraken.publicGetTicker({"pair": "NOSUCHPAIR"})
    with pytest.raises(ccxt.BadSymbol, match="EQuery:Unknown asset"):
        kraken.publicGetAssets({"asset": "NOSUCHASSET"})


def test_an_unknown_method_is_refused_in_krakens_words(kraken: ccxt.kraken) -> None:
    with pytest.raises(ccxt.ExchangeError, match="EGeneral:Unknown method"):
        kraken.request("NoSuchThing", ["public"], "GET")

"""The two strategies of the replay benchmark in hftbacktest: `python hftbacktest_replay.py FILE`.

The fastest of its books (`ROIVector`), one process, the median of five runs after compilation, CPU
time of the run alone. Feed 1 ms, orders 2.5 ms there and 2.5 ms back, the risk-averse queue, no
partial fills: the same as `cargo bench -p backtester --bench replay_speed -- FILE` ("whole").
"""

import json
import resource
import statistics
import sys

import numpy as np
from hftbacktest import (
    BUY_EVENT,
    DEPTH_EVENT,
    EXCH_EVENT,
    GTC,
    LIMIT,
    LOCAL_EVENT,
    MARKET,
    SELL_EVENT,
    TRADE_EVENT,
    BacktestAsset,
    ROIVectorMarketDepthBacktest,
)
from hftbacktest.types import event_dtype
from numba import njit

from make_ticks import DTYPE

RUNS = 5
FEED_NANOS = 1_000_000
ORDER_NANOS = 2_500_000
KINDS = np.array([DEPTH_EVENT | BUY_EVENT, DEPTH_EVENT | SELL_EVENT, TRADE_EVENT | BUY_EVENT,
                  TRADE_EVENT | SELL_EVENT], dtype=np.uint64)


def read(path):
    """The file as hftbacktest wants it."""
    rows = np.fromfile(path, DTYPE, offset=64)
    events = np.zeros(len(rows), event_dtype)
    events["ev"] = KINDS[rows["word"] & 7] | np.uint64(EXCH_EVENT | LOCAL_EVENT)
    events["exch_ts"] = rows["time"]
    events["local_ts"] = rows["time"] + FEED_NANOS
    events["px"] = np.round((rows["word"] >> 4) * 0.1, 1)
    events["qty"] = np.round(rows["quantity"] / 1e8, 8)
    return events


@njit
def ema(hbt):
    """Takes at the market when two averages of the trades cross."""
    fast, slow, count, is_long, number = 0.0, 0.0, 0, False, 1
    events = 0
    while hbt.wait_next_feed(True, 10**15) != 1:
        events += 1
        trades = hbt.last_trades(0)
        for at in range(len(trades)):
            price = trades[at].px
            count += 1
            if count == 1:
                fast, slow = price, price
            fast += (price - fast) * (2 / 101)
            slow += (price - slow) * (2 / 1001)
            if count > 1000 and (fast > slow) != is_long:
                is_long = fast > slow
                depth = hbt.depth(0)
                if is_long:
                    hbt.submit_buy_order(0, number, depth.best_ask, 0.01, GTC, MARKET, False)
                else:
                    hbt.submit_sell_order(0, number, depth.best_bid, 0.01, GTC, MARKET, False)
                number += 1
        if len(trades) > 0:
            hbt.clear_last_trades(0)
        if events % 1000 == 0:
            hbt.clear_inactive_orders(0)


@njit
def maker(hbt):
    """Quotes half a dollar away from the last trade, anew after every ten trades."""
    count, number, bid, ask = 0, 1, 0, 0
    while hbt.wait_next_feed(True, 10**15) != 1:
        trades = hbt.last_trades(0)
        new = len(trades)
        if new > 0:
            price = trades[new - 1].px
            tens = count // 10
            count += new
            hbt.clear_last_trades(0)
            if count // 10 != tens:
                hbt.clear_inactive_orders(0)
                orders = hbt.orders(0)
                for quote in (bid, ask):
                    order = orders.get(quote)
                    if order is not None and order.cancellable:
                        hbt.cancel(0, quote, False)
                bid, ask = number, number + 1
                number += 2
                low, high = round((price - 0.5) * 10) / 10, round((price + 0.5) * 10) / 10
                hbt.submit_buy_order(0, bid, low, 0.01, GTC, LIMIT, False)
                hbt.submit_sell_order(0, ask, high, 0.01, GTC, LIMIT, False)


def open_backtest(events):
    """One replay, ready to run."""
    asset = (
        BacktestAsset()
        .data([events])
        .linear_asset(1.0)
        .constant_order_latency(ORDER_NANOS, ORDER_NANOS)
        .risk_adverse_queue_model()
        .no_partial_fill_exchange()
        .trading_value_fee_model(0.0016, 0.0026)
        .tick_size(0.1)
        .lot_size(1e-8)
        .last_trades_capacity(1000)
        .roi_lb(30_000)
        .roi_ub(90_000)
    )
    return ROIVectorMarketDepthBacktest([asset])


def cpu_seconds():
    """CPU time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    """Runs both strategies and prints a line for each."""
    events = read(sys.argv[1])
    # hftbacktest keeps no reference to its data: it has to outlive the backtest.
    few = events[:9000].copy()
    for name, strategy in (("ema taker", ema), ("market maker", maker)):
        warm = open_backtest(few)
        strategy(warm)
        warm.close()
        times, fills = [], None
        for _ in range(RUNS):
            hbt = open_backtest(events)
            start = cpu_seconds()
            strategy(hbt)
            times.append(cpu_seconds() - start)
            fills = int(hbt.state_values(0).num_trades)
            hbt.close()
        print(json.dumps({"peer": "hftbacktest ROIVector", "strategy": name, "ticks": len(events),
                          "fills": fills, "cpu_s": round(statistics.median(times), 3)}), flush=True)


if __name__ == "__main__":
    main()

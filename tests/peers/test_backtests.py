"""backtesting.py and vectorbt against `slackwater backtest`: the same trades, and the same profit.

All three act at the next candle's open. Each program gets the same decisions, worked out here from whole
numbers, because averages of doubles take some ties for crossings (see docs/agreement.md). What a program
does with a decision is its own: fills, stops, targets, fees, profits.
"""

import pathlib
import warnings

import numpy
import pandas
import pytest
import talib
import vectorbt
from backtesting import Backtest, Strategy

import markets
from slackwater import backtest

RULES = pathlib.Path(__file__).parents[2] / "docs/rules"
FAST, SLOW = 20, 50
ENTRY, EXIT = 20, 10
LENGTH, STOP_PERCENT, TARGET_PERCENT = 48, 2, 4
# So much that the rounding of fees to the quote asset's steps is nothing beside a profit.
QUANTITY = 10_000
CASH = 10**9
# Each of two fees is rounded up to 0.00001 of quote asset; nothing else is rounded.
ROUNDING = 2e-5
FEES = [0.0, 0.26, 0.40]


class Decisions:
    """What is decided at the close of each candle."""

    def __init__(self, enter, leave, stop=None, target=None):
        self.enter, self.leave = numpy.asarray(enter), numpy.asarray(leave)
        self.stop, self.target = stop, target


def sma_cross(market):
    close = market.units("Close")
    fast, slow = close.rolling(FAST).sum() * SLOW, close.rolling(SLOW).sum() * FAST
    return Decisions(fast > slow, fast <= slow)


def donchian(market):
    close = market.units("Close")
    upper = market.units("High").rolling(ENTRY).max().shift()
    lower = market.units("Low").rolling(EXIT).min().shift()
    return Decisions(close > upper, close < lower)


def bracket(market):
    close = market.units("Close")
    highest = market.units("High").rolling(LENGTH).max()
    enter = (close > highest.shift()) & (close.shift() <= highest.shift(2))
    # Outward to the pair's step, in whole numbers.
    step = round(market.tick * 100_000) * 100
    stop = close.astype("int64") * (100 - STOP_PERCENT) // step * step
    target = -(-close.astype("int64") * (100 + TARGET_PERCENT) // step) * step
    prices = [(it / 10_000_000).to_numpy() for it in (stop, target)]
    return Decisions(enter, numpy.zeros(len(close), bool), *prices)


STRATEGIES = {
    "sma_cross": (sma_cross, ["--strategy", "sma_cross"]),
    "donchian": (donchian, ["--strategy", "donchian"]),
    "bracket": (bracket, ["--rules", RULES / "bracket.toml"]),
}


def ours(folder, market, options, fee, size=f"fixed:{QUANTITY}"):
    """Our round trips by bar, and the whole profit."""
    options = [*options, "--cash", str(CASH), "--size", size, "--fee", f"{fee}/{fee}"]
    run = backtest(folder, market, *options)
    trades = run.trades
    is_end = trades["exit_reason"] == "end"
    last = len(market.frame) - 1
    exits = [last if end else market.bars[at] for at, end in zip(trades["exit_time"], is_end)]
    frame = pandas.DataFrame({
        "entry": [market.bars[at] for at in trades["entry_time"]],
        "entry_price": trades["entry_price"],
        "exit": exits,
        "exit_price": trades["exit_price"],
        "profit": trades["profit"],
        "is_end": is_end,
    })
    return frame, run.figures


def by_backtesting(market, decisions, fee):
    """The trades of backtesting.py; what is open at the end with both fees at the last close."""
    part = fee / 100

    class Decided(Strategy):
        def init(self):
            pass

        def next(self):
            at = len(self.data) - 1
            if self.position:
                if decisions.leave[at]:
                    self.position.close()
            elif decisions.enter[at]:
                exits = {}
                if decisions.stop is not None:
                    exits = {"sl": decisions.stop[at], "tp": decisions.target[at]}
                self.buy(size=QUANTITY, **exits)

    frame = market.frame.tz_localize(None)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Some trades remain open")
        results = Backtest(frame, Decided, cash=CASH, commission=part).run()
    closed = results["_trades"]
    rows = zip(*(closed[it] for it in ["EntryBar", "EntryPrice", "ExitBar", "ExitPrice", "PnL"]))
    rows = [(*row, False) for row in rows]
    last, close = len(frame) - 1, frame["Close"].iloc[-1]
    for trade in results["_strategy"].trades:
        price = trade.entry_price
        profit = QUANTITY * (close - price - part * (close + price))
        rows.append((trade.entry_bar, price, last, close, profit, True))
    return table(rows)


def by_vectorbt(market, decisions, fee, size=QUANTITY):
    """The trades of vectorbt.

    Its stops begin with the candle after the entry's, and ours with the entry's own. So each candle
    stands there twice: first its open alone, at which signals act, then the whole candle.
    """
    frame, part = market.frame, fee / 100
    count = len(frame)
    at_open = numpy.arange(0, 2 * count, 2)

    def doubled(column):
        values = numpy.repeat(frame[column].to_numpy(), 2)
        values[at_open] = frame["Open"].to_numpy()
        return pandas.Series(values)

    def signals(decided):
        values = numpy.zeros(2 * count, bool)
        values[at_open[1:]] = decided[:-1]
        return pandas.Series(values)

    more = {}
    if decisions.stop is not None:
        # Distances count from the close of the decision, which stands as the value at the entry.
        decided = numpy.roll(frame["Close"].to_numpy(), 1)
        value = numpy.repeat(decided, 2)
        stop, target = (numpy.repeat(numpy.roll(it, 1), 2) for it in (decisions.stop, decisions.target))
        more = {
            "sl_stop": pandas.Series(touched(value, stop, -1)),
            "tp_stop": pandas.Series(touched(value, target, 1)),
            "val_price": pandas.Series(value),
            "stop_entry_price": "ValPrice",
        }
    portfolio = vectorbt.Portfolio.from_signals(
        doubled("Close"), signals(decisions.enter), signals(decisions.leave), price=doubled("Open"),
        open=doubled("Open"), high=doubled("High"), low=doubled("Low"),
        size=size, fees=part, init_cash=CASH, freq="30min", **more,
    )
    records = portfolio.trades.records
    close = frame["Close"].iloc[-1]
    rows = []
    for row in records.itertuples():
        is_open = row.status == 0
        profit = row.pnl - (part * close * row.size if is_open else 0)
        rows.append((row.entry_idx // 2, row.entry_price, row.exit_idx // 2, row.exit_price, profit, is_open))
    return table(rows)


def touched(value, level, sign):
    """The part of the value that leads to the level, or a hair less.

    vectorbt multiplies it out again, and a product one rounding beyond a level that the candle only
    touches would never be touched.
    """
    part = sign * (level / value - 1)
    for _ in range(4):
        is_beyond = sign * (value * (1 + sign * part) - level) > 0
        part = numpy.where(is_beyond, part - 2**-53, part)
    assert not is_beyond.any()
    return part


def table(rows):
    columns = ["entry", "entry_price", "exit", "exit_price", "profit", "is_end"]
    return pandas.DataFrame(rows, columns=columns)


def assert_same(our, their, price_tolerance):
    """The same bars and prices; each profit and the sum to a millionth."""
    for column in ["entry", "exit", "is_end"]:
        assert our[column].tolist() == their[column].tolist(), column
    for column in ["entry_price", "exit_price"]:
        gap = (our[column] / their[column] - 1).abs().max()
        assert gap <= price_tolerance, (column, gap)
    gap = (our["profit"] - their["profit"]).abs()
    assert (gap <= 1e-6 * their["profit"].abs() + ROUNDING).all(), gap.max()
    assert our["profit"].sum() == pytest.approx(their["profit"].sum(), rel=1e-6)


@pytest.mark.parametrize("fee", FEES)
@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("peer", [by_backtesting, by_vectorbt])
def test_trades_and_profits(market, name, fee, peer, tmp_path):
    decide, options = STRATEGIES[name]
    decisions = decide(market)
    our, figures = ours(tmp_path, market, options, fee)
    their = peer(market, decisions, fee)
    assert len(our) == figures["trades"] > 10
    # vectorbt multiplies and divides prices on their way; backtesting.py leaves them as they are.
    assert_same(our, their, 2e-15 if peer is by_vectorbt else 0)
    assert float(figures["net_profit"]) == pytest.approx(their["profit"].sum(), rel=1e-6)


def test_all_of_the_cash(market, tmp_path):
    """Profits that are put to use again: the cash after some hundred trades, to a millionth."""
    our, figures = ours(tmp_path, market, STRATEGIES["sma_cross"][1], 0.26, "all-in")
    their = by_vectorbt(market, sma_cross(market), 0.26, numpy.inf)
    for column in ["entry", "exit", "is_end"]:
        assert our[column].tolist() == their[column].tolist(), column
    end = CASH + their["profit"].sum()
    assert float(figures["equity_end"]) == pytest.approx(end, rel=1e-6)


def test_candles_with_stop_and_target_were_met(tmp_path):
    """Ours and theirs take such a candle for a loss; there has to be one to see that."""
    market = markets.walk(tmp_path, 3)
    _, figures = ours(tmp_path, market, STRATEGIES["bracket"][1], 0)
    assert figures["ambiguous_candles"] > 0


@pytest.mark.parametrize("average", [
    lambda close, count: close.rolling(count).mean(),
    lambda close, count: vectorbt.MA.run(close, count).ma,
    lambda close, count: pandas.Series(talib.SMA(close, count), close.index),
], ids=["pandas", "vectorbt", "TA-Lib"])
def test_where_averages_of_doubles_decide_otherwise_it_is_a_tie(market, average):
    """Why decisions are worked out in whole numbers, and how often it matters (pytest -s shows it)."""
    exact = sma_cross(market)
    close = market.units("Close")
    is_tie = close.rolling(FAST).sum() * SLOW == close.rolling(SLOW).sum() * FAST
    prices = market.frame["Close"]
    enter = (average(prices, FAST) > average(prices, SLOW)).to_numpy()
    is_other = enter != exact.enter
    print(f"{market}: {is_other.sum()} decisions of {len(enter)} differ, {is_tie.sum()} ties")
    assert not (is_other & ~is_tie.to_numpy()).any()
    assert is_tie.any() or market.name != "walk 1"

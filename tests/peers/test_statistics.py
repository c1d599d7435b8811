"""empyrical, quantstats, vectorbt and scipy against every statistic that a backtest and a sweep tell.

A sweep tells figures; the curves behind them come from `slackwater backtest --columns`, one run a variant.
Ours divide by the count and not by one less, and the riskless rate is nothing; a year has 365 days.
"""

import itertools
import json
import subprocess

import empyrical
import numpy
import pandas
import pytest
import quantstats
import scipy.stats
import vectorbt

from slackwater import SLACKWATER, backtest

EQUAL = 1e-9
PER_YEAR = 365 * 24
CASH = 10_000
FEE = 0.26
GRID = {"fast": range(5, 21, 5), "slow": range(30, 61, 10)}
BLOCKS = 16
COSTS = ["--fee", f"{FEE}/{FEE}", "--cash", str(CASH)]


class Swept:
    """What a sweep said, and the run of each variant in its window."""

    def __init__(self, document, runs, frame):
        self.document, self.runs, self.frame = document, runs, frame
        self.judgement = document["judgement"]
        best = document["rows"][0]["settings"]
        self.best = runs[best["fast"], best["slow"]]

    def years(self):
        """By the calendar, from the first candle's beginning to the last one's end."""
        span = self.frame.index[-1] - self.frame.index[0] + pandas.Timedelta(hours=1)
        return span / pandas.Timedelta(days=365)


@pytest.fixture(scope="module")
def swept(market, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    command = [SLACKWATER, "sweep", "--data", market.path, "--pair", market.pair, "--strategy", "sma_cross"]
    for name, values in GRID.items():
        command += ["--grid", f"{name}={values.start}..{values[-1]}:{values.step}"]
    command += [*COSTS, "--json", "--data-dir", folder]
    done = subprocess.run([str(it) for it in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    begin, end = (pandas.Timestamp(document[it]) for it in ["from", "to"])
    market = market.between(begin, end)
    assert len(market.frame) == document["candles"]
    until = (end + pandas.Timedelta(hours=1)).isoformat()
    runs = {}
    for fast, slow in itertools.product(*GRID.values()):
        settings = ["--strategy", "sma_cross", "--set", f"fast={fast}", "--set", f"slow={slow}"]
        window = ["--from", begin.isoformat(), "--to", until]
        runs[str(fast), str(slow)] = backtest(folder, market, *settings, *window, *COSTS)
    assert len(document["rows"]) == len(runs) == document["tried_ever"]
    return Swept(document, runs, market.frame)


def returns(equity):
    """The return of each candle, the first against the cash."""
    return pandas.Series(numpy.diff(equity, prepend=CASH) / numpy.append([CASH], equity[:-1]), equity.index)


def ended(run):
    """The equity with what is held at the end sold."""
    equity = run.columns["equity"].copy()
    equity.iloc[-1] = float(run.figures["equity_end"])
    return equity


def sharpe(values):
    count = len(values)
    return empyrical.sharpe_ratio(values, annualization=PER_YEAR) * (count / (count - 1)) ** 0.5


def held(run):
    """The part of the closes at which the trades held something."""
    times, trades = run.columns.index, run.trades
    first = numpy.searchsorted(times, trades["entry_time"])
    # What the end sold was held at the last close.
    after = numpy.searchsorted(times, trades["exit_time"])
    return (after - first).sum() / len(times)


def near(value, rel=EQUAL):
    return pytest.approx(value, rel=rel, abs=1e-12)


def test_figures_of_a_backtest(swept):
    for run in swept.runs.values():
        figures, values = run.figures, returns(run.columns["equity"])
        profits = run.trades["profit"]
        assert figures["sharpe"] == near(sharpe(values))
        assert figures["sortino"] == near(empyrical.sortino_ratio(values, annualization=PER_YEAR))
        assert figures["max_drawdown"] == near(-empyrical.max_drawdown(values))
        assert figures["exposure"] == near(held(run)) == near(run.columns["held"].mean())
        assert figures["profit_factor"] == near(quantstats.stats.profit_factor(profits / CASH))
        assert figures["trades"] == len(profits)
        win_rate = quantstats.stats.win_rate(profits / CASH)
        assert figures["wins"] / (profits != 0).sum() == near(win_rate)
        assert float(figures["net_profit"]) == near(profits.sum())
        assert float(figures["fees"]) == near(run.trades["fees"].sum())


def test_rows_of_a_sweep(swept):
    for row in swept.document["rows"]:
        run = swept.runs[row["settings"]["fast"], row["settings"]["slow"]]
        values, years = returns(run.columns["equity"]), swept.years()
        for name in ["trades", "wins", "net_profit", "equity_end", "fees"]:
            assert row[name] == run.figures[name], name
        for name in ["sharpe", "sortino", "max_drawdown", "exposure", "profit_factor"]:
            assert row[name] == near(run.figures[name]), name
        yearly = len(values) / years
        growth = empyrical.cagr(returns(ended(run)), annualization=yearly)
        assert row["yearly_growth"] == near(growth)
        assert row["calmar"] == near(growth / -empyrical.max_drawdown(values))


def test_curve_of_the_best(swept):
    curve, values = swept.judgement["figures"]["curve"], returns(ended(swept.best))
    yearly = len(values) / swept.years()
    assert swept.judgement["figures"]["years"] == near(swept.years())
    assert curve["growth"] == near(1 + empyrical.cum_returns_final(values))
    assert curve["yearly_growth"] == near(empyrical.cagr(values, annualization=yearly))
    assert curve["sharpe"] == near(sharpe(values))
    assert curve["sortino"] == near(empyrical.sortino_ratio(values, annualization=PER_YEAR))
    assert curve["calmar"] == near(empyrical.calmar_ratio(values, annualization=yearly))
    assert curve["deepest"]["depth"] == near(-empyrical.max_drawdown(values))


def test_length_of_falls(swept):
    equity = numpy.append([CASH], ended(swept.best))
    series = pandas.Series(equity, pandas.date_range("2020", periods=len(equity), freq="h"))
    falls = vectorbt.Drawdowns.from_ts(series).records
    # A fall that is over ends with the candle that is as high again, which is none of it.
    lengths = falls["end_idx"] - falls["start_idx"] + (falls["status"] == 0)
    depths = 1 - falls["valley_val"] / falls["peak_val"]
    curve = swept.judgement["figures"]["curve"]
    for told, at in [(curve["deepest"], depths.idxmax()), (curve["longest"], lengths.idxmax())]:
        assert told["depth"] == near(depths[at])
        assert told["length"] == lengths[at]


def test_trades_of_the_best(swept):
    trades, profits = swept.judgement["figures"]["trades"], swept.best.trades["profit"] / CASH
    stats = quantstats.stats
    assert trades["count"] == len(profits)
    assert trades["wins"] == (profits > 0).sum()
    assert trades["profit_factor"] == near(stats.profit_factor(profits))
    assert trades["payoff"] == near(stats.payoff_ratio(profits))
    assert trades["losses_in_a_row"] == stats.consecutive_losses(profits)
    assert trades["expectancy"] == near(CASH * profits.mean())


def test_months_of_the_best(swept):
    values = returns(ended(swept.best))
    # A month ends with the candle that closes at its end.
    values.index = values.index + pandas.Timedelta(hours=1) - pandas.Timedelta(1, "ns")
    months = empyrical.aggregate_returns(values, "monthly")
    told = {(it["year"], it["month"]): it["gain"] for it in swept.judgement["figures"]["months"]}
    assert list(told) == list(months.index)
    for month, gain in months.items():
        assert told[month] == near(gain)


def test_buying_and_holding(swept):
    frame, part = swept.frame, FEE / 100
    price = pandas.Series([frame["Open"].iloc[0], frame["Close"].iloc[-1]])
    size = pandas.Series([numpy.inf, -numpy.inf])
    held_on = vectorbt.Portfolio.from_orders(
        price, size, direction="longonly", fees=part, init_cash=CASH, freq="h"
    )
    growth = held_on.final_value() / CASH
    assert swept.judgement["figures"]["buy_and_hold_growth"] == near(growth)
    # In money it is rounded to the pair's lots.
    assert float(swept.best.figures["buy_and_hold_end"]) == near(CASH * growth, rel=1e-6)


class Deflated:
    """Bailey and López de Prado's formulas, written down anew with scipy's normal."""

    def __init__(self, ratio, count, skewness, kurtosis):
        self.ratio, self.count = ratio, count
        self.spread = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2

    def above(self, benchmark):
        gap = (self.ratio - benchmark) * ((self.count - 1) / self.spread) ** 0.5
        return scipy.stats.norm.cdf(gap)

    def needed(self, benchmark, confidence):
        if self.ratio <= benchmark:
            return None
        deviations = scipy.stats.norm.ppf(confidence) / (self.ratio - benchmark)
        return 1 + self.spread * deviations**2


def best_of_luck(trials, variance):
    gamma, place = numpy.euler_gamma, scipy.stats.norm.ppf
    return variance**0.5 * ((1 - gamma) * place(1 - 1 / trials) + gamma * place(1 - 1 / (trials * numpy.e)))


def test_the_formulas_here_give_the_examples_of_the_paper():
    """"The Deflated Sharpe Ratio" (2014); the Rust tests hold ours to the same digits, and to more."""
    skewed = Deflated(2.5 / 250**0.5, 1_250, -3, 10)
    luck = best_of_luck(100, 0.5 / 250)
    assert round(luck, 4) == 0.1132
    assert round(skewed.above(luck), 4) == 0.9004
    assert round(skewed.above(best_of_luck(46, 0.5 / 250)), 4) == 0.9505
    assert round(Deflated(2.5 / 250**0.5, 1_250, 0, 3).above(best_of_luck(88, 0.5 / 250)), 4) == 0.9505


def test_deflated_sharpe_ratio(swept):
    luck = swept.judgement["luck"]
    curves = [returns(run.columns["equity"]) for run in swept.runs.values()]
    trials = [values.mean() / values.std(ddof=0) for values in curves]
    values = returns(swept.best.columns["equity"])
    count, ratio = len(values), values.mean() / values.std(ddof=0)
    kurtosis = scipy.stats.kurtosis(values, fisher=False)
    estimate = Deflated(ratio, count, scipy.stats.skew(values), kurtosis)
    variance = numpy.var(trials, ddof=1)
    # Variants that differ by their costs must not raise the bar above what luck gives: docs/research.md.
    used = min(variance, 1 / (count - 1))
    benchmark = best_of_luck(len(trials), used)
    assert luck["trials"] == len(trials)
    assert luck["sharpe_per_candle"] == near(ratio)
    assert luck["sharpe"] == near(sharpe(values))
    assert luck["variance_of_trials"] == near(variance * PER_YEAR)
    assert luck["variance_without_skill"] == near(PER_YEAR / (count - 1))
    assert luck["variance_used"] == near(used * PER_YEAR)
    assert luck["sharpe_of_luck"] == near(benchmark * PER_YEAR**0.5)
    assert luck["probability_alone"] == near(estimate.above(0))
    assert luck["deflated"] == near(estimate.above(benchmark))
    needed = estimate.needed(benchmark, 0.95)
    assert luck["years_needed"] == (needed and near(needed / PER_YEAR))
    assert luck["years_of_candles"] == near(count / PER_YEAR)


def test_probability_of_overfitting(swept):
    """CSCV as the paper tells it, over all ways to halve the window."""
    told = swept.judgement["overfitting"]
    # Of equals the first row of the sweep is chosen.
    matrix = numpy.array([
        returns(run.columns["equity"]).to_numpy() for run in swept.runs.values()
    ])
    variants, count = matrix.shape
    block = numpy.arange(count) * BLOCKS // count
    halves = list(itertools.combinations(range(BLOCKS), BLOCKS // 2))
    is_inside = numpy.zeros((len(halves), BLOCKS), bool)
    numpy.put_along_axis(is_inside, numpy.array(halves), True, axis=1)
    train, test = (ratios_of_blocks(matrix, block, it) for it in [is_inside, ~is_inside])
    # The same from the returns of a half themselves, now and then.
    for at in range(0, len(halves), 997):
        direct = ratios(matrix[:, numpy.isin(block, halves[at])])
        assert train[at] == near(direct)
    best = train.argmax(axis=1)
    chosen, after = (numpy.take_along_axis(it, best[:, None], 1)[:, 0] for it in [train, test])
    places = scipy.stats.rankdata(test, axis=1) / (variants + 1)
    places = numpy.take_along_axis(places, best[:, None], 1)[:, 0]
    logits = numpy.log(places / (1 - places))
    assert told["choices"] == len(logits) == 12_870
    assert told["probability"] == near((logits <= 1e-12).mean())
    assert told["probability_of_loss"] == near((after < 0).mean())
    assert told["logit"] == near(numpy.median(logits))
    assert told["ratio_chosen"] == near(numpy.median(chosen))
    assert told["ratio_after"] == near(numpy.median(after))


def ratios_of_blocks(matrix, block, chosen):
    """The ratio of each variant over each choice of blocks, from sums."""
    sums, squares, counts = (
        numpy.array([values[:, block == it].sum(axis=1) for it in range(BLOCKS)])
        for values in [matrix, matrix**2, numpy.ones_like(matrix)]
    )
    count = chosen @ counts
    mean = chosen @ sums / count
    return mean / (chosen @ squares / count - mean**2) ** 0.5


def ratios(matrix):
    """Mean by deviation of each row; nothing in these markets never moves in half of the time."""
    return matrix.mean(axis=1) / matrix.std(axis=1)


def test_trades_drawn_at_random(swept):
    """Chance is not the same in two programs: our quantiles have to be where those of many draws are."""
    told = swept.judgement["figures"]["drawn"]
    profits = swept.best.trades["profit"].to_numpy()
    before = CASH + numpy.append([0], profits[:-1]).cumsum()
    gains = 1 + profits / before
    chance = numpy.random.default_rng(5)
    draws = chance.choice(gains, (20_000, len(gains))).cumprod(axis=1)
    peaks = numpy.maximum.accumulate(numpy.maximum(draws, 1), axis=1)
    growth, drawdown = draws[:, -1], (1 - draws / peaks).max(axis=1)
    for name, many in [("growth", growth), ("drawdown", drawdown)]:
        for quantile, value in told[name].items():
            part = int(quantile[1:]) / 100
            # Five deviations of what a quantile of a thousand draws is off by.
            assert (many < value).mean() == pytest.approx(part, abs=5 * (part * (1 - part) / 1_000) ** 0.5)
    assert told["probability_of_loss"] == pytest.approx((growth < 1).mean(), abs=5 * 0.5 / 1_000**0.5)

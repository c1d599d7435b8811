"""TA-Lib against every indicator of the rule language, and pandas where TA-Lib has none.

Both are undefined at the same candles, and equal to a billionth where they are defined. What differs by
intention stands in docs/agreement.md and is looked at here, too.
"""

import numpy
import pandas
import pytest
import talib

from slackwater import backtest

EQUAL = 1e-9
EPSILON = numpy.finfo(float).eps
# Of a difference of two prices little may be left: then a part of the price counts.
OF_PRICE = 1e-12


def windows(series, candles):
    """The windows that end at each candle from the first full one on."""
    return numpy.lib.stride_tricks.sliding_window_view(series.to_numpy(), candles)


def two_pass_deviation(series, candles):
    """A standard deviation with nothing cancelled: each window's own mean is taken off first."""
    values = numpy.full(len(series), numpy.nan)
    values[candles - 1:] = windows(series, candles).std(axis=1)
    return values


def volume_weighted(market, candles):
    value = talib.TYPPRICE(market["High"], market["Low"], market["Close"]) * market["Volume"]
    volumes, values = windows(market["Volume"], candles), windows(value, candles)
    result = numpy.full(len(market), numpy.nan)
    result[candles - 1:] = values.sum(axis=1) / volumes.sum(axis=1)
    return result


def higher(market, hours, compute):
    """`compute` of higher candles, at each candle as it was when the last of them had closed."""
    frame = market.frame
    start = frame.index.floor(f"{hours}h")
    groups = frame.groupby(start)
    candles = pandas.DataFrame({
        "Open": groups["Open"].first(), "High": groups["High"].max(), "Low": groups["Low"].min(),
        "Close": groups["Close"].last(), "Volume": groups["Volume"].sum(),
    })
    # The first counts only if it was seen from its beginning.
    if frame.index[0] != candles.index[0]:
        candles = candles.iloc[1:]
    values = pandas.Series(numpy.asarray(compute(candles), float), candles.index)
    # A candle is over with the base candle that ends with it, or with the next one after that.
    ends = values.index + pandas.Timedelta(hours=hours)
    closes = frame.index + pandas.Timedelta(hours=1)
    at = numpy.searchsorted(ends, closes, side="right") - 1
    return numpy.where(at >= 0, values.to_numpy()[numpy.maximum(at, 0)], numpy.nan)


def prices(market):
    frame = market.frame
    return {name.lower(): frame[name] for name in ["Open", "High", "Low", "Close", "Volume"]}


# What the column says, and who else computes it from the candles.
CASES = {
    "hl2": lambda p: talib.MEDPRICE(p["high"], p["low"]),
    "hlc3": lambda p: talib.TYPPRICE(p["high"], p["low"], p["close"]),
    "ohlc4": lambda p: talib.AVGPRICE(p["open"], p["high"], p["low"], p["close"]),
    "volume[1]": lambda p: p["volume"].shift(1),
    "close[3]": lambda p: p["close"].shift(3),
    "sma(20)": lambda p: talib.SMA(p["close"], 20),
    "sma(high, 200)": lambda p: talib.SMA(p["high"], 200),
    "sma(volume, 24)": lambda p: talib.SMA(p["volume"], 24),
    "ema(12)": lambda p: talib.EMA(p["close"], 12),
    "ema(low, 100)": lambda p: talib.EMA(p["low"], 100),
    "wma(10)": lambda p: talib.WMA(p["close"], 10),
    "wma(hl2, 55)": lambda p: talib.WMA(talib.MEDPRICE(p["high"], p["low"]), 55),
    "rsi(14)": lambda p: talib.RSI(p["close"], 14),
    "rsi(open, 2)": lambda p: talib.RSI(p["open"], 2),
    "atr(14)": lambda p: talib.ATR(p["high"], p["low"], p["close"], 14),
    "donchian_upper(20)": lambda p: talib.MAX(p["high"], 20),
    "donchian_lower(20)": lambda p: talib.MIN(p["low"], 20),
    "highest(close, 48)": lambda p: talib.MAX(p["close"], 48),
    "lowest(volume, 5)": lambda p: talib.MIN(p["volume"], 5),
    "bollinger_upper(20, 2)": lambda p: bands(p["close"], 20, 2)[0],
    "bollinger_middle(20, 2)": lambda p: bands(p["close"], 20, 2)[1],
    "bollinger_lower(20, 2)": lambda p: bands(p["close"], 20, 2)[2],
    "bollinger_upper(high, 55, 2.5)": lambda p: bands(p["high"], 55, 2.5)[0],
    "stddev(20)": lambda p: two_pass_deviation(p["close"], 20),
    "stddev(volume, 7)": lambda p: two_pass_deviation(p["volume"], 7),
    "sma(rsi(14), 5)": lambda p: talib.SMA(talib.RSI(p["close"], 14), 5),
    "ema(atr(14), 9)": lambda p: talib.EMA(talib.ATR(p["high"], p["low"], p["close"], 14), 9),
    "abs(close - open)": lambda p: (p["close"] - p["open"]).abs(),
    "min(close, open[1])": lambda p: numpy.fmin(p["close"], p["open"].shift()) + 0 * p["open"].shift(),
    "max(close, open[1])": lambda p: numpy.fmax(p["close"], p["open"].shift()) + 0 * p["open"].shift(),
    "close / close[24]": lambda p: talib.ROCR(p["close"], 24),
}
# What may be near zero where the prices are not.
DIFFERENCES = {
    "atr(1)": lambda p: talib.TRANGE(p["high"], p["low"], p["close"]),
    "change(close, 12)": lambda p: talib.MOM(p["close"], 12),
    "macd(12, 26, 9)": lambda p: talib.MACD(p["close"], 12, 26, 9)[0],
    "macd_signal(12, 26, 9)": lambda p: talib.MACD(p["close"], 12, 26, 9)[1],
    "macd_histogram(12, 26, 9)": lambda p: talib.MACD(p["close"], 12, 26, 9)[2],
    "macd(open, 5, 35, 5)": lambda p: talib.MACD(p["open"], 5, 35, 5)[0],
    "macd_signal(open, 5, 35, 5)": lambda p: talib.MACD(p["open"], 5, 35, 5)[1],
}
FRAMES = {
    "h4.close": lambda m: higher(m, 4, lambda c: c["Close"]),
    "h4.high": lambda m: higher(m, 4, lambda c: c["High"]),
    "d1.volume": lambda m: higher(m, 24, lambda c: c["Volume"]),
    "d1.sma(20)": lambda m: higher(m, 24, lambda c: talib.SMA(c["Close"], 20)),
    "h4.atr(14)": lambda m: higher(m, 4, lambda c: talib.ATR(c["High"], c["Low"], c["Close"], 14)),
    "h4.rsi(14)": lambda m: higher(m, 4, lambda c: talib.RSI(c["Close"], 14)),
}
CROSSINGS = ["cross_above(close, ema(20))", "cross_below(close, ema(20))"]
VWAP = "vwap(48)"
MACD_WARM_UP = {"macd(12, 26, 9)": 26, "macd(open, 5, 35, 5)": 35}
COLUMNS = [*CASES, *DIFFERENCES, *FRAMES, *CROSSINGS, VWAP]


def bands(series, candles, deviations):
    """TA-Lib's middle, and its formula with a deviation in which nothing is cancelled."""
    middle = talib.BBANDS(series, candles, deviations, deviations)[1]
    width = deviations * two_pass_deviation(series, candles)
    return middle + width, middle, middle - width


@pytest.fixture(scope="module")
def columns(market, tmp_path_factory):
    """All columns of a market by one backtest, which has to trade something."""
    run = backtest(tmp_path_factory.mktemp("columns"), market, "--strategy", "sma_cross", columns=COLUMNS)
    assert run.columns.index.tolist() == market.frame.index.tolist()
    assert list(run.columns)[-len(COLUMNS):] == COLUMNS
    return run.columns


def assert_same(our, their, tolerance):
    our, their = numpy.asarray(our, float), numpy.asarray(their, float)
    assert (numpy.isnan(our) == numpy.isnan(their)).all()
    assert (~numpy.isnan(our)).sum() > 1_000
    gap = numpy.nan_to_num(numpy.abs(our - their) / numpy.maximum(tolerance, 1e-300))
    assert gap.max() <= 1, (gap.max(), gap.argmax(), our[gap.argmax()], their[gap.argmax()])


@pytest.mark.parametrize("name", CASES)
def test_indicator(market, columns, name):
    their = numpy.asarray(CASES[name](prices(market)), float)
    assert_same(columns[name], their, EQUAL * numpy.abs(their))


@pytest.mark.parametrize("name", DIFFERENCES)
def test_difference(market, columns, name):
    their = numpy.asarray(DIFFERENCES[name](prices(market)), float)
    our = columns[name].to_numpy().copy()
    if name in MACD_WARM_UP:
        # TA-Lib holds back what it knows until the signal has a value, too.
        first = MACD_WARM_UP[name] - 1
        assert numpy.isnan(our[:first]).all() and not numpy.isnan(our[first])
        our[numpy.isnan(their)] = numpy.nan
    scale = EQUAL * numpy.abs(their) + OF_PRICE * market.frame["Close"].to_numpy()
    assert_same(our, their, scale)


@pytest.mark.parametrize("name", FRAMES)
def test_higher_time_frame(market, columns, name):
    their = FRAMES[name](market)
    assert_same(columns[name], their, EQUAL * numpy.abs(their))


@pytest.mark.parametrize("name", CROSSINGS)
def test_crossing(market, columns, name):
    close = market.frame["Close"]
    gap = close - talib.EMA(close, 20)
    gap = gap if "above" in name else -gap
    their = (gap > 0) & (gap.shift() <= 0)
    # Where the two are equal but for a rounding, a crossing is anybody's.
    is_clear = (gap.abs() > OF_PRICE * close) & (gap.shift().abs() > OF_PRICE * close)
    our = columns[name] == 1
    assert (our == their.to_numpy())[is_clear.to_numpy()].all()
    assert is_clear.sum() > 0.9 * len(close) and their.sum() > 30


def test_volume_weighted_price(market, columns):
    """TA-Lib has none; this is the sum of each window by itself."""
    their = volume_weighted(market.frame, 48)
    assert_same(columns[VWAP], their, EQUAL * numpy.abs(their))


def test_deviation_of_talib_is_within_what_its_formula_loses(market, columns):
    """TA-Lib takes the square of the mean from the mean of the squares, so digits of quiet windows
    cancel; the variances are still as near as the squares of the prices are exact."""
    frame = market.frame
    for name, source, candles in [("stddev(20)", "Close", 20), ("stddev(volume, 7)", "Volume", 7)]:
        our, their = columns[name].to_numpy(), talib.STDDEV(frame[source], candles, 1.0).to_numpy()
        # Its running sum of squares has taken up every square so far, each with its rounding.
        carried = EPSILON * numpy.cumsum(frame[source].to_numpy() ** 2)
        assert_same(our**2, their**2, EQUAL * our**2 + 4 * carried)

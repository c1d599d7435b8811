//! One self-contained page that shows a backtest: candles, trades, equity, and the judgement.

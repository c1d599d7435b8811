//! The history store: candles and ticks by pair and month, in one open columnar format.

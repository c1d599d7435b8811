//! What a backtest is worth: statistics that tell an edge from luck.

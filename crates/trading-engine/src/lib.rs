//! trading-engine

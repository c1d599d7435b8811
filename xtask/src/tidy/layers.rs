//! The crates, their layers, and what each may name. One rule: a crate names crates in layers
//! below its own, never a neighbour and never upward.
//!
//! The tables are the design. A new edge is a decision that is made here, in the open, and not in
//! a `Cargo.toml` where it looks like a detail.

/// Where a crate stands. Later is higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    /// The words every other crate speaks.
    Words,
    /// Pure machines, which do not know each other.
    Machines,
    /// What stands on the machines: strategies on the engine, Kraken's wire on the exchange.
    Strategies,
    /// The bot, still pure: the engine behind Kraken's protocol and a journal.
    Bot,
    /// The bot, tried in virtual time: still pure.
    Trial,
    /// Files, sockets and threads.
    Edge,
    /// What leaves the machine on for months.
    Service,
    /// The command.
    People,
    /// Our own tools: no part of the product, and so above all of it.
    Tools,
}

impl Layer {
    /// Whether a test of a crate in this layer may name a crate in `other`.
    pub(crate) fn is_above(self, other: Self) -> bool {
        other < self
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crate {
    pub(crate) name: &'static str,
    pub(crate) layer: Layer,
    /// The workspace crates that its sources may name.
    pub(crate) may_name: &'static [&'static str],
}

/// A crate below the purity line, and the only foreign crates that its sources may name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pure {
    pub(crate) name: &'static str,
    pub(crate) third_party: &'static [&'static str],
}

const fn row(name: &'static str, layer: Layer, may_name: &'static [&'static str]) -> Crate {
    Crate { name, layer, may_name }
}

const fn pure(name: &'static str, third_party: &'static [&'static str]) -> Pure {
    Pure { name, third_party }
}

/// Every crate of the workspace.
#[rustfmt::skip] // A table.
pub(crate) const CRATES: &[Crate] = &[
    row("trading-types",      Layer::Words,      &[]),
    row("trading-engine",     Layer::Machines,   &["trading-types"]),
    // The simulator shares our words, never our rules: a shared mistake would cancel out.
    row("exchange-simulator", Layer::Machines,   &["trading-types"]),
    row("kraken-protocol",    Layer::Machines,   &["trading-types"]),
    // The other side of the limits, by another hand: a shared mistake would cancel out.
    row("simulated-limits",   Layer::Machines,   &["trading-types"]),
    row("strategies",         Layer::Strategies, &["trading-types", "trading-engine"]),
    // Kraken's wire in front of the simulated exchange. It never names `kraken-protocol`: what our
    // client gets wrong, it must not get wrong too.
    row("simulated-kraken",   Layer::Strategies, &["trading-types", "exchange-simulator",
                                                   "simulated-limits"]),
    // The journal and the ladder know neither the engine nor Kraken.
    row("bot-journal",        Layer::Machines,   &["trading-types"]),
    row("trading-ladder",     Layer::Machines,   &["trading-types"]),
    // Opinions about results, and a page that shows them: they know no engine.
    row("backtest-statistics", Layer::Machines,  &["trading-types"]),
    row("backtest-report",    Layer::Machines,   &["trading-types"]),
    row("bot-machine",        Layer::Bot,        &["trading-types", "trading-engine",
                                                   "kraken-protocol", "bot-journal"]),
    // The whole bot against the simulated Kraken in one thread; it opens no socket.
    row("bot-simulation",     Layer::Trial,      &["trading-types", "trading-engine", "strategies",
                                                   "exchange-simulator", "kraken-protocol",
                                                   "simulated-kraken", "bot-journal",
                                                   "bot-machine"]),
    row("trading-bot",        Layer::Service,    &["trading-types", "trading-engine", "strategies",
                                                   "exchange-simulator", "kraken-protocol",
                                                   "kraken-client", "bot-journal", "bot-machine",
                                                   "trading-ladder"]),
    row("backtester",         Layer::Edge,       &["trading-types", "trading-engine", "strategies",
                                                   "exchange-simulator"]),
    row("market-history",     Layer::Edge,       &["trading-types"]),
    row("kraken-client",      Layer::Edge,       &["trading-types", "kraken-protocol"]),
    row("simulator-server",   Layer::Edge,       &["trading-types", "simulated-kraken"]),
    // Many backtests, on many threads.
    row("strategy-research",  Layer::Service,    &["trading-types", "trading-engine", "strategies",
                                                   "exchange-simulator", "backtester",
                                                   "backtest-statistics"]),
    row("slackwater",         Layer::People,     &["trading-types", "trading-engine", "strategies",
                                                   "exchange-simulator", "backtester",
                                                   "kraken-protocol", "kraken-client",
                                                   "simulated-kraken", "simulator-server",
                                                   "bot-journal", "bot-machine", "trading-ladder",
                                                   "trading-bot", "market-history",
                                                   "backtest-statistics", "backtest-report",
                                                   "strategy-research"]),
    // `limits-report` sets our limiters against Kraken's.
    row("xtask",              Layer::Tools,    &["trading-types", "kraken-protocol",
                                                   "simulated-limits", "simulated-kraken",
                                                   "bot-simulation"]),
];

/// The crates below the purity line. They compute; they never look around.
#[rustfmt::skip] // A table.
pub(crate) const PURE: &[Pure] = &[
    pure("trading-types",      &["jiff", "serde", "thiserror"]),
    pure("trading-engine",     &["postcard", "serde", "thiserror", "twox-hash"]),
    pure("exchange-simulator", &["serde", "thiserror"]),
    pure("kraken-protocol",    &["base64", "crc32fast", "hmac", "serde", "serde_json", "sha2",
                                 "thiserror", "zeroize"]),
    pure("simulated-limits",   &["serde"]),
    pure("simulated-kraken",   &["base64", "bytes", "crc32fast", "hmac", "postcard", "serde",
                                 "serde_json", "sha2", "thiserror"]),
    pure("strategies",         &["postcard", "serde", "strsim", "thiserror", "toml", "twox-hash",
                                 "winnow"]),
    pure("bot-journal",        &["crc32fast", "postcard", "serde", "sha2", "thiserror"]),
    pure("trading-ladder",     &["serde", "serde_json", "sha2", "thiserror"]),
    pure("bot-machine",        &["postcard", "serde", "thiserror"]),
    // `libm` is plain IEEE arithmetic in Rust: the same last bit everywhere.
    pure("backtest-statistics", &["libm", "serde", "thiserror"]),
    pure("backtest-report",    &["base64", "serde", "serde_json", "sha2", "thiserror"]),
    pure("bot-simulation",     &["postcard", "serde", "serde_json", "sha2", "thiserror"]),
];

#[cfg(test)]
mod tests;

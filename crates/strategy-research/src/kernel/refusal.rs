//! What the kernel leaves to the engine, and why.
//!
//! The one invariant: whoever cannot be sure to compute the engine's cents says so here, and the
//! engine computes them.

use std::fmt;

/// Why a variant was run by the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EngineOnly {
    /// A strategy that the kernel does not know.
    Strategy,
    /// What it wishes depends on what is held.
    Position,
    /// It follows a rule about sizes.
    SizeRule,
    /// Its stop follows the price.
    Trailing,
    /// A candle whose range does not hold its open and close, where there is a stop or target.
    Candles,
    /// The entries are sized by their past: volatility, or Kelly.
    Sizing,
    /// Fills come in pieces.
    PartialFills,
    /// The fee is a rebate, or depends on the volume of times that are no whole minutes.
    Fees,
    /// There are limits on orders.
    RiskLimits,
    /// There is a kill switch.
    KillSwitch,
    /// Prices so fine, or so large, that a double could not tell two averages apart.
    Precision,
    /// An entry that the cash did not pay for.
    Funds,
    /// A position that became too small to be sold.
    Dust,
}

impl EngineOnly {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 13] = [
        Self::Strategy,
        Self::Position,
        Self::SizeRule,
        Self::Trailing,
        Self::Candles,
        Self::Sizing,
        Self::PartialFills,
        Self::Fees,
        Self::RiskLimits,
        Self::KillSwitch,
        Self::Precision,
        Self::Funds,
        Self::Dust,
    ];

    /// Its place in [`Self::ALL`].
    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for EngineOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Strategy => "the strategy has no columns",
            Self::Position => "the rules look at the position",
            Self::SizeRule => "the rules say how much to buy",
            Self::Trailing => "the stop follows the price",
            Self::Candles => "a candle contradicts itself",
            Self::Sizing => "entries are sized by volatility or Kelly",
            Self::PartialFills => "fills come in pieces",
            Self::Fees => "the fee is a rebate, or candles do not begin with a minute",
            Self::RiskLimits => "there are limits on orders",
            Self::KillSwitch => "there is a kill switch",
            Self::Precision => "the prices are too fine for exact columns",
            Self::Funds => "an entry was not paid for in full",
            Self::Dust => "a position became too small to be sold",
        })
    }
}

//! The rungs, and how large an entry may be on each.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use trading_types::Amount;

/// Where on the ladder. Later is higher.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// Past prices only.
    #[default]
    Backtest,
    /// Live prices, pretended money.
    Paper,
    /// Real money, entries hardly larger than the venue's minimum.
    Tiny,
    /// Entries of twice the tiny size, once for each step.
    Scaled {
        /// How often the size was doubled, from 1.
        step: u8,
    },
}

/// Doublings beyond this are a slip of the pen: a million times the tiny size.
pub const STEPS_LIMIT: u8 = 20;

/// A text that names no rung.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rung; write backtest, paper, tiny, or scaled:1 to scaled:{STEPS_LIMIT}")]
pub struct ParseRungError(String);

/// How a bot is to trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradingMode {
    /// With pretended money.
    Paper,
    /// With real money.
    Live,
}

/// How large an entry may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryCap {
    /// There may be no entry at all. What is held may still be sold.
    NoEntry,
    /// So much quote asset for one entry.
    UpTo(Amount),
    /// As large as the bot's own settings make it: the money is pretended.
    Unlimited,
}

impl Rung {
    /// The only rung that can be reached from here by going up.
    pub const fn above(self) -> Self {
        match self {
            Self::Backtest => Self::Paper,
            Self::Paper => Self::Tiny,
            Self::Tiny => Self::Scaled { step: 1 },
            Self::Scaled { step } => Self::Scaled { step: step.saturating_add(1) },
        }
    }

    /// The rung that a breach leads to.
    pub const fn below(self) -> Self {
        match self {
            Self::Backtest | Self::Paper => Self::Backtest,
            Self::Tiny => Self::Paper,
            Self::Scaled { step: 0 | 1 } => Self::Tiny,
            Self::Scaled { step } => Self::Scaled { step: step - 1 },
        }
    }

    /// Whether real money is traded.
    pub const fn is_live(self) -> bool {
        match self {
            Self::Backtest | Self::Paper => false,
            Self::Tiny | Self::Scaled { .. } => true,
        }
    }

    /// How the days of this rung are traded; nothing on the lowest, which has no days.
    pub const fn mode(self) -> Option<TradingMode> {
        match self {
            Self::Backtest => None,
            Self::Paper => Some(TradingMode::Paper),
            Self::Tiny | Self::Scaled { .. } => Some(TradingMode::Live),
        }
    }

    /// How often the tiny size is doubled here; nothing where there is no real money.
    pub const fn doublings(self) -> Option<u8> {
        match self {
            Self::Backtest | Self::Paper => None,
            Self::Tiny => Some(0),
            Self::Scaled { step } => Some(step),
        }
    }

    /// The largest entry with real money, where the tiny one is `tiny`.
    pub fn live_cap(self, tiny: Amount) -> EntryCap {
        let Some(doublings) = self.doublings() else { return EntryCap::NoEntry };
        let times = 1_i128 << doublings.min(STEPS_LIMIT);
        EntryCap::UpTo(Amount::from_units(tiny.units().saturating_mul(times)))
    }
}

impl EntryCap {
    /// The smaller of this cap and what is asked for, if anything is.
    pub fn at_most(self, requested: Option<Amount>) -> Self {
        match (self, requested) {
            (Self::UpTo(cap), Some(requested)) => Self::UpTo(cap.min(requested)),
            (Self::Unlimited, Some(requested)) => Self::UpTo(requested),
            (Self::NoEntry | Self::UpTo(_) | Self::Unlimited, _) => self,
        }
    }
}

impl fmt::Display for TradingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Paper => "paper",
            Self::Live => "live",
        })
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Backtest => f.pad("backtest"),
            Self::Paper => f.pad("paper"),
            Self::Tiny => f.pad("tiny"),
            Self::Scaled { step } => f.pad(&format!("scaled:{step}")),
        }
    }
}

impl FromStr for Rung {
    type Err = ParseRungError;

    fn from_str(text: &str) -> Result<Self, ParseRungError> {
        let refused = || ParseRungError(text.chars().take(40).collect());
        let step = |digits: &str| {
            let is_plain = digits.bytes().all(|it| it.is_ascii_digit()) && !digits.starts_with('0');
            let step = digits.parse().ok().filter(|it| (1..=STEPS_LIMIT).contains(it));
            step.filter(|_| is_plain).map(|step| Self::Scaled { step })
        };
        match text {
            "backtest" => Ok(Self::Backtest),
            "paper" => Ok(Self::Paper),
            "tiny" => Ok(Self::Tiny),
            _ => text.strip_prefix("scaled:").and_then(step).ok_or_else(refused),
        }
    }
}

impl Serialize for Rung {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rung {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;

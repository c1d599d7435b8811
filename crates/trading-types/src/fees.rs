//! What a trade costs: Kraken's volume-tiered maker and taker fees.

use serde::{Deserialize, Serialize};

use crate::{amount::Amount, fraction::Fraction, market::Liquidity};

/// One row of a fee schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeTier {
    /// The least 30-day volume, in US dollars, from which the row holds.
    pub volume_min: Amount,
    /// Fee when the order takes from the book, as a part of the cost.
    pub taker: Fraction,
    /// Fee when the order rested on the book, as a part of the cost.
    pub maker: Fraction,
}

/// Fees by 30-day volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeSchedule {
    tiers: Vec<FeeTier>,
}

/// Kraken's spot schedule: least 30-day volume in US dollars, taker and maker fee in hundredths of
/// a percent. Recorded from `AssetPairs` in November 2025, read on 2026-11-21
/// (<https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs>). Stablecoin and currency
/// pairs pay less and an account may have earned a better tier, so this is an upper bound.
#[rustfmt::skip] // A table is easier to check when its columns line up.
const KRAKEN_SPOT: [(i128, i64, i64); 10] = [
    (         0, 40, 25),
    (    10_000, 35, 20),
    (    50_000, 24, 14),
    (   100_000, 22, 12),
    (   250_000, 20, 10),
    (   500_000, 18,  8),
    ( 1_000_000, 16,  6),
    ( 2_500_000, 14,  4),
    ( 5_000_000, 12,  2),
    (10_000_000, 10,  0),
];

impl FeeSchedule {
    /// Kraken's spot schedule.
    pub fn kraken_spot() -> Self {
        let tiers = KRAKEN_SPOT.into_iter().map(|(dollars, taker, maker)| FeeTier {
            volume_min: Amount::from_units(dollars * 10_i128.pow(18)),
            taker: Fraction::from_basis_points(taker),
            maker: Fraction::from_basis_points(maker),
        });
        Self { tiers: tiers.collect() }
    }

    /// The same fees whatever the volume.
    #[inline]
    pub fn flat(taker: Fraction, maker: Fraction) -> Self {
        Self { tiers: vec![FeeTier { volume_min: Amount::ZERO, taker, maker }] }
    }

    /// The same rows with every fee in hundredths of what it was, rounded up.
    pub fn scaled(&self, percent: u32) -> Self {
        let scaled = |fee: Fraction| {
            let units = i128::from(fee.units()) * i128::from(percent);
            let units = -(-units).div_euclid(100);
            Fraction::from_units(i64::try_from(units).unwrap_or(i64::MAX))
        };
        let row =
            |it: &FeeTier| FeeTier { taker: scaled(it.taker), maker: scaled(it.maker), ..*it };
        Self { tiers: self.tiers.iter().map(row).collect() }
    }

    /// The row that holds at a 30-day volume of `volume`.
    #[inline]
    pub fn tier_at(&self, volume: Amount) -> FeeTier {
        let reached = self.tiers.iter().rev().find(|tier| tier.volume_min <= volume);
        *reached.unwrap_or(&self.tiers[0])
    }

    /// The fee rate at a 30-day volume of `volume`.
    #[inline]
    pub fn rate(&self, volume: Amount, liquidity: Liquidity) -> Fraction {
        let tier = self.tier_at(volume);
        match liquidity {
            Liquidity::Maker => tier.maker,
            Liquidity::Taker => tier.taker,
        }
    }

    /// All rows, from the least volume up.
    #[inline]
    pub fn tiers(&self) -> &[FeeTier] {
        &self.tiers
    }
}

#[cfg(test)]
mod tests;

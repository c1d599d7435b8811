//! What a venue demands of an order on a pair: steps, minimums, decimals, fees.

use serde::{Deserialize, Serialize};

use crate::{amount::Amount, fees::FeeSchedule, pair::Pair, price::Price, quantity::Quantity};

/// The rules of one pair, as Kraken's `AssetPairs` and `instrument` state them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairRules {
    /// The pair.
    pub pair: Pair,
    /// Prices of orders are multiples of this (`tick_size`).
    pub tick: Price,
    /// Quantities of orders are multiples of this (`lot_decimals`).
    pub lot: Quantity,
    /// The smallest quantity of an order, in base asset (`ordermin`).
    pub quantity_min: Quantity,
    /// The smallest value of an order, in quote asset (`costmin`).
    pub cost_min: Amount,
    /// Decimals to which costs and fees are kept (`cost_decimals`).
    pub cost_decimals: u8,
    /// Fees by volume.
    pub fees: FeeSchedule,
}

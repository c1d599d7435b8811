//! The header of format 1, which had fewer limits. Settings that use none of the later ones are
//! still written like this, byte for byte, so that their journals keep their hash.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Asset, Fraction, Interval, PairRules, Quantity};

use crate::{
    journal::JournalHeader,
    kill_switch::KillLimits,
    risk::RiskLimits,
    settings::{EngineSettings, ORDER_DEADLINE, StrategySpec},
    sizing::Sizing,
};

/// [`JournalHeader`] as it was.
#[derive(Serialize, Deserialize)]
pub(super) struct OldHeader {
    settings: OldSettings,
    strategies: Vec<StrategySpec>,
}

#[derive(Serialize, Deserialize)]
struct OldSettings {
    session: u64,
    quote: Asset,
    interval: Interval,
    pairs: Vec<PairRules>,
    sizing: Sizing,
    slippage: Fraction,
    risk: OldRisk,
    kill: OldKill,
    stop_deadline: Duration,
}

#[derive(Serialize, Deserialize)]
struct OldRisk {
    order_quantity_max: Quantity,
    order_value_max: Amount,
    collar: Fraction,
    position_value_max: Amount,
    exposure_max: Amount,
    orders_per_minute_max: u32,
    entries_per_hour_max: u32,
    price_age_max: Duration,
    flatten_collar: Fraction,
}

#[derive(Serialize, Deserialize)]
struct OldKill {
    drawdown: Option<Fraction>,
    daily_loss: Option<Fraction>,
    consecutive_losses: Option<u32>,
}

impl OldHeader {
    /// The header as it was, if it says everything.
    pub(super) fn of(header: &JournalHeader) -> Option<Self> {
        let old = || Self::without_later_limits(header.clone());
        (JournalHeader::from(old()) == *header).then(old)
    }

    fn without_later_limits(header: JournalHeader) -> Self {
        let JournalHeader { settings, strategies } = header;
        let (risk, kill) = (settings.risk, settings.kill);
        let settings = OldSettings {
            session: settings.session,
            quote: settings.quote,
            interval: settings.interval,
            pairs: settings.pairs,
            sizing: settings.sizing,
            slippage: settings.slippage,
            risk: OldRisk {
                order_quantity_max: risk.order_quantity_max,
                order_value_max: risk.order_value_max,
                collar: risk.collar,
                position_value_max: risk.position_value_max,
                exposure_max: risk.exposure_max,
                orders_per_minute_max: risk.orders_per_minute_max,
                entries_per_hour_max: risk.entries_per_hour_max,
                price_age_max: risk.price_age_max,
                flatten_collar: risk.flatten_collar,
            },
            kill: OldKill {
                drawdown: kill.drawdown,
                daily_loss: kill.daily_loss,
                consecutive_losses: kill.consecutive_losses,
            },
            stop_deadline: settings.stop_deadline,
        };
        Self { settings, strategies }
    }
}

/// What is not in it is not limited.
impl From<OldHeader> for JournalHeader {
    fn from(old: OldHeader) -> Self {
        let OldHeader { settings, strategies } = old;
        let (risk, kill) = (settings.risk, settings.kill);
        let settings = EngineSettings {
            session: settings.session,
            quote: settings.quote,
            interval: settings.interval,
            pairs: settings.pairs,
            sizing: settings.sizing,
            slippage: settings.slippage,
            risk: RiskLimits {
                order_quantity_max: risk.order_quantity_max,
                order_value_max: risk.order_value_max,
                collar: risk.collar,
                position_value_max: risk.position_value_max,
                exposure_max: risk.exposure_max,
                orders_per_minute_max: risk.orders_per_minute_max,
                entries_per_hour_max: risk.entries_per_hour_max,
                price_age_max: risk.price_age_max,
                flatten_collar: risk.flatten_collar,
                ..RiskLimits::unlimited()
            },
            kill: KillLimits {
                drawdown: kill.drawdown,
                daily_loss: kill.daily_loss,
                consecutive_losses: kill.consecutive_losses,
                ..KillLimits::default()
            },
            stop_deadline: settings.stop_deadline,
            order_deadline: ORDER_DEADLINE,
        };
        Self { settings, strategies }
    }
}

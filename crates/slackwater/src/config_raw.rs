//! The config file as it is written: every key with its default. What the values mean is decided
//! in `config.rs`.

mod alerts;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::alerts::RawAlerts;

/// Settings of the bot. Amounts and prices are decimal text in quotes, percentages end in `%`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawConfig {
    /// The pair to trade, for instance "BTC/USD".
    pub(crate) pair: String,
    /// Several pairs instead, all paid in the same asset, each with a strategy of its own; empty
    /// for the one above.
    pub(crate) pairs: Vec<String>,
    /// The length of the candles in minutes: 1, 5, 15, 30, 60, 240, 720, 1440.
    pub(crate) interval: u32,
    /// How entries are sized: "all-in", "fixed:0.5", "risk:1%", "volatility:40%" or "kelly:25%".
    pub(crate) size: String,
    /// Write true to be allowed to risk more than 1% a trade (up to 10%).
    pub(crate) i_accept_more_risk: bool,
    /// The strategy.
    pub(crate) strategy: RawStrategy,
    /// Limits that every order must keep.
    pub(crate) risk: RawRisk,
    /// When everything is sold and trading stops.
    pub(crate) kill: RawKill,
    /// How the bot lives and dies.
    pub(crate) bot: RawBot,
    /// How Kraken is reached.
    pub(crate) kraken: RawKraken,
    /// Where alerts go.
    pub(crate) alerts: RawAlerts,
    /// The made-up account of paper trading.
    pub(crate) paper: RawPaper,
    /// The simulated market.
    pub(crate) simulated: RawSimulated,
}

/// The strategy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, begun by [strategy]")]
pub(crate) struct RawStrategy {
    /// Its name.
    pub(crate) name: String,
    /// A stop below every entry: "2*atr(14)" or "5%"; empty for none.
    pub(crate) stop: String,
    /// A target above every entry: "3*atr(14)" or "10%"; empty for none.
    pub(crate) take_profit: String,
    /// Its own settings, by name.
    pub(crate) settings: BTreeMap<String, RawValue>,
    /// Rules instead of a strategy that comes with the program: a file, or the rules themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rules: Option<RawRules>,
}

/// Rules: a file that has them, or the rules themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "rules are a file in quotes, or a table of rules in quotes")]
pub(crate) enum RawRules {
    /// The file.
    File(String),
    /// The rules by name, each an expression, and below `parameters` numbers by name.
    Table(BTreeMap<String, RawRule>),
}

/// A rule, or the parameters of all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a rule is an expression in quotes, parameters are numbers")]
pub(crate) enum RawRule {
    /// An expression.
    Expression(String),
    /// Numbers by name.
    Parameters(BTreeMap<String, f64>),
}

/// No number in a file is undefined.
impl Eq for RawRule {}

/// A setting: a number, or text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a setting is a whole number, or text in quotes like \"2.5\"")]
pub(crate) enum RawValue {
    /// A whole number.
    Number(i64),
    /// Text; decimals go here, so that they stay exact.
    Text(String),
}

/// Limits that every order must keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, begun by [risk]")]
pub(crate) struct RawRisk {
    /// Largest quantity of one order, in base asset.
    pub(crate) order_quantity_max: String,
    /// Largest value of one order, in quote asset.
    pub(crate) order_value_max: String,
    /// How far from the mid and the last trade an order's price may be.
    pub(crate) collar: String,
    /// Largest position, in quote asset.
    pub(crate) position_value_max: String,
    /// Largest value of all positions together, in quote asset.
    pub(crate) exposure_max: String,
    /// Most orders within a minute.
    pub(crate) orders_per_minute_max: u32,
    /// Most entries within an hour; more than that switches the strategy off.
    pub(crate) entries_per_hour_max: u32,
    /// No entry on prices older than this.
    pub(crate) price_age_max: String,
    /// How far below the market a position is sold when everything stops.
    pub(crate) flatten_collar: String,
    /// No entry where the price has moved further than this within a minute.
    pub(crate) move_per_minute: String,
    /// Most orders on one pair within a day (UTC).
    pub(crate) orders_per_day_max: u32,
    /// Most cancels on one pair within a day (UTC).
    pub(crate) cancels_per_day_max: u32,
}

/// When everything is sold and trading stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, begun by [kill]")]
pub(crate) struct RawKill {
    /// Fall of the equity from its peak.
    pub(crate) drawdown: String,
    /// Fall of the equity within a day (UTC).
    pub(crate) daily_loss: String,
    /// Fall of the equity within a week (UTC).
    pub(crate) weekly_loss: String,
    /// Losses in a row; 0 for no limit.
    pub(crate) consecutive_losses: u32,
}

/// How the bot lives and dies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, begun by [bot]")]
pub(crate) struct RawBot {
    /// What becomes of resting orders when the bot dies: "stops-rest" leaves protective stops at
    /// Kraken, "cancel-all" has Kraken cancel everything on the account a minute later.
    pub(crate) dead_man: String,
    /// The account's tier at Kraken: "starter", "intermediate" or "pro".
    pub(crate) tier: String,
    /// Which call limits are kept: "documented", "article", or "strictest", which is both.
    pub(crate) limits: String,
}

/// How Kraken is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, begun by [kraken]")]
pub(crate) struct RawKraken {
    /// The file with the keys, written by `slackwater key store`; --key-file goes before it.
    pub(crate) key_file: String,
    /// Write true to accept a key that works from any address: whoever steals it can use it.
    pub(crate) i_accept_any_address: bool,
    /// A proxy to go through, of the kind http, https or socks5; empty for none.
    pub(crate) proxy: String,
    /// The address of this machine to go out from; empty for any.
    pub(crate) local_address: String,
}

/// The made-up account of paper trading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, begun by [paper]")]
pub(crate) struct RawPaper {
    /// Quote asset at the start.
    pub(crate) cash: String,
}

/// The simulated market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, begun by [simulated]")]
pub(crate) struct RawSimulated {
    /// Quote asset at the start.
    pub(crate) cash: String,
    /// The price at which the market begins.
    pub(crate) start_price: String,
    /// When the market begins.
    pub(crate) start: String,
    /// Which market; the same seed is the same market.
    pub(crate) seed: u64,
    /// How many times faster than real time it runs.
    pub(crate) speed: u32,
    /// Fees in percent as "taker/maker", or "kraken" for its schedule by volume.
    pub(crate) fee: String,
    /// Which limits it enforces: "documented", "article" or "off".
    pub(crate) limits: String,
    /// What goes wrong there, each as "NAME" or "NAME=PROBABILITY".
    pub(crate) faults: Vec<String>,
    /// The address of a simulated Kraken that runs already, to trade there instead; empty to start
    /// one.
    pub(crate) connect: String,
}

impl Default for RawConfig {
    fn default() -> Self {
        Self {
            pair: "BTC/USD".to_owned(),
            pairs: Vec::new(),
            interval: 1,
            size: "risk:0.25%".to_owned(),
            i_accept_more_risk: false,
            strategy: RawStrategy::default(),
            risk: RawRisk::default(),
            kill: RawKill::default(),
            bot: RawBot::default(),
            kraken: RawKraken::default(),
            alerts: RawAlerts::default(),
            paper: RawPaper::default(),
            simulated: RawSimulated::default(),
        }
    }
}

impl Default for RawPaper {
    fn default() -> Self {
        Self { cash: "10000".to_owned() }
    }
}

impl Default for RawStrategy {
    fn default() -> Self {
        Self {
            name: "sma_cross".to_owned(),
            stop: "2*atr(14)".to_owned(),
            take_profit: String::new(),
            settings: BTreeMap::new(),
            rules: None,
        }
    }
}

impl Default for RawRisk {
    fn default() -> Self {
        Self {
            order_quantity_max: "1".to_owned(),
            order_value_max: "10000".to_owned(),
            collar: "5%".to_owned(),
            position_value_max: "10000".to_owned(),
            exposure_max: "10000".to_owned(),
            orders_per_minute_max: 10,
            entries_per_hour_max: 20,
            price_age_max: "60s".to_owned(),
            flatten_collar: "5%".to_owned(),
            move_per_minute: "5%".to_owned(),
            orders_per_day_max: 1_000,
            cancels_per_day_max: 1_000,
        }
    }
}

impl Default for RawKill {
    fn default() -> Self {
        Self {
            drawdown: "20%".to_owned(),
            daily_loss: "10%".to_owned(),
            weekly_loss: "15%".to_owned(),
            consecutive_losses: 0,
        }
    }
}

impl Default for RawBot {
    fn default() -> Self {
        Self {
            dead_man: "stops-rest".to_owned(),
            tier: "starter".to_owned(),
            limits: "documented".to_owned(),
        }
    }
}

impl Default for RawKraken {
    fn default() -> Self {
        Self {
            key_file: "slackwater-keys.toml".to_owned(),
            i_accept_any_address: false,
            proxy: String::new(),
            local_address: String::new(),
        }
    }
}

impl Default for RawSimulated {
    fn default() -> Self {
        Self {
            cash: "10000".to_owned(),
            start_price: "60000".to_owned(),
            start: "2026-01-01".to_owned(),
            seed: 1,
            speed: 60,
            fee: "kraken".to_owned(),
            limits: "documented".to_owned(),
            faults: Vec::new(),
            connect: String::new(),
        }
    }
}

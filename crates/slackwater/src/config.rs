//! The config file: text in, settings out, and errors that point at the line.

mod rules;

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use bot_machine::DeadManChoice;
use kraken_client::egress::Egress;
use kraken_protocol::{
    limits::{Profile, Tier},
    scheduler::SchedulerSettings,
};
use simulated_kraken::{Fault, LimitProfile, Probability, Tier as SimulatedTier};
use strategies::{BuildError, STOP, SpecError, TAKE_PROFIT, from_spec};
use toml::de::{DeTable, DeValue};
use trading_engine::{AcceptedRisk, EngineSettings, KillLimits, RiskLimits, Sizing, StrategySpec};
use trading_types::{Amount, FeeSchedule, Fraction, Interval, PairRules, Price, Timestamp};

use crate::{
    arguments::simulate::parse_fault,
    config_raw::{RawConfig, RawValue},
    failure::Failure,
    files, rules_file,
    simulate_command::usual_start_price,
    value_text::{
        meant, nearest, parse_cash, parse_duration, parse_pair, parse_part, parse_size, size_hint,
    },
};

/// The settings that `slackwater run` uses without a file, with an explanation of each key.
pub(crate) const DEMO: &str = include_str!("demo.toml");

/// Settings that have been understood.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// As written, defaults filled in.
    pub(crate) raw: RawConfig,
    /// The rules of the first pair, with the fees that are to be paid.
    pub(crate) rules: PairRules,
    /// What the dead-man switch does.
    pub(crate) dead_man: DeadManChoice,
    /// Which call limits are kept.
    pub(crate) limits: SchedulerSettings,
    /// How Kraken is reached.
    pub(crate) kraken: Kraken,
    /// The strategy.
    pub(crate) strategy: StrategySpec,
    /// What the engine is told.
    pub(crate) engine: EngineSettings,
    /// Quote asset of a paper account at its start.
    pub(crate) paper_cash: Amount,
    /// The simulated market.
    pub(crate) simulated: Simulated,
}

/// How Kraken is reached.
#[derive(Clone, Debug)]
pub(crate) struct Kraken {
    pub(crate) key_file: PathBuf,
    pub(crate) accept_no_ip_list: bool,
    pub(crate) egress: Egress,
}

/// The simulated market.
#[derive(Clone, Debug)]
pub(crate) struct Simulated {
    pub(crate) cash: Amount,
    /// One for each pair.
    pub(crate) start_prices: Vec<Price>,
    pub(crate) start: Timestamp,
    pub(crate) seed: u64,
    pub(crate) speed: u32,
    pub(crate) tier: SimulatedTier,
    pub(crate) limits: LimitProfile,
    pub(crate) faults: Vec<(Fault, Probability)>,
    /// Where one runs already.
    pub(crate) connect: Option<String>,
}

/// A config file, or the built-in one.
pub(crate) fn load(path: Option<&Path>) -> Result<Config, Failure> {
    let Some(path) = path else { return parse(DEMO, "the built-in config") };
    parse(&files::read_config(path)?, &path.display().to_string())
}

/// Understands a config file's text; `name` is what errors call it.
pub(crate) fn parse(text: &str, name: &str) -> Result<Config, Failure> {
    let raw: RawConfig = toml::from_str(text).map_err(|error| {
        let place = error.span().map(|span| place_of(text, span.start)).unwrap_or_default();
        let (what, hint) = explain(error.message());
        Failure::wrong_hint(format_args!("{name}{place}: {what}"), hint)
    })?;
    understand(raw).map_err(|error| {
        let place = span_of(text, &error.key).map(|at| place_of(text, at)).unwrap_or_default();
        let what = format!("{name}{place}: {}: {}", error.key, error.what);
        Failure::wrong_hint(what, error.hint.as_deref().unwrap_or(EXAMPLES))
    })
}

/// What to do where there is nothing better to say.
const EXAMPLES: &str = "`slackwater config init` prints every key with an example";

/// What the library says of a file that does not fit, with the nearest known key.
fn explain(message: &str) -> (String, String) {
    let quoted: Vec<_> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field")
        && let [unknown, known @ ..] = quoted.as_slice()
    {
        let hint = match nearest(unknown, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the keys here are {}", known.join(", ")),
        };
        return (format!("there is no key `{unknown}`"), hint);
    }
    let message = message.lines().next().unwrap_or_default();
    let hint = match message.rsplit_once("expected ").map_or("", |(_, expected)| expected) {
        "a string" => "put the value in quotes",
        "a boolean" => "write true or false, without quotes",
        "u32" | "u64" => "write a whole number from 0, without quotes",
        _ => EXAMPLES,
    };
    (message.replace("expected u32", "expected a whole number"), hint.to_owned())
}

/// `:line:column` of a byte.
pub(crate) fn place_of(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|it| *it != '\n').count() + 1;
    format!(":{line}:{column}")
}

/// Where the value of a dotted key stands, or the table it would stand in.
fn span_of(text: &str, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut table = table.get_ref();
    let mut found = None;
    for part in key.split('.') {
        let Some(value) = table.get(part) else { break };
        found = Some(value.span().start);
        let DeValue::Table(inside) = value.get_ref() else { break };
        table = inside;
    }
    found
}

/// A value that makes no sense, and its key.
struct WrongValue {
    key: String,
    what: String,
    hint: Option<String>,
}

impl WrongValue {
    fn new(key: &str, what: impl fmt::Display) -> Self {
        Self { key: key.to_owned(), what: what.to_string(), hint: None }
    }
}

fn at<T, E: fmt::Display>(key: &str, value: Result<T, E>) -> Result<T, WrongValue> {
    value.map_err(|error| WrongValue::new(key, error))
}

fn understand(raw: RawConfig) -> Result<Config, WrongValue> {
    let fees = at("simulated.fee", backtester::parse_fees(&raw.simulated.fee))?;
    let pairs = understand_pairs(&raw, &fees)?;
    let rules = pairs[0].clone();
    let interval = at("interval", Interval::from_minutes(raw.interval))?;
    let accepted = raw.i_accept_more_risk.then_some(AcceptedRisk);
    let sizing = parse_size(&raw.size, accepted).map_err(|error| WrongValue {
        hint: Some(size_hint(&error, "i_accept_more_risk = true")),
        ..WrongValue::new("size", error)
    })?;
    let strategy = understand_strategy(&raw, &rules, interval)?;
    if matches!(sizing, Sizing::Risk(_)) && rules_file::stop_of(&strategy).is_none() {
        let what = "sizing by risk needs a stop; give one, for instance \"2*atr(14)\"";
        return Err(WrongValue::new("strategy.stop", what));
    }
    let engine = EngineSettings {
        session: raw.simulated.seed,
        quote: rules.pair.quote,
        interval,
        pairs,
        sizing,
        slippage: Fraction::from_basis_points(5),
        risk: understand_risk(&raw)?,
        kill: understand_kill(&raw)?,
        stop_deadline: Duration::from_secs(10),
        order_deadline: trading_engine::ORDER_DEADLINE,
    };
    let simulated = understand_simulated(&raw, &engine.pairs)?;
    let dead_man = understand_dead_man(&raw)?;
    let limits = understand_limits(&raw)?;
    let kraken = understand_kraken(&raw)?;
    let paper_cash = at("paper.cash", parse_cash(&raw.paper.cash))?;
    Ok(Config { raw, rules, dead_man, limits, kraken, strategy, engine, paper_cash, simulated })
}

/// The pairs to trade, all paid in the same asset.
fn understand_pairs(raw: &RawConfig, fees: &FeeSchedule) -> Result<Vec<PairRules>, WrongValue> {
    let (key, named) = match raw.pairs.as_slice() {
        [] => ("pair", std::slice::from_ref(&raw.pair)),
        several => ("pairs", several),
    };
    let mut pairs: Vec<PairRules> = Vec::with_capacity(named.len());
    for name in named {
        let rules = PairRules { fees: fees.clone(), ..at(key, parse_pair(name))? };
        if pairs.iter().any(|it| it.pair == rules.pair) {
            return Err(WrongValue::new(key, format_args!("{} stands there twice", rules.pair)));
        }
        if let Some(first) = pairs.first().filter(|it| it.pair.quote != rules.pair.quote) {
            let (one, other) = (first.pair, rules.pair);
            let what = format!("{one} and {other} are not paid in the same asset");
            let hint = Some("one bot counts in one asset; give the other pair a bot of its own");
            let hint = hint.map(str::to_owned);
            return Err(WrongValue { hint, ..WrongValue::new(key, what) });
        }
        pairs.push(rules);
    }
    Ok(pairs)
}

fn understand_dead_man(raw: &RawConfig) -> Result<DeadManChoice, WrongValue> {
    let choices =
        [("stops-rest", DeadManChoice::StopsRest), ("cancel-all", DeadManChoice::CancelAll)];
    one_of("bot.dead_man", &raw.bot.dead_man, choices)
}

/// A word for each thing that can be chosen.
fn one_of<T, const N: usize>(
    key: &str,
    word: &str,
    choices: [(&str, T); N],
) -> Result<T, WrongValue> {
    let words = choices.each_ref().map(|(word, _)| *word);
    let chosen = choices.into_iter().find(|(it, _)| *it == word);
    chosen.map(|(_, choice)| choice).ok_or_else(|| {
        let hint = match nearest(word, words.into_iter()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("write one of {}", words.join(", ")),
        };
        let what = format!("`{word}` cannot be chosen");
        WrongValue { hint: Some(hint), ..WrongValue::new(key, what) }
    })
}

fn understand_limits(raw: &RawConfig) -> Result<SchedulerSettings, WrongValue> {
    let tiers =
        [("starter", Tier::Starter), ("intermediate", Tier::Intermediate), ("pro", Tier::Pro)];
    let profiles = [
        ("documented", Profile::Documented),
        ("article", Profile::Article),
        ("strictest", Profile::Strictest),
    ];
    Ok(SchedulerSettings {
        tier: one_of("bot.tier", &raw.bot.tier, tiers)?,
        profile: one_of("bot.limits", &raw.bot.limits, profiles)?,
        ..SchedulerSettings::default()
    })
}

fn understand_kraken(raw: &RawConfig) -> Result<Kraken, WrongValue> {
    let it = &raw.kraken;
    let egress = match (it.proxy.as_str(), it.local_address.as_str()) {
        ("", "") => Egress::Direct,
        (proxy, "") => Egress::Proxy(at("kraken.proxy", proxy.parse())?),
        ("", address) => Egress::LocalAddress(at("kraken.local_address", address.parse())?),
        (_, _) => {
            let what = "with a proxy nobody sees from which address this machine goes out";
            let hint = Some("leave one of proxy and local_address empty".to_owned());
            return Err(WrongValue { hint, ..WrongValue::new("kraken.local_address", what) });
        }
    };
    Ok(Kraken {
        key_file: PathBuf::from(&it.key_file),
        accept_no_ip_list: it.i_accept_any_address,
        egress,
    })
}

fn understand_strategy(
    raw: &RawConfig,
    rules: &PairRules,
    interval: Interval,
) -> Result<StrategySpec, WrongValue> {
    if let Some(rules) = &raw.strategy.rules {
        return rules::understand(&raw.strategy, rules, interval);
    }
    let own = raw.strategy.settings.iter().map(|(name, value)| {
        let value = match value {
            RawValue::Number(number) => number.to_string(),
            RawValue::Text(text) => text.clone(),
        };
        (name.clone(), value)
    });
    let exits = [(STOP, &raw.strategy.stop), (TAKE_PROFIT, &raw.strategy.take_profit)];
    let exits = exits.into_iter().filter(|(_, value)| !value.is_empty());
    let exits = exits.map(|(name, value)| (name.to_owned(), value.clone()));
    let spec =
        StrategySpec { name: raw.strategy.name.clone(), settings: own.chain(exits).collect() };
    match from_spec(&spec, rules.tick) {
        Ok(_) => Ok(spec),
        Err(error) => {
            let hint = meant(&error).map(|meant| format!("did you mean `{meant}`?"));
            Err(WrongValue { hint, ..WrongValue::new(&key_of(&error), error) })
        }
    }
}

/// The key to look at when a strategy cannot be built.
fn key_of(error: &SpecError) -> String {
    let setting = match error {
        SpecError::Build(error) => match error {
            BuildError::UnknownStrategy { .. } => return "strategy.name".to_owned(),
            BuildError::UnknownSetting { name, .. } => name,
            BuildError::RepeatedSetting { name }
            | BuildError::NotANumber { name, .. }
            | BuildError::OutOfRange { name, .. }
            | BuildError::RuleBroken { low: name, .. } => *name,
        },
        SpecError::Distance { setting, .. } => return format!("strategy.{setting}"),
        SpecError::Protection(_) | SpecError::NoExits { .. } => {
            return "strategy.stop".to_owned();
        }
        SpecError::Rules(_) => return "strategy.rules".to_owned(),
    };
    format!("strategy.settings.{setting}")
}

fn understand_risk(raw: &RawConfig) -> Result<RiskLimits, WrongValue> {
    let risk = &raw.risk;
    Ok(RiskLimits {
        order_quantity_max: above_zero("risk.order_quantity_max", &risk.order_quantity_max)?,
        order_value_max: above_zero("risk.order_value_max", &risk.order_value_max)?,
        collar: at("risk.collar", parse_part(&risk.collar))?,
        position_value_max: above_zero("risk.position_value_max", &risk.position_value_max)?,
        exposure_max: above_zero("risk.exposure_max", &risk.exposure_max)?,
        orders_per_minute_max: some("risk.orders_per_minute_max", risk.orders_per_minute_max)?,
        entries_per_hour_max: some("risk.entries_per_hour_max", risk.entries_per_hour_max)?,
        price_age_max: at("risk.price_age_max", parse_duration(&risk.price_age_max))?,
        flatten_collar: at("risk.flatten_collar", parse_part(&risk.flatten_collar))?,
        move_per_minute: at("risk.move_per_minute", parse_part(&risk.move_per_minute))?,
        orders_per_day_max: some("risk.orders_per_day_max", risk.orders_per_day_max)?,
        cancels_per_day_max: some("risk.cancels_per_day_max", risk.cancels_per_day_max)?,
    })
}

/// A limit of nothing would keep every order back, and the bot would look as if it were waiting.
fn above_zero<T>(key: &str, text: &str) -> Result<T, WrongValue>
where
    T: FromStr<Err: fmt::Display> + Default + PartialOrd,
{
    let limit = at(key, text.parse())?;
    if T::default() < limit { Ok(limit) } else { Err(WrongValue::new(key, "it must be above 0")) }
}

/// The same for a count.
fn some(key: &str, count: u32) -> Result<u32, WrongValue> {
    if 0 < count { Ok(count) } else { Err(WrongValue::new(key, "it must be at least 1")) }
}

fn understand_kill(raw: &RawConfig) -> Result<KillLimits, WrongValue> {
    let losses = raw.kill.consecutive_losses;
    Ok(KillLimits {
        drawdown: Some(at("kill.drawdown", parse_part(&raw.kill.drawdown))?),
        daily_loss: Some(at("kill.daily_loss", parse_part(&raw.kill.daily_loss))?),
        consecutive_losses: (0 < losses).then_some(losses),
        weekly_loss: Some(at("kill.weekly_loss", parse_part(&raw.kill.weekly_loss))?),
    })
}

/// A simulated market begins at a price of at least so many ticks, so that it has room to move.
const TICKS_MIN: i64 = 1_000;
/// And at most at this price, three times a bitcoin in yen: far above it a price does not fit.
const START_PRICE_MAX: Price = Price::from_units(50_000_000 * 10_i64.pow(10));

/// Whether a simulated market can begin at a price.
pub(crate) fn check_start_price(price: Price, rules: &PairRules) -> Result<(), String> {
    if price.units() / rules.tick.units() < TICKS_MIN {
        return Err(format!("it must be at least {TICKS_MIN} ticks of {}", rules.tick));
    }
    if START_PRICE_MAX < price {
        return Err(format!("it must be at most {START_PRICE_MAX}"));
    }
    Ok(())
}

fn understand_simulated(raw: &RawConfig, pairs: &[PairRules]) -> Result<Simulated, WrongValue> {
    let it = &raw.simulated;
    let cash = at("simulated.cash", parse_cash(&it.cash))?;
    let start_price: Price = at("simulated.start_price", it.start_price.parse())?;
    at("simulated.start_price", check_start_price(start_price, &pairs[0]))?;
    let mut start_prices = vec![start_price];
    for rules in &pairs[1..] {
        let price = usual_start_price(rules).map_err(|error| WrongValue::new("pairs", error))?;
        start_prices.push(price);
    }
    let speed = some("simulated.speed", it.speed)?;
    let start = at("simulated.start", it.start.parse())?;
    let tiers = [
        ("starter", SimulatedTier::Starter),
        ("intermediate", SimulatedTier::Intermediate),
        ("pro", SimulatedTier::Pro),
    ];
    let profiles = [
        ("documented", LimitProfile::Documented),
        ("article", LimitProfile::Article),
        ("off", LimitProfile::Off),
    ];
    let faults = it.faults.iter().map(|text| at("simulated.faults", parse_fault(text)));
    Ok(Simulated {
        cash,
        start_prices,
        start,
        seed: it.seed,
        speed,
        tier: one_of("bot.tier", &raw.bot.tier, tiers)?,
        limits: one_of("simulated.limits", &it.limits, profiles)?,
        faults: faults.collect::<Result<_, _>>()?,
        connect: Some(it.connect.clone()).filter(|address| !address.is_empty()),
    })
}

#[cfg(test)]
mod tests;

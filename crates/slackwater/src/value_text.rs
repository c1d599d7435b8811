//! Values as people type them: sizes, durations, settings.

use std::{fmt::Write, time::Duration};

use strategies::BUILT_IN;
use trading_engine::{AcceptedRisk, RiskFraction, Sizing};
use trading_types::{Fraction, KrakenPairs, PairRules, Quantity};

/// How a size is typed, for help texts and errors.
pub(crate) const SIZE_FORMS: &str = "all-in, fixed:0.5, risk:1%, volatility:40% or kelly:25%";

/// Candles over which volatility is measured when sizing by it.
const VOLATILITY_CANDLES: u32 = 100;
/// Closed trades before Kelly's rule is believed.
const KELLY_TRADES_MIN: u32 = 30;

/// `all-in`, `fixed:QUANTITY`, `risk:PERCENT`, `volatility:PERCENT` or `kelly:PERCENT`.
pub(crate) fn parse_size(text: &str, accepted: Option<AcceptedRisk>) -> Result<Sizing, String> {
    let unknown = || format!("`{text}` is not a size; write {SIZE_FORMS}");
    if text == "all-in" {
        return Ok(Sizing::AllIn);
    }
    let (form, value) = text.split_once(':').ok_or_else(unknown)?;
    let percent = || parse_percent(value);
    match form {
        "fixed" => {
            let quantity: Quantity = value.parse().map_err(|it| format!("{it}"))?;
            if !quantity.is_positive() {
                return Err(format!("a size of {quantity} is not above zero"));
            }
            Ok(Sizing::Fixed(quantity))
        }
        "risk" => parse_risk(value, accepted).map(Sizing::Risk),
        "volatility" => {
            let target = positive(percent()?)?;
            Ok(Sizing::Volatility { target, candles: VOLATILITY_CANDLES })
        }
        "kelly" => {
            let cap = positive(percent()?)?.min(Fraction::ONE);
            Ok(Sizing::Kelly { cap, trades_min: KELLY_TRADES_MIN })
        }
        _ => Err(unknown()),
    }
}

/// The part of the equity that one trade may lose, in percent.
pub(crate) fn parse_risk(
    text: &str,
    accepted: Option<AcceptedRisk>,
) -> Result<RiskFraction, String> {
    let fraction = parse_percent(text)?;
    let risk = match accepted {
        Some(accepted) => RiskFraction::accepted(fraction, accepted),
        None => RiskFraction::new(fraction),
    };
    risk.map_err(|refusal| refusal.to_string())
}

/// A percentage, with or without its sign.
pub(crate) fn parse_percent(text: &str) -> Result<Fraction, String> {
    Fraction::from_percent(text).map_err(|error| format!("{error}; write a percentage like 0.5%"))
}

/// A percentage between nothing and all.
pub(crate) fn parse_part(text: &str) -> Result<Fraction, String> {
    let part = parse_percent(text)?;
    if part.is_positive() && part < Fraction::ONE {
        Ok(part)
    } else {
        Err(format!("`{text}` is not between 0% and 100%"))
    }
}

/// A percentage from nothing to below all.
pub(crate) fn parse_slippage(text: &str) -> Result<Fraction, String> {
    let part = parse_percent(text)?;
    if Fraction::ZERO <= part && part < Fraction::from_basis_points(5_000) {
        Ok(part)
    } else {
        Err(format!("`{text}` is not a slippage between 0% and 50%"))
    }
}

fn positive(fraction: Fraction) -> Result<Fraction, String> {
    if fraction.is_positive() { Ok(fraction) } else { Err("a size of 0% buys nothing".to_owned()) }
}

/// A duration: a number with `s`, `m`, `h` or `d`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration; write 90s, 10m, 2h or 7d");
    let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let unit = match &text[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let seconds = number.checked_mul(unit).filter(|it| (1..=DURATION_SECONDS_MAX).contains(it));
    seconds.map(Duration::from_secs).ok_or_else(wrong)
}

/// Ten years: longer than anything is left to run.
const DURATION_SECONDS_MAX: u64 = 10 * 365 * 86_400;

/// A setting as `key=value`.
pub(crate) fn parse_setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(format!("`{text}` is not a setting; write it like fast=20")),
    }
}

/// A pair by any of its spellings.
pub(crate) fn parse_pair(text: &str) -> Result<PairRules, String> {
    KrakenPairs::recorded().find(text).map_err(|unknown| unknown.to_string())
}

/// The known word nearest to `word`, when one is near enough to be what was meant.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|it| (strsim::damerau_levenshtein(word, it), it))
        .filter(|(distance, it)| *distance <= 1 + it.len() / 3)
        .min()
        .map(|(_, it)| it)
}

/// The built-in strategies and their settings, for help texts.
pub(crate) fn strategies_help() -> String {
    let mut text = String::from("Strategies and their settings:\n");
    for strategy in BUILT_IN {
        let settings = strategy.settings.iter().map(|it| format!("{}={}", it.name, it.default));
        let settings: Vec<_> = settings.collect();
        let (name, summary, settings) = (strategy.name, strategy.summary, settings.join(" "));
        writeln!(text, "  {name:<14} {summary}\n  {:<14} {settings}", "").expect("text grows");
    }
    text
}

#[cfg(test)]
mod tests;

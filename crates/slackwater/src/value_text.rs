//! Values as people type them: sizes, durations, settings.

use std::{fmt::Write, time::Duration};

use strategies::{BUILT_IN, BuildError, SpecError};
use trading_engine::{AcceptedRisk, RiskFraction, SizeRefusal, Sizing};
use trading_types::{Amount, Fraction, KrakenPairs, PairRules, ParseDecimalError, Quantity};

/// How a size is typed, for help texts and errors.
pub(crate) const SIZE_FORMS: &str = "all-in, fixed:0.5, risk:1%, volatility:40% or kelly:25%";

/// Candles over which volatility is measured when sizing by it.
const VOLATILITY_CANDLES: u32 = 100;
/// Closed trades before Kelly's rule is believed.
const KELLY_TRADES_MIN: u32 = 30;

/// The most cash a backtest or a simulated market begins with: a trillion. A sum of money holds a
/// hundred million times as much; beyond that the program would stop in the middle.
const CASH_MAX: Amount = Amount::from_units(10_i128.pow(12 + 18));

/// A text that is no size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SizeTextError {
    /// No form of a size.
    #[error("`{0}` is not a size")]
    UnknownForm(String),
    /// A form with something other than a number behind it.
    #[error("{0}")]
    NotANumber(ParseDecimalError),
    /// A size of nothing.
    #[error("a size of {0} buys nothing")]
    Nothing(String),
    /// A risk that may not be taken.
    #[error(transparent)]
    Risk(#[from] SizeRefusal),
}

/// `all-in`, `fixed:QUANTITY`, `risk:PERCENT`, `volatility:PERCENT` or `kelly:PERCENT`.
pub(crate) fn parse_size(
    text: &str,
    accepted: Option<AcceptedRisk>,
) -> Result<Sizing, SizeTextError> {
    let unknown = || SizeTextError::UnknownForm(text.to_owned());
    if text == "all-in" {
        return Ok(Sizing::AllIn);
    }
    let (form, value) = text.split_once(':').ok_or_else(unknown)?;
    let percent = || Fraction::from_percent(value).map_err(SizeTextError::NotANumber);
    let nothing = || SizeTextError::Nothing(value.to_owned());
    let positive = |it: Fraction| if it.is_positive() { Ok(it) } else { Err(nothing()) };
    match form {
        "fixed" => {
            let quantity: Quantity = value.parse().map_err(SizeTextError::NotANumber)?;
            if quantity.is_positive() { Ok(Sizing::Fixed(quantity)) } else { Err(nothing()) }
        }
        "risk" => Ok(Sizing::Risk(risk_of(percent()?, accepted)?)),
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

/// The part of the equity that one trade may lose.
pub(crate) fn risk_of(
    part: Fraction,
    accepted: Option<AcceptedRisk>,
) -> Result<RiskFraction, SizeRefusal> {
    match accepted {
        Some(accepted) => RiskFraction::accepted(part, accepted),
        None => RiskFraction::new(part),
    }
}

/// What to do about a size that was refused; `acceptance` is how more risk is accepted here.
pub(crate) fn size_hint(error: &SizeTextError, acceptance: &str) -> String {
    match error {
        SizeTextError::Risk(refusal) => ceiling_hint(refusal, acceptance),
        SizeTextError::UnknownForm(_)
        | SizeTextError::NotANumber(_)
        | SizeTextError::Nothing(_) => None,
    }
    .unwrap_or_else(|| format!("write {SIZE_FORMS}"))
}

/// What to do about a risk above its ceiling; `acceptance` is how more is accepted here.
pub(crate) fn ceiling_hint(refusal: &SizeRefusal, acceptance: &str) -> Option<String> {
    let SizeRefusal::RiskAboveCeiling { ceiling, .. } = refusal else { return None };
    let upper = RiskFraction::CEILING_ACCEPTED.percent();
    Some(if *ceiling == upper {
        "risk less: more is never accepted".to_owned()
    } else {
        format!("risk less, or accept up to {upper}% with {acceptance}")
    })
}

/// Cash to begin with.
pub(crate) fn parse_cash(text: &str) -> Result<Amount, String> {
    let cash: Amount =
        text.parse().map_err(|error| format!("{error}; write an amount like 10000"))?;
    if !cash.is_positive() {
        return Err(format!("{cash} is not above zero; begin with some money, for instance 10000"));
    }
    if CASH_MAX < cash {
        return Err(format!("{cash} is more than can be counted; begin with at most {CASH_MAX}"));
    }
    Ok(cash)
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
    match number.checked_mul(unit) {
        Some(0) => Err(wrong()),
        Some(seconds) if seconds <= DURATION_SECONDS_MAX => Ok(Duration::from_secs(seconds)),
        Some(_) | None => Err(format!("`{text}` is longer than 3650d, which is the most")),
    }
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

/// The name that was meant where a strategy or one of its settings was misspelled.
pub(crate) fn meant(error: &SpecError) -> Option<&'static str> {
    match error {
        SpecError::Build(
            BuildError::UnknownStrategy { name, known }
            | BuildError::UnknownSetting { name, known, .. },
        ) => nearest(name, known.iter().copied()),
        SpecError::Build(_)
        | SpecError::Distance { .. }
        | SpecError::Protection(_)
        | SpecError::NoExits { .. }
        | SpecError::Rules(_) => None,
    }
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

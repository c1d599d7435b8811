//! The strategies on ticks by their names, with their settings.

use backtester::{
    tick_backtest::TickStrategy,
    tick_strategies::{EmaTaker, MarketMaker, Requote},
};
use trading_types::Quantity;

use crate::{failure::Failure, value_text::nearest};

const NAMES: [&str; 2] = ["market_maker", "ema_taker"];
const MAKER: &[(&str, &str)] = &[
    ("quantity", "0.01"),
    ("distance", "5"),
    ("every", "10"),
    ("post_only", "true"),
    ("requote", "replace"),
];
const TAKER: &[(&str, &str)] = &[("quantity", "0.01"), ("fast", "100"), ("slow", "1000")];
/// The most trades an average goes over, and the most steps a quote is away.
const NUMBER_MAX: u32 = 10_000_000;

/// A strategy by its name.
pub(crate) fn build(
    name: &str,
    settings: &[(String, String)],
) -> Result<Box<dyn TickStrategy>, Failure> {
    match name {
        "market_maker" => {
            let given = Given::new(MAKER, settings)?;
            let mut maker = MarketMaker::new(
                given.quantity()?,
                given.number("distance", 0)?.into(),
                given.number("every", 1)?.into(),
            );
            maker.is_post_only = given.one_of("post_only", &["true", "false"])? == "true";
            maker.requote = match given.one_of("requote", &["replace", "amend"])? {
                "amend" => Requote::Amend,
                _ => Requote::Replace,
            };
            Ok(Box::new(maker))
        }
        "ema_taker" => {
            let given = Given::new(TAKER, settings)?;
            let (fast, slow) = (given.number("fast", 1)?, given.number("slow", 1)?);
            Ok(Box::new(EmaTaker::new(fast, slow, given.quantity()?)))
        }
        other => {
            let what = format!("there is no strategy `{other}` on ticks");
            let hint = match nearest(other, NAMES.into_iter()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {}", NAMES.join(" and ")),
            };
            Err(Failure::wrong_hint(what, hint))
        }
    }
}

/// What was given, and what holds where nothing was.
struct Given<'a> {
    defaults: &'static [(&'static str, &'static str)],
    settings: &'a [(String, String)],
}

impl<'a> Given<'a> {
    fn new(
        defaults: &'static [(&'static str, &'static str)],
        settings: &'a [(String, String)],
    ) -> Result<Self, Failure> {
        let names = || defaults.iter().map(|(name, _)| *name);
        for (name, _) in settings {
            if !names().any(|known| known == name) {
                let hint = match nearest(name, names()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
                };
                return Err(Failure::wrong_hint(format_args!("no setting `{name}`"), hint));
            }
        }
        Ok(Self { defaults, settings })
    }

    fn text(&self, name: &str) -> &str {
        let given = self.settings.iter().rev().find(|(known, _)| known == name);
        let default = || self.defaults.iter().find(|(known, _)| *known == name);
        match given {
            Some((_, value)) => value,
            None => default().expect("each setting has a default").1,
        }
    }

    fn number(&self, name: &str, min: u32) -> Result<u32, Failure> {
        let text = self.text(name);
        let number = text.parse().ok().filter(|number| (min..=NUMBER_MAX).contains(number));
        number.ok_or_else(|| {
            let what = format!("{name}={text} is no whole number from {min} to {NUMBER_MAX}");
            Failure::wrong(what)
        })
    }

    fn quantity(&self) -> Result<Quantity, Failure> {
        let text = self.text("quantity");
        let quantity = text.parse().ok().filter(|it: &Quantity| it.is_positive());
        quantity.ok_or_else(|| Failure::wrong(format_args!("quantity={text} is no quantity")))
    }

    fn one_of<'b>(&self, name: &str, words: &[&'b str]) -> Result<&'b str, Failure> {
        let text = self.text(name);
        let found = words.iter().find(|word| **word == text);
        let choice = || format!("write {name}={}", words.join(&format!(" or {name}=")));
        found.copied().ok_or_else(|| {
            Failure::wrong_hint(format_args!("{name}={text} is not one of its values"), choice())
        })
    }
}

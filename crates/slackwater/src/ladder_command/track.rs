//! How far what a bot did is from what a backtest of the same candles does: both are read from the
//! bot's own journal.
//!
//! **Law.** Only fills since the rung was entered count, on either side; the backtest is run over
//! all candles the bot has seen, so that its strategy is as warm as the bot's was.

use std::{collections::BTreeMap, path::Path};

use backtester::BacktestError;
use strategies::from_spec;
use trading_engine::{ExitReason, Input, JournalReader, Keep, Output, Record, Report, Role};
use trading_ladder::{
    Digester, Source, Subject, TrackedFill, Tracking, TrackingEvidence, TradingMode,
};
use trading_types::{
    Amount, Candle, ClientOrderId, Fill, Fraction, MarketEvent, Pair, Quantity, Rounding, Side,
    Timestamp, VenueEvent,
};

use crate::{
    config::Config,
    failure::Failure,
    journal_folder::{Stretch, stretches},
    ladder_command::proof,
};

/// On which rung it was traded, and since when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since {
    pub(crate) mode: TradingMode,
    pub(crate) entered: Timestamp,
}

/// Compares what the bot of this folder did on its rung with a backtest.
pub(crate) fn track(
    data_dir: &Path,
    config: &Config,
    subject: &Subject,
    since: Since,
) -> Result<TrackingEvidence, Failure> {
    let stretches = stretches(data_dir)?;
    let seen = Seen::of(&stretches, config.rules.pair, data_dir)?;
    let Some(last) = seen.candles.values().next_back() else {
        let what = format!("the journal in {} has no candle", data_dir.display());
        return Err(Failure::wrong_hint(what, "let the bot run longer"));
    };
    // What was decided on the last candle may not have been done yet.
    let to = last.start;
    let window = (since.entered, to.max(since.entered));
    let expected = backtest(&seen.candles, config)?;
    let tracking = Tracking::compare(
        &seen.fills.within(window),
        &expected.within(window),
        config.engine.interval.duration(),
    );
    let name = |what: &str| format!("{what} of {}", data_dir.display());
    Ok(TrackingEvidence {
        identity: subject.identity(),
        mode: since.mode,
        from: window.0,
        to: window.1,
        happened: Source { name: name("the journal"), hash: hashed([&*seen.hash]) },
        expected: Source {
            name: name("the candles in the journal"),
            hash: hashed(seen.candles.values().map(proof::line)),
        },
        tracking,
    })
}

fn hashed<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> String {
    let mut hash = Digester::default();
    parts.into_iter().for_each(|part| hash.update(part.as_ref().as_bytes()));
    format!("sha256:{}", hash.finish())
}

/// What stands in the journal.
struct Seen {
    candles: BTreeMap<Timestamp, Candle>,
    fills: Fills,
    hash: String,
}

impl Seen {
    fn of(stretches: &[Stretch], pair: Pair, data_dir: &Path) -> Result<Self, Failure> {
        let mut seen =
            Self { candles: BTreeMap::new(), fills: Fills::default(), hash: String::new() };
        let mut hash = Digester::default();
        for stretch in stretches {
            hash.update(&stretch.bytes);
            seen.read(&stretch.bytes, pair)
                .map_err(|error| Failure::wrong(format_args!("{}: {error}", data_dir.display())))?;
        }
        seen.hash = hash.finish().to_string();
        Ok(seen)
    }

    fn read(&mut self, bytes: &[u8], pair: Pair) -> Result<(), trading_engine::JournalError> {
        let mut reader = JournalReader::new(bytes)?;
        while let Some((_, record)) = reader.next_record()? {
            if let Record::Input(Input::Venue(VenueEvent::Market(MarketEvent::Candle {
                pair: of,
                candle,
            }))) = &record
                && *of == pair
            {
                self.candles.insert(candle.start, *candle);
            }
            self.fills.hear(&record, pair);
        }
        Ok(())
    }
}

/// Orders that were filled, each with its first trade and its average price.
#[derive(Default)]
struct Fills(BTreeMap<ClientOrderId, Filled>);

struct Filled {
    first: Fill,
    quantity: Quantity,
    cost: Amount,
}

impl Fills {
    fn hear(&mut self, record: &Record, pair: Pair) {
        let Record::Output(Output::Report(Report::OrderFilled { fill, role })) = record else {
            return;
        };
        // A backtest sells what is left at its end; that is nobody's decision.
        if fill.pair != pair || *role == Role::Exit(ExitReason::End) {
            return;
        }
        let order = self.0.entry(fill.order).or_insert_with(|| Filled {
            first: *fill,
            quantity: Quantity::ZERO,
            cost: Amount::ZERO,
        });
        order.quantity += fill.quantity;
        order.cost += fill.cost;
    }

    /// Those that first traded from one moment until before another.
    fn within(&self, (from, to): (Timestamp, Timestamp)) -> Vec<TrackedFill> {
        let inside = self.0.values().filter(|it| from <= it.first.time && it.first.time < to);
        let tracked = inside.map(|it| TrackedFill {
            side: it.first.side,
            time: it.first.time,
            // Rounded to the bot's disadvantage.
            price: it.cost.price_of(
                it.quantity,
                match it.first.side {
                    Side::Buy => Rounding::Up,
                    Side::Sell => Rounding::Down,
                },
            ),
        });
        tracked.collect()
    }
}

/// What the same candles come to without a venue.
fn backtest(candles: &BTreeMap<Timestamp, Candle>, config: &Config) -> Result<Fills, Failure> {
    let strategy = from_spec(&config.strategy, config.rules.tick).map_err(Failure::wrong)?;
    let settings = proof::settings(config, Fraction::ONE);
    let candles: Vec<Candle> = candles.values().copied().collect();
    let run = settings.run(strategy, &mut candles.iter(), Keep::Bytes, |_, _| ());
    let mut run = run.map_err(|error| match error {
        BacktestError::Source(never) => match never {},
        BacktestError::NoCandles => Failure::wrong("there is no candle to test on"),
        BacktestError::Settings(_) => Failure::wrong(error),
    })?;
    let bytes = run.engine.journal().take_bytes();
    let mut fills = Fills::default();
    let mut reader = JournalReader::new(&bytes).map_err(Failure::wrong)?;
    while let Some((_, record)) = reader.next_record().map_err(Failure::wrong)? {
        fills.hear(&record, config.rules.pair);
    }
    Ok(fills)
}

#[cfg(test)]
mod tests;

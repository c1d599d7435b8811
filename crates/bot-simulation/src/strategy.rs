//! A strategy that trades often and from a seed: entries with and without stops, targets, stops
//! that are moved, stops that follow the price, additions, exits, and on some seeds wishes that
//! make no sense.
//!
//! The invariant: it is a function of the candles it saw and of its settings, and what it saves is
//! all there is to know of it; else a restart would decide otherwise.

use kraken_protocol::chance::Chance;
use serde::{Deserialize, Serialize};
use trading_engine::{
    Exits, JournalHeader, RestoreError, Strategy, StrategySpec, Terms, View, Wish,
};
use trading_types::{Amount, Candle, Fraction, PairRules, Price, Rounding};

/// Its name in the journal's header.
const NAME: &str = "seeded";
/// How many candles it looks at before it wishes for anything.
const WARM_UP: u32 = 3;

/// How it trades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrategyOptions {
    /// How often in a hundred candles it enters when it is flat.
    pub enters: u64,
    /// How often in a hundred candles it leaves.
    pub leaves: u64,
    /// How often in a hundred candles it adds to what it has.
    pub adds: u64,
    /// How often in a hundred candles it moves its stop or target.
    pub moves: u64,
    /// How often in a hundred entries it wants no stop.
    pub stopless: u64,
    /// How often in a thousand candles it wishes for something that makes no sense.
    pub nonsense: u64,
    /// How often in a hundred candles its stop follows the price, or it keeps what it has.
    pub trails: u64,
    /// How far its stops and targets are, in basis points at the most.
    pub distance: u64,
}

/// It.
#[derive(Clone, Debug)]
struct Seeded {
    options: StrategyOptions,
    seed: u64,
    /// What prices of orders are multiples of.
    tick: Price,
    state: State,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct State {
    chance: Chance,
    candles: u32,
    /// What it goes on wishing for.
    long: Option<(Option<Price>, Option<Price>)>,
}

impl StrategyOptions {
    /// How the journal's header describes it, with a seed of its own for each pair.
    pub(crate) fn spec(&self, seed: u64) -> StrategySpec {
        let numbers = [
            ("seed", seed),
            ("enters", self.enters),
            ("leaves", self.leaves),
            ("adds", self.adds),
            ("moves", self.moves),
            ("stopless", self.stopless),
            ("nonsense", self.nonsense),
            ("trails", self.trails),
            ("distance", self.distance),
        ];
        let settings = numbers.map(|(name, number)| (name.to_owned(), number.to_string()));
        StrategySpec { name: NAME.to_owned(), settings: settings.into() }
    }
}

/// Makes the strategies that a header names.
pub(crate) fn make(header: &JournalHeader) -> Result<Vec<Box<dyn Strategy>>, String> {
    let one = |(spec, rules): (&StrategySpec, &PairRules)| {
        let number = |wanted: &str| {
            let found = spec.settings.iter().find(|(name, _)| name == wanted);
            found.and_then(|(_, text)| text.parse().ok()).ok_or_else(|| format!("no {wanted}"))
        };
        let options = StrategyOptions {
            enters: number("enters")?,
            leaves: number("leaves")?,
            adds: number("adds")?,
            moves: number("moves")?,
            stopless: number("stopless")?,
            nonsense: number("nonsense")?,
            trails: number("trails")?,
            distance: number("distance")?,
        };
        let seed = number("seed")?;
        let state = State { chance: Chance::from_seed(seed), candles: 0, long: None };
        Ok::<Box<dyn Strategy>, String>(Box::new(Seeded { options, seed, tick: rules.tick, state }))
    };
    header.strategies.iter().zip(&header.settings.pairs).map(one).collect()
}

impl Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.state.chance.next() % bound
    }

    /// A price this far below or above another, half of the time nearer.
    fn away(&mut self, from: Price, is_below: bool) -> Price {
        let points = 5 + self.below(self.options.distance.max(6));
        let points = i64::try_from(points).expect("some basis points");
        let by = Fraction::from_basis_points(if is_below { -points } else { points });
        from.moved_by(by, Rounding::Down).round_to(self.tick, Rounding::Down)
    }

    fn exits(&mut self, close: Price) -> (Option<Price>, Option<Price>) {
        let has_stop = self.options.stopless <= self.below(100);
        let stop = has_stop.then(|| self.away(close, true));
        let target = (self.below(2) == 0).then(|| self.away(close, false));
        (stop, target)
    }

    /// A stop that follows the price, on a part of the size where it enters.
    fn trailing(&mut self, exits: Exits, close: Price) -> Wish {
        let trail = Some(self.away(close, true));
        if self.below(4) == 0 {
            return Wish::Keep(trail);
        }
        let points = i64::try_from(1 + self.below(12_000)).expect("some basis points");
        Wish::BeLongOn(Terms { exits, trail, part: Fraction::from_basis_points(points) })
    }

    /// What no strategy should wish for.
    fn nonsense(&mut self, close: Price) -> Wish {
        let mad = |trail, part| Wish::BeLongOn(Terms { exits: Exits::default(), trail, part });
        let kinds = if 0 < self.options.trails { 10 } else { 7 };
        match self.below(kinds) {
            0 => Wish::Add(Amount::ZERO),
            1 => Wish::Add(-Amount::from_units(1)),
            2 => Wish::Add(Amount::MAX),
            3 => Wish::BeLong(Exits { stop: Some(self.away(close, false)), target: None }),
            4 => Wish::BeLong(Exits { stop: None, target: Some(self.away(close, true)) }),
            5 => Wish::BeLong(Exits { stop: Some(Price::MAX), target: Some(Price::ZERO) }),
            6 => Wish::BeLong(Exits { stop: Some(Price::from_units(1)), target: Some(Price::MAX) }),
            7 => mad(Some(Price::MAX), Fraction::ONE),
            8 => mad(None, -Fraction::ONE),
            _ => Wish::Keep(Some(self.away(close, false))),
        }
    }
}

impl Strategy for Seeded {
    fn name(&self) -> &str {
        NAME
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("seed", self.seed.to_string())]
    }

    fn warm_up(&self) -> usize {
        WARM_UP as usize
    }

    fn handle_candle(&mut self, candle: &Candle, _view: &View) -> Wish {
        self.state.candles = self.state.candles.saturating_add(1);
        if self.state.candles < WARM_UP {
            return Wish::Nothing;
        }
        if self.below(1_000) < self.options.nonsense {
            return self.nonsense(candle.close);
        }
        let roll = self.below(100);
        match self.state.long {
            None if roll < self.options.enters => {
                self.state.long = Some(self.exits(candle.close));
            }
            None => return Wish::BeFlat,
            Some(_) if roll < self.options.leaves => {
                self.state.long = None;
                return Wish::BeFlat;
            }
            Some(_) => {
                if self.below(100) < self.options.adds {
                    let dollars = i128::from(10 + self.below(200));
                    return Wish::Add(Amount::from_units(dollars * 10_i128.pow(18)));
                }
                if self.below(100) < self.options.moves {
                    self.state.long = Some(self.exits(candle.close));
                }
            }
        }
        let (stop, target) = self.state.long.unwrap_or_default();
        let exits = Exits { stop, target };
        // Without this knob no chance is taken: the seeds that are kept decide as they did.
        if 0 < self.options.trails && self.below(100) < self.options.trails {
            return self.trailing(exits, candle.close);
        }
        Wish::BeLong(exits)
    }

    fn save(&self) -> Vec<u8> {
        postcard::to_allocvec(&self.state).expect("a state can be written")
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), RestoreError> {
        self.state = postcard::from_bytes(state).map_err(|error| RestoreError {
            strategy: NAME.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(())
    }
}

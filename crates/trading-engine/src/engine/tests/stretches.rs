//! A row of candles comes to what its candles come to one after the other, on the long way.

use proptest::prelude::*;
use trading_types::{Amount, Candle, Fraction, MarketEvent, Pair, Timestamp, VenueEvent};

use super::story::{Seen, Story, Turn, sizings, turns, two_pairs, two_scripts, wishes};
use crate::{
    engine::{Engine, Stretch},
    journal::{JournalHeader, Keep},
    report::{Input, Output},
    strategy::Wish,
};

/// Something that is told, and when.
type Told = (Input, Timestamp);

/// What came of it.
#[derive(Debug, PartialEq)]
struct Heard {
    outputs: Vec<Output>,
    /// After each candle.
    equities: Vec<Amount>,
    journal: Vec<u8>,
    state: Vec<u8>,
}

const fn candle_of(input: &Input) -> Option<(Pair, &Candle)> {
    match input {
        Input::Venue(VenueEvent::Market(MarketEvent::Candle { pair, candle })) => {
            Some((*pair, candle))
        }
        Input::Venue(_) | Input::Operator(_) | Input::Timeout | Input::TimeSet => None,
    }
}

/// What a story tells its engine; candles begin when they are told, so that they say when.
fn story(header: &JournalHeader, wishes: &[Wish], turns: &[Turn]) -> Vec<Told> {
    let mut story = Story::new(header, wishes);
    for turn in turns {
        story.play(turn);
    }
    let dated = |(mut input, now): Told| {
        if let Input::Venue(VenueEvent::Market(MarketEvent::Candle { candle, .. })) = &mut input {
            candle.start = now;
        }
        (input, now)
    };
    story.inputs.into_iter().map(dated).collect()
}

impl Heard {
    fn of(mut engine: Engine, outputs: Vec<Output>, equities: Vec<Amount>) -> Self {
        let journal = engine.journal().take_bytes();
        Self { outputs, equities, journal, state: engine.save() }
    }

    fn one_by_one(mut engine: Engine, story: &[Told]) -> Self {
        let (mut outputs, mut equities) = (Vec::new(), Vec::new());
        for (input, now) in story {
            if let Some((pair, candle)) = candle_of(input) {
                engine.walk_candle(pair, candle, *now);
                equities.push(engine.equity());
            } else {
                engine.handle(input, *now);
            }
            outputs.extend(std::iter::from_fn(|| engine.poll_output()));
        }
        Self::of(engine, outputs, equities)
    }

    fn in_rows(mut engine: Engine, story: &[Told], passed: &mut usize) -> Self {
        let (mut outputs, mut equities) = (Vec::new(), Vec::new());
        let mut rest = story;
        while let Some((input, now)) = rest.first() {
            let taken = if let Some((pair, _)) = candle_of(input) {
                let candles = rest.iter().map_while(|(input, _)| candle_of(input));
                let row = candles.take_while(|(other, _)| *other == pair);
                let row: Vec<Candle> = row.map(|(_, candle)| *candle).collect();
                let start = |candle: &Candle| candle.start;
                let stretch = engine.handle_candles(pair, &row, start, |_, it| equities.push(it));
                let Stretch { candles, is_quiet } = stretch;
                if is_quiet {
                    assert_eq!(candles, row.len(), "only a loud candle ends a row");
                    assert!(engine.next_output().is_none());
                    *passed += candles;
                } else {
                    *passed += candles - 1;
                    equities.push(engine.equity());
                }
                candles
            } else {
                engine.handle(input, *now);
                1
            };
            rest = &rest[taken..];
            outputs.extend(std::iter::from_fn(|| engine.poll_output()));
        }
        Self::of(engine, outputs, equities)
    }
}

/// Turns with rows of candles between them; without quotes, after which no candle is quiet.
fn turns_and_rows() -> impl Strategy<Value = Vec<Turn>> {
    let row = prop::collection::vec(500..1_500_i64, 0..8);
    let with_quotes = prop::bool::weighted(0.2);
    (turns(), prop::collection::vec(row, 120), with_quotes).prop_map(
        |(turns, rows, with_quotes)| {
            let is_told =
                |turn: &Turn| with_quotes || !matches!(turn, Turn::Market(Seen::Quote, _));
            let between = |row: Vec<i64>| row.into_iter().map(|it| Turn::Market(Seen::Candle, it));
            let turns = turns.into_iter().filter(is_told).zip(rows);
            turns.flat_map(|(turn, row)| std::iter::once(turn).chain(between(row))).collect()
        },
    )
}

proptest! {
    #[test]
    fn a_row_of_candles_is_one_after_the_other(
        turns in turns_and_rows(),
        wishes in wishes(),
        sizing in sizings(),
        limits_jumps in prop::bool::weighted(0.1),
    ) {
        let mut header = two_pairs(sizing);
        if !limits_jumps {
            header.settings.risk.move_per_minute = Fraction::MAX;
        }
        let told = story(&header, &wishes, &turns);
        let engine = || Engine::new(&header, two_scripts(&wishes), Keep::Bytes).unwrap();
        let mut passed = 0;
        let rows = Heard::in_rows(engine(), &told, &mut passed);
        prop_assert_eq!(Heard::one_by_one(engine(), &told), rows);
    }
}

#[test]
fn of_most_candles_there_is_nothing_to_say() {
    let mut header = two_pairs((super::ONE, super::NO_KILL));
    header.settings.risk.move_per_minute = Fraction::MAX;
    let wishes: Vec<Wish> =
        (0..60).map(|at| if at < 15 { Wish::BeFlat } else { super::PLAIN }).collect();
    let turns: Vec<Turn> = (0..30).map(|_| Turn::Market(Seen::Candle, 1_000)).collect();
    let told = story(&header, &wishes, &turns);
    let mut passed = 0;
    let engine = Engine::new(&header, two_scripts(&wishes), Keep::Bytes).unwrap();
    let heard = Heard::in_rows(engine, &told, &mut passed);
    assert_eq!((heard.equities.len(), heard.outputs.len(), passed), (30, 2, 29));
}

//! The outside world of each market: slow, so that months pass in minutes, and on some seeds wild.
//!
//! The invariant: it tells only what happened, at the moment it happened; what the bot does it does
//! not see.

use std::time::Duration;

use exchange_simulator::{MarketModel, MarketModelSettings, Prng};
use simulated_kraken::{MarketSettings, MarketSource, SimulatedKraken};
use trading_types::{Amount, Fraction, KrakenPairs, PairRules, Price, Rounding, Timestamp};

use crate::{tally::Tally, timeline::Timeline};

/// What a level has and what a taker takes, in dollars.
const LEVEL_VALUE: i128 = 30_000;
const TRADE_VALUE: i128 = 2_000;
/// Levels a side.
const LEVELS: usize = 10;

/// The pairs there are, and where their prices begin.
const PAIRS: [(&str, &str); 4] =
    [("BTC/USD", "60000"), ("ETH/USD", "3000"), ("SOL/USD", "150"), ("XRP/USD", "2")];

/// How markets behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketOptions {
    /// How many pairs there are, from one to four.
    pub pairs: usize,
    /// Mean time between moves of a book.
    pub book_every: Duration,
    /// Mean time between takers.
    pub trade_every: Duration,
    /// Standard deviation of the return of a year, in basis points.
    pub volatility: i64,
    /// Mean time between shocks; zero is never.
    pub shock_every: Duration,
    /// The largest shock, in basis points.
    pub shock_max: i64,
}

/// All markets.
#[derive(Debug)]
pub(crate) struct Market {
    options: MarketOptions,
    prng: Prng,
    /// Each with the rules it keeps to.
    models: Vec<(PairRules, MarketModel)>,
    plan: Timeline<Planned>,
}

#[derive(Debug)]
enum Planned {
    Shock,
    Thicken(usize),
}

impl MarketOptions {
    fn model(&self, rules: PairRules, start_price: Price, seed: u64) -> MarketModelSettings {
        MarketModelSettings {
            volatility: Fraction::from_basis_points(self.volatility),
            levels: LEVELS,
            level_value: dollars(LEVEL_VALUE),
            trade_value: dollars(TRADE_VALUE),
            book_interval: self.book_every,
            trade_interval: self.trade_every,
            ..MarketModelSettings::demo(rules, start_price, seed)
        }
    }
}

/// The rules of the pairs that are traded.
pub(crate) fn rules(options: &MarketOptions) -> Vec<(PairRules, Price)> {
    let table = KrakenPairs::recorded();
    let read = |(pair, price): &(&str, &str)| {
        let rules = table.find(pair).expect("Kraken has these pairs");
        (rules, price.parse().expect("a price"))
    };
    PAIRS[..options.pairs.clamp(1, PAIRS.len())].iter().map(read).collect()
}

/// What the simulated Kraken is told of them: that they do not move by themselves.
pub(crate) fn settings(options: &MarketOptions) -> Vec<MarketSettings> {
    let still = |(rules, price)| MarketSettings { rules, source: MarketSource::Still { price } };
    rules(options).into_iter().map(still).collect()
}

impl Market {
    pub(crate) fn new(options: MarketOptions, mut prng: Prng, now: Timestamp) -> Self {
        let model = |(rules, price): (PairRules, Price)| {
            let settings = options.model(rules.clone(), price, prng.next());
            (rules, MarketModel::new(settings, now))
        };
        let models = rules(&options).into_iter().map(model).collect();
        let mut market = Self { options, prng, models, plan: Timeline::default() };
        market.plan_shock(now);
        market
    }

    /// When something happens next.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        let models = self.models.iter().map(|(_, model)| model.next_event_at());
        models.chain(self.plan.next_at()).min()
    }

    /// Has everything happen that is due.
    pub(crate) fn handle_timeout(
        &mut self,
        kraken: &mut SimulatedKraken,
        tally: &mut Tally,
        now: Timestamp,
    ) {
        while let Some(planned) = self.plan.poll(now) {
            match planned {
                Planned::Shock => self.shock(tally, now),
                Planned::Thicken(at) => self.models[at].1.thin(Fraction::ONE, now),
            }
        }
        for (rules, model) in &mut self.models {
            let pair = rules.pair;
            // When its steps change a market begins anew, on the new ones.
            if let (Some(new), Some(price)) =
                (kraken.true_rules(pair), kraken.true_last_price(pair))
                && (new.tick, new.lot) != (rules.tick, rules.lot)
            {
                *rules = new.clone();
                let price = price.round_to(new.tick, Rounding::Down);
                let settings = self.options.model(new.clone(), price, self.prng.next());
                *model = MarketModel::new(settings, now);
            }
            while model.next_event_at() <= now
                && let Some(event) = model.poll(now)
            {
                kraken.hear_market(&event, now);
            }
        }
    }

    /// No more shocks.
    pub(crate) fn calm_down(&mut self, now: Timestamp) {
        self.plan.clear();
        self.options.shock_every = Duration::ZERO;
        for (_, model) in &mut self.models {
            model.thin(Fraction::ONE, now);
        }
    }

    fn plan_shock(&mut self, now: Timestamp) {
        if self.options.shock_every.is_zero() {
            return;
        }
        let wait = self.prng.duration_between(Duration::ZERO, 2 * self.options.shock_every);
        self.plan.note(now + wait, Planned::Shock);
    }

    fn shock(&mut self, tally: &mut Tally, now: Timestamp) {
        let at = usize::try_from(self.prng.below(self.models.len() as u64)).expect("a few");
        let most = u64::try_from(self.options.shock_max).expect("not negative");
        let by = i64::try_from(self.prng.between(most / 10, most)).expect("small");
        let by = if self.prng.below(2) == 0 { by } else { -by };
        let model = &mut self.models[at].1;
        model.shock(Fraction::from_basis_points(by), now);
        tally.count("market_shock");
        if self.prng.below(2) == 0 {
            model.thin(Fraction::from_basis_points(500), now);
            let back = self.prng.duration_between(Duration::from_secs(10), Duration::from_mins(5));
            self.plan.note(now + back, Planned::Thicken(at));
            tally.count("market_thin");
        }
        self.plan_shock(now);
    }
}

/// So many dollars.
const fn dollars(count: i128) -> Amount {
    Amount::from_units(count * 10_i128.pow(18))
}

//! The engine on a simulated market, event by event in market time. Nothing here knows real time:
//! the same config is the same run, to the byte.

use std::time::Duration;

use exchange_simulator::{
    AccountId, Audience, BookExchange, BookSettings, MarketModel, MarketModelSettings,
};
use strategies::from_spec;
use trading_engine::{Engine, Input, JournalHeader, Keep, Output, Report, Strategy};
use trading_types::{Amount, Timestamp};

use crate::{config::Config, failure::Failure};

/// Candles beyond the strategy's warm-up that pass before the account opens.
const WARM_UP_EXTRA: u32 = 2;

/// Market, exchange and engine.
pub(crate) struct RunMarket {
    model: MarketModel,
    exchange: BookExchange,
    account: Option<AccountId>,
    engine: Engine,
    now: Timestamp,
    cash: Amount,
    start: Timestamp,
}

impl RunMarket {
    /// A market that has run just long enough before `config`'s start for the strategy to be warm.
    pub(crate) fn new(config: &Config) -> Result<Self, Failure> {
        let header = JournalHeader {
            settings: config.engine.clone(),
            strategies: vec![config.strategy.clone()],
        };
        let strategy = strategy(config)?;
        let interval = config.engine.interval;
        let start = config.simulated.start;
        let begin = start - warm_up(strategy.as_ref(), config);
        let engine = Engine::new(&header, vec![strategy], Keep::Bytes).map_err(Failure::wrong)?;
        let seed = config.simulated.seed;
        let start_price = config.simulated.start_price;
        let settings = MarketModelSettings::demo(config.rules.clone(), start_price, seed);
        let model = MarketModel::new(settings, begin);
        let settings = BookSettings {
            rules: vec![config.rules.clone()],
            latency: config.simulated.latency,
            seed,
            intervals: vec![interval],
        };
        let exchange = BookExchange::new(settings, begin);
        let cash = config.simulated.cash;
        let mut market = Self { model, exchange, account: None, engine, now: begin, cash, start };
        while market.next_at() <= start {
            market.step(&mut |_, _| {});
        }
        market.open_account(config);
        Ok(market)
    }

    /// How long the market runs before the account opens, so that the strategy is warm.
    pub(crate) fn warm_up(config: &Config) -> Result<Duration, Failure> {
        strategy(config).map(|strategy| warm_up(strategy.as_ref(), config))
    }

    fn open_account(&mut self, config: &Config) {
        self.now = self.start;
        let quote = config.rules.pair.quote;
        self.account = Some(self.exchange.open_account(&[(quote, self.cash)]));
        self.drain(&mut |_, _| {});
    }

    /// When the market's time began.
    pub(crate) const fn start(&self) -> Timestamp {
        self.start
    }

    /// When the next thing happens.
    pub(crate) fn next_at(&self) -> Timestamp {
        let timers = [self.exchange.next_timeout(), self.engine.next_timeout()];
        let timers = timers.into_iter().flatten().min();
        self.model.next_event_at().min(timers.unwrap_or(Timestamp::NEVER)).max(self.now)
    }

    /// Lets the next thing happen, and tells what the engine reports.
    pub(crate) fn step(&mut self, tell: &mut impl FnMut(&Report, Timestamp)) {
        self.now = self.next_at();
        while let Some(event) = self.model.poll(self.now) {
            self.exchange.handle_market(&event, self.now);
        }
        self.exchange.handle_timeout(self.now);
        self.engine.handle_timeout(self.now);
        self.obey(tell);
        self.drain(tell);
    }

    /// The engine, for its figures and its journal.
    pub(crate) const fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// The present moment of the market.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    fn drain(&mut self, tell: &mut impl FnMut(&Report, Timestamp)) {
        while let Some((audience, event)) = self.exchange.poll_output() {
            let is_ours = match audience {
                Audience::Everyone => true,
                Audience::Account(account) => Some(account) == self.account,
            };
            if is_ours {
                self.engine.handle(&Input::Venue(event), self.now);
                self.obey(tell);
            }
        }
    }

    fn obey(&mut self, tell: &mut impl FnMut(&Report, Timestamp)) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Report(report) => tell(&report, self.now),
                Output::Command(command) => {
                    let account = self.account.expect("an engine without funds sends nothing");
                    self.exchange.handle(account, command, self.now);
                }
            }
        }
    }
}

fn strategy(config: &Config) -> Result<Box<dyn Strategy>, Failure> {
    from_spec(&config.strategy, config.rules.tick).map_err(Failure::wrong)
}

fn warm_up(strategy: &dyn Strategy, config: &Config) -> Duration {
    let candles = u32::try_from(strategy.warm_up()).unwrap_or(u32::MAX);
    config.engine.interval.duration() * candles.saturating_add(WARM_UP_EXTRA)
}

#[cfg(test)]
mod tests;

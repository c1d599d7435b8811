//! Prices that the caller wants to hear of. Each is told once per candle.

use trading_types::{MarketEvent, PriceWatch};

use super::CandleExchange;

/// A watch, and what has become of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched {
    pub(super) watch: PriceWatch,
    /// The number of the candle in whose range it was set; zero for none.
    pub(super) ranged_in: u64,
    /// The number of the last candle in which it was reached; zero for none.
    pub(super) reached_in: u64,
}

impl CandleExchange {
    pub(super) fn replace_watches(&mut self, watches: &[PriceWatch]) {
        if watches.is_empty() {
            self.watches.clear();
            return;
        }
        let before = std::mem::take(&mut self.watches);
        let ranged_in = self.range_number();
        self.watches.extend(watches.iter().filter(|it| it.pair == self.rules.pair).map(|watch| {
            let known = before.iter().find(|known| known.watch == *watch);
            known.copied().unwrap_or(Watched { watch: *watch, ranged_in, reached_in: 0 })
        }));
    }

    /// Whether a watch can still be reached in this candle.
    pub(super) fn is_watching(&self, watched: &Watched) -> bool {
        watched.reached_in != self.candle_number
            && (!self.is_in_range() || watched.ranged_in != self.candle_number)
    }

    /// Tells that the market is at the level of the `index`-th watch.
    pub(super) fn reach(&mut self, index: usize) {
        let watched = &mut self.watches[index];
        watched.reached_in = self.candle_number;
        let PriceWatch { pair, price, direction: _ } = watched.watch;
        self.tell_market(MarketEvent::Reached { pair, price });
    }
}

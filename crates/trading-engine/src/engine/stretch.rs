//! Rows of candles that closed one after the other. Nearly all of them change nothing but prices:
//! no order, no report, no timer.
//!
//! What decides that stays as it is from one such candle to the next, so it is looked up once for a
//! whole row of them. Whatever else may happen goes the long way, one candle at a time; what a
//! candle comes to is the same on both ways, to the last byte of the journal.

use trading_types::{Amount, Candle, MarketEvent, Pair, Quantity, Timestamp, VenueEvent};

use crate::{
    desk::{Goal, LastWish, Signal},
    engine::Engine,
    kill_switch::Calm,
    sizing::Sizing,
    strategy::{Exits, View, Wish},
    terms::Terms,
};

/// How far a row of candles was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// How many of them.
    pub candles: usize,
    /// Whether the last of them says no more than the others: no output, no price it wants to hear
    /// of, no timer.
    pub is_quiet: bool,
}

/// What stays as it is from one quiet candle to the next.
struct Quiet {
    /// What everything is worth but for this desk's position.
    elsewhere: Amount,
    held: Quantity,
    calm: Calm,
    /// Whether a wish to hold nothing is fulfilled.
    may_be_flat: bool,
}

impl Engine {
    /// A candle closed: [`Engine::handle`] for what need not be moved into an input. Says what the
    /// equity is at its close, if that is all there is to say: no output, no price it wants to hear
    /// of, no timer.
    pub fn handle_candle(&mut self, pair: Pair, candle: &Candle, now: Timestamp) -> Option<Amount> {
        let mut equity = None;
        let one = std::slice::from_ref(candle);
        self.handle_candles(pair, one, |_| now, |_, it| equity = Some(it));
        equity
    }

    /// Candles closed one after the other, each at the moment that `close` says: the same as
    /// [`Engine::handle_candle`] with each of them, up to the first of which there is more to say
    /// than the equity. `see` hears the equity at each close but that one's.
    #[inline]
    pub fn handle_candles(
        &mut self,
        pair: Pair,
        candles: &[Candle],
        close: impl Fn(&Candle) -> Timestamp,
        mut see: impl FnMut(&Candle, Amount),
    ) -> Stretch {
        let mut rest = candles;
        while let Some(candle) = rest.first() {
            let passed = match self.desk_on(pair) {
                Some(at) => self.pass_quiet(at, rest, &close, &mut see),
                None => Stretch { candles: 0, is_quiet: true },
            };
            rest = &rest[passed.candles..];
            if passed.is_quiet && passed.candles == 0 {
                // It goes the long way.
                rest = &rest[1..];
                match self.walk_candle(pair, candle, close(candle)) {
                    Some(equity) => see(candle, equity),
                    None => {
                        return Stretch { candles: candles.len() - rest.len(), is_quiet: false };
                    }
                }
            } else if !passed.is_quiet {
                return Stretch { candles: candles.len() - rest.len(), is_quiet: false };
            }
        }
        Stretch { candles: candles.len(), is_quiet: true }
    }

    /// One candle, whatever happens at it. Says what the equity is, if that is all there is to say.
    pub(super) fn walk_candle(
        &mut self,
        pair: Pair,
        candle: &Candle,
        now: Timestamp,
    ) -> Option<Amount> {
        let now = now.max(self.now);
        self.now = now;
        // Desks stand in the order of the settings, by which the journal numbers the pairs.
        let Some(at) = self.desk_on(pair) else {
            let event = MarketEvent::Candle { pair, candle: *candle };
            self.journal.record_event(&VenueEvent::Market(event), now);
            self.end_of_candle();
            return None;
        };
        self.journal.record_candle(at, candle, now);
        self.turn += 1;
        let prices = &mut self.desks[at].prices;
        (prices.heard, prices.last) = (now, Some(candle.close));
        self.remember_price(at, candle.close, now);
        let equity = self.see_price(at, candle.close, now);
        self.ask_strategy(at, candle, equity, now);
        self.end_of_candle().then_some(equity)
    }

    /// What follows every candle. Says whether nothing of it is left to be said.
    fn end_of_candle(&mut self) -> bool {
        self.tell_flattened();
        self.refresh_watches();
        self.outputs.is_empty() && self.watches.is_empty() && self.next_timeout().is_none()
    }

    /// Takes candles as long as they are quiet, and the first that a wish makes a loud one. One
    /// that something else makes loud is left where it is.
    #[inline]
    fn pass_quiet(
        &mut self,
        at: usize,
        candles: &[Candle],
        close: impl Fn(&Candle) -> Timestamp,
        mut see: impl FnMut(&Candle, Amount),
    ) -> Stretch {
        let nothing = Stretch { candles: 0, is_quiet: true };
        let Some(quiet) = self.quiet_on(at) else { return nothing };
        let desk = &mut self.desks[at];
        let mut signal = desk.signal;
        let mut peak = quiet.calm.peak;
        let mut now = self.now;
        let mut wish = Wish::Nothing;
        let mut view = View {
            now,
            position: quiet.held,
            entry_price: desk.position.average_price(),
            cash_free: self.ledger.free(self.settings.quote),
            equity: quiet.elsewhere,
        };
        let mut passed = nothing;
        for candle in candles {
            let closed = close(candle).max(now);
            let equity = quiet.elsewhere + candle.close * quiet.held;
            if !quiet.calm.holds(equity, &mut peak, closed) {
                break;
            }
            now = closed;
            self.journal.record_candle(at, candle, now);
            (view.now, view.equity) = (now, equity);
            wish = desk.strategy.handle_candle(candle, &view);
            passed.candles += 1;
            if !quiet.suits(wish, &mut signal) {
                passed.is_quiet = false;
                break;
            }
            see(candle, equity);
        }
        self.kill.note_peak(peak);
        self.now = now;
        self.turn += passed.candles as u64;
        let desk = &mut self.desks[at];
        desk.signal = signal;
        if let Some(candle) = candles[..passed.candles].last() {
            (desk.prices.heard, desk.prices.last) = (now, Some(candle.close));
            desk.remember_wish(LastWish { time: now, candle: *candle, wish });
        }
        if let Some(last) = candles[..passed.candles].last().filter(|_| !passed.is_quiet) {
            self.grant(at, wish, now);
            // What a wish comes to may be nothing that is said.
            if self.end_of_candle() {
                see(last, view.equity);
                passed.is_quiet = true;
            }
        }
        passed
    }

    /// What stays as it is while candles of a desk are quiet; nothing where one may be loud for
    /// another reason than a wish.
    fn quiet_on(&self, at: usize) -> Option<Quiet> {
        let desk = &self.desks[at];
        let takes_long_way = self.halted().is_some()
            || self.desks.iter().any(|desk| desk.halt.is_some())
            || !self.ledger.is_open()
            || !self.has_nothing_to_say()
            || self.limits_jumps()
            || desk.prices.quote.is_some()
            || !desk.is_at_rest()
            || matches!(desk.goal, Goal::Long(Exits { target: Some(_), .. }))
            || matches!(self.settings.sizing, Sizing::Volatility { .. });
        if takes_long_way {
            return None;
        }
        let held = desk.position.sellable();
        Some(Quiet {
            elsewhere: self.equity_but_for(at),
            held,
            calm: self.kill.calm()?,
            may_be_flat: desk.goal == Goal::Rest && desk.has_no_orders() && held.is_zero(),
        })
    }

    /// No output waits, no price is wanted, no timer runs.
    fn has_nothing_to_say(&self) -> bool {
        self.outputs.is_empty() && self.watches.is_empty() && self.next_timeout().is_none()
    }

    /// What everything is worth but for the position of a desk.
    fn equity_but_for(&self, at: usize) -> Amount {
        let others = self.desks.iter().enumerate().filter(|(other, _)| *other != at);
        others.fold(self.ledger.total(self.settings.quote), |sum, (_, desk)| sum + desk.value())
    }
}

impl Quiet {
    /// Whether a wish changes nothing, but for the row of wishes that it belongs to.
    #[inline]
    fn suits(&self, wish: Wish, signal: &mut Signal) -> bool {
        match wish {
            Wish::Nothing => true,
            Wish::BeLong(_) | Wish::BeLongOn(Terms { trail: None, .. }) => {
                signal.is_long && signal.is_used
            }
            Wish::BeFlat if self.may_be_flat => {
                *signal = Signal::default();
                true
            }
            Wish::Keep(None) => {
                *signal = Signal::default();
                true
            }
            Wish::BeFlat
            | Wish::BeLongOn(Terms { trail: Some(_), .. })
            | Wish::Keep(Some(_))
            | Wish::Add(_) => false,
        }
    }
}

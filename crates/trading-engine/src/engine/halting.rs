//! Halting, of everything or of one pair: nothing more is bought, what is open is canceled, what is
//! held is sold, and nothing of it is given up while the venue cannot be reached.
//!
//! A halt stays until a person takes it back. What is sold goes out as limit orders that are over
//! at once, inside the collar, none larger than the largest order.

use trading_types::{Pair, Price, Quantity, Rounding, Timestamp, VenueCommand, VenueStatus};

use crate::{
    desk::{Desk, Goal, PairHalt},
    engine::Engine,
    kill_switch::KillReason,
    order_life::OrderEvent,
    orders::Request,
    position::ExitReason,
    report::{Report, ResidualCause},
    venue_gate::{Message, VenueGate},
};

impl Engine {
    /// Why trading on a pair alone is halted, if it is.
    pub fn pair_halted(&self, pair: Pair) -> Option<&str> {
        let desk = self.desks.iter().find(|desk| desk.rules.pair == pair)?;
        desk.halt.as_ref().map(|halt| halt.reason.as_str())
    }

    /// Whether nothing may be bought on a pair: everything is halted, or the pair is.
    pub(super) const fn is_halted_on(&self, desk: &Desk) -> bool {
        self.kill.latched().is_some() || desk.halt.is_some()
    }

    /// Trips the kill switch: the gate is closed at once, everything is canceled, every position
    /// is sold.
    pub(super) fn trip(&mut self, reason: KillReason, now: Timestamp) {
        if self.kill.trip(reason) {
            self.halt(now);
        }
    }

    /// Carries out what the latched kill switch demands. A venue that takes no cancels now gets
    /// them one by one when it does.
    pub(super) fn halt(&mut self, now: Timestamp) {
        let reason = self.kill.latched().expect("halting follows a trip").clone();
        self.report(Report::Halted { reason });
        let venue = VenueGate { venue: self.status, pair: VenueStatus::Online };
        let takes_cancels = venue.takes(Message::Cancel);
        if takes_cancels {
            self.command(VenueCommand::CancelAll);
        }
        for id in self.orders.live_ids() {
            let at = self.desk_of(id);
            if at.map_or(venue, |at| self.gate_on(at)).takes(Message::Cancel) {
                if let Some(at) = at {
                    self.desks[at].pace.canceled(now);
                }
                self.apply_event(id, OrderEvent::CancelSent);
                self.orders.find(id).expect("a live order is known").cancel = Request::Sent;
            }
        }
        self.aim_flat(ExitReason::Kill, now);
    }

    pub(super) fn aim_flat(&mut self, reason: ExitReason, now: Timestamp) {
        for at in 0..self.desks.len() {
            self.desks[at].aim_flat(reason);
            self.pursue(at, now);
        }
    }

    pub(super) fn halt_pair(&mut self, pair: Pair, reason: &str, now: Timestamp) {
        let Some(at) = self.find_pair(pair) else { return };
        if self.desks[at].halt.is_none() {
            let reason = reason.to_owned();
            self.report(Report::PairHalted { pair, reason: reason.clone() });
            self.desks[at].halt = Some(PairHalt { reason, flattened_told: false });
            self.desks[at].aim_flat(ExitReason::Kill);
            self.pursue(at, now);
        }
    }

    pub(super) fn resume_pair(&mut self, pair: Pair, reason: &str) {
        let Some(at) = self.find_pair(pair) else { return };
        if self.desks[at].halt.take().is_some() {
            self.desks[at].pace.resume();
            self.report(Report::PairResumed { pair, reason: reason.to_owned() });
        }
    }

    fn find_pair(&mut self, pair: Pair) -> Option<usize> {
        let at = self.desks.iter().position(|desk| desk.rules.pair == pair);
        if at.is_none() {
            self.report(Report::PairNotTraded { pair });
        }
        at
    }

    /// Says once that a halt is through, and what could not be sold.
    #[expect(clippy::inline_always, reason = "a few instructions, once for each candle")]
    #[inline(always)]
    pub(super) fn tell_flattened(&mut self) {
        if self.halted().is_some() || self.desks.iter().any(|desk| desk.halt.is_some()) {
            self.tell_halts_flattened();
        }
    }

    fn tell_halts_flattened(&mut self) {
        for at in 0..self.desks.len() {
            let desk = &mut self.desks[at];
            let is_idle = desk.is_idle();
            if let Some(halt) = desk.halt.as_mut().filter(|it| is_idle && !it.flattened_told) {
                halt.flattened_told = true;
                let pair = desk.rules.pair;
                self.tell_dust(at);
                self.report(Report::PairFlattened { pair });
            }
        }
        let is_flat = self.halted().is_some() && self.desks.iter().all(Desk::is_idle);
        if is_flat && !self.flattened_told {
            self.flattened_told = true;
            for at in 0..self.desks.len() {
                self.tell_dust(at);
            }
            self.report(Report::Flattened);
        }
    }

    fn tell_dust(&mut self, at: usize) {
        if self.desks[at].position.quantity().is_positive() {
            self.tell_residual(at, ResidualCause::BelowMinimum);
        }
    }

    pub(super) fn tell_residual(&mut self, at: usize, why: ResidualCause) {
        let (pair, quantity) = (self.desks[at].rules.pair, self.desks[at].position.quantity());
        self.report(Report::Residual { pair, quantity, why });
    }

    /// Something was bought although everything is to be sold: the halt is not through any more.
    pub(super) fn reopen_halt(&mut self, at: usize) {
        self.desks[at].goal = Goal::Flat(ExitReason::Kill);
        self.flattened_told = false;
        if let Some(halt) = &mut self.desks[at].halt {
            halt.flattened_told = false;
        }
    }

    /// The part of a position that one order of a halt sells at `mark`: at most the largest order,
    /// and leaving nothing that would be too small for the next.
    pub(super) fn slice(&self, at: usize, whole: Quantity, mark: Price) -> Quantity {
        let (rules, limits) = (&self.desks[at].rules, &self.settings.risk);
        let by_value = limits.order_value_max.quantity_at(mark.max(rules.tick));
        let most = limits.order_quantity_max.min(by_value).floor_to(rules.lot);
        // A lot more than the least value needs, for a price that falls meanwhile.
        let worst = mark.moved_by(-limits.flatten_collar, Rounding::Down).max(rules.tick);
        let by_cost = rules.cost_min.quantity_at(worst).floor_to(rules.lot);
        let by_cost = by_cost.checked_add(rules.lot).unwrap_or(Quantity::MAX);
        let least = rules.quantity_min.max(by_cost);
        let slice = most.max(least);
        match whole {
            _ if whole <= slice => whole,
            _ if least <= whole - slice => slice,
            // Two orders, neither too small; or else one, larger than it should be.
            _ if least <= whole - least => whole - least,
            _ => whole,
        }
    }
}

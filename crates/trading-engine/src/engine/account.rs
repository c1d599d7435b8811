//! What the venue says of our account: answers, fills, balances.

use trading_types::{
    AccountEvent, Amendment, Amount, Asset, CancelReason, ClientOrderId, Fill, Side, Timestamp,
};

use crate::{
    desk::{Attempts, Goal},
    engine::Engine,
    order::Role,
    order_life::{OrderEvent, OrderState},
    orders::Request,
    position::ExitReason,
    report::{Alarm, Report},
};

/// A stop that the venue refused this often is given up, and the position with it.
const STOP_REJECTIONS_MAX: u32 = 3;

impl Engine {
    pub(super) fn handle_account(&mut self, event: &AccountEvent, now: Timestamp) {
        match event {
            AccountEvent::Balances(balances) => self.take_balances(balances, now),
            AccountEvent::Moved { asset, change } => {
                self.ledger.book_move(*asset, *change);
                if *asset == self.settings.quote {
                    self.kill.move_by(*change);
                }
            }
            AccountEvent::Accepted { order, .. } => self.advance(*order, OrderEvent::Accepted, now),
            // Nothing to do: it is live before and after.
            AccountEvent::Triggered { .. } => {}
            AccountEvent::Rejected { order, refusal } => {
                if let Some(tracked) = self.orders.live(*order) {
                    let (pair, role) = (tracked.order.request.pair, tracked.order.role);
                    let (order, refusal) = (*order, refusal.clone());
                    self.report(Report::OrderRejected { order, pair, role, refusal });
                }
                self.count_stop_rejection(*order);
                self.advance(*order, OrderEvent::Rejected, now);
            }
            AccountEvent::Unclear { order } => self.handle_unclear(*order, now),
            AccountEvent::NeverExisted { order } => {
                self.advance(*order, OrderEvent::NeverExisted, now);
            }
            AccountEvent::Traded(fill) => self.handle_fill(fill, now),
            AccountEvent::Completed { order } => self.advance(*order, OrderEvent::Completed, now),
            AccountEvent::Canceled { order, reason } => self.handle_end(*order, *reason, now),
            AccountEvent::Expired { order } => self.advance(*order, OrderEvent::Expired, now),
            AccountEvent::Amended(amendment) => self.handle_amended(amendment, now),
            AccountEvent::AmendRejected { order, .. } => {
                let turn = self.turn;
                if let Some(tracked) = self.orders.find(*order) {
                    tracked.amend = Request::RefusedAt(turn);
                }
            }
            AccountEvent::CancelRejected { order, .. } => {
                let turn = self.turn;
                if let Some(tracked) = self.orders.find(*order) {
                    tracked.cancel = Request::RefusedAt(turn);
                }
                self.advance(*order, OrderEvent::CancelRejected, now);
            }
        }
    }

    fn take_balances(&mut self, balances: &[(Asset, Amount)], now: Timestamp) {
        let mismatches = self.ledger.take_balances(balances);
        self.is_in_doubt = !mismatches.is_empty();
        for mismatch in mismatches {
            self.report(Report::Alarm(Alarm::Balance(mismatch)));
        }
        self.see_equity(now);
    }

    /// Whatever is under way for the order may have been lost. That its answer was lost says
    /// nothing new of an order that has ended meanwhile.
    fn handle_unclear(&mut self, id: ClientOrderId, now: Timestamp) {
        let turn = self.turn;
        match self.orders.find(id) {
            Some(tracked) if !tracked.order.state().is_live() => return,
            Some(tracked) => tracked.lose_answers(turn),
            None => {}
        }
        self.advance(id, OrderEvent::LinkLost, now);
    }

    /// Applies an event to an order and follows up on what it means for its pair.
    fn advance(&mut self, id: ClientOrderId, event: OrderEvent, now: Timestamp) {
        let at = self.desk_of(id);
        self.apply_event(id, event);
        self.after(id, at, None, now);
    }

    fn handle_end(&mut self, id: ClientOrderId, reason: CancelReason, now: Timestamp) {
        let at = self.desk_of(id);
        self.apply_event(id, OrderEvent::Canceled);
        self.after(id, at, Some(reason), now);
    }

    /// Moves an order along its table. A contradiction stops entries until the picture is clear.
    pub(super) fn apply_event(&mut self, id: ClientOrderId, event: OrderEvent) {
        let Some(tracked) = self.orders.find(id) else {
            self.is_in_doubt = true;
            self.report(Report::Alarm(Alarm::ForeignOrder(id)));
            return;
        };
        match tracked.order.apply(event) {
            Ok(race) => *self.races.entry(race).or_default() += 1,
            Err(error) => {
                self.is_in_doubt = true;
                self.report(Report::Alarm(Alarm::Order(error)));
            }
        }
    }

    fn handle_fill(&mut self, fill: &Fill, now: Timestamp) {
        let at = self.desk_on(fill.pair);
        let Some(tracked) = self.orders.find(fill.order) else {
            // A fact all the same: the balances have changed.
            self.ledger.book_fill(fill);
            self.is_in_doubt = true;
            self.report(Report::Alarm(Alarm::ForeignOrder(fill.order)));
            return;
        };
        let role = tracked.order.role;
        match tracked.order.apply_fill(fill) {
            Ok(Some(race)) => *self.races.entry(race).or_default() += 1,
            Ok(None) => return,
            Err(error) => {
                self.ledger.book_fill(fill);
                self.is_in_doubt = true;
                self.report(Report::Alarm(Alarm::Order(error)));
                return;
            }
        }
        self.ledger.book_fill(fill);
        self.report(Report::OrderFilled { fill: *fill, role });
        if let Some(at) = at {
            self.book_position(at, fill, role, now);
        }
        self.after(fill.order, at, None, now);
        self.judge_profit(now);
    }

    fn book_position(&mut self, at: usize, fill: &Fill, role: Role, now: Timestamp) {
        let desk = &mut self.desks[at];
        desk.volume.add(fill.cost, now);
        if fill.side == Side::Buy {
            desk.position.buy(fill);
            // A report that came after the end of its order: nobody wants what it bought any more.
            if desk.goal == Goal::Rest {
                desk.goal = Goal::Flat(ExitReason::Signal);
                if self.is_halted_on(&self.desks[at]) {
                    self.reopen_halt(at);
                }
            }
            return;
        }
        let reason = match role {
            Role::Exit(reason) => reason,
            Role::Stop => ExitReason::Stop,
            Role::Entry => ExitReason::Signal,
        };
        match desk.position.sell(fill, reason, &mut self.lots_closed) {
            Ok(()) => {
                let pair = desk.rules.pair;
                // The list comes back when it is empty, so that its place is used again.
                let mut closed = std::mem::take(&mut self.lots_closed);
                for lot in closed.drain(..) {
                    self.desks[at].trade_profit += lot.profit();
                    self.report(Report::LotClosed { pair, lot });
                }
                self.lots_closed = closed;
                self.close_trade(at, reason);
            }
            Err(oversold) => {
                self.is_in_doubt = true;
                self.report(Report::Alarm(Alarm::Position(oversold)));
            }
        }
    }

    /// When nothing that can be sold is left, the trade is over and its result counts.
    fn close_trade(&mut self, at: usize, reason: ExitReason) {
        let desk = &mut self.desks[at];
        if desk.quantity_to_sell().is_some() {
            return;
        }
        desk.exit_attempts.count = 0;
        let profit = std::mem::take(&mut desk.trade_profit);
        desk.results.add(profit);
        let pair = desk.rules.pair;
        self.report(Report::TradeClosed { pair, profit, reason });
        self.profit_to_judge = Some(profit);
    }

    /// The result of a trade that is over counts once its last order has been put away: the kill
    /// switch cancels what is live.
    fn judge_profit(&mut self, now: Timestamp) {
        let profit = self.profit_to_judge.take();
        if profit.is_some_and(|profit| self.kill.see_profit(profit).is_some()) {
            self.halt(now);
        }
    }

    fn handle_amended(&mut self, amendment: &Amendment, now: Timestamp) {
        let Some(tracked) = self.orders.find(amendment.order) else { return };
        tracked.amend = Request::None;
        tracked.order.apply_amendment(amendment);
        let at = self.desk_of(amendment.order);
        self.after(amendment.order, at, None, now);
    }

    fn count_stop_rejection(&mut self, id: ClientOrderId) {
        let turn = self.turn;
        let Some(desk) = self.desks.iter_mut().find(|desk| desk.stop == Some(id)) else { return };
        desk.stop_attempts.tried(turn);
        if STOP_REJECTIONS_MAX <= desk.stop_attempts.count {
            desk.aim_flat(ExitReason::Stop);
            let pair = desk.rules.pair;
            self.report(Report::Alarm(Alarm::Unprotected(pair)));
        }
    }

    /// After an event of an order: its hold, its end, and the next step of its pair.
    fn after(
        &mut self,
        id: ClientOrderId,
        at: Option<usize>,
        reason: Option<CancelReason>,
        now: Timestamp,
    ) {
        self.refresh_hold(id, now);
        if let Some(tracked) = self.orders.live(id)
            && !tracked.order.state().is_live()
        {
            let (state, role) = (tracked.order.state(), tracked.order.role);
            let pair = tracked.order.request.pair;
            let has_stopped = role == Role::Stop && tracked.order.quantity_traded().is_positive();
            self.orders.settle(id);
            for desk in &mut self.desks {
                desk.forget(id);
            }
            // A part of a halt's sale went through; the next one need not wait for a price.
            if let Some(desk) = at.map(|at| &mut self.desks[at])
                && (role, state) == (Role::Exit(ExitReason::Kill), OrderState::Filled)
            {
                desk.exit_attempts = Attempts::default();
            }
            // A stop that is still trading is left to it; what it leaves behind is sold.
            if let Some(desk) = at.map(|at| &mut self.desks[at])
                && has_stopped
                && matches!(desk.goal, Goal::Long(_))
            {
                desk.goal = Goal::Flat(ExitReason::Stop);
            }
            let is_told_elsewhere = matches!(state, OrderState::Filled | OrderState::Rejected);
            if !is_told_elsewhere {
                self.report(Report::OrderEnded { order: id, pair, role, state, reason });
            }
        }
        self.see_equity(now);
        if let Some(at) = at {
            self.pursue(at, now);
        }
    }
}

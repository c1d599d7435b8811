//! From a wish to an order, and from a goal to the next step.

use trading_types::{
    Amendment, Amount, Candle, ClientOrderId, Fraction, Liquidity, NewOrder, OrderKind,
    OrderQuantity, Pair, Price, Quantity, Rounding, Side, TimeInForce, Timestamp, Trigger,
    TriggerSource, VenueCommand,
};

use crate::{
    desk::{Attempts, Desk, EntryOutcome, Goal, LastEntry, LastWish, Signal, Step},
    engine::{Engine, entry_size::nobody},
    ledger::Hold,
    order::{Order, Role},
    order_life::OrderEvent,
    orders::Request,
    position::ExitReason,
    report::{Alarm, Report, ResidualCause},
    risk::{RiskContext, RiskRefusal, check_entry, check_exit},
    sizing::{SizeRefusal, Sizing},
    strategy::{Exits, View, Wish},
    terms::Terms,
    venue_gate::{Message, VenueGate},
    volatility,
};

/// After so many attempts to sell the limit is rounded ten times as coarsely as the tick, and after
/// twice as many a hundred times.
const EXIT_ATTEMPTS_A_TICK: u32 = 3;
/// After this many attempts to sell a position, a person is told; the attempts go on.
const EXIT_ATTEMPTS_TOLD: u32 = 10;

impl Engine {
    /// A trade happened at `price`: marks, targets, retries. Says what the equity is at that mark:
    /// what is sent for it changes no balance yet.
    #[inline]
    pub(super) fn see_price(&mut self, at: usize, price: Price, now: Timestamp) -> Amount {
        let equity = self.see_equity(now);
        if self.desks[at].reaches_target(price) {
            self.desks[at].goal = Goal::Flat(ExitReason::TakeProfit);
        }
        self.pursue(at, now);
        equity
    }

    #[inline]
    pub(super) fn ask_strategy(
        &mut self,
        at: usize,
        candle: &Candle,
        equity: Amount,
        now: Timestamp,
    ) {
        let view = View {
            now,
            position: self.desks[at].position.sellable(),
            entry_price: self.desks[at].position.average_price(),
            cash_free: self.ledger.free(self.settings.quote),
            equity,
        };
        let desk = &mut self.desks[at];
        if let Sizing::Volatility { candles, .. } = self.settings.sizing {
            volatility::remember(&mut desk.closes, candle.close, candles);
        }
        let wish = desk.strategy.handle_candle(candle, &view);
        desk.remember_wish(LastWish { time: now, candle: *candle, wish });
        // Before the balances are known there is nothing to trade with: the strategy warms up.
        if self.ledger.is_open() {
            self.grant(at, wish, now);
        }
    }

    /// Does what a strategy wishes.
    pub(super) fn grant(&mut self, at: usize, wish: Wish, now: Timestamp) {
        match wish {
            Wish::Nothing => {}
            Wish::BeLong(exits) => self.wish_long(at, exits.into(), now),
            Wish::BeFlat => self.wish_flat(at, now),
            Wish::Add(spend) => self.wish_more(at, spend, now),
            Wish::BeLongOn(terms) => self.wish_long_on(at, terms, now),
            Wish::Keep(trail) => self.wish_kept(at, trail, now),
        }
    }

    pub(super) fn wish_long(&mut self, at: usize, terms: Terms, now: Timestamp) {
        let exits = terms.exits_now();
        let desk = &mut self.desks[at];
        if !desk.signal.is_long {
            desk.signal = Signal { is_long: true, is_used: false };
        }
        if desk.signal.is_used {
            return;
        }
        // What was too small to be sold and has grown is the position that is wished for.
        let has_grown = desk.goal == Goal::Rest && !desk.is_idle() && desk.has_no_orders();
        if has_grown && !self.is_halted_on(&self.desks[at]) {
            let desk = &mut self.desks[at];
            desk.signal.is_used = true;
            desk.goal = Goal::Long(exits);
            return self.pursue(at, now);
        }
        // A position that is still being sold comes first; the signal waits for its end.
        let desk = &mut self.desks[at];
        if !desk.is_idle() {
            return;
        }
        desk.signal.is_used = true;
        let fee = self.taker_fee(at, now);
        match self.size_entry(at, terms, fee, &mut nobody) {
            Ok(quantity) => self.enter(at, quantity, exits, now),
            Err(refusal) => self.refuse_size(at, refusal),
        }
    }

    /// What is spent for a wish to add so much.
    pub(super) fn spend_of(&self, at: usize, wished: Amount) -> Amount {
        wished.round_to_decimals(self.desks[at].rules.cost_decimals, Rounding::Down)
    }

    fn refuse_size(&mut self, at: usize, refusal: SizeRefusal) {
        let pair = self.desks[at].rules.pair;
        self.remember_entry(at, EntryOutcome::SizeRefused(refusal.clone()));
        self.report(Report::SizeRefused { pair, refusal });
    }

    #[inline]
    fn wish_flat(&mut self, at: usize, now: Timestamp) {
        let desk = &mut self.desks[at];
        desk.signal = Signal::default();
        // Nothing to give up: aiming at nothing would be there at once.
        if desk.is_at_rest() && desk.goal == Goal::Rest && desk.is_idle() {
            return;
        }
        if let Goal::Long(_) | Goal::Rest = desk.goal {
            desk.goal = Goal::Flat(ExitReason::Signal);
            self.pursue(at, now);
        }
    }

    fn wish_more(&mut self, at: usize, spend: Amount, now: Timestamp) {
        let desk = &mut self.desks[at];
        desk.signal.is_used = false;
        let spend = self.spend_of(at, spend);
        match self.cap_entry(at, OrderQuantity::Quote(spend), &mut nobody) {
            Ok(quantity) => self.enter(at, quantity, Exits::default(), now),
            Err(refusal) => self.refuse_size(at, refusal),
        }
        self.desks[at].signal.is_used = true;
    }

    /// Sends an entry, if every rule lets it through.
    fn enter(&mut self, at: usize, quantity: OrderQuantity, exits: Exits, now: Timestamp) {
        let pair = self.desks[at].rules.pair;
        let order = self.new_order(at, Side::Buy, OrderKind::Market, quantity);
        let checked = self.with_context(at, now, |context| check_entry(&order, context));
        if let Err(refusal) = checked {
            if refusal == RiskRefusal::RepeatedExecution {
                self.desks[at].pace.switch_off();
            }
            self.remember_entry(at, EntryOutcome::Refused(refusal));
            self.report(Report::OrderRefused { pair, side: Side::Buy, role: Role::Entry, refusal });
            return;
        }
        self.remember_entry(at, EntryOutcome::Placed(order.id));
        let desk = &mut self.desks[at];
        desk.goal = Goal::Long(exits);
        desk.exit_attempts = Attempts::default();
        desk.stop_attempts = Attempts::default();
        desk.entries.push(order.id);
        self.place(at, order, Role::Entry, now);
    }

    fn remember_entry(&mut self, at: usize, outcome: EntryOutcome) {
        self.desks[at].last_entry = Some(LastEntry { time: self.now, outcome });
    }

    /// Takes every step toward the desk's goal that can be taken now.
    #[inline]
    pub(super) fn pursue(&mut self, at: usize, now: Timestamp) {
        if !self.desks[at].is_at_rest() {
            self.take_steps(at, now);
        }
    }

    fn take_steps(&mut self, at: usize, now: Timestamp) {
        let gate = self.gate_on(at);
        while let Some(step) = self.desks[at].next_step(&self.orders, self.turn, gate) {
            match step {
                Step::Cancel(order) => self.cancel(at, order),
                Step::PlaceStop { quantity, price } => self.place_stop(at, quantity, price, now),
                Step::ResizeStop { order, total } => self.resize(order, total),
                Step::RaiseStop { order, price } => self.raise(order, price),
                Step::PlaceExit { quantity, reason } => self.place_exit(at, quantity, reason, now),
            }
        }
        let desk = &mut self.desks[at];
        if matches!(desk.goal, Goal::Flat(_)) && desk.is_idle() {
            desk.goal = Goal::Rest;
        }
        self.note_protection(at, now);
    }

    fn cancel(&mut self, at: usize, order: ClientOrderId) {
        self.desks[at].pace.canceled(self.now);
        self.apply_event(order, OrderEvent::CancelSent);
        self.orders.find(order).expect("a step names a live order").cancel = Request::Sent;
        self.command(VenueCommand::Cancel(order));
    }

    fn resize(&mut self, order: ClientOrderId, total: Quantity) {
        self.orders.find(order).expect("a step names a live order").amend = Request::Sent;
        let amendment = Amendment { order, quantity: Some(total), limit: None, trigger: None };
        self.command(VenueCommand::Amend(amendment));
    }

    fn place_stop(&mut self, at: usize, quantity: Quantity, price: Price, now: Timestamp) {
        let trigger = Trigger { price, source: TriggerSource::Last };
        let kind = OrderKind::StopLoss { trigger };
        let order = self.new_order(at, Side::Sell, kind, OrderQuantity::Base(quantity));
        if self.let_out(at, &order, Role::Stop, now) {
            self.desks[at].stop = Some(order.id);
            self.place(at, order, Role::Stop, now);
        }
    }

    fn place_exit(&mut self, at: usize, quantity: Quantity, reason: ExitReason, now: Timestamp) {
        let (turn, pair) = (self.turn, self.desks[at].rules.pair);
        self.desks[at].exit_attempts.tried(turn);
        let attempts = self.desks[at].exit_attempts.count;
        if attempts == EXIT_ATTEMPTS_TOLD {
            self.report(Report::Alarm(Alarm::CannotExit { pair, attempts, reason }));
        }
        let is_kill = reason == ExitReason::Kill;
        let mark = self.desks[at].prices.mark();
        let quantity = match mark.filter(|_| is_kill) {
            Some(mark) => self.slice(at, quantity, mark),
            None => quantity,
        };
        let quantity = OrderQuantity::Base(quantity);
        let mut order = self.new_order(at, Side::Sell, OrderKind::Market, quantity);
        // A venue that takes limit orders only gets one.
        let gate = self.gate_on(at);
        let limit_only = !gate.takes(Message::Other) && gate.takes(Message::Limit);
        if let Some(mark) = mark.filter(|_| is_kill || limit_only) {
            // Never plain market when everything falls: the rest is tried again at the next price.
            let worst = mark.moved_by(-self.settings.risk.flatten_collar, Rounding::Down);
            let price = round_for_exit(worst, self.desks[at].rules.tick, attempts);
            order.kind = OrderKind::Limit { price };
            order.time_in_force = TimeInForce::ImmediateOrCancel;
        }
        if self.let_out(at, &order, Role::Exit(reason), now) {
            self.desks[at].exit = Some(order.id);
            self.place(at, order, Role::Exit(reason), now);
        }
    }

    /// Whether an order that reduces the position may go. A refusal is told once, not at every
    /// price.
    fn let_out(&mut self, at: usize, order: &NewOrder, role: Role, now: Timestamp) -> bool {
        let refusal = self.with_context(at, now, |context| check_exit(order, context)).err();
        let (turn, pair) = (self.turn, self.desks[at].rules.pair);
        let desk = &mut self.desks[at];
        let attempts = match role {
            Role::Stop => &mut desk.stop_attempts,
            Role::Entry | Role::Exit(_) => &mut desk.exit_attempts,
        };
        let told = std::mem::replace(&mut attempts.refusal, refusal);
        let Some(refusal) = refusal else { return true };
        attempts.turn = Some(turn);
        if told != Some(refusal) {
            self.report(Report::OrderRefused { pair, side: order.side, role, refusal });
            if role == Role::Exit(ExitReason::Kill) {
                self.tell_residual(at, ResidualCause::Refused(refusal));
            }
        }
        false
    }

    fn new_order(
        &mut self,
        at: usize,
        side: Side,
        kind: OrderKind,
        quantity: OrderQuantity,
    ) -> NewOrder {
        let id = ClientOrderId::new(self.settings.session, self.next_sequence);
        self.next_sequence += 1;
        let pair = self.desks[at].rules.pair;
        NewOrder {
            deadline: Some(self.now + self.settings.order_deadline),
            ..NewOrder::new(id, pair, side, kind, quantity)
        }
    }

    fn place(&mut self, at: usize, order: NewOrder, role: Role, now: Timestamp) {
        let NewOrder { id, pair, side, kind, quantity, .. } = order;
        self.desks[at].pace.sent(role == Role::Entry, now);
        self.orders.add(Order::sent(order.clone(), role));
        self.refresh_hold(id, now);
        self.report(Report::OrderPlaced { order: id, pair, side, role, kind, quantity });
        self.command(VenueCommand::Place(order));
    }

    /// What the order may still need stays held until it has ended.
    pub(super) fn refresh_hold(&mut self, id: ClientOrderId, now: Timestamp) {
        let Some(tracked) = self.orders.live(id) else { return };
        let order = &tracked.order;
        let Pair { base, quote } = order.request.pair;
        let hold = match order.request.side {
            _ if !order.state().is_live() => None,
            Side::Sell => {
                order.quantity_open().map(|open| Hold { asset: base, amount: open.into() })
            }
            Side::Buy => {
                let Some(at) = self.desk_on(order.request.pair) else { return };
                let price = order.request.kind.limit().or(self.desks[at].prices.last);
                let cost = order.cost_open(price.unwrap_or(Price::ZERO));
                let amount = cost + cost.times(self.taker_fee(at, now), Rounding::Up);
                Some(Hold { asset: quote, amount })
            }
        };
        self.ledger.set_hold(id, hold);
    }

    fn taker_fee(&mut self, at: usize, now: Timestamp) -> Fraction {
        let volume = self.desks.iter_mut().map(|desk| desk.volume.within_window(now)).sum();
        self.desks[at].rules.fees.rate(volume, Liquidity::Taker)
    }

    #[inline]
    pub(super) fn gate_on(&self, at: usize) -> VenueGate {
        VenueGate { venue: self.status, pair: self.desks[at].status }
    }

    /// The fee for those who only look.
    pub(super) fn taker_fee_seen(&self, at: usize, now: Timestamp) -> Fraction {
        let volume = self.desks.iter().map(|desk| desk.volume.seen_at(now)).sum();
        self.desks[at].rules.fees.rate(volume, Liquidity::Taker)
    }

    fn with_context<T>(
        &mut self,
        at: usize,
        now: Timestamp,
        ask: impl FnOnce(&RiskContext<'_>) -> T,
    ) -> T {
        let fee = self.taker_fee(at, now);
        let open = self.orders.live_on(self.desks[at].rules.pair);
        ask(&self.context(at, fee, &open, now))
    }

    pub(super) fn context<'a>(
        &'a self,
        at: usize,
        fee: Fraction,
        open: &'a [&'a NewOrder],
        now: Timestamp,
    ) -> RiskContext<'a> {
        let desk = &self.desks[at];
        RiskContext {
            rules: &desk.rules,
            limits: &self.settings.risk,
            is_halted: self.is_halted_on(desk),
            is_in_doubt: self.is_in_doubt,
            blocked: self.block_on(desk.rules.pair),
            gate: self.gate_on(at),
            last: desk.prices.last,
            heard: desk.prices.heard,
            quote: desk.prices.quote,
            moved: desk.recent.moved(now),
            position_value: self.exposure_of(desk),
            exposure: self.desks.iter().map(|desk| self.exposure_of(desk)).sum(),
            cash_free: self.ledger.free(self.settings.quote),
            base_free: self.ledger.free(desk.rules.pair.base),
            fee,
            open,
            pace: &desk.pace,
            signal_used: desk.signal.is_used && !desk.entries.is_empty(),
            now,
        }
    }

    /// A position and what its entries may still add, at the last price.
    pub(super) fn exposure_of(&self, desk: &Desk) -> Amount {
        let price = desk.prices.last.unwrap_or(Price::ZERO);
        let entries = desk.entries.iter().filter_map(|id| self.orders.live(*id));
        let open: Amount = entries.map(|it| it.order.cost_open(price)).sum();
        desk.position.value(price) + open
    }

    /// Starts or stops the clock of a position that wants a stop at the venue and has none.
    #[inline]
    fn note_protection(&mut self, at: usize, now: Timestamp) {
        let desk = &mut self.desks[at];
        let wants_stop = matches!(desk.goal, Goal::Long(Exits { stop: Some(_), .. }));
        let is_resting = desk.stop.is_some_and(|id| {
            self.orders.live(id).is_some_and(|it| it.order.state().is_on_the_book())
        });
        let is_open = wants_stop && !is_resting && desk.quantity_to_sell().is_some();
        desk.unprotected_since = is_open.then(|| desk.unprotected_since.unwrap_or(now));
    }

    /// A position that has been without its stop for too long is sold.
    pub(super) fn handle_unprotected(&mut self, now: Timestamp) {
        self.turn += 1;
        for at in 0..self.desks.len() {
            let desk = &mut self.desks[at];
            let is_late = desk
                .unprotected_since
                .is_some_and(|since| since + self.settings.stop_deadline <= now);
            if is_late {
                desk.aim_flat(ExitReason::Stop);
                desk.unprotected_since = None;
                let pair = desk.rules.pair;
                self.report(Report::Alarm(Alarm::Unprotected(pair)));
                self.pursue(at, now);
            }
        }
    }
}

/// The limit of a sale that has to happen. A venue may have made its tick larger while we run, and
/// would refuse a finer price for ever: what is refused is tried again in rounder numbers.
fn round_for_exit(worst: Price, tick: Price, attempts: u32) -> Price {
    // The present attempt is counted already.
    let zeros = (attempts.saturating_sub(1) / EXIT_ATTEMPTS_A_TICK).min(2);
    let steps = (0..=zeros).rev().filter_map(|zeros| tick.units().checked_mul(10_i64.pow(zeros)));
    let prices = steps.map(|step| worst.round_to(Price::from_units(step), Rounding::Down));
    prices.into_iter().find(|price| price.is_positive()).unwrap_or(tick)
}

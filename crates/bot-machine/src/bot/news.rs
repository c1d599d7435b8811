//! News from the sockets: market, account, links.

use kraken_protocol::stream::{
    balances::BalanceReport,
    executions::{OpenOrder, OrderReport},
    session::{AccountReport, LinkChange, ReconcileReason},
    subscription::{SocketKind, Subscription},
};
use trading_engine::{BlockCause, Input, OperatorCommand, OrderState};
use trading_types::{
    AccountEvent, Candle, ClientOrderId, LinkEvent, MarketEvent, Pair, Quote, Trade, VenueEvent,
};

use super::Bot;
use crate::{
    dead_man::DeadManEvent,
    guard::GuardEvent,
    market_feed::Attention,
    output::{AlertKind, BotOutput, Severity},
    reconciler::Trigger,
    resolver::ResolverEvent,
};

impl Bot {
    /// The best prices changed; says whether that may change anything else.
    pub(super) fn quote(&mut self, pair: Pair, quote: Option<Quote>) -> bool {
        let quote = quote.filter(Quote::is_sane);
        let turns = self.market.has_price(pair) != quote.is_some();
        if turns {
            self.guard.handle(GuardEvent::Data { pair, is_good: quote.is_some() }, self.now);
        }
        let is_held = self.engine.is_busy_on(pair);
        let attention = Attention { is_held, watches: self.engine.watches() };
        let passing = self.market.quote(pair, quote, &attention, self.now);
        if let Some(quote) = passing {
            self.tell_market(MarketEvent::Quote { pair, quote });
        }
        turns || passing.is_some()
    }

    /// Others traded; says whether that may change anything else.
    pub(super) fn trade(&mut self, pair: Pair, trade: Trade) -> bool {
        let is_held = self.engine.is_busy_on(pair);
        let attention = Attention { is_held, watches: self.engine.watches() };
        let passes = self.market.trade(pair, &trade, &attention, self.now);
        if passes {
            self.tell_market(MarketEvent::Trade { pair, trade });
        }
        passes
    }

    pub(super) fn candle(&mut self, pair: Pair, candle: Candle) {
        let candles = self.market.candle(pair, candle);
        self.pass_candles(pair, candles);
    }

    /// A strategy decides at a candle, so the newest prices go before it.
    /// What is caught up on is there to be known, not to be entered on: only the newest candle is
    /// of now.
    pub(super) fn pass_candles(&mut self, pair: Pair, candles: Vec<Candle>) {
        let (cause, last) = (BlockCause::Starting, candles.len().saturating_sub(1));
        for (number, candle) in candles.into_iter().enumerate() {
            if 0 < last && number == 0 {
                self.order_engine(OperatorCommand::Block { cause, pair: Some(pair) });
            }
            if 0 < last && number == last {
                self.order_engine(OperatorCommand::Unblock { cause, pair: Some(pair) });
            }
            if let Some(quote) = self.market.newest_quote(pair, self.now) {
                self.tell_market(MarketEvent::Quote { pair, quote });
            }
            self.tell_market(MarketEvent::Candle { pair, candle });
        }
    }

    fn tell_market(&mut self, event: MarketEvent) {
        self.tell_engine(&Input::Venue(VenueEvent::Market(event)));
    }

    pub(super) fn link(&mut self, socket: SocketKind, change: &LinkChange) {
        let is_up = matches!(change, LinkChange::Up);
        let was_up = self.is_up(socket);
        self.guard.handle(GuardEvent::Link { socket, is_up }, self.now);
        match socket {
            SocketKind::Public | SocketKind::Level3 => {
                self.life.is_public_up = is_up;
                if !is_up {
                    self.lose_prices();
                }
            }
            SocketKind::Private => {
                self.life.is_private_up = is_up;
                self.life.has_snapshot &= is_up;
                if was_up && !is_up {
                    self.tell_engine(&Input::Venue(VenueEvent::Link(LinkEvent::Disconnected)));
                    self.doubt_all_unknown("the link broke");
                } else if is_up && !was_up {
                    self.tell_engine(&Input::Venue(VenueEvent::Link(LinkEvent::Connected)));
                }
                self.dead_man.handle(DeadManEvent::Link(is_up), self.now);
            }
        }
    }

    fn lose_prices(&mut self) {
        let pairs: Vec<Pair> = self.pairs().collect();
        for pair in pairs {
            self.guard.handle(GuardEvent::Data { pair, is_good: false }, self.now);
            let attention = Attention { is_held: false, watches: &[] };
            self.market.quote(pair, None, &attention, self.now);
        }
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.settings.header.settings.pairs.iter().map(|rules| rules.pair)
    }

    /// Every order the engine calls unknown has its case with the resolver.
    pub(super) fn doubt_all_unknown(&mut self, why: &str) {
        let unknown: Vec<ClientOrderId> = self
            .engine
            .live_orders()
            .filter(|order| order.state == OrderState::Unknown)
            .map(|order| order.request.id)
            .collect();
        for order in unknown {
            self.doubt(order, why);
        }
    }

    pub(super) fn socket_ended(&mut self, socket: SocketKind, why: &str) {
        self.link(socket, &LinkChange::Down(kraken_protocol::stream::session::LinkLoss::Shutdown));
        self.alert(
            AlertKind::StaleData,
            Severity::Warning,
            format!("the {socket:?} socket ended ({why}); a new one is opened"),
        );
        self.open_socket(socket);
    }

    /// What a stream may have missed is looked up; which channel it was makes no difference.
    pub(super) fn may_have_missed(&mut self, reason: &ReconcileReason) {
        if let ReconcileReason::MissedFills { venue_order } = reason
            && let Some(id) = self.account.ours(venue_order)
        {
            self.look_for(id);
        }
        if *reason == ReconcileReason::NoSnapshot(Subscription::Executions) {
            self.open_orders_unshown();
        }
        self.reconcile(Trigger::MissedFills);
    }

    /// The stream lives and never showed what is open, and will not any more. REST says it instead,
    /// order by order.
    fn open_orders_unshown(&mut self) {
        let resting = self.engine.live_orders().filter(|order| order.state.is_on_the_book());
        let resting: Vec<ClientOrderId> = resting.map(|order| order.request.id).collect();
        for id in resting {
            self.look_for(id);
        }
        self.life.has_snapshot = true;
    }

    pub(super) fn account_report(&mut self, report: AccountReport) {
        match report {
            AccountReport::Order(OrderReport::Event(event)) => self.order_event(event),
            AccountReport::Order(OrderReport::Foreign(_)) => {
                self.reconcile(Trigger::ForeignReport);
            }
            AccountReport::Order(OrderReport::OpenOrders { open, missing }) => {
                self.open_orders_shown(&open, missing);
            }
            AccountReport::Order(OrderReport::Counter { .. }) | AccountReport::CounterMax(_) => {}
            AccountReport::Order(OrderReport::Reconcile(reason))
            | AccountReport::Balance(BalanceReport::Reconcile(reason)) => {
                self.may_have_missed(&reason);
            }
            AccountReport::Balance(BalanceReport::Changed(change)) => {
                if !change.is_trade {
                    self.reconcile(Trigger::BalanceMoved);
                }
            }
            AccountReport::Balance(BalanceReport::Event(event)) => {
                if matches!(event, AccountEvent::Moved { .. }) {
                    self.reconcile(Trigger::BalanceMoved);
                }
            }
        }
    }

    fn order_event(&mut self, event: AccountEvent) {
        let order = about(&event);
        let settles_amend = settles_amend(&event);
        // An order with a name like ours that this journal never gave is somebody else's.
        if let Some(id) = order
            && self.is_foreign(id)
        {
            if matches!(event, AccountEvent::Traded(_)) {
                self.reconcile(Trigger::ForeignReport);
            }
            return;
        }
        self.tell_account(event);
        if let Some(id) = order
            && self.engine.live_order(id).is_none_or(|it| it.state != OrderState::Unknown)
        {
            self.tell_resolver(ResolverEvent::Settled(id));
        }
        if let Some(id) = order.filter(|_| settles_amend) {
            self.tell_resolver(ResolverEvent::AmendSettled(id));
        }
    }

    fn is_foreign(&self, id: ClientOrderId) -> bool {
        let session = self.settings.header.settings.session;
        ClientOrderId::new(session, id.sequence()) != id
    }

    /// The stream shows everything that is open. What we take for open and it does not show has
    /// ended, or never was.
    fn open_orders_shown(&mut self, open: &[OpenOrder], missing: Vec<ClientOrderId>) {
        self.life.has_snapshot = true;
        self.tell_resolver(ResolverEvent::StreamRenewed { at: self.now });
        let shown = |id: ClientOrderId| open.iter().any(|order| order.client == Some(id));
        let resting = self.engine.live_orders().filter(|order| order.state.is_on_the_book());
        let mut gone: Vec<ClientOrderId> = resting.map(|order| order.request.id).collect();
        gone.extend(missing);
        gone.sort();
        gone.dedup();
        for id in gone.into_iter().filter(|id| !shown(*id)) {
            self.look_for(id);
        }
        self.reconcile(Trigger::Reconnected);
    }

    /// An order that should be open is not shown: its end is looked up.
    pub(super) fn look_for(&mut self, id: ClientOrderId) {
        if let Some(live) = self.engine.live_order(id) {
            let order = live.request.clone();
            let sent_at = self.sent_no_earlier_than(&order);
            self.tell_resolver(ResolverEvent::Missing { order, sent_at });
        } else {
            self.outputs.push_back(BotOutput::OrderGone(id));
        }
    }
}

/// Whether no amendment of the order can be unclear any more.
const fn settles_amend(event: &AccountEvent) -> bool {
    matches!(
        event,
        AccountEvent::Amended(_)
            | AccountEvent::AmendRejected { .. }
            | AccountEvent::Completed { .. }
            | AccountEvent::Canceled { .. }
            | AccountEvent::Expired { .. }
            | AccountEvent::Rejected { .. }
    )
}

/// The order an event is about.
fn about(event: &AccountEvent) -> Option<ClientOrderId> {
    match event {
        AccountEvent::Balances(_) | AccountEvent::Moved { .. } => None,
        AccountEvent::Accepted { order, .. }
        | AccountEvent::Rejected { order, .. }
        | AccountEvent::Triggered { order }
        | AccountEvent::Unclear { order }
        | AccountEvent::NeverExisted { order }
        | AccountEvent::Completed { order }
        | AccountEvent::Canceled { order, .. }
        | AccountEvent::Expired { order }
        | AccountEvent::AmendRejected { order, .. }
        | AccountEvent::CancelRejected { order, .. } => Some(*order),
        AccountEvent::Traded(fill) => Some(fill.order),
        AccountEvent::Amended(amendment) => Some(amendment.order),
    }
}

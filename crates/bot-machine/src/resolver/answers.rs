//! What answers say about the orders that are looked for.

use std::time::Duration;

use kraken_protocol::rest::{
    orders::Order,
    trades::{AccountTrade, TradesPage},
};
use trading_types::{AccountEvent, ClientOrderId, Refusal, Timestamp, TradeId, VenueOrderId};

use super::{
    Resolver, ResolverOutput,
    asking::{Ended, Pass, Shared},
    case::{Case, Found, Question, Stage, wait},
    fate,
    proof::Look,
};
use crate::{
    books::Books,
    call::{Answer, CallFailure},
    history::{Came, NextPage},
};

/// A key that is not used, or a venue that says no to a reading, is asked again after this.
const HOPELESS: u32 = 6;
/// More orders than this are not looked for among the ended ones before that can prove anything.
const EARLY_ENDED_MAX: usize = 1;
/// An order that was found open over REST is looked for once more after this, unless the stream
/// has shown it: what REST shows may be old, and of an end that the stream told meanwhile nobody
/// would hear again.
const CONFIRM_AFTER: Duration = Duration::from_secs(10);
/// The moment of an answer, and what our books say then.
#[derive(Clone, Copy)]
pub(super) struct Heard<'a> {
    /// When it was asked for.
    pub(super) sent: Timestamp,
    pub(super) books: &'a dyn Books,
    pub(super) now: Timestamp,
}

impl Resolver {
    pub(super) fn answered(
        &mut self,
        tag: u64,
        result: Result<Answer, CallFailure>,
        heard: Heard<'_>,
    ) {
        if let Some((_, shared)) = self.shared.take_if(|(it, _)| *it == tag) {
            match (shared, result) {
                (Shared::Open, Ok(Answer::Orders(orders))) => {
                    self.succeeded();
                    self.hear_open(&orders, heard);
                }
                (Shared::Trades(_), Ok(Answer::Trades(page))) => {
                    self.succeeded();
                    self.hear_trades(&page.trades);
                    self.conclude_found(heard);
                }
                (Shared::History(pass), Ok(Answer::Trades(page))) => {
                    self.succeeded();
                    self.hear_page(pass, &page, heard);
                }
                (Shared::Owners(owners), Ok(shown @ Answer::Orders(_))) => {
                    self.succeeded();
                    self.hear_owners(*owners, &shown, heard);
                }
                (shared, result) => {
                    if let Shared::Trades(asked) = shared {
                        self.list_again(&asked);
                    }
                    self.failed(result.err().as_ref(), heard.now);
                }
            }
        } else if let Some((_, question)) = self.ended.take_if(|(it, _)| *it == tag) {
            match (question, result) {
                (Ended::One(order), Ok(Answer::Orders(orders))) => {
                    self.succeeded();
                    self.hear_ended(order, &orders, heard);
                }
                (Ended::All(sweep), Ok(Answer::ClosedOrders(page))) => {
                    self.succeeded();
                    self.hear_ended_page(sweep, &page, heard);
                }
                (_, other) => self.failed(other.err().as_ref(), heard.now),
            }
        }
    }

    const fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// A call failed, or was answered with something else than was asked.
    fn failed(&mut self, failure: Option<&CallFailure>, now: Timestamp) {
        let is_hopeless = matches!(failure, Some(CallFailure::Key(_) | CallFailure::Refused(_)));
        self.paused_until = now + wait(if is_hopeless { HOPELESS } else { self.failures });
        self.failures = (self.failures + 1).min(HOPELESS);
    }

    /// These trades are still to be asked for.
    fn list_again(&mut self, trades: &[TradeId]) {
        for case in self.cases.values_mut() {
            let Stage::Found(found) = &mut case.stage else { continue };
            let own = trades.iter().filter(|trade| found.order.trades.contains(trade));
            found.to_ask.extend(own);
        }
    }

    fn hear_open(&mut self, orders: &[Order], heard: Heard<'_>) {
        let Heard { sent, now, .. } = heard;
        let is_sought =
            |order: &&Order| order.our_id().is_some_and(|id| self.cases.contains_key(&id));
        let named: Vec<_> =
            orders.iter().filter(|order| !is_sought(order)).map(|order| order.id).collect();
        self.name(named.into_iter());
        let is_crowded = EARLY_ENDED_MAX < self.cases.len();
        let (rule, clock) = (self.rule, self.clock);
        let ids: Vec<_> = self.cases.keys().copied().collect();
        for id in ids {
            if let Some(order) = orders.iter().find(|order| order.our_id() == Some(id)) {
                self.hear_found(id, order.clone(), sent, now);
                continue;
            }
            let case = self.cases.get_mut(&id).expect("it was just among them");
            // Only who had to be looked for when this was asked.
            if !matches!(case.stage, Stage::Waiting(until) if until <= sent) {
                continue;
            }
            let is_early = case.deadline().is_some_and(|it| !rule.is_over(it, sent, &clock));
            if is_early && is_crowded && case.question == Question::Placement {
                case.look_again(rule, &clock, now);
            } else {
                case.stage = Stage::NotOpen(sent);
            }
        }
        self.conclude_found(heard);
    }

    fn hear_ended(&mut self, id: ClientOrderId, orders: &[Order], heard: Heard<'_>) {
        let Heard { sent, now, .. } = heard;
        if let Some(order) = orders.iter().find(|order| order.our_id() == Some(id)) {
            self.hear_found(id, order.clone(), sent, now);
            self.conclude_found(heard);
        } else if let Some(case) = self.cases.get_mut(&id)
            && let Stage::NotOpen(open) = case.stage
        {
            case.not_ended(Look { open, ended: sent }, self.rule, &self.clock, now);
        }
    }

    /// An order that is looked for exists.
    pub(super) fn hear_found(
        &mut self,
        id: ClientOrderId,
        order: Order,
        sent: Timestamp,
        now: Timestamp,
    ) {
        let Some(case) = self.cases.get_mut(&id) else { return };
        if matches!(case.stage, Stage::Found(_)) {
            return;
        }
        if !std::mem::replace(&mut case.was_seen, true) {
            case.rounds = 0;
        }
        if !order.is_live() {
            // Kraken lists its trades one by one.
            let is_unread = |trade: &&TradeId| !case.trades.contains_key(*trade);
            let to_ask = order.trades.iter().filter(is_unread).copied().collect();
            case.stage = Stage::Found(Box::new(Found { order, to_ask }));
            return;
        }
        match case.question {
            Question::Confirmation => drop(self.cases.remove(&id)),
            Question::Amendment { amendment, .. } => {
                let deadline = case.deadline();
                if fate::shows(&order, &case.order.kind, &amendment) {
                    let told = AccountEvent::Amended(amendment);
                    self.conclude(id, &order, "changed as asked", told);
                    return;
                }
                let look = Look { open: sent, ended: sent };
                if let Some(deadline) = deadline {
                    case.absence.add(look, deadline, self.rule, &self.clock);
                }
                if case.absence.looks(deadline, self.rule, &self.clock).is_ok() {
                    let refusal = Refusal::DeadlineElapsed;
                    let told = AccountEvent::AmendRejected { order: id, refusal };
                    self.conclude(id, &order, "unchanged, and its time is over", told);
                } else {
                    case.look_again(self.rule, &self.clock, now);
                }
            }
            // Kraken lists the trades of an open order merged, so the account's are read.
            Question::Placement | Question::Whereabouts => {
                case.stage = Stage::Found(Box::new(Found { order, to_ask: Vec::new() }));
            }
        }
    }

    fn conclude(&mut self, id: ClientOrderId, order: &Order, how: &str, told: AccountEvent) {
        self.cases.remove(&id);
        let evidence = format!("{} is open: {how}", order.id);
        let proved = ResolverOutput::Proved { order: id, venue_order: Some(order.id), evidence };
        self.outputs.extend([proved, ResolverOutput::Tell(told)]);
    }

    /// Trades that belong to orders that were found are theirs.
    fn hear_trades(&mut self, trades: &[AccountTrade]) {
        for case in self.cases.values_mut() {
            let Stage::Found(found) = &case.stage else { continue };
            let own = trades.iter().filter(|trade| trade.order == found.order.id);
            case.trades.extend(own.map(|trade| (trade.id, trade.clone())));
        }
    }

    fn hear_page(&mut self, mut pass: Box<Pass>, page: &TradesPage, heard: Heard<'_>) {
        self.hear_trades(&page.trades);
        for trade in &page.trades {
            pass.seen.insert(trade.id);
            if let Some(owner) = heard.books.order_called(&trade.order) {
                // Our own books have a name for it, so it exists.
                if let Some(case) = self.cases.get_mut(&owner) {
                    case.was_seen = true;
                }
            } else if !self.is_named(trade.order) {
                let stranger = pass.strangers.entry(trade.order).or_default();
                stranger.pair = trade.pair;
                stranger.last = trade.time.max(stranger.last);
            }
        }
        let read = pass.seen.len();
        match pass.reading.came(Came::trades(heard.sent, page), read) {
            NextPage::More => self.read_on(pass),
            NextPage::Complete(first) => self.trades_read(pass, first, heard),
            NextPage::Torn => {
                for id in &pass.cases {
                    self.cases.entry(*id).and_modify(|case| case.put_off_trades(heard.now));
                }
            }
        }
    }

    /// Whether Kraken has shown whose order this is.
    pub(super) fn is_named(&self, order: VenueOrderId) -> bool {
        let is_found = |case: &Case| match &case.stage {
            Stage::Found(found) => found.order.id == order,
            Stage::Waiting(_) | Stage::NotOpen(_) => false,
        };
        self.named.contains(&order) || self.cases.values().any(is_found)
    }

    /// All trades have been read: for each order they show what it traded, or that nothing is
    /// left that could be its.
    pub(super) fn judge_by_trades(&mut self, pass: &Pass, first: Timestamp, now: Timestamp) {
        for id in &pass.cases {
            let Some(case) = self.cases.get_mut(id) else { continue };
            if let Stage::Found(found) = &case.stage {
                // What has been executed is not shown among the trades yet, unless the order was
                // found by its trades and has still to be asked for them.
                if found.to_ask.is_empty() {
                    case.put_off_trades(now);
                }
                continue;
            }
            let since = case.trades_since(&self.clock);
            if pass.has_stranger(case.order.pair, since) {
                case.put_off_trades(now);
            } else {
                case.absence.no_trade = Some(first);
            }
        }
    }

    /// Tells of every order that was found and whose trades are complete.
    pub(super) fn conclude_found(&mut self, heard: Heard<'_>) {
        let is_complete = |case: &Case| match &case.stage {
            Stage::Found(found) => fate::is_complete(&found.order, case.traded()),
            Stage::Waiting(_) | Stage::NotOpen(_) => false,
        };
        let complete = self.cases.values().filter(|case| is_complete(case));
        let ids: Vec<_> = complete.map(|case| case.order.id).collect();
        for id in ids {
            let mut case = self.cases.remove(&id).expect("it was just among them");
            let until = Stage::Waiting(heard.now + CONFIRM_AFTER);
            let Stage::Found(found) = std::mem::replace(&mut case.stage, until) else { continue };
            let order = found.order;
            let evidence = fate::evidence(&order, case.trades.len());
            let venue_order = Some(order.id);
            self.outputs.push_back(ResolverOutput::Proved { order: id, venue_order, evidence });
            let events = fate::events(&case, &order, heard.books);
            self.outputs.extend(events.into_iter().map(ResolverOutput::Tell));
            if order.is_live() {
                case.question = Question::Confirmation;
                case.rounds = 0;
                self.cases.insert(id, case);
            }
        }
    }
}

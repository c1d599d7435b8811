//! What arrives: data goes to whoever keeps it, answers go to what they answer.

use trading_types::{Timestamp, VenueStatus};

use super::{
    Session,
    connection::Stage,
    event::{AccountReport, ReconcileReason, SessionNote, SessionOutput},
    following::Seen,
    incoming::{Incoming, decode_any},
};
use crate::{
    limits::Feedback,
    stream::{
        acknowledgement::{Achieved, Acknowledgement},
        balances::{BalanceReport, BalancesMessage},
        body::MessageKind,
        candle_message::CandleReport,
        executions::{ExecutionsMessage, OrderReport},
        market::MarketMessage,
        subscription::{Ask, BookDepth, Level3Depth, Subscription, TickerTrigger},
        ticker::Ticker,
        trades::PublicTrade,
    },
};

/// How Kraken says that we send too much
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
const TOO_MANY_MESSAGES: &str = "Exceeded msg rate";
/// A refusal that says that all is well.
const ALREADY_SUBSCRIBED: &str = "lready subscribed";

impl Session {
    /// Says whether more than data may have changed.
    pub(super) fn hear(&mut self, frame: &str, now: Timestamp) -> bool {
        let Stage::Open { is_greeted, watch, .. } = &mut self.stage else { return false };
        watch.hear(now);
        let is_first = !std::mem::replace(is_greeted, true);
        match decode_any(frame) {
            Ok(Incoming::Market { is_snapshot, message }) => {
                self.hear_market(message, is_snapshot, now) || is_first
            }
            Ok(incoming) => {
                self.hear_other(incoming, now);
                true
            }
            Err(error) => {
                self.note(SessionNote::UnreadableFrame(error.to_string()));
                true
            }
        }
    }

    pub(super) fn hear_bytes(&mut self, bytes: &[u8], now: Timestamp) {
        match std::str::from_utf8(bytes) {
            Ok(frame) => {
                self.hear(frame, now);
            }
            Err(error) => self.note(SessionNote::UnreadableFrame(error.to_string())),
        }
    }

    /// Says whether a subscription has come alive.
    fn hear_market(&mut self, message: MarketMessage, is_snapshot: bool, now: Timestamp) -> bool {
        let mut seen = Seen::Useless;
        let mut see = |it: Subscription| {
            let form = self.following.living_form(it);
            seen = seen.or(self.following.seen(&form, is_snapshot, now));
        };
        match &message {
            MarketMessage::Heartbeat => return false,
            MarketMessage::Status(status) => {
                self.is_in_maintenance = status.status == VenueStatus::Maintenance;
                seen = Seen::Usable;
            }
            MarketMessage::Instruments(_) => see(Subscription::Instruments),
            MarketMessage::Book(book) => {
                see(Subscription::Book { pair: book.pair, depth: BookDepth::Ten });
            }
            MarketMessage::Level3(book) => {
                see(Subscription::Level3 { pair: book.pair, depth: Level3Depth::Ten });
            }
            MarketMessage::Ticker(all) => {
                for Ticker { pair, .. } in all {
                    see(Subscription::Ticker { pair: *pair, trigger: TickerTrigger::Trades });
                }
            }
            MarketMessage::Trades(trades) => {
                for PublicTrade { pair, .. } in &trades.trades {
                    see(Subscription::Trades { pair: *pair });
                }
            }
            MarketMessage::Candles(candles) => {
                for CandleReport { pair, interval, .. } in &candles.candles {
                    see(Subscription::Candles { pair: *pair, interval: *interval });
                }
            }
        }
        if seen != Seen::Useless {
            self.outputs.push_back(SessionOutput::Market(message));
        }
        seen == Seen::First
    }

    fn hear_other(&mut self, incoming: Incoming, now: Timestamp) {
        match incoming {
            Incoming::Market { .. } => unreachable!("it was taken before"),
            Incoming::Executions(message) => self.hear_executions(message, now),
            Incoming::Balances(message) => self.hear_balances(message, now),
            Incoming::Acknowledgement(said) => self.hear_acknowledgement(&said, now),
            Incoming::VenueError(error) if error.contains(TOO_MANY_MESSAGES) => self.slow_down(now),
            Incoming::VenueError(error) => self.note(SessionNote::VenueError(error)),
        }
    }

    /// Facts about our orders are taken whether or not anything is missing beside them.
    fn hear_executions(&mut self, message: ExecutionsMessage, now: Timestamp) {
        let is_snapshot = message.kind == MessageKind::Snapshot;
        self.follow_sequence(Subscription::Executions, message.sequence, is_snapshot, now);
        self.following.seen(&Subscription::Executions, is_snapshot, now);
        let reports = self.orders.apply(message, now);
        self.tell_orders(reports);
    }

    /// A movement told twice would be counted twice, so after a gap the next snapshot is awaited.
    fn hear_balances(&mut self, message: BalancesMessage, now: Timestamp) {
        let is_snapshot = message.is_snapshot();
        let sequence = message.sequence;
        if !self.follow_sequence(Subscription::Balances, sequence, is_snapshot, now) {
            return;
        }
        self.following.seen(&Subscription::Balances, is_snapshot, now);
        for report in self.balances.apply(message) {
            self.outputs.push_back(match report {
                BalanceReport::Reconcile(reason) => SessionOutput::Reconcile(reason),
                BalanceReport::Event(_) | BalanceReport::Changed(_) => {
                    SessionOutput::Account(AccountReport::Balance(report))
                }
            });
        }
    }

    pub(super) fn tell_orders(&mut self, reports: Vec<OrderReport>) {
        for report in reports {
            self.outputs.push_back(match report {
                OrderReport::Reconcile(reason) => SessionOutput::Reconcile(reason),
                OrderReport::Event(_)
                | OrderReport::Foreign(_)
                | OrderReport::OpenOrders { .. }
                | OrderReport::Counter { .. } => {
                    SessionOutput::Account(AccountReport::Order(report))
                }
            });
        }
    }

    /// Says whether the message follows the one before. If not, the channel is asked for again,
    /// with its snapshot.
    fn follow_sequence(
        &mut self,
        it: Subscription,
        sequence: Option<u64>,
        is_snapshot: bool,
        now: Timestamp,
    ) -> bool {
        let Some(found) = sequence else { return true };
        let last = self.sequences.insert(it, found);
        let Some(last) = last.filter(|_| !is_snapshot) else { return true };
        let expected = last.saturating_add(1);
        if found == expected {
            return true;
        }
        if self.following.broke(&it, &mut self.chance, now) {
            self.note(SessionNote::SequenceGap { subscription: it, expected, found });
            let reason = ReconcileReason::SequenceGap(it);
            self.outputs.push_back(SessionOutput::Reconcile(reason));
        }
        false
    }

    fn hear_acknowledgement(&mut self, said: &Acknowledgement, now: Timestamp) {
        match said.method.as_str() {
            "subscribe" => self.subscription_answered(Ask::Subscribe, said, now),
            "unsubscribe" => self.subscription_answered(Ask::Unsubscribe, said, now),
            "pong" => {}
            _ => self.command_answered(said, now),
        }
    }

    fn command_answered(&mut self, said: &Acknowledgement, now: Timestamp) {
        let Some(handled) = self.commands.acknowledged(said, now) else {
            self.unmatched(said, now);
            return;
        };
        for (client, venue_order) in handled.placed {
            let reports = self.orders.placed(client, venue_order, now);
            self.tell_orders(reports);
        }
        self.answer(handled.answers);
        if handled.feedback == Feedback::MessagesExceeded {
            self.slow_down(now);
        } else if handled.feedback != Feedback::Fine {
            let (feedback, pair) = (handled.feedback, handled.pair);
            self.outputs.push_back(SessionOutput::Feedback { feedback, pair });
        }
        if handled.is_token_stale {
            self.token_is_stale(now);
        }
    }

    /// An answer that nobody waits for. It may still say that we send too much, or be a refusal of
    /// a subscription that names only its pair.
    fn unmatched(&mut self, said: &Acknowledgement, now: Timestamp) {
        if said.outcome.as_ref().is_err_and(|error| error.contains(TOO_MANY_MESSAGES)) {
            self.slow_down(now);
        }
        if said.method.is_empty() && said.outcome.is_err() {
            self.subscription_answered(Ask::Subscribe, said, now);
            return;
        }
        self.note_unmatched(said);
    }

    fn note_unmatched(&mut self, said: &Acknowledgement) {
        self.note(SessionNote::UnmatchedAnswer {
            method: said.method.clone(),
            request: said.request,
            error: said.outcome.as_ref().err().cloned(),
        });
    }

    fn subscription_answered(&mut self, ask: Ask, said: &Acknowledgement, now: Timestamp) {
        let meant = self.meant(ask, said);
        if meant.is_empty() {
            self.note_unmatched(said);
        }
        match &said.outcome {
            Ok(achieved) => self.subscriptions_taken(ask, &meant, achieved, now),
            Err(error) if error.contains(ALREADY_SUBSCRIBED) => {
                self.subscriptions_taken(ask, &meant, &Achieved::Nothing, now);
            }
            Err(error) => {
                let is_one_of_several = said.pair.is_none() && 1 < meant.len();
                self.subscriptions_refused(&meant, error, is_one_of_several, now);
            }
        }
    }

    /// Which subscriptions an answer is about: by the frame it answers and its pair; without a
    /// frame by its pair alone.
    fn meant(&self, ask: Ask, said: &Acknowledgement) -> Vec<Subscription> {
        let number = said.request.and_then(|request| u32::try_from(request).ok());
        let asked = number.and_then(|number| self.asked.get(&number));
        match (asked, said.request, &said.pair) {
            (Some((asked_for, all)), _, pair) if *asked_for == ask => {
                let is_meant = |it: &&Subscription| match (pair, it.pair()) {
                    (Some(pair), Some(of)) => of.to_string() == *pair,
                    (Some(_), None) | (None, _) => true,
                };
                let meant = self.following.unanswered(ask, all.iter().filter(is_meant));
                // A success has to say whose it is.
                let is_vague = pair.is_none() && 1 < meant.len() && said.outcome.is_ok();
                if is_vague { Vec::new() } else { meant }
            }
            (None, None, Some(pair)) => self.following.unanswered_of(ask, pair),
            (_, _, _) => Vec::new(),
        }
    }

    fn subscriptions_taken(
        &mut self,
        ask: Ask,
        meant: &[Subscription],
        achieved: &Achieved,
        now: Timestamp,
    ) {
        for it in meant {
            let note = self.following.acknowledged(it, ask, now);
            self.outputs.extend(note.map(SessionOutput::Log));
        }
        if !meant.is_empty() && self.settings.kind.needs_token() {
            self.tokens.has_worked();
        }
        if let Achieved::Subscription { warnings, counter_max } = achieved {
            for warning in warnings {
                self.note(SessionNote::Warning(warning.clone()));
            }
            if let Some(points) = counter_max {
                let report = AccountReport::CounterMax(*points);
                self.outputs.push_back(SessionOutput::Account(report));
            }
        }
    }

    fn subscriptions_refused(
        &mut self,
        meant: &[Subscription],
        error: &str,
        alone: bool,
        now: Timestamp,
    ) {
        let is_about_token = super::commands::is_about_token(error);
        if is_about_token {
            self.token_is_stale(now);
        }
        if error.contains(TOO_MANY_MESSAGES) {
            self.slow_down(now);
        }
        for it in meant {
            if is_about_token {
                self.following.ask_again(it, now);
                continue;
            }
            self.following.refused(it, alone, &mut self.chance, now);
            let error = error.to_owned();
            self.note(SessionNote::SubscriptionRefused { subscription: *it, error });
        }
    }

    fn slow_down(&mut self, now: Timestamp) {
        let until = self.pacer.complained(&mut self.chance, now);
        self.note(SessionNote::SlowedDown { until });
        let feedback = Feedback::MessagesExceeded;
        self.outputs.push_back(SessionOutput::Feedback { feedback, pair: None });
    }

    fn token_is_stale(&mut self, now: Timestamp) {
        // Of several answers to one stale token only the first is news.
        if self.tokens.get().is_some() {
            self.tokens.is_stale(&mut self.chance, now);
            self.note(SessionNote::TokenStale);
            let answers = self.commands.drop_waiting();
            self.answer(answers);
        }
    }
}

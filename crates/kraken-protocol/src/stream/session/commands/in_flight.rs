//! A command that has left, and which of its orders still wait for an answer.

use trading_types::{ClientOrderId, Pair, Refusal, Timestamp, VenueOrderId};

use super::Waiting;
use crate::{
    endpoint::Endpoint,
    limits::Feedback,
    stream::{
        acknowledgement::{Achieved, Acknowledgement, OrderAnswer},
        order_writer::OrderName,
        session::command::{CommandAnswer, Outcome, SocketCommand, Unclear},
    },
    verdict::{Meaning, meaning},
};

/// Texts that say the token is not known
/// (<https://docs.kraken.com/exchange/guides/general/errors>, read on 2026-11-21; the last as
/// clients have met it).
const TOKEN_TEXTS: &[&str] =
    &["EAPI:Invalid token", "ESession:Invalid session", "Token(s) not found"];
/// Texts of the check that a message passes before anything is done with it, as recorded.
const SCHEMA_TEXTS: &[&str] = &["Unsupported field", "Unsupported event", " field must be "];

/// Whether an error says that the token is not known.
pub(in crate::stream::session) fn is_about_token(text: &str) -> bool {
    TOKEN_TEXTS.iter().any(|it| text.contains(it))
}

/// What came of an answer of the venue's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::stream::session) struct Handled {
    pub(in crate::stream::session) answers: Vec<CommandAnswer>,
    /// Orders the venue has taken and named.
    pub(in crate::stream::session) placed: Vec<(ClientOrderId, VenueOrderId)>,
    pub(in crate::stream::session) feedback: Feedback,
    pub(in crate::stream::session) pair: Option<Pair>,
    pub(in crate::stream::session) is_token_stale: bool,
}

/// A command that has left.
#[derive(Debug)]
pub(super) struct InFlight {
    waiting: Waiting,
    sent_at: Timestamp,
    /// Orders without an answer; one nameless entry for a command that names none.
    unanswered: Vec<Option<OrderName>>,
    /// Refusals that name no order, while several wait.
    nameless: Vec<String>,
}

impl InFlight {
    pub(super) fn new(waiting: Waiting, now: Timestamp) -> Self {
        let orders = waiting.command.orders();
        let unanswered =
            if orders.is_empty() { vec![None] } else { orders.into_iter().map(Some).collect() };
        Self { waiting, sent_at: now, unanswered, nameless: Vec::new() }
    }

    pub(super) const fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    pub(super) const fn method(&self) -> &'static str {
        self.waiting.command.method()
    }

    pub(super) const fn is_answered(&self) -> bool {
        self.unanswered.is_empty()
    }

    /// Whether an answer names an order of this command.
    pub(super) fn names(&self, said: &Acknowledgement) -> bool {
        self.named(said.client, said.venue_order).is_some()
    }

    fn named(
        &self,
        client: Option<ClientOrderId>,
        venue_order: Option<VenueOrderId>,
    ) -> Option<OrderName> {
        let ours = client.map(OrderName::Ours);
        let venue = venue_order.map(OrderName::Venue);
        let mut waiting = self.unanswered.iter().flatten();
        waiting.find(|it| Some(**it) == ours || Some(**it) == venue).copied()
    }

    /// Everything that still waits is unclear.
    pub(super) fn give_up(self, why: &Unclear) -> Vec<CommandAnswer> {
        let request = self.waiting.request;
        let outcome = Outcome::Unclear(why.clone());
        let answer = |order| CommandAnswer { request, order, outcome: outcome.clone() };
        self.unanswered.iter().copied().map(answer).collect()
    }

    /// Takes an answer.
    pub(super) fn acknowledged(&mut self, said: &Acknowledgement, now: Timestamp) -> Handled {
        let mut handled = Handled { pair: self.pair(), ..Handled::default() };
        match &said.outcome {
            Ok(Achieved::Orders(orders)) => self.orders_answered(orders, now, &mut handled),
            Ok(Achieved::Count(count)) => self.counted(*count, &mut handled),
            Ok(Achieved::Switch { fires }) => {
                self.answer_rest(&Outcome::SwitchSet { fires: *fires }, &mut handled);
            }
            Ok(Achieved::Subscription { .. } | Achieved::Pong | Achieved::Nothing) => {
                let outcome = Outcome::Unclear(Unclear::AnswerIncomplete);
                self.answer_rest(&outcome, &mut handled);
            }
            Err(error) => self.refused(said, error, now, &mut handled),
        }
        self.match_nameless(now, &mut handled);
        handled
    }

    /// One frame for each order, or one for all in the order they were sent.
    fn orders_answered(&mut self, orders: &[OrderAnswer], now: Timestamp, handled: &mut Handled) {
        let is_one_of_several = orders.len() == 1 && 1 < self.unanswered.len();
        for order in orders {
            let named = self.named(order.client, order.venue_order);
            let name = named.or_else(|| {
                // A batch answers in the order it was sent; a cancel names whom it means.
                (!is_one_of_several).then(|| self.unanswered.first().copied().flatten()).flatten()
            });
            let outcome = match &order.error {
                Some(error) => self.outcome_of_error(error, now, handled),
                None => self.success(order),
            };
            if let (Outcome::Placed { venue_order }, Some(OrderName::Ours(client))) =
                (&outcome, name)
            {
                handled.placed.push((client, *venue_order));
            }
            if let Some(name) = name {
                self.answer(name, outcome, handled);
            }
        }
        // What an answer to the whole leaves out is not known.
        if !is_one_of_several {
            self.answer_rest(&Outcome::Unclear(Unclear::AnswerIncomplete), handled);
        }
    }

    fn success(&self, order: &OrderAnswer) -> Outcome {
        match (&self.waiting.command, order.venue_order) {
            (SocketCommand::Place(_) | SocketCommand::PlaceBatch(_), Some(venue_order)) => {
                Outcome::Placed { venue_order }
            }
            (SocketCommand::Check(_), _) => Outcome::Checked,
            (SocketCommand::Amend(_), _) if order.is_amended => Outcome::Amended,
            (SocketCommand::Cancel(_) | SocketCommand::CancelBatch(_), _) => Outcome::Canceling,
            (
                SocketCommand::Place(_)
                | SocketCommand::PlaceBatch(_)
                | SocketCommand::Amend(_)
                | SocketCommand::CancelAll
                | SocketCommand::CancelAllAfter(_),
                _,
            ) => Outcome::Unclear(Unclear::AnswerIncomplete),
        }
    }

    /// `batch_cancel` and `cancel_all` only count.
    fn counted(&mut self, count: u32, handled: &mut Handled) {
        let all = u32::try_from(self.unanswered.len()).unwrap_or(u32::MAX);
        let outcome = match self.waiting.command {
            SocketCommand::CancelAll => Outcome::CancelingAll { count },
            SocketCommand::CancelBatch(_) if all <= count => Outcome::Canceling,
            SocketCommand::CancelBatch(_)
            | SocketCommand::Place(_)
            | SocketCommand::Check(_)
            | SocketCommand::PlaceBatch(_)
            | SocketCommand::Amend(_)
            | SocketCommand::Cancel(_)
            | SocketCommand::CancelAllAfter(_) => Outcome::Unclear(Unclear::AnswerIncomplete),
        };
        self.answer_rest(&outcome, handled);
    }

    fn refused(
        &mut self,
        said: &Acknowledgement,
        error: &str,
        now: Timestamp,
        handled: &mut Handled,
    ) {
        let answers_each = matches!(self.waiting.command, SocketCommand::Cancel(_));
        if !answers_each || self.unanswered.len() == 1 {
            let outcome = self.outcome_of_error(error, now, handled);
            self.answer_rest(&outcome, handled);
            return;
        }
        if let Some(name) = self.named(said.client, said.venue_order) {
            let outcome = self.outcome_of_error(error, now, handled);
            self.answer(name, outcome, handled);
        } else {
            self.nameless.push(error.to_owned());
        }
    }

    /// Once every order that waits has a refusal without a name, each gets one.
    fn match_nameless(&mut self, now: Timestamp, handled: &mut Handled) {
        if self.nameless.is_empty() || self.nameless.len() < self.unanswered.len() {
            return;
        }
        for error in std::mem::take(&mut self.nameless) {
            let outcome = self.outcome_of_error(&error, now, handled);
            if let Some(name) = self.unanswered.first().copied().flatten() {
                self.answer(name, outcome, handled);
            }
        }
    }

    fn answer(&mut self, name: OrderName, outcome: Outcome, handled: &mut Handled) {
        if let Some(at) = self.unanswered.iter().position(|it| *it == Some(name)) {
            let order = self.unanswered.remove(at);
            let request = self.waiting.request;
            handled.answers.push(CommandAnswer { request, order, outcome });
        }
    }

    fn answer_rest(&mut self, outcome: &Outcome, handled: &mut Handled) {
        let request = self.waiting.request;
        for order in std::mem::take(&mut self.unanswered) {
            handled.answers.push(CommandAnswer { request, order, outcome: outcome.clone() });
        }
    }

    /// What an error means for a command: a definite no, or that nobody knows.
    fn outcome_of_error(&self, error: &str, now: Timestamp, handled: &mut Handled) -> Outcome {
        if is_about_token(error) {
            handled.is_token_stale = true;
            return Outcome::TokenStale;
        }
        if SCHEMA_TEXTS.iter().any(|it| error.contains(it)) {
            return Outcome::Refused(Refusal::InvalidOrder(error.to_owned()));
        }
        match meaning(error, self.endpoint(), now) {
            Meaning::Refused(refusal) => Outcome::Refused(refusal),
            Meaning::Wait(feedback) => {
                handled.feedback = feedback;
                Outcome::Refused(Refusal::RateLimited)
            }
            Meaning::LockedOut => {
                handled.feedback = Feedback::LockedOut;
                Outcome::Refused(Refusal::Unrecognized(error.to_owned()))
            }
            Meaning::BadNonce | Meaning::BadKey => {
                Outcome::Refused(Refusal::Unrecognized(error.to_owned()))
            }
            Meaning::Unclear => Outcome::Unclear(Unclear::VenueInDoubt(error.to_owned())),
        }
    }

    /// The endpoint that does the same over REST.
    const fn endpoint(&self) -> Endpoint {
        match self.waiting.command {
            SocketCommand::Place(_) | SocketCommand::Check(_) => Endpoint::AddOrder,
            SocketCommand::PlaceBatch(_) => Endpoint::AddOrderBatch,
            SocketCommand::Amend(_) => Endpoint::AmendOrder,
            SocketCommand::Cancel(_) => Endpoint::CancelOrder,
            SocketCommand::CancelBatch(_) => Endpoint::CancelOrderBatch,
            SocketCommand::CancelAll => Endpoint::CancelAll,
            SocketCommand::CancelAllAfter(_) => Endpoint::CancelAllOrdersAfter,
        }
    }

    fn pair(&self) -> Option<Pair> {
        match &self.waiting.command {
            SocketCommand::Place(order) | SocketCommand::Check(order) => Some(order.pair),
            SocketCommand::PlaceBatch(orders) => orders.first().map(|order| order.pair),
            SocketCommand::Amend(_)
            | SocketCommand::Cancel(_)
            | SocketCommand::CancelBatch(_)
            | SocketCommand::CancelAll
            | SocketCommand::CancelAllAfter(_) => None,
        }
    }
}

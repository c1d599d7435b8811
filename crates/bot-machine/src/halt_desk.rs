//! After a halt: cancels until the venue itself says that nothing is open. An answer to a cancel is
//! not enough: a fill may have overtaken it, and an order may survive a cancel of all.
//!
//! **Law.** It ends only when a look at the venue, made after the last cancel, shows nothing that
//! should not be there.

use std::{collections::BTreeSet, time::Duration};

use kraken_protocol::{request::OrderName, rest::orders::Order};
use trading_types::{ClientOrderId, Timestamp};

use crate::call::Call;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// The socket gets this long to have canceled everything before REST is asked to.
const SOCKET_TIME: Duration = Duration::from_millis(500);

/// What the desk has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HaltOutput {
    /// Make this call, in the lane of halts.
    Ask(Call),
    /// The venue shows none of these orders of ours any more; what became of them is to be proved.
    Gone(Vec<ClientOrderId>),
    /// Nothing is open any more, by the venue's own word.
    Verified,
}

/// Cancels and looks.
#[derive(Clone, Debug, Default)]
pub struct HaltDesk {
    state: State,
    rounds: u32,
    is_looking: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    /// The next look or cancel is due then.
    Due(Timestamp),
}

impl HaltDesk {
    /// A halt begins, or begins anew. `has_socket` says whether the cancel of all could be sent
    /// over the socket.
    pub fn begin(&mut self, has_socket: bool, now: Timestamp) -> Vec<HaltOutput> {
        self.rounds = 0;
        self.is_looking = false;
        self.state = State::Due(now + SOCKET_TIME);
        if has_socket { Vec::new() } else { vec![HaltOutput::Ask(Call::CancelAll)] }
    }

    /// It is not wanted any more.
    pub fn end(&mut self) {
        *self = Self::default();
    }

    /// Whether the venue has yet to say that nothing is open.
    pub fn is_at_work(&self) -> bool {
        self.state != State::Idle
    }

    /// When it wants to look again.
    pub const fn next_timeout(&self) -> Option<Timestamp> {
        match self.state {
            State::Due(at) if !self.is_looking => Some(at),
            State::Due(_) | State::Idle => None,
        }
    }

    /// A look is due, perhaps.
    pub fn handle_timeout(&mut self, now: Timestamp) -> Vec<HaltOutput> {
        if self.next_timeout().is_none_or(|due| now < due) {
            return Vec::new();
        }
        self.is_looking = true;
        vec![HaltOutput::Ask(Call::OpenOrders)]
    }

    /// A call of the desk's failed; it is made again.
    pub fn failed(&mut self, now: Timestamp) {
        if self.is_at_work() {
            self.is_looking = false;
            self.state = State::Due(now + LOOK_EVERY);
        }
    }

    /// The venue shows these orders open. `ours` are those the engine takes for open; `flattening`
    /// those that sell what is held, which may be open.
    pub fn looked(
        &mut self,
        open: &[Order],
        ours: &BTreeSet<ClientOrderId>,
        flattening: &BTreeSet<ClientOrderId>,
        now: Timestamp,
    ) -> Vec<HaltOutput> {
        if !self.is_at_work() {
            return Vec::new();
        }
        self.is_looking = false;
        self.rounds += 1;
        self.state = State::Due(now + LOOK_EVERY);
        let shown: BTreeSet<ClientOrderId> = open.iter().filter_map(Order::our_id).collect();
        let gone: Vec<ClientOrderId> =
            ours.iter().filter(|id| !shown.contains(*id)).copied().collect();
        let survives = |order: &&Order| order.our_id().is_none_or(|id| !flattening.contains(&id));
        let survivors: Vec<&Order> = open.iter().filter(survives).collect();
        let mut outputs = Vec::new();
        if !gone.is_empty() {
            outputs.push(HaltOutput::Gone(gone));
        }
        if survivors.is_empty() {
            if open.is_empty() {
                self.state = State::Idle;
                outputs.push(HaltOutput::Verified);
            }
            return outputs;
        }
        outputs.push(HaltOutput::Ask(Call::CancelAll));
        // One that survives a cancel of all is named.
        if 1 < self.rounds {
            outputs.extend(survivors.into_iter().filter_map(|order| {
                let name = order.our_id().map_or(OrderName::Krakens(order.id), OrderName::Ours);
                Some(HaltOutput::Ask(Call::Cancel { order: name, pair: order.terms.pair? }))
            }));
        }
        outputs
    }
}

#[cfg(test)]
mod tests;

//! Kraken's WebSocket v2: connections, subscriptions, market data, executions, trading.

use std::collections::VecDeque;

use trading_types::Timestamp;

use crate::{
    message::{ConnectionId, Door, Output},
    venue::notice::Notice,
    world::World,
};

/// All connections.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    outputs: VecDeque<Output>,
}

impl Sockets {
    /// A client asks to be let in.
    pub(crate) fn knock(
        &mut self,
        id: ConnectionId,
        address: &str,
        door: Door,
        world: &mut World,
        now: Timestamp,
    ) {
        let _ = (address, door, world, now);
        self.outputs.push_back(Output::Refuse { id, answer: None });
    }

    /// A client says something.
    pub(crate) fn frame(
        &mut self,
        id: ConnectionId,
        text: &str,
        world: &mut World,
        now: Timestamp,
    ) {
        let _ = (id, text, world, now);
    }

    /// A connection has ended.
    pub(crate) fn gone(&mut self, id: ConnectionId) {
        let _ = id;
    }

    /// Something happened that subscribers hear of.
    pub(crate) fn notice(&mut self, notice: &Notice, world: &mut World, now: Timestamp) {
        let _ = (notice, world, now);
    }

    /// Heartbeats, idle connections, faults whose time has come.
    pub(crate) fn handle_timeout(&mut self, world: &mut World, now: Timestamp) {
        let _ = (world, now);
    }

    /// When there is something to do.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        None
    }

    /// What the listener has to do.
    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
}

mod book;
mod book_side;
mod checksum;
mod decimal_text;
mod fields;
mod fixed;
mod moment;
mod order;
mod refused;
mod relative_price;
mod reply;
mod request;

//! What happens by itself to keys, clocks, addresses and connections.

use std::time::Duration;

use super::{MINUTE, SECOND, Stage};
use crate::{
    faults::{Fault, conditions::Offset, spoil},
    kraken_error::KrakenError,
    message::{ConnectionId, Frame, Output},
};

/// How long the edge bans an address
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
const EDGE_BAN: Duration = Duration::from_mins(10);
/// The furthest a clock jumps.
const DAY: Duration = Duration::from_hours(24);

impl Stage<'_> {
    pub(super) fn revoke_keys(&mut self) -> bool {
        let text = match self.how(Fault::KeyRevoked).below(4) {
            0 => KrakenError::INVALID_KEY,
            1 => KrakenError::INVALID_SIGNATURE,
            2 => KrakenError::PERMISSION_DENIED,
            _ => KrakenError::LOCKOUT,
        };
        let end = self.after(Fault::KeyRevoked, 10 * SECOND, MINUTE);
        self.world.faults.conditions.revoke(text, end);
        true
    }

    /// The clock is wrong for a minute, until somebody sets it right.
    pub(super) fn jump_clock(&mut self) -> bool {
        let how = self.how(Fault::ClockJump);
        let furthest = if how.below(2) == 0 { MINUTE } else { DAY };
        let by = how.duration_between(SECOND, furthest);
        let offset = if how.below(2) == 0 { Offset::Ahead(by) } else { Offset::Behind(by) };
        self.world.faults.conditions.set_clock(offset, self.now + MINUTE);
        true
    }

    pub(super) fn suspend(&mut self) -> bool {
        let end = self.after(Fault::Suspended, SECOND, MINUTE);
        self.world.faults.conditions.suspend(end);
        true
    }

    pub(super) fn disconnect(&mut self) -> bool {
        let open: Vec<ConnectionId> = self.wire.open().collect();
        let Some(id) = self.one_of(Fault::Disconnect, &open, |_| String::new()) else {
            return false;
        };
        let way = self.how(Fault::Disconnect).below(3);
        let ended = self.wire.break_off(id, way);
        self.outputs.push(ended);
        true
    }

    pub(super) fn silence_channel(&mut self) -> bool {
        let subjects = self.wire.subjects();
        let channel = |subject: &(ConnectionId, String, Option<String>)| subject.1.clone();
        let Some(subject) = self.one_of(Fault::SilentChannel, &subjects, channel) else {
            return false;
        };
        let end = self.after(Fault::SilentChannel, 10 * SECOND, 2 * MINUTE);
        self.wire.mute(subject, end);
        true
    }

    pub(super) fn ban(&mut self) -> bool {
        let known: Vec<String> = self.world.faults.conditions.addresses().iter().cloned().collect();
        let Some(address) = self.one_of(Fault::EdgeBan, &known, String::clone) else {
            return false;
        };
        self.world.faults.conditions.ban(address, self.now + EDGE_BAN);
        true
    }

    /// A pair is spelled in another way for a minute, and one appears that was not there.
    pub(super) fn rename(&mut self) -> bool {
        self.world.faults.conditions.rename(self.now + MINUTE);
        let subjects = self.wire.subjects().into_iter();
        let listening = subjects.filter(|(_, channel, _)| channel == "instrument");
        let frame = Frame::new(spoil::NEW_INSTRUMENT.to_owned());
        let told = listening.map(|(id, ..)| Output::Send { id, frame: frame.clone() });
        self.outputs.extend(told);
        true
    }
}

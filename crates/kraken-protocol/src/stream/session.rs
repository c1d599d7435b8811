//! One WebSocket connection after another, as a machine: what happens goes in, what is to be done
//! comes out. It never sends a command twice.

mod command;
mod event;
mod settings;

pub use self::{
    command::{CommandAnswer, NotSent, Outcome, SocketCommand, Unclear},
    event::{
        EndReason, LinkChange, LinkLoss, Outgoing, ReconcileReason, SessionEvent, SessionNote,
        SessionOutput,
    },
    settings::SessionSettings,
};

//! The bot as a service: the disk, the sockets, the paper venue, alerts, control, the read model.
//!
//! **Law.** It carries; what is decided is decided by `bot-machine`.

pub mod alert_sinks;
pub mod control;
pub mod halt_file;
mod journal_thread;
pub mod launch;
mod line;
pub mod read_model;
pub mod real_disk;
pub mod service;
mod status;

pub use crate::{
    launch::{Launch, LaunchError, launch},
    service::{ServiceEnd, Told},
};

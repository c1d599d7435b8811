//! The bot as a service: the disk, the sockets, the paper venue, alerts, control, the read model.
//!
//! **Law.** It carries; what is decided is decided by `bot-machine`.

pub mod alert_sinks;
pub mod control;
pub mod day_book;
pub mod halt_file;
mod history_thread;
mod journal_thread;
pub mod ladder_desk;
pub mod ladder_file;
pub mod ladder_run;
pub mod launch;
mod line;
pub mod paper;
pub mod paper_line;
pub mod proof_threads;
pub mod read_model;
pub mod real_disk;
pub mod service;
pub mod set_aside;
mod status;
pub mod telling;
mod witness_file;

pub use crate::{
    launch::{Launch, LaunchError, launch},
    service::{ServiceEnd, Told},
};

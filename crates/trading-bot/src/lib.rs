//! The bot as a service: the disk, the sockets, the paper venue, alerts, control, the read model.
//!
//! **Law.** It carries; what is decided is decided by `bot-machine`.

pub mod alert_sinks;
pub mod control;
pub mod halt_file;
pub mod read_model;

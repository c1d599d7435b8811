//! The whole bot, a faulty net, a faulty disk and the simulated Kraken in one thread and one
//! virtual time, driven by one seed.
//!
//! **Law.** The same seed is the same run, to the byte of its trace.
//!
//! | part | for |
//! |---|---|
//! | [`World`] | one run: everything below, and who does what next |
//! | [`Drill`] | misfortunes with names, each once and in an otherwise calm world |
//! | [`options`] | what a seed decides: every knob on or off, and how strong |
//! | `line` | the pure counterpart of `kraken-client`, between the bot and the net |
//! | [`net`] | delays, losses, resets, silence, outages |
//! | [`market`] | the outside world of each market |
//! | [`clock`], [`disk`] | the machine the bot runs on |
//! | [`process`] | the bot, its line and its journal, from recovery to death |
//! | [`people`] | who halts, resumes, answers and sleeps |
//! | `stranger` | a second program with a key of its own |
//! | [`strategy`] | what trades often |
//! | [`campaign`] | many seeds |
//! | `checker` | the invariants, and the venue's truth |
//! | [`bugs`] | mistakes to be planted, so that it is seen that they are found |

pub mod bugs;
pub mod campaign;
mod checker;
pub mod clock;
pub mod disk;
mod line;
pub mod market;
pub mod net;
pub mod options;
pub mod people;
pub mod process;
mod setup;
mod stranger;
pub mod strategy;
pub mod tally;
mod timeline;
mod trace;
mod world;

pub use crate::{
    bugs::Bug,
    checker::Broken,
    options::{Options, Seed},
    tally::Tally,
    world::{Drill, Drilled, Outcome, World},
};

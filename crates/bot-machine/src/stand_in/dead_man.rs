//! stand-in
use crate::{
    output::Severity,
    settings::{DeadManChoice, Times},
};
use std::{collections::VecDeque, time::Duration};
use trading_engine::BlockCause;
use trading_types::{Pair, Timestamp};
pub enum DeadManEvent {
    Exposed(bool),
    Set { fires: Option<Timestamp> },
    Failed,
    WindDown(bool),
    ShutDown,
}
pub enum DeadManOutput {
    Set(Duration),
    Armed(Option<Timestamp>),
    Block { cause: BlockCause, pair: Option<Pair> },
    Unblock { cause: BlockCause, pair: Option<Pair> },
    Alert { severity: Severity, text: String },
}
pub struct DeadManSwitch {
    o: VecDeque<DeadManOutput>,
}
impl DeadManSwitch {
    pub fn new(_c: DeadManChoice, _t: Times, _n: Timestamp) -> Self {
        Self { o: VecDeque::new() }
    }
    pub fn handle(&mut self, _e: DeadManEvent, _n: Timestamp) {}
    pub fn handle_timeout(&mut self, _n: Timestamp) {}
    pub fn poll_output(&mut self) -> Option<DeadManOutput> {
        self.o.pop_front()
    }
    pub fn next_timeout(&self) -> Option<Timestamp> {
        None
    }
    pub fn is_off(&self) -> bool {
        true
    }
}

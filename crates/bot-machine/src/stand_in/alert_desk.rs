//! stand-in
use crate::{
    output::{Alert, AlertKind, Severity},
    settings::Times,
};
use std::collections::VecDeque;
use trading_types::Timestamp;
pub enum AlertOutput {
    Deliver(Alert),
    Halt(String),
}
pub struct AlertDesk {
    o: VecDeque<AlertOutput>,
    open: Vec<Alert>,
    n: u64,
}
impl AlertDesk {
    pub fn new(_t: Times, open: Vec<Alert>, _n: Timestamp) -> Self {
        Self { o: VecDeque::new(), n: open.len() as u64, open }
    }
    pub fn raise(&mut self, kind: AlertKind, severity: Severity, text: String, now: Timestamp) {
        self.n += 1;
        self.o.push_back(AlertOutput::Deliver(Alert {
            id: self.n,
            time: now,
            kind,
            severity,
            text,
        }));
    }
    pub fn acknowledge(&mut self, _a: Option<u64>, _b: &str, _n: Timestamp) {}
    pub fn unacknowledged(&self) -> impl Iterator<Item = &Alert> {
        self.open.iter()
    }
    pub fn handle_timeout(&mut self, _n: Timestamp) {}
    pub fn poll_output(&mut self) -> Option<AlertOutput> {
        self.o.pop_front()
    }
    pub fn next_timeout(&self) -> Option<Timestamp> {
        None
    }
}

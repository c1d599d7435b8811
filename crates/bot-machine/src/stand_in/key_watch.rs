//! stand-in
use crate::{
    call::{Answer, CallFailure},
    output::Severity,
    settings::Times,
};
use kraken_protocol::key_audit::Wanted;
use std::collections::VecDeque;
use trading_types::Timestamp;
pub enum KeyEvent {
    Answered { result: Result<Answer, CallFailure> },
    Denied,
    Stopped(String),
}
pub enum KeyOutput {
    Ask,
    Admit { last_nonce: u64, findings: Vec<String> },
    Refused { findings: Vec<String> },
    Alert { severity: Severity, text: String },
}
pub struct KeyWatch {
    o: VecDeque<KeyOutput>,
    w: Wanted,
}
impl KeyWatch {
    pub fn new(w: Wanted, _t: Times, _n: Timestamp) -> Self {
        Self { o: VecDeque::from([KeyOutput::Ask]), w }
    }
    pub fn handle(&mut self, e: KeyEvent, now: Timestamp) {
        if let KeyEvent::Answered { result: Ok(Answer::KeyInfo(info)) } = e {
            let audit = kraken_protocol::key_audit::audit(&info, self.w, now);
            let findings = audit.findings.iter().map(|f| f.reason.clone()).collect();
            self.o.push_back(if audit.accepted {
                KeyOutput::Admit { last_nonce: info.nonce, findings }
            } else {
                KeyOutput::Refused { findings }
            });
        }
    }
    pub fn handle_timeout(&mut self, _n: Timestamp) {}
    pub fn poll_output(&mut self) -> Option<KeyOutput> {
        self.o.pop_front()
    }
    pub fn next_timeout(&self) -> Option<Timestamp> {
        None
    }
}

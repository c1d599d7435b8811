//! Asks Kraken what the key may do: at the start, every hour, and whenever Kraken denies something.
//!
//! **Law.** No key is used that has not been judged, and none goes on being used that is judged
//! unsafe. What keeps us from asking refuses nothing by itself while the bot runs, but it is told.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use kraken_protocol::{
    key_audit::Severity as FindingSeverity,
    key_audit::{self, Finding, KeyAudit, KeyInfo, Wanted},
};
use trading_types::{Refusal, Timestamp};

use crate::{
    call::{Answer, CallFailure},
    output::Severity,
    settings::Times,
};

/// Kraken is not asked more often, however much it denies.
const ASK_EVERY: Duration = Duration::from_secs(10);
/// After failures it is asked at least this often.
const WAIT_MAX: Duration = Duration::from_mins(1);
/// A call that has neither been answered nor failed is given up after this.
const ANSWER_MAX: Duration = Duration::from_mins(1);
/// At the start a person is told when there is no verdict for this long.
const START_MAX: Duration = Duration::from_mins(1);
/// So many audits may be missed before a person is told.
const MISSED_MAX: u32 = 2;
/// How far clocks and whole seconds may blur when the key was used.
const USE_MARGIN: Duration = Duration::from_mins(2);

/// Something that has to do with the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyEvent {
    /// What came of [`crate::Call::KeyInfo`].
    Answered {
        /// What it says.
        result: Result<Answer, CallFailure>,
    },
    /// Kraken denied something to the key.
    Denied,
    /// The key is not used any more, or Kraken calls it wrong.
    Stopped(String),
}

/// Something the watch wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyOutput {
    /// Make the call [`crate::Call::KeyInfo`].
    Ask,
    /// The key may be used from now on.
    Admit {
        /// The last nonce Kraken has seen.
        last_nonce: u64,
        /// What is not as it should be all the same.
        findings: Vec<String>,
    },
    /// The key was judged again and may still be used.
    Confirmed {
        /// What is not as it should be all the same.
        findings: Vec<String>,
    },
    /// The key may not be used: before it was admitted, do not start; afterwards, halt.
    Refused {
        /// What is wrong with it, and what to change.
        findings: Vec<String>,
    },
    /// Tell somebody.
    Alert {
        /// How bad it is.
        severity: Severity,
        /// What happened and what to do.
        text: String,
    },
}

/// What is known of the last process that used the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// When it wrote its last record.
    pub ended: Timestamp,
    /// The highest nonce it may have used, if that was saved.
    pub nonce: Option<u64>,
}

/// The watch, as a machine.
#[derive(Clone, Debug)]
pub struct KeyWatch {
    wanted: Wanted,
    times: Times,
    last_run: Option<LastRun>,
    started: Timestamp,
    stage: Stage,
    /// A call is under way since then.
    asked: Option<Timestamp>,
    last_ask: Option<Timestamp>,
    ask_at: Timestamp,
    failures: u32,
    /// Kraken has denied something, and nobody knows yet why.
    denied: Denied,
    /// When there was a verdict last, and whether a person knows that it is long ago.
    judged: Timestamp,
    is_missing_told: bool,
    /// Warnings that were told.
    told: BTreeSet<String>,
    outputs: VecDeque<KeyOutput>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Not judged yet.
    Fresh,
    Admitted,
    /// Never used again.
    Stopped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Denied {
    Nothing,
    /// While a call was under way, which may know nothing of it.
    Something,
    /// The call under way was made because of it.
    Asked,
}

impl KeyWatch {
    /// A watch that asks at once.
    pub fn new(wanted: Wanted, times: Times, now: Timestamp) -> Self {
        let mut watch = Self {
            wanted,
            times,
            last_run: None,
            started: now,
            stage: Stage::Fresh,
            asked: None,
            last_ask: None,
            ask_at: now,
            failures: 0,
            denied: Denied::Nothing,
            judged: now,
            is_missing_told: false,
            told: BTreeSet::new(),
            outputs: VecDeque::new(),
        };
        watch.settle(now);
        watch
    }

    /// The same, knowing when the key was used last: use in between was by somebody else.
    pub const fn after(mut self, last_run: LastRun) -> Self {
        self.last_run = Some(last_run);
        self
    }

    /// Something happened.
    pub fn handle(&mut self, event: KeyEvent, now: Timestamp) {
        match event {
            _ if self.stage == Stage::Stopped => return,
            KeyEvent::Answered { result } => self.answered(result, now),
            KeyEvent::Denied => {
                self.denied = Denied::Something;
                self.ask_soon(now);
            }
            KeyEvent::Stopped(why) => self.stop(vec![why]),
        }
        self.settle(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.settle(now);
    }

    /// What is to be done next; call until nothing is left.
    pub fn poll_output(&mut self) -> Option<KeyOutput> {
        self.outputs.pop_front()
    }

    /// When to come back; earlier is harmless.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        if self.stage == Stage::Stopped {
            return None;
        }
        let ask = self.asked.map_or(self.ask_at, |asked| asked + ANSWER_MAX);
        Some(if self.is_missing_told { ask } else { ask.min(self.missing_at()) })
    }

    fn ask_soon(&mut self, now: Timestamp) {
        let soon = self.last_ask.map_or(now, |last| last + ASK_EVERY).max(now);
        self.ask_at = self.ask_at.min(soon);
    }

    fn settle(&mut self, now: Timestamp) {
        if self.stage == Stage::Stopped {
            return;
        }
        if self.asked.is_some_and(|asked| asked + ANSWER_MAX <= now) {
            self.failed(now);
        }
        if !self.is_missing_told && self.missing_at() <= now {
            self.is_missing_told = true;
            self.tell_missing();
        }
        if self.asked.is_none() && self.ask_at <= now {
            self.asked = Some(now);
            self.last_ask = Some(now);
            if self.denied == Denied::Something {
                self.denied = Denied::Asked;
            }
            self.outputs.push_back(KeyOutput::Ask);
        }
    }

    fn answered(&mut self, result: Result<Answer, CallFailure>, now: Timestamp) {
        match result {
            Ok(Answer::KeyInfo(info)) => self.judge(&info, now),
            Err(CallFailure::Key(why)) => self.stop(vec![why]),
            Err(CallFailure::Refused(Refusal::PermissionDenied)) => self.stop(vec![
                "kraken does not even say what the key may do; make a new key in kraken's settings"
                    .to_owned(),
            ]),
            Ok(_) | Err(_) => self.failed(now),
        }
    }

    fn failed(&mut self, now: Timestamp) {
        self.asked = None;
        let wait = ASK_EVERY.saturating_mul(1 << self.failures.min(3)).min(WAIT_MAX);
        self.failures += 1;
        self.ask_at = now + wait;
    }

    fn judge(&mut self, info: &KeyInfo, now: Timestamp) {
        self.asked = None;
        self.failures = 0;
        self.judged = now;
        self.is_missing_told = false;
        self.ask_at = now + self.times.key_audit_every;
        if self.denied == Denied::Something {
            self.ask_soon(now);
        }
        let KeyAudit { accepted, findings } = key_audit::audit(info, self.wanted, now);
        let words: Vec<String> = findings.iter().map(in_words).collect();
        if self.stage == Stage::Fresh {
            self.look_for_others(info, now);
        }
        let was_asked = self.denied == Denied::Asked;
        if was_asked {
            self.denied = Denied::Nothing;
        }
        if !accepted {
            match self.stage {
                Stage::Fresh | Stage::Stopped => self.stop(words),
                Stage::Admitted => self.outputs.push_back(KeyOutput::Refused { findings: words }),
            }
            return;
        }
        self.tell_warnings(&findings);
        if self.stage == Stage::Fresh {
            self.stage = Stage::Admitted;
            self.outputs.push_back(KeyOutput::Admit { last_nonce: info.nonce, findings: words });
        } else {
            self.outputs.push_back(KeyOutput::Confirmed { findings: words });
            if was_asked {
                self.tell_denial();
            }
        }
    }

    fn stop(&mut self, findings: Vec<String>) {
        self.stage = Stage::Stopped;
        self.outputs.push_back(KeyOutput::Refused { findings });
    }

    fn tell_warnings(&mut self, findings: &[Finding]) {
        let warned = findings.iter().filter(|it| it.severity == FindingSeverity::Warned);
        let now: BTreeSet<String> = warned.map(in_words).collect();
        for text in now.difference(&self.told).cloned() {
            self.outputs.push_back(KeyOutput::Alert { severity: Severity::Warning, text });
        }
        self.told = now;
    }

    /// Kraken denied something, and the key has all it needs.
    fn tell_denial(&mut self) {
        let text = "kraken denied something although the key has every permission it needs; look \
                    in the journal for what was denied, and at kraken for limits of the account"
            .to_owned();
        self.outputs.push_back(KeyOutput::Alert { severity: Severity::Warning, text });
    }

    /// Whether somebody else used the key while no process of ours did.
    fn look_for_others(&mut self, info: &KeyInfo, now: Timestamp) {
        let Some(last_run) = self.last_run else { return };
        let between = |used: &Timestamp| {
            last_run.ended + USE_MARGIN < *used && *used + USE_MARGIN < self.started
        };
        let advice = "give this bot a key of its own, or trades and nonces of the other will \
                      halt it";
        let used = info.last_used.filter(between).map(|used| {
            let ended = last_run.ended;
            format!("the key was used at {used}, and our last run ended at {ended}; {advice}")
        });
        let ours = last_run.nonce.map(|nonce| nonce.max((now + USE_MARGIN).nanos()));
        let nonce = ours.filter(|ours| *ours < info.nonce).map(|ours| {
            let seen = info.nonce;
            format!("kraken has seen nonce {seen} of the key, and ours end at {ours}; {advice}")
        });
        for text in used.into_iter().chain(nonce) {
            self.outputs.push_back(KeyOutput::Alert { severity: Severity::Warning, text });
        }
    }

    /// When a person has to know that there is no verdict.
    fn missing_at(&self) -> Timestamp {
        match self.stage {
            Stage::Fresh => self.started + START_MAX,
            Stage::Admitted | Stage::Stopped => {
                self.judged + self.times.key_audit_every.saturating_mul(MISSED_MAX)
            }
        }
    }

    fn tell_missing(&mut self) {
        let text = match self.stage {
            Stage::Fresh | Stage::Stopped => {
                "kraken does not say what the key may do, and without that nothing is traded; \
                 check this machine's network and status.kraken.com"
                    .to_owned()
            }
            Stage::Admitted => format!(
                "the key has not been audited since {}; the bot goes on; check this machine's \
                 network, and that nobody has changed the key at kraken",
                self.judged
            ),
        };
        self.outputs.push_back(KeyOutput::Alert { severity: Severity::Warning, text });
    }
}

fn in_words(finding: &Finding) -> String {
    format!("{}; {}", finding.reason, finding.fix)
}

#[cfg(test)]
mod tests;

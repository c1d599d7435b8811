//! Keys that are good, bad, become bad, are used by others, and calls that fail.

use kraken_protocol::{key_audit::KeyRole, permission::Permission};

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

fn good() -> KeyInfo {
    use Permission as P;
    KeyInfo {
        name: "slackwater".to_owned(),
        nonce: 5,
        nonce_window: 0,
        permissions: vec![
            P::QueryFunds,
            P::QueryOpenTrades,
            P::QueryClosedTrades,
            P::ModifyTrades,
            P::CloseTrades,
            P::QueryLedger,
            P::CreateWsToken,
        ],
        unknown_permissions: Vec::new(),
        valid_until: None,
        query_from: None,
        query_to: None,
        created: None,
        modified: None,
        last_used: None,
        addresses: vec!["203.0.113.7".to_owned()],
        account: None,
    }
}

/// It could move money out.
fn dangerous() -> KeyInfo {
    let mut info = good();
    info.permissions.push(Permission::WithdrawFunds);
    info
}

struct Bench {
    watch: KeyWatch,
    time: u64,
    said: Vec<KeyOutput>,
    asks: Vec<u64>,
}

impl Bench {
    fn new() -> Self {
        let wanted = Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false };
        let watch = KeyWatch::new(wanted, Times::default(), at(0));
        let mut bench = Self { watch, time: 0, said: Vec::new(), asks: Vec::new() };
        bench.drain();
        bench
    }

    fn admitted() -> Self {
        let mut bench = Self::new();
        bench.info(good());
        assert_eq!(bench.said(), [KeyOutput::Admit { last_nonce: 5, findings: Vec::new() }]);
        bench
    }

    fn drain(&mut self) {
        while let Some(output) = self.watch.poll_output() {
            match output {
                KeyOutput::Ask => self.asks.push(self.time),
                KeyOutput::Admit { .. }
                | KeyOutput::Confirmed { .. }
                | KeyOutput::Refused { .. }
                | KeyOutput::Alert { .. } => self.said.push(output),
            }
        }
    }

    fn tell(&mut self, event: KeyEvent) {
        self.watch.handle(event, at(self.time));
        self.drain();
    }

    fn info(&mut self, info: KeyInfo) {
        self.tell(KeyEvent::Answered { result: Ok(Answer::KeyInfo(Box::new(info))) });
    }

    fn failed(&mut self, failure: CallFailure) {
        self.tell(KeyEvent::Answered { result: Err(failure) });
    }

    /// Lets time pass; each call is answered so.
    fn wait(&mut self, seconds: u64, answer: impl Fn() -> Result<Answer, CallFailure>) {
        let end = self.time + seconds;
        while let Some(due) = self.watch.next_timeout().filter(|due| *due <= at(end)) {
            assert!(at(self.time) <= due, "a timer in the past");
            self.time = due.since(at(0)).as_secs();
            let asks = self.asks.len();
            self.watch.handle_timeout(at(self.time));
            self.drain();
            if asks < self.asks.len() {
                self.tell(KeyEvent::Answered { result: answer() });
            }
        }
        self.time = end;
    }

    fn said(&mut self) -> Vec<KeyOutput> {
        std::mem::take(&mut self.said)
    }

    fn alerts(&mut self) -> Vec<String> {
        let alert = |output| match output {
            KeyOutput::Alert { severity, text } => {
                assert_eq!(severity, Severity::Warning);
                Some(text)
            }
            KeyOutput::Ask
            | KeyOutput::Admit { .. }
            | KeyOutput::Confirmed { .. }
            | KeyOutput::Refused { .. } => None,
        };
        self.said().into_iter().filter_map(alert).collect()
    }
}

fn unclear() -> CallFailure {
    CallFailure::Unclear("no answer".to_owned())
}

fn fails() -> Result<Answer, CallFailure> {
    Err(unclear())
}

fn says(info: KeyInfo) -> impl Fn() -> Result<Answer, CallFailure> {
    move || Ok(Answer::KeyInfo(Box::new(info.clone())))
}

fn refusal(bench: &mut Bench) -> String {
    match bench.said().as_slice() {
        [KeyOutput::Refused { findings }] => findings.join(" | "),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_key_is_admitted_and_audited_every_hour() {
    let mut bench = Bench::admitted();
    bench.wait(24 * 3_600, says(good()));
    assert_eq!(bench.asks.len(), 25);
    let confirmed = KeyOutput::Confirmed { findings: Vec::new() };
    assert_eq!(bench.said(), vec![confirmed; 24]);
}

#[test]
fn a_dangerous_key_is_not_admitted_and_never_asked_about_again() {
    let mut bench = Bench::new();
    bench.info(dangerous());
    let words = refusal(&mut bench);
    assert!(words.contains("withdraw") && words.contains("untick"), "{words}");
    bench.tell(KeyEvent::Denied);
    bench.wait(10_000, says(good()));
    assert_eq!((bench.asks.len(), bench.said().len()), (1, 0));
}

#[test]
fn a_key_that_becomes_dangerous_is_refused_at_each_audit() {
    let mut bench = Bench::admitted();
    bench.wait(3_600, says(dangerous()));
    assert!(refusal(&mut bench).contains("untick"));
    // Whoever resumes without mending it is halted again.
    bench.wait(3_600, says(dangerous()));
    assert!(refusal(&mut bench).contains("untick"));
    bench.wait(3_600, says(good()));
    assert_eq!(bench.said(), [KeyOutput::Confirmed { findings: Vec::new() }]);
}

#[test]
fn a_key_that_kraken_calls_wrong_is_never_used_again() {
    let check = |event: KeyEvent| {
        for mut bench in [Bench::new(), Bench::admitted()] {
            bench.tell(event.clone());
            assert!(!refusal(&mut bench).is_empty());
            let asks = bench.asks.len();
            bench.tell(event.clone());
            bench.wait(10_000, says(good()));
            assert_eq!((bench.asks.len(), bench.said().len()), (asks, 0), "{event:?}");
        }
    };
    check(KeyEvent::Stopped("invalid key".to_owned()));
    check(KeyEvent::Answered { result: Err(CallFailure::Key("invalid key".to_owned())) });
    let denied = CallFailure::Refused(Refusal::PermissionDenied);
    check(KeyEvent::Answered { result: Err(denied) });
}

#[test]
fn what_is_denied_brings_an_audit_at_once_but_not_a_storm_of_them() {
    let mut bench = Bench::admitted();
    bench.time = 1_000;
    (0..50).for_each(|_| bench.tell(KeyEvent::Denied));
    assert_eq!(bench.asks, [0, 1_000]);
    // What was denied while the call was under way may be news to it.
    bench.info(good());
    bench.wait(10, says(good()));
    assert_eq!(bench.asks, [0, 1_000, 1_010]);
    let alerts = bench.alerts();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].contains("although the key has every permission"), "{}", alerts[0]);
    bench.wait(3_000, says(good()));
    assert_eq!(bench.asks.len(), 3);
    // A right that was taken away explains itself.
    bench.tell(KeyEvent::Denied);
    let mut info = good();
    info.permissions.retain(|it| *it != Permission::ModifyTrades);
    bench.info(info);
    assert!(refusal(&mut bench).contains("tick `"));
}

#[test]
fn nothing_is_traded_without_a_verdict_and_a_person_is_told() {
    let mut bench = Bench::new();
    bench.failed(unclear());
    bench.wait(1_000, fails);
    assert_eq!(bench.asks[..6], [0, 10, 30, 70, 130, 190]);
    let alerts = bench.alerts();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].contains("without that nothing is traded"), "{}", alerts[0]);
    bench.wait(60, says(good()));
    assert!(matches!(bench.said()[..], [KeyOutput::Admit { .. }]));
}

#[test]
fn two_missed_audits_are_told_once_and_refuse_nothing() {
    let mut bench = Bench::admitted();
    bench.wait(7_199, fails);
    assert_eq!(bench.said(), []);
    bench.wait(20_000, fails);
    let alerts = bench.alerts();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].contains("has not been audited since"), "{}", alerts[0]);
    bench.wait(60, says(good()));
    assert!(matches!(bench.said()[..], [KeyOutput::Confirmed { .. }]));
    bench.wait(3_600 + 7_200, fails);
    assert_eq!(bench.alerts().len(), 1, "it happened again");
}

#[test]
fn a_call_that_never_comes_back_is_made_again() {
    let mut bench = Bench::new();
    bench.wait(70, fails);
    assert_eq!(bench.asks, [0, 70]);
}

#[test]
fn what_is_not_as_it_should_be_is_told_once() {
    let mut info = good();
    info.nonce_window = 7;
    let mut bench = Bench::new();
    bench.info(info.clone());
    assert_eq!(bench.alerts().len(), 1);
    bench.wait(7_200, says(info));
    assert_eq!(bench.alerts(), Vec::<String>::new());
}

#[test]
fn somebody_else_who_used_the_key_is_told_of() {
    let now = at(0).nanos();
    let ended = |hours: u64| Timestamp::from_nanos(now - hours * 3_600_000_000_000);
    let check = |used_hours_ago: Option<u64>, nonce, saved, words: Option<&str>| {
        let mut bench = Bench::new();
        bench.watch = bench.watch.after(LastRun { ended: ended(5), nonce: saved });
        let last_used = used_hours_ago.map(ended);
        bench.info(KeyInfo { last_used, nonce, ..good() });
        let alerts = bench.alerts();
        assert_eq!(alerts.len(), usize::from(words.is_some()), "{alerts:?}");
        for (text, words) in alerts.iter().zip(words) {
            assert!(text.contains(words) && text.contains("a key of its own"), "{text}");
        }
    };
    let second = 1_000_000_000;
    check(None, now, Some(now), None);
    check(Some(6), now, Some(now), None);
    check(Some(5), now, Some(now), None);
    check(Some(4), now, Some(now), Some("the key was used at"));
    // This very process asked before.
    check(Some(0), now, Some(now), None);
    check(None, now + 110 * second, Some(now), None);
    check(None, now + 130 * second, Some(now), Some("kraken has seen nonce"));
    // Our clock was ahead once.
    check(None, now + 130 * second, Some(now + 200 * second), None);
    check(None, now + 130 * second, None, None);
}

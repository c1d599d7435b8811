//! A language for sessions in virtual time, one line per step.
//!
//! `!` an event, `<` a frame, `+` a wait, `>` what comes out, in order and complete, `~` a note for
//! the log among those that came out.

use std::time::Duration;

use serde_json::Value;
use trading_types::{ClientOrderId, NewOrder, OrderKind, OrderQuantity, Side, Timestamp};

use super::super::{
    AccountReport, CommandAnswer, EndReason, LinkChange, Outcome, Session, SessionEvent,
    SessionOutput, SessionSettings, SocketCommand,
};
use crate::stream::{
    executions::OrderReport,
    order_writer::{AmendRequest, OrderName},
    subscription::{BookDepth, SocketKind, Subscription, TickerTrigger},
    token::Token,
};

/// A session, its time, and what came out of it since it was last looked at.
pub(super) struct Script {
    pub(super) session: Session,
    pub(super) now: Timestamp,
    said: Vec<String>,
    notes: Vec<String>,
}

pub(super) const START: Timestamp = Timestamp::from_nanos(1_700_000_000_000_000_000);

impl Script {
    pub(super) fn new(kind: SocketKind) -> Self {
        Self::with(SessionSettings::new(kind))
    }

    pub(super) fn with(settings: SessionSettings) -> Self {
        let session = Session::new(settings, 7, START);
        let mut script = Self { session, now: START, said: Vec::new(), notes: Vec::new() };
        script.collect();
        script
    }

    /// Plays the lines. One without a mark goes on with the line before.
    #[track_caller]
    pub(super) fn play(&mut self, text: &str) {
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match lines.last_mut().filter(|_| !line.starts_with(['!', '<', '+', '>', '~'])) {
                Some(last) => last.push_str(line),
                None => lines.push(line.to_owned()),
            }
        }
        for line in lines {
            let (mark, rest) = line.split_at(1);
            let rest = rest.trim();
            match mark {
                ">" => {
                    assert!(!self.said.is_empty(), "nothing came out, wanted: {rest}");
                    assert_eq!(self.said.remove(0), rest);
                }
                "~" => {
                    let found = self.notes.iter().any(|note| note.contains(rest));
                    assert!(found, "no note says {rest}: {:?}", self.notes);
                }
                _ => {
                    assert_eq!(self.said, Vec::<String>::new(), "came out before: {line}");
                    self.notes.clear();
                    match mark {
                        "!" => self.happen(rest),
                        "<" => self.hear(&frame(rest)),
                        "+" => self.wait(duration(rest)),
                        _ => panic!("a line without a mark: {line}"),
                    }
                }
            }
        }
    }

    pub(super) fn hear(&mut self, frame: &str) {
        self.tell(SessionEvent::Frame(frame));
    }

    pub(super) fn tell(&mut self, event: SessionEvent<'_>) {
        self.session.handle(event, self.now);
        self.collect();
    }

    /// Lets time pass, timer by timer.
    pub(super) fn wait(&mut self, length: Duration) {
        let end = self.now + length;
        while let Some(next) = self.session.next_timeout()
            && next <= end
        {
            assert!(self.now < next, "a timer that does not move on");
            self.now = next;
            self.session.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    fn collect(&mut self) {
        while let Some(output) = self.session.poll_output() {
            match words(&output) {
                Ok(said) => self.said.push(said),
                Err(note) => self.notes.push(note),
            }
        }
    }

    fn happen(&mut self, what: &str) {
        let words: Vec<&str> = what.split(' ').collect();
        let number = |at: usize| words[at].parse::<u16>().unwrap();
        let sub = || subscription(&words[1..]);
        let every = || words.last().and_then(|it| it.strip_prefix("every=")).map(duration);
        let event = match words[0] {
            "allowed" => SessionEvent::ConnectAllowed,
            "connected" => SessionEvent::Connected,
            "failed" => {
                SessionEvent::ConnectFailed { http_status: words.get(1).map(|_| number(1)) }
            }
            "closed" => SessionEvent::Closed { code: words.get(1).map(|_| number(1)), reason: "r" },
            "token" => SessionEvent::Token(Token::new("TOKEN".to_owned()).unwrap()),
            "no-token" => SessionEvent::TokenRefused,
            "want" => SessionEvent::Subscribe { subscription: sub(), expects_data_every: every() },
            "unwant" => SessionEvent::Unsubscribe(sub()),
            "broken" => SessionEvent::DataBroken(sub()),
            "shutdown" => SessionEvent::Shutdown,
            _ => {
                let request = words[1].parse().unwrap();
                SessionEvent::Command { request, command: self.command(&words) }
            }
        };
        self.tell(event);
    }

    fn command(&self, words: &[&str]) -> SocketCommand {
        let order = |word: &str| self.order(word.parse().unwrap());
        let names = || words[2..].iter().map(|it| name(it)).collect();
        match words[0] {
            "place" => SocketCommand::Place(order(words[2])),
            "check" => SocketCommand::Check(order(words[2])),
            "batch" => SocketCommand::PlaceBatch(words[2..].iter().map(|it| order(it)).collect()),
            "amend" => SocketCommand::Amend(AmendRequest {
                amendment: trading_types::Amendment {
                    order: client(words[2].parse().unwrap()),
                    quantity: None,
                    limit: Some("8".parse().unwrap()),
                    trigger: None,
                },
                deadline: None,
                post_only: false,
            }),
            "cancel" => SocketCommand::Cancel(names()),
            "cancel-batch" => SocketCommand::CancelBatch(names()),
            "cancel-all" => SocketCommand::CancelAll,
            "switch" => SocketCommand::CancelAllAfter(duration(words[2])),
            other => panic!("no event is called {other}"),
        }
    }

    /// An order of this number; its deadline is five seconds away.
    pub(super) fn order(&self, sequence: u64) -> NewOrder {
        let pair = "BTC/USD".parse().unwrap();
        let kind = OrderKind::Limit { price: "9".parse().unwrap() };
        let quantity = OrderQuantity::Base("1".parse().unwrap());
        let mut order = NewOrder::new(client(sequence), pair, Side::Buy, kind, quantity);
        order.deadline = Some(self.now + Duration::from_secs(5));
        order
    }
}

/// What came out last has to be wanted as well.
impl Drop for Script {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.said, Vec::<String>::new(), "came out at the end");
        }
    }
}

pub(super) fn client(sequence: u64) -> ClientOrderId {
    ClientOrderId::new(0, sequence)
}

fn name(word: &str) -> OrderName {
    match word.parse() {
        Ok(sequence) => OrderName::Ours(client(sequence)),
        Err(_) => OrderName::Venue(word.parse().unwrap()),
    }
}

fn duration(text: &str) -> Duration {
    match text.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(millis.parse().unwrap()),
        None => Duration::from_secs(text.strip_suffix('s').unwrap().parse().unwrap()),
    }
}

/// `book BTC/USD`, `book BTC/USD 100`, `ticker BTC/USD`, `ohlc BTC/USD 5`, `executions` …
fn subscription(words: &[&str]) -> Subscription {
    let pair = || words[1].parse().unwrap();
    match words[0] {
        "executions" => Subscription::Executions,
        "balances" => Subscription::Balances,
        "instrument" => Subscription::Instruments,
        "book" => Subscription::Book {
            pair: pair(),
            depth: if words.get(2) == Some(&"100") { BookDepth::Hundred } else { BookDepth::Ten },
        },
        "level3" => Subscription::Level3 {
            pair: pair(),
            depth: crate::stream::subscription::Level3Depth::Thousand,
        },
        "ticker" => Subscription::Ticker { pair: pair(), trigger: TickerTrigger::Trades },
        "trade" => Subscription::Trades { pair: pair() },
        "ohlc" => Subscription::Candles {
            pair: pair(),
            interval: trading_types::Interval::from_minutes(words[2].parse().unwrap()).unwrap(),
        },
        other => panic!("no channel is called {other}"),
    }
}

/// A frame from its short form; what begins with `{` is one already.
fn frame(text: &str) -> String {
    if text.starts_with('{') {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split(' ').collect();
    let rest = |from: usize| words[from..].join(" ");
    match words[0] {
        "status" => format!(
            r#"{{"channel":"status","type":"update","data":[{{"system":"{}"}}]}}"#,
            words[1]
        ),
        "heartbeat" => r#"{"channel":"heartbeat"}"#.to_owned(),
        "pong" => format!(r#"{{"method":"pong","req_id":{}}}"#, &words[1][1..]),
        "ack" | "unack" => acknowledgement(&words),
        // no #3 WWW/USD the text
        "no" => format!(
            r#"{{"error":"{}","method":"subscribe","req_id":{},"success":false,"symbol":"{}"}}"#,
            rest(3),
            &words[1][1..],
            words[2]
        ),
        // refused add_order #3 the text
        "refused" => format!(
            r#"{{"error":"{}","method":"{}","req_id":{},"success":false}}"#,
            rest(3),
            words[1],
            &words[2][1..]
        ),
        // done add_order #3 {result}
        "done" => format!(
            r#"{{"method":"{}","req_id":{},"result":{},"success":true}}"#,
            words[1],
            &words[2][1..],
            rest(3)
        ),
        "book" => format!(
            r#"{{"channel":"book","type":"{}","data":[{{"symbol":"{}","bids":[],"asks":[]}}]}}"#,
            words[2], words[1]
        ),
        "trade" => format!(
            r#"{{"channel":"trade","type":"{}","data":[{{"symbol":"{}","side":"buy","price":1,
            "qty":1,"ord_type":"limit","trade_id":1,"timestamp":"2026-11-21T00:00:00Z"}}]}}"#,
            words[2], words[1]
        ),
        "executions" | "balances" => format!(
            r#"{{"channel":"{}","type":"{}","data":[{}],"sequence":{}}}"#,
            words[0],
            words[1],
            rest(3),
            words[2]
        ),
        other => panic!("no frame is called {other}"),
    }
}

/// `ack executions #1`, `ack book BTC/USD #1`, `unack book BTC/USD #2`.
fn acknowledgement(words: &[&str]) -> String {
    let method = if words[0] == "ack" { "subscribe" } else { "unsubscribe" };
    let symbol =
        if words.len() == 4 { format!(r#","symbol":"{}""#, words[2]) } else { String::new() };
    let number = &words[words.len() - 1][1..];
    format!(
        r#"{{"method":"{method}","req_id":{number},"result":{{"channel":"{}"{symbol}}},
        "success":true}}"#,
        words[1]
    )
}

/// An output in short; a note comes back as the error.
fn words(output: &SessionOutput) -> Result<String, String> {
    Ok(match output {
        SessionOutput::WantConnect => "want connect".to_owned(),
        SessionOutput::Dial(_) => "dial".to_owned(),
        SessionOutput::WantToken => "want token".to_owned(),
        SessionOutput::Send(text) => sent(text.as_str()),
        SessionOutput::Close => "close".to_owned(),
        SessionOutput::Market(_) => "market".to_owned(),
        SessionOutput::Account(report) => reported(report),
        SessionOutput::Answer(answer) => answered(answer),
        SessionOutput::Link(LinkChange::Up) => "up".to_owned(),
        SessionOutput::Link(LinkChange::Down(_)) => "down".to_owned(),
        SessionOutput::Reconcile(reason) => format!("reconcile {reason:?}"),
        SessionOutput::Feedback { feedback, pair } => match pair {
            Some(pair) => format!("feedback {feedback:?} {pair}"),
            None => format!("feedback {feedback:?}"),
        },
        SessionOutput::Ended(EndReason::PolicyViolation { .. }) => "ended policy".to_owned(),
        SessionOutput::Ended(reason) => format!("ended {reason:?}"),
        SessionOutput::Log(note) => return Err(format!("{note:?}")),
    })
}

/// `subscribe book BTC/USD,ETH/USD #3`, `add_order #4`, `ping #5`.
fn sent(text: &str) -> String {
    let value: Value = serde_json::from_str(text).expect("what is sent is JSON");
    let method = value["method"].as_str().unwrap();
    let number = &value["req_id"];
    let Some(channel) = value["params"]["channel"].as_str() else {
        return format!("{method} #{number}");
    };
    let pairs = value["params"]["symbol"]
        .as_array()
        .map(|pairs| pairs.iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>().join(","));
    match pairs {
        Some(pairs) => format!("{method} {channel} {pairs} #{number}"),
        None => format!("{method} {channel} #{number}"),
    }
}

fn reported(report: &AccountReport) -> String {
    match report {
        AccountReport::Order(OrderReport::Event(event)) => {
            let text = format!("{event:?}");
            text.split([' ', '(']).next().unwrap().to_lowercase()
        }
        AccountReport::Order(OrderReport::OpenOrders { .. }) => "open orders".to_owned(),
        AccountReport::Order(OrderReport::Foreign(_)) => "foreign".to_owned(),
        AccountReport::Order(OrderReport::Counter { points, .. }) => format!("counter {points}"),
        AccountReport::Order(OrderReport::Reconcile(_)) => panic!("told by itself"),
        AccountReport::Balance(_) => "balance".to_owned(),
        AccountReport::CounterMax(points) => format!("counter max {points}"),
    }
}

/// `answer 7 of 1: Canceling`.
fn answered(answer: &CommandAnswer) -> String {
    let order = match answer.order {
        Some(OrderName::Ours(id)) => format!(" of {}", id.sequence()),
        Some(OrderName::Venue(id)) => format!(" of {id}"),
        None => String::new(),
    };
    let outcome = match &answer.outcome {
        Outcome::Placed { venue_order } => format!("placed {venue_order}"),
        Outcome::Refused(refusal) => format!("refused, {refusal}"),
        Outcome::NotSent(why) => format!("not sent, {why:?}"),
        Outcome::Unclear(why) => format!("unclear, {why:?}"),
        other @ (Outcome::Checked
        | Outcome::Amended
        | Outcome::Canceling
        | Outcome::CancelingAll { .. }
        | Outcome::SwitchSet { .. }
        | Outcome::TokenStale) => format!("{other:?}"),
    };
    format!("answer {}{order}: {outcome}", answer.request)
}

//! Random sessions: whatever frames, losses, closes and waits come, the laws of the session hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proptest::prelude::*;
use serde_json::Value;
use trading_types::Timestamp;

use super::script::{START, client};
use crate::stream::{
    order_writer::OrderName,
    session::{
        LinkChange, Outcome, Session, SessionEvent, SessionOutput, SessionSettings, SocketCommand,
    },
    subscription::{BookDepth, SocketKind, Subscription},
    token::Token,
};

const PAIRS: [&str; 3] = ["A/USD", "B/USD", "C/USD"];
/// No back-off is longer, its quarter of chance and the waits around it included.
const LONGEST: Duration = Duration::from_secs(60 + 15 + 10 + 10 + 2);

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Allow,
    Connect,
    FailToConnect(Option<u16>),
    Close(u16),
    Token,
    RefuseToken,
    Want(usize),
    Unwant(usize),
    Break(usize),
    Place,
    Cancel(u8),
    /// The venue answers the oldest request it has not answered, well or badly.
    Answer {
        well: bool,
        with_number: bool,
    },
    /// The oldest request is lost.
    Lose,
    Snapshot(usize),
    Heartbeat,
    Complaint,
    Garbage,
}

fn step() -> impl Strategy<Value = Step> {
    let status = prop::sample::select(vec![None, Some(429), Some(503), Some(520), Some(403)]);
    prop_oneof![
        4 => (1_u64..4_000).prop_map(Step::Wait),
        1 => (4_000_u64..90_000).prop_map(Step::Wait),
        4 => Just(Step::Allow),
        4 => Just(Step::Connect),
        1 => status.prop_map(Step::FailToConnect),
        1 => prop::sample::select(vec![1000, 1001, 1006, 1012]).prop_map(Step::Close),
        3 => Just(Step::Token),
        1 => Just(Step::RefuseToken),
        2 => (0..PAIRS.len() + 1).prop_map(Step::Want),
        1 => (0..PAIRS.len() + 1).prop_map(Step::Unwant),
        1 => (0..PAIRS.len() + 1).prop_map(Step::Break),
        3 => Just(Step::Place),
        1 => (1_u8..4).prop_map(Step::Cancel),
        6 => (prop::bool::weighted(0.8), prop::bool::weighted(0.9))
            .prop_map(|(well, with_number)| Step::Answer { well, with_number }),
        1 => Just(Step::Lose),
        3 => (0..PAIRS.len() + 1).prop_map(Step::Snapshot),
        4 => Just(Step::Heartbeat),
        1 => Just(Step::Complaint),
        1 => Just(Step::Garbage),
    ]
}

/// A session, the venue's side of it, and what the laws need to remember.
struct World {
    session: Session,
    settings: SessionSettings,
    now: Timestamp,
    is_open: bool,
    /// Requests the venue has not answered.
    heard: Vec<Value>,
    /// When each message left.
    sent_at: Vec<Timestamp>,
    numbers: BTreeSet<u64>,
    /// Client ids of orders that have left.
    placed: BTreeSet<String>,
    commands: u64,
    /// Orders of each command that wait for their answer.
    unanswered: BTreeMap<u64, Vec<Option<OrderName>>>,
    wants_token: bool,
    is_up: bool,
}

impl World {
    fn new(kind: SocketKind) -> Self {
        let settings = SessionSettings::new(kind);
        let mut world = Self {
            session: Session::new(settings.clone(), 11, START),
            settings,
            now: START,
            is_open: false,
            heard: Vec::new(),
            sent_at: Vec::new(),
            numbers: BTreeSet::new(),
            placed: BTreeSet::new(),
            commands: 0,
            unanswered: BTreeMap::new(),
            wants_token: false,
            is_up: false,
        };
        world.collect();
        world
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Wait(millis) => self.wait(Duration::from_millis(*millis)),
            Step::Allow => self.tell(SessionEvent::ConnectAllowed),
            Step::Connect => {
                self.tell(SessionEvent::Connected);
                self.is_open = true;
                self.hear(r#"{"channel":"status","type":"update","data":[{"system":"online"}]}"#);
            }
            Step::FailToConnect(http_status) => {
                self.tell(SessionEvent::ConnectFailed { http_status: *http_status });
            }
            Step::Close(code) => {
                self.heard.clear();
                self.tell(SessionEvent::Closed { code: Some(*code), reason: "" });
            }
            Step::Token if self.wants_token => {
                self.wants_token = false;
                self.tell(SessionEvent::Token(Token::new("T".to_owned()).unwrap()));
            }
            Step::RefuseToken if self.wants_token => {
                self.wants_token = false;
                self.tell(SessionEvent::TokenRefused);
            }
            Step::Token | Step::RefuseToken => {}
            Step::Want(at) => self.tell(SessionEvent::Subscribe {
                subscription: self.subscription(*at),
                expects_data_every: (at % 2 == 0).then_some(Duration::from_secs(5)),
            }),
            Step::Unwant(at) => self.tell(SessionEvent::Unsubscribe(self.subscription(*at))),
            Step::Break(at) => self.tell(SessionEvent::DataBroken(self.subscription(*at))),
            Step::Place => {
                let order = self.order();
                self.command(SocketCommand::Place(order));
            }
            Step::Cancel(count) => {
                let names = (0..*count).map(|it| OrderName::Ours(client(u64::from(it))));
                self.command(SocketCommand::Cancel(names.collect()));
            }
            Step::Answer { well, with_number } => self.answer_oldest(*well, *with_number),
            Step::Lose => {
                if !self.heard.is_empty() {
                    self.heard.remove(0);
                }
            }
            Step::Snapshot(at) => self.snapshot(*at),
            Step::Heartbeat => self.hear(r#"{"channel":"heartbeat"}"#),
            Step::Complaint => self.hear(r#"{"Error":"Exceeded msg rate"}"#),
            Step::Garbage => self.hear(r#"{"method":"add_order","result":[{"order_id":7}]}"#),
        }
    }

    fn subscription(&self, at: usize) -> Subscription {
        match (PAIRS.get(at), self.settings.kind) {
            (Some(_), SocketKind::Private) => Subscription::Balances,
            (None, SocketKind::Private) => Subscription::Executions,
            (Some(pair), SocketKind::Public | SocketKind::Level3) => {
                Subscription::Book { pair: pair.parse().unwrap(), depth: BookDepth::Ten }
            }
            (None, SocketKind::Public | SocketKind::Level3) => Subscription::Instruments,
        }
    }

    fn order(&self) -> trading_types::NewOrder {
        let kind = trading_types::OrderKind::Limit { price: "9".parse().unwrap() };
        let quantity = trading_types::OrderQuantity::Base("1".parse().unwrap());
        let (pair, side) = ("A/USD".parse().unwrap(), trading_types::Side::Buy);
        let id = client(1_000 + self.commands);
        let mut order = trading_types::NewOrder::new(id, pair, side, kind, quantity);
        order.deadline = Some(self.now + Duration::from_secs(5));
        order
    }

    fn command(&mut self, command: SocketCommand) {
        let request = self.commands;
        self.commands += 1;
        let orders = command.orders().into_iter().map(Some).collect();
        self.unanswered.insert(request, orders);
        self.tell(SessionEvent::Command { request, command });
    }

    fn answer_oldest(&mut self, well: bool, with_number: bool) {
        if self.heard.is_empty() {
            return;
        }
        let request = self.heard.remove(0);
        let method = request["method"].as_str().unwrap();
        let number =
            if with_number { format!(r#""req_id":{},"#, request["req_id"]) } else { String::new() };
        let symbols = request["params"]["symbol"].as_array().cloned().unwrap_or_default();
        let outcome = |result: &str| {
            let refusal = r#""success":false,"error":"EOrder:Unknown order""#.to_owned();
            if well { format!(r#""success":true,"result":{result}"#) } else { refusal }
        };
        match method {
            "subscribe" | "unsubscribe" if !symbols.is_empty() => {
                for symbol in symbols {
                    let rest = outcome(&format!(r#"{{"symbol":{symbol}}}"#));
                    self.hear(&format!(
                        r#"{{"method":"{method}",{number}"symbol":{symbol},{rest}}}"#
                    ));
                }
            }
            "cancel_order" => {
                for id in request["params"]["cl_ord_id"].as_array().cloned().unwrap_or_default() {
                    let rest = outcome(&format!(r#"{{"cl_ord_id":{id}}}"#));
                    self.hear(&format!(r#"{{"method":"{method}",{number}{rest}}}"#));
                }
            }
            "add_order" => {
                let rest = outcome(&format!(r#"{{"order_id":"O{}"}}"#, request["req_id"]));
                self.hear(&format!(r#"{{"method":"{method}",{number}{rest}}}"#));
            }
            "ping" => self.hear(r#"{"method":"pong"}"#),
            _ => {
                let rest = outcome("{}");
                self.hear(&format!(r#"{{"method":"{method}",{number}{rest}}}"#));
            }
        }
    }

    fn snapshot(&mut self, at: usize) {
        let frame = match (PAIRS.get(at), self.settings.kind) {
            (Some(pair), SocketKind::Public | SocketKind::Level3) => {
                format!(r#"{{"channel":"book","type":"snapshot","data":[{{"symbol":"{pair}"}}]}}"#)
            }
            (Some(_), SocketKind::Private) => {
                r#"{"channel":"balances","type":"snapshot","data":[],"sequence":1}"#.to_owned()
            }
            (None, _) => {
                r#"{"channel":"executions","type":"snapshot","data":[],"sequence":1}"#.to_owned()
            }
        };
        self.hear(&frame);
    }

    fn hear(&mut self, frame: &str) {
        self.tell(SessionEvent::Frame(frame));
    }

    fn tell(&mut self, event: SessionEvent<'_>) {
        self.session.handle(event, self.now);
        self.collect();
        if let Some(next) = self.session.next_timeout() {
            // Data alone does not move timers; all else does its due work at once.
            assert!(START <= next);
        }
    }

    fn wait(&mut self, length: Duration) {
        let end = self.now + length;
        let mut same = 0;
        while let Some(next) = self.session.next_timeout()
            && next <= end
        {
            same = if next <= self.now { same + 1 } else { 0 };
            assert!(same < 2, "a timer that does not move on");
            self.now = self.now.max(next);
            self.session.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    fn collect(&mut self) {
        while let Some(output) = self.session.poll_output() {
            match output {
                SessionOutput::Send(frame) => self.sent(frame.as_str()),
                SessionOutput::Close => {
                    assert!(!format!("{output:?}").is_empty());
                    self.is_open = false;
                    self.heard.clear();
                }
                SessionOutput::WantToken => {
                    assert!(!self.wants_token, "one token at a time");
                    self.wants_token = true;
                }
                SessionOutput::Answer(answer) => {
                    let waiting = self.unanswered.get_mut(&answer.request).expect("it was given");
                    let at = waiting.iter().position(|it| *it == answer.order);
                    waiting.remove(at.expect("each order is answered once"));
                    if let (Outcome::NotSent(_), Some(OrderName::Ours(id))) =
                        (&answer.outcome, answer.order)
                    {
                        assert!(!self.placed.contains(&id.to_string()), "it was sent");
                    }
                }
                SessionOutput::Link(LinkChange::Up) => {
                    assert!(!std::mem::replace(&mut self.is_up, true), "up twice");
                }
                SessionOutput::Link(LinkChange::Down(_)) => {
                    assert!(std::mem::replace(&mut self.is_up, false), "down twice");
                }
                SessionOutput::WantConnect
                | SessionOutput::Dial(_)
                | SessionOutput::Market(_)
                | SessionOutput::Account(_)
                | SessionOutput::Reconcile(_)
                | SessionOutput::Feedback { .. }
                | SessionOutput::Ended(_)
                | SessionOutput::Log(_) => {}
            }
        }
    }

    fn sent(&mut self, text: &str) {
        let value: Value = serde_json::from_str(text).unwrap();
        let number = value["req_id"].as_u64().unwrap();
        assert!(self.numbers.insert(number) && number < 1 << 31, "a number is used once");
        if value["method"] == "add_order" {
            let id = value["params"]["cl_ord_id"].as_str().unwrap().to_owned();
            assert!(self.placed.insert(id), "an order left twice");
        }
        self.sent_at.push(self.now);
        let limit = self.settings.messages as usize;
        if let Some(first) = self.sent_at.len().checked_sub(limit + 1) {
            let stretch = self.now.since(self.sent_at[first]);
            assert!(self.settings.message_period <= stretch, "too many messages");
        }
        self.heard.push(value);
    }

    /// A venue that does all it is asked: connects, answers, shows snapshots.
    fn calm_venue(&mut self) {
        self.play(&Step::Token);
        self.play(&Step::Allow);
        let before = self.is_open;
        self.play(&Step::Connect);
        self.is_open = before || self.is_open;
        while !self.heard.is_empty() {
            self.answer_oldest(true, true);
        }
        for at in 0..=PAIRS.len() {
            self.snapshot(at);
        }
        self.play(&Step::Heartbeat);
    }
}

fn check(kind: SocketKind, steps: &[Step]) {
    let mut world = World::new(kind);
    for step in steps {
        world.play(step);
    }
    // Each command is answered, if by nothing else then by its timer.
    world.wait(Duration::from_mins(1));
    for (request, orders) in &world.unanswered {
        assert_eq!(orders, &Vec::new(), "command {request} has an answer for each order");
    }
    // Then the weather is calm, and whatever is wanted is there within its longest back-off.
    let wanted: Vec<Subscription> = (0..=PAIRS.len()).map(|at| world.subscription(at)).collect();
    for subscription in &wanted {
        let event =
            SessionEvent::Subscribe { subscription: *subscription, expects_data_every: None };
        world.tell(event);
    }
    // A ban may be among the steps.
    world.wait(Duration::from_mins(11));
    let mut left = LONGEST * 2;
    while !left.is_zero() {
        world.calm_venue();
        let step = left.min(Duration::from_millis(500));
        world.wait(step);
        left -= step;
    }
    for subscription in wanted {
        let is_live = world.session.following.is_live(&subscription);
        let is_shown = subscription != Subscription::Instruments;
        assert!(is_live || !is_shown, "{subscription:?} is not there");
    }
    assert!(world.session.is_up());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_laws_hold_on_a_private_socket(steps in prop::collection::vec(step(), 1..120)) {
        check(SocketKind::Private, &steps);
    }

    #[test]
    fn the_laws_hold_on_a_public_socket(steps in prop::collection::vec(step(), 1..120)) {
        check(SocketKind::Public, &steps);
    }
}

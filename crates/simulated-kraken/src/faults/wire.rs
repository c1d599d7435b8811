//! Connections and frames: what goes wrong on a WebSocket after it left Kraken, and before it
//! gets there.
//!
//! The invariant: nothing is sent on a connection after its end, and heartbeats go on where a
//! channel has fallen silent.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use trading_types::Timestamp;

use crate::{
    faults::{Fault, spoil, wire::head::Head},
    message::{ConnectionId, Ending, Frame, Output},
    world::World,
};

mod executions;
mod head;
mod said;

pub(crate) use said::Hearing;

/// How often a connection hears something, at least.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);
const HEARTBEAT: &str = r#"{"channel":"heartbeat"}"#;
/// How many frames stand in for one while messages burst.
const BURST: usize = 10;
/// Channels whose frames say how something is: to hear one again changes nothing.
const REPEATED: [&str; 2] = ["ticker", "book"];

/// What is known of the connections.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    open: BTreeMap<ConnectionId, Talk>,
    /// What is not sent any more, and until when.
    muted: BTreeMap<Subject, Timestamp>,
    /// Frames of `executions` that wait to be merged with the next one, and how long.
    merging: BTreeMap<ConnectionId, (Timestamp, Frame)>,
    /// What becomes of the answers to what a client has just said.
    asked: Option<said::Asked>,
}

/// One open connection.
#[derive(Debug)]
struct Talk {
    /// Where data has come from so far: channel and pair.
    subjects: BTreeSet<(String, Option<String>)>,
    last_sent: Timestamp,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    id: ConnectionId,
    channel: String,
    pair: Option<String>,
}

/// What goes out, and after how long.
pub(crate) type Sent = Vec<(Duration, Output)>;

impl Wire {
    /// Whether frames go through as they are.
    pub(crate) fn is_idle(&self) -> bool {
        self.muted.is_empty() && self.merging.is_empty() && self.asked.is_none()
    }

    /// A connection has ended from the other side.
    pub(crate) fn gone(&mut self, id: ConnectionId) {
        self.open.remove(&id);
        self.merging.remove(&id);
        self.muted.retain(|subject, _| subject.id != id);
    }

    /// Whether anything can still be said on a connection.
    pub(crate) fn is_open(&self, id: ConnectionId) -> bool {
        self.open.contains_key(&id)
    }

    /// Connections that are open, by number.
    pub(crate) fn open(&self) -> impl ExactSizeIterator<Item = ConnectionId> {
        self.open.keys().copied()
    }

    /// Channels and pairs that send something, by connection.
    pub(crate) fn subjects(&self) -> Vec<(ConnectionId, String, Option<String>)> {
        let of_talk = |(id, talk): (&ConnectionId, &Talk)| {
            let all = talk.subjects.iter();
            let id = *id;
            all.map(move |(channel, pair)| (id, channel.clone(), pair.clone())).collect::<Vec<_>>()
        };
        self.open.iter().flat_map(of_talk).collect()
    }

    /// Silences a channel of a connection, for one pair if it has pairs.
    pub(crate) fn mute(
        &mut self,
        (id, channel, pair): (ConnectionId, String, Option<String>),
        end: Timestamp,
    ) {
        self.muted.insert(Subject { id, channel, pair }, end);
    }

    /// What becomes of something on its way to the listener while faults are on.
    pub(crate) fn pass(&mut self, output: Output, world: &mut World, now: Timestamp) -> Sent {
        let Output::Send { id, frame } = output else {
            self.note(&output, now);
            return vec![(Duration::ZERO, output)];
        };
        let Some(head) = Head::of(frame.as_str()) else {
            return vec![(Duration::ZERO, Output::Send { id, frame })];
        };
        let sent = match &head {
            Head::Answer { method, subscribed } => {
                self.note_subscription(id, method, subscribed.as_ref(), world);
                let frame = match world.faults.conditions.wrong_clock(now) {
                    Some(shown) => Frame::new(spoil::answered_at(frame.as_str(), shown)),
                    None => frame,
                };
                self.answer(id, method, frame)
            }
            Head::Data { channel, .. } if *channel == "heartbeat" => vec![(Duration::ZERO, frame)],
            Head::Data { channel, pair, is_snapshot } => {
                self.see(id, channel, pair.as_deref());
                if self.is_muted(id, channel, pair.as_deref(), now) {
                    self.heartbeat(id, now)
                } else if channel == "executions" {
                    self.executions(id, (*is_snapshot, frame), world, now)
                } else {
                    data(channel, frame, world, now)
                }
            }
        };
        if let (false, Some(talk)) = (sent.is_empty(), self.open.get_mut(&id)) {
            talk.last_sent = now;
        }
        sent.into_iter().map(|(wait, frame)| (wait, Output::Send { id, frame })).collect()
    }

    /// Keeps in mind which connections there are.
    pub(crate) fn note(&mut self, output: &Output, now: Timestamp) {
        match output {
            Output::LetIn { id } => {
                let talk = Talk { subjects: BTreeSet::new(), last_sent: now };
                self.open.insert(*id, talk);
            }
            Output::End { id, .. } => self.gone(*id),
            Output::Answer { .. } | Output::Refuse { .. } | Output::Send { .. } => {}
        }
    }

    /// When there is something to do.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        self.merging.values().map(|(end, _)| *end).min()
    }

    /// Frames that have waited long enough for another one to be merged with.
    pub(crate) fn handle_timeout(&mut self, now: Timestamp) -> Vec<Output> {
        let due = self.merging.extract_if(.., |_, (end, _)| *end <= now);
        due.map(|(id, (_, frame))| Output::Send { id, frame }).collect()
    }

    /// A connection breaks, in one of the three ways there are.
    pub(crate) fn break_off(&mut self, id: ConnectionId, way: u64) -> Output {
        self.gone(id);
        let ending = match way {
            0 => Ending::Close {
                code: 1001,
                reason: "CloudFlare WebSocket proxy restarting".to_owned(),
            },
            1 => Ending::Reset,
            _ => Ending::Hang,
        };
        Output::End { id, ending }
    }

    fn see(&mut self, id: ConnectionId, channel: &str, pair: Option<&str>) {
        let Some(talk) = self.open.get_mut(&id) else { return };
        let subject = (channel.to_owned(), pair.map(str::to_owned));
        if channel != "status" {
            talk.subjects.insert(subject);
        }
    }

    /// A subscription was acknowledged: silence ends, or begins.
    fn note_subscription(
        &mut self,
        id: ConnectionId,
        method: &str,
        subscribed: Option<&(String, Option<String>)>,
        world: &mut World,
    ) {
        let Some((channel, pair)) = subscribed else { return };
        let subject = Subject { id, channel: channel.clone(), pair: pair.clone() };
        self.muted.remove(&subject);
        if method == "subscribe" && world.faults.strikes(Fault::SilentAfterAck, channel) {
            self.muted.insert(subject, Timestamp::NEVER);
        }
    }

    fn is_muted(
        &mut self,
        id: ConnectionId,
        channel: &str,
        pair: Option<&str>,
        now: Timestamp,
    ) -> bool {
        let subject = Subject { id, channel: channel.to_owned(), pair: pair.map(str::to_owned) };
        match self.muted.get(&subject) {
            Some(end) if now < *end => true,
            Some(_) => {
                self.muted.remove(&subject);
                false
            }
            None => false,
        }
    }

    /// What is sent instead of data on a silent channel: a heartbeat, when one is due.
    fn heartbeat(&self, id: ConnectionId, now: Timestamp) -> Vec<(Duration, Frame)> {
        let is_due = |talk: &Talk| HEARTBEAT_EVERY <= now.since(talk.last_sent);
        let due = self.open.get(&id).is_some_and(is_due);
        let frame = || (Duration::ZERO, Frame::new(HEARTBEAT.to_owned()));
        due.then(frame).into_iter().collect()
    }
}

/// Data of a channel that tells nothing of orders.
fn data(channel: &str, frame: Frame, world: &mut World, now: Timestamp) -> Vec<(Duration, Frame)> {
    let at_once = |frame: Frame| (Duration::ZERO, frame);
    if channel == "book" && world.faults.strikes(Fault::BadChecksum, channel) {
        let is_lost = world.faults.how(Fault::BadChecksum).below(4) == 0;
        let wrong = (!is_lost).then(|| at_once(Frame::new(wrong_checksum(frame.as_str()))));
        return wrong.into_iter().collect();
    }
    let frame = edited(channel, frame, world, now);
    let repeats = world.faults.conditions.is_bursting(now) && REPEATED.contains(&channel);
    let mut sent = vec![at_once(frame); if repeats { BURST } else { 1 }];
    if world.faults.strikes(Fault::UnknownField, channel) {
        let frame = match world.faults.how(Fault::UnknownField).below(2) {
            0 => spoil::UNKNOWN_CHANNEL.to_owned(),
            _ => spoil::unknown_in_frame(sent.pop().expect("there is one").1.as_str()),
        };
        sent.push(at_once(Frame::new(frame)));
    }
    sent
}

/// A frame with what is wrong about its texts at the moment.
fn edited(channel: &str, frame: Frame, world: &mut World, now: Timestamp) -> Frame {
    let mut text = None;
    if ["ticker", "trade", "book", "ohlc"].contains(&channel) {
        let chosen = world.faults.choose(Fault::BadTick, Some(channel));
        if let Some(chosen) = chosen {
            text = spoil::bad_price_in_frame(frame.as_str(), world.faults.how(Fault::BadTick));
            if text.is_some() {
                world.faults.count(chosen);
            }
        }
    }
    if let ("ticker", Some(crossing)) = (channel, world.faults.conditions.crossing(now)) {
        text = Some(spoil::crossed_frame(text.as_deref().unwrap_or(frame.as_str()), crossing));
    }
    text.map_or(frame, Frame::new)
}

/// A frame whose checksum is off by one bit.
fn wrong_checksum(text: &str) -> String {
    let key = r#""checksum":"#;
    let number = |at: usize| {
        let length = text[at..].find(|c: char| !c.is_ascii_digit())?;
        let checksum: u32 = text[at..at + length].parse().ok()?;
        Some(format!("{}{}{}", &text[..at], checksum ^ 1, &text[at + length..]))
    };
    text.find(key).and_then(|at| number(at + key.len())).unwrap_or_else(|| text.to_owned())
}

//! The socket with the world behind it, for tests: said and heard as text.

use exchange_simulator::AccountId;
use trading_types::Timestamp;

use super::Sockets;
use crate::{
    fixture,
    keys::KeyIndex,
    message::{ConnectionId, Door, Ending, Output},
    settings::Settings,
    venue::requests::PlaceRequest,
    world::World,
};

/// The place of the first account's key that may trade, and of the one that may only look.
const TRADE_KEY: KeyIndex = KeyIndex(0);

/// A world with sockets, and what was heard.
pub(super) struct Harness {
    pub(super) world: World,
    pub(super) sockets: Sockets,
    pub(super) now: Timestamp,
    pub(super) token: String,
}

/// What every answer ends with.
const TIMES: &str = ",\"time_in\":\"";

impl Harness {
    /// One client at the public door, to whom the status was told.
    pub(super) fn new() -> Self {
        Self::with(fixture::settings())
    }

    pub(super) fn with(settings: Settings) -> Self {
        let now = fixture::start();
        let mut world = World::new(settings, now);
        let token = world.keys.issue_token(TRADE_KEY, now);
        let mut harness = Self { world, sockets: Sockets::default(), now, token };
        harness.knock(1, Door::Public);
        harness
    }

    /// A token of another key.
    pub(super) fn token_of(&mut self, name: &str) -> String {
        let descriptions = self.world.keys.descriptions();
        let place = descriptions.iter().position(|key| key.name == name).unwrap();
        self.world.keys.issue_token(KeyIndex(place), self.now)
    }

    pub(super) fn knock(&mut self, id: u64, door: Door) -> Vec<Output> {
        self.sockets.knock(ConnectionId(id), ("10.0.0.1", door), &mut self.world, self.now);
        self.outputs()
    }

    /// The first client says something; what anybody hears then. `TOKEN` stands for the token.
    pub(super) fn say(&mut self, text: &str) -> Vec<String> {
        self.say_on(1, text)
    }

    pub(super) fn say_on(&mut self, id: u64, text: &str) -> Vec<String> {
        let text = text.replace("TOKEN", &self.token);
        self.sockets.frame(ConnectionId(id), &text, &mut self.world, self.now);
        self.heard()
    }

    /// The one answer to something, without its times.
    pub(super) fn answer(&mut self, text: &str) -> String {
        let all = self.say(text);
        let [answer] = all.as_slice() else { panic!("{text} was answered with {all:#?}") };
        without_times(answer)
    }

    /// An account places an order by other means; what is heard then.
    pub(super) fn place(&mut self, account: AccountId, request: &PlaceRequest) -> Vec<String> {
        self.world.venue.place(account, request, self.now).unwrap();
        self.heard()
    }

    /// Time goes by; what is heard then.
    pub(super) fn wait(&mut self, millis: u64) -> Vec<Output> {
        let end = fixture::at(0).nanos().max(self.now.nanos()) + millis * 1_000_000;
        let end = Timestamp::from_nanos(end);
        let mut all = Vec::new();
        while let Some(due) = self.sockets.next_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.sockets.handle_timeout(&mut self.world, due);
            all.extend(self.outputs());
        }
        self.now = end;
        all
    }

    /// The frames that were sent, to whomever.
    pub(super) fn heard(&mut self) -> Vec<String> {
        let text = |output: Output| match output {
            Output::Send { frame, .. } => Some(frame.as_str().to_owned()),
            Output::Answer { .. }
            | Output::LetIn { .. }
            | Output::Refuse { .. }
            | Output::End { .. } => None,
        };
        self.outputs().into_iter().filter_map(text).collect()
    }

    pub(super) fn outputs(&mut self) -> Vec<Output> {
        while let Some(notice) = self.world.venue.poll_notice() {
            self.sockets.notice(&notice, &mut self.world, self.now);
        }
        std::iter::from_fn(|| self.sockets.poll_output()).collect()
    }
}

/// An answer without its times, closed again.
pub(super) fn without_times(answer: &str) -> String {
    let (start, end) = answer.split_once(TIMES).unwrap();
    let rest = end.split_once(",\"symbol\"").map(|(_, rest)| format!(",\"symbol\"{rest}"));
    start.to_owned() + rest.as_deref().unwrap_or("}")
}

/// Whether a connection was closed, and how.
pub(super) fn endings(outputs: &[Output]) -> Vec<Ending> {
    let ending = |output: &Output| match output {
        Output::End { ending, .. } => Some(ending.clone()),
        Output::Answer { .. }
        | Output::LetIn { .. }
        | Output::Refuse { .. }
        | Output::Send { .. } => None,
    };
    outputs.iter().filter_map(ending).collect()
}

//! Every fault by name. Names are a promise: people write them in commands and scenario files. What
//! is kept of a simulation has their numbers.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How often a fault that is switched on may strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// Whenever the thing happens that it spoils: a request, a frame, an order.
    Each,
    /// Once in each second of simulated time.
    Second,
}

struct Row {
    fault: Fault,
    name: &'static str,
    /// Its number in the catalogue of faults.
    number: u8,
    occasion: Occasion,
    /// What happens, for people.
    about: &'static str,
}

macro_rules! catalogue {
    ($($fault:ident $number:literal $name:literal $occasion:ident $about:literal;)*) => {
        /// Something that can go wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $(#[doc = $about] $fault,)*
        }

        const ROWS: &[Row] = &[
            $(Row { fault: Fault::$fault, name: $name, number: $number,
                    occasion: Occasion::$occasion, about: $about },)*
        ];
    };
}

#[rustfmt::skip] // A table.
catalogue! {
    LostAnswer 1 "lost_answer" Each
        "a private request is carried out and its answer is lost";
    LostRequest 2 "lost_request" Each
        "a private request is lost before it is carried out";
    BadGateway 3 "bad_gateway" Each
        "HTTP 500 to 524, broken JSON or JSON of another shape, carried out or not";
    SlowAnswer 4 "slow_answer" Each
        "an answer takes up to 70 seconds";
    LateExecution 5 "late_execution" Each
        "an executions frame comes up to two minutes late, twice, split, merged or out of order";
    PartialFill 6 "partial_fill" Each
        "an order that takes fills in small pieces, some of them later";
    StreamDisagrees 7 "stream_disagrees" Each
        "an executions frame never comes, though REST knows of it";
    StatusContradicts 8 "status_contradicts" Each
        "the status of an order contradicts its trades";
    ReadLag 9 "read_lag" Each
        "orders, trades and balances are answered as they were some seconds ago";
    FalseInsufficient 10 "false_insufficient" Each
        "an order is refused for funds that are there";
    KeyRevoked 11 "key_revoked" Second
        "keys stop working for a while: invalid key or signature, no permission, lockout";
    BadNonce 12 "bad_nonce" Each
        "a private request is refused for its nonce";
    Unavailable 13 "unavailable" Each
        "service unavailable, busy, deadline elapsed or internal error, carried out or not";
    ClockJump 14 "clock_jump" Second
        "the venue's clock jumps by up to a day";
    Suspended 15 "suspended" Second
        "the venue stands still for up to a minute and goes on as if nothing had been";
    TokenRefused 16 "token_refused" Each
        "a WebSocket token is refused, or the connection is closed when it is used";
    RateLimited 17 "rate_limited" Each
        "a call, an order or a message is refused for its rate, whatever the counters say";
    CancelRateLimited 18 "cancel_rate_limited" Each
        "a cancel is refused for its rate";
    Disconnect 19 "disconnect" Second
        "a connection is closed, reset or left half open";
    SilentAfterAck 20 "silent_after_ack" Each
        "a subscription is acknowledged and then silent";
    SilentChannel 21 "silent_channel" Second
        "one channel falls silent while heartbeats go on";
    BadChecksum 22 "bad_checksum" Each
        "a book update has a wrong checksum, or is lost";
    SubscriptionRefused 23 "subscription_refused" Each
        "a subscription to one pair is refused";
    EdgeBan 24 "edge_ban" Second
        "the edge bans an address for ten minutes";
    Maintenance 25 "maintenance" Second
        "maintenance; on the way back only cancels, then only resting orders are taken";
    StatusFlap 26 "status_flap" Second
        "the status goes to and fro each second: everything is taken, only cancels are";
    SnapshotGap 27 "snapshot_gap" Each
        "a snapshot of executions lacks an open order";
    FalseDuplicate 28 "false_duplicate" Each
        "a client order id is refused as used though it is not";
    OrderEnded 29 "order_ended" Second
        "an open order expires or is canceled by the venue";
    OfflineTrigger 30 "offline_trigger" Second
        "while no one listens the price moves far enough to wake a stop";
    OtherActor 40 "other_actor" Second
        "somebody else places, cancels and trades on the account";
    ExternalMove 41 "external_move" Second
        "a deposit, a withdrawal, interest or a correction moves a balance";
    FeeChange 42 "fee_change" Second
        "the fees change, to a rebate even, or are taken in the other asset";
    PairChange 43 "pair_change" Second
        "a pair's decimals, minimum or step change, or its status alone";
    AssetRenamed 44 "asset_renamed" Second
        "a pair is spelled in another way, or one appears that was not there";
    BadTick 45 "bad_tick" Each
        "a price that cannot be: tenfold, zero, negative, with an exponent, with thirty digits";
    CrossedBook 46 "crossed_book" Second
        "a book is crossed, empty, one-sided or without a spread";
    MessageBurst 47 "message_burst" Second
        "ten times as many messages for a minute";
    DeadManLost 57 "dead_man_lost" Each
        "a refresh of the dead man's switch is lost";
    CancelSurvivor 58 "cancel_survivor" Each
        "of all canceled orders one lives on";
    AmendAnswerLost 59 "amend_answer_lost" Each
        "an order is changed and the answer is lost";
    BatchTorn 60 "batch_torn" Each
        "of a batch some are accepted, and the answer is lost";
    TradeBust 61 "trade_bust" Second
        "a trade is undone after the fact";
    ShiftingPages 62 "shifting_pages" Each
        "pages of history shift while they are read";
    UnknownField 63 "unknown_field" Each
        "a message has a field or a value that no one has heard of";
    WrongTime 69 "wrong_time" Each
        "the time endpoint is wrong by half a minute";
}

impl Fault {
    /// All of them, by number.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.fault)
    }

    /// The fault of this name.
    pub fn named(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.fault)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Its number in the catalogue: 1 is F1.
    pub fn number(self) -> u8 {
        self.row().number
    }

    /// What happens, for people.
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// How often it may strike.
    pub(crate) fn occasion(self) -> Occasion {
        self.row().occasion
    }

    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.fault == self).expect("the table has every fault")
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(from)?;
        let fault = ROWS.iter().find(|row| row.number == number).map(|row| row.fault);
        fault.ok_or_else(|| de::Error::custom(format!("there is no fault F{number}")))
    }
}

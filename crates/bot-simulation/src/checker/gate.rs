//! What leaves for the venue, byte by byte: requests and frames are read again here, by nobody's
//! code but this.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use simulated_kraken::{Fault, HttpRequest};
use trading_types::{
    ClientOrderId, NewOrder, OrderQuantity, Pair, Price, Quantity, Quote, Side, Timestamp,
    VenueStatus,
};

use super::{Checker, Look};
use crate::tally::Tally;

/// What leaves may be so late for what was told: the net's and the session's own queues.
const ON_THE_WAY: Duration = Duration::from_secs(2);
/// An order's deadline is nearer than this.
const DEADLINE_MAX: Duration = Duration::from_mins(1);
/// By how much the time endpoint lies.
const LIE: Duration = Duration::from_secs(30);
/// After the venue's clock was wrong, ours is right again within this.
const CLOCK_PATIENCE: Duration = Duration::from_mins(10);

/// What has left.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// Names of orders that have left, over all processes.
    names: BTreeSet<ClientOrderId>,
    sends: u64,
    last_nonce: u64,
    /// What the bot was told last.
    pub(super) quotes: BTreeMap<Pair, (Option<Quote>, Timestamp)>,
    pub(super) status: Option<(VenueStatus, Timestamp)>,
    pub(super) halted_since: Option<Timestamp>,
}

impl Gate {
    pub(super) const fn sends(&self) -> u64 {
        self.sends
    }
}

#[derive(Deserialize)]
struct Frame<'a> {
    method: &'a str,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Place<'a> {
    order_type: &'a str,
    side: &'a str,
    #[serde(borrow)]
    order_qty: Option<&'a RawValue>,
    #[serde(borrow)]
    cash_order_qty: Option<&'a RawValue>,
    #[serde(borrow)]
    limit_price: Option<&'a RawValue>,
    #[serde(borrow)]
    triggers: Option<Triggers<'a>>,
    cl_ord_id: &'a str,
    symbol: &'a str,
    deadline: Option<&'a str>,
}

#[derive(Deserialize)]
struct Triggers<'a> {
    #[serde(borrow)]
    price: &'a RawValue,
}

#[derive(Deserialize)]
struct Amend<'a> {
    cl_ord_id: Option<&'a str>,
    #[serde(borrow)]
    trigger_price: Option<&'a RawValue>,
}

impl Checker {
    /// A request leaves.
    pub(crate) fn request_leaves(&mut self, request: &HttpRequest) {
        let body = String::from_utf8_lossy(&request.body);
        self.check_secret("request", &body);
        if request.path.ends_with("/AddOrder") || request.path.ends_with("/AddOrderBatch") {
            self.broke("I-4", format!("an order left over REST: {}", request.path));
        }
        let digits = body.split("nonce").nth(1).unwrap_or("");
        let digits = digits.trim_start_matches(['"', '=', ':']);
        let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
        let Ok(nonce) = digits.parse::<u64>() else { return };
        if nonce <= self.gate.last_nonce {
            let last = self.gate.last_nonce;
            self.broke("I-24", format!("nonce {nonce} leaves after {last}"));
        }
        self.gate.last_nonce = nonce;
    }

    /// A frame leaves.
    pub(crate) fn frame_leaves(&mut self, text: &str, look: &Look<'_>, tally: &mut Tally) {
        self.check_secret("frame", text);
        let Ok(frame) = serde_json::from_str::<Frame<'_>>(text) else {
            return self.broke("I-35", format!("a frame that is no JSON leaves: {text:.80}"));
        };
        let params = frame.params.map_or("", RawValue::get);
        match frame.method {
            "add_order" => match serde_json::from_str(params) {
                Ok(place) => self.place_leaves(&place, look, tally),
                Err(error) => self.broke("I-4", format!("an order cannot be read: {error}")),
            },
            "batch_add" => self.broke("I-4", "a batch leaves, and nobody wants one".to_owned()),
            "amend_order" => match serde_json::from_str(params) {
                Ok(amend) => self.amend_leaves(&amend, tally),
                Err(error) => self.broke("I-4", format!("a change cannot be read: {error}")),
            },
            method => {
                if method.starts_with("cancel") {
                    tally.count("cancel_sent");
                }
            }
        }
    }

    fn amend_leaves(&mut self, amend: &Amend<'_>, tally: &mut Tally) {
        tally.count(if amend.trigger_price.is_some() { "stop_moved" } else { "amend_sent" });
        let id = amend.cl_ord_id.and_then(|text| text.parse().ok());
        if !id.is_some_and(|id| self.mirror.has_amend(id)) {
            self.broke("I-4", format!("a change of {id:?} leaves that is not durable"));
        }
    }

    fn place_leaves(&mut self, place: &Place<'_>, look: &Look<'_>, tally: &mut Tally) {
        self.gate.sends += 1;
        let Ok(id) = place.cl_ord_id.parse::<ClientOrderId>() else {
            return self.broke("I-4", format!("an order without a name: {}", place.cl_ord_id));
        };
        if !self.gate.names.insert(id) {
            self.broke("I-1", format!("order {id} leaves for the second time"));
        }
        let Some(intent) = self.mirror.intent(id).cloned() else {
            return self.broke("I-4", format!("order {id} leaves before its intent is durable"));
        };
        if let Err(what) = compare(place, &intent) {
            self.broke("I-4", format!("order {id} leaves with another {what} than was intended"));
        }
        match intent.side {
            Side::Buy => tally.count("buy_sent"),
            Side::Sell if intent.kind.waits_for_trigger() => tally.count("stop_sent"),
            Side::Sell => tally.count("sell_sent"),
        }
        self.check_deadline(&intent, look);
        self.check_steps(&intent);
        self.check_halt(&intent, look);
        self.check_entry(&intent, look);
        self.check_status(&intent, look);
    }

    /// I-19.
    fn check_deadline(&mut self, intent: &NewOrder, look: &Look<'_>) {
        let Some(deadline) = intent.deadline else {
            return self.broke("I-19", format!("order {} has no deadline", intent.id));
        };
        let now = look.now;
        // While the venue's own clock is wrong nobody can know the time, and a little longer.
        let (jumps, at) = self.clock_jumps;
        let is_lost = 0 < jumps && now.since(at) < CLOCK_PATIENCE;
        let lies = if self.is_on(Fault::WrongTime) { LIE } else { Duration::ZERO };
        if now + DEADLINE_MAX + lies < deadline && !is_lost {
            let after = deadline.since(now);
            self.broke("I-19", format!("order {} may arrive for {after:?}", intent.id));
        }
    }

    /// I-35.
    fn check_steps(&mut self, intent: &NewOrder) {
        if self.is_on(Fault::PairChange) {
            return; // The steps of this moment are the venue's to judge.
        }
        let Some(rules) = self.rules.get(&intent.pair).cloned() else {
            return self.broke("I-35", format!("order {} is on {}", intent.id, intent.pair));
        };
        let prices = [intent.kind.limit(), intent.kind.trigger().map(|trigger| trigger.price)];
        let off = prices.into_iter().flatten().find(|price| !price.is_multiple_of(rules.tick));
        if let Some(price) = off {
            self.broke("I-35", format!("order {}: {price} is off the tick", intent.id));
        }
        let OrderQuantity::Base(quantity) = intent.quantity else { return };
        if !quantity.is_multiple_of(rules.lot) || quantity < rules.quantity_min {
            self.broke("I-35", format!("order {}: {quantity} is no quantity", intent.id));
        }
    }

    /// I-15: what could buy does not leave a halted bot.
    fn check_halt(&mut self, intent: &NewOrder, look: &Look<'_>) {
        let is_halted = look.bot.is_some_and(|bot| bot.engine().halted().is_some());
        if is_halted && intent.side == Side::Buy {
            let since = self.gate.halted_since;
            self.broke("I-15", format!("buy {} leaves though halted since {since:?}", intent.id));
        }
    }

    /// I-12, I-13, I-14, I-18.
    fn check_entry(&mut self, intent: &NewOrder, look: &Look<'_>) {
        if intent.side != Side::Buy {
            return;
        }
        let now = look.now;
        let quote = self.gate.quotes.get(&intent.pair).copied();
        let is_blind =
            quote.is_none_or(|(quote, since)| quote.is_none() && ON_THE_WAY < now.since(since));
        if is_blind {
            self.broke("I-18", format!("buy {} leaves without a price", intent.id));
        }
        let OrderQuantity::Base(quantity) = intent.quantity else { return };
        if self.risk.order_quantity_max < quantity {
            self.broke("I-14", format!("buy {} of {quantity} is too much", intent.id));
        }
        let price = intent.kind.limit().or_else(|| Some(quote?.0?.bid.price));
        let value = price.map(|price| price * quantity);
        // A market order is valued at the price of the moment it was decided.
        let is_priced = intent.kind.limit().is_some();
        if is_priced && value.is_some_and(|value| self.risk.order_value_max < value) {
            self.broke("I-14", format!("buy {} worth {value:?} is too dear", intent.id));
        }
    }

    /// I-17: what the venue was said not to take.
    fn check_status(&mut self, intent: &NewOrder, look: &Look<'_>) {
        let Some((status, since)) = self.gate.status else { return };
        let is_news = look.now.since(since) < ON_THE_WAY;
        let takes = match status {
            VenueStatus::Online => true,
            VenueStatus::PostOnly | VenueStatus::LimitOnly => intent.kind.limit().is_some(),
            VenueStatus::CancelOnly | VenueStatus::Maintenance => false,
        };
        if !takes && !is_news {
            self.broke("I-17", format!("order {} leaves while the venue is {status}", intent.id));
        }
    }

    /// I-36.
    pub(super) fn check_secret(&mut self, what: &str, text: &str) {
        if text.contains(&self.secret) {
            self.broke("I-36", format!("the secret is in a {what}"));
        }
    }

    /// I-36 for records, which are bytes.
    pub(super) fn check_record(&mut self, payload: &[u8]) {
        let secret = self.secret.as_bytes();
        let first = secret[0];
        let mut rest = payload;
        while let Some(at) = rest.iter().position(|byte| *byte == first) {
            rest = &rest[at..];
            if rest.starts_with(secret) {
                return self.broke("I-36", "the secret is in the journal".to_owned());
            }
            rest = &rest[1..];
        }
    }
}

/// Whether an order leaves as it was intended; says what is another.
fn compare(place: &Place<'_>, intent: &NewOrder) -> Result<(), &'static str> {
    let quantity = match intent.quantity {
        OrderQuantity::Base(quantity) => {
            place.order_qty.and_then(|raw| raw.get().parse::<Quantity>().ok()) == Some(quantity)
        }
        OrderQuantity::Quote(amount) => {
            let told = place.cash_order_qty.and_then(|raw| raw.get().parse().ok());
            told == Some(amount)
        }
    };
    let price = |raw: Option<&RawValue>| raw.and_then(|raw| raw.get().parse::<Price>().ok());
    let trigger = place.triggers.as_ref().map(|triggers| triggers.price);
    let deadline = place.deadline.and_then(|text| text.parse::<Timestamp>().ok());
    // On the wire it is cut to a millisecond.
    let millis = |time: Option<Timestamp>| time.map(|time| time.nanos() / 1_000_000);
    let rows = [
        (place.order_type == intent.kind.name(), "kind"),
        (place.side == intent.side.to_string(), "side"),
        (place.symbol == intent.pair.to_string(), "pair"),
        (quantity, "quantity"),
        (price(place.limit_price) == intent.kind.limit(), "price"),
        (price(trigger) == intent.kind.trigger().map(|it| it.price), "trigger"),
        (millis(deadline) == millis(intent.deadline), "deadline"),
    ];
    rows.into_iter().find(|(is_equal, _)| !is_equal).map_or(Ok(()), |(_, what)| Err(what))
}

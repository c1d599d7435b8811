//! A second program with a key of its own: now and then it places a batch of orders far from the
//! market that end by themselves. Nobody tells the bot of them.
//!
//! The invariant: it acts only where somebody else acts on the account anyway, it never trades, and
//! it never looks at an answer: what became of a batch that was torn is for the bot to find out.

use std::time::Duration;

use exchange_simulator::Prng;
use kraken_protocol::{
    Endpoint, nonce::NonceSource, request::Request, rest::PairNames, signer::Signer,
};
use simulated_kraken::{Fault, HttpRequest, Input, KeyDescription, RequestId, SimulatedKraken};
use trading_types::{
    ClientOrderId, Fraction, NewOrder, OrderKind, OrderQuantity, Pair, Rounding, Side, TimeInForce,
    Timestamp,
};

use crate::{options::Options, tally::Tally};

/// Where it seems to be: somewhere else than the bot.
const ADDRESS: &str = "127.0.0.9";
/// Mean time between its batches.
const EVERY: Duration = Duration::from_hours(1);
/// How long its orders rest.
const RESTS: Duration = Duration::from_mins(2);
/// Its calls are numbered from here.
const NUMBERS: u64 = 1 << 60;

/// The second program.
pub(crate) struct Stranger {
    prng: Prng,
    key: String,
    signer: Signer,
    nonces: NonceSource,
    pairs: Vec<Pair>,
    /// When it places the next batch; nothing where it does not exist.
    next: Option<Timestamp>,
    orders: u64,
}

impl std::fmt::Debug for Stranger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stranger").field("next", &self.next).finish_non_exhaustive()
    }
}

impl Stranger {
    pub(crate) fn new(
        options: &Options,
        key: &KeyDescription,
        mut prng: Prng,
        now: Timestamp,
    ) -> Self {
        let is_on = |wanted| options.faults.iter().any(|(fault, _)| *fault == wanted);
        let exists = is_on(Fault::OtherActor) && is_on(Fault::BatchTorn);
        let mut nonces = NonceSource::restore(0);
        // It does not restart, so it has nothing to write down.
        nonces.saved(u64::MAX);
        let first = now + prng.duration_between(Duration::from_mins(1), 2 * EVERY);
        Self {
            prng,
            key: key.key.clone(),
            signer: Signer::new(&key.secret).expect("a secret of the simulated Kraken's"),
            nonces,
            pairs: crate::market::rules(&options.market).iter().map(|(it, _)| it.pair).collect(),
            next: exists.then_some(first),
            orders: 0,
        }
    }

    /// When it does something next.
    pub(crate) const fn next_at(&self) -> Option<Timestamp> {
        self.next
    }

    /// It does nothing any more.
    pub(crate) const fn stop(&mut self) {
        self.next = None;
    }

    /// Places a batch.
    pub(crate) fn act(&mut self, kraken: &mut SimulatedKraken, tally: &mut Tally, now: Timestamp) {
        let wait = self.prng.duration_between(Duration::from_mins(1), 2 * EVERY);
        self.next = Some(now + wait);
        if let Some(input) = self.batch(kraken, now) {
            tally.count("stranger_batch");
            kraken.handle(input, now);
        }
    }

    fn batch(&mut self, kraken: &SimulatedKraken, now: Timestamp) -> Option<Input> {
        let count = u64::try_from(self.pairs.len()).expect("a few");
        let pair = self.pairs[usize::try_from(self.prng.below(count)).expect("a few")];
        let (rules, last) = (kraken.true_rules(pair)?, kraken.true_last_price(pair)?);
        let count = self.prng.between(2, 4);
        let orders: Vec<NewOrder> = (1..=count)
            .map(|step| {
                self.orders += 1;
                let away = i64::try_from(step).expect("a few") * -500 - 500;
                let price = last.moved_by(Fraction::from_basis_points(away), Rounding::Down);
                let kind = OrderKind::Limit { price: price.round_to(rules.tick, Rounding::Down) };
                let worth = rules.cost_min.quantity_at(price).floor_to(rules.lot);
                let quantity = OrderQuantity::Base(rules.quantity_min.max(worth + worth));
                let id = ClientOrderId::new(1, self.orders);
                let order = NewOrder::new(id, pair, Side::Buy, kind, quantity);
                NewOrder { time_in_force: TimeInForce::GoodTilDate(now + RESTS), ..order }
            })
            .collect();
        let name = PairNames::recorded().name(pair)?;
        let request = Request::add_order_batch(&orders, name).ok()?;
        self.signed(&request, now)
    }

    fn signed(&mut self, request: &Request, now: Timestamp) -> Option<Input> {
        let endpoint: Endpoint = request.endpoint();
        let nonce = self.nonces.next(now).ok()?;
        let body = request.body(nonce);
        let sign = self.signer.sign(endpoint, nonce, body.text.as_bytes());
        let headers = vec![
            ("content-type".to_owned(), body.content_type.to_owned()),
            ("api-key".to_owned(), self.key.clone()),
            ("api-sign".to_owned(), (*sign).to_owned()),
        ];
        let request = HttpRequest {
            method: "POST".to_owned(),
            path: endpoint.path().to_owned(),
            address: ADDRESS.to_owned(),
            headers,
            body: body.text.into_bytes().into(),
            ..HttpRequest::default()
        };
        Some(Input::Request { id: RequestId(NUMBERS + self.orders), request })
    }
}

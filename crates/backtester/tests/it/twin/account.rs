//! Straight-line accounting: cash, lots bought, what was traded in the last thirty days, and the
//! round trips that come of it.

use super::{
    Reason, Trade,
    decimal::{MONEY_ONE, SMALL_ONE, ceil, floor},
};

const THIRTY_DAYS: i128 = 30 * 24 * 60 * 60;

/// What the venue demands of orders on the pair, and what it takes for them.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) tick: i128,
    pub(crate) quantity_min: i128,
    pub(crate) cost_min: i128,
    pub(crate) cost_decimals: u32,
    /// Least volume and taker rate of each row, rising.
    pub(crate) fees: Vec<(i128, i128)>,
    pub(crate) slippage: i128,
}

#[derive(Clone, Debug)]
struct Lot {
    time: i128,
    price: i128,
    quantity: i128,
    cost: i128,
    fee: i128,
}

/// Everything that is owned, and how it came about.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) terms: Terms,
    pub(crate) cash: i128,
    lots: Vec<Lot>,
    /// When and how much.
    pub(crate) traded: Vec<(i128, i128)>,
    pub(crate) trades: Vec<Trade>,
    /// How many round trips were over when a buy first cost more than there was.
    pub(crate) known: Option<usize>,
}

impl Account {
    pub(crate) fn new(terms: Terms, cash: i128) -> Self {
        Self { terms, cash, lots: Vec::new(), traded: Vec::new(), trades: Vec::new(), known: None }
    }

    pub(crate) fn quantity(&self) -> i128 {
        self.lots.iter().map(|lot| lot.quantity).sum()
    }

    /// Whether so much is held at `price` that it could be sold.
    pub(crate) fn holds(&self, price: i128) -> bool {
        let quantity = self.quantity();
        0 < quantity
            && self.terms.quantity_min <= quantity
            && self.terms.cost_min <= price * quantity
    }

    /// The taker rate at `time`, by the volume before it.
    pub(crate) fn rate(&self, time: i128) -> i128 {
        let recent = self.traded.iter().filter(|(at, _)| time - at < THIRTY_DAYS);
        let volume: i128 = recent.map(|(_, amount)| amount).sum();
        let reached = self.terms.fees.iter().rfind(|(least, _)| *least <= volume);
        reached.unwrap().1
    }

    /// One unit of the last decimal of costs.
    pub(crate) fn cent(&self) -> i128 {
        10_i128.pow(18 - self.terms.cost_decimals)
    }

    pub(crate) fn fee(&self, amount: i128, rate: i128) -> i128 {
        ceil(amount * rate, SMALL_ONE * self.cent()) * self.cent()
    }

    pub(crate) fn buy_price(&self, price: i128) -> i128 {
        ceil(price * (SMALL_ONE + self.terms.slippage), SMALL_ONE)
    }

    pub(crate) fn sell_price(&self, price: i128) -> i128 {
        floor(price * (SMALL_ONE - self.terms.slippage), SMALL_ONE)
    }

    /// A buy at `price`, the slippage included.
    pub(crate) fn buy(&mut self, time: i128, price: i128, quantity: i128) {
        let cost = ceil(price * quantity, self.cent()) * self.cent();
        let fee = self.fee(cost, self.rate(time));
        if self.cash < cost + fee && self.known.is_none() {
            self.known = Some(self.trades.len());
        }
        self.cash -= cost + fee;
        self.traded.push((time, cost));
        self.lots.push(Lot { time, price, quantity, cost, fee });
    }

    /// All that is held, sold at `price`, the slippage included.
    pub(crate) fn sell(&mut self, time: i128, price: i128, reason: Reason) {
        let mut quantity_left = self.quantity();
        let proceeds = floor(price * quantity_left, self.cent()) * self.cent();
        let fee = self.fee(proceeds, self.rate(time));
        self.cash += proceeds - fee;
        self.traded.push((time, proceeds));
        let (mut proceeds_left, mut fee_left) = (proceeds, fee);
        for lot in std::mem::take(&mut self.lots) {
            let share = |left: i128| match lot.quantity {
                quantity if quantity == quantity_left => left,
                quantity => floor(left * quantity, quantity_left),
            };
            let (proceeds_share, fee_share) = (share(proceeds_left), share(fee_left));
            proceeds_left -= proceeds_share;
            fee_left -= fee_share;
            quantity_left -= lot.quantity;
            self.trades.push(Trade {
                entry_time: lot.time,
                entry_price: lot.price,
                exit_time: time,
                exit_price: price,
                quantity: lot.quantity * (MONEY_ONE / SMALL_ONE),
                fees: lot.fee + fee_share,
                profit: proceeds_share - lot.cost - lot.fee - fee_share,
                reason,
            });
        }
        assert_eq!((quantity_left, proceeds_left, fee_left), (0, 0, 0));
    }
}

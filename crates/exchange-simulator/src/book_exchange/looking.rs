//! What can be seen of the exchange at the present moment. Nothing here changes anything that an
//! account could notice.

use trading_types::{
    Amount, Asset, BookUpdate, ClientOrderId, Pair, PairRules, Price, Quantity, Quote, Side,
    TradeId, VenueStatus,
};

use super::BookExchange;
use crate::{
    account::Balance,
    audience::AccountId,
    book::{Entry, Owner},
    open_order::OpenOrder,
};

/// A place in the queue at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// Its number: those behind it at the same price have higher ones, and nobody else ever has
    /// the same one on this pair.
    pub number: u64,
    /// The price.
    pub price: Price,
    /// What is offered there. Of an iceberg order, what it shows.
    pub quantity: Quantity,
    /// Whose order it is; nobody's that the exchange knows, for the outside world.
    pub order: Option<(AccountId, ClientOrderId)>,
}

impl BookExchange {
    /// What an account has, in alphabetic order, as the exchange knows it now.
    pub fn balances(&self, account: AccountId) -> Vec<(Asset, Balance)> {
        self.account(account).trader.balances()
    }

    /// The open orders of an account by arrival, as the exchange knows them now.
    pub fn open_orders(&self, account: AccountId) -> impl Iterator<Item = &OpenOrder> {
        self.account(account).orders.iter().map(|key| &self.orders[key].open)
    }

    /// What an account traded in the last thirty days, in quote asset.
    pub fn volume(&mut self, account: AccountId) -> Amount {
        let now = self.now;
        self.account_mut(account).trader.volume_at(now)
    }

    /// The whole book of a pair, with what the accounts offer.
    pub fn book(&self, pair: Pair) -> Option<BookUpdate> {
        self.markets.get(&pair).map(|market| market.book.snapshot())
    }

    /// The best bid and ask of a pair.
    pub fn quote(&self, pair: Pair) -> Option<Quote> {
        self.markets.get(&pair)?.book.quote()
    }

    /// The price of the last trade on a pair.
    pub fn last_price(&self, pair: Pair) -> Option<Price> {
        self.markets.get(&pair)?.last
    }

    /// What the exchange takes at the moment.
    pub const fn status(&self) -> VenueStatus {
        self.status
    }

    /// What the outside world has received from the accounts of each asset, fees and roundings
    /// included; negative for what it gave. With the accounts' totals it adds up to what was
    /// deposited and not withdrawn.
    pub fn outside(&self) -> impl Iterator<Item = (Asset, Amount)> {
        self.outside.iter().map(|(asset, amount)| (*asset, *amount))
    }

    /// An open order of an account.
    pub fn open_order(&self, account: AccountId, id: ClientOrderId) -> Option<&OpenOrder> {
        self.names.get(&(account, id)).map(|key| &self.orders[key].open)
    }

    /// What trades on one side of a pair, in the order in which it would trade.
    pub fn orders_at(&self, pair: Pair, side: Side) -> impl Iterator<Item = QueuePlace> {
        let places = self.markets.get(&pair).map(|market| market.book.entries(side));
        places.into_iter().flatten().map(|(price, entry)| self.place_of(price, entry))
    }

    /// Whether an iceberg order had used up what it showed with this trade of its own, and went to
    /// the back of the queue with its next part. The last 10,000 are remembered.
    pub fn is_refilled_after(&self, trade: &TradeId) -> bool {
        self.refills.get(trade).is_some()
    }

    /// The price that triggers on the index of a pair watch.
    pub fn index_price(&self, pair: Pair) -> Option<Price> {
        self.markets.get(&pair)?.index_price()
    }

    /// The rules of a pair.
    pub fn rules(&self, pair: Pair) -> Option<&PairRules> {
        self.markets.get(&pair).map(|market| &market.rules)
    }

    /// What a pair takes at the moment, beside what the exchange as a whole takes.
    pub fn pair_status(&self, pair: Pair) -> Option<VenueStatus> {
        self.markets.get(&pair).map(|market| market.status)
    }

    fn place_of(&self, price: Price, entry: Entry) -> QueuePlace {
        let Entry { number, owner, quantity } = entry;
        let order = match owner {
            Owner::Outside => None,
            Owner::Order(key) => {
                let order = &self.orders[&key];
                Some((order.account, order.open.id()))
            }
        };
        QueuePlace { number, price, quantity, order }
    }
}

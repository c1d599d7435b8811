//! Orders: placing, finding and canceling them. An order whose outcome is unclear is said to be,
//! and is never sent again.

use std::time::Duration;

use kraken_protocol::{
    limits::TradingAction,
    request::{OrderName, Page, Request},
    rest::{
        market::PairStatus,
        orders::{self, Order},
        placing,
    },
    scheduler::{Lane, TradingPath, Work},
    verdict::Doubt,
};
use trading_types::{
    ClientOrderId, NewOrder, OrderKind, OrderQuantity, Price, Quantity, Refusal, Side, TimeInForce,
    VenueOrderId,
};

use super::{Kraken, KrakenError, lock};
use crate::calls::{CallError, Learned};

/// Kraken must not accept an order later than this after it was sent. Then an order that is not
/// found after that does not exist.
const DEADLINE: Duration = Duration::from_secs(5);
/// An order this old that is not among the open ones is not open: younger ones may not show yet.
const SURELY_SHOWN: Duration = Duration::from_mins(1);

/// What came of an order that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an order whose outcome is unclear has to be looked up"]
pub enum Outcome {
    /// Kraken took it.
    Placed {
        /// Our name for it.
        order: ClientOrderId,
        /// Kraken's names for it.
        venue_orders: Vec<VenueOrderId>,
        /// The order in Kraken's words.
        description: String,
    },
    /// Nobody knows whether Kraken took it. It was not sent again: look it up with
    /// [`Kraken::find_order`] before doing anything else.
    Unclear {
        /// Our name for it.
        order: ClientOrderId,
        /// Why nobody knows.
        why: Doubt,
    },
}

impl Kraken {
    /// Buys this much base asset at the best prices there are.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// let outcome = kraken.buy_market("BTC/USD", "0.001").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn buy_market(&self, pair: &str, quantity: &str) -> Result<Outcome, KrakenError> {
        self.place(self.order(Side::Buy, pair, quantity, None)?).await
    }

    /// Sells this much base asset at the best prices there are.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// let outcome = kraken.sell_market("BTC/USD", "0.001").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn sell_market(&self, pair: &str, quantity: &str) -> Result<Outcome, KrakenError> {
        self.place(self.order(Side::Sell, pair, quantity, None)?).await
    }

    /// Buys this much base asset at this price or a better one.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// let outcome = kraken.buy_limit("BTC/USD", "0.001", "45000").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn buy_limit(
        &self,
        pair: &str,
        quantity: &str,
        price: &str,
    ) -> Result<Outcome, KrakenError> {
        self.place(self.order(Side::Buy, pair, quantity, Some(price))?).await
    }

    /// Sells this much base asset at this price or a better one.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// let outcome = kraken.sell_limit("BTC/USD", "0.001", "145000").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn sell_limit(
        &self,
        pair: &str,
        quantity: &str,
        price: &str,
    ) -> Result<Outcome, KrakenError> {
        self.place(self.order(Side::Sell, pair, quantity, Some(price))?).await
    }

    /// An order that can be changed before it is placed, with a name that is used for no other.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// use trading_types::Side;
    ///
    /// let mut order = kraken.order(Side::Buy, "BTC/USD", "0.001", Some("45000"))?;
    /// order.post_only = true;
    /// let outcome = kraken.place(order).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn order(
        &self,
        side: Side,
        pair: &str,
        quantity: &str,
        price: Option<&str>,
    ) -> Result<NewOrder, KrakenError> {
        let pair = self.pair(pair)?;
        let quantity: Quantity = positive("quantity", quantity)?;
        let kind = match price {
            Some(price) => OrderKind::Limit { price: positive("price", price)? },
            None => OrderKind::Market,
        };
        Ok(NewOrder::new(self.next_id(), pair, side, kind, OrderQuantity::Base(quantity)))
    }

    /// Places an order, once. It gets a deadline if it has none, so that it cannot come into being
    /// long after nobody waits for it.
    ///
    /// ```no_run
    /// # async fn example(kraken: kraken_client::Kraken, order: trading_types::NewOrder)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let outcome = kraken.place(order).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn place(&self, mut order: NewOrder) -> Result<Outcome, KrakenError> {
        self.check(&order)?;
        order.deadline = order.deadline.or_else(|| Some(self.kraken_time() + DEADLINE));
        let id = order.id;
        let unknown = || KrakenError::UnknownPair(order.pair.to_string());
        let name = self.names.name(order.pair).ok_or_else(unknown)?;
        let request = Request::add_order(&order, name)?;
        let rests = may_rest(&order);
        let action =
            if rests { TradingAction::Place(vec![id]) } else { TradingAction::PlaceImmediate(id) };
        let path = TradingPath::Rest(self.role(), request.endpoint());
        let work = Work::Trading { pair: order.pair, action, path };
        if rests {
            lock(&self.resting).insert(id, self.calls.clock().now());
        }
        let told = match self.calls.call(request, work, Lane::Place).await {
            Ok(reply) => placing::added(&reply.result, false),
            Err(CallError::Unclear(why)) => return Ok(Outcome::Unclear { order: id, why }),
            Err(error) => {
                lock(&self.resting).remove(&id);
                return Err(error.into());
            }
        };
        if !rests {
            self.calls.learn(Learned::OrderGone(id)).await;
        }
        match told {
            Ok(added) => Ok(Outcome::Placed {
                order: id,
                venue_orders: added.orders,
                description: added.description,
            }),
            Err(error) => Ok(Outcome::Unclear { order: id, why: Doubt::Incomplete(error) }),
        }
    }

    /// All open orders of the account, whoever placed them.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// for order in kraken.open_orders().await? {
    ///     println!("{}", order.terms.description);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open_orders(&self) -> Result<Vec<Order>, KrakenError> {
        let reply = self.private(Request::open_orders(None), Lane::Reconcile).await?;
        let open = orders::open_orders(&reply.result, &self.names)?;
        let gone: Vec<ClientOrderId> = {
            let mut resting = lock(&self.resting);
            let is_gone = |id: &ClientOrderId, placed| {
                SURELY_SHOWN <= reply.sent.since(placed)
                    && open.iter().all(|order| order.our_id() != Some(*id))
            };
            resting.extract_if(.., |id, placed| is_gone(id, *placed)).map(|(id, _)| id).collect()
        };
        for order in gone {
            self.calls.learn(Learned::OrderGone(order)).await;
        }
        Ok(open)
    }

    /// An order of ours, open or closed. Nothing means that Kraken does not show it *yet*: an order
    /// whose outcome is unclear does not exist if it is still not there ten seconds after its
    /// deadline.
    ///
    /// ```no_run
    /// # async fn example(kraken: kraken_client::Kraken, id: trading_types::ClientOrderId)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let order = kraken.find_order(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn find_order(&self, id: ClientOrderId) -> Result<Option<Order>, KrakenError> {
        let reply = self.private(Request::open_orders(Some(id)), Lane::Resolve).await?;
        let open = orders::open_orders(&reply.result, &self.names)?;
        if let Some(order) = open.into_iter().find(|order| order.our_id() == Some(id)) {
            return Ok(Some(order));
        }
        let page = Page::default();
        let reply = self.private(Request::closed_orders(Some(id), &page), Lane::Resolve).await?;
        let closed = orders::closed_orders(&reply.result, &self.names)?.orders;
        Ok(closed.into_iter().find(|order| order.our_id() == Some(id)))
    }

    /// Cancels an order, by our name for it or by Kraken's. That it was canceled does not mean that
    /// nothing of it has traded.
    ///
    /// ```no_run
    /// # async fn example(kraken: kraken_client::Kraken, id: trading_types::ClientOrderId)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// use kraken_client::OrderName;
    ///
    /// kraken.cancel("BTC/USD", OrderName::Ours(id)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn cancel(&self, pair: &str, order: OrderName) -> Result<(), KrakenError> {
        let pair = self.pair(pair)?;
        let id = match order {
            OrderName::Ours(id) => id,
            // The budget takes an order it does not know for a young one.
            OrderName::Krakens(_) => self.next_id(),
        };
        let request = Request::cancel_order(order, pair);
        let path = TradingPath::Rest(self.role(), request.endpoint());
        let work = Work::Trading { pair, action: TradingAction::Cancel(vec![id]), path };
        let told = self.calls.call(request, work, Lane::Cancel).await;
        if matches!(told, Ok(_) | Err(CallError::Refused(Refusal::UnknownOrder))) {
            lock(&self.resting).remove(&id);
        }
        told?;
        Ok(())
    }

    /// Cancels every open order of the account, whoever placed it; says how many there were.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// println!("{} canceled", kraken.cancel_all().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn cancel_all(&self) -> Result<u64, KrakenError> {
        let request = Request::cancel_all();
        let path = TradingPath::Rest(self.role(), request.endpoint());
        let reply = self.calls.call(request, Work::CancelAll { path }, Lane::Halt).await?;
        lock(&self.resting).clear();
        Ok(placing::canceled(&reply.result)?.count)
    }

    /// What Kraken would certainly refuse is not sent: it would cost a point and a second.
    fn check(&self, order: &NewOrder) -> Result<(), KrakenError> {
        let unknown = || KrakenError::UnknownPair(order.pair.to_string());
        let info = self.pairs.get(&order.pair).ok_or_else(unknown)?;
        let refused = |refusal, hint: String| Err(KrakenError::WouldBeRefused { refusal, hint });
        if let PairStatus::Other(word) = &info.status {
            return refused(Refusal::UnknownPair, format!("the pair is in state `{word}`"));
        }
        let OrderQuantity::Base(quantity) = order.quantity else { return Ok(()) };
        if !quantity.is_multiple_of(info.lot) {
            let hint = format!("the quantity has to be a multiple of {}", info.lot);
            return refused(Refusal::InvalidQuantity, hint);
        }
        if quantity < info.quantity_min {
            let hint = format!("{} takes no less than {}", order.pair, info.quantity_min);
            return refused(Refusal::BelowQuantityMinimum, hint);
        }
        match order.kind.limit() {
            Some(price) if !price.is_multiple_of(info.tick) => {
                let hint = format!("the price has to be a multiple of {}", info.tick);
                refused(Refusal::InvalidPrice, hint)
            }
            Some(price) if price * quantity < info.cost_min => {
                let hint = format!("{} takes no less than {}", order.pair, info.cost_min);
                refused(Refusal::BelowCostMinimum, hint)
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Whether an order may still be there after it was answered.
fn may_rest(order: &NewOrder) -> bool {
    let immediate =
        matches!(order.time_in_force, TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill);
    !immediate && !matches!(order.kind, OrderKind::Market)
}

/// A number that a text states exactly, above zero.
fn positive<T: Positive>(what: &'static str, text: &str) -> Result<T, KrakenError> {
    let bad = || KrakenError::BadNumber { what, text: text.chars().take(40).collect() };
    text.parse().ok().filter(T::is_positive).ok_or_else(bad)
}

trait Positive: std::str::FromStr {
    fn is_positive(&self) -> bool;
}

impl Positive for Price {
    fn is_positive(&self) -> bool {
        Price::is_positive(*self)
    }
}

impl Positive for Quantity {
    fn is_positive(&self) -> bool {
        Quantity::is_positive(*self)
    }
}

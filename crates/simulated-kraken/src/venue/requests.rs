//! What clients may ask of the matching, already decoded; REST and socket say the same things in
//! different words.

use trading_types::{NewOrder, Price, Quantity, Timestamp, VenueOrderId};

/// Place an order.
#[derive(Clone, Debug)]
pub(crate) struct PlaceRequest {
    /// The order. Its `id` means nothing: the venue gives its own.
    pub(crate) order: NewOrder,
    /// The client's own name for it.
    pub(crate) client_id: Option<String>,
    /// The client's own number for it.
    pub(crate) userref: Option<i64>,
    /// Whether it is only to be checked.
    pub(crate) validate_only: bool,
}

/// Which order is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OrderSelector {
    Txid(VenueOrderId),
    ClientId(String),
    /// All live orders with this number.
    Userref(i64),
}

/// Change an order in place.
#[derive(Clone, Debug)]
pub(crate) struct AmendRequest {
    pub(crate) selector: OrderSelector,
    /// The new whole, what has traded included.
    pub(crate) quantity: Option<Quantity>,
    pub(crate) displayed: Option<Quantity>,
    pub(crate) limit: Option<Price>,
    pub(crate) trigger: Option<Price>,
    /// Refuse the change if the order would take.
    pub(crate) post_only: bool,
    pub(crate) deadline: Option<Timestamp>,
}

/// Replace an order by another one, which keeps what is not said.
#[derive(Clone, Debug)]
pub(crate) struct EditRequest {
    pub(crate) selector: OrderSelector,
    /// The quantity of the new order alone.
    pub(crate) quantity: Option<Quantity>,
    pub(crate) displayed: Option<Quantity>,
    /// The limit of a limit order, the trigger of a waiting one (`price`).
    pub(crate) price: Option<Price>,
    /// The limit of a waiting order (`price2`).
    pub(crate) secondary_price: Option<Price>,
    pub(crate) post_only: Option<bool>,
    pub(crate) userref: Option<i64>,
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) validate_only: bool,
}

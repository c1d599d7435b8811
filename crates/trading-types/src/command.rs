//! What the engine may ask of a venue. There is nothing else it can say.

use serde::{Deserialize, Serialize};

use crate::{ids::ClientOrderId, order::NewOrder, price::Price, quantity::Quantity};

/// A command to a venue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VenueCommand {
    /// Place an order.
    Place(NewOrder),
    /// Change an open order in place.
    Amend(Amendment),
    /// Cancel one order.
    Cancel(ClientOrderId),
    /// Cancel every open order of the account.
    CancelAll,
}

/// A change to an open order. What is `None` stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Which order.
    pub order: ClientOrderId,
    /// The new total quantity, what has already traded included.
    pub quantity: Option<Quantity>,
    /// The new limit price.
    pub limit: Option<Price>,
    /// The new trigger price.
    pub trigger: Option<Price>,
}

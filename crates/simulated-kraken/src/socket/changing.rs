//! Changing orders over the socket: in place (`amend_order`) or by another order (`edit_order`)
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/amend_order>, read on
//! 2026-11-21).
//!
//! The invariant: what a request does not name stays as it was.

use trading_types::{Price, Timestamp};

use super::{
    fields::{Fields, missing},
    order::{self, MarketNow},
    refused::Refused,
    relative_price::PriceType,
    session::{Rights, session},
    trading,
};
use crate::{
    json::Json,
    kraken_error::KrakenError,
    venue::{
        records::OrderRecord,
        requests::{AmendRequest, EditRequest, OrderSelector},
    },
    world::World,
};

const AMEND_FIELDS: &[&str] = &[
    "order_id",
    "cl_ord_id",
    "order_qty",
    "limit_price",
    "limit_price_type",
    "display_qty",
    "trigger_price",
    "trigger_price_type",
    "post_only",
    "deadline",
    "symbol",
    "token",
];

const EDIT_FIELDS: &[&str] = &[
    "order_id",
    "symbol",
    "order_qty",
    "limit_price",
    "triggers",
    "display_qty",
    "fee_preference",
    "no_mpp",
    "order_userref",
    "post_only",
    "reduce_only",
    "deadline",
    "validate",
    "token",
];

/// Changes an order in place.
pub(super) fn amend(
    fields: &Fields<'_>,
    world: &mut World,
    now: Timestamp,
) -> Result<String, Refused> {
    fields.only(&[AMEND_FIELDS], "amend_order")?;
    let prices = Prices::read(fields, "trigger_price", "trigger_price_type", fields)?;
    let (quantity, displayed) = (fields.quantity("order_qty")?, fields.quantity("display_qty")?);
    let (order_id, client_id) = (fields.text("order_id")?, fields.text("cl_ord_id")?);
    let (name, id) = match (&order_id, &client_id) {
        (Some(id), None) => ("order_id", id),
        (None, Some(id)) => ("cl_ord_id", id),
        (Some(_), Some(_)) | (None, None) => return Err(missing("order_id")),
    };
    let selector = match name {
        "order_id" => trading::txid(id)?,
        _ => OrderSelector::ClientId(id.clone().into_owned()),
    };
    let post_only = fields.flag("post_only", false)?;
    let deadline = world.deadline(now, |shown| order::deadline(fields, shown).map(Some))?;
    let account = session(fields, world, Rights::Cancel, now)?;
    let (limit, trigger) = match world.venue.find(account, &selector).first() {
        Some(order) => prices.resolved(order, world)?,
        None => return Err(KrakenError::UNKNOWN_ORDER.into()),
    };
    let request =
        AmendRequest { selector, quantity, displayed, limit, trigger, post_only, deadline };
    let amend_id = world.venue.amend(account, &request, now)?;
    Ok(Json::object().text("amend_id", amend_id).text(name, id).close())
}

/// Replaces an order by another one.
pub(super) fn edit(
    fields: &Fields<'_>,
    world: &mut World,
    now: Timestamp,
) -> Result<String, Refused> {
    fields.only(&[EDIT_FIELDS], "edit_order")?;
    trading::pair(fields, world)?;
    let triggers = fields.object("triggers")?.unwrap_or_default();
    triggers.only(&[&["reference", "price", "price_type"]], "edit_order")?;
    let prices = Prices::read(fields, "price", "price_type", &triggers)?;
    let old = fields.needed_text("order_id")?;
    let selector = trading::txid(&old)?;
    let account = session(fields, world, Rights::Place, now)?;
    let found = world.venue.find(account, &selector);
    let order = found.first().ok_or(KrakenError::UNKNOWN_ORDER)?;
    let waits = order.order.kind.waits_for_trigger();
    let (limit, trigger) = prices.resolved(order, world)?;
    let (price, secondary_price) = if waits { (trigger, limit) } else { (limit, None) };
    let request = EditRequest {
        selector,
        quantity: fields.quantity("order_qty")?,
        displayed: fields.quantity("display_qty")?,
        price,
        secondary_price,
        post_only: fields.raw("post_only").map(|_| fields.flag("post_only", false)).transpose()?,
        userref: order::userref(fields)?,
        deadline: world.deadline(now, |shown| order::deadline(fields, shown).map(Some))?,
        validate_only: fields.flag("validate", false)?,
    };
    let edited =
        world.venue.edit(account, &request, now).map_err(|refused| Refused::from(refused.error))?;
    let new = edited.new.map(|new| new.to_string()).unwrap_or_default();
    Ok(Json::object().text("order_id", new).text("original_order_id", edited.old).close())
}

/// New prices as they are stated.
struct Prices {
    limit: Option<Price>,
    limit_type: PriceType,
    trigger: Option<Price>,
    trigger_type: PriceType,
}

impl Prices {
    fn read(
        fields: &Fields<'_>,
        trigger: &str,
        trigger_type: &str,
        triggers: &Fields<'_>,
    ) -> Result<Self, Refused> {
        Ok(Self {
            limit: fields.price("limit_price")?,
            limit_type: PriceType::read(fields, "limit_price_type", PriceType::Static)?,
            trigger: triggers.price(trigger)?,
            trigger_type: PriceType::read(triggers, trigger_type, PriceType::Static)?,
        })
    }

    /// The prices that are meant: the limit and the trigger of an order.
    fn resolved(
        &self,
        order: &OrderRecord,
        world: &World,
    ) -> Result<(Option<Price>, Option<Price>), Refused> {
        let MarketNow { last, tick, .. } = trading::market(world, order.pair());
        let trigger = self.trigger.map(|value| self.trigger_type.price(value, last, tick));
        let trigger = trigger.transpose()?;
        let base = trigger.or(order.trigger).or(last);
        let limit = self.limit.map(|value| self.limit_type.price(value, base, tick));
        Ok((limit.transpose()?, trigger))
    }
}

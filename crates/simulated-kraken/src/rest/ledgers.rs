//! `Ledgers` and `QueryLedgers`: every movement of a balance
//! (<https://docs.kraken.com/api-reference/account-data/>, read on 2026-11-21).

use std::collections::BTreeSet;

use trading_types::Asset;

use crate::{
    json::Json,
    kraken_error::KrakenError,
    names::Names,
    rest::{
        envelope::Outcome,
        orders::txids,
        page::{Page, Stretch},
        private::Call,
        time_text::Seconds,
    },
    venue::records::LedgerEntry,
};

/// Entries that may be asked for at once.
const IDS_MAX: usize = 20;

/// `Ledgers`
pub(crate) fn ledgers(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let names = venue.names();
    let entry = |id: &_| venue.ledger_entry(call.account, id);
    let stretch = Stretch::read(call.parameters, |id| entry(id).map(|entry| entry.time))?;
    let page = Page::read(call.parameters)?.shifting(&mut call.world.faults);
    let kind = call.parameters.text("type")?.filter(|kind| *kind != "all");
    let assets = assets(call, names)?;
    let meant = venue.ledger(call.account).rev().filter(|entry| {
        let is_kind = kind.is_none_or(|kind| kind == entry.kind.name());
        let is_asset = assets.is_empty() || assets.contains(&entry.asset);
        is_kind && is_asset && stretch.contains(entry.time)
    });
    Ok(page.write("ledger", meant, |entry| (entry.id.to_string(), entry_json(entry, names))))
}

/// The assets that are asked for; none is all.
fn assets(call: &Call<'_>, names: &Names) -> Result<BTreeSet<Asset>, KrakenError> {
    let texts = call.parameters.list("asset")?;
    if texts == ["all"] {
        return Ok(BTreeSet::new());
    }
    let asset = |text| names.asset(text).ok_or(KrakenError::UNKNOWN_ASSET);
    texts.into_iter().map(asset).collect()
}

/// `QueryLedgers`
pub(crate) fn query_ledgers(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let mut all = Json::object();
    for id in txids(call.parameters, "id", IDS_MAX)? {
        let Some(entry) = venue.ledger_entry(call.account, &id) else { continue };
        all = all.raw(id.as_str(), entry_json(entry, venue.names()));
    }
    Ok(all.close())
}

fn entry_json(entry: &LedgerEntry, names: &Names) -> String {
    let decimals = usize::from(names.asset_decimals(&entry.asset));
    Json::object()
        .text("refid", entry.refid)
        .raw("time", Seconds(entry.time))
        .text("type", entry.kind.name())
        .text("subtype", "")
        .text("aclass", "currency")
        .text("asset", names.asset_id(&entry.asset))
        .text("amount", format_args!("{:.decimals$}", entry.amount))
        .text("fee", format_args!("{:.decimals$}", entry.fee))
        .text("balance", format_args!("{:.decimals$}", entry.balance))
        .close()
}

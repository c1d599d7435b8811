//! `Assets` and `AssetPairs` (<https://docs.kraken.com/api-reference/market-data/>, read on
//! 2026-11-21).

use std::collections::BTreeSet;

use trading_types::{Amount, Asset, Fraction, Pair, PairRules};

use crate::{
    json::Json,
    kraken_error::KrakenError,
    names::Names,
    rest::{envelope::Outcome, public::Query},
};

/// Kraken's numbers for a pair on margin, which says nothing on one without.
const MARGIN_CALL: u8 = 80;
const MARGIN_STOP: u8 = 40;

/// `Assets`
pub(crate) fn assets(query: &Query<'_>) -> Outcome {
    let venue = &query.world.venue;
    let names = venue.names();
    let texts = query.parameters.list("asset")?;
    let asked: BTreeSet<Asset> = if texts.is_empty() {
        venue.pairs().flat_map(|pair| [pair.base, pair.quote]).collect()
    } else {
        let asset = |text| names.asset(text).ok_or(KrakenError::UNKNOWN_ASSET);
        texts.into_iter().map(asset).collect::<Result<_, _>>()?
    };
    let all = asked.iter().fold(Json::object(), |all, asset| {
        let one = Json::object()
            .text("aclass", "currency")
            .text("altname", names.asset_altname(asset))
            .raw("decimals", names.asset_decimals(asset))
            .raw("display_decimals", names.display_decimals(asset))
            .text("status", "enabled");
        all.raw(names.asset_id(asset), one.close())
    });
    Ok(all.close())
}

/// What of the pairs is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Info,
    Leverage,
    Fees,
    Margin,
}

/// `AssetPairs`
pub(crate) fn asset_pairs(query: &Query<'_>) -> Outcome {
    let part = match query.parameters.text("info")? {
        None | Some("info") => Part::Info,
        Some("leverage") => Part::Leverage,
        Some("fees") => Part::Fees,
        Some("margin") => Part::Margin,
        Some(_) => return Err(KrakenError::invalid("info").into()),
    };
    let venue = &query.world.venue;
    let names = venue.names();
    let all = query.pairs()?.into_iter().filter_map(|pair| Some((pair, venue.rules(pair)?)));
    let all = all.fold(Json::object(), |all, (pair, rules)| {
        let one = match part {
            Part::Info => info(pair, rules, names).text("status", venue.pair_status(pair)),
            Part::Leverage => leverage(Json::object()),
            Part::Fees => fees(Json::object(), rules),
            Part::Margin => margin(Json::object()),
        };
        all.raw(query.key(pair), one.close())
    });
    Ok(all.close())
}

fn info(pair: Pair, rules: &PairRules, names: &Names) -> Json {
    let object = Json::object()
        .text("altname", names.pair_altname(pair))
        .text("wsname", names.pair_wsname(pair))
        .text("aclass_base", "currency")
        .text("base", names.asset_id(&pair.base))
        .text("aclass_quote", "currency")
        .text("quote", names.asset_id(&pair.quote))
        .text("lot", "unit")
        .raw("cost_decimals", names.cost_decimals(pair))
        .raw("pair_decimals", names.price_decimals(pair))
        .raw("lot_decimals", names.lot_decimals(pair))
        .raw("lot_multiplier", 1);
    let object = fees(leverage(object), rules).text("fee_volume_currency", "ZUSD");
    margin(object)
        .text("ordermin", rules.quantity_min)
        .text("costmin", rules.cost_min)
        .text("tick_size", rules.tick)
        .text("execution_venue", "international")
}

fn leverage(object: Json) -> Json {
    object.raw("leverage_buy", "[]").raw("leverage_sell", "[]")
}

fn margin(object: Json) -> Json {
    object.raw("margin_call", MARGIN_CALL).raw("margin_stop", MARGIN_STOP)
}

fn fees(object: Json, rules: &PairRules) -> Json {
    let rows = |rate: fn(&trading_types::FeeTier) -> Fraction| {
        let row = |tier| fee_row(tier, rate);
        rules.fees.tiers().iter().map(row).fold(Json::array(), Json::push_raw).close()
    };
    object.raw("fees", rows(|tier| tier.taker)).raw("fees_maker", rows(|tier| tier.maker))
}

/// `[10000,0.35]`: volume and percent, both numbers.
fn fee_row(tier: &trading_types::FeeTier, rate: fn(&trading_types::FeeTier) -> Fraction) -> String {
    let volume: Amount = tier.volume_min;
    Json::array().push_raw(volume).push_raw(rate(tier).percent()).close()
}

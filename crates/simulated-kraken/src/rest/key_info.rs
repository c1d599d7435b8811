//! What a key is told about itself, and the token for the socket
//! (<https://docs.kraken.com/exchange/guides/rest/api-keys>, read on 2026-11-21).

use trading_types::Timestamp;

use crate::{
    json::Json,
    keys::TOKEN_LIFE,
    rest::{envelope::Outcome, private::Call},
};

/// When the keys of every simulation were made: 2023-11-14.
const CREATED: u64 = 1_700_000_000;

/// `GetApiKeyInfo`
#[expect(clippy::unnecessary_wraps, reason = "every call can be refused but this one")]
pub(crate) fn get_api_key_info(call: &mut Call<'_>) -> Outcome {
    let info = call.world.keys.info(call.key);
    let slugs = info.description.permissions.iter().map(|permission| permission.slug());
    let permissions = slugs.fold(Json::array(), Json::push_text).close();
    let ip_list = info.ip_list.iter().fold(Json::array(), Json::push_text).close();
    let object = Json::object()
        .text("apiKeyName", &info.description.name)
        .text("apiKey", &info.description.key)
        .text("nonce", info.nonce)
        .raw("nonceWindow", 0)
        .raw("permissions", permissions)
        .text("iban", "")
        .text("validUntil", info.valid_until.map_or(0, Timestamp::seconds))
        .text("queryFrom", "0")
        .text("queryTo", "0")
        .text("createdTime", CREATED)
        .text("modifiedTime", info.modified.map_or(CREATED, Timestamp::seconds))
        .raw("ipAllowlist", ip_list)
        .text_or_null("lastUsed", info.last_used.map(Timestamp::seconds));
    Ok(object.close())
}

/// `GetWebSocketsToken`
#[expect(clippy::unnecessary_wraps, reason = "every call can be refused but this one")]
pub(crate) fn get_websockets_token(call: &mut Call<'_>) -> Outcome {
    let token = call.world.keys.issue_token(call.key, call.now);
    let object = Json::object().text("token", token).raw("expires", TOKEN_LIFE.as_secs());
    Ok(object.close())
}

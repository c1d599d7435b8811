//! Whether a key may be used at all, judged by what `GetApiKeyInfo` tells of it. A pure decision;
//! asking, and asking again every hour, is somebody else's.
//!
//! **Law.** A key that could move money out is refused, and so is one with a right we do not know.
//! Each finding says which box in Kraken's settings to change
//! (<https://docs.kraken.com/exchange/guides/rest/api-keys>, read on 2026-11-21).

use std::time::Duration;

use serde::Serialize;
use trading_types::Timestamp;

use crate::permission::Permission;
pub use crate::{limits::KeyRole, rest::key_info::KeyInfo};

/// What the key is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its role.
    pub role: KeyRole,
    /// Whether orders with real money are to be placed.
    pub live: bool,
    /// Whether the config says in plain words that a key that works from any address is accepted.
    pub accept_no_ip_list: bool,
}

/// The verdict on a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyAudit {
    /// Whether it may be used: no finding refuses it.
    pub accepted: bool,
    /// Everything that is wrong with it, refusals first.
    pub findings: Vec<Finding>,
}

/// Something that is wrong with a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Whether it keeps the key from being used.
    pub severity: Severity,
    /// What is wrong.
    pub reason: String,
    /// What to change, by the words of Kraken's settings.
    pub fix: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The key is not used.
    Refused,
    /// The key is used, and somebody should know.
    Warned,
}

/// A key that ends within this time is warned about: a week, time enough to make another.
const EXPIRY_NEAR: Duration = Duration::from_hours(7 * 24);
/// How far back a key has to see, so that no order or trade of ours is hidden from it: thirty days.
const HISTORY: Duration = Duration::from_hours(30 * 24);

/// What having a permission means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Whoever has it can take money away, lend it, or read out the whole account.
    Never,
    Needed,
    /// Needed once real money is traded, and wanted before.
    NeededLive,
    Wanted,
    /// Harmless, and nobody asks for it.
    Free,
    /// More than the role needs.
    TooMuch,
}

#[rustfmt::skip] // A table.
fn rule(permission: Permission, role: KeyRole) -> Rule {
    use KeyRole as R;
    use Permission as P;
    match (permission, role) {
        (P::AddFunds | P::WithdrawFunds | P::EarnFunds | P::ExportData, _) => Rule::Never,
        (P::AddWithdrawAddress | P::UpdateWithdrawAddress, _)              => Rule::Never,

        (P::QueryFunds,        R::Trade | R::Read) => Rule::Needed,
        (P::QueryOpenTrades,   R::Trade | R::Read) => Rule::Needed,
        (P::QueryClosedTrades, R::Trade | R::Read) => Rule::Needed,
        (P::QueryLedger,       R::Trade | R::Read) => Rule::Wanted,
        (P::CreateWsToken,     R::Trade)           => Rule::Needed,
        (P::CreateWsToken,     R::Read)            => Rule::Free,
        (P::ModifyTrades,      R::Trade)           => Rule::NeededLive,
        (P::CloseTrades,       R::Trade)           => Rule::NeededLive,
        (P::ModifyTrades,      R::Read)            => Rule::TooMuch,
        (P::CloseTrades,       R::Read)            => Rule::TooMuch,

        // It cancels with close-trades alone. To see what it cancels, and to sell what is held
        // when everything else is broken, it needs the others.
        (P::CloseTrades,       R::Kill)            => Rule::Needed,
        (P::QueryOpenTrades,   R::Kill)            => Rule::Wanted,
        (P::ModifyTrades,      R::Kill)            => Rule::Wanted,
        (P::QueryFunds,        R::Kill)            => Rule::Wanted,
        (P::QueryClosedTrades, R::Kill)            => Rule::Free,
        (P::QueryLedger,       R::Kill)            => Rule::Free,
        (P::CreateWsToken,     R::Kill)            => Rule::Free,
    }
}

/// Judges a key.
pub fn audit(info: &KeyInfo, wanted: Wanted, now: Timestamp) -> KeyAudit {
    let permissions = Permission::all().filter_map(|it| about_permission(it, info, wanted));
    let unknown = info.unknown_permissions.iter().map(|name| about_unknown(name));
    let others = [
        about_addresses(info, wanted),
        about_expiry(info, now),
        about_nonce_window(info),
        about_history(info, wanted.role, now),
        about_future(info, wanted.role, now),
    ];
    let mut findings: Vec<Finding> =
        permissions.chain(unknown).chain(others.into_iter().flatten()).collect();
    // Stable: within a severity they stand as in the tables above.
    findings.sort_by_key(|finding| finding.severity);
    let accepted = findings.iter().all(|finding| finding.severity != Severity::Refused);
    KeyAudit { accepted, findings }
}

fn refused(reason: String, fix: String) -> Finding {
    Finding { severity: Severity::Refused, reason, fix }
}

fn warned(reason: String, fix: String) -> Finding {
    Finding { severity: Severity::Warned, reason, fix }
}

fn about_permission(permission: Permission, info: &KeyInfo, wanted: Wanted) -> Option<Finding> {
    let has = info.may(permission);
    let role = wanted.role;
    let untick = format!("untick `{}` in the key's settings", permission.in_settings());
    let tick = format!("tick `{}` in the key's settings", permission.in_settings());
    let missing = format!("the {role} key does not have `{permission}`");
    match (rule(permission, role), has) {
        (Rule::Never, true) => {
            Some(refused(format!("the key has `{permission}`, which no bot should have"), untick))
        }
        (Rule::TooMuch, true) => {
            Some(warned(format!("the {role} key has `{permission}` and does not need it"), untick))
        }
        (Rule::NeededLive, false) if !wanted.live => Some(warned(missing, tick)),
        (Rule::Needed | Rule::NeededLive, false) => Some(refused(missing, tick)),
        (Rule::Wanted, false) => Some(warned(missing, tick)),
        (Rule::Never | Rule::TooMuch | Rule::Free, false)
        | (Rule::Needed | Rule::NeededLive | Rule::Wanted | Rule::Free, true) => None,
    }
}

/// What we do not know could be anything, a right to move money too.
fn about_unknown(name: &str) -> Finding {
    let name: String = name.chars().filter(|it| !it.is_control()).take(60).collect();
    refused(
        format!("the key has `{name}`, a right this program does not know"),
        "make a key without it in kraken's settings, or update this program".to_owned(),
    )
}

fn about_addresses(info: &KeyInfo, wanted: Wanted) -> Option<Finding> {
    // A range of length zero is every address there is.
    let mut ranges = info.addresses.iter();
    let is_open = info.addresses.is_empty() || ranges.any(|range| range.trim().ends_with("/0"));
    let reason = "the key works from any address".to_owned();
    let fix = "turn on `IP address restriction` in the key's settings and name this machine's \
               address"
        .to_owned();
    match (is_open, wanted.accept_no_ip_list) {
        (false, _) => None,
        (true, true) => Some(warned(reason, fix)),
        (true, false) => Some(refused(reason, fix)),
    }
}

fn about_expiry(info: &KeyInfo, now: Timestamp) -> Option<Finding> {
    let end = info.valid_until?;
    let fix = "set a later `Key expiration` in the key's settings, or make a new key".to_owned();
    if end <= now {
        Some(refused(format!("the key expired at {end}"), fix))
    } else if end <= now + EXPIRY_NEAR {
        Some(warned(format!("the key expires at {end}"), fix))
    } else {
        None
    }
}

/// Within a window Kraken takes a nonce twice, and so perhaps an order.
fn about_nonce_window(info: &KeyInfo) -> Option<Finding> {
    let window = info.nonce_window;
    let reason = format!("the nonce window is {window}, so a call could be taken twice");
    let fix = "set `Custom number only used once window` to 0 in the key's settings".to_owned();
    (0 < window).then(|| warned(reason, fix))
}

fn about_history(info: &KeyInfo, role: KeyRole, now: Timestamp) -> Option<Finding> {
    let from = info.query_from.filter(|from| now - HISTORY < *from)?;
    let reason = format!("the key sees nothing before {from}, so recent orders are hidden");
    let fix = "clear `Query start date` in the key's settings".to_owned();
    Some(by_role(role, reason, fix))
}

fn about_future(info: &KeyInfo, role: KeyRole, now: Timestamp) -> Option<Finding> {
    let to = info.query_to?;
    let reason = format!("the key sees nothing after {to}, so new orders are hidden");
    let fix = "clear `Query end date` in the key's settings".to_owned();
    if to <= now {
        Some(by_role(role, reason, fix))
    } else {
        (to <= now + EXPIRY_NEAR).then(|| warned(reason, fix))
    }
}

/// A key that only halts can do so without history.
fn by_role(role: KeyRole, reason: String, fix: String) -> Finding {
    match role {
        KeyRole::Trade | KeyRole::Read => refused(reason, fix),
        KeyRole::Kill => warned(reason, fix),
    }
}

#[cfg(test)]
mod tests;

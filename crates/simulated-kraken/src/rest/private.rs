//! Private calls: whose they are, whether they may, and what they do.
//!
//! The invariant: nothing happens before a call is authentic, within its limit and permitted, in
//! this order.

use exchange_simulator::AccountId;
use trading_types::Timestamp;

use crate::{
    keys::{Claim, KeyIndex, Permission},
    kraken_error::KrakenError,
    message::{HttpAnswer, HttpRequest},
    rest::{
        account, batch, cancel, change,
        envelope::{self, Keep, Outcome},
        key_info, ledgers, limits,
        order_form::{self, Terms},
        orders,
        parameters::Parameters,
        place, trades,
    },
    world::World,
};

/// A call that may be carried out.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) parameters: &'a Parameters,
    pub(crate) key: KeyIndex,
    pub(crate) account: AccountId,
    pub(crate) now: Timestamp,
}

impl Call<'_> {
    /// Whether its key may do something.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.world.keys.permits(self.key, permission)
    }

    /// The moment after which what it asks for must not be done, by the clock that clients see.
    pub(crate) fn deadline(&self) -> Result<Option<Timestamp>, KrakenError> {
        let Some(stated) = self.parameters.parsed("deadline")? else { return Ok(None) };
        self.world.deadline(self.now, |shown| order_form::check_deadline(stated, shown).map(Some))
    }

    /// What holds for all orders it asks for.
    pub(crate) fn terms(&self) -> Result<Terms, KrakenError> {
        let validate_only = self.parameters.flag("validate")?;
        Ok(Terms { deadline: self.deadline()?, validate_only })
    }
}

struct Row {
    name: &'static str,
    /// One of these is needed; none is needed where there is none.
    permissions: &'static [Permission],
    carry_out: fn(&mut Call<'_>) -> Outcome,
}

const fn row(
    name: &'static str,
    permissions: &'static [Permission],
    carry_out: fn(&mut Call<'_>) -> Outcome,
) -> Row {
    Row { name, permissions, carry_out }
}

const ANY: &[Permission] = &[];
const FUNDS: &[Permission] = &[Permission::QueryFunds];
const OPEN: &[Permission] = &[Permission::QueryOpenTrades];
const CLOSED: &[Permission] = &[Permission::QueryClosedTrades];
const ORDERS: &[Permission] = &[Permission::QueryOpenTrades, Permission::QueryClosedTrades];
const LEDGER: &[Permission] = &[Permission::QueryLedger];
const MODIFY: &[Permission] = &[Permission::ModifyTrades];
const CANCEL: &[Permission] = &[Permission::ModifyTrades, Permission::CloseTrades];
const SOCKET: &[Permission] = &[Permission::CreateWsToken];

/// What each call needs: <https://docs.kraken.com/api-reference/>, read on 2026-11-21.
#[rustfmt::skip] // A table.
const ROWS: &[Row] = &[
    row("GetApiKeyInfo",          ANY,    key_info::get_api_key_info),
    row("Balance",                FUNDS,  account::balance),
    row("BalanceEx",              FUNDS,  account::balance_ex),
    row("TradeBalance",           FUNDS,  account::trade_balance),
    row("TradeVolume",            FUNDS,  account::trade_volume),
    row("OpenOrders",             OPEN,   orders::open_orders),
    row("ClosedOrders",           CLOSED, orders::closed_orders),
    row("QueryOrders",            ORDERS, orders::query_orders),
    row("OrderAmends",            ORDERS, orders::order_amends),
    row("OpenPositions",          OPEN,   account::open_positions),
    row("TradesHistory",          CLOSED, trades::trades_history),
    row("QueryTrades",            CLOSED, trades::query_trades),
    row("Ledgers",                LEDGER, ledgers::ledgers),
    row("QueryLedgers",           LEDGER, ledgers::query_ledgers),
    row("AddOrder",               MODIFY, place::add_order),
    row("AddOrderBatch",          MODIFY, batch::add_order_batch),
    row("AmendOrder",             CANCEL, change::amend_order),
    row("EditOrder",              MODIFY, change::edit_order),
    row("CancelOrder",            CANCEL, cancel::cancel_order),
    row("CancelAll",              CANCEL, cancel::cancel_all),
    row("CancelAllOrdersAfter",   CANCEL, cancel::cancel_all_after),
    row("CancelOrderBatch",       CANCEL, cancel::cancel_order_batch),
    row("GetWebSocketsToken",     SOCKET, key_info::get_websockets_token),
    row("AddExport",              ANY,    denied),
    row("ExportStatus",           ANY,    denied),
    row("RetrieveExport",         ANY,    denied),
    row("RemoveExport",           ANY,    denied),
    row("DepositMethods",         ANY,    denied),
    row("DepositAddresses",       ANY,    denied),
    row("DepositStatus",          ANY,    denied),
    row("WithdrawMethods",        ANY,    denied),
    row("WithdrawAddresses",      ANY,    denied),
    row("WithdrawInfo",           ANY,    denied),
    row("Withdraw",               ANY,    denied),
    row("WithdrawStatus",         ANY,    denied),
    row("WithdrawCancel",         ANY,    denied),
    row("WalletTransfer",         ANY,    denied),
    row("CreateSubaccount",       ANY,    denied),
    row("AccountTransfer",        ANY,    denied),
    row("Earn/Allocate",          ANY,    denied),
    row("Earn/Deallocate",        ANY,    denied),
    row("Earn/AllocateStatus",    ANY,    denied),
    row("Earn/DeallocateStatus",  ANY,    denied),
    row("Earn/Strategies",        ANY,    denied),
    row("Earn/Allocations",       ANY,    denied),
];

/// What moves money out of an account does not exist here, whatever a key may do.
fn denied(_: &mut Call<'_>) -> Outcome {
    Err(KrakenError::PERMISSION_DENIED.into())
}

/// The endpoints by name.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name)
}

/// Answers a call of `name`, the words behind `/0/private/`.
pub(crate) fn answer(
    world: &mut World,
    name: &str,
    request: &HttpRequest,
    now: Timestamp,
) -> HttpAnswer {
    let refused = |error: KrakenError| envelope::answer(&Err(error.into()), Keep::Never);
    let known = ROWS.iter().find(|row| row.name == name);
    let Some(row) = known.filter(|_| request.method == "POST") else {
        return refused(KrakenError::UNKNOWN_METHOD);
    };
    *world.statistics.private_calls.entry(row.name.to_owned()).or_default() += 1;
    let parameters = match Parameters::of_body(request) {
        Ok(parameters) => parameters,
        Err(unreadable) => return refused(unreadable.into()),
    };
    let key = match authenticate(world, request, &parameters, now) {
        Ok(key) => key,
        Err(error) => return refused(error),
    };
    let charged = (row.name, parameters.has("leverage"));
    let headers = match limits::private_call(world, key, charged, now) {
        Ok(headers) => headers,
        Err(limits::Limited(answer)) => return answer,
    };
    let account = world.keys.account(key);
    let call = Call { world, parameters: &parameters, key, account, now };
    let mut answer = envelope::answer(&carry_out(call, row), Keep::Never);
    answer.headers.extend(headers);
    answer
}

fn carry_out(mut call: Call<'_>, row: &Row) -> Outcome {
    let mut needed = row.permissions.iter();
    if !row.permissions.is_empty() && !needed.any(|permission| call.may(*permission)) {
        return Err(KrakenError::PERMISSION_DENIED.into());
    }
    (row.carry_out)(&mut call)
}

fn authenticate(
    world: &mut World,
    request: &HttpRequest,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<KeyIndex, KrakenError> {
    let claim = Claim {
        address: &request.address,
        key: request.header("api-key"),
        signature: request.header("api-sign"),
        path: &request.path,
        nonce: parameters.text("nonce").unwrap_or(None),
        body: &request.body,
    };
    world.keys.authenticate(&claim, now).map_err(|refused| {
        world.statistics.nonce_rejected += u64::from(refused.error == KrakenError::INVALID_NONCE);
        world.statistics.lockouts += u64::from(refused.begins_lockout);
        refused.error
    })
}

//! What a key may do, asked of Kraken before the key is used for anything else. A key that may do
//! too much, too little, or of which nobody could find out, is not used.

use kraken_protocol::{
    key_audit::{KeyAudit, Severity, Wanted, audit},
    request::Request,
    rest::{fields::DecodeError, key_info::key_info},
    scheduler::Lane,
};

use crate::calls::{CallError, Calls, StopReason};

/// Why a key is not used.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// It may do too much or too little.
    #[error("the key is refused: {}", refusals(.0))]
    Refused(KeyAudit),
    /// Nobody could find out.
    #[error("nobody could find out what the key may do, so it is not used: {0}")]
    Unknown(#[from] CallError),
    /// Kraken's answer could not be understood.
    #[error("nobody could find out what the key may do, so it is not used: {0}")]
    Unreadable(#[from] DecodeError),
}

/// Asks Kraken about a key, and lets it in or stops it. To be asked again every hour and whenever
/// Kraken denies a permission: its owner may have changed it.
pub async fn admit(calls: &Calls, wanted: Wanted) -> Result<KeyAudit, AuditError> {
    let judged = judge(calls, wanted).await;
    match &judged {
        Ok((audit, last_nonce)) => {
            for finding in &audit.findings {
                let (role, reason, fix) = (wanted.role, &finding.reason, &finding.fix);
                tracing::warn!(%role, %reason, %fix, "the key could be better");
            }
            calls.admit(wanted.role, Ok(*last_nonce)).await;
        }
        Err(AuditError::Refused(audit)) => {
            let (role, why) = (wanted.role, refusals(audit));
            tracing::error!(%role, %why, "the key is refused");
            calls.admit(role, Err(StopReason::AuditRefused(why))).await;
        }
        // A key that was never let in stays outside; one that was in is not thrown out because a
        // line is down.
        Err(error @ (AuditError::Unknown(_) | AuditError::Unreadable(_))) => {
            tracing::error!(role = %wanted.role, %error, "the key was not looked at");
        }
    }
    judged.map(|(audit, _)| audit)
}

async fn judge(calls: &Calls, wanted: Wanted) -> Result<(KeyAudit, u64), AuditError> {
    let reply = calls.private(Request::api_key_info(), wanted.role, Lane::Resolve).await?;
    let info = key_info(&reply.result)?;
    let audit = audit(&info, wanted, calls.clock().now());
    if audit.accepted { Ok((audit, info.nonce)) } else { Err(AuditError::Refused(audit)) }
}

/// What refuses it, each with what to do.
fn refusals(audit: &KeyAudit) -> String {
    let refused = audit.findings.iter().filter(|it| it.severity == Severity::Refused);
    refused.map(|it| format!("{}: {}", it.reason, it.fix)).collect::<Vec<_>>().join("; ")
}

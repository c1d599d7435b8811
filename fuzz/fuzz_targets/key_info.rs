//! What a key may do: any bytes give a key or an error, and of any key an audit; never a panic. A
//! key with a right we do not know is never accepted.
#![no_main]

use kraken_protocol::{
    key_audit::{KeyRole, Severity, Wanted, audit},
    rest::key_info::key_info,
};
use libfuzzer_sys::fuzz_target;
use trading_types::Timestamp;

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_nanos(1_795_262_400_000_000_000);

fuzz_target!(|result: &str| {
    let Ok(info) = key_info(result) else { return };
    for role in KeyRole::ALL {
        let wanted = Wanted { role, live: true, accept_no_ip_list: true };
        let audit = audit(&info, wanted, NOW);
        let refusals = audit.findings.iter().filter(|it| it.severity == Severity::Refused);
        assert_eq!(audit.accepted, refusals.count() == 0);
        assert!(!audit.accepted || info.unknown_permissions.is_empty());
    }
});

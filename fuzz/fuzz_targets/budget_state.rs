//! Files of budgets: any text is refused or restored, and what was restored answers for calls.
#![no_main]

use std::time::Duration;

use kraken_protocol::{
    Endpoint,
    scheduler::{Lane, SavedBudgets, Scheduler, SchedulerSettings, Work},
};
use trading_types::Timestamp;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(saved) = serde_json::from_slice::<SavedBudgets>(bytes) else { return };
    let now = Timestamp::EPOCH + Duration::from_secs(1_800_000_000);
    let mut scheduler = Scheduler::restore(SchedulerSettings::default(), saved, now);
    let ticker = Work::Public { endpoint: Endpoint::Ticker, pair: None };
    for work in [ticker, Work::Connect] {
        let _ = scheduler.submit(work, Lane::Statistics, now);
    }
    scheduler.handle_timeout(now + Duration::from_secs(60));
    while scheduler.poll_output().is_some() {}
    let _ = scheduler.gauges(now);
    let _ = scheduler.waiting(now);
});

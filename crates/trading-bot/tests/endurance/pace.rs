//! How long an answer takes, in real time and beside everything else that runs, and how fast the
//! venues' time may run for that.
//!
//! The invariant: the deadline of an order is always many round trips.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

/// It is not measured while all begin at once.
const WARM_UP: Duration = Duration::from_secs(2);
/// A round trip is measured this often.
const EVERY: Duration = Duration::from_millis(20);
/// So many of the slowest one percent of round trips are a deadline.
const IN_A_DEADLINE: u32 = 20;
/// Slower, and it takes too long; faster, and what waits for lost answers sets the pace.
const SPEEDS: std::ops::RangeInclusive<u128> = 5..=60;

/// Measures round trips until it is asked.
pub(crate) struct Pace {
    measuring: JoinHandle<()>,
    times: std::sync::Arc<std::sync::Mutex<Vec<Duration>>>,
}

impl Pace {
    /// Measures by asking these addresses in turn.
    pub(crate) fn of(addresses: Vec<String>) -> Self {
        let times = std::sync::Arc::<std::sync::Mutex<Vec<Duration>>>::default();
        let measured = std::sync::Arc::clone(&times);
        let measuring = tokio::spawn(async move {
            // One that is there already is as good; nothing is encrypted here.
            drop(rustls::crypto::ring::default_provider().install_default());
            let client = reqwest::Client::new();
            tokio::time::sleep(WARM_UP).await;
            for address in addresses.iter().cycle() {
                tokio::time::sleep(EVERY).await;
                let began = Instant::now();
                // A lane that is through takes its venue with it.
                let Ok(answer) = client.get(address).send().await else { continue };
                drop(answer.bytes().await);
                measured.lock().expect("nobody panics with it").push(began.elapsed());
            }
        });
        Self { measuring, times }
    }

    /// What was measured so far.
    pub(crate) fn end(self) -> RoundTrips {
        self.measuring.abort();
        let mut times = self.times.lock().expect("nobody panics with it").clone();
        times.sort_unstable();
        RoundTrips(times)
    }
}

/// Round trips, the shortest first.
pub(crate) struct RoundTrips(Vec<Duration>);

impl RoundTrips {
    /// Of a hundred, so many are no longer than this.
    pub(crate) fn of_hundred(&self, part: usize) -> Duration {
        let at = self.0.len() * part / 100;
        self.0.get(at).or(self.0.last()).copied().expect("some were measured")
    }

    /// The speed at which `deadline` is many of the slowest ones.
    pub(crate) fn speed(&self, deadline: Duration) -> u32 {
        let slowest = self.of_hundred(99) * IN_A_DEADLINE;
        let speed = deadline.as_micros() / slowest.as_micros().max(1);
        u32::try_from(speed.clamp(*SPEEDS.start(), *SPEEDS.end())).expect("a small number")
    }
}

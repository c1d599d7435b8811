//! What a measurement costs: real time, the server's thread, the memory of all.

use std::{
    fs,
    time::{Duration, Instant},
};

/// A measurement under way.
pub(crate) struct Meter {
    began: Instant,
    cpu: Duration,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self { began: Instant::now(), cpu: server_cpu() }
    }

    /// Ends it and prints a line.
    pub(crate) fn show(self, what: &str, count: u64) {
        let real = self.began.elapsed().as_secs_f64();
        let cpu = server_cpu().saturating_sub(self.cpu).as_secs_f64();
        let each = count as f64 / real;
        println!("{what:<44} {each:>10.0} {:>11.0}% {:>10.1}", cpu / real * 100.0, rss());
    }
}

/// What the server's threads have used of processors; nothing where the system does not tell.
fn server_cpu() -> Duration {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return Duration::ZERO };
    let stat = |path: std::path::PathBuf| fs::read_to_string(path.join("stat")).ok();
    let texts = threads.flatten().filter_map(|thread| stat(thread.path()));
    texts.filter(|text| text.contains("(simulator)")).map(|text| cpu_of(&text)).sum()
}

/// User and system time are the 14th and 15th field, in hundredths of a second.
fn cpu_of(stat: &str) -> Duration {
    let behind_the_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let fields = behind_the_name.split(' ').skip(11).take(2);
    let hundredths: u64 = fields.filter_map(|it| it.parse::<u64>().ok()).sum();
    Duration::from_millis(hundredths * 10)
}

/// Memory of the process that is in use, in megabytes.
fn rss() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1_024.0
}

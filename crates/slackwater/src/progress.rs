//! A progress bar with rate and remaining time, for people only: it shows itself on a terminal, and
//! only when the work takes longer than a glance.

use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use trading_types::Timestamp;

use crate::{clock::Stopwatch, output};

/// Work that is done within this long shows no bar.
const QUIET: Duration = Duration::from_secs(2);
/// How many steps pass between looks at the clock.
const STEPS: u32 = 4_096;

/// Progress through a number of bytes.
pub(crate) struct Progress {
    what: &'static str,
    total: Option<u64>,
    bar: Option<ProgressBar>,
    watch: Stopwatch,
    steps: u32,
    /// Bytes of files that are done, and of the present one.
    before: u64,
    bytes: u64,
}

impl Progress {
    /// Nothing done yet.
    pub(crate) fn new(what: &'static str, total: Option<u64>) -> Self {
        Self { what, total, bar: None, watch: Stopwatch::start(), steps: 0, before: 0, bytes: 0 }
    }

    /// One more step, at this many bytes.
    pub(crate) fn see(&mut self, bytes: u64) {
        self.steps = self.steps.wrapping_add(1);
        self.bytes = bytes;
        if self.steps.is_multiple_of(STEPS) && output::stderr_is_terminal() {
            self.show(self.before + bytes);
        }
    }

    /// So many bytes more, by one of several at once.
    pub(crate) fn add(&mut self, bytes: u64) {
        self.before += bytes;
        self.reach(self.before);
    }

    /// What was seen so far belongs to files before the next one.
    pub(crate) fn next_file(&mut self) {
        self.before += std::mem::take(&mut self.bytes);
    }

    /// A long step has come to this many bytes.
    pub(crate) fn reach(&mut self, bytes: u64) {
        if output::stderr_is_terminal() {
            self.show(bytes);
        }
    }

    fn show(&mut self, bytes: u64) {
        if self.bar.is_none() && QUIET < self.watch.elapsed() {
            self.bar = self.total.map(|total| bar(self.what, total));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
        }
    }

    /// All done.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Progress through a stretch of time, in steps that each take a second or more.
pub(crate) struct TimeProgress {
    from: Timestamp,
    bar: Option<ProgressBar>,
}

impl TimeProgress {
    /// Nothing done yet.
    pub(crate) fn new(what: &'static str, from: Timestamp, to: Timestamp) -> Self {
        let bar = output::stderr_is_terminal().then(|| {
            let template = "{prefix} [{bar:40}] {percent}%, {msg}, {eta} left";
            let style = ProgressStyle::with_template(template).expect("the template is right");
            let total = Some(to.since(from).as_secs());
            ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr())
                .with_style(style)
                .with_prefix(what)
        });
        Self { from, bar }
    }

    /// All until `at` is done.
    pub(crate) fn see(&mut self, at: Timestamp) {
        if let Some(bar) = &self.bar {
            if bar.position() == 0 {
                // What began in 1970 began when the first trade was made.
                bar.reset_eta();
            }
            bar.set_position(at.since(self.from).as_secs());
            bar.set_message(at.to_string());
        }
    }

    /// All done.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(what: &'static str, total: u64) -> ProgressBar {
    let template = "{prefix} [{bar:40}] {percent}% of {msg}, {bytes_per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is right");
    ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
        .with_style(style)
        .with_prefix(what)
        .with_message(HumanBytes(total).to_string())
}

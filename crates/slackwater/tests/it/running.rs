//! A bot or a simulated Kraken that runs beside a test, and is gone when the test is.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Command},
};

use serde_json::Value;

use crate::bench::Bench;

/// A strategy that trades every few candles.
pub(crate) const CHURN: &str = "size = 'fixed:0.01'\n\
    [strategy]\nstop = '5%'\n[strategy.settings]\nfast = 1\nslow = 2\n\
    [risk]\nentries_per_hour_max = 1000\n";

/// A command that tells what happens, a line of JSON each.
pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    lines: String,
}

impl Running {
    /// A bot in the folder `data`.
    pub(crate) fn start(bench: &Bench, options: &str) -> Self {
        Self::command(bench, &format!("run --for 60s --data-dir data {options}"))
    }

    /// Anything that tells what happens.
    pub(crate) fn command(bench: &Bench, typed: &str) -> Self {
        let mut child = bench.start(typed);
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdout, lines: String::new() }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line for which this holds.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, holds: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut line = String::new();
            let read = self.stdout.read_line(&mut line).expect("text");
            if read == 0 {
                let words = self.words();
                panic!("it ended: {}\n{words}", self.lines);
            }
            self.lines += &line;
            let value = serde_json::from_str(&line).expect("the line is JSON");
            if holds(&value) {
                return value;
            }
        }
    }

    /// What it says on stderr, once it has ended.
    fn words(&mut self) -> String {
        let mut words = String::new();
        let stderr = self.child.stderr.as_mut().expect("a pipe");
        stderr.read_to_string(&mut words).expect("text");
        words
    }

    /// Everything it has told when it has ended in order.
    #[track_caller]
    pub(crate) fn rest(mut self) -> String {
        self.stdout.read_to_string(&mut self.lines).expect("text");
        let status = self.child.wait().expect("it ends");
        let words = self.words();
        assert_eq!(status.code(), Some(0), "{}\n{words}", self.lines);
        std::mem::take(&mut self.lines)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A signal, as a person or the system sends it.
pub(crate) fn send(signal: &str, id: u32) {
    let sent = Command::new("kill").args([signal, &id.to_string()]).status();
    assert!(sent.expect("kill is there").success());
}

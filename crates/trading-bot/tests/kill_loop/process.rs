//! A child process, and the words it says.
//!
//! The invariant: it does not outlive this value.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};

use crate::{CHILD, child::Word, plan::BotPlan};

/// A bot in a process of its own.
pub(crate) struct Process {
    child: Child,
    words: Receiver<Word>,
}

impl Process {
    pub(crate) fn start(plan: &BotPlan) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.arg(CHILD).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        let mut plan_goes = child.stdin.take().expect("it is piped");
        let plan = serde_json::to_vec(plan).expect("a plan");
        plan_goes.write_all(&plan).expect("it reads");
        drop(plan_goes);
        let (say, words) = channel();
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // A line that a kill has torn says nothing.
                let Ok(word) = serde_json::from_str(&line) else { return };
                if say.send(word).is_err() {
                    return;
                }
            }
        });
        Self { child, words }
    }

    /// Waits for a word, or until `patience` is over.
    pub(crate) fn until(&self, patience: Duration, is_it: impl Fn(&Word) -> bool) -> Option<Word> {
        let end = Instant::now() + patience;
        loop {
            let word = self.words.recv_timeout(end.saturating_duration_since(Instant::now()));
            match word {
                Ok(Word::Failed(why)) => panic!("the bot failed: {why}"),
                Ok(word) if is_it(&word) => return Some(word),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => panic!("the bot died by itself"),
            }
        }
    }

    /// Kills it in this moment, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it lives until now");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended by itself cannot be killed any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

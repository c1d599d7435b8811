//! The one place that prints: data on stdout, words on stderr.

use std::{
    fmt,
    io::{self, ErrorKind, IsTerminal, Write},
};

use serde::Serialize;

use crate::{failure::Failure, terminal};

/// One line of data.
pub(crate) fn line(text: impl fmt::Display) -> Result<(), Failure> {
    terminal::above(|| {
        let mut stdout = io::stdout().lock();
        done(writeln!(stdout, "{text}").and_then(|()| stdout.flush()))
    })
}

/// One JSON document on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(serde_json::to_string(value).expect("our values can be written as JSON"))
}

/// A reader that has gone away (`slackwater … | head`) is not an error.
fn done(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::NobodyListens),
        Err(error) => Err(Failure::wrong(format_args!("cannot write to stdout: {error}"))),
    }
}

/// One line of words. Nobody can be told that telling failed.
pub(crate) fn word(text: impl fmt::Display) {
    terminal::above(|| {
        let _ = writeln!(io::stderr().lock(), "{text}");
    });
}

/// Where warnings of the libraries we use are written, a line at a time.
#[derive(Debug, Default)]
pub(crate) struct Words;

impl Write for Words {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        word(String::from_utf8_lossy(bytes).trim_end());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a person is likely to see what goes to stderr as it is written.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

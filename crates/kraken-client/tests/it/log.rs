//! What was logged by one test, at every level.
//!
//! There is one listener for all threads, because one that comes and goes with a test may miss what
//! another thread has logged for the first time; each thread has a page of its own.

use std::{
    cell::RefCell,
    io::{self, Write},
    sync::OnceLock,
};

thread_local! {
    static PAGE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

static LISTENER: OnceLock<()> = OnceLock::new();

/// The log of the thread that started it, from then on.
pub(crate) struct Log(());

impl Log {
    pub(crate) fn start() -> Self {
        LISTENER.get_or_init(|| {
            let listener = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(|| Pen)
                .finish();
            tracing::subscriber::set_global_default(listener).expect("there is no other listener");
        });
        PAGE.take();
        Self(())
    }

    pub(crate) fn text(&self) -> String {
        let Self(()) = self;
        PAGE.with_borrow(|page| String::from_utf8_lossy(page).into_owned())
    }
}

/// Writes on the page of its thread.
struct Pen;

impl Write for Pen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        PAGE.with_borrow_mut(|page| page.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

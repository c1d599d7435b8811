//! When the state is saved: every so often, when somebody asks for it, and at the end. (And at each
//! change of an account, if that is wanted: the hub does that.)
//!
//! The invariant: the machine is stopped only while it says what it is, some milliseconds, and
//! never for the disk; what is written last is what the machine said last.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
    time::Duration,
};

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::spawn_blocking,
    time::sleep,
};

use crate::{
    counts::{Counts, count},
    hub::Hub,
    state_file::Keeper,
};

/// However often it is to be saved, the machine has to get on too.
const EVERY_MIN: Duration = Duration::from_millis(100);

/// Who wants to hear when it is saved.
type Asker = Sender<io::Result<()>>;

/// The end at which somebody asks.
#[derive(Debug)]
pub(crate) struct Saver(Option<UnboundedSender<Asker>>);

/// The end at which it is done.
#[derive(Debug)]
pub(crate) struct Keeping {
    keeper: Arc<Keeper>,
    askers: UnboundedReceiver<Asker>,
}

/// Both ends.
pub(crate) fn saving(keeper: Option<&Arc<Keeper>>) -> (Saver, Option<Keeping>) {
    let Some(keeper) = keeper else { return (Saver(None), None) };
    let (asker, askers) = unbounded_channel();
    (Saver(Some(asker)), Some(Keeping { keeper: Arc::clone(keeper), askers }))
}

impl Saver {
    /// Has the state saved, and waits until it is.
    pub(crate) fn save(&self) -> io::Result<()> {
        let Some(saver) = &self.0 else { return Ok(()) };
        let (asker, answer) = channel();
        let over = || io::Error::new(io::ErrorKind::NotConnected, "the simulation is over");
        saver.send(asker).map_err(|_| over())?;
        answer.recv().map_err(|_| over())?
    }
}

impl Keeping {
    /// Saves for ever.
    pub(crate) async fn keep(&mut self, hub: &Hub) {
        loop {
            let asker = tokio::select! {
                () = sleep(self.keeper.every.max(EVERY_MIN)) => None,
                Some(asker) = self.askers.recv() => Some(asker),
            };
            let saved = self.save(hub).await;
            note(&hub.counts, &saved);
            if let Some(asker) = asker {
                // Who asked may have given up.
                let _ = asker.send(saved);
            }
        }
    }

    async fn save(&self, hub: &Hub) -> io::Result<()> {
        let Some(bytes) = hub.save() else { return Ok(()) };
        let (keeper, number) = (Arc::clone(&self.keeper), self.keeper.next_number());
        let written = spawn_blocking(move || keeper.write_through(number, &bytes));
        written.await.map_err(io::Error::other)?
    }

    /// Saves what there is in the end, on this thread: there is nobody left to wait for it.
    pub(crate) fn save_last(self, hub: &Hub) {
        if let Some(bytes) = hub.save() {
            let number = self.keeper.next_number();
            note(&hub.counts, &self.keeper.write_through(number, &bytes));
        }
    }
}

/// A saving that failed is told and counted; the simulation goes on.
pub(crate) fn note(counts: &Counts, saved: &io::Result<()>) {
    if let Err(error) = saved {
        tracing::error!(%error, "the state of the simulation could not be saved");
        count(&counts.savings_failed);
    }
}

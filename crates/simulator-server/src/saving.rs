//! When the state is saved: every so often, when somebody asks for it, and at the end.
//!
//! The invariant: the machine is stopped only while it says what it is, some milliseconds, and never
//! for the disk; what is written last is what the machine said last.

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

use crate::{counts::count, hub::Hub, state_file::Keeper};

/// The number of the state with which a server begins.
pub(crate) const FIRST_STATE: u64 = 1;
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
    last: u64,
}

/// Both ends.
pub(crate) fn saving(keeper: Option<Keeper>) -> (Saver, Option<Keeping>) {
    let Some(keeper) = keeper else { return (Saver(None), None) };
    let (asker, askers) = unbounded_channel();
    let keeper = Arc::new(keeper);
    (Saver(Some(asker)), Some(Keeping { keeper, askers, last: FIRST_STATE }))
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
            note(hub, &saved);
            if let Some(asker) = asker {
                // Who asked may have given up.
                let _ = asker.send(saved);
            }
        }
    }

    async fn save(&mut self, hub: &Hub) -> io::Result<()> {
        let Some(bytes) = hub.save() else { return Ok(()) };
        self.last += 1;
        let (keeper, number) = (Arc::clone(&self.keeper), self.last);
        spawn_blocking(move || keeper.write(number, &bytes)).await.map_err(io::Error::other)?
    }

    /// Saves what there is in the end, on this thread: there is nobody left to wait for it.
    pub(crate) fn save_last(self, hub: &Hub) {
        if let Some(bytes) = hub.save() {
            note(hub, &self.keeper.write(self.last + 1, &bytes));
        }
    }
}

fn note(hub: &Hub, saved: &io::Result<()>) {
    if let Err(error) = saved {
        tracing::error!(%error, "the state of the simulation could not be saved");
        count(&hub.counts.savings_failed);
    }
}

//! A bot that runs in a task, and what it tells.

use std::{path::Path, time::Duration};

use bot_machine::output::Stage;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use trading_bot::{LaunchError, ServiceEnd, Told, launch};
use trading_engine::Report;

use crate::world::World;

/// How long anything may take, in real time, before the test has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// A bot that runs.
pub(crate) struct Run {
    pub(crate) told: mpsc::UnboundedReceiver<Told>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<ServiceEnd, LaunchError>>,
}

impl Run {
    pub(crate) fn start(world: &World, folder: &Path) -> Self {
        Self::launch(world.launch(folder))
    }

    pub(crate) fn launch(parts: trading_bot::Launch) -> Self {
        let (hear, told) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let tell = Box::new(move |it: Told| {
            // A test that is over listens no more.
            let _ = hear.send(it);
        });
        let stopped = async {
            // Only a word stops it; a sender that is dropped is a test that has failed.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let task = tokio::spawn(launch(parts, tell, stopped));
        Self { told, stop: Some(stop), task }
    }

    /// Waits for something to be told.
    pub(crate) async fn until(&mut self, mut what: impl FnMut(&Told) -> bool) -> Told {
        let waiting = async {
            loop {
                let told = self.told.recv().await.expect("it runs");
                if what(&told) {
                    return told;
                }
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it is told in time")
    }

    pub(crate) async fn until_ready(&mut self) -> Told {
        self.until(|told| matches!(told, Told::Stage { stage: Stage::Ready, .. })).await
    }

    pub(crate) async fn until_report(&mut self, mut what: impl FnMut(&Report) -> bool) -> Told {
        self.until(|told| matches!(told, Told::Report { report, .. } if what(report))).await
    }

    /// Ends it in order.
    pub(crate) async fn end(mut self) -> ServiceEnd {
        let _ = self.stop.take().expect("it is stopped once").send(());
        self.result().await.expect("it ran")
    }

    /// Waits for it to end by itself.
    pub(crate) async fn result(self) -> Result<ServiceEnd, LaunchError> {
        let ended = tokio::time::timeout(PATIENCE, self.task).await;
        ended.expect("it ends in time").expect("it does not panic")
    }

    /// Ends it as a crash does.
    pub(crate) async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

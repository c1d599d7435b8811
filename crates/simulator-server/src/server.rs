//! Starting and stopping. A server that has started is listening; one that is dropped has stopped,
//! and its thread with it.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener as BoundListener},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
    thread::{Builder, JoinHandle},
};

use simulated_kraken::{KeyDescription, Scenario, Settings, SimulatedKraken, StateError};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    sync::oneshot,
    task::{LocalSet, spawn_local},
};
use tokio_rustls::TlsAcceptor;
use trading_types::Timestamp;

use crate::{
    certificate::{CertificateError, self_signed},
    clock::Clock,
    counts::{Counts, ListenerCounts},
    hub::{Hub, Machine},
    limits::ListenerLimits,
    listener::listen,
    saving::{Keeping, Saver, saving},
    state_file::{Keeper, StateFile},
};

/// How a server is to run.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Where to listen; port 0 is any that is free.
    pub listen: SocketAddr,
    /// Whether connections are encrypted.
    pub security: Security,
    /// How many times faster than real time the simulation runs.
    pub speed: u32,
    /// When the simulation begins; nothing is now, by the system's clock. One that was kept goes on
    /// at the moment at which it was put away, whatever this says.
    pub start: Option<Timestamp>,
    /// What is simulated.
    pub kraken: Settings,
    /// What happens in it, from its beginning; one that was kept goes on with what it follows.
    pub scenario: Option<Scenario>,
    /// Where it is kept between two runs, if it is.
    pub state: Option<StateFile>,
    /// The listener's own bounds.
    pub limits: ListenerLimits,
}

/// Whether connections are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// HTTP and WebSocket as they are.
    Plain,
    /// TLS with a certificate that is made at the start, see [`Server::certificate`].
    SelfSigned,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on: choose another.
    #[error("cannot listen on {address}: {error}; choose another address, or port 0 for any")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The system refuses something every program needs.
    #[error("the system does not let a server start: {0}; look for what it is short of")]
    System(io::Error),
    /// The file of the state cannot be used: choose another.
    #[error("cannot use the state file {}: {error}; choose another file", path.display())]
    StateFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// What is kept in it is not what is to go on.
    #[error("{}: {error}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: StateError,
    },
    /// There is no certificate to be had.
    #[error("no certificate can be made: {0}; leave TLS out")]
    Certificate(String),
}

impl From<CertificateError> for StartError {
    fn from(error: CertificateError) -> Self {
        Self::Certificate(error.to_string())
    }
}

/// A simulated Kraken that is being served.
#[derive(Debug)]
pub struct Server {
    /// What a client puts in place of `https://api.kraken.com`.
    pub rest: String,
    /// What it puts in place of `wss://ws.kraken.com/v2`.
    pub ws_public: String,
    /// What it puts in place of `wss://ws-auth.kraken.com/v2`.
    pub ws_private: String,
    /// The keys that are good here.
    pub keys: Vec<KeyDescription>,
    /// The certificate that clients need to trust, as PEM.
    pub certificate: Option<String>,
    counts: Arc<Counts>,
    clock: Clock,
    saver: Saver,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts a server. It listens when this returns, and until it is dropped.
pub fn start(settings: ServerSettings) -> Result<Server, StartError> {
    let ServerSettings { listen, security, speed, start, kraken, scenario, state, limits } =
        settings;
    let keeper = state.map(take).transpose()?;
    let kept = keeper.as_ref().map(read).transpose()?.flatten();
    let (machine, clock) = if let Some(Kept { bytes, path }) = kept {
        let failed = |error| StartError::State { path, error };
        let (machine, saved_at) = SimulatedKraken::restore(kraken, &bytes).map_err(failed)?;
        (machine, Clock::new(Some(saved_at), speed))
    } else {
        let clock = Clock::new(start, speed);
        let mut machine = SimulatedKraken::new(kraken, clock.start());
        if let Some(scenario) = &scenario {
            machine.follow(scenario, clock.start());
        }
        (machine, clock)
    };
    if let Some(keeper) = &keeper {
        // Now, so that a place where nothing can be written is known at once.
        let number = keeper.next_number();
        let written = keeper.write_through(number, &machine.save(clock.start()));
        written.map_err(|error| unusable(keeper.path(), error))?;
    }
    let keys = machine.keys().to_vec();
    open(Opening { listen, security, keys, keeper }, Box::new(machine), clock, limits)
}

/// What was kept, and where.
struct Kept {
    bytes: Vec<u8>,
    path: PathBuf,
}

fn read(keeper: &Keeper) -> Result<Option<Kept>, StartError> {
    let path = keeper.path();
    let bytes = keeper.read().map_err(|error| unusable(path, error))?;
    Ok(bytes.map(|bytes| Kept { bytes, path: path.to_owned() }))
}

fn take(file: StateFile) -> Result<Keeper, StartError> {
    let path = file.path.clone();
    Keeper::take(file).map_err(|error| unusable(&path, error))
}

fn unusable(path: &Path, error: io::Error) -> StartError {
    StartError::StateFile { path: path.to_owned(), error }
}

/// What is known of a server before it listens.
pub(crate) struct Opening {
    pub(crate) listen: SocketAddr,
    pub(crate) security: Security,
    pub(crate) keys: Vec<KeyDescription>,
    pub(crate) keeper: Option<Keeper>,
}

pub(crate) fn open(
    opening: Opening,
    machine: Box<dyn Machine + Send>,
    clock: Clock,
    limits: ListenerLimits,
) -> Result<Server, StartError> {
    let Opening { listen: address, security, keys, keeper } = opening;
    let (listener, local) = bind(address).map_err(|error| StartError::Listen { address, error })?;
    let certificate = match security {
        Security::Plain => None,
        Security::SelfSigned => Some(self_signed(local.ip())?),
    };
    let (tls, certificate) = certificate.map(|it| (it.acceptor, it.pem)).unzip();
    let secure = if tls.is_some() { "s" } else { "" };
    let place = reachable(local);
    let counts = Arc::new(Counts::default());
    let (stop, stopped) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(StartError::System)?;
    let keeper = keeper.map(Arc::new);
    let (saver, keeping) = saving(keeper.as_ref());
    let (seen, time) = (Arc::clone(&counts), clock.clone());
    let run = move || {
        let hub = Hub::new((machine, keeper), time, limits, seen);
        run(&runtime, (listener, tls), hub, (keeping, stopped));
    };
    let thread = Builder::new().name("simulator".to_owned()).spawn(run);
    Ok(Server {
        rest: format!("http{secure}://{place}"),
        ws_public: format!("ws{secure}://{place}/v2"),
        ws_private: format!("ws{secure}://{place}/private/v2"),
        keys,
        certificate,
        counts,
        clock,
        saver,
        stop: Some(stop),
        thread: Some(thread.map_err(StartError::System)?),
    })
}

fn bind(address: SocketAddr) -> io::Result<(BoundListener, SocketAddr)> {
    let listener = BoundListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let local = listener.local_addr()?;
    Ok((listener, local))
}

/// An address under which a server that listens everywhere is found on this computer.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}

fn run(
    runtime: &Runtime,
    (listener, tls): (BoundListener, Option<TlsAcceptor>),
    hub: Hub,
    (mut keeping, stopped): (Option<Keeping>, oneshot::Receiver<()>),
) {
    let local = LocalSet::new();
    local.block_on(runtime, async move {
        let listener = TcpListener::from_std(listener).expect("it was made not to block");
        let hub = Rc::new(hub);
        let pumped = Rc::clone(&hub);
        spawn_local(async move { pumped.pump().await });
        spawn_local(listen(listener, tls, Rc::clone(&hub)));
        tokio::select! {
            // Also when whoever could stop it is gone.
            _ = stopped => {}
            () = hub.broken() => tracing::error!("the simulation has failed and is over"),
            () = keep(keeping.as_mut(), &hub) => unreachable!("there is always a next time"),
        }
        if let Some(keeping) = keeping {
            keeping.save_last(&hub);
        }
    });
}

/// Saves the state now and then; waits for ever where it is not to be kept.
async fn keep(keeping: Option<&mut Keeping>, hub: &Hub) {
    match keeping {
        Some(keeping) => keeping.keep(hub).await,
        None => std::future::pending().await,
    }
}

impl Server {
    /// What the listener had to do so far.
    pub fn counts(&self) -> ListenerCounts {
        self.counts.read()
    }

    /// The moment of the simulation at which it began to be served: when it began, or went on.
    pub const fn start_time(&self) -> Timestamp {
        self.clock.start()
    }

    /// The present moment of the simulation. A clock that shows this now and runs at the speed of
    /// the settings shows the same from here on, as long as this computer can follow.
    pub fn kraken_time(&self) -> Timestamp {
        self.clock.now()
    }

    /// Saves the state now; when this returns, it is on the disk. Nothing happens where it is not
    /// to be kept.
    pub fn save(&self) -> io::Result<()> {
        self.saver.save()
    }

    /// Whether it is still being served. It ends by itself only where there is a bug in it.
    pub fn is_running(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;

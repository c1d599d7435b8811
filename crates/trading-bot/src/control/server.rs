//! The bot's end of the socket. The file is for its owner only from its first moment; what is left
//! of a bot that died is replaced, a bot that lives is not.

use std::{
    fs::{self, Permissions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncWrite, BufReader},
    net::{UnixListener, UnixStream},
    sync::{mpsc, oneshot, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, timeout},
};

use super::{
    Ask, ControlRequest, Envelope, Principal, Reply, socket_path,
    wire::{Line, line_of, read_line, write_line},
};

/// The name a socket has before it takes its place.
const NEW_NAME: &str = "control.new";
/// A path with more bytes does not fit the system's address of a socket
/// (<https://man7.org/linux/man-pages/man7/unix.7.html>, read on 2026-11-22).
const PATH_BYTES_MAX: usize = 107;
/// After the system could not give us a connection, so much time passes before we ask again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How much clients may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlLimits {
    /// So many clients at a time; more are turned away.
    pub clients_max: usize,
    /// The longest request, in bytes.
    pub line_bytes_max: usize,
    /// A client that has not sent its request, or not taken its answer, after this is cut off.
    pub patience: Duration,
    /// The bot has this long for an answer.
    pub answer_time_max: Duration,
}

impl Default for ControlLimits {
    fn default() -> Self {
        Self {
            clients_max: 16,
            line_bytes_max: 16 << 10,
            patience: Duration::from_secs(10),
            answer_time_max: Duration::from_secs(30),
        }
    }
}

/// Why there is no socket, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum OpenControlError {
    // Ask the bot that runs, or take another data folder.
    /// Somebody answers there.
    #[error("another bot answers at {}; stop it, or take another data folder", .0.display())]
    Served(PathBuf),
    // Take another data folder.
    /// The path does not fit.
    #[error(
        "{} is longer than the {PATH_BYTES_MAX} bytes a socket's path may have; take a data folder \
         with a shorter path", .0.display()
    )]
    PathTooLong(PathBuf),
    /// Something else has its name.
    #[error("{} is not a socket; move it away", .0.display())]
    NotASocket(PathBuf),
    /// The system does not allow it.
    #[error("cannot listen at {}: {error}; check who may write there", path.display())]
    System {
        /// Where.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// Listens while it lives; its file goes with it.
#[derive(Debug)]
pub struct ControlServer {
    file: SocketFile,
    close: watch::Sender<bool>,
    accepting: Option<JoinHandle<()>>,
    patience: Duration,
}

/// A socket in a folder, known by its number so that another's is not removed.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    number: (u64, u64),
    owner: u32,
}

/// What every client's task knows.
#[derive(Debug)]
struct Door {
    limits: ControlLimits,
    owner: u32,
    requests: mpsc::Sender<ControlRequest>,
}

impl ControlServer {
    /// Listens in a data folder. Requests come out of the receiver, at most one for each client.
    pub async fn open(
        data_dir: &Path,
        limits: ControlLimits,
    ) -> Result<(Self, mpsc::Receiver<ControlRequest>), OpenControlError> {
        let (listener, file) = listen(data_dir).await?;
        let (requests, receiver) = mpsc::channel(limits.clients_max);
        let (close, closing) = watch::channel(false);
        let door = Arc::new(Door { limits, owner: file.owner, requests });
        let accepting = Some(tokio::spawn(accept(listener, door, closing)));
        let patience = limits.patience;
        Ok((Self { file, close, accepting, patience }, receiver))
    }

    /// Takes no new requests, and waits until answers that were given are with their clients.
    pub async fn close(mut self) {
        self.close.send_replace(true);
        if let Some(mut accepting) = self.accepting.take()
            && timeout(self.patience, &mut accepting).await.is_err()
        {
            accepting.abort();
        }
    }
}

impl Drop for ControlServer {
    fn drop(&mut self) {
        if let Some(accepting) = &self.accepting {
            accepting.abort();
        }
        self.file.remove();
    }
}

impl SocketFile {
    fn at(path: PathBuf) -> io::Result<Self> {
        let about = fs::symlink_metadata(&path)?;
        Ok(Self { path, number: (about.dev(), about.ino()), owner: about.uid() })
    }

    /// Takes it away, unless another has taken its place.
    fn remove(&self) {
        let ours = fs::symlink_metadata(&self.path)
            .is_ok_and(|about| (about.dev(), about.ino()) == self.number);
        if ours && let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "the control socket stays behind; the next start replaces it");
        }
    }
}

/// The socket gets its rights under another name and only then its own, so there is no moment at
/// which others may open it, and none at which a new bot has no socket.
async fn listen(data_dir: &Path) -> Result<(UnixListener, SocketFile), OpenControlError> {
    let path = socket_path(data_dir);
    if PATH_BYTES_MAX < path.as_os_str().len() {
        return Err(OpenControlError::PathTooLong(path));
    }
    make_sure_nobody_serves(&path).await?;
    let new = data_dir.join(NEW_NAME);
    let bind = || {
        if let Err(error) = fs::remove_file(&new)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error);
        }
        let listener = UnixListener::bind(&new)?;
        fs::set_permissions(&new, Permissions::from_mode(0o600))?;
        fs::rename(&new, &path)?;
        Ok((listener, SocketFile::at(path.clone())?))
    };
    bind().map_err(|error| OpenControlError::System { path: path.clone(), error })
}

async fn make_sure_nobody_serves(path: &Path) -> Result<(), OpenControlError> {
    let system = |error| OpenControlError::System { path: path.to_owned(), error };
    match fs::symlink_metadata(path) {
        Ok(about) if !about.file_type().is_socket() => {
            return Err(OpenControlError::NotASocket(path.to_owned()));
        }
        Ok(_) => (),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(system(error)),
    }
    match UnixStream::connect(path).await {
        // One that does not get to its clients is there nevertheless.
        Ok(_) => Err(OpenControlError::Served(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::WouldBlock => {
            Err(OpenControlError::Served(path.to_owned()))
        }
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(system(error)),
    }
}

async fn accept(listener: UnixListener, door: Arc<Door>, mut closing: watch::Receiver<bool>) {
    let mut clients = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = closing.wait_for(|is_closing| *is_closing) => break,
            accepted = listener.accept() => accepted,
        };
        while clients.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) if clients.len() < door.limits.clients_max => {
                clients.spawn(serve(stream, Arc::clone(&door), closing.clone()));
            }
            Ok((stream, _)) => turn_away(stream),
            Err(error) => {
                tracing::warn!(%error, "a control connection could not be taken");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // Who comes now is told that nobody is here, and does not wait.
    drop(listener);
    clients.join_all().await;
}

/// Says why, as far as that goes without waiting.
fn turn_away(stream: UnixStream) {
    let line = line_of(&Envelope::Failed("too many others are asking".to_owned()));
    if let Ok(mut stream) = stream.into_std() {
        drop(stream.write(&line));
    }
}

/// Serves a client until it goes or is cut off.
async fn serve(stream: UnixStream, door: Arc<Door>, mut closing: watch::Receiver<bool>) {
    let Ok(user) = stream.peer_cred().map(|peer| peer.uid()) else { return };
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from);
    let patience = door.limits.patience;
    loop {
        let line = tokio::select! {
            biased;
            line = timeout(patience, read_line(&mut from, door.limits.line_bytes_max)) => line,
            _ = closing.wait_for(|is_closing| *is_closing) => return,
        };
        let (answer, goes_on) = match line {
            Ok(Ok(Line::Text(line))) => (door.answer(&line, Principal { user }).await, true),
            Ok(Ok(Line::TooLong)) => {
                let bytes = door.limits.line_bytes_max;
                let why = format!("the request has more than {bytes} bytes; make it shorter");
                (Envelope::Refused(why), false)
            }
            Ok(Ok(Line::End) | Err(_)) | Err(_) => return,
        };
        if !written(&mut to, &answer, patience).await || !goes_on {
            return;
        }
    }
}

async fn written(
    to: &mut (impl AsyncWrite + Unpin),
    answer: &Envelope,
    patience: Duration,
) -> bool {
    matches!(timeout(patience, write_line(to, answer)).await, Ok(Ok(())))
}

impl Door {
    /// What comes of a request.
    async fn answer(&self, line: &[u8], principal: Principal) -> Envelope {
        if principal.user != self.owner && principal.user != 0 {
            return Envelope::Refused("only the bot's own user and root may ask".to_owned());
        }
        let what = match serde_json::from_slice::<Ask>(line) {
            Ok(what) => what,
            Err(error) => {
                return Envelope::Refused(format!("the request cannot be read ({error})"));
            }
        };
        let (reply, answer) = oneshot::channel();
        let heard = Instant::now();
        let request = ControlRequest { what, principal, heard, reply: Reply(reply) };
        match self.requests.try_send(request) {
            Ok(()) => (),
            Err(mpsc::error::TrySendError::Full(_)) => {
                return Envelope::Failed("the bot has not taken earlier requests".to_owned());
            }
            Err(mpsc::error::TrySendError::Closed(_)) => {
                return Envelope::Failed("the bot is ending".to_owned());
            }
        }
        match timeout(self.limits.answer_time_max, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Envelope::Failed("the bot ended without an answer".to_owned()),
            Err(_) => Envelope::Failed("the bot has taken too long".to_owned()),
        }
    }
}

//! The command's end of the socket: one request, one answer, and an error that says whether there
//! is a bot at all.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use tokio::{io::BufReader, net::UnixStream, time::timeout};

use super::{
    Ask, Envelope, socket_path,
    wire::{Line, read_line, write_line},
};

/// The longest answer that is read.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// Why a request has no answer, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    // Start a bot, or name the right folder.
    /// Nobody listens.
    #[error("no bot is running in {}; start one, or name its data folder", .0.display())]
    NotRunning(PathBuf),
    // Correct what was asked, or do what the bot says.
    /// The bot said no.
    #[error("the bot refused: {0}")]
    Refused(String),
    /// The socket is somebody else's.
    #[error("{} belongs to another user; give the command as that user", .0.display())]
    Denied(PathBuf),
    // Look whether it was done; ask once more; if it stays silent, end the process.
    /// There is a bot, and no answer of it. It may have done what was asked.
    #[error(
        "a bot is running in {} and does not answer ({why}); nobody knows whether it did what was \
         asked. Ask again, and if it stays silent end its process", data_dir.display()
    )]
    Silent {
        /// Where.
        data_dir: PathBuf,
        /// How far it went.
        why: String,
    },
    // Correct the path.
    /// The system does not allow it.
    #[error("cannot ask at {}: {error}; check the path and who may use it", path.display())]
    System {
        /// Where.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// Asks the bot of a data folder, and waits for its answer at most so long.
pub async fn ask(data_dir: &Path, what: &Ask, time_max: Duration) -> Result<Value, ControlError> {
    let silent = |why: String| ControlError::Silent { data_dir: data_dir.to_owned(), why };
    let answer = match timeout(time_max, exchange(data_dir, what)).await {
        Ok(answer) => answer?,
        Err(_) => return Err(silent(format!("nothing came within {} s", time_max.as_secs_f32()))),
    };
    match answer {
        Envelope::Answer(answer) => Ok(answer),
        Envelope::Refused(why) => Err(ControlError::Refused(why)),
        Envelope::Failed(why) => Err(silent(why)),
    }
}

async fn exchange(data_dir: &Path, what: &Ask) -> Result<Envelope, ControlError> {
    let path = socket_path(data_dir);
    let silent = |why: String| ControlError::Silent { data_dir: data_dir.to_owned(), why };
    let stream = UnixStream::connect(&path).await;
    let (from, mut to) = stream.map_err(|error| not_connected(data_dir, error))?.into_split();
    // One that turns us away does not read: what it says counts, not that we could not speak.
    let spoken = write_line(&mut to, what).await;
    let line = match read_line(&mut BufReader::new(from), ANSWER_BYTES_MAX).await {
        Ok(Line::Text(line)) => line,
        Ok(Line::TooLong) => return Err(silent("its answer is too long".to_owned())),
        Ok(Line::End) => return Err(silent("it hung up".to_owned())),
        Err(error) => return Err(silent(spoken.err().unwrap_or(error).to_string())),
    };
    serde_json::from_slice(&line).map_err(|error| silent(format!("its answer is none: {error}")))
}

fn not_connected(data_dir: &Path, error: io::Error) -> ControlError {
    let path = socket_path(data_dir);
    let data_dir = data_dir.to_owned();
    let kind = error.kind();
    if matches!(kind, ErrorKind::NotFound | ErrorKind::ConnectionRefused) {
        ControlError::NotRunning(data_dir)
    } else if kind == ErrorKind::PermissionDenied {
        ControlError::Denied(path)
    } else if kind == ErrorKind::WouldBlock {
        // Its queue of connections is full: it has not taken any for long.
        ControlError::Silent { data_dir, why: "it takes no connections".to_owned() }
    } else {
        ControlError::System { path, error }
    }
}

//! Where Kraken is, and the one other place this program may talk to: a simulated Kraken on this
//! very machine. A real key never goes to the one, a simulated key never to the other.

use std::net::IpAddr;

use kraken_protocol::stream::subscription::SocketKind;
use reqwest::Url;

/// The host of the REST interface
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
pub const REST_HOST: &str = "api.kraken.com";
/// The host of public market data
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
pub const PUBLIC_SOCKET_HOST: &str = "ws.kraken.com";
/// The host of private data and of trading (same page, same day).
pub const PRIVATE_SOCKET_HOST: &str = "ws-auth.kraken.com";
/// The host of single orders in books (same page, same day).
pub const LEVEL3_SOCKET_HOST: &str = "ws-l3.kraken.com";
/// The path of the second version of the WebSocket interface.
const SOCKET_PATH: &str = "/v2";

/// How the public text of a simulated Kraken's key begins.
pub const SIMULATED_KEY_START: &str = "SIMULATED";

/// Which Kraken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// The real one.
    #[default]
    Kraken,
    /// One that runs on this machine.
    Simulated(Box<SimulatedKraken>),
}

/// The addresses of a simulated Kraken; each leads to this machine and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedKraken {
    rest: Url,
    public_socket: Url,
    private_socket: Url,
}

/// An address that no simulated Kraken can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not an address at all.
    #[error("`{0}` is not an address; write it like http://127.0.0.1:8080")]
    Unreadable(String),
    /// Its scheme is not one of those that are spoken there.
    #[error("`{address}` begins with {scheme}; it has to begin with {wanted}")]
    Scheme {
        /// The address.
        address: String,
        /// What it begins with.
        scheme: String,
        /// What it may begin with.
        wanted: &'static str,
    },
    /// It leads to another machine.
    #[error(
        "`{0}` is not on this machine; another Kraken may only be at localhost or a loopback \
         address such as 127.0.0.1"
    )]
    NotLoopback(String),
    /// It carries a name, a password, a query or a path where there is none.
    #[error("`{0}` says more than where; write only scheme, host and port")]
    TooMuch(String),
}

/// A key that is about to be sent to the wrong Kraken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MisplacedKey {
    /// A real one to a simulated Kraken.
    #[error(
        "a real key is never sent to a simulated Kraken; use one that begins with \
         {SIMULATED_KEY_START}"
    )]
    RealKeyToSimulated,
    /// A simulated one to the real Kraken.
    #[error(
        "a key that begins with {SIMULATED_KEY_START} is never sent to Kraken; make one in \
         Kraken's settings, or name the simulated Kraken's address"
    )]
    SimulatedKeyToKraken,
}

impl Base {
    /// A simulated Kraken: its REST address, and those of its two sockets.
    pub fn simulated(rest: &str, public: &str, private: &str) -> Result<Self, AddressError> {
        let rest = loopback(rest, &["http", "https"], "http:// or https://")?;
        if rest.path() != "/" {
            return Err(AddressError::TooMuch(shortened(rest.as_str())));
        }
        let socket = |address: &str| loopback(address, &["ws", "wss"], "ws:// or wss://");
        let (public_socket, private_socket) = (socket(public)?, socket(private)?);
        Ok(Self::Simulated(Box::new(SimulatedKraken { rest, public_socket, private_socket })))
    }

    /// Whether a key may be sent there.
    pub fn check_key(&self, public_key: &str) -> Result<(), MisplacedKey> {
        let is_simulated = public_key.starts_with(SIMULATED_KEY_START);
        match self {
            Self::Kraken if is_simulated => Err(MisplacedKey::SimulatedKeyToKraken),
            Self::Simulated(_) if !is_simulated => Err(MisplacedKey::RealKeyToSimulated),
            Self::Kraken | Self::Simulated(_) => Ok(()),
        }
    }

    /// The whole address of a REST path, with its query if that is not empty.
    pub(crate) fn rest_url(&self, path: &str, query: &str) -> Url {
        let mut url = match self {
            Self::Kraken => known(&format!("https://{REST_HOST}")),
            Self::Simulated(there) => there.rest.clone(),
        };
        url.set_path(path);
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        url
    }

    /// The whole address of a WebSocket.
    pub(crate) fn socket_url(&self, host: SocketKind) -> Url {
        let kraken = |name| known(&format!("wss://{name}{SOCKET_PATH}"));
        match (self, host) {
            (Self::Kraken, SocketKind::Public) => kraken(PUBLIC_SOCKET_HOST),
            (Self::Kraken, SocketKind::Private) => kraken(PRIVATE_SOCKET_HOST),
            (Self::Kraken, SocketKind::Level3) => kraken(LEVEL3_SOCKET_HOST),
            (Self::Simulated(there), SocketKind::Public) => there.public_socket.clone(),
            (Self::Simulated(there), SocketKind::Private | SocketKind::Level3) => {
                there.private_socket.clone()
            }
        }
    }
}

fn known(address: &str) -> Url {
    Url::parse(address).expect("made of constants above")
}

/// An address on this machine, found so without asking anyone for a name.
fn loopback(address: &str, schemes: &[&str], wanted: &'static str) -> Result<Url, AddressError> {
    let url = Url::parse(address).map_err(|_| AddressError::Unreadable(shortened(address)))?;
    if !schemes.contains(&url.scheme()) {
        let scheme = format!("{}:", url.scheme());
        return Err(AddressError::Scheme { address: shortened(address), scheme, wanted });
    }
    let says_more = !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some();
    if says_more {
        return Err(AddressError::TooMuch(shortened(address)));
    }
    let host = url.host_str().unwrap_or_default();
    if !is_loopback(host) {
        return Err(AddressError::NotLoopback(shortened(address)));
    }
    Ok(url)
}

fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What is shown of an address: not all of it, and nothing that may be a password.
fn shortened(address: &str) -> String {
    const SHOWN_MAX: usize = 60;
    match address.rfind('@') {
        Some(at) => format!("…{}", address[at..].chars().take(SHOWN_MAX).collect::<String>()),
        None => address.chars().take(SHOWN_MAX).collect(),
    }
}

#[cfg(test)]
mod tests;

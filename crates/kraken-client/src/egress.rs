//! The way out of this machine: straight, from a chosen local address, or through a proxy. HTTP and
//! sockets leave by the same one, because both are opened by the same client.
//!
//! Nothing that is sent is ever sent again in here: no redirect is followed, nothing is retried.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
    time::Duration,
};

use reqwest::{Client, Proxy, Url, redirect, retry};

use crate::hosts::Base;

/// How long a connection may take to be made, names and TLS included.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next call.
const IDLE_TIME_MAX: Duration = Duration::from_mins(1);
/// How many unused connections are kept. A key has one call under way at a time.
const IDLE_CONNECTIONS_MAX: usize = 4;
/// How often the system asks whether the other side is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// Kraken's edge refuses callers without a name.
const USER_AGENT: &str = concat!("slackwater/", env!("CARGO_PKG_VERSION"));

/// The way out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Egress {
    /// As the system routes it. No proxy, whatever the environment says.
    #[default]
    Direct,
    /// From this address of ours. Kraken counts public calls per address.
    LocalAddress(IpAddr),
    /// Through a proxy.
    Proxy(ProxyAddress),
}

/// The address of a proxy. What may be a password in it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress(Url);

/// A way out that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The text is not a proxy's address.
    #[error("this is not a proxy's address; write it like socks5://127.0.0.1:1080")]
    ProxyUnreadable,
    /// A proxy that speaks something else.
    #[error("a proxy's address begins with http://, https://, socks5:// or socks5h://, not {0}:")]
    ProxyScheme(String),
    /// A proxy would look for the simulated Kraken on its own machine.
    #[error("a simulated Kraken is on this machine; take the proxy out of the config")]
    ProxyToSimulated,
    /// The TLS library, or the list of trusted certificates, cannot be used.
    #[error("no connections can be made ({0}); check the system's list of certificates")]
    Unusable(String),
}

impl FromStr for ProxyAddress {
    type Err = EgressError;

    fn from_str(text: &str) -> Result<Self, EgressError> {
        let url = Url::parse(text).map_err(|_| EgressError::ProxyUnreadable)?;
        if !["http", "https", "socks5", "socks5h"].contains(&url.scheme()) {
            return Err(EgressError::ProxyScheme(url.scheme().to_owned()));
        }
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none();
        if has_host && is_bare { Ok(Self(url)) } else { Err(EgressError::ProxyUnreadable) }
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        self.0.port().map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.pad("direct"),
            Self::LocalAddress(address) => write!(f, "from {address}"),
            Self::Proxy(proxy) => write!(f, "through {proxy}"),
        }
    }
}

impl Egress {
    /// The client for everything that leaves this way.
    pub(crate) fn client(&self, base: &Base) -> Result<Client, EgressError> {
        install_tls();
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .http1_only()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIME_MAX)
            .pool_idle_timeout(IDLE_TIME_MAX)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .tcp_nodelay(true)
            .tcp_keepalive(KEEPALIVE);
        let builder = match base {
            Base::Kraken => builder.https_only(true),
            // The name is not looked up: it could be anyone's.
            Base::Simulated(_) => builder.resolve_to_addrs("localhost", &LOCALHOST),
        };
        let builder = match (self, base) {
            (Self::Direct, _) => builder,
            (Self::LocalAddress(address), _) => builder.local_address(*address),
            (Self::Proxy(_), Base::Simulated(_)) => return Err(EgressError::ProxyToSimulated),
            (Self::Proxy(proxy), Base::Kraken) => builder
                .proxy(Proxy::all(proxy.0.clone()).map_err(|_| EgressError::ProxyUnreadable)?),
        };
        builder.build().map_err(|error| EgressError::Unusable(error.without_url().to_string()))
    }
}

/// This machine; the port is that of the address.
const LOCALHOST: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// Chooses the TLS library for the whole program. Another choice made before stays.
fn install_tls() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

#[cfg(test)]
mod tests;

//! The certificate of a server that nobody vouches for: made anew at each start, for the addresses
//! it listens on and nothing else.

use std::{net::IpAddr, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// What is needed to speak TLS, and what clients need to believe it.
pub(crate) struct Certificate {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) pem: String,
}

/// Why there is no certificate. None of these is a client's or a user's doing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CertificateError {
    #[error(transparent)]
    Making(#[from] rcgen::Error),
    #[error(transparent)]
    Using(#[from] rustls::Error),
}

/// A certificate for `localhost`, both loopback addresses and `address`.
pub(crate) fn self_signed(address: IpAddr) -> Result<Certificate, CertificateError> {
    let mut names: Vec<_> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    if !address.is_loopback() && !address.is_unspecified() {
        names.push(address.to_string());
    }
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names)?;
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Ok(Certificate { acceptor, pem: cert.pem() })
}

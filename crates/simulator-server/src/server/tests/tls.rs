//! The same with TLS, for clients that were given the certificate and for those that were not.

use std::{net::TcpStream, sync::Arc};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_tungstenite::tungstenite::{Message, client};

use super::{Bench, Security, Wanted, raw, with_tokio};
use crate::limits::ListenerLimits;

fn bench() -> Bench {
    Bench::new(Wanted { security: Security::SelfSigned, ..Wanted::default() })
}

/// What a client trusts.
pub(super) fn config(pem: Option<&str>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = pem {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    }
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn get(bench: &Bench, pem: Option<&str>) -> reqwest::Result<String> {
    let client = reqwest::Client::builder().tls_backend_preconfigured(config(pem));
    let url = format!("{}/over-tls", bench.server.rest);
    with_tokio(async { client.build().unwrap().get(url).send().await?.text().await })
}

#[test]
fn a_client_that_was_given_the_certificate_comes_in() {
    let bench = bench();
    let rest = &bench.server.rest;
    assert!(rest.starts_with("https://127.0.0.1:"), "{rest}");
    assert!(bench.server.ws_public.starts_with("wss://"));
    assert!(bench.server.ws_private.starts_with("wss://"));
    let pem = bench.server.certificate.as_deref().expect("there is one");
    assert!(get(&bench, Some(pem)).unwrap().contains("/over-tls"));
}

#[test]
fn a_client_that_was_not_does_not() {
    let bench = bench();
    get(&bench, None).unwrap_err();
    let pem = bench.server.certificate.as_deref();
    get(&bench, pem).expect("that harms nobody else");
}

#[test]
fn a_socket_over_tls() {
    let bench = bench();
    let config = Arc::new(config(bench.server.certificate.as_deref()));
    let name = "127.0.0.1".try_into().unwrap();
    let tls = ClientConnection::new(config, name).unwrap();
    let stream = StreamOwned::new(tls, TcpStream::connect(bench.place()).unwrap());
    let (mut socket, _) = client(&bench.server.ws_public, stream).unwrap();
    assert_eq!(socket.read().unwrap(), Message::text("hello 127.0.0.1"));
    socket.send(Message::text("flood 10")).unwrap();
    for _ in 0..10 {
        assert_eq!(socket.read().unwrap().len(), 10_000);
    }
}

#[test]
fn plain_http_is_refused_there() {
    let bench = bench();
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assert!(raw::receive_bytes(&mut stream).len() < 100, "no more than an alert");
}

#[test]
fn a_handshake_that_is_not_ended_is_not_waited_for() {
    let limits = ListenerLimits { newcomers_max: 1, ..ListenerLimits::default() };
    let bench = Bench::new(Wanted { limits, security: Security::SelfSigned, ..Wanted::default() });
    let mut silent = raw::connect(bench.place());
    let pem = bench.server.certificate.as_deref();
    get(&bench, pem).unwrap();
    raw::check_closed(&mut silent);
}

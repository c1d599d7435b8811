//! Tests of what a proxy's address is, and of what is never shown of it.

use super::*;

fn proxy(text: &str) -> Result<ProxyAddress, EgressError> {
    text.parse()
}

#[track_caller]
fn shows(text: &str, expect: &str) {
    let proxy = proxy(text).unwrap();
    assert_eq!(proxy.to_string(), expect);
    assert_eq!(format!("{proxy:?}"), expect);
    let egress = Egress::Proxy(proxy);
    assert!(egress.client(&Base::Kraken).is_ok(), "{text}");
    assert!(!format!("{egress:?} {egress}").contains("hunter2"), "{egress:?}");
}

#[test]
fn a_proxy_is_shown_without_its_password() {
    shows("http://127.0.0.1:3128", "http://127.0.0.1:3128");
    shows("http://me:hunter2@proxy.example:3128", "http://proxy.example:3128");
    shows("https://proxy.example", "https://proxy.example");
    shows("socks5://me:hunter2@127.0.0.1:1080/", "socks5://127.0.0.1:1080");
    shows("socks5h://[::1]:1080", "socks5h://[::1]:1080");
}

#[track_caller]
fn refuses(text: &str, says: &str) {
    let error = proxy(text).unwrap_err().to_string();
    assert!(error.contains(says), "{text}: {error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn what_is_no_proxy_is_refused() {
    refuses("", "not a proxy's address");
    refuses("hunter2", "not a proxy's address");
    refuses("http://", "not a proxy's address");
    refuses("socks5://", "not a proxy's address");
    refuses("http://127.0.0.1/path", "not a proxy's address");
    refuses("http://127.0.0.1/?a=hunter2", "not a proxy's address");
    refuses("socks4://127.0.0.1", "not socks4:");
    refuses("ftp://me:hunter2@127.0.0.1", "not ftp:");
}

#[test]
fn a_simulated_kraken_is_reached_without_a_proxy() {
    let base = Base::simulated("http://127.0.0.1:1", "ws://127.0.0.1:1", "ws://127.0.0.1:1");
    let egress = Egress::Proxy(proxy("http://127.0.0.1:3128").unwrap());
    let error = egress.client(&base.unwrap()).unwrap_err();
    assert!(matches!(error, EgressError::ProxyToSimulated), "{error}");
}

//! What is told when a simulated Kraken is ready: a JSON line for scripts, a page for people.

use serde::Serialize;
use simulated_kraken::{Fault, KeyDescription, Permission, Tier};
use simulator_server::Server;
use trading_types::Pair;

use crate::{arguments::simulate::SimulateArguments, failure::Failure, output};

/// The line for scripts. Its form is a promise.
#[derive(Debug, Serialize)]
struct Announcement<'a> {
    ready: bool,
    rest: &'a str,
    ws_public: &'a str,
    ws_private: &'a str,
    keys: Vec<KeyRow<'a>>,
    /// Only with TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct KeyRow<'a> {
    name: &'a str,
    key: &'a str,
    secret: &'a str,
    permissions: Vec<&'static str>,
}

impl<'a> From<&'a KeyDescription> for KeyRow<'a> {
    fn from(it: &'a KeyDescription) -> Self {
        let permissions = it.permissions.iter().copied().map(Permission::slug).collect();
        Self { name: &it.name, key: &it.key, secret: &it.secret, permissions }
    }
}

/// Tells that a server is ready.
pub(super) fn tell(
    server: &Server,
    arguments: &SimulateArguments,
    pairs: &[Pair],
) -> Result<(), Failure> {
    let Server { rest, ws_public, ws_private, keys, certificate, .. } = server;
    if arguments.json {
        return output::json(&Announcement {
            ready: true,
            rest,
            ws_public,
            ws_private,
            keys: keys.iter().map(KeyRow::from).collect(),
            certificate: certificate.as_deref(),
        });
    }
    introduce(server, arguments, pairs);
    if let Some(key) = keys.first() {
        explain(server, key);
    }
    if arguments.serve_for.is_none() {
        output::word("\nCtrl-C ends it");
    }
    Ok(())
}

/// What it is, where it is, and who may come in.
fn introduce(server: &Server, arguments: &SimulateArguments, pairs: &[Pair]) {
    let SimulateArguments { seed, speed, limits, .. } = arguments;
    let (tier, limits) = (Tier::from(arguments.tier), limits.name());
    output::word(format_args!(
        "a simulated Kraken: seed {seed}, {tier} tier, {limits}, {speed}× real time\n"
    ));
    output::word(format_args!("  REST        {}", server.rest));
    output::word(format_args!("  WebSocket   {}", server.ws_public));
    output::word(format_args!("  private     {}", server.ws_private));
    if let Some(path) = &arguments.state {
        let (path, start) = (path.display(), server.start_time());
        output::word(format_args!("  state       {path}, from {start} on"));
    }
    let pairs: Vec<_> = pairs.iter().map(Pair::to_string).collect();
    output::word(format_args!("  markets     {}", pairs.join(" ")));
    output::word("\nkeys, which open nothing but this simulation:");
    for KeyDescription { name, key, secret, .. } in &server.keys {
        output::word(format_args!("  {name}\n    key     {key}\n    secret  {secret}"));
    }
}

/// How a client that many people have is pointed here.
fn explain(server: &Server, key: &KeyDescription) {
    let Server { rest, ws_public, ws_private, .. } = server;
    let KeyDescription { key, secret, .. } = key;
    output::word("\nwith ccxt:");
    output::word(format_args!(
        "  kraken = ccxt.pro.kraken({{'apiKey': '{key}', 'secret': '{secret}'}})"
    ));
    output::word(format_args!("  kraken.urls['api'].update(public='{rest}', private='{rest}')"));
    output::word(format_args!(
        "  kraken.urls['api']['ws'].update(publicV2='{ws_public}', privateV2='{ws_private}')"
    ));
}

#[derive(Debug, Serialize)]
struct FaultRow {
    name: &'static str,
    number: u8,
    about: &'static str,
}

/// Lists what can go wrong.
pub(super) fn list_faults(is_json: bool) -> Result<(), Failure> {
    let rows =
        Fault::all().map(|it| FaultRow { name: it.name(), number: it.number(), about: it.about() });
    if is_json {
        return output::json(&rows.collect::<Vec<_>>());
    }
    for FaultRow { name, number, about } in rows {
        output::line(format_args!("{name:<20} F{number:<3} {about}"))?;
    }
    Ok(())
}

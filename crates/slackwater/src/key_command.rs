//! `slackwater key`: what keys there are, what Kraken says they may do, and whether the bot takes
//! them.
//!
//! **Law.** No secret is taken from the command line, shown, or written anywhere but into the file
//! it is meant for.

use std::{
    io::{self, BufRead},
    path::Path,
};

use kraken_client::secrets::{self, Credentials, EnvironmentKeys, KeySources, SecretsError};
use kraken_protocol::{
    key_audit::{KeyAudit, Severity, Wanted, audit},
    limits::KeyRole,
    request::Request,
    rest::key_info::{KeyInfo, key_info},
};
use rustix::termios::{self, LocalModes, OptionalActions};
use serde::Serialize;

use crate::{
    arguments::key::{CheckArguments, KeyArguments, KeyCommand},
    clock,
    failure::Failure,
    kraken_link::KrakenLink,
    output,
};

pub(crate) fn key(arguments: &KeyArguments) -> Result<(), Failure> {
    match &arguments.command {
        KeyCommand::Check(it) => check(it),
        KeyCommand::Store { file, role } => store(*role, &file.key_file),
        KeyCommand::List { file, json } => list(&file.key_file, *json),
    }
}

/// The verdict on a key, as the command line promises it.
#[derive(Debug, Serialize)]
struct CheckAnswer {
    accepted: bool,
    role: KeyRole,
    permissions: Vec<String>,
    reasons: Vec<String>,
    warnings: Vec<String>,
    ip_list: Vec<String>,
}

fn check(arguments: &CheckArguments) -> Result<(), Failure> {
    let environment =
        if arguments.environment { EnvironmentKeys::Accepted } else { EnvironmentKeys::Refused };
    let sources = KeySources { file: Some(arguments.file.key_file.clone()), environment };
    let credentials = Credentials::load(arguments.role, &sources).map_err(|error| {
        if matches!(error, SecretsError::InEnvironment { .. }) {
            Failure::wrong_hint(error, "or add --environment")
        } else {
            Failure::wrong(error)
        }
    })?;
    let link = KrakenLink::open(&arguments.kraken, vec![credentials])?;
    let reply = link.private(Request::api_key_info(), arguments.role)?;
    let info = key_info(&reply.result).map_err(|error| {
        Failure::venue(format_args!("Kraken's answer about the key cannot be read: {error}"))
    })?;
    let accept_no_ip_list = arguments.i_accept_any_address;
    let wanted = Wanted { role: arguments.role, live: true, accept_no_ip_list };
    let audit = audit(&info, wanted, clock::now());
    let answer = answer(&info, &audit, arguments.role);
    if arguments.json {
        output::json(&answer)?;
    } else {
        print(&answer)?;
    }
    if audit.accepted { Ok(()) } else { Err(Failure::No) }
}

fn answer(info: &KeyInfo, audit: &KeyAudit, role: KeyRole) -> CheckAnswer {
    let of = |severity| {
        let found = audit.findings.iter().filter(move |finding| finding.severity == severity);
        found.map(|finding| format!("{}; {}", finding.reason, finding.fix)).collect()
    };
    let known = info.permissions.iter().map(ToString::to_string);
    CheckAnswer {
        accepted: audit.accepted,
        role,
        permissions: known.chain(info.unknown_permissions.iter().cloned()).collect(),
        reasons: of(Severity::Refused),
        warnings: of(Severity::Warned),
        ip_list: info.addresses.clone(),
    }
}

fn print(answer: &CheckAnswer) -> Result<(), Failure> {
    let verdict = if answer.accepted { "accepted" } else { "refused" };
    output::line(format_args!("the {} key is {verdict}", answer.role))?;
    output::line(format_args!("may       {}", answer.permissions.join(", ")))?;
    let from = if answer.ip_list.is_empty() {
        "any address".to_owned()
    } else {
        answer.ip_list.join(", ")
    };
    output::line(format_args!("from      {from}"))?;
    for reason in &answer.reasons {
        output::line(format_args!("refused   {reason}"))?;
    }
    for warning in &answer.warnings {
        output::line(format_args!("warning   {warning}"))?;
    }
    Ok(())
}

fn store(role: KeyRole, path: &Path) -> Result<(), Failure> {
    let key = ask("API key")?;
    let secret = ask("private key")?;
    secrets::store(role, key, secret, path).map_err(Failure::wrong)?;
    output::word(format_args!("the {role} key is in {}; only you can read it", path.display()));
    output::word(format_args!("hint: slackwater key check --role {role}"));
    Ok(())
}

/// A line from the terminal, not shown as it is typed, or from whatever stdin is.
fn ask(what: &str) -> Result<String, Failure> {
    let stdin = io::stdin();
    let before = termios::tcgetattr(&stdin).ok();
    if let Some(before) = &before {
        output::word(format_args!("{what} (it is not shown): "));
        let mut hidden = before.clone();
        hidden.local_modes -= LocalModes::ECHO;
        let set = termios::tcsetattr(&stdin, OptionalActions::Flush, &hidden);
        set.map_err(|error| Failure::wrong(format_args!("the terminal shows input: {error}")))?;
    }
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line);
    if let Some(before) = &before {
        // If this fails there is nobody to tell but the person whose terminal it is.
        let _ = termios::tcsetattr(&stdin, OptionalActions::Flush, before);
    }
    match read {
        Ok(0) => Err(Failure::wrong_hint(
            format_args!("there is no {what} on stdin"),
            "give the API key and the private key, a line each",
        )),
        Ok(_) => Ok(line),
        Err(error) => Err(Failure::wrong(format_args!("the {what} cannot be read: {error}"))),
    }
}

#[derive(Debug, Serialize)]
struct ListedKey {
    role: KeyRole,
    source: String,
    starts_with: String,
}

fn list(path: &Path, as_json: bool) -> Result<(), Failure> {
    let environment = EnvironmentKeys::Accepted;
    let sources = KeySources { file: Some(path.to_owned()), environment };
    let listings = secrets::list(&sources).map_err(Failure::wrong)?;
    let keys: Vec<ListedKey> = listings
        .into_iter()
        .map(|listing| ListedKey {
            role: listing.role,
            source: listing.source.to_string(),
            starts_with: listing.start,
        })
        .collect();
    if as_json {
        return output::json(&keys);
    }
    if keys.is_empty() {
        output::word("there is no key; put one into a file with `slackwater key store`");
    }
    for ListedKey { role, source, starts_with } in &keys {
        output::line(format_args!("{role:<6} {starts_with}…  {source}"))?;
    }
    Ok(())
}

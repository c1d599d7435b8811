//! Somebody else who looks at the account, with a key of their own.

use kraken_client::{Kraken, hosts::Base, secrets::Credentials};
use kraken_protocol::{
    limits::{KeyRole, Tier},
    scheduler::SchedulerSettings,
};

use crate::world::World;

/// A client with the key of this name.
pub(crate) async fn observer(world: &World, key: &str, role: KeyRole) -> Kraken {
    let key = world.server.keys.iter().find(|it| it.name == key).expect("such a key");
    let server = &world.server;
    let base = Base::simulated(&server.rest, &server.ws_public, &server.ws_private);
    Kraken::builder()
        .base(base.expect("addresses"))
        .clock(world.clock())
        .key(Credentials::new(role, key.key.clone(), key.secret.clone()).expect("a key"))
        .limits(SchedulerSettings { tier: Tier::Pro, ..SchedulerSettings::default() })
        .open()
        .await
        .expect("a simulated Kraken")
}

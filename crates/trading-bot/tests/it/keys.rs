//! No bot runs with a key that may do too much or too little.

use kraken_client::secrets::Credentials;
use kraken_protocol::limits::KeyRole;
use trading_bot::{LaunchError, launch::Account};

use crate::{run::Run, world::World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dangerous_or_powerless_key_is_refused_with_words() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let cases = [("withdraw", "withdraw"), ("no-ip-list", "IP"), ("read-only", "order")];
    for (name, word) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let mut parts = world.launch(folder.path());
        let key = world.server.keys.iter().find(|it| it.name == name).expect("such a key");
        let key = Credentials::new(KeyRole::Trade, key.key.clone(), key.secret.clone());
        parts.account = Account::Kraken(Box::new(key.expect("a key")));
        let refused = Run::launch(parts).result().await.expect_err("it is refused");
        let LaunchError::Key(why) = &refused else { panic!("{name}: {refused}") };
        assert!(why.to_lowercase().contains(&word.to_lowercase()), "{name}: {why}");
    }
}

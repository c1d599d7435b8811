//! Tests of the session as scripts in virtual time: what happens, and what is done about it.

mod connecting;
mod private;
mod random;
mod script;
mod subscribing;
mod trading;

use self::script::Script;

/// A public session, connected and greeted.
fn public() -> Script {
    let mut script = Script::new(super::SocketKind::Public);
    script.play(
        "
        > want connect
        ! allowed
        > dial
        ! connected
        < status online
        > market
        > up
        ",
    );
    script
}

/// A private session with its token, subscribed to executions.
fn private() -> Script {
    let mut script = Script::new(super::SocketKind::Private);
    script.play(
        "
        > want connect
        ! want executions
        ! allowed
        > dial
        ! connected
        < status online
        > market
        > want token
        ! token
        > subscribe executions #1
        < ack executions #1
        < executions snapshot 1
        > open orders
        > up
        ",
    );
    script
}

//! Tests of connections: the dial, the watch for silence, the ends, the waits.

use super::*;
use crate::stream::session::{Session, SessionSettings, SocketKind};

#[test]
fn a_connection_is_asked_for_dialed_and_greeted() {
    public();
}

#[test]
fn silence_is_answered_by_a_ping_and_then_by_a_new_connection() {
    let mut script = public();
    script.play(
        "
        ! want book BTC/USD
        > subscribe book BTC/USD #1
        < ack book BTC/USD #1
        < book BTC/USD snapshot
        > market
        + 2999ms
        + 1ms
        > ping #2
        + 1999ms
        + 1ms
        > close
        > down
        ~ Silent
        + 749ms
        + 1s
        > want connect
        ",
    );
}

#[test]
fn any_frame_resets_the_watch() {
    let mut script = public();
    script.play(
        "
        ! want book BTC/USD
        > subscribe book BTC/USD #1
        < ack book BTC/USD #1
        < book BTC/USD snapshot
        > market
        + 2900ms
        < heartbeat
        + 2900ms
        < {\"unknown\":1}
        ~ UnreadableFrame
        + 2900ms
        < status online
        > market
        + 3s
        > ping #2
        < pong #2
        + 3s
        > ping #3
        ",
    );
}

#[test]
fn a_connection_that_never_says_a_word_is_dead() {
    let mut script = Script::new(SocketKind::Public);
    script.play(
        "
        > want connect
        ! allowed
        > dial
        ! connected
        + 3s
        > ping #1
        + 2s
        > close
        ",
    );
}

#[test]
fn a_socket_without_subscriptions_is_kept_open_by_a_ping() {
    let mut script = public();
    script.play(
        "
        + 29999ms
        + 1ms
        > ping #1
        < pong #1
        + 30s
        > ping #2
        + 4999ms
        + 1ms
        > close
        > down
        ",
    );
}

#[test]
fn two_quick_tries_and_then_slow_ones() {
    let mut script = public();
    let mut waits = Vec::new();
    script.play("! closed 1001\n> down");
    for _ in 0..8 {
        let before = script.now;
        let wait = script.session.next_timeout().unwrap().since(before);
        waits.push(wait.as_millis());
        script.wait(wait);
        script.play("> want connect\n! allowed\n> dial\n! failed");
    }
    let least = [750, 750, 5_000, 10_000, 20_000, 40_000, 40_000, 40_000];
    for (wait, least) in waits.iter().zip(least) {
        assert!((least..=least * 5 / 3).contains(wait), "{waits:?}");
    }
}

#[test]
fn a_stable_connection_starts_the_count_anew() {
    let mut script = public();
    script.play("! closed 1006\n> down\n+ 2s\n> want connect\n! allowed\n> dial\n! failed");
    script.play("+ 2s\n> want connect\n! allowed\n> dial\n! failed\n+ 4999ms\n+ 2s");
    script.play("> want connect\n! allowed\n> dial\n! connected\n< status online\n> market\n> up");
    script.play("+ 29s\n! closed 1006\n> down\n+ 4s\n+ 9s\n> want connect");
    script.play("! allowed\n> dial\n! connected\n< status online\n> market\n> up");
    script.play("+ 30s\n> ping #1\n! closed 1006\n> down\n+ 749ms\n+ 1s\n> want connect");
}

#[test]
fn close_code_1008_is_final_and_every_other_is_not() {
    let mut script = public();
    script.play("! closed 1008\n> down\n> ended policy\n+ 3000s\n! allowed\n! connected");
    for code in [1000, 1001, 1006, 1011, 1012, 1013, 4000] {
        let mut script = public();
        script.play(&format!("! closed {code}\n> down\n+ 2s\n> want connect"));
    }
    let mut script = public();
    script.play("! closed\n> down\n+ 2s\n> want connect");
}

#[test]
fn a_refused_upgrade_retries_or_ends() {
    let check = |status: &str, rest: &str| {
        let mut script = Script::new(SocketKind::Public);
        let lines = format!("> want connect\n! allowed\n> dial\n! failed {status}\n{rest}");
        script.play(&lines);
    };
    check("429", "> feedback TooManyRequests\n+ 4999ms\n+ 2s\n> want connect");
    check("503", "+ 4999ms\n+ 2s\n> want connect");
    check("520", "+ 749ms\n+ 1s\n> want connect");
    check("403", "> feedback AddressBlocked\n+ 599s\n+ 6s\n> want connect");
    for status in [400, 401, 404] {
        let ended = format!("> ended UpgradeRefused {{ http_status: {status} }}\n+ 3000s");
        check(&status.to_string(), &ended);
    }
}

#[test]
fn after_maintenance_there_are_no_quick_tries() {
    let mut script = public();
    script.play("< status maintenance\n> market\n! closed 1001\n> down\n+ 4999ms\n+ 2s");
    script.play("> want connect");
}

#[test]
fn a_state_nobody_knows_is_maintenance() {
    let mut script = public();
    script.play("< status dreaming\n> market\n! closed 1001\n> down\n+ 4999ms\n+ 2s");
    script.play("> want connect");
}

#[test]
fn a_dial_that_hangs_is_given_up() {
    let mut script = Script::new(SocketKind::Public);
    script.play("> want connect\n! allowed\n> dial\n+ 19999ms\n+ 1ms\n> close\n+ 2s");
    script.play("> want connect");
}

#[test]
fn what_is_told_of_a_connection_that_is_gone_is_passed_over() {
    let mut script = public();
    script.play("! closed 1006\n> down\n! closed 1006\n< status online\n! connected\n! failed 401");
    script.play("+ 2s\n> want connect\n! closed 1008\n! allowed\n> dial\n! closed 1008");
    script.play("! connected\n< status online\n> market\n> up");
}

#[test]
fn a_shutdown_closes_and_stays_closed() {
    let mut script = public();
    script.play("! shutdown\n> close\n> down\n> ended Shutdown\n! shutdown\n+ 3000s");
    let mut script = Script::new(SocketKind::Public);
    script.play("> want connect\n! shutdown\n> ended Shutdown\n! allowed\n+ 100s");
    assert_eq!(script.session.next_timeout(), None);
}

#[test]
fn the_same_seed_waits_the_same() {
    let wait = |seed: u64| {
        let start = script::START;
        let mut session = Session::new(SessionSettings::new(SocketKind::Public), seed, start);
        session.handle(super::super::SessionEvent::ConnectAllowed, start);
        let event = super::super::SessionEvent::ConnectFailed { http_status: None };
        session.handle(event, start);
        session.next_timeout()
    };
    assert_eq!(wait(1), wait(1));
    assert_ne!(wait(1), wait(2));
}

#[test]
fn frames_that_cannot_be_read_are_noted_and_harmless() {
    let mut script = public();
    for frame in ["", "null", "[]", "{", "{}", r#"{"channel":"book"}"#, r#"{"req_id":"x"}"#] {
        script.hear(frame);
        script.play("~ Unreadable");
    }
    script.tell(super::super::SessionEvent::BinaryFrame(&[0xff, 0xfe]));
    script.play("~ Unreadable");
    script.tell(super::super::SessionEvent::BinaryFrame(br#"{"channel":"heartbeat"}"#));
    script.play("");
}

//! Tests of the private side: the token, executions first, sequences, what is told of the account.

use super::*;
use crate::stream::session::SocketKind;

#[test]
fn executions_are_asked_for_first() {
    let mut script = Script::new(SocketKind::Private);
    script.play("> want connect\n! want balances\n! want executions\n! allowed\n> dial");
    script.play("! connected\n< status online\n> market\n> want token\n! token");
    script.play("> subscribe executions #1\n> subscribe balances #2");
}

#[test]
fn events_flow_once_the_picture_of_our_orders_is_renewed() {
    let script = private();
    assert!(script.session.is_up());
}

#[test]
fn each_connection_has_a_token_of_its_own_and_asks_once() {
    let mut script = private();
    script.play("! closed 1006\n> down\n+ 2s\n> want connect\n! allowed\n> dial\n! connected");
    script.play("< status online\n> market\n> want token\n< status online\n> market\n+ 100ms");
    script.play("! closed 1006\n+ 2s\n> want connect\n! allowed\n> dial\n! connected");
    script.play("< status online\n> market\n! token\n> subscribe executions #2");
}

#[test]
fn a_token_that_came_too_early_is_not_used() {
    let mut script = private();
    script.play("! closed 1006\n> down\n! token\n+ 2s\n> want connect\n+ 598s\n! allowed\n> dial");
    script.play("! connected\n< status online\n> market\n> want token");
}

#[test]
fn a_refused_token_is_asked_for_again_later() {
    let mut script = Script::new(SocketKind::Private);
    script.play("> want connect\n! want executions\n! allowed\n> dial\n! connected");
    script.play("< status online\n> market\n> want token\n! no-token\n+ 999ms\n+ 300ms");
    script.play("> want token\n! no-token\n+ 1999ms\n+ 600ms\n> want token");
}

#[test]
fn a_stale_token_is_replaced_without_a_new_connection() {
    for text in ["EAPI:Invalid token", "ESession:Invalid session", "Token(s) not found"] {
        let mut script = Script::new(SocketKind::Private);
        script.play("> want connect\n! want executions\n! want balances\n! allowed\n> dial");
        script.play("! connected\n< status online\n> market\n> want token\n! token");
        script.play("> subscribe executions #1\n> subscribe balances #2");
        script.play(&format!("< refused subscribe #1 {text}\n> want token\n~ TokenStale"));
        script.play(&format!("< refused subscribe #2 {text}\n! token"));
        script.play("> subscribe executions #3\n> subscribe balances #4");
        script.play(&format!("< refused subscribe #3 {text}\n+ 1999ms\n+ 600ms\n> want token"));
    }
}

#[test]
fn a_token_that_has_worked_is_replaced_at_once() {
    let mut script = private();
    script.play("! place 1 1\n> add_order #2\n< refused add_order #2 EAPI:Invalid token");
    script.play("> answer 1 of 1: TokenStale\n> want token\n! token\n! want balances");
    script.play("> subscribe balances #3\n< ack balances #3\n< balances snapshot 1\n> balance");
    script.play("! place 1 1\n> add_order #4\n< refused add_order #4 EAPI:Invalid token");
    script.play("> answer 1 of 1: TokenStale\n> want token");
}

#[test]
fn the_counter_and_its_maximum_are_told() {
    let mut script = Script::new(SocketKind::Private);
    script.play("> want connect\n! want executions\n! allowed\n> dial\n! connected");
    script.play("< status online\n> market\n> want token\n! token\n> subscribe executions #1");
    script.hear(
        r#"{"method":"subscribe","req_id":1,"success":true,"result":{"channel":"executions",
        "maxratecount":180,"snap_orders":true,"warnings":["snapshot is deprecated"]}}"#,
    );
    script.play("> counter max 180\n~ Warning");
}

#[test]
fn a_gap_in_the_sequence_asks_again_at_once_and_for_a_comparison() {
    let mut script = private();
    script.play(
        r#"
        < executions update 2
        < executions update 4 {"exec_type":"pending_new","order_id":"O1","symbol":"BTC/USD"}
        > reconcile SequenceGap(Executions)
        > foreign
        > unsubscribe executions #2
        ~ SequenceGap { subscription: Executions, expected: 3, found: 4 }
        < executions update 9
        < unack executions #2
        > subscribe executions #3
        < executions snapshot 1
        > open orders
        < ack executions #3
        < executions update 2
        "#,
    );
}

#[test]
fn a_new_connection_counts_anew() {
    let mut script = private();
    script.play("< executions update 2\n! closed 1006\n> down\n+ 2s\n> want connect\n! allowed");
    script.play("> dial\n! connected\n< status online\n> market\n> want token\n! token");
    script.play("> subscribe executions #2\n< executions update 1\n< executions update 2");
    script.play("< ack executions #1\n~ UnmatchedAnswer\n< ack executions #2");
    script.play("< executions snapshot 1\n> open orders\n> up");
}

#[test]
fn a_gap_in_balances_counts_no_movement_twice() {
    let mut script = private();
    let row = r#"{"asset":"USD","amount":1,"balance":3,"type":"deposit"}"#;
    script.play(&format!(
        "
        ! want balances
        > subscribe balances #2
        < ack balances #2
        < balances snapshot 1
        > balance
        < balances update 2 {row}
        > balance
        > balance
        < balances update 2 {row}
        > reconcile SequenceGap(Balances)
        > unsubscribe balances #3
        < unack balances #3
        > subscribe balances #4
        "
    ));
}

#[test]
fn a_private_channel_that_never_shows_a_snapshot_is_believed_to_have_none() {
    let mut script = Script::new(SocketKind::Private);
    script.play("> want connect\n! want executions\n! allowed\n> dial\n! connected");
    script.play("< status online\n> market\n> want token\n! token\n> subscribe executions #1");
    script.play("< ack executions #1\n+ 2s\n< heartbeat\n+ 1s\n> unsubscribe executions #2");
    script.play("< unack executions #2\n> subscribe executions #3\n< ack executions #3");
    script.play("+ 2s\n< heartbeat\n+ 1s\n> unsubscribe executions #4\n< unack executions #4");
    script.play("+ 2500ms\n> subscribe executions #5\n< ack executions #5\n+ 2s\n< heartbeat");
    script.play("+ 1s\n> reconcile NoSnapshot(Executions)\n> up");
}

#[test]
fn executions_may_be_silent_for_ever() {
    let mut script = private();
    for _ in 0..100 {
        script.play("+ 2s\n< heartbeat");
    }
}

#[test]
fn reports_are_told_even_when_the_subscription_is_being_renewed() {
    let mut script = private();
    script.play("! broken executions\n> unsubscribe executions #2");
    script.play(r#"< executions update 2 {"exec_type":"pending_new","order_id":"O1"}"#);
    script.play("> foreign");
}

#[test]
fn an_order_nobody_claims_becomes_foreign_by_its_timer() {
    let mut script = private();
    script.play(r#"< executions update 2 {"exec_type":"new","order_id":"O1"}"#);
    for _ in 0..4 {
        script.play("+ 2s\n< heartbeat");
    }
    script.play("+ 1999ms\n< heartbeat\n+ 1ms\n> foreign");
}

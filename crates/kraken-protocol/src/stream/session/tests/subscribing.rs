//! Tests of subscriptions: asked for in few frames, matched pair by pair, asked for again alone.

use super::*;
use crate::stream::session::{SessionSettings, SocketKind};

/// A public session with a live book of each pair.
fn with_books() -> Script {
    let mut script = public();
    script.play(
        "
        ! want book BTC/USD
        > subscribe book BTC/USD #1
        ! want book ETH/USD
        > subscribe book ETH/USD #2
        < ack book BTC/USD #1
        < ack book ETH/USD #2
        < book BTC/USD snapshot
        > market
        < book ETH/USD snapshot
        > market
        ",
    );
    script
}

#[test]
fn many_pairs_are_asked_for_in_one_frame() {
    let mut script = Script::new(SocketKind::Public);
    script
        .play("> want connect\n! want book BTC/USD\n! want book ETH/USD\n! want book SOL/USD 100");
    script.play("! want trade BTC/USD\n! want instrument\n! allowed\n> dial\n! connected");
    script.play(
        "
        < status online
        > market
        > subscribe instrument #1
        > subscribe book BTC/USD,ETH/USD #2
        > subscribe book SOL/USD #3
        > subscribe trade BTC/USD #4
        > up
        ",
    );
}

#[test]
fn frames_are_paced_by_the_window() {
    let mut script = Script::new(SocketKind::Public);
    script.play("> want connect\n! allowed\n> dial\n! connected");
    for minutes in [1, 5, 15, 30, 60, 240, 1440] {
        script.play(&format!("! want ohlc BTC/USD {minutes}"));
    }
    script.play(
        "
        < status online
        > market
        > subscribe ohlc BTC/USD #1
        > subscribe ohlc BTC/USD #2
        > subscribe ohlc BTC/USD #3
        > subscribe ohlc BTC/USD #4
        > subscribe ohlc BTC/USD #5
        > up
        + 999ms
        + 1ms
        > subscribe ohlc BTC/USD #6
        > subscribe ohlc BTC/USD #7
        ",
    );
}

#[test]
fn a_frame_has_at_most_so_many_pairs() {
    let settings =
        SessionSettings { pairs_per_frame: 2, ..SessionSettings::new(SocketKind::Public) };
    let mut script = Script::with(settings);
    script.play("> want connect\n! want trade A/USD\n! want trade B/USD\n! want trade C/USD");
    script.play("! allowed\n> dial\n! connected\n< status online\n> market");
    script.play("> subscribe trade A/USD,B/USD #1\n> subscribe trade C/USD #2\n> up");
}

#[test]
fn level_3_is_paced_by_its_points() {
    let mut script = Script::new(SocketKind::Level3);
    script.play("> want connect\n! want level3 A/USD\n! want level3 B/USD\n! want level3 C/USD");
    script.play("! allowed\n> dial\n! connected\n< status online\n> market\n> want token\n> up");
    script.play("! token\n> subscribe level3 A/USD,B/USD #1\n+ 1s\n> subscribe level3 C/USD #2");
}

#[test]
fn data_may_come_before_the_acknowledgement() {
    let mut script = public();
    script.play(
        "
        ! want book BTC/USD
        > subscribe book BTC/USD #1
        < book BTC/USD snapshot
        > market
        < book BTC/USD update
        > market
        < ack book BTC/USD #1
        < book BTC/USD update
        > market
        + 2s
        < heartbeat
        + 2s
        ",
    );
}

#[test]
fn an_update_before_the_snapshot_is_dropped() {
    let mut script = public();
    script.play("! want book BTC/USD\n> subscribe book BTC/USD #1\n< book BTC/USD update");
    script.play("< ack book BTC/USD #1\n< book BTC/USD update\n< book ETH/USD snapshot");
    script.play("! want trade BTC/USD\n> subscribe trade BTC/USD #2\n< trade BTC/USD update");
    script.play("> market");
}

#[test]
fn partial_success_is_normal_and_one_bad_pair_is_isolated() {
    let mut script = Script::new(SocketKind::Public);
    script.play("> want connect\n! want book BTC/USD\n! want book WWW/USD\n! allowed\n> dial");
    script.play(
        "
        ! connected
        < status online
        > market
        > subscribe book BTC/USD,WWW/USD #1
        > up
        < no #1 WWW/USD Currency pair not supported WWW/USD
        ~ SubscriptionRefused
        < ack book BTC/USD #1
        ~ Acknowledged(Book { pair: BTC/USD
        < book BTC/USD snapshot
        > market
        + 999ms
        < heartbeat
        + 300ms
        > subscribe book WWW/USD #2
        < no #2 WWW/USD Currency pair not supported WWW/USD
        + 1999ms
        < heartbeat
        + 600ms
        > subscribe book WWW/USD #3
        ",
    );
}

#[test]
fn a_refusal_with_nothing_but_its_number_asks_for_each_pair_alone() {
    let mut script = Script::new(SocketKind::Public);
    script.play("> want connect\n! want book A/USD\n! want book B/USD\n! allowed\n> dial");
    script.play(
        "
        ! connected
        < status online
        > market
        > subscribe book A/USD,B/USD #1
        > up
        < {\"error\":\"Malformed request\",\"method\":\"subscribe\",\"req_id\":1,\"success\":false}
        + 2s
        > subscribe book B/USD #2
        > subscribe book A/USD #3
        ",
    );
}

#[test]
fn a_refusal_without_number_is_known_by_its_pair() {
    let mut script = public();
    script.play("! want book A/USD\n> subscribe book A/USD #1");
    script.hear(r#"{"error":"no","method":"subscribe","success":false,"symbol":"A/USD"}"#);
    script.play("~ SubscriptionRefused\n+ 2s\n> subscribe book A/USD #2");
    script.hear(r#"{"error":"no","symbol":"A/USD"}"#);
    script.play("~ SubscriptionRefused");
}

#[test]
fn pairs_are_matched_exactly() {
    let mut script = public();
    script.play("! want book BTC/USD\n> subscribe book BTC/USD #1\n< ack book btc/usd #1");
    script.play("~ UnmatchedAnswer\n+ 9999ms\n+ 1300ms\n> subscribe book BTC/USD #2");
}

#[test]
fn an_answer_without_the_word_success_is_a_failure() {
    let mut script = public();
    script.play("! want instrument\n> subscribe instrument #1");
    script.hear(r#"{"method":"subscribe","req_id":1,"result":{"channel":"instrument"}}"#);
    script.play("~ SubscriptionRefused");
}

#[test]
fn what_nobody_acknowledges_is_asked_for_again() {
    let mut script = public();
    script.play("! want book BTC/USD\n> subscribe book BTC/USD #1");
    for _ in 0..3 {
        script.play("+ 2900ms\n< heartbeat");
    }
    script
        .play("+ 1299ms\n< heartbeat\n+ 1ms\n~ Unack\n< heartbeat\n+ 999ms\n< heartbeat\n+ 300ms");
    script.play("> subscribe book BTC/USD #2");
}

#[test]
fn silent_after_ack_is_noticed_in_three_seconds() {
    let mut script = public();
    script.play(
        "
        ! want book BTC/USD
        > subscribe book BTC/USD #1
        < ack book BTC/USD #1
        + 2s
        < heartbeat
        + 999ms
        + 1ms
        > unsubscribe book BTC/USD #2
        ~ Silent
        < unack book BTC/USD #2
        + 999ms
        < heartbeat
        + 300ms
        > subscribe book BTC/USD #3
        ",
    );
}

#[test]
fn a_silent_channel_is_noticed_where_data_is_promised() {
    let mut script = public();
    script.play(
        "
        ! want book BTC/USD every=3s
        > subscribe book BTC/USD #1
        ! want book ETH/USD
        > subscribe book ETH/USD #2
        < ack book BTC/USD #1
        < ack book ETH/USD #2
        < book ETH/USD snapshot
        > market
        < book BTC/USD snapshot
        > market
        + 2s
        < book BTC/USD update
        > market
        + 2s
        < heartbeat
        + 999ms
        < heartbeat
        + 1ms
        > unsubscribe book BTC/USD #3
        ~ Silent(Book { pair: BTC/USD
        < book ETH/USD update
        > market
        ",
    );
}

#[test]
fn a_broken_book_is_asked_for_again_alone_with_a_back_off() {
    let mut script = with_books();
    script.play("! broken book BTC/USD\n> unsubscribe book BTC/USD #3\n~ Resubscribing");
    script.play("! broken book BTC/USD\n< book BTC/USD update\n< book ETH/USD update\n> market");
    script.play("< unack book BTC/USD #3\n+ 999ms\n< heartbeat\n+ 300ms");
    script.play("> subscribe book BTC/USD #4\n< book BTC/USD snapshot\n> market");
    script.play("< ack book BTC/USD #4\n! broken book BTC/USD\n> unsubscribe book BTC/USD #5");
    script.play("< unack book BTC/USD #5\n+ 1999ms\n< heartbeat\n+ 600ms");
    script.play("> subscribe book BTC/USD #6");
}

#[test]
fn two_broken_books_are_asked_for_in_frames_of_their_own_until_they_are_back() {
    let mut script = with_books();
    script.play("! broken book BTC/USD\n> unsubscribe book BTC/USD #3\n! broken book ETH/USD");
    script.play("> unsubscribe book ETH/USD #4\n< unack book BTC/USD #3");
    script.play("< unack book ETH/USD #4\n+ 1300ms\n> subscribe book ETH/USD #5");
    script.play("> subscribe book BTC/USD #6\n< ack book ETH/USD #5\n< ack book BTC/USD #6");
    script.play("! closed 1006\n> down\n+ 2s\n> want connect\n! allowed\n> dial\n! connected");
    script.play("< status online\n> market\n> subscribe book BTC/USD,ETH/USD #7\n> up");
}

#[test]
fn a_book_that_held_for_a_minute_starts_its_back_off_anew() {
    let mut script = with_books();
    for number in [3, 5] {
        script.play(&format!("! broken book BTC/USD\n> unsubscribe book BTC/USD #{number}"));
        script.play(&format!("< unack book BTC/USD #{number}\n+ 999ms\n< heartbeat\n+ 300ms"));
        script.play(&format!("> subscribe book BTC/USD #{}", number + 1));
        script.play(&format!("< ack book BTC/USD #{}", number + 1));
        script.play("< book BTC/USD snapshot\n> market");
        for _ in 0..30 {
            script.play("+ 2s\n< heartbeat");
        }
    }
}

#[test]
fn a_lost_unsubscribe_does_not_keep_a_book_away() {
    let mut script = with_books();
    script.play("! broken book BTC/USD\n> unsubscribe book BTC/USD #3");
    for _ in 0..4 {
        script.play("+ 2499ms\n< heartbeat");
    }
    script.play("+ 4ms\n> subscribe book BTC/USD #4");
    script.hear(
        r#"{"method":"subscribe","req_id":4,"error":"Already subscribed",
    "success":false,"symbol":"BTC/USD"}"#,
    );
    script.play("~ Acknowledged");
}

#[test]
fn what_is_not_wanted_any_more_is_taken_back() {
    let mut script = with_books();
    script.play(
        "
        ! unwant book BTC/USD
        > unsubscribe book BTC/USD #3
        < book BTC/USD update
        < unack book BTC/USD #3
        ! closed 1006
        > down
        + 2s
        > want connect
        ! allowed
        > dial
        ! connected
        < status online
        > market
        > subscribe book ETH/USD #4
        > up
        ",
    );
}

#[test]
fn another_depth_waits_until_the_first_is_gone() {
    let mut script = with_books();
    script.play("! want book BTC/USD 100\n> unsubscribe book BTC/USD #3");
    script.play("< unack book BTC/USD #3\n> subscribe book BTC/USD #4");
    script.play("< ack book BTC/USD #4\n< book BTC/USD snapshot\n> market");
}

#[test]
fn after_a_reconnect_all_that_is_wanted_is_asked_for_in_one_frame() {
    let mut script = with_books();
    script.play("! closed 1006\n> down\n+ 2s\n> want connect\n! allowed\n> dial\n! connected");
    script.play("< status online\n> market\n> subscribe book BTC/USD,ETH/USD #3\n> up");
}

#[test]
fn exceeded_message_rate_slows_us_down() {
    let mut script = public();
    script.play("! want book BTC/USD\n> subscribe book BTC/USD #1");
    script.hear(r#"{"Error":"Exceeded msg rate"}"#);
    script.play("> feedback MessagesExceeded\n~ SlowedDown\n! want book ETH/USD\n+ 1999ms");
    script.play("+ 300ms\n> subscribe book ETH/USD #2");
    script.hear(
        r#"{"method":"subscribe","req_id":2,"error":"Exceeded msg rate","success":false,
    "symbol":"ETH/USD"}"#,
    );
    script.play("> feedback MessagesExceeded\n+ 2900ms\n< heartbeat\n+ 700ms");
    script.play("> subscribe book ETH/USD #3");
}

#[test]
fn an_error_that_belongs_to_nothing_is_noted() {
    let mut script = public();
    script.hear(r#"{"error":"Something new"}"#);
    script.play("~ VenueError");
    script.hear(r#"{"method":"subscribe","req_id":99,"error":"late","success":false}"#);
    script.play("~ UnmatchedAnswer");
}

#[test]
fn what_this_socket_does_not_carry_is_dropped() {
    let mut script = public();
    script.play("! want executions\n~ NotCarriedHere\n! want ohlc BTC/USD 720\n~ NotCarriedHere");
    script.play("+ 29s");
}

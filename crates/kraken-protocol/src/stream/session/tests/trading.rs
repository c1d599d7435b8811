//! Tests of commands: sent once, each order answered once, and unclear when nobody knows.

use super::*;

#[test]
fn an_order_is_sent_and_answered() {
    let mut script = private();
    script.play(
        r#"
        ! place 7 1
        > add_order #2
        < done add_order #2 {"order_id":"O1","cl_ord_id":"x"}
        > answer 7 of 1: placed O1
        < executions update 2 {"exec_type":"new","order_id":"O1"}
        > accepted
        + 2s
        < heartbeat
        "#,
    );
}

#[test]
fn a_report_may_come_before_the_answer() {
    let mut script = private();
    script.play(
        r#"
        ! place 7 1
        > add_order #2
        < executions update 2 {"exec_type":"new","order_id":"O1"}
        < done add_order #2 {"order_id":"O1"}
        > accepted
        > answer 7 of 1: placed O1
        "#,
    );
}

#[test]
fn a_refusal_is_a_definite_no() {
    let check = |text: &str, wanted: &str| {
        let mut script = private();
        script
            .play(&format!("! place 7 1\n> add_order #2\n< refused add_order #2 {text}\n{wanted}"));
    };
    check("EOrder:Insufficient funds", "> answer 7 of 1: refused, insufficient funds");
    check(
        "EOrder:Rate limit exceeded",
        "> answer 7 of 1: refused, rate limit exceeded\n> feedback PairExceeded BTC/USD",
    );
    check(
        "Exceeded msg rate",
        "> answer 7 of 1: refused, rate limit exceeded\n> feedback MessagesExceeded",
    );
    check("EAPI:Invalid token", "> answer 7 of 1: TokenStale\n> want token");
    let text = "Unsupported field: 'price' for the given msg type: add order";
    check(text, &format!("> answer 7 of 1: refused, invalid order ({text})"));
}

#[test]
fn a_venue_in_doubt_leaves_the_order_unclear() {
    for text in [
        "EService:Unavailable",
        "EService:Busy",
        "EService:Deadline elapsed",
        "EGeneral:Internal error",
    ] {
        let mut script = private();
        script.play(&format!(
            "! place 7 1\n> add_order #2\n< refused add_order #2 {text}
            > answer 7 of 1: unclear, VenueInDoubt({text:?})"
        ));
    }
}

#[test]
fn a_success_that_names_no_order_is_unclear() {
    for result in ["{}", r#"{"order_id":""}"#, "null", "[]", "7"] {
        let mut script = private();
        script.play("! place 7 1\n> add_order #2");
        script.play(&format!(
            "< done add_order #2 {result}\n> answer 7 of 1: unclear, AnswerIncomplete"
        ));
    }
}

#[test]
fn an_answer_without_the_word_success_is_a_failure_nobody_explains() {
    let mut script = private();
    script.play("! place 7 1\n> add_order #2");
    script.hear(r#"{"method":"add_order","req_id":2,"result":{"order_id":"O1"}}"#);
    script.play("> answer 7 of 1: unclear, VenueInDoubt(\"no reason given\")");
}

#[test]
fn no_answer_in_ten_seconds_is_unclear_and_nothing_is_sent_again() {
    let mut script = private();
    script.play("! place 7 1\n> add_order #2");
    for _ in 0..3 {
        script.play("+ 2900ms\n< heartbeat");
    }
    script.play("+ 1299ms\n< heartbeat\n+ 1ms\n> answer 7 of 1: unclear, NoAnswer");
    script.play(r#"< done add_order #2 {"order_id":"O1"}"#);
    script.play("~ UnmatchedAnswer");
}

#[test]
fn a_closed_socket_leaves_what_was_in_flight_unclear_and_never_repeats_it() {
    let mut script = private();
    script.play(
        "
        ! place 7 1
        > add_order #2
        ! cancel 8 2 3
        > cancel_order #3
        ! switch 9 60s
        > cancel_all_orders_after #4
        ! closed 1006
        > answer 7 of 1: unclear, LinkLost
        > answer 8 of 2: unclear, LinkLost
        > answer 8 of 3: unclear, LinkLost
        > answer 9: unclear, LinkLost
        > down
        + 2s
        > want connect
        ! place 10 4
        > answer 10 of 4: not sent, NotConnected
        ! allowed
        > dial
        ! connected
        < status online
        > market
        > want token
        ! place 11 5
        > answer 11 of 5: not sent, NotConnected
        ! token
        > subscribe executions #5
        < ack executions #5
        < executions snapshot 1
        > open orders
        > up
        + 100ms
        ",
    );
}

#[test]
fn one_cancel_has_an_answer_for_each_order() {
    let id = |sequence: u64| format!("{sequence:032x}");
    let mut script = private();
    script.play(&format!(
        r#"
        ! cancel 7 1 2 OABC
        > cancel_order #2
        < done cancel_order #2 {{"cl_ord_id":"{}"}}
        > answer 7 of 2: Canceling
        < done cancel_order #2 {{"order_id":"OABC"}}
        > answer 7 of OABC: Canceling
        < refused cancel_order #2 EOrder:Unknown order
        > answer 7 of 1: refused, unknown order
        "#,
        id(2)
    ));
}

#[test]
fn refusals_that_name_nobody_are_matched_once_all_have_come() {
    let mut script = private();
    script.play(
        "
        ! cancel 7 1 2
        > cancel_order #2
        < refused cancel_order #2 EOrder:Unknown order
        < refused cancel_order #2 EOrder:Invalid order
        > answer 7 of 1: refused, unknown order
        > answer 7 of 2: refused, unknown order
        ",
    );
    let mut script = private();
    script.play("! cancel 7 1 2\n> cancel_order #2");
    script.play("< refused cancel_order #2 EOrder:Unknown order");
    script.play(&format!(r#"< done cancel_order #2 {{"cl_ord_id":"{:032x}"}}"#, 1));
    script.play("> answer 7 of 1: Canceling\n> answer 7 of 2: refused, unknown order");
}

#[test]
fn a_batch_is_answered_in_the_order_it_was_sent() {
    let mut script = private();
    script.play(
        r#"
        ! batch 7 1 2
        > batch_add #2
        < done batch_add #2 [{"order_id":"O1"},{"order_id":"O2"}]
        > answer 7 of 1: placed O1
        > answer 7 of 2: placed O2
        ! batch 8 3 4
        > batch_add #3
        < done batch_add #3 {"orders":[{"order_id":"O3"},{"error":"EOrder:Insufficient funds"}]}
        > answer 8 of 3: placed O3
        > answer 8 of 4: refused, insufficient funds
        ! batch 9 5 6
        > batch_add #4
        < refused batch_add #4 EGeneral:Invalid arguments
        > answer 9 of 5: refused, invalid order (EGeneral:Invalid arguments)
        > answer 9 of 6: refused, invalid order (EGeneral:Invalid arguments)
        "#,
    );
}

#[test]
fn a_batch_of_cancels_counts_in_two_shapes() {
    let check = |frame: &str, wanted: &str| {
        let mut script = private();
        script.play("! cancel-batch 7 1 2\n> batch_cancel #2");
        script.hear(frame);
        script.play(&format!("> answer 7 of 1: {wanted}\n> answer 7 of 2: {wanted}"));
    };
    check(
        r#"{"method":"batch_cancel","req_id":2,"result":{"count":2},"success":true}"#,
        "Canceling",
    );
    check(
        r#"{"method":"batch_cancel","req_id":2,"orders_cancelled":2,"success":true}"#,
        "Canceling",
    );
    check(
        r#"{"method":"batch_cancel","req_id":2,"result":{"count":1},"success":true}"#,
        "unclear, AnswerIncomplete",
    );
    check(r#"{"method":"batch_cancel","req_id":2,"success":true}"#, "unclear, AnswerIncomplete");
}

#[test]
fn the_other_methods() {
    let mut script = private();
    script.play(
        r#"
        ! amend 7 1
        > amend_order #2
        < done amend_order #2 {"amend_id":"T1","order_id":"O1"}
        > answer 7 of 1: Amended
        ! check 8 2
        > add_order #3
        < done add_order #3 {"order_id":""}
        > answer 8 of 2: Checked
        ! cancel-all 9
        > cancel_all #4
        < done cancel_all #4 {"count":3}
        > answer 9: CancelingAll { count: 3 }
        ! switch 10 60s
        > cancel_all_orders_after #5
        < done cancel_all_orders_after #5 {"currentTime":"2026-11-21T10:00:00Z",
        "triggerTime":"2026-11-21T10:01:00Z"}
        > answer 10: SwitchSet { fires: Some(2026-11-21T10:01:00Z) }
        + 1s
        ! switch 11 0s
        > cancel_all_orders_after #6
        < done cancel_all_orders_after #6 {"currentTime":"2026-11-21T10:00:00Z","triggerTime":"0"}
        > answer 11: SwitchSet { fires: None }
        "#,
    );
}

#[test]
fn an_answer_without_number_is_matched_by_its_order() {
    let mut script = private();
    script.play("! place 7 1\n> add_order #2\n! place 8 2\n> add_order #3");
    script.hear(&format!(
        r#"{{"method":"add_order","error":"EOrder:Insufficient funds","success":false,
        "cl_ord_id":"{:032x}"}}"#,
        2
    ));
    script.play("> answer 8 of 2: refused, insufficient funds");
}

#[test]
fn an_answer_without_number_and_order_is_the_only_one_that_waits_or_nobodys() {
    let frame = r#"{"method":"add_order","error":"EOrder:Insufficient funds","success":false}"#;
    let mut script = private();
    script.play("! place 7 1\n> add_order #2");
    script.hear(frame);
    script.play("> answer 7 of 1: refused, insufficient funds");
    script.play("! place 8 2\n> add_order #3\n! place 9 3\n> add_order #4");
    script.hear(frame);
    script.play("~ UnmatchedAnswer");
}

#[test]
fn a_late_answer_without_number_does_not_refuse_the_next_order() {
    let mut script = private();
    script.play("! place 7 1\n> add_order #2");
    for _ in 0..4 {
        script.play("+ 2499ms\n< heartbeat");
    }
    script.play("+ 4ms\n> answer 7 of 1: unclear, NoAnswer\n! place 8 2\n> add_order #3");
    script.hear(r#"{"method":"add_order","error":"EOrder:Insufficient funds","success":false}"#);
    script.play("~ UnmatchedAnswer");
}

#[test]
fn commands_go_before_subscriptions_and_wait_for_room() {
    let mut script = private();
    script.play(
        "
        + 2s
        < heartbeat
        ! place 1 1
        > add_order #2
        ! place 2 2
        > add_order #3
        ! place 3 3
        > add_order #4
        ! place 4 4
        > add_order #5
        ! place 5 5
        > add_order #6
        ! want balances
        ! place 6 6
        + 999ms
        + 1ms
        > add_order #7
        > subscribe balances #8
        ",
    );
}

/// Kraken refuses a deadline that is less than half a second away when it gets the order; a quarter
/// of a second more is for the way.
#[test]
fn what_waits_until_too_little_of_its_deadline_is_left_is_not_sent() {
    let cases = [
        (1_500, "+ 1s\n> answer 7 of 1: not sent, DeadlinePassed"),
        (1_749, "+ 1s\n> answer 7 of 1: not sent, DeadlinePassed"),
        (1_750, "+ 1s\n> add_order #2"),
    ];
    for (deadline, play) in cases {
        let mut script = private();
        script.hear(r#"{"Error":"Exceeded msg rate"}"#);
        script.play("> feedback MessagesExceeded");
        let mut order = script.order(1);
        order.deadline = Some(script.now + std::time::Duration::from_millis(deadline));
        let command = super::super::SocketCommand::Place(order);
        script.tell(super::super::SessionEvent::Command { request: 7, command });
        script.play(play);
    }
}

/// Deadlines are Kraken's time; how wrong our own clock is does not matter.
#[test]
fn a_clock_that_is_an_hour_off_makes_no_order_late() {
    let hour = std::time::Duration::from_hours(1);
    for is_ahead in [true, false] {
        let mut script = private();
        let here = script.now;
        let venue = if is_ahead { here - hour } else { here + hour };
        script.tell(super::super::SessionEvent::VenueClock { here, venue });
        let mut place = |number, deadline, expect: &str| {
            let mut order = script.order(number);
            order.deadline = Some(deadline);
            let command = super::super::SocketCommand::Place(order);
            script.tell(super::super::SessionEvent::Command { request: number, command });
            script.play(expect);
        };
        let second = std::time::Duration::from_secs(1);
        place(1, venue + second * 5, "> add_order #2");
        place(2, venue + second / 2, "> answer 2 of 2: not sent, DeadlinePassed");
    }
}

#[test]
fn what_has_not_left_can_be_taken_back() {
    let take_back = |script: &mut Script, request| {
        script.tell(super::super::SessionEvent::Withdraw { request });
    };
    let mut script = private();
    script.play("! place 1 1\n> add_order #2");
    take_back(&mut script, 1); // It has left: Kraken answers it.
    script.hear(r#"{"Error":"Exceeded msg rate"}"#);
    script.play("> feedback MessagesExceeded\n! place 7 7\n! place 8 8");
    take_back(&mut script, 7);
    script.play("> answer 7 of 7: not sent, Withdrawn\n+ 1s\n> add_order #3");
}

#[test]
fn too_many_commands_are_answered_at_once() {
    let mut script = private();
    script.hear(r#"{"Error":"Exceeded msg rate"}"#);
    script.play("> feedback MessagesExceeded");
    for number in 0..32 {
        script.play(&format!("! cancel {number} 1"));
    }
    script.play("! cancel 99 1\n> answer 99 of 1: not sent, QueueFull");
}

#[test]
fn what_the_socket_cannot_say_is_not_sent() {
    let mut script = private();
    let size = |count, least, most| {
        format!("NotExpressible(BatchSize {{ count: {count}, least: {least}, most: {most} }})")
    };
    script.play(&format!("! cancel 7\n> answer 7: not sent, {}", size(0, 1, 50)));
    script.play(&format!("! batch 8 1\n> answer 8 of 1: not sent, {}", size(1, 2, 15)));
    let mut order = script.order(1);
    order.time_in_force = trading_types::TimeInForce::FillOrKill;
    let command = super::super::SocketCommand::Place(order);
    script.tell(super::super::SessionEvent::Command { request: 9, command });
    script.play("> answer 9 of 1: not sent, NotExpressible(FillOrKill)");
}

#[test]
fn a_public_socket_takes_no_orders() {
    let mut script = public();
    script.play("! place 7 1\n> answer 7 of 1: not sent, WrongSocket");
}

#[test]
fn a_stale_token_answers_what_waits() {
    let mut script = private();
    script.hear(r#"{"Error":"Exceeded msg rate"}"#);
    script.play("> feedback MessagesExceeded\n+ 1s\n! place 1 1\n> add_order #2");
    script.hear(r#"{"Error":"Exceeded msg rate"}"#);
    script.play("> feedback MessagesExceeded\n! place 2 2");
    script.play("< refused add_order #2 EAPI:Invalid token");
    script
        .play("> answer 1 of 1: TokenStale\n> answer 2 of 2: not sent, NotConnected\n> want token");
}

#[test]
fn no_output_shows_the_token() {
    let mut script = private();
    let order = script.order(1);
    let session = &mut script.session;
    let command = super::super::SocketCommand::Place(order);
    session.handle(super::super::SessionEvent::Command { request: 1, command }, script.now);
    assert!(!format!("{session:?}").contains("TOKEN"), "the session does not show it");
    let mut sent = 0;
    while let Some(output) = session.poll_output() {
        assert!(!format!("{output:?}").contains("TOKEN"));
        if let super::super::SessionOutput::Send(frame) = output {
            assert!(frame.as_str().contains("TOKEN") && frame.into_text().contains("TOKEN"));
            sent += 1;
        }
    }
    assert_eq!(sent, 1);
}

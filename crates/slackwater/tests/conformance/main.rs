//! Our own client against the simulated Kraken: one suite, run twice. First our pure machines
//! speak with the pure simulation in virtual time, then the client speaks with a server over
//! sockets; what either gets wrong of Kraken's wire shows here, because neither was built from the
//! other.

#![expect(clippy::wildcard_enum_match_arm, reason = "a case waits for one event among many")]

mod cases;
mod facade;
mod in_process;
mod line;
mod over_sockets;
mod suite;
mod world;

use std::time::Duration;

use crate::{in_process::InProcess, over_sockets::OverSockets};

/// More than any case needs on any machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// Runs cases on both lines, each as a test of its own.
macro_rules! on_both_lines {
    ($($group:ident: $($case:ident)+;)+) => {
        mod in_process_cases {
            $(mod $group {
                $(#[tokio::test]
                async fn $case() {
                    crate::cases::$group::$case::<crate::InProcess>().await;
                })+
            })+
        }
        mod over_sockets_cases {
            $(mod $group {
                $(#[tokio::test]
                async fn $case() {
                    let case = crate::cases::$group::$case::<crate::OverSockets>();
                    let is_over = tokio::time::timeout(crate::PATIENCE, case).await;
                    is_over.expect("it goes on and on");
                })+
            })+
        }
    };
}

on_both_lines! {
    keys:
        every_key_is_judged_as_it_deserves
        a_key_may_do_what_its_permissions_say;
    endpoints:
        metadata_tell_every_pair_with_its_rules
        every_public_endpoint_is_understood
        every_private_endpoint_is_understood
        histories_come_in_pages;
    orders:
        every_kind_of_order_is_taken_and_shown_as_it_is
        orders_that_are_over_at_once
        an_order_is_checked_and_not_placed
        a_nameless_order_carries_its_close
        changes_to_an_open_order
        batches_and_cancels_of_many
        what_cannot_be_is_refused_for_its_reason
        an_order_is_proved_to_be_or_not_to_be;
    commands:
        every_kind_of_order_is_taken_on_the_socket
        changes_batches_and_cancels_on_the_socket
        what_cannot_be_is_refused_on_the_socket;
    executions:
        each_fill_is_told_once_and_then_the_end
        an_order_that_rests_fills_in_parts
        every_end_has_its_reason
        orders_over_rest_show_on_the_socket
        a_reconnect_tells_nothing_twice
        the_counter_of_a_pair_is_told
        balances_agree_with_rest;
    market:
        books_of_every_depth_prove_themselves_for_minutes
        books_of_single_orders_prove_themselves
        trades_come_in_line
        candles_and_tickers_come
        instruments_agree_with_the_pairs;
    life:
        the_switch_cancels_everything_when_nobody_resets_it
        a_new_connection_takes_a_new_token
        maintenance_passes_through_its_states;
    faults:
        a_lost_answer_is_unclear_and_the_order_is_there
        a_lost_request_is_unclear_and_the_order_is_not
        a_broken_gateway_is_unclear
        an_unavailable_service_is_unclear
        refusals_that_did_nothing
        an_unknown_field_is_passed_over
        a_wrong_checksum_is_found_and_healed
        a_silent_channel_is_asked_for_again
        a_channel_that_falls_silent_is_asked_for_again
        commands_without_an_answer_are_unclear
        a_venue_in_doubt_is_unclear_on_the_socket
        a_late_report_is_told_once
        a_refused_token_is_replaced;
}

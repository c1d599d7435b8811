//! Tests of the queue of commands: each leaves once, each order is answered once.

use trading_types::{ClientOrderId, Timestamp};

use super::*;
use crate::stream::order_writer::OrderName;

const NOW: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn cancel(request: u64) -> Waiting {
    let order = OrderName::Ours(ClientOrderId::new(0, request));
    Waiting { request, command: SocketCommand::Cancel(vec![order]) }
}

#[test]
fn what_leaves_the_queue_is_not_in_it() {
    let mut commands = Commands::default();
    assert_eq!(commands.add(cancel(1)), []);
    assert!(commands.has_waiting());
    let waiting = commands.next().unwrap();
    assert!(!commands.has_waiting() && commands.next().is_none());
    commands.sent(5, waiting, NOW);
    assert!(commands.uses(5) && !commands.uses(6));
    let answers = commands.lose_link();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].outcome, Outcome::Unclear(Unclear::LinkLost));
    assert_eq!(commands.lose_link(), [], "answered once");
}

#[test]
fn a_full_queue_says_so() {
    let mut commands = Commands::default();
    for request in 0..WAITING_MAX as u64 {
        assert_eq!(commands.add(cancel(request)), []);
    }
    let answers = commands.add(cancel(99));
    assert_eq!(answers[0].outcome, Outcome::NotSent(NotSent::QueueFull));
    assert_eq!(commands.drop_waiting().len(), WAITING_MAX);
}

#[test]
fn an_answer_of_another_method_is_not_an_answer() {
    let mut commands = Commands::default();
    commands.sent(5, cancel(1), NOW);
    let said = Acknowledgement {
        method: "add_order".to_owned(),
        request: Some(5),
        pair: None,
        client: None,
        venue_order: None,
        outcome: Err("EOrder:Unknown order".to_owned()),
    };
    assert!(commands.acknowledged(&said, NOW).is_none());
    let unnamed = Acknowledgement { method: String::new(), ..said };
    assert!(commands.acknowledged(&unnamed, NOW).is_some(), "the number is enough");
}

//! Which questions become calls.

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_secs(seconds)
}

fn ticker(pair: &str) -> Subject {
    Subject::Ticker(pair.parse().unwrap())
}

#[test]
fn many_pairs_go_in_one_call_and_equal_questions_share_it() {
    let mut desk: ReadDesk<u8> = ReadDesk::new(KeepAnswers::default());
    for pair in ["BTC/USD", "ETH/USD", "BTC/USD", "SOL/EUR"] {
        assert_eq!(desk.ask(ticker(pair), at(0)), Standing::Due);
    }
    assert_eq!(desk.ask(Subject::Balances, at(0)), Standing::Due);
    let call = desk.next_call().unwrap();
    assert_eq!(call, [ticker("BTC/USD"), ticker("ETH/USD"), ticker("SOL/EUR")]);
    assert_eq!(desk.ask(ticker("BTC/USD"), at(1)), Standing::Coming);
    assert_eq!(desk.next_call(), Some(vec![Subject::Balances]));
    assert_eq!(desk.next_call(), None);
}

#[test]
fn an_answer_is_good_for_a_while() {
    let mut desk = ReadDesk::new(KeepAnswers::default());
    for (subject, seconds) in
        [(ticker("BTC/USD"), 30), (Subject::PairRules, 86_400), (Subject::Balances, 10)]
    {
        assert_eq!(desk.ask(subject, at(0)), Standing::Due);
        desk.next_call();
        desk.answered(subject, 7, at(0));
        let known = Standing::Known { value: 7, at: at(0) };
        assert_eq!(desk.ask(subject, at(seconds - 1)), known);
        assert_eq!(desk.ask(subject, at(seconds)), Standing::Due);
    }
}

#[test]
fn what_a_socket_tells_is_not_asked() {
    let mut desk: ReadDesk<u8> = ReadDesk::new(KeepAnswers::default());
    desk.socket_tells(Subject::Balances, true);
    assert_eq!(desk.ask(Subject::Balances, at(0)), Standing::OnSocket);
    assert_eq!(desk.next_call(), None);
    desk.socket_tells(Subject::Balances, false);
    assert_eq!(desk.ask(Subject::Balances, at(0)), Standing::Due);
}

#[test]
fn a_call_that_failed_is_made_again_when_somebody_asks() {
    let mut desk: ReadDesk<u8> = ReadDesk::new(KeepAnswers::default());
    desk.ask(Subject::Assets, at(0));
    let call = desk.next_call().unwrap();
    desk.failed(&call);
    assert_eq!(desk.next_call(), None);
    assert_eq!(desk.ask(Subject::Assets, at(0)), Standing::Due);
    assert_eq!(desk.next_call(), Some(call));
}

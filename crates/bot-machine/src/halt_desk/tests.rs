//! What is tried: looks, cancels and repeats, call by call.

use kraken_protocol::rest::{PairNames, orders::open_orders};

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_millis(millis)
}

fn open(ids: &[ClientOrderId], foreign: bool) -> Vec<Order> {
    let order = |txid: String, client: String| {
        format!(
            concat!(
                r#""{}":{{"cl_ord_id":{},"status":"open","opentm":1.0,"vol":"1","vol_exec":"0","#,
                r#""cost":"0","fee":"0","price":"0","misc":"","oflags":"fciq","descr":{{"#,
                r#""pair":"XBTUSD","type":"buy","ordertype":"limit","price":"1","price2":"0","#,
                r#""leverage":"none","order":"","close":""}}}}"#
            ),
            txid, client
        )
    };
    let mut orders: Vec<String> = ids
        .iter()
        .map(|id| order(format!("OABCDE-FGHIJ-{:06}", id.sequence()), format!("\"{id}\"")))
        .collect();
    if foreign {
        orders.push(order("OZZZZZ-ZZZZZ-ZZZZZZ".to_owned(), "null".to_owned()));
    }
    let text = format!(r#"{{"open":{{{}}}}}"#, orders.join(","));
    open_orders(&text, &PairNames::recorded()).expect("orders")
}

fn id(sequence: u64) -> ClientOrderId {
    ClientOrderId::new(1, sequence)
}

fn none() -> BTreeSet<ClientOrderId> {
    BTreeSet::new()
}

#[test]
fn it_looks_until_the_venue_shows_nothing() {
    let mut desk = HaltDesk::default();
    assert_eq!(desk.begin(true, at(0)), []);
    assert_eq!(desk.handle_timeout(at(499)), []);
    assert_eq!(desk.handle_timeout(at(500)), [HaltOutput::Ask(Call::OpenOrders)]);
    assert_eq!(desk.handle_timeout(at(501)), [], "one look at a time");
    let ours = BTreeSet::from([id(1)]);
    let outputs = desk.looked(&open(&[id(1)], false), &ours, &none(), at(600));
    assert_eq!(outputs, [HaltOutput::Ask(Call::CancelAll)]);
    assert!(desk.is_at_work());
    assert_eq!(desk.handle_timeout(at(2_600)), [HaltOutput::Ask(Call::OpenOrders)]);
    let outputs = desk.looked(&[], &ours, &none(), at(2_700));
    assert_eq!(outputs, [HaltOutput::Gone(vec![id(1)]), HaltOutput::Verified]);
    assert!(!desk.is_at_work());
    assert_eq!(desk.next_timeout(), None);
}

#[test]
fn without_a_socket_it_cancels_over_rest() {
    assert_eq!(HaltDesk::default().begin(false, at(0)), [HaltOutput::Ask(Call::CancelAll)]);
}

#[test]
fn an_order_that_survives_is_named() {
    let mut desk = HaltDesk::default();
    desk.begin(true, at(0));
    let ours = BTreeSet::from([id(1)]);
    desk.looked(&open(&[id(1)], true), &ours, &none(), at(600));
    let outputs = desk.looked(&open(&[id(1)], true), &ours, &none(), at(2_600));
    assert_eq!(outputs.len(), 3, "all, and each by its name, the stranger's too: {outputs:?}");
    assert!(matches!(outputs[1], HaltOutput::Ask(Call::Cancel { order: OrderName::Ours(_), .. })));
    assert!(matches!(
        outputs[2],
        HaltOutput::Ask(Call::Cancel { order: OrderName::Krakens(_), .. })
    ));
}

#[test]
fn what_sells_the_position_is_left_alone_and_looked_at_again() {
    let mut desk = HaltDesk::default();
    desk.begin(true, at(0));
    let flattening = BTreeSet::from([id(2)]);
    let outputs = desk.looked(&open(&[id(2)], false), &flattening, &flattening, at(600));
    assert_eq!(outputs, []);
    assert!(desk.is_at_work(), "it is open all the same");
}

#[test]
fn a_look_that_failed_is_repeated() {
    let mut desk = HaltDesk::default();
    desk.begin(true, at(0));
    desk.handle_timeout(at(500));
    assert_eq!(desk.next_timeout(), None);
    desk.failed(at(700));
    assert_eq!(desk.handle_timeout(at(2_700)), [HaltOutput::Ask(Call::OpenOrders)]);
}

#[test]
fn a_resume_ends_it() {
    let mut desk = HaltDesk::default();
    desk.begin(true, at(0));
    desk.end();
    assert!(!desk.is_at_work());
    assert_eq!(desk.looked(&[], &none(), &none(), at(600)), []);
}

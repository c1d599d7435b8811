//! A socket over real connections: what is asked for, what is asked again, and what never is.

use kraken_client::socket::{Socket, SocketEvent, SocketSettings};
use kraken_protocol::{
    limits::TradingAction,
    scheduler::{Lane, TradingPath, Work},
    stream::{
        market::MarketMessage,
        order_writer::OrderName,
        session::{
            EndReason, LinkChange, LinkLoss, NotSent, Outcome, SessionSettings, SocketCommand,
            Unclear,
        },
        subscription::{BookDepth, SocketKind, Subscription},
    },
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use trading_types::{ClientOrderId, NewOrder, OrderKind, OrderQuantity, Pair, Side};

use crate::{
    script::{Asked, ServerSocket},
    world::{SECOND, World},
};

const STATUS: &str = r#"{"channel":"status","type":"update","data":[{"api_version":"v2",
    "connection_id":18266300427528990701,"system":"online","version":"2.0.4"}]}"#;

fn pair(text: &str) -> Pair {
    text.parse().unwrap()
}

fn trades(text: &str) -> Subscription {
    Subscription::Trades { pair: pair(text) }
}

fn open(world: &World, kind: SocketKind) -> (Socket, mpsc::Receiver<SocketEvent>) {
    let settings =
        SocketSettings { seed: Some(7), ..SocketSettings::new(SessionSettings::new(kind)) };
    Socket::open(world.calls.clone(), world.ways.clone(), settings).unwrap()
}

/// The server's end of the next connection, after its first frame.
async fn accept(asked: Asked) -> ServerSocket {
    let mut server = asked.open_socket().await;
    server.send(STATUS).await;
    server
}

/// The next frame that is no ping.
async fn frame(server: &mut ServerSocket) -> Value {
    loop {
        let text = server.received().await.expect("the client has not closed");
        let frame: Value = serde_json::from_str(&text).unwrap();
        if frame["method"] != "ping" {
            return frame;
        }
    }
}

/// The next frame, even if it is planned for up to two seconds later.
async fn frame_soon(world: &World, server: &mut ServerSocket) -> Value {
    loop {
        tokio::select! {
            biased;
            frame = frame(server) => return frame,
            () = world.turn_within(SECOND * 2) => (),
        }
    }
}

/// Acknowledges a frame that asks for something or takes it back, for each of its pairs.
async fn acknowledge(server: &mut ServerSocket, asked: &Value) {
    let params = &asked["params"];
    let symbols = params["symbol"].as_array().cloned().unwrap_or(vec![Value::Null]);
    for symbol in symbols {
        let mut result = json!({"channel": params["channel"]});
        for (name, value) in params.as_object().unwrap() {
            if name != "token" && name != "symbol" {
                result[name] = value.clone();
            }
        }
        if !symbol.is_null() {
            result["symbol"] = symbol;
        }
        let answer = json!({"method": asked["method"], "req_id": asked["req_id"],
            "success": true, "result": result});
        server.send(answer.to_string()).await;
    }
}

async fn snapshot(server: &mut ServerSocket, symbol: &str) {
    let trade = json!({"symbol": symbol, "side": "buy", "price": 1.5, "qty": 2.0,
        "ord_type": "limit", "trade_id": 1, "timestamp": "2027-01-15T08:00:00.000000Z"});
    let text = json!({"channel": "trade", "type": "snapshot", "data": [trade]});
    server.send(text.to_string()).await;
}

fn symbols(frame: &Value) -> Vec<&str> {
    let symbols = frame["params"]["symbol"].as_array().unwrap();
    symbols.iter().map(|symbol| symbol.as_str().unwrap()).collect()
}

/// The next event that is not about a market.
async fn event(events: &mut mpsc::Receiver<SocketEvent>) -> SocketEvent {
    loop {
        match events.recv().await.expect("the socket is not over") {
            SocketEvent::Market(_) => (),
            event => return event,
        }
    }
}

#[tokio::test]
async fn silence_of_one_subscription_is_noticed_in_three_seconds() {
    let world = World::new().await;
    let (socket, mut events) = open(&world, SocketKind::Public);
    socket.subscribe(trades("BTC/USD"), None).await;
    socket.subscribe(trades("ETH/USD"), None).await;
    let mut server = accept(world.script.asked().await).await;
    let asked = frame(&mut server).await;
    assert_eq!(
        (&asked["method"], symbols(&asked)),
        (&json!("subscribe"), vec!["BTC/USD", "ETH/USD"])
    );
    acknowledge(&mut server, &asked).await;
    snapshot(&mut server, "BTC/USD").await;
    // When the snapshot is here, both acknowledgements are.
    while !matches!(events.recv().await.unwrap(), SocketEvent::Market(MarketMessage::Trades(_))) {}
    // ETH/USD was acknowledged and shows nothing.
    let before = world.hands.now();
    world.turn_within(SECOND * 4).await;
    assert!(world.hands.now().since(before) <= SECOND * 3);
    let again = frame(&mut server).await;
    assert_eq!(symbols(&again), ["ETH/USD"], "{again}");
}

fn empty_book(symbol: &str, checksum: u32) -> String {
    let book = json!({"symbol": symbol, "bids": [], "asks": [], "checksum": checksum});
    json!({"channel": "book", "type": "snapshot", "data": [book]}).to_string()
}

#[tokio::test]
async fn one_bad_pair_is_asked_for_again_alone() {
    let world = World::new().await;
    let (socket, mut events) = open(&world, SocketKind::Public);
    let book = |text| Subscription::Book { pair: pair(text), depth: BookDepth::TwentyFive };
    for text in ["BTC/USD", "ETH/USD", "SOL/USD"] {
        socket.subscribe(book(text), None).await;
    }
    let mut server = accept(world.script.asked().await).await;
    for channel in ["instrument", "book"] {
        let asked = frame(&mut server).await;
        assert_eq!(asked["params"]["channel"], channel);
        acknowledge(&mut server, &asked).await;
    }
    assert!(matches!(event(&mut events).await, SocketEvent::Link(LinkChange::Up)));
    // The empty book has the checksum zero.
    for (text, checksum) in [("BTC/USD", 0), ("ETH/USD", 1)] {
        server.send(empty_book(text, checksum)).await;
    }
    let good = event(&mut events).await;
    assert!(
        matches!(good, SocketEvent::Book { pair: it, .. } if it == pair("BTC/USD")),
        "{good:?}"
    );
    let broken = event(&mut events).await;
    let SocketEvent::BookBroken { subscription, .. } = broken else { panic!("{broken:?}") };
    assert_eq!(subscription, book("ETH/USD"));
    for method in ["unsubscribe", "subscribe"] {
        let asked = frame_soon(&world, &mut server).await;
        assert_eq!((&asked["method"], symbols(&asked)), (&json!(method), vec!["ETH/USD"]));
        assert_eq!(asked["params"]["depth"], 25);
        acknowledge(&mut server, &asked).await;
    }
}

#[tokio::test]
async fn many_pairs_are_asked_for_in_few_frames_and_no_faster_than_five_a_second() {
    let world = World::new().await;
    let (socket, _events) = open(&world, SocketKind::Public);
    for number in 0..400 {
        let text = format!("A{number}/USD");
        socket.subscribe(trades(&text), None).await;
    }
    let mut server = accept(world.script.asked().await).await;
    let mut pairs = 0;
    let mut sent = Vec::new();
    while pairs < 400 {
        let asked = frame_soon(&world, &mut server).await;
        pairs += symbols(&asked).len();
        assert!(symbols(&asked).len() <= 50);
        sent.push(world.hands.now());
        acknowledge(&mut server, &asked).await;
    }
    assert!(sent.len() <= 12, "{}", sent.len());
    for five in sent.windows(6) {
        assert!(SECOND <= five[5].since(five[0]), "{five:?}");
    }
}

/// Answers the call for a token, and gives the server's end of the private connection.
async fn private(world: &World, token: &str) -> ServerSocket {
    let asked = world.script.asked().await;
    assert_eq!(asked.path, "/private");
    let server = accept(asked).await;
    let asked = world.script.asked().await;
    assert_eq!(asked.path, "/0/private/GetWebSocketsToken");
    asked.answer(&json!({"error": [], "result": {"token": token, "expires": 900}}).to_string());
    server
}

/// Subscribes what a private socket has, with this token.
async fn follow(server: &mut ServerSocket, token: &str) {
    for (channel, sequence) in [("executions", 1), ("balances", 1)] {
        let asked = frame(server).await;
        assert_eq!(asked["params"]["channel"], channel);
        assert_eq!(asked["params"]["token"], token);
        acknowledge(server, &asked).await;
        let text =
            json!({"channel": channel, "type": "snapshot", "data": [], "sequence": sequence});
        server.send(text.to_string()).await;
    }
}

async fn up(events: &mut mpsc::Receiver<SocketEvent>) {
    while !matches!(event(events).await, SocketEvent::Link(LinkChange::Up)) {}
}

fn order() -> (ClientOrderId, SocketCommand, Work) {
    numbered(1)
}

fn numbered(number: u64) -> (ClientOrderId, SocketCommand, Work) {
    let id = ClientOrderId::new(7, number);
    let pair = pair("BTC/USD");
    let kind = OrderKind::Limit { price: "30000".parse().unwrap() };
    let quantity = OrderQuantity::Base("0.001".parse().unwrap());
    let order = NewOrder::new(id, pair, Side::Buy, kind, quantity);
    let action = TradingAction::Place(vec![id]);
    (id, SocketCommand::Place(order), Work::Trading { pair, action, path: TradingPath::Socket })
}

#[tokio::test]
async fn every_connection_has_a_token_of_its_own_and_an_order_in_flight_is_unclear() {
    let world = World::new().await;
    let (socket, mut events) = open(&world, SocketKind::Private);
    socket.subscribe(Subscription::Executions, None).await;
    socket.subscribe(Subscription::Balances, None).await;
    let mut server = private(&world, "FirstToken").await;
    follow(&mut server, "FirstToken").await;
    up(&mut events).await;
    let (id, command, work) = order();
    socket.command(9, command, work, Lane::Place).await;
    let placed = frame(&mut server).await;
    assert_eq!(placed["method"], "add_order");
    assert_eq!(placed["params"]["cl_ord_id"], id.to_string());
    server.close(1001, "CloudFlare WebSocket proxy restarting").await;
    let mut was_unclear = false;
    loop {
        match event(&mut events).await {
            SocketEvent::Answer(answer) => {
                assert_eq!(answer.request, 9);
                assert_eq!(answer.outcome, Outcome::Unclear(Unclear::LinkLost));
                was_unclear = true;
            }
            SocketEvent::Link(LinkChange::Down(LinkLoss::Closed { code, .. })) => {
                assert_eq!(code, Some(1001));
            }
            SocketEvent::Account(_) | SocketEvent::Reconcile(_) => (),
            other => panic!("{other:?}"),
        }
        if was_unclear {
            break;
        }
    }
    world.turn_within(SECOND * 2).await;
    // The next connection takes a new token, follows what it followed, and sends no order.
    let mut server = private(&world, "SecondToken").await;
    follow(&mut server, "SecondToken").await;
    up(&mut events).await;
    drop(socket);
    assert_eq!(server.received().await, None);
    loop {
        if let SocketEvent::Ended(reason) = event(&mut events).await {
            assert_eq!(reason, EndReason::Shutdown);
            break;
        }
    }
}

/// A private socket over which orders can go.
async fn trading(world: &World) -> (Socket, mpsc::Receiver<SocketEvent>, ServerSocket) {
    let (socket, mut events) = open(world, SocketKind::Private);
    socket.subscribe(Subscription::Executions, None).await;
    let mut server = private(world, "Token").await;
    let asked = frame(&mut server).await;
    acknowledge(&mut server, &asked).await;
    server.send(r#"{"channel":"executions","type":"snapshot","data":[],"sequence":1}"#).await;
    up(&mut events).await;
    (socket, events, server)
}

#[tokio::test]
async fn an_order_is_answered_and_its_permit_settled() {
    let world = World::new().await;
    let (socket, mut events, mut server) = trading(&world).await;
    let (id, command, work) = order();
    socket.command(1, command, work, Lane::Place).await;
    let placed = frame(&mut server).await;
    let answer = json!({"method": "add_order", "req_id": placed["req_id"], "success": true,
        "result": {"order_id": "OABCDE-FGHIJ-KLMNOP", "cl_ord_id": id.to_string()}});
    server.send(answer.to_string()).await;
    loop {
        match event(&mut events).await {
            SocketEvent::Answer(answer) => {
                assert!(matches!(answer.outcome, Outcome::Placed { .. }), "{answer:?}");
                break;
            }
            SocketEvent::Account(_) => (),
            other => panic!("{other:?}"),
        }
    }
    let gauges = world.calls.gauges().await;
    let used = |name: &str| gauges.iter().find(|gauge| gauge.name == name).unwrap().used;
    assert!(!used("trading on BTC/USD").is_zero());
    assert!(!used("kept for cancels on BTC/USD").is_zero());
}

#[tokio::test]
async fn an_order_that_waits_for_the_budgets_can_be_taken_back() {
    let world = World::new().await;
    let (socket, mut events, _server) = trading(&world).await;
    // More than the pair's counter has room for, with what is kept for their cancels.
    let last = 40;
    for number in 1..=last {
        let (_, command, work) = numbered(number);
        socket.command(number, command, work, Lane::Place).await;
    }
    while world.calls.waiting().await.is_empty() {
        tokio::task::yield_now().await;
    }
    socket.withdraw(last).await;
    let answer = loop {
        match event(&mut events).await {
            SocketEvent::Answer(answer) if answer.request == last => break answer,
            SocketEvent::Answer(_) | SocketEvent::Account(_) => (),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(answer.outcome, Outcome::NotSent(NotSent::Withdrawn));
    assert_eq!(answer.order, Some(OrderName::Ours(numbered(last).0)));
}

#[tokio::test]
async fn a_refused_upgrade_is_told_and_final_ones_end_it() {
    let world = World::new().await;
    let (_socket, mut events) = open(&world, SocketKind::Public);
    world.script.asked().await.answer_with(503, "", "");
    // Whoever says that it has too much to do is given five seconds and more.
    world.turn_within(SECOND * 7).await;
    world.script.asked().await.answer_with(404, "", "");
    loop {
        if let SocketEvent::Ended(reason) = event(&mut events).await {
            assert_eq!(reason, EndReason::UpgradeRefused { http_status: 404 });
            break;
        }
    }
}

#[tokio::test]
async fn a_ban_at_the_upgrade_stops_calls_from_the_address_too() {
    let world = World::new().await;
    let (_socket, _events) = open(&world, SocketKind::Public);
    world.script.asked().await.answer_with(403, "", "<html>");
    let banned_at = world.hands.now();
    while world.hands.next_sleeper().is_none_or(|until| until < banned_at + SECOND * 600) {
        tokio::task::yield_now().await;
    }
    // Ten minutes later the socket tries again, and no call has gone before.
    let calls = world.calls.clone();
    let call = tokio::spawn(async move {
        calls.public(kraken_protocol::request::Request::time(), Lane::Halt).await
    });
    let mut asked = Vec::new();
    while asked.len() < 2 {
        let next = loop {
            tokio::select! {
                biased;
                next = world.script.asked() => break next,
                () = world.turn_within(SECOND * 700) => (),
            }
        };
        assert!(SECOND * 600 <= world.hands.now().since(banned_at), "{}", next.path);
        asked.push(next.path.clone());
        next.answer(r#"{"error":[],"result":{}}"#);
    }
    asked.sort();
    assert_eq!(asked, ["/0/public/Time", "/public"]);
    call.await.unwrap().unwrap();
}

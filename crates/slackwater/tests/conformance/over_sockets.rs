//! The line over sockets: our client as it is, against a simulated Kraken that is served on this
//! machine.
//!
//! The invariant: nothing here waits for time to pass; it waits for something to happen, and gives
//! up after more than any machine needs.

use std::{collections::BTreeMap, net::Ipv4Addr, time::Duration};

use kraken_client::{
    audit::{self, AuditError},
    calls::{Calls, CallsParts},
    clock::Clock,
    egress::Egress,
    hosts::Base,
    http::Http,
    secrets::Credentials,
    socket::{Socket, SocketEvent, SocketSettings},
};
use kraken_protocol::{
    Request,
    endpoint::Effect,
    key_audit::{KeyAudit, Wanted},
    limits::{Bucket, Profile, Tier, TradingAction},
    scheduler::{Lane, SchedulerSettings, TradingPath, Work},
    stream::{order_writer::OrderName, session::SocketCommand, subscription::SocketKind},
};
use serde_json::Value;
use simulator_server::{ListenerLimits, Security, Server, ServerSettings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
    time::timeout,
};
use trading_types::{ClientOrderId, NewOrder, OrderKind, Pair, TimeInForce};

use crate::{
    line::{Came, Key, Line, Wanting, Wire, session_settings},
    world::World,
};

/// More than any machine needs for anything here.
const PATIENCE: Duration = Duration::from_mins(2);
/// So fast that our own limits are never in the way: the simulated ones are off, too, and what is
/// tried here is not the limits.
const FAST: Bucket = Bucket { burst: 100_000, per_second: 100_000 };
/// Nothing that was given up on this machine arrives after this.
const LATE_ARRIVAL: Duration = Duration::from_millis(100);

/// A server, and a client for each of its keys.
pub(crate) struct OverSockets {
    server: Server,
    base: Base,
    clients: BTreeMap<Key, Client>,
    wires: Vec<Open>,
}

/// What our client needs to use one key.
struct Client {
    calls: Calls,
    ways: Vec<Http>,
    is_let_in: bool,
}

struct Open {
    socket: Socket,
    events: mpsc::Receiver<SocketEvent>,
    /// The pair of each of our orders, to say what a command spends.
    pairs: BTreeMap<ClientOrderId, Pair>,
}

impl Line for OverSockets {
    async fn start(world: World) -> Self {
        let server = serve(world);
        let base = base_of(&server);
        Self { server, base, clients: BTreeMap::new(), wires: Vec::new() }
    }

    async fn audit(&mut self, key: Key, wanted: Wanted) -> KeyAudit {
        // Once a key is refused it is not used again, not even to ask once more.
        let client = Client::new(key, &self.server, &self.base);
        match audit::admit(&client.calls, wanted).await {
            Ok(audit) | Err(AuditError::Refused(audit)) => audit,
            Err(error) => panic!("{error}"),
        }
    }

    async fn call(&mut self, key: Key, request: Request, action: Option<TradingAction>) -> Came {
        let calls = self.client(key).calls.clone();
        if !request.endpoint().is_public() {
            self.let_in(key).await;
        }
        let (work, lane) = work(key, &request, action);
        match calls.call(request, work, lane).await {
            Ok(reply) => Came::Done(reply.result.to_string()),
            Err(error) => error.into(),
        }
    }

    async fn open(&mut self, key: Key, wanted: Wanting<'_>) -> Wire {
        if wanted.kind != SocketKind::Public {
            self.let_in(key).await;
        }
        let client = self.client(key);
        let mut settings = SocketSettings::new(session_settings(wanted.kind));
        (settings.key, settings.seed) = (key.role(), Some(7));
        let opened = Socket::open(client.calls.clone(), client.ways.clone(), settings);
        let (socket, events) = opened.expect("nothing is recorded");
        for subscription in wanted.subscriptions {
            socket.subscribe(*subscription, wanted.data_every).await;
        }
        self.wires.push(Open { socket, events, pairs: BTreeMap::new() });
        Wire(self.wires.len() - 1)
    }

    async fn command(&mut self, wire: Wire, number: u64, command: SocketCommand) {
        let open = &mut self.wires[wire.0];
        let (work, lane) = command_work(&command, &mut open.pairs);
        open.socket.command(number, command, work, lane).await;
    }

    async fn next(&mut self, wire: Wire) -> SocketEvent {
        let event = timeout(PATIENCE, self.wires[wire.0].events.recv()).await;
        let event = event.unwrap_or_else(|_| panic!("nothing happened on {wire:?}"));
        event.expect("a socket tells its end")
    }

    async fn statistics(&mut self) -> Value {
        statistics(&self.server).await
    }
}

impl OverSockets {
    fn client(&mut self, key: Key) -> &mut Client {
        let (server, base) = (&self.server, &self.base);
        self.clients.entry(key).or_insert_with(|| Client::new(key, server, base))
    }

    /// Has a key let in that a case trades with, unless it is.
    async fn let_in(&mut self, key: Key) {
        let client = self.client(key);
        if client.is_let_in {
            return;
        }
        client.is_let_in = true;
        let wanted = Wanted { role: key.role(), live: true, accept_no_ip_list: false };
        let calls = client.calls.clone();
        audit::admit(&calls, wanted).await.expect("a key that is fit for this");
    }
}

impl Client {
    fn new(key: Key, server: &Server, base: &Base) -> Self {
        let credentials = credentials(key, server);
        let way = Http::new(base.clone(), &Egress::Direct, Clock::system());
        let ways = vec![way.expect("a way out")];
        let parts = CallsParts {
            ways: ways.clone(),
            settings: fast_settings(),
            state_folder: None,
            seed: Some(7),
        };
        let calls = Calls::start(parts, vec![credentials]).expect("a simulated key");
        Self { calls, ways, is_let_in: false }
    }
}

/// Limits that are never in the way.
pub(crate) fn fast_settings() -> SchedulerSettings {
    SchedulerSettings {
        profile: Profile::TokenBucket { private: FAST, public: FAST },
        tier: Tier::Pro,
        late_arrival: LATE_ARRIVAL,
        ..SchedulerSettings::default()
    }
}

/// A key of a server, for our client.
pub(crate) fn credentials(key: Key, server: &Server) -> Credentials {
    let described = server.keys.iter().find(|described| described.name == key.name());
    let described = described.expect("every key is given out");
    let (public, secret) = (described.key.clone(), described.secret.clone());
    Credentials::new(key.role(), public, secret).expect("a key")
}

/// Serves a world on this machine.
pub(crate) fn serve(world: World) -> Server {
    let settings = ServerSettings {
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        security: Security::Plain,
        speed: world.speed,
        start: None,
        scenario: world.scenario,
        state: None,
        kraken: world.settings,
        limits: ListenerLimits::default(),
    };
    simulator_server::start(settings).expect("a server on this machine")
}

/// What `GET /simulator/stats` tells of a server.
pub(crate) async fn statistics(server: &Server) -> Value {
    let place = server.rest.strip_prefix("http://").expect("plain HTTP");
    let mut stream = TcpStream::connect(place).await.expect("a connection");
    let request =
        format!("GET /simulator/stats HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it is answered");
    let (_, body) = answer.split_once("\r\n\r\n").expect("headers and a body");
    serde_json::from_str(body).expect("JSON")
}

/// Where a server is, for our client.
pub(crate) fn base_of(server: &Server) -> Base {
    Base::simulated(&server.rest, &server.ws_public, &server.ws_private).expect("addresses")
}

/// What a call spends, and in which lane it goes.
fn work(key: Key, request: &Request, action: Option<TradingAction>) -> (Work, Lane) {
    let (endpoint, role) = (request.endpoint(), key.role());
    let path = TradingPath::Rest(role, endpoint);
    let lane = match endpoint.effect() {
        Effect::Read => Lane::Resolve,
        Effect::Place => Lane::Place,
        Effect::Cancel => Lane::Cancel,
    };
    let work = match (action, request.pair()) {
        _ if endpoint.is_public() => Work::Public { endpoint, pair: request.pair() },
        (Some(TradingAction::CancelAll), _) => Work::CancelAll { path },
        (Some(action), Some(pair)) => Work::Trading { pair, action, path },
        // A batch of cancels may be of several pairs, and names none.
        (Some(_), None) | (None, _) => Work::Private { endpoint, key: role, cost: request.cost() },
    };
    (work, lane)
}

/// The same for a command on a socket.
fn command_work(
    command: &SocketCommand,
    pairs: &mut BTreeMap<ClientOrderId, Pair>,
) -> (Work, Lane) {
    let path = TradingPath::Socket;
    let mut place = |orders: &[NewOrder]| {
        pairs.extend(orders.iter().map(|order| (order.id, order.pair)));
        let ids = orders.iter().map(|order| order.id).collect();
        let is_over = matches!(orders[0].kind, OrderKind::Market)
            || orders[0].time_in_force == TimeInForce::ImmediateOrCancel;
        let action = match orders {
            [only] if is_over => TradingAction::PlaceImmediate(only.id),
            _ => TradingAction::Place(ids),
        };
        Work::Trading { pair: orders[0].pair, action, path }
    };
    match command {
        SocketCommand::Place(order) | SocketCommand::Check(order) => {
            (place(std::slice::from_ref(order)), Lane::Place)
        }
        SocketCommand::PlaceBatch(orders) => (place(orders), Lane::Place),
        SocketCommand::Amend(request) => {
            let order = request.amendment.order;
            let (pair, action) = (pairs[&order], TradingAction::Amend(order));
            (Work::Trading { pair, action, path }, Lane::Place)
        }
        SocketCommand::Cancel(orders) | SocketCommand::CancelBatch(orders) => {
            let ids: Vec<ClientOrderId> = orders.iter().filter_map(|order| ours(*order)).collect();
            let pair = ids.iter().find_map(|id| pairs.get(id)).copied();
            let pair = pair.unwrap_or_else(|| "BTC/USD".parse().expect("a pair"));
            (Work::Trading { pair, action: TradingAction::Cancel(ids), path }, Lane::Cancel)
        }
        SocketCommand::CancelAll | SocketCommand::CancelAllAfter(_) => {
            (Work::CancelAll { path }, Lane::Halt)
        }
    }
}

const fn ours(name: OrderName) -> Option<ClientOrderId> {
    match name {
        OrderName::Ours(id) => Some(id),
        OrderName::Venue(_) => None,
    }
}

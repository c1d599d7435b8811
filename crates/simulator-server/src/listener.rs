//! Connections, and which of them may stay. One that does not get on is closed; none is waited for.

use std::{io, net::SocketAddr, rc::Rc, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::spawn_local,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    counts::{Counts, count, discount},
    http::{Client, answer},
    hub::Hub,
    newcomers::{Newcomer, Newcomers},
    wire::Wire,
};

/// How long to wait where the system gives no more connections: until some have ended.
const PAUSE_WITHOUT_FILES: Duration = Duration::from_millis(50);

/// A connection's place among all.
#[derive(Debug)]
pub(crate) struct Permit {
    counts: Arc<Counts>,
}

impl Permit {
    fn new(counts: &Arc<Counts>) -> Self {
        count(&counts.connections_open);
        Self { counts: Arc::clone(counts) }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        discount(&self.counts.connections_open);
    }
}

/// Takes connections, for ever.
pub(crate) async fn listen(listener: TcpListener, tls: Option<TlsAcceptor>, hub: Rc<Hub>) {
    let http = http(&hub);
    let newcomers = Rc::new(Newcomers::default());
    loop {
        let (socket, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                if !is_of_one_connection(&error) {
                    tracing::warn!(%error, "no connection can be taken at the moment");
                    sleep(PAUSE_WITHOUT_FILES).await;
                }
                continue;
            }
        };
        let permit = Permit::new(&hub.counts);
        let open = hub.counts.read().connections_open;
        if (hub.limits.connections_max as u64) < open {
            count(&hub.counts.connections_refused);
            continue;
        }
        // An answer is written at once and whole: waiting for more gains nothing.
        let _ = socket.set_nodelay(true);
        let newcomer = Rc::new(newcomers.admit(hub.limits.newcomers_max));
        let client =
            Rc::new(Client { hub: Rc::clone(&hub), address: ip(address), _permit: permit });
        let serving = serve(socket, tls.clone(), http.clone(), (Rc::clone(&newcomer), client));
        let hub = Rc::clone(&hub);
        spawn_local(async move {
            let expelled = async {
                newcomer.expelled(hub.limits.first_request_time_max).await;
                // Before the connection is closed: whoever sees that may look at the counts.
                count(&hub.counts.newcomers_expelled);
            };
            tokio::select! {
                () = serving => {}
                () = expelled => {}
            }
        });
    }
}

async fn serve(
    socket: TcpStream,
    tls: Option<TlsAcceptor>,
    http: http1::Builder,
    (newcomer, client): (Rc<Newcomer>, Rc<Client>),
) {
    let wire = match tls {
        None => Wire::Plain(socket),
        Some(tls) => match tls.accept(socket).await {
            Ok(stream) => Wire::Tls(Box::new(stream)),
            Err(error) => return tracing::debug!(%error, "a client does not believe in us"),
        },
    };
    let service = service_fn(move |request| {
        newcomer.settle();
        answer(Rc::clone(&client), request)
    });
    let served = http.serve_connection(TokioIo::new(wire), service).with_upgrades().await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection has ended");
    }
}

fn http(hub: &Hub) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(hub.limits.idle_time_max)
        .max_header_size(hub.limits.head_bytes_max)
        .max_headers(hub.limits.headers_max)
        .max_buf_size(2 * hub.limits.head_bytes_max);
    http
}

/// A client whose connection has ended before it was taken.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    [Kind::ConnectionAborted, Kind::ConnectionReset, Kind::ConnectionRefused]
        .contains(&error.kind())
}

/// An address as limits count it: without a port, and the same whether it came as IPv4 or mapped.
fn ip(address: SocketAddr) -> String {
    address.ip().to_canonical().to_string()
}

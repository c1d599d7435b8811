//! Connections that have not asked for anything yet. There is room for so many of them; the oldest
//! goes when another comes, and each goes when its time is over.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::pending,
    rc::Rc,
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

/// All newcomers, by the number of their connection, which is the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Newcomers {
    waiting: RefCell<BTreeMap<u64, Rc<Notify>>>,
    last_number: Cell<u64>,
}

/// One connection's place among them, until it has asked for something.
#[derive(Debug)]
pub(crate) struct Newcomer {
    all: Rc<Newcomers>,
    number: u64,
    expelled: Rc<Notify>,
}

impl Newcomers {
    /// Another connection. Where there are `max` already, the oldest has to go.
    pub(crate) fn admit(self: &Rc<Self>, max: usize) -> Newcomer {
        let mut waiting = self.waiting.borrow_mut();
        if max <= waiting.len()
            && let Some((_, oldest)) = waiting.pop_first()
        {
            oldest.notify_one();
        }
        let number = self.last_number.get() + 1;
        self.last_number.set(number);
        let expelled = Rc::new(Notify::new());
        waiting.insert(number, Rc::clone(&expelled));
        Newcomer { all: Rc::clone(self), number, expelled }
    }
}

impl Newcomer {
    /// It has asked for something and may stay.
    pub(crate) fn settle(&self) {
        self.all.waiting.borrow_mut().remove(&self.number);
    }

    /// Waits until it has to go, which is never once it has settled.
    pub(crate) async fn expelled(&self, time_max: Duration) {
        tokio::select! {
            () = self.expelled.notified() => return,
            () = sleep(time_max) => {}
        }
        if self.all.waiting.borrow_mut().remove(&self.number).is_none() {
            pending::<()>().await;
        }
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        self.settle();
    }
}

#[cfg(test)]
mod tests;

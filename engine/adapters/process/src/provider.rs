//! A provider whose engines run in an adapter's process.

use crate::child::Launch;
use crate::connection::Connection;
use crate::description::Description;
use crate::engine::Remote;
use crate::message::{Hello, Op, VERSION};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wassay_engine::{Capabilities, Config, Engine, Fault, Features, Identity, Lost, Provider};

/// Starts engines in the process of an adapter. All of them run in one process; after a loss, the
/// next engine is started in a new one.
#[derive(Clone, Debug)]
pub struct Adapter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    launch: Launch,
    description: Arc<Description>,
    live: Mutex<Live>,
}

/// The running adapter.
#[derive(Debug)]
struct Live {
    connection: Arc<Connection>,
    /// How many in a row, without this one, were lost because they did not answer in time.
    late: u32,
    /// How many times in a row no new one could be started.
    absent: u32,
}

/// How many adapters in a row may not answer in time, or not start.
const LATE: u32 = 3;

impl Adapter {
    /// Starts an adapter and asks it who it is.
    ///
    /// # Errors
    /// [`Fault::Internal`] if it does not start, or does not introduce itself as it must.
    pub fn start(launch: Launch) -> Result<Adapter, Fault> {
        let (connection, description) = meet(&launch)?;
        let live = Mutex::new(Live { connection, late: 0, absent: 0 });
        Ok(Adapter(Arc::new(Shared { launch, description: Arc::new(description), live })))
    }

    /// The optional requests that the adapter does not have.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        Op::NAMES.iter().copied().filter(|name| *name != "hello" && !self.0.description.has(name))
    }

    /// The requests that it says it has, and that this version of the protocol does not have.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.0.description.ops().filter(|name| !Op::NAMES.contains(name))
    }

    /// The running adapter, or a new one.
    fn connection(&self) -> Result<Arc<Connection>, Fault> {
        let mut live = self.live();
        if live.connection.loss().is_none() {
            live.late = 0;
            return Ok(live.connection.clone());
        }
        let late = if live.connection.was_late() { live.late + 1 } else { 0 };
        if late + live.absent >= LATE {
            let loss = live.connection.loss().unwrap_or_default();
            let why = format!("not started again after {LATE} losses in a row: {loss}");
            return Err(Fault::Internal(why));
        }
        live.absent += 1;
        let (connection, description) = meet(&self.0.launch)?;
        if description != *self.0.description {
            let command = &self.0.launch.command;
            let why = format!("the adapter `{command}` describes itself differently than before");
            return Err(Fault::Internal(why));
        }
        *live = Live { connection: connection.clone(), late, absent: 0 };
        Ok(connection)
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts an adapter and asks it who it is.
fn meet(launch: &Launch) -> Result<(Arc<Connection>, Description), Fault> {
    let connection = Connection::start(launch)?;
    let harness = concat!("wassay ", env!("CARGO_PKG_VERSION")).to_string();
    let introduce = || {
        let hello = connection.ask_for::<Hello>(Op::Hello { protocol: VERSION, harness })?;
        Ok(Description::read(hello).unwrap_or_else(|how| connection.give_up(&how)))
    };
    match catch_unwind(AssertUnwindSafe(introduce)) {
        Ok(met) => met.map(|mut description| {
            if let Some(alias) = &launch.alias {
                description.identity.name.clone_from(alias);
            }
            (connection.clone(), description)
        }),
        Err(panic) => match Lost::of(&*panic) {
            Some(Lost(why)) => Err(Fault::internal(why)),
            None => std::panic::resume_unwind(panic),
        },
    }
}

impl Provider for Adapter {
    fn identity(&self) -> Result<Identity, Fault> {
        Ok(self.0.description.identity.clone())
    }

    fn features(&self) -> Features {
        self.0.description.features
    }

    fn capabilities(&self) -> Capabilities {
        self.0.description.capabilities
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        if let Some(lacking) = self.capabilities().lacking(self.features(), config) {
            return Err(Fault::Unsupported(lacking));
        }
        let connection = self.connection()?;
        let description = self.0.description.clone();
        Ok(Arc::new(Remote::start(self.clone(), connection, description, config)?))
    }

    /// Closes the adapter's input, and waits for its end.
    fn end(&self) -> Result<(), Fault> {
        let connection = self.live().connection.clone();
        connection.end().map_err(Fault::Internal)
    }
}

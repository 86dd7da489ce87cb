//! A provider whose engines run in an adapter's process.

use crate::child::Launch;
use crate::connection::Connection;
use crate::description::Description;
use crate::engine::Remote;
use crate::message::{Hello, Op, VERSION};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use wassay_engine::{Capabilities, Config, Engine, Fault, Features, Identity, Lost, Provider};

/// Starts engines in the process of an adapter. All of them run in one process; after a loss, the
/// next engine is started in a new one.
#[derive(Clone, Debug)]
pub struct Adapter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    launch: Launch,
    description: Arc<Description>,
    live: Mutex<Arc<Connection>>,
}

impl Adapter {
    /// Starts an adapter and asks it who it is.
    ///
    /// # Errors
    /// [`Fault::Internal`] if it does not start, or does not introduce itself as it must.
    pub fn start(launch: Launch) -> Result<Adapter, Fault> {
        let (live, description) = meet(&launch)?;
        let (description, live) = (Arc::new(description), Mutex::new(live));
        Ok(Adapter(Arc::new(Shared { launch, description, live })))
    }

    /// The optional requests that the adapter does not have.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        Op::NAMES.iter().copied().filter(|name| *name != "hello" && !self.0.description.has(name))
    }

    /// The running adapter, or a new one.
    fn connection(&self) -> Result<Arc<Connection>, Fault> {
        let mut live = self.0.live.lock().unwrap_or_else(PoisonError::into_inner);
        if live.loss().is_some() {
            let (connection, description) = meet(&self.0.launch)?;
            if description != *self.0.description {
                let command = &self.0.launch.command;
                let how = "describes itself differently than before";
                return Err(Fault::Internal(format!("the adapter `{command}` {how}")));
            }
            *live = connection;
        }
        Ok(live.clone())
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
        let live = self.0.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.end().map_err(Fault::Internal)
    }
}

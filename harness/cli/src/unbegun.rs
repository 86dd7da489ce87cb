//! What a stopped run has not begun: takes lanes, engines and passes; records a stopped run for each
//! pass, so that no report of the rest looks like the whole, and names them. Runs nothing.

use crate::exit::Failure;
use crate::lane::ReadyLane;
use crate::outcome::print;
use crate::pass::head;
use crate::run::Order;
use crate::ways::{Pass, Passes};
use wassay_record::{Engine, Event, Recorder};

/// Records a lane on which nothing ran, with the engines that another lane has described.
///
/// # Errors
/// If it is unknown what would have run.
pub fn lane(
    order: &Order<'_>,
    lane: &ReadyLane,
    engines: &[Engine],
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    tell(order, [&*lane.lane.name]);
    engines.iter().try_for_each(|engine| record_engine(order, lane, engine, recorder))
}

/// Records engines that did not run on this lane.
///
/// # Errors
/// If it is unknown what would have run.
pub fn engines(
    order: &Order<'_>,
    lane: &ReadyLane,
    engines: &[Engine],
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    tell(order, engines.iter().map(|engine| &*engine.name));
    engines.iter().try_for_each(|engine| record_engine(order, lane, engine, recorder))
}

/// Records passes of an engine that did not run on this lane.
pub fn passes<'a>(
    order: &Order<'_>,
    lane: &ReadyLane,
    engine: &'a Engine,
    passes: &'a [Pass],
    recorder: &mut Recorder,
) {
    let name = |pass: &'a Pass| match &*pass.distinction {
        "" => &*engine.name,
        distinction => distinction,
    };
    tell(order, passes.iter().map(name));
    record(order, lane, engine, passes, recorder);
}

fn record_engine(
    order: &Order<'_>,
    lane: &ReadyLane,
    engine: &Engine,
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    let passes = Passes::of(&order.args.options, lane, engine)?;
    record(order, lane, engine, &passes.all, recorder);
    Ok(())
}

fn record(
    order: &Order<'_>,
    lane: &ReadyLane,
    engine: &Engine,
    passes: &[Pass],
    recorder: &mut Recorder,
) {
    for pass in passes {
        recorder.event(Event::RunStarted(Box::new(head(order, lane, engine, &pass.config))));
        let stopped = order.stop.reason().map(str::to_string);
        recorder.event(Event::RunFinished { wall_s: 0.0, stopped });
    }
}

fn tell<'a>(order: &Order<'_>, names: impl IntoIterator<Item = &'a str>) {
    let names: Vec<&str> = names.into_iter().collect();
    let text = format!("not run: {}\n", names.join("; "));
    print(&order.args.options, &wassay_report::plain(&text));
}

//! Measures this process: takes an operation; fails if repeating it makes the process grow.

/// The memory of the process: resident bytes, and mappings.
fn process() -> (u64, usize) {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    (pages * 4096, maps.lines().count())
}

/// The most mappings of garbage that waits for a collection.
const WAITING: usize = 400;

/// Runs rounds; after a tenth of them the process must not grow any more.
pub fn stays(what: &str, rounds: u32, mut round: impl FnMut(u32), mut settle: impl FnMut()) {
    let (mut bytes, mut mappings) = (0, 0);
    for at in 0..rounds {
        round(at);
        if at == rounds / 10 {
            settle();
            (bytes, mappings) = process();
        }
        if at > rounds / 10 && at % 997 == 0 {
            let now = process().1;
            assert!(now <= mappings + WAITING, "{what}, round {at}: {mappings} became {now}");
        }
    }
    settle();
    let (bytes_after, mappings_after) = process();
    assert!(bytes_after <= bytes + (2 << 20), "{what}: {bytes} bytes became {bytes_after}");
    assert!(mappings_after <= mappings + 16, "{what}: {mappings} became {mappings_after}");
}

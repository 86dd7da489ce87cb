//! Images of data segments take descriptors, and a process has few: the number of images is bounded,
//! and there are none where they cannot be mapped. One test, because it counts those of the process.

#![forbid(unsafe_code)]

use std::fs;
use wassay_engine::*;

/// How many images the process has.
fn images() -> usize {
    let links =
        fs::read_dir("/proc/self/fd").unwrap().filter_map(|it| it.unwrap().path().read_link().ok());
    links.filter(|link| link.to_string_lossy().contains("wassay-data")).count()
}

/// Instantiates so many modules twice, all at the same time, and checks their data.
fn instantiate(bounds: Bounds, index: &str, modules: usize) -> usize {
    let provider = wassay_cranelift::provider();
    let engine = provider.start(&Config { bounds, ..Config::new(provider.features()) }).unwrap();
    let mut session = engine.session().unwrap();
    for number in 0..modules {
        let bytes = char::from(b'a' + (number % 23) as u8).to_string().repeat(300 << 10);
        let text = format!(
            "(module (memory (export \"m\") {index} 5) (data ({index}.const {number}) \"{bytes}\"))"
        );
        let module = engine.compile(&wat::parse_str(text).unwrap()).unwrap().unwrap();
        for _ in 0..2 {
            let instance = match session.instantiate(module, &[]).unwrap() {
                Instantiated::Ready(instance) => instance,
                other => panic!("{other:?}"),
            };
            let Some(Extern::Memory(memory)) = session.export(instance, "m").unwrap() else {
                panic!("no memory")
            };
            let mut found = vec![0; 300 << 10];
            assert!(session.memory_read(memory, number as u64, &mut found).unwrap());
            assert_eq!(found, bytes.as_bytes(), "module {number}");
        }
    }
    images()
}

#[test]
fn images_are_few() {
    assert_eq!(instantiate(Bounds::Explicit, "i32", 2), 0, "explicit bounds");
    assert_eq!(instantiate(Bounds::Guard, "i64", 2), 0, "64-bit memories");
    assert_eq!(instantiate(Bounds::Guard, "i32", 2), 2);
    assert_eq!(images(), 0, "closed with their modules");
    let many = instantiate(Bounds::Guard, "i32", 100);
    assert!((1..=64).contains(&many), "{many}");
    assert_eq!(images(), 0, "closed with their modules");
}

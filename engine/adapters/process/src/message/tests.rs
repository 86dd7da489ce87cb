//! Every line of the protocol survives being read and written, and wrong ones are refused.

use super::*;

/// The lines of `lines.txt` with this mark.
fn lines(mark: &str) -> impl Iterator<Item = &'static str> {
    include_str!("lines.txt").lines().filter_map(move |line| line.strip_prefix(mark))
}

/// The request on a line.
fn request(line: &str) -> Request {
    let Head { id, op } = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
    let op = Op::read(&op, line).unwrap_or_else(|| panic!("{line}"));
    Request { id, op: op.unwrap_or_else(|e| panic!("{line}: {e}")) }
}

/// The answer on a line.
fn answer(line: &str) -> Answer {
    Answer::read(line.to_string()).unwrap_or_else(|(_, e)| panic!("{line}: {e}"))
}

#[test]
fn requests_are_written_as_they_were_read() {
    let mut seen = Vec::new();
    for line in lines("> ") {
        let request = request(line);
        assert_eq!(serde_json::to_string(&request).unwrap(), line);
        seen.push(request.op.name());
    }
    for name in Op::NAMES {
        assert!(seen.contains(name), "there is no line with `{name}`");
    }
}

#[test]
fn answers_are_written_as_they_were_read() {
    for line in lines("< ") {
        let Answer { id, end } = answer(line);
        let end = match end {
            End::Ok(success) => {
                End::Ok(Success::write(success.read::<serde_json::Value>().unwrap()).unwrap())
            }
            end => end,
        };
        assert_eq!(String::from_utf8(Answer { id, end }.write().unwrap()).unwrap(), line);
    }
}

#[test]
fn values_survive_the_trait() {
    use crate::handles::{Handles, Kind};
    use wassay_engine::{Fault, Owner};

    /// A single owner whose handles have their index as number.
    struct One(Owner);

    impl Handles for One {
        fn number(&self, _: Kind, _: Owner, index: u32) -> Result<u32, Fault> {
            Ok(index)
        }
        fn place(&self, _: Kind, number: u32) -> Result<(Owner, u32), Fault> {
            Ok((self.0, number))
        }
    }

    let one = One(Owner::fresh());
    for line in lines("> ") {
        match request(line).op {
            Op::Call { args, .. } => {
                let read = Val::read_all(&args, &one).unwrap();
                assert_eq!(Val::write_all(&read, &one).unwrap(), args, "{line}");
            }
            Op::Instantiate { imports, .. } => {
                for item in imports {
                    let read = item.read(&one).unwrap();
                    assert_eq!(Extern::write(read, &one).unwrap(), item, "{line}");
                }
            }
            Op::HostFunc { ty, .. } | Op::TagNew { ty, .. } => {
                assert_eq!(FuncType::write(&ty.read(&one).unwrap(), &one).unwrap(), ty, "{line}");
            }
            Op::TableNew { ty, .. } => {
                let table = ExternType::Table(ty);
                let read = table.read(&one).unwrap();
                assert_eq!(ExternType::write(&read, &one).unwrap(), table, "{line}");
            }
            Op::MemoryNew { ty, .. } => assert_eq!(MemoryType::write(ty.read().unwrap()), ty),
            Op::Start { config, .. } => {
                assert_eq!(Config::write(&config.clone().read().unwrap()), config, "{line}");
            }
            _ => {}
        }
    }
}

/// What may be written in another way, and how this crate writes it.
#[test]
fn other_spellings_are_accepted() {
    for (given, value) in [
        (r#"{"i32":-1}"#, r#"{"i32":4294967295}"#),
        (r#"{"i64":"-1"}"#, r#"{"i64":"18446744073709551615"}"#),
        (r#"{"i64":-1}"#, r#"{"i64":"18446744073709551615"}"#),
        (r#"{"i64":7}"#, r#"{"i64":"7"}"#),
        (r#"{"f64":7}"#, r#"{"f64":"7"}"#),
        (
            r#"{"v128":"FFffffffffffffffffffffffffffffff"}"#,
            r#"{"v128":"ffffffffffffffffffffffffffffffff"}"#,
        ),
    ] {
        let read: Val = serde_json::from_str(given).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), value);
    }
    let Answer { id: 1, end: End::Ok(success) } =
        answer(r#"{"more":[{}],"ok":7,"id":1,"comment":null}"#)
    else {
        panic!()
    };
    assert_eq!(success.read::<u32>().unwrap(), 7);
    let more = r#"{"id":7,"op":"close","later":[{"session":1}],"session":2}"#;
    assert_eq!(request(more), Request { id: Some(7), op: Op::Close { session: 2 } });
    let ty: MemoryType = serde_json::from_str(r#"{"min":1,"new":true}"#).unwrap();
    assert_eq!(serde_json::to_string(&ty).unwrap(), r#"{"min":"1"}"#);
}

#[test]
fn wrong_answers_are_refused() {
    for (line, why) in [
        ("hello", "expected value"),
        ("[1]", "an answer: an object"),
        ("{}", "no `id`"),
        (r#"{"ok":1}"#, "no `id`"),
        (r#"{"id":1}"#, "neither `ok` nor another end"),
        (r#"{"id":1,"result":2}"#, "neither `ok` nor another end"),
        (r#"{"id":1,"ok":1,"trapped":{}}"#, "both `ok` and `trapped`"),
        (r#"{"id":1,"ok":1,"ok":1}"#, "both `ok` and `ok`"),
        (r#"{"id":1,"id":1,"ok":1}"#, "duplicate field `id`"),
        (r#"{"id":2,"ok":1,"id":1}"#, "duplicate field `id`"),
        (r#"{"id":"1","ok":1}"#, "expected u64"),
        (r#"{"id":1,"rejected":{"offset":4294967296}}"#, "expected u32"),
        (r#"{"id":1,"trapped":{"kind":"luck"}}"#, "`luck` is no kind of trap"),
        (r#"{"id":1,"unsupported":7}"#, "expected a string"),
        (r#"{"id":1,"rejected":{"stage":"early"}}"#, "unknown variant `early`"),
        (r#"{"id":1,"ok":1} {"id":1,"ok":1}"#, "trailing characters"),
    ] {
        let (_, error) = Answer::read(line.to_string()).unwrap_err();
        assert!(error.to_string().contains(why), "{line}: {error}");
    }
}

#[test]
fn wrong_requests_are_refused() {
    for (op, line, why) in [
        ("close", r#"{"op":"close"}"#, "missing field `session`"),
        ("close", r#"{"op":"close","session":"1"}"#, "expected u32"),
        ("close", r#"{"op":"close","session":1,"session":2}"#, "duplicate field `session`"),
        ("call", r#"{"op":"call","session":1,"func":2,"args":[{}]}"#, "expected value"),
    ] {
        let error = Op::read(op, line).unwrap().unwrap_err().to_string();
        assert!(error.contains(why), "{line}: {error}");
    }
    assert!(Op::read("luck", r#"{"op":"luck"}"#).is_none());
}

#[test]
fn wrong_values_are_refused() {
    for (value, why) in [
        (r#"{"i32":4294967296}"#, "more than 32 bits"),
        (r#"{"i32":-2147483649}"#, "more than 32 bits"),
        (r#"{"i32":"one"}"#, "is not an `i32`"),
        (r#"{"i32":1.5}"#, "an `i32`"),
        (r#"{"i64":"18446744073709551616"}"#, "is not an `i64`"),
        (r#"{"i64":"+1"}"#, "is not an `i64`"),
        (r#"{"i64":"one"}"#, "is not an `i64`"),
        (r#"{"f32":-1}"#, "expected u32"),
        (r#"{"f32":1.5}"#, "expected u32"),
        (r#"{"f64":"-1"}"#, "a negative number"),
        (r#"{"f64":"1.5"}"#, "is not an unsigned 64-bit number"),
        (r#"{"v128":"00"}"#, "not 32 hexadecimal digits"),
        (r#"{"v128":"+00102030405060708090a0b0c0d0e0f"}"#, "not 32 hexadecimal digits"),
        (r#"{"null":"struct"}"#, "unknown variant `struct`"),
        (r#"{"funcref":1}"#, "unknown variant `funcref`"),
        (r#"{"func":-1}"#, "expected u32"),
        (r#"{"i31":2147483648}"#, "more than 31 bits"),
        (r#"{"i32":1,"i64":"1"}"#, "expected"),
        (r#"{"i32":2,"i32":1}"#, "expected"),
        (r#"{"func":1,"note":1}"#, "expected"),
        ("7", "expected"),
    ] {
        let error = serde_json::from_str::<Val>(value).unwrap_err().to_string();
        assert!(error.contains(why), "{value}: {error}");
    }
    let error = serde_json::from_str::<Base64>(r#""AQI""#).unwrap_err().to_string();
    assert!(error.contains("no base64"), "{error}");
    let is_told =
        |error: &str| ["such as", "unknown variant"].iter().any(|part| error.contains(part));
    for ty in [r#""i33""#, r#"{"ref":"luck"}"#, r#"{"ref":{"list":1}}"#, "1"] {
        let ty = format!(r#"{{"type":{ty}}}"#);
        let error = serde_json::from_str::<GlobalType>(&ty).unwrap_err().to_string();
        assert!(is_told(&error), "{ty}: {error}");
    }
}

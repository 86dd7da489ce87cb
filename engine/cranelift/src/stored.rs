//! Artifacts in files: takes a file; returns the artifact in it, checked, unless its stamp shows
//! that it was checked before. A large one is mapped; a small one is read, because a few pages are
//! copied faster than mapped. Never loads code, and knows no cache.

use crate::stamp::Stamp;
use rustix::fs::{CWD, Mode, OFlags, fdatasync, fstat, openat};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use wassay_artifact::{Artifact, LoadError};
use wassay_runtime::MappedFile;

/// The least length of a file that is mapped, in bytes: that of a text which can be.
const MAPPED: u64 = 1 << 20;

/// How many files an engine remembers.
const REMEMBERED: usize = 1 << 12;

/// Files that the caller names; remembers those that were intact.
#[derive(Default)]
pub(crate) struct Files {
    intact: Mutex<HashSet<Stamp>>,
}

impl Files {
    /// Reads the artifact in a file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(&self, path: &Path) -> io::Result<Result<Artifact, LoadError>> {
        // Opening something other than a file must not block.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(CWD, path, flags, Mode::empty())?);
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        read(&file, metadata.len(), 0, self)
    }
}

impl Known for Files {
    fn is_intact(&self, stamp: &Stamp) -> bool {
        self.intact.lock().is_ok_and(|intact| intact.contains(stamp))
    }

    fn record(&self, stamp: &Stamp) {
        // A poisoned lock costs time, not safety.
        let Ok(mut intact) = self.intact.lock() else { return };
        if intact.len() >= REMEMBERED {
            intact.clear();
        }
        intact.insert(stamp.clone());
    }
}

/// Remembers which files are intact.
pub(crate) trait Known {
    /// Whether a file with this stamp was intact.
    fn is_intact(&self, stamp: &Stamp) -> bool;

    /// Records that it is.
    fn record(&self, stamp: &Stamp);
}

/// Reads the artifact at the start of a file of `size` bytes. The last `trailer` bytes are not part
/// of it.
///
/// # Errors
/// If the file cannot be read now.
pub(crate) fn read(
    file: &File,
    size: u64,
    trailer: u64,
    known: &dyn Known,
) -> io::Result<Result<Artifact, LoadError>> {
    read_and_sync(file, size, trailer, known, |file| fdatasync(file))
}

/// The same, with the operation that writes the bytes of a file to its disk.
fn read_and_sync(
    file: &File,
    size: u64,
    trailer: u64,
    known: &dyn Known,
    sync: impl FnOnce(&File) -> rustix::io::Result<()>,
) -> io::Result<Result<Artifact, LoadError>> {
    let corrupt = |why: &str| Ok(Err(LoadError::Corrupt(why.to_string())));
    // The head holds the length of the rest: a file of another length is not read.
    let mut head = [0; Artifact::PREFIX];
    let read = read_at_most(file, &mut head)?;
    let Some(len) = Artifact::announced_len(&head[..read]) else {
        return corrupt("not a wassay artifact");
    };
    if len.checked_add(trailer) != Some(size) {
        return corrupt("the length does not match");
    }
    if len < MAPPED {
        return read_all(file, len);
    }
    let before = Stamp::of(&fstat(file)?);
    let Ok(mapped) = MappedFile::map(file, len as usize).map(Arc::new) else {
        return read_all(file, len);
    };
    if before.as_ref().is_some_and(|stamp| known.is_intact(stamp)) {
        return Ok(Artifact::read_unchanged(mapped));
    }
    let artifact = Artifact::read_backed(mapped);
    // What was hashed may be in memory only. If it cannot be written later, older bytes come back.
    if let (Ok(_), Some(stamp)) = (&artifact, before)
        && sync(file).is_ok()
        && Stamp::of(&fstat(file)?).as_ref() == Some(&stamp)
    {
        known.record(&stamp);
    }
    Ok(artifact)
}

/// Reads the artifact in the first `len` bytes of a file into memory.
fn read_all(file: &File, len: u64) -> io::Result<Result<Artifact, LoadError>> {
    let mut bytes = Vec::with_capacity(len as usize);
    file.take(len).read_to_end(&mut bytes)?;
    Ok(Artifact::read(bytes))
}

/// Fills the buffer from the start of the file; returns how far.
fn read_at_most(file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], filled as u64) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::SETTLED;
    use std::cell::RefCell;
    use std::io::Write;
    use std::time::Duration;
    use wassay_artifact::ArtifactBuilder;
    use wassay_artifact::module::Module;
    use wassay_engine::{Config, Features};

    /// Calls every file intact if it is told so; lists what was recorded.
    #[derive(Default)]
    struct Memory {
        says: bool,
        recorded: RefCell<Vec<Stamp>>,
    }

    impl Known for Memory {
        fn is_intact(&self, _: &Stamp) -> bool {
            self.says
        }

        fn record(&self, stamp: &Stamp) {
            self.recorded.borrow_mut().push(stamp.clone());
        }
    }

    /// The bytes of an artifact with so much text.
    fn artifact(text: usize) -> Vec<u8> {
        let target = crate::target::target(&Config::new(Features::WASM1)).unwrap();
        let mut builder = ArtifactBuilder::module(target, &Module::default());
        builder.text(vec![0x90; text]);
        builder.finish().bytes().to_vec()
    }

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file.reopen().unwrap()
    }

    fn read_all(bytes: &[u8], known: &dyn Known, settle: bool) -> Result<Artifact, LoadError> {
        let file = file(bytes);
        if settle {
            std::thread::sleep(Duration::from_secs(SETTLED as u64 + 2));
        }
        read(&file, bytes.len() as u64, 0, known).unwrap()
    }

    #[test]
    fn only_a_large_artifact_is_mapped() {
        for (text, is_mapped) in [(100, false), (1 << 20, true)] {
            let bytes = artifact(text);
            let artifact = read_all(&bytes, &Memory::default(), false).unwrap();
            assert_eq!(artifact.bytes(), bytes);
            let backing: &dyn std::any::Any = artifact.backing();
            assert_eq!(backing.is::<MappedFile>(), is_mapped, "{text} bytes of text");
        }
    }

    #[test]
    fn a_settled_file_is_recorded_and_then_not_hashed_again() {
        let good = artifact(1 << 20);
        let mut damaged = good.clone();
        *damaged.last_mut().unwrap() ^= 1;
        let memory = Memory::default();
        assert!(read_all(&good, &memory, false).is_ok());
        assert!(memory.recorded.take().is_empty(), "it may still change unnoticed");
        assert!(matches!(read_all(&damaged, &memory, true), Err(LoadError::Corrupt(_))));
        assert!(memory.recorded.take().is_empty(), "damaged");
        assert!(read_all(&good, &memory, true).is_ok());
        assert_eq!(memory.recorded.take().len(), 1);
        // Damage that a stamp cannot exclude shows that nothing is hashed.
        let memory = Memory { says: true, ..Memory::default() };
        assert!(read_all(&damaged, &memory, true).is_ok());
        assert!(read_all(&damaged, &memory, false).is_err(), "it has no stamp yet");
    }

    /// A stamp says that the bytes on the disk are those that were hashed.
    #[test]
    fn a_stamp_is_recorded_only_after_the_bytes_are_on_the_disk() {
        let good = artifact(1 << 20);
        let settled = file(&good);
        std::thread::sleep(Duration::from_secs(SETTLED as u64 + 2));
        for (is_written, records) in [(Err(rustix::io::Errno::IO), 0), (Ok(()), 1)] {
            let memory = Memory::default();
            let mut before = None;
            let sync = |_: &File| {
                before = Some(memory.recorded.borrow().len());
                is_written
            };
            let read = read_and_sync(&settled, good.len() as u64, 0, &memory, sync).unwrap();
            assert!(read.is_ok(), "the bytes are right");
            assert_eq!(before, Some(0), "it is synced before it is recorded");
            assert_eq!(memory.recorded.borrow().len(), records, "{is_written:?}");
        }
        let damaged = [&good[..good.len() - 1], &[!good[good.len() - 1]]].concat();
        let unused = |_: &File| panic!("nothing to record");
        for (file, bytes) in [(file(&damaged), &damaged), (file(&good), &good)] {
            let _ = read_and_sync(&file, bytes.len() as u64, 0, &Memory::default(), unused);
        }
    }

    #[test]
    fn files_of_another_length_are_refused() {
        for text in [100, 1 << 20] {
            let good = artifact(text);
            let longer = [&good[..], b"x"].concat();
            let lens = [0, 1, 39, 40, 100, good.len() / 2, good.len() - 1];
            for bytes in lens.iter().map(|len| &good[..*len]).chain([&longer[..]]) {
                let refused = read_all(bytes, &Memory::default(), false);
                assert!(matches!(refused, Err(LoadError::Corrupt(_))), "{} bytes", bytes.len());
            }
        }
    }
}

//! Takes the path of a file that a user names; returns its bytes or text, or an error if reading
//! might never end. Does not interpret the text.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// The most bytes of a file; an endless pipe fails at this size.
const MOST: u64 = 512 << 20;

/// Whether the path leads to a pipe, socket or device: it can be read only once, and reading or
/// writing it may block.
pub fn is_stream(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|target| {
        let kind = target.file_type();
        kind.is_fifo() || kind.is_char_device() || kind.is_socket() || kind.is_block_device()
    })
}

/// Reads a file, or a pipe from the user's shell: `/dev/stdin`, `<(...)`. Another pipe might never
/// have a writer, and a device might never end.
///
/// # Errors
/// If it is any other pipe or a device, is larger than 512 MiB, or cannot be read.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let is_handed_over =
        path == Path::new("/dev/stdin") || path.starts_with("/dev/fd") || path.starts_with("/proc");
    if is_stream(path) && !is_handed_over {
        return Err(io::Error::other("it is a pipe or a device, not a file"));
    }
    let mut text = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut text)?;
    match text.len() as u64 > MOST {
        true => Err(io::Error::other(format!("it is larger than {} MiB", MOST >> 20))),
        false => Ok(text),
    }
}

/// Reads a file that must be UTF-8; see [`read_file`].
///
/// # Errors
/// Those of [`read_file`], and `InvalidData`.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_file(path)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not valid UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_distinguished_from_bytes_and_streams() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        std::fs::write(&path, "text").unwrap();
        assert_eq!(read_text(&path).unwrap(), "text");
        std::fs::write(&path, b"\xff").unwrap();
        assert_eq!(read_text(&path).unwrap_err().to_string(), "it is not valid UTF-8");
        assert_eq!(read_file(&path).unwrap(), b"\xff");
        for device in ["/dev/zero", "/dev/null"] {
            let error = read_file(Path::new(device)).unwrap_err();
            assert_eq!(error.to_string(), "it is a pipe or a device, not a file");
        }
        assert!(is_stream(Path::new("/dev/null")) && !is_stream(&path));
    }
}

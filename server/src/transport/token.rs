//! The token: the secret with which programs come in over TCP.
//!
//! 256 bits in `$XDG_STATE_HOME/transom/token`, made on first use, as 64 hexadecimal digits and a
//! newline. A file that others can read is no secret and is refused.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use transom_protocol::hello::TOKEN_BYTES;

/// Why there is no token. All name the file.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Neither `XDG_STATE_HOME` nor `HOME` says where it is.
    #[error("no place for the token: set HOME or XDG_STATE_HOME")]
    NoPlace,
    /// It cannot be read or made.
    #[error("token file {0}: {1}")]
    Io(PathBuf, io::Error),
    /// Others may have read it.
    #[error(
        "token file {0}: others can read it (mode {1:o}), so it is no secret; remove it and a new one is made"
    )]
    Exposed(PathBuf, u32),
    /// Somebody else made it.
    #[error("token file {0}: it belongs to uid {1}, not to you")]
    Foreign(PathBuf, u32),
    /// It holds something else.
    #[error("token file {0}: not 64 hexadecimal digits; remove it and a new one is made")]
    Content(PathBuf),
}

/// Where this user's token is.
pub fn default_path() -> Result<PathBuf, TokenError> {
    let absolute = |name| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    Ok(state.ok_or(TokenError::NoPlace)?.join("transom/token"))
}

/// The token in the file, which is made when it is missing.
pub fn load_or_create(path: &Path) -> Result<[u8; TOKEN_BYTES], TokenError> {
    let io = |e| TokenError::Io(path.into(), e);
    match File::open(path) {
        Ok(file) => load(path, file),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(io)?;
            // Read back: another server may have been faster.
            load(path, File::open(path).map_err(io)?)
        }
        Err(e) => Err(io(e)),
    }
}

fn load(path: &Path, file: File) -> Result<[u8; TOKEN_BYTES], TokenError> {
    let io = |e| TokenError::Io(path.into(), e);
    let found = file.metadata().map_err(io)?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(TokenError::Foreign(path.into(), found.uid()));
    }
    if found.mode() & 0o077 != 0 {
        return Err(TokenError::Exposed(path.into(), found.mode() & 0o777));
    }
    let mut text = String::new();
    let limit = 2 * TOKEN_BYTES as u64 + 64;
    match file.take(limit).read_to_string(&mut text) {
        Ok(_) => from_hex(text.trim()).ok_or_else(|| TokenError::Content(path.into())),
        Err(e) if e.kind() == io::ErrorKind::InvalidData => Err(TokenError::Content(path.into())),
        Err(e) => Err(io(e)),
    }
}

/// Writes a new token beside the path and links it there, so that nobody ever sees half of one,
/// and the first of several wins.
fn create(path: &Path) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    let mut token = [0; TOKEN_BYTES];
    fill_random(&mut token)?;
    let mut tag = [0; 4];
    fill_random(&mut tag)?;
    let fresh = path.with_extension(format!("{:08x}", u32::from_ne_bytes(tag)));
    let linked = write_new(&fresh, &to_hex(&token)).and_then(|()| std::fs::hard_link(&fresh, path));
    let _ = std::fs::remove_file(&fresh);
    match linked {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}

fn write_new(path: &Path, line: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(line.as_bytes())
}

fn to_hex(token: &[u8; TOKEN_BYTES]) -> String {
    let mut line: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
    line.push('\n');
    line
}

fn from_hex(text: &str) -> Option<[u8; TOKEN_BYTES]> {
    let mut token = [0; TOKEN_BYTES];
    if text.len() != 2 * TOKEN_BYTES || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, i) in token.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[i..i + 2], 16).ok()?;
    }
    Some(token)
}

/// Fills `bytes` with the system's random numbers.
pub(crate) fn fill_random(bytes: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while filled < bytes.len() {
        filled +=
            rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::temp_dir::TempDir;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_token_is_made_once_and_readable_by_its_owner_alone() {
        let dir = TempDir::new("token").expect("a temporary directory");
        let path = dir.path().join("state/transom/token");
        let token = load_or_create(&path).expect("made");
        assert_eq!(load_or_create(&path).expect("read"), token);
        let found = std::fs::metadata(&path).expect("it exists");
        assert_eq!((found.mode() & 0o777, found.len()), (0o600, 65));
        let beside = std::fs::read_dir(path.parent().expect("a directory"));
        assert_eq!(beside.expect("it exists").count(), 1);
        assert_ne!(token, [0; TOKEN_BYTES]);
    }

    #[test]
    fn a_token_that_others_can_read_is_refused() {
        let dir = TempDir::new("token").expect("a temporary directory");
        let path = dir.path().join("token");
        load_or_create(&path).expect("made");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("ours");
        let error = load_or_create(&path).expect_err("exposed");
        assert!(error.to_string().contains("640"), "{error}");
    }

    #[test]
    fn a_file_with_something_else_in_it_is_refused() {
        let dir = TempDir::new("token").expect("a temporary directory");
        let path = dir.path().join("token");
        for content in [
            "",
            "hello\n",
            &"g".repeat(64),
            &"0".repeat(63),
            &"é".repeat(32),
        ] {
            write_new(&path, content).expect("fresh");
            assert!(matches!(load_or_create(&path), Err(TokenError::Content(_))));
            std::fs::remove_file(&path).expect("ours");
        }
    }

    #[test]
    fn hex_is_read_back_as_it_was_written() {
        let token = std::array::from_fn(|i| (i * 7) as u8);
        assert_eq!(from_hex(to_hex(&token).trim()), Some(token));
    }
}

//! [`TempDir`]: a private directory that is removed with everything in it.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// How many names are tried before giving up.
const ATTEMPTS: u32 = 16;

/// A directory under `$TMPDIR` that only this user can enter; removed when dropped.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes one. Its name holds `purpose` and a random number.
    pub fn new(purpose: &str) -> io::Result<Self> {
        let base = std::env::temp_dir();
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..ATTEMPTS {
            let mut random = [0; 8];
            super::token::fill_random(&mut random)?;
            let random = u64::from_ne_bytes(random);
            let path = base.join(format!("transom-{purpose}-{random:016x}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => last = e,
                Err(e) => {
                    let text = format!("{}: {e}", base.display());
                    return Err(io::Error::new(e.kind(), text));
                }
            }
        }
        Err(last)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

//! [`SocketFile`]: a Unix socket's path, held by one server at a time.
//!
//! Beside the path lies `<path>.lock`, locked with `flock` for as long as the server runs, so two
//! servers that start at once never both believe that a path is free. A socket that a dead server
//! left behind is replaced; one that still answers, lock or not, is left alone.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};

/// How often a lock that another server is just giving up is tried again.
const LOCK_ATTEMPTS: u32 = 16;

/// A path that this process holds. The lock, and all sockets bound there, are removed when it is dropped.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    lock: File,
    bound: Vec<PathBuf>,
}

impl SocketFile {
    /// Takes the path, or `None` when another server has it.
    pub fn claim(path: &Path) -> io::Result<Option<Self>> {
        let Some(lock) = take_lock(&suffixed(path, ".lock"))? else {
            return Ok(None);
        };
        let file = Self {
            path: path.into(),
            lock,
            bound: Vec::new(),
        };
        let alive = is_alive(&file.path) || is_alive(&file.control_path());
        Ok((!alive).then_some(file))
    }

    /// The path for programs.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path for tools.
    pub fn control_path(&self) -> PathBuf {
        suffixed(&self.path, ".control")
    }

    /// Listens for programs.
    pub fn bind(&mut self) -> io::Result<UnixListener> {
        self.bind_at(self.path.clone())
    }

    /// Listens for tools.
    pub fn bind_control(&mut self) -> io::Result<UnixListener> {
        self.bind_at(self.control_path())
    }

    fn bind_at(&mut self, path: PathBuf) -> io::Result<UnixListener> {
        match std::fs::symlink_metadata(&path) {
            Ok(found) if is_socket(&found) => std::fs::remove_file(&path)?,
            Ok(_) => {
                let problem = "the path exists and is no socket";
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, problem));
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        let listener = UnixListener::bind(&path)?;
        self.bound.push(path.clone());
        // Nobody depends on this coming a moment late: every peer's uid is checked as well.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        for path in &self.bound {
            let _ = std::fs::remove_file(path);
        }
        // Removed while still locked: whoever waits for this lock sees that its file is gone.
        let _ = std::fs::remove_file(suffixed(&self.path, ".lock"));
        let _ = flock(&self.lock, FlockOperation::Unlock);
    }
}

/// The path with something behind its file name.
pub fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Whether a server answers at this path.
pub fn is_alive(path: &Path) -> bool {
    UnixStream::connect(path).is_ok()
}

fn is_socket(file: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&file.file_type())
}

fn take_lock(path: &Path) -> io::Result<Option<File>> {
    for _ in 0..LOCK_ATTEMPTS {
        let lock = open_lock(path)?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
            Err(e) => return Err(e.into()),
        }
        // The last owner may have removed the file between the two calls.
        let ours = lock.metadata()?;
        let same =
            |found: std::fs::Metadata| (found.dev(), found.ino()) == (ours.dev(), ours.ino());
        if std::fs::symlink_metadata(path).is_ok_and(same) {
            return Ok(Some(lock));
        }
    }
    Ok(None)
}

/// Opens a lock, or makes it. In a directory where others can write, what lies there may be theirs:
/// no link is followed, so that nothing elsewhere is made or locked, and no pipe is waited for.
fn open_lock(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags.bits() as i32)
        .open(path);
    let refused = |problem: &str| {
        let problem = format!("its lock {} {problem}", path.display());
        io::Error::new(io::ErrorKind::PermissionDenied, problem)
    };
    let lock = match opened {
        Err(e) if std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) => {
            return Err(refused(&format!(
                "is a symbolic link, which is not followed ({e})"
            )));
        }
        opened => opened?,
    };
    let found = lock.metadata()?;
    if !found.is_file() {
        return Err(refused("is not a regular file"));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(refused(&format!("belongs to uid {}", found.uid())));
    }
    Ok(lock)
}

/// The directory of this user's displays, made when it is missing: `$XDG_RUNTIME_DIR/transom`,
/// else `/tmp/transom-UID`. Refused when somebody else could enter it.
pub fn runtime_dir() -> io::Result<PathBuf> {
    let dir = runtime_dir_path();
    private_dir(&dir)?;
    Ok(dir)
}

/// Where the directory of this user's displays is, whether it exists or not.
pub fn runtime_dir_path() -> PathBuf {
    match std::env::var_os("XDG_RUNTIME_DIR") {
        Some(dir) if Path::new(&dir).is_absolute() => Path::new(&dir).join("transom"),
        _ => format!("/tmp/transom-{}", rustix::process::geteuid().as_raw()).into(),
    }
}

/// Makes a directory that only this user can enter, or checks that it is one.
pub fn private_dir(dir: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(e),
    }
    let found = std::fs::symlink_metadata(dir)?;
    let problem = if !found.is_dir() {
        "it is not a directory".to_owned()
    } else if found.uid() != rustix::process::geteuid().as_raw() {
        format!("it belongs to uid {}", found.uid())
    } else if found.mode() & 0o077 != 0 {
        format!(
            "others can enter it (mode {:o}); chmod 700 it",
            found.mode() & 0o7777
        )
    } else {
        return Ok(());
    };
    Err(io::Error::new(io::ErrorKind::PermissionDenied, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::temp_dir::TempDir;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("it exists").mode() & 0o777
    }

    #[test]
    fn a_claimed_path_is_taken_until_it_is_dropped() {
        let dir = TempDir::new("claim").expect("a temporary directory");
        let path = dir.path().join("0");
        let first = SocketFile::claim(&path).expect("free").expect("free");
        assert!(SocketFile::claim(&path).expect("no error").is_none());
        drop(first);
        assert!(SocketFile::claim(&path).expect("no error").is_some());
        assert_eq!(std::fs::read_dir(dir.path()).expect("it exists").count(), 0);
    }

    #[test]
    fn a_dead_servers_socket_is_replaced() {
        let dir = TempDir::new("stale").expect("a temporary directory");
        let path = dir.path().join("0");
        drop(UnixListener::bind(&path).expect("a fresh path")); // The file stays.
        let mut file = SocketFile::claim(&path).expect("free").expect("free");
        let _listener = file.bind().expect("replaced");
        let _control = file.bind_control().expect("bound");
        assert_eq!((mode(&path), mode(&file.control_path())), (0o600, 0o600));
        assert!(is_alive(&path));
        drop(file);
        assert_eq!(std::fs::read_dir(dir.path()).expect("it exists").count(), 0);
    }

    #[test]
    fn a_living_servers_socket_is_left_alone_even_without_a_lock() {
        let dir = TempDir::new("alive").expect("a temporary directory");
        let path = dir.path().join("0");
        let _alive = UnixListener::bind(&path).expect("a fresh path");
        assert!(SocketFile::claim(&path).expect("no error").is_none());
        assert!(is_alive(&path));
    }

    #[test]
    fn something_that_is_no_socket_is_never_removed() {
        let dir = TempDir::new("file").expect("a temporary directory");
        let path = dir.path().join("0");
        std::fs::write(&path, "precious").expect("a fresh path");
        let mut file = SocketFile::claim(&path).expect("free").expect("free");
        assert!(file.bind().is_err());
        drop(file);
        assert_eq!(std::fs::read(&path).expect("still there"), b"precious");
    }

    #[test]
    fn a_lock_that_is_a_link_is_refused_and_not_followed() {
        let dir = TempDir::new("link").expect("a temporary directory");
        let (path, target) = (dir.path().join("0"), dir.path().join("target"));
        let lock = suffixed(&path, ".lock");
        std::os::unix::fs::symlink(&target, &lock).expect("a fresh path");
        for exists in [false, true] {
            assert_eq!(target.exists(), exists);
            let error = SocketFile::claim(&path).expect_err("a link");
            assert!(error.to_string().contains("symbolic link"), "{error}");
            assert_eq!(target.exists(), exists);
            std::fs::write(&target, "precious").expect("writable");
        }
        std::fs::remove_file(&lock).expect("the link is there still");
        assert!(SocketFile::claim(&path).expect("no error").is_some());
        assert_eq!(std::fs::read(&target).expect("untouched"), b"precious");
    }

    #[test]
    fn a_directory_others_can_enter_is_refused() {
        let dir = TempDir::new("open").expect("a temporary directory");
        assert!(private_dir(dir.path()).is_ok());
        let open = dir.path().join("open");
        std::fs::create_dir(&open).expect("fresh");
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755)).expect("ours");
        let error = private_dir(&open).expect_err("open to others");
        assert!(error.to_string().contains("755"), "{error}");
        let made = dir.path().join("made");
        private_dir(&made).expect("made");
        assert_eq!(mode(&made), 0o700);
    }
}

//! The secret with which a program may use a display over TCP, and the program's own identity.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use transom_protocol::hello::TOKEN_BYTES;

use crate::error::Error;

/// A secret shared with the server. It never appears in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; TOKEN_BYTES]);

impl Token {
    /// From its bytes.
    pub const fn new(bytes: [u8; TOKEN_BYTES]) -> Self {
        Self(bytes)
    }

    /// From 64 hexadecimal digits, or `None`.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .map(|c| c.to_digit(16).map(|d| d as u8))
            .collect();
        let digits: [u8; 2 * TOKEN_BYTES] = digits?.try_into().ok()?;
        Some(Self(std::array::from_fn(|i| {
            digits[2 * i] << 4 | digits[2 * i + 1]
        })))
    }

    /// The bytes, as they are sent.
    pub const fn as_bytes(&self) -> &[u8; TOKEN_BYTES] {
        &self.0
    }

    /// What the environment says to send: `TRANSOM_TOKEN`, else the file that `TRANSOM_TOKEN_FILE`
    /// names, else, only if the server is on this machine, the user's own file if there is one.
    pub(crate) fn from_environment(loopback: bool) -> Result<Option<Self>, Error> {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        if let Some(value) = variable("TRANSOM_TOKEN") {
            let token = value.to_str().and_then(|text| Self::from_hex(text.trim()));
            return token
                .map(Some)
                .ok_or_else(|| bad("TRANSOM_TOKEN", NOT_A_TOKEN));
        }
        if let Some(path) = variable("TRANSOM_TOKEN_FILE") {
            return Self::read(Path::new(&path)).map(Some);
        }
        match own_file().filter(|path| loopback && path.exists()) {
            Some(path) => Self::read(&path).map(Some),
            None => Ok(None),
        }
    }

    /// Reads a file of 64 hexadecimal digits and a newline.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let fail = |problem: &str| bad(&path.display().to_string(), problem);
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(TOKEN_FILE_BYTES).read_to_string(&mut text))
            .map_err(|e| fail(&e.to_string()))?;
        Self::from_hex(text.trim()).ok_or_else(|| fail(NOT_A_TOKEN))
    }
}

/// More than a token and its newline: whatever is longer is no token.
const TOKEN_FILE_BYTES: u64 = 256;

const NOT_A_TOKEN: &str = "that is no token";

fn bad(source_name: &str, problem: &str) -> Error {
    Error::BadToken {
        source_name: source_name.to_owned(),
        problem: problem.to_owned(),
    }
}

/// `$XDG_STATE_HOME/transom/token`, by default under `~/.local/state`.
fn own_file() -> Option<PathBuf> {
    let directory = |name| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let state = directory("XDG_STATE_HOME")
        .or_else(|| directory("HOME").map(|home| home.join(".local/state")))?;
    Some(state.join("transom/token"))
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Who a program says it is. Its secrets never appear in debug output.
#[derive(Clone)]
pub struct Identity {
    /// The same for every connection of this program.
    pub instance: [u8; 16],
    /// Proves later that a program which comes back is the same one.
    pub resume_secret: [u8; 32],
    /// Sent where the transport does not show who the peer is.
    pub token: Option<Token>,
    /// The program's name.
    pub program: String,
    /// The machine it runs on.
    pub host: String,
    /// Its process id.
    pub pid: u32,
    /// It is to be told of fingers, instead of taking one for the pointer.
    pub touch: bool,
}

impl Identity {
    /// This process, with secrets chosen at random once.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    pub fn of_process() -> Result<Self, Error> {
        static SECRETS: OnceLock<Result<[u8; 48], Error>> = OnceLock::new();
        let secrets = SECRETS.get_or_init(random_bytes).clone()?;
        let (instance, resume_secret) = secrets.split_at(16);
        Ok(Self {
            instance: instance.try_into().expect("16 of 48 bytes"),
            resume_secret: resume_secret.try_into().expect("32 of 48 bytes"),
            token: None,
            program: program_name(),
            host: rustix::system::uname()
                .nodename()
                .to_string_lossy()
                .into_owned(),
            pid: std::process::id(),
            touch: false,
        })
    }
}

fn program_name() -> String {
    let path = std::env::args_os()
        .next()
        .map(PathBuf::from)
        .unwrap_or_default();
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn random_bytes() -> Result<[u8; 48], Error> {
    let mut bytes = [0; 48];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|e| Error::NoRandom(e.to_string()))?;
    Ok(bytes)
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("program", &self.program)
            .field("host", &self.host)
            .field("pid", &self.pid)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_64_hexadecimal_digits() {
        let token = Token::from_hex(&"0aF1".repeat(16)).expect("64 digits");
        assert_eq!(token.as_bytes()[..2], [0x0a, 0xf1]);
        for wrong in [
            "",
            "0a",
            &"0g".repeat(32),
            &"00".repeat(33),
            &"é".repeat(32),
        ] {
            assert_eq!(Token::from_hex(wrong), None);
        }
    }

    #[test]
    fn a_token_file_ends_with_a_newline_or_not() {
        let path = std::env::temp_dir().join(format!("transom-token-{}", std::process::id()));
        for ending in ["", "\n"] {
            std::fs::write(&path, "11".repeat(32) + ending).expect("a fresh file");
            assert_eq!(Token::read(&path), Ok(Token::new([0x11; 32])));
        }
        std::fs::write(&path, "nonsense").expect("a fresh file");
        assert!(Token::read(&path).is_err());
        std::fs::remove_file(&path).expect("it was written");
    }

    #[test]
    fn secrets_are_the_same_for_the_process_and_never_shown() {
        let identity = Identity::of_process().expect("the system has random numbers");
        let again = Identity::of_process().expect("as before");
        assert_eq!(identity.instance, again.instance);
        assert_ne!(identity.resume_secret, [0; 32]);
        assert!(!format!("{identity:?}").contains("secret"));
        assert!(!format!("{:?}", Token::new([0xab; 32])).contains("171"));
    }
}

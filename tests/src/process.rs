//! [`Process`]: a program that a test has started, and that does not outlive it.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::PATIENCE;

/// A program, alone in its process group. Killed and reaped with all it started when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    status: Option<ExitStatus>,
    stdout: Arc<Text>,
    stderr: Arc<Text>,
    readers: Vec<JoinHandle<()>>,
    name: String,
}

/// A program that has ended.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How.
    pub status: ExitStatus,
    /// All it wrote.
    pub stdout: Vec<u8>,
    /// All it complained.
    pub stderr: String,
}

impl Process {
    /// Starts it. What it writes is read all the time.
    pub fn start(mut command: Command) -> Self {
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let name = format!("{command:?}");
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{name}: {e}"));
        let (stdout, stderr) = (Arc::<Text>::default(), Arc::<Text>::default());
        let out = child.stdout.take().expect("it is a pipe");
        let err = child.stderr.take().expect("it is a pipe");
        let readers = vec![follow(out, &stdout), follow(err, &stderr)];
        Self {
            child,
            status: None,
            stdout,
            stderr,
            readers,
            name,
        }
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first line on stdout and returns it, without its end.
    pub fn first_line(&mut self) -> String {
        self.line_where(|_| true)
    }

    /// Waits for a line on stdout that fits, and returns it.
    pub fn line_where(&mut self, fits: impl Fn(&str) -> bool) -> String {
        match self.stdout.wait_line(fits) {
            Some(line) => line,
            None => panic!("{}: no such line\n{}", self.name, self.told()),
        }
    }

    /// Waits until it has complained about this.
    pub fn complaint(&mut self, part: &str) -> String {
        match self.stderr.wait_line(|line| line.contains(part)) {
            Some(line) => line,
            None => panic!("{}: no '{part}'\n{}", self.name, self.told()),
        }
    }

    /// Everything on stderr so far.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    fn told(&self) -> String {
        format!("stdout: {}\nstderr: {}", self.stdout.text(), self.stderr())
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.id() as i32).expect("a process has a number");
        kill_process(pid, signal).expect("it runs, or has not been reaped");
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        if self.status.is_none() {
            self.status = self.child.try_wait().expect("it is our child");
        }
        self.status.is_none()
    }

    /// Waits for its end.
    pub fn finish(mut self) -> Finished {
        let deadline = Instant::now() + PATIENCE;
        while self.is_running() {
            assert!(
                Instant::now() < deadline,
                "{} does not end\n{}",
                self.name,
                self.told()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        // Anything it left running would keep the pipes open.
        self.stdout.wait_end();
        self.stderr.wait_end();
        Finished {
            status: self.status.expect("it has ended"),
            stdout: self.stdout.bytes(),
            stderr: self.stderr.text(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(group) = Pid::from_raw(self.id() as i32)
            && self.status.is_none()
        {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
        for reader in self.readers.drain(..) {
            if self.stdout.ended() && self.stderr.ended() {
                let _ = reader.join();
            }
        }
    }
}

impl Finished {
    /// Its exit code; a program that a signal ended fails the test.
    pub fn code(&self) -> i32 {
        let signal = self.status.signal();
        let code = self.status.code();
        code.unwrap_or_else(|| panic!("signal {signal:?}\n{}", self.stderr))
    }

    /// What it wrote, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// It did what it should, and complained about nothing.
    #[track_caller]
    pub fn done(&self) -> String {
        assert_eq!((self.code(), self.stderr.as_str()), (0, ""));
        self.text()
    }

    /// It failed with this code and one line that contains `part`.
    #[track_caller]
    pub fn failed(&self, code: i32, part: &str) {
        assert_eq!(self.code(), code, "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "one line: {}", self.stderr);
        assert!(self.stderr.contains(part), "'{part}' in {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

/// What a program writes.
#[derive(Debug, Default)]
struct Text {
    state: Mutex<Written>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Written {
    bytes: Vec<u8>,
    ended: bool,
}

impl Text {
    fn lock(&self) -> std::sync::MutexGuard<'_, Written> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bytes(&self) -> Vec<u8> {
        self.lock().bytes.clone()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock().bytes).into_owned()
    }

    fn ended(&self) -> bool {
        self.lock().ended
    }

    fn add(&self, bytes: &[u8]) {
        let mut state = self.lock();
        state.bytes.extend_from_slice(bytes);
        state.ended = bytes.is_empty();
        self.changed.notify_all();
    }

    /// The first whole line that fits; `None` when there will be none.
    fn wait_line(&self, fits: impl Fn(&str) -> bool) -> Option<String> {
        self.wait(|state| {
            let text = String::from_utf8_lossy(&state.bytes).into_owned();
            let mut lines = text
                .split_inclusive('\n')
                .filter_map(|l| l.strip_suffix('\n'));
            let line = lines.find(|line| fits(line)).map(str::to_owned);
            (line.is_some() || state.ended).then_some(line)
        })
        .flatten()
    }

    fn wait_end(&self) {
        self.wait(|state| state.ended.then_some(()));
    }

    fn wait<T>(&self, look: impl Fn(&Written) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.lock();
        loop {
            if let Some(found) = look(&state) {
                return Some(found);
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            let woken = self.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn follow(mut pipe: impl Read + Send + 'static, text: &Arc<Text>) -> JoinHandle<()> {
    let text = text.clone();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        loop {
            let count = pipe.read(&mut buffer).unwrap_or(0);
            text.add(&buffer[..count]);
            if count == 0 {
                return;
            }
        }
    })
}

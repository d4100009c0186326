//! What a test starts outside its own process goes when the test does, whatever way it ends.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

/// A shell that waits on a pipe, and runs a script when the pipe closes: when this is dropped, or when the test process
/// ends, even by a signal.
#[derive(Debug)]
pub struct Watchdog(Child);

impl Watchdog {
    /// Waits to run the script.
    pub fn new(script: &str) -> Self {
        // A group of its own: Ctrl-C at the terminal is meant for the tests.
        let shell = Command::new("sh")
            .args(["-c", &format!("cat >/dev/null; {script}")])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        Self(shell.expect("a shell starts"))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

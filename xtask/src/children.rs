//! Running other programs: their output is shown and remembered, their failures are explained, and none outlives us.
//!
//! Each child leads a process group of its own, so that a stop reaches what it started in turn: Trunk starts cargo,
//! cargo starts compilers.

use crate::explain::explain;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
static STOPPED: AtomicBool = AtomicBool::new(false);

/// How much of a child's last output is kept for an explanation, in bytes.
const KEPT_BYTES: usize = 64 * 1024;

/// A child's failure in one sentence, with the end of what it printed as errors.
#[derive(Debug)]
pub struct Failed {
    sentence: String,
    /// As printed, colours included.
    pub output: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Failed {}

/// Has the user asked for an end?
pub fn stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

/// On Ctrl-C, SIGTERM or SIGHUP: ends all children; the second time at once, and us too.
pub fn stop_on_signal() -> Result<()> {
    ctrlc::set_handler(|| {
        let again = STOPPED.swap(true, Ordering::SeqCst);
        for &id in running().iter() {
            end_group(id, again);
        }
        if again {
            std::process::exit(130);
        }
    })
    .context("signals cannot be handled")
}

/// Runs `command` to its end, its output shown as it comes.
///
/// # Errors
/// One sentence: the known cause if there is one, else that `what` failed.
pub fn run(command: &mut Command, what: &str) -> Result<()> {
    let mut child = start(command.stdout(Stdio::inherit()).stderr(Stdio::piped()), what)?;
    let errors = child.stderr.take().map(|pipe| thread::spawn(move || tee(pipe)));
    let status = wait(&mut child)?;
    let output = errors.and_then(|thread| thread.join().ok()).unwrap_or_default();
    judge(status, what, output)
}

/// As [`run`], and hands each line of the standard output to `read`.
///
/// # Errors
/// As [`run`].
pub fn run_reading(command: &mut Command, what: &str, mut read: impl FnMut(&str)) -> Result<()> {
    let mut child = start(command.stdout(Stdio::piped()).stderr(Stdio::piped()), what)?;
    let errors = child.stderr.take().map(|pipe| thread::spawn(move || tee(pipe)));
    if let Some(pipe) = child.stdout.take() {
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            read(text.trim_end());
            line.clear();
        }
    }
    let status = wait(&mut child)?;
    let output = errors.and_then(|thread| thread.join().ok()).unwrap_or_default();
    judge(status, what, output)
}

/// What a program prints when asked something short; nothing if it is missing or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A child that runs beside us until it is dropped.
pub struct Companion(Child);

impl Companion {
    /// Starts `command`; of its output only the errors are shown.
    pub fn start(command: &mut Command, what: &str) -> Result<Self> {
        start(command.stdout(Stdio::null()), what).map(Self)
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        end_group(self.0.id(), false);
        // A failure to wait means that it is gone.
        let _ = wait(&mut self.0);
    }
}

/// A child that does its work at once, and again for each line that it is sent; it answers by a line `built` or `failed`.
pub struct Worker {
    // It goes before its input does, so that it is stopped rather than left to end.
    child: Companion,
    tasks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts `command`. What it prints is shown.
    pub fn start(command: &mut Command, what: &str) -> Result<Self> {
        let mut child = start_with(command.stdin(Stdio::piped()).stdout(Stdio::piped()), what)?;
        let (tasks, answers) = (child.stdin.take(), child.stdout.take());
        let child = Companion(child);
        let (Some(tasks), Some(answers)) = (tasks, answers) else { bail!("{what} cannot be asked for anything.") };
        Ok(Self { child, tasks, answers: BufReader::new(answers) })
    }

    /// Asks it to do its work again; false if it has ended.
    pub fn ask(&mut self) -> bool {
        !self.child.ended() && self.tasks.write_all(b"again\n").and_then(|()| self.tasks.flush()).is_ok()
    }

    /// Waits for its answer, whether the work went well; nothing if it ends instead.
    pub fn answer(&mut self) -> Option<bool> {
        let mut line = Vec::new();
        while self.answers.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            match line.as_slice() {
                b"built\n" => return Some(true),
                b"failed\n" => return Some(false),
                other => print!("{}", String::from_utf8_lossy(other)),
            }
            line.clear();
        }
        None
    }
}

fn start(command: &mut Command, what: &str) -> Result<Child> {
    start_with(command.stdin(Stdio::null()), what)
}

fn start_with(command: &mut Command, what: &str) -> Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let program = command.get_program().to_string_lossy().into_owned();
            return Err(error).with_context(|| format!("{what} failed: {program} cannot be started"));
        }
    };
    running().insert(child.id());
    // The signal may have come between the two lines above.
    if stopped() {
        end_group(child.id(), false);
    }
    Ok(child)
}

fn wait(child: &mut Child) -> Result<ExitStatus> {
    let status = child.wait().context("a child process was lost");
    running().remove(&child.id());
    status
}

fn judge(status: ExitStatus, what: &str, output: String) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let sentence = match explain(&output) {
        _ if stopped() => format!("{what} was stopped."),
        Some(sentence) => format!("{what} failed. {sentence}"),
        None => format!("{what} failed ({status}); its own words stand above."),
    };
    Err(Failed { sentence, output }.into())
}

/// Passes a child's error output on as it comes and returns its end.
fn tee(mut pipe: impl Read) -> String {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = pipe.read(&mut chunk) {
        // A closed terminal is no reason to stop reading: the child would hang on a full pipe.
        let _ = std::io::stderr().write_all(&chunk[..count]);
        kept.extend_from_slice(&chunk[..count]);
        if kept.len() > 2 * KEPT_BYTES {
            kept.drain(..kept.len() - KEPT_BYTES);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn end_group(id: u32, at_once: bool) {
    use nix::sys::signal::{Signal, killpg};
    let signal = if at_once { Signal::SIGKILL } else { Signal::SIGTERM };
    if let Ok(id) = i32::try_from(id) {
        // An error means that the group has ended already.
        let _ = killpg(nix::unistd::Pid::from_raw(id), signal);
    }
}

#[cfg(not(unix))]
fn end_group(id: u32, _at_once: bool) {
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &id.to_string()]).stdout(Stdio::null()).status();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_known_failure_is_explained_and_an_unknown_one_named() {
        let status = |script| shell(script).status().unwrap();
        let output = || "error: linker `cc` not found".to_owned();
        let known = judge(status("exit 101"), "The build", output()).unwrap_err().to_string();
        assert!(known.starts_with("The build failed. The linker is missing"), "{known}");
        let unknown = judge(status("exit 3"), "The build", String::new()).unwrap_err().to_string();
        assert!(unknown.starts_with("The build failed (exit status: 3)"), "{unknown}");
        judge(status("exit 0"), "The build", output()).unwrap();
    }

    #[test]
    fn a_failure_keeps_what_was_printed() {
        let error = run(&mut shell("echo 'from the child' >&2; exit 1"), "It").unwrap_err();
        assert_eq!(error.downcast_ref::<Failed>().unwrap().output, "from the child\n");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-here"), "The build").unwrap_err().to_string();
        assert!(error.contains("no-such-program-here cannot be started"), "{error}");
    }

    #[test]
    fn lines_are_read_as_they_were_printed() {
        let mut lines = Vec::new();
        run_reading(&mut shell("echo one; echo two"), "It", |line| lines.push(line.to_owned())).unwrap();
        assert_eq!(lines, ["one", "two"]);
    }

    #[test]
    fn a_worker_answers_each_line_until_it_ends() {
        let script = "echo built; while read line; do echo $line, by the way; echo failed; done";
        let mut worker = Worker::start(&mut shell(script), "It").unwrap();
        assert_eq!(worker.answer(), Some(true));
        assert!(worker.ask());
        assert_eq!(worker.answer(), Some(false));
        drop(worker);
        let mut worker = Worker::start(&mut shell("echo built; read line; exit 1"), "It").unwrap();
        assert_eq!(worker.answer(), Some(true));
        assert!(worker.ask());
        assert_eq!(worker.answer(), None, "it has ended instead");
        while !worker.child.ended() {
            thread::yield_now();
        }
        assert!(!worker.ask());
    }

    #[test]
    fn a_companion_takes_its_own_children_along() {
        let dir = std::env::temp_dir().join(format!("xtask-children-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let pid_file = dir.join("pid");
        let script = format!("sleep 600 & echo $! > '{}'; wait", pid_file.display());
        let companion = Companion::start(&mut shell(&script), "It").unwrap();
        let grandchild = loop {
            match std::fs::read_to_string(&pid_file) {
                Ok(text) if text.ends_with('\n') => break text.trim().parse().unwrap(),
                _ => thread::yield_now(),
            }
        };
        drop(companion);
        // Signal 0 only asks; a process that has ended but was not yet collected by init still answers, hence the loop.
        let grandchild = nix::unistd::Pid::from_raw(grandchild);
        while nix::sys::signal::kill(grandchild, None).is_ok() {
            let state = std::fs::read_to_string(format!("/proc/{grandchild}/stat")).unwrap_or_default();
            if state.contains(") Z ") {
                break;
            }
            thread::yield_now();
        }
        std::fs::remove_dir_all(dir).unwrap();
    }
}

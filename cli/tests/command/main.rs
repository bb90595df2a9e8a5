//! The command as a shell sees it: bad input, exit codes, and the servers it talks to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing
)]

mod author;
mod terminal;
mod usage;
mod worker;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

struct Folder(PathBuf);

impl Folder {
    /// A folder of one's own; `ivr new` fills it.
    fn started(name: &str) -> Self {
        let folder = Self::empty(name);
        let made = run(&["new", &folder.path("phone")], None);
        assert_eq!(made.status.code(), Some(0));
        folder
    }

    fn empty(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(arguments: &[&str], input: Option<&str>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ivr"))
        .args(arguments)
        .env_remove("IVR_URL")
        .env_remove("IVR_TOKEN")
        .env_remove("IVR_SECRET")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input.unwrap_or_default().as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The exit code, and words of what is printed.
fn check(arguments: &[&str], code: i32, words: &[&str]) {
    let output = run(arguments, None);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
    for words in words {
        assert!(
            said.contains(words),
            "{arguments:?}: no {words:?} in\n{said}"
        );
    }
    assert!(
        !said.contains('\u{1b}'),
        "colours without a terminal: {said}"
    );
}

/// A server that answers by rule and remembers what it was asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<(String, String, String)>>>,
}

fn server(
    reply: impl Fn(&str, &str, &str, &str) -> Option<(u16, String)> + Send + 'static,
) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                continue;
            }
            let mut words = line.split_whitespace();
            let (method, path) = (
                words.next().unwrap().to_owned(),
                words.next().unwrap().to_owned(),
            );
            let mut headers = String::new();
            let mut length = 0;
            loop {
                let mut header = String::new();
                reader.read_line(&mut header).unwrap();
                if header.trim().is_empty() {
                    break;
                }
                let lower = header.to_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                headers.push_str(&lower);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body = text(&body);
            seen.lock()
                .unwrap()
                .push((method.clone(), path.clone(), body.clone()));
            // Nothing at all is a connection that breaks.
            if let Some((status, reply)) = reply(&method, &path, &headers, &body) {
                let mut stream = stream;
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{reply}",
                    reply.len()
                );
            }
        }
    });
    Server { url, asked }
}

impl Server {
    fn puts(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|(method, ..)| method == "PUT")
            .map(|(_, path, _)| path.clone())
            .collect()
    }
}

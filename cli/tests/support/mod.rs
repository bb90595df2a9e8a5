//! A server on this machine, and a Vonage that speaks its Application, Numbers and Account APIs.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine;
use serde_json::{Map, Value, json};

/// What came in.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// What goes out.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Answer {
    pub fn json(status: u16, body: impl ToString) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string(),
        }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A server that answers as `reply` says; `None` breaks the connection.
pub struct Server {
    pub url: String,
    pub asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub fn start(reply: impl Fn(&Asked) -> Option<Answer> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                seen.lock().unwrap().push(request.clone());
                if let Some(answer) = reply(&request) {
                    write(&mut stream, &answer);
                }
            }
        });
        Self { url, asked }
    }

    /// The requests that change something, as method and path.
    pub fn changes(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|one| one.method != "GET" && !one.body.is_empty())
            .map(|one| format!("{} {}", one.method, one.path))
            .collect()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return None;
    }
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Some(Asked {
        method,
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

fn write(stream: &mut TcpStream, answer: &Answer) {
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", answer.body.len()));
    let _ = stream.write_all(format!("{head}{}", answer.body).as_bytes());
}

/// What the Vonage of the tests holds.
#[derive(Debug, Clone, Default)]
pub struct VonageState {
    /// Applications by id.
    pub applications: BTreeMap<String, Value>,
    /// Numbers as the list gives them out. `voiceStatusCallback` is kept and not told.
    pub numbers: Vec<Map<String, Value>>,
    /// `mo-callback-url` and `dr-callback-url`.
    pub account: Map<String, Value>,
    /// URLs that answer when Vonage asks them before it stores them; others do not.
    pub answering: Vec<String>,
    /// So many requests are told to wait first.
    pub throttled: u32,
    /// Takes every change and makes none.
    pub is_deaf: bool,
    /// How many numbers a page has.
    pub page: usize,
}

pub const KEY: &str = "a1b2c3d4";
pub const SECRET: &str = "Account5ecret";

/// A Vonage with one account.
pub struct Vonage {
    pub server: Server,
    pub state: Arc<Mutex<VonageState>>,
}

impl Vonage {
    pub fn start(state: VonageState) -> Self {
        let state = Arc::new(Mutex::new(state));
        let held = Arc::clone(&state);
        let server = Server::start(move |asked| Some(held.lock().unwrap().answer(asked)));
        Self { server, state }
    }

    /// A number as it is held, by its digits.
    pub fn number(&self, msisdn: &str) -> Map<String, Value> {
        let state = self.state.lock().unwrap();
        let mut numbers = state.numbers.iter();
        numbers
            .find(|number| number["msisdn"] == msisdn)
            .unwrap()
            .clone()
    }
}

/// A refusal of the Numbers API.
fn refusal(status: u16, code: &str, label: &str) -> Answer {
    let body = json!({ "error-code": code, "error-code-label": label });
    Answer::json(status, body)
}

impl VonageState {
    pub fn answer(&mut self, asked: &Asked) -> Answer {
        if self.throttled > 0 {
            self.throttled -= 1;
            let body = json!({ "type": "https://developer.vonage.com/api-errors#throttled", "title": "Rate Limit Hit" });
            return Answer::json(429, body).with("retry-after", "0");
        }
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{KEY}:{SECRET}"));
        let path = asked.path.split('?').next().unwrap();
        let is_old = !path.starts_with("/v2/");
        if asked.headers.get("authorization") != Some(&format!("Basic {basic}")) {
            return match is_old {
                true => refusal(401, "401", "authentication failed"),
                false => Answer::json(
                    401,
                    json!({ "type": "https://developer.vonage.com/api-errors#unauthorized",
                        "title": "You did not provide correct credentials." }),
                ),
            };
        }
        if let Some(id) = path.strip_prefix("/v2/applications/") {
            return self.application(asked, id);
        }
        match (asked.method.as_str(), path) {
            ("GET", "/account/numbers") => self.list(asked),
            ("POST", "/number/update") => self.update(asked),
            ("POST", "/account/settings") => self.settings(asked),
            _ => Answer::json(404, "{}"),
        }
    }

    fn application(&mut self, asked: &Asked, id: &str) -> Answer {
        let Some(application) = self.applications.get_mut(id) else {
            return Answer::json(
                404,
                json!({ "title": "Not Found", "detail": "no such application" }),
            );
        };
        if asked.method == "PUT" {
            let body: Value = serde_json::from_str(&asked.body).unwrap();
            if body.get("name").is_none() {
                let invalid = json!([{ "name": "name", "reason": "must be present" }]);
                return Answer::json(
                    422,
                    json!({ "title": "Bad Request", "detail": "The request failed due to validation errors",
                        "invalid_parameters": invalid }),
                );
            }
            if !self.is_deaf {
                // A PUT replaces everything but the id.
                let links = application["_links"].clone();
                *application = body;
                application["id"] = json!(id);
                application["_links"] = links;
            }
        }
        Answer::json(200, application)
    }

    fn list(&self, asked: &Asked) -> Answer {
        if self.numbers.is_empty() {
            return Answer::json(200, "{}");
        }
        let index = asked.path.split("index=").nth(1).unwrap();
        let index: usize = index.parse().unwrap();
        let size = if self.page == 0 { 100 } else { self.page };
        let numbers: Vec<_> = self
            .numbers
            .iter()
            .skip((index - 1) * size)
            .take(size)
            .map(|number| {
                let mut number = number.clone();
                number.remove("voiceStatusCallback");
                number
            })
            .collect();
        Answer::json(
            200,
            json!({ "count": self.numbers.len(), "numbers": numbers }),
        )
    }

    fn update(&mut self, asked: &Asked) -> Answer {
        assert_eq!(
            asked.headers["content-type"],
            "application/x-www-form-urlencoded"
        );
        let form = form(&asked.body);
        if let Some(url) = form.get("moHttpUrl").filter(|url| !url.is_empty())
            && !self.answering.contains(url)
        {
            return refusal(420, "420", "method failed");
        }
        let is_deaf = self.is_deaf;
        let found = self.numbers.iter_mut().find(|number| {
            number["msisdn"] == form["msisdn"].as_str()
                && number["country"] == form["country"].as_str()
        });
        let Some(number) = found else {
            // As the platform does it: status 200, and no.
            return refusal(200, "420", "method failed");
        };
        if !is_deaf {
            for name in [
                "app_id",
                "moHttpUrl",
                "voiceCallbackType",
                "voiceCallbackValue",
                "voiceStatusCallback",
            ] {
                // What is not named is cleared.
                match form.get(name).filter(|value| !value.is_empty()) {
                    Some(value) => number.insert(name.to_owned(), json!(value)),
                    None => number.remove(name),
                };
            }
        }
        refusal(200, "200", "success")
    }

    fn settings(&mut self, asked: &Asked) -> Answer {
        let form = form(&asked.body);
        for (parameter, name) in [
            ("moCallBackUrl", "mo-callback-url"),
            ("drCallBackUrl", "dr-callback-url"),
        ] {
            let Some(url) = form.get(parameter) else {
                continue;
            };
            if !self.answering.contains(url) {
                let detail = format!("{url} did not answer 200; you sent {SECRET}");
                return Answer::json(400, json!({ "title": "Invalid URL", "detail": detail }));
            }
            self.account.insert(name.to_owned(), json!(url));
        }
        let mut body = self.account.clone();
        body.insert("max-calls-per-second".to_owned(), json!(30));
        Answer::json(200, Value::Object(body))
    }
}

fn form(body: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

/// A folder of one's own.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn empty(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs `ivr` without anything of this shell's environment that it reads.
pub fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivr"));
    for name in [
        "IVR_URL",
        "IVR_TOKEN",
        "IVR_SECRET",
        "VONAGE_API_KEY",
        "VONAGE_API_SECRET",
        "VONAGE_APPLICATION_ID",
    ] {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What it printed, both streams.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The exit code, and words of what is printed. No secret is among them.
pub fn check(arguments: &[&str], code: i32, words: &[&str]) -> String {
    let output = run(arguments);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
    for words in words {
        assert!(said.contains(words), "no {words:?} in\n{said}");
    }
    assert!(!said.contains(SECRET), "{said}");
    said
}

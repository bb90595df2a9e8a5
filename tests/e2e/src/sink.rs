//! An HTTP server of the test's own: `SINK_URL`, or a host no test can reach.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request it was sent.
#[derive(Clone, Debug)]
pub struct Received {
    /// The path, with its query.
    pub path: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// Whether it was answered with a 2xx.
    pub taken: bool,
}

impl Received {
    /// A header, empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map_or("", |(_, value)| value)
    }
}

/// What it answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A status and a body.
    Status(u16, String),
    /// Nothing, and the connection is closed.
    Close,
    /// Nothing for so long, and then the connection is closed.
    Hang(Duration),
}

type Behaviour = dyn FnMut(&Received) -> Answer + Send;

/// The server. Lives as long as the test's process.
#[derive(Clone)]
pub struct Sink {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    behaviour: Arc<Mutex<Box<Behaviour>>>,
}

impl Sink {
    /// Starts one that answers as it is told.
    #[must_use]
    pub fn start(behaviour: impl FnMut(&Received) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let sink = Self {
            port: listener.local_addr().expect("an address").port(),
            received: Arc::default(),
            behaviour: Arc::new(Mutex::new(Box::new(behaviour))),
        };
        let server = sink.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || server.serve(stream));
            }
        });
        sink
    }

    /// One that takes everything.
    #[must_use]
    pub fn willing() -> Self {
        Self::start(|_| Answer::Status(204, String::new()))
    }

    /// From now on it answers like this.
    pub fn behave(&self, behaviour: impl FnMut(&Received) -> Answer + Send + 'static) {
        *self.behaviour.lock().unwrap() = Box::new(behaviour);
    }

    /// `http://127.0.0.1:<port>`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it was sent.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// How often it took each event, by id.
    #[must_use]
    pub fn taken(&self) -> std::collections::BTreeMap<String, u32> {
        let mut taken = std::collections::BTreeMap::new();
        for request in self.received.lock().unwrap().iter() {
            if request.taken {
                *taken
                    .entry(request.header("webhook-id").to_owned())
                    .or_insert(0) += 1;
            }
        }
        taken
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream);
        while let Some(mut request) = read(&mut reader) {
            let answer = (self.behaviour.lock().unwrap())(&request);
            request.taken = matches!(answer, Answer::Status(200..300, _));
            self.received.lock().unwrap().push(request);
            let stream = reader.get_mut();
            match answer {
                Answer::Status(status, body) => {
                    let head = match status {
                        204 => "HTTP/1.1 204 OK\r\n\r\n".to_owned(),
                        _ => format!(
                            "HTTP/1.1 {status} OK\r\ncontent-length: {}\r\n\r\n",
                            body.len()
                        ),
                    };
                    if stream.write_all((head + &body).as_bytes()).is_err() {
                        return;
                    }
                }
                Answer::Close => {
                    let _ = stream.shutdown(Shutdown::Both);
                    return;
                }
                Answer::Hang(time) => {
                    thread::sleep(time);
                    return;
                }
            }
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let mut request = Received {
        path,
        headers,
        body: String::new(),
        taken: false,
    };
    let mut body = Vec::new();
    if request.header("transfer-encoding").contains("chunked") {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size).ok()?;
            let size = usize::from_str_radix(size.trim(), 16).ok()?;
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk).ok()?;
            body.extend_from_slice(chunk.get(..size)?);
            if size == 0 {
                break;
            }
        }
    } else {
        let length = request.header("content-length").parse().unwrap_or(0);
        body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
    }
    request.body = String::from_utf8_lossy(&body).into_owned();
    Some(request)
}

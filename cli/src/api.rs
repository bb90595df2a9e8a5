//! The operator API of a Worker, as a client.

use std::time::Duration;

use api::Kind;
use serde_json::Value;

use crate::arguments::Worker;
use crate::error::CliError;
use crate::print::shown;
use crate::worker_url::WorkerUrl;

/// A Worker's `/api`.
#[derive(Debug, Clone)]
pub struct Api {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `ETag` without its quotes: the version.
    pub version: Option<String>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// What a refusal says (RFC 9457).
    fn problem(&self) -> String {
        let problem = self.json();
        let part = |name: &str| {
            problem
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        match (part("title"), part("detail")) {
            ("", "") => shown(&self.body.chars().take(200).collect::<String>()),
            (title, "") => shown(title),
            ("", detail) => shown(detail),
            (title, detail) => shown(&format!("{title}: {detail}")),
        }
    }
}

impl Api {
    /// The API of a Worker.
    ///
    /// # Errors
    /// When no Worker is named.
    pub fn of(worker: &Worker) -> Result<Self, CliError> {
        let Some(url) = worker.url.as_deref().filter(|url| !url.trim().is_empty()) else {
            return Err(CliError::usage("which Worker?")
                .help("give --url or set IVR_URL, like https://ivr.example.com"));
        };
        let url = WorkerUrl::parse(url)?;
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(60)))
            .user_agent("ivr");
        if url.is_loopback() {
            // A proxy of the environment would get the token in clear.
            config = config.proxy(None);
        }
        Ok(Self {
            agent: ureq::Agent::new_with_config(config.build()),
            base: format!("{}/api", url.base()),
            token: worker.token.clone(),
        })
    }

    /// Sends a request and takes whatever comes back but a refusal to let us in.
    ///
    /// # Errors
    /// When there is no answer, or none for us (401, 403, a redirect to a login page).
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: Option<&str>,
    ) -> Result<Reply, CliError> {
        let url = format!("{}{path}", self.base);
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let bad = |why: ureq::http::Error| CliError::usage(format!("{url}: {why}"));
        let reply = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(body).map_err(bad)?)
            }
            None => self.agent.run(request.body(()).map_err(bad)?),
        };
        let mut reply = reply.map_err(|why| {
            CliError::unreachable(format!("{url}: {why}"))
                .help("is that the Worker, and is it running?")
        })?;
        let status = reply.status().as_u16();
        let version = reply
            .headers()
            .get("etag")
            .and_then(|tag| tag.to_str().ok())
            .map(|tag| tag.trim_start_matches("W/").trim_matches('"').to_owned());
        let body = reply
            .body_mut()
            .read_to_string()
            .map_err(|why| CliError::unreachable(format!("{url}: {why}")))?;
        match status {
            401 | 403 => Err(
                CliError::unreachable(format!("{url}: not let in ({status})"))
                    .help("--token or IVR_TOKEN must be the Worker's ADMIN_TOKEN"),
            ),
            300..=399 => Err(
                CliError::unreachable(format!("{url}: sent elsewhere ({status})")).help(
                    "is /api behind a login page? Give it a service token, or use ADMIN_TOKEN",
                ),
            ),
            _ => Ok(Reply {
                status,
                version,
                body,
            }),
        }
    }

    /// The path of a document, like `/menus/acme`.
    ///
    /// # Errors
    /// When this is nobody's id: as a path it would lead elsewhere.
    pub fn path(kind: &str, id: &str) -> Result<String, CliError> {
        if ivr::document::is_name(id) {
            Ok(format!("/{kind}/{id}"))
        } else {
            Err(CliError::usage(format!("`{id}` is no id"))
                .help("an id has letters a-z, digits, `_` and `-`, like `acme`"))
        }
    }

    /// The path of a document that is named on the command line: a menu by its id, others like
    /// `calendars/office`.
    ///
    /// # Errors
    /// When this is nobody's id.
    pub fn named(name: &str) -> Result<String, CliError> {
        let kind = |(kind, id)| Kind::of(kind).map(|kind| (kind, id));
        let (kind, id) = name
            .split_once('/')
            .and_then(kind)
            .unwrap_or((Kind::Menu, name));
        Self::path(kind.plural(), id)
    }

    /// A request that must succeed.
    ///
    /// # Errors
    /// What the Worker says is wrong.
    pub fn must(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: Option<&str>,
    ) -> Result<Reply, CliError> {
        let reply = self.send(method, path, headers, body)?;
        Self::accepted(path, &reply)?;
        Ok(reply)
    }

    /// What a refusal says.
    fn accepted(path: &str, reply: &Reply) -> Result<(), CliError> {
        match reply.status {
            200..=299 => Ok(()),
            429 | 500..=599 => Err(CliError::unreachable(format!(
                "the Worker cannot do it now ({}): {}",
                reply.status,
                reply.problem()
            ))),
            _ => Err(CliError::refused(format!(
                "{}: {}",
                path.trim_start_matches('/'),
                reply.problem()
            ))),
        }
    }

    /// The menu in force, and its version.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn menu(&self, id: &str) -> Result<(String, Option<String>), CliError> {
        let reply = self.must("GET", &Self::path("menus", id)?, &[], None)?;
        Ok((reply.body, reply.version))
    }

    /// A document in force; `None` when there is none.
    ///
    /// # Errors
    /// When the Worker cannot be asked.
    pub fn document(&self, path: &str) -> Result<Option<Reply>, CliError> {
        let reply = self.send("GET", path, &[], None)?;
        match reply.status {
            404 => Ok(None),
            200..=299 => Ok(Some(reply)),
            _ => Err(CliError::unreachable(format!(
                "{path}: {}",
                reply.problem()
            ))),
        }
    }

    /// The versions of a document, newest first, by its path.
    ///
    /// # Errors
    /// When they cannot be had.
    pub fn versions(&self, path: &str) -> Result<Vec<Value>, CliError> {
        let reply = self.of_document("GET", path, "versions", None)?;
        match reply.json().get("versions") {
            Some(Value::Array(versions)) => Ok(versions.clone()),
            _ => Err(CliError::unreachable(
                "that is no list of versions; is this a Worker of ours?",
            )),
        }
    }

    /// A request about a document by its path, such as for its versions. One that is not there is
    /// told with how documents are named.
    ///
    /// # Errors
    /// What the Worker says is wrong.
    pub fn of_document(
        &self,
        method: &str,
        path: &str,
        what: &str,
        body: Option<&str>,
    ) -> Result<Reply, CliError> {
        let reply = self.send(method, &format!("{path}/{what}"), &[], body)?;
        Self::accepted(path, &reply).map_err(|error| match reply.status {
            404 => error.help(
                "a menu is named by its id; other documents like `calendars/office`, \
                 `lists/regulars`, `numbers/default`",
            ),
            _ => error,
        })?;
        Ok(reply)
    }

    /// The whole of a version named by its first characters, of the document at a path.
    ///
    /// # Errors
    /// When none or several fit.
    pub fn version(&self, path: &str, begins: &str) -> Result<String, CliError> {
        let versions = self.versions(path)?;
        let id = path.trim_start_matches('/').trim_start_matches("menus/");
        let mut fitting: Vec<&str> = versions
            .iter()
            .filter_map(|version| version.get("version")?.as_str())
            .filter(|version| version.starts_with(begins))
            .collect();
        fitting.dedup();
        match fitting.as_slice() {
            [one] => Ok((*one).to_owned()),
            [] => Err(CliError::refused(format!("{id} has no version {begins}"))
                .help(format!("`ivr versions {id}` lists them"))),
            _ => Err(
                CliError::refused(format!("several versions of {id} begin with {begins}"))
                    .help("give more of its characters"),
            ),
        }
    }

    /// What a publish says about a refusal: the findings, when there are.
    #[must_use]
    pub fn refusal(reply: &Reply) -> CliError {
        let findings = reply
            .json()
            .get("findings")
            .and_then(Value::as_array)
            .cloned();
        let lines: Vec<String> = findings
            .into_iter()
            .flatten()
            .map(|finding| {
                let part = |name: &str| {
                    finding
                        .get(name)
                        .map(|value| value.as_str().map_or(value.to_string(), shown))
                        .unwrap_or_default()
                };
                format!(
                    "\n  {}:{}:{} [{}] {}",
                    part("file"),
                    part("line"),
                    part("column"),
                    part("code"),
                    part("message")
                )
            })
            .collect();
        CliError::refused(format!("{}{}", reply.problem(), lines.concat()))
    }
}

//! A Worker of one's own: real bindings, storage in a folder that goes away with it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The secret everything is signed with.
pub const SIGNATURE_SECRET: &str = "e2e signature secret, 32 bytes at least";
/// The operator's token.
pub const ADMIN_TOKEN: &str = "e2e admin token, 32 characters at least";

const START_UP: Duration = Duration::from_secs(90);

/// How a [`Worker`] is to be set up.
pub struct WorkerBuilder {
    variables: BTreeMap<String, String>,
    edits: Vec<(String, String)>,
    arguments: Vec<String>,
}

/// A running Worker. Stops when dropped, and when the test that holds it dies.
pub struct Worker {
    child: Child,
    folder: PathBuf,
    port: u16,
    arguments: Vec<String>,
}

impl Worker {
    /// A Worker with the project's menus in its KV, and secrets known to the tests.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// The same, with something changed before it starts.
    #[must_use]
    pub fn builder() -> WorkerBuilder {
        let variables = [
            ("VONAGE_SIGNATURE_SECRET", SIGNATURE_SECRET),
            ("STATE_KEY", "e2e state key, long and random enough"),
            ("ADMIN_TOKEN", ADMIN_TOKEN),
            // The shortest cache that still is one: tests edit menus and listen.
            ("MENU_CACHE_SECONDS", "2"),
        ];
        WorkerBuilder {
            variables: variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            edits: Vec::new(),
            arguments: Vec::new(),
        }
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `http://127.0.0.1:<port>`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Everything it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        read_lossy(&self.folder.join("log"))
    }

    /// The log lines that are JSON, from the `from`-th byte on, and where they end.
    #[must_use]
    pub fn log_lines(&self, from: u64) -> (Vec<Value>, u64) {
        let mut file = fs::File::open(self.folder.join("log")).unwrap();
        file.seek(SeekFrom::Start(from)).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let lines = String::from_utf8_lossy(&bytes)
            .lines()
            .filter_map(|line| {
                // wrangler frames what was logged as an error.
                let json = line.get(line.find('{')?..)?;
                let mut values = serde_json::Deserializer::from_str(json).into_iter();
                values.next()?.ok()
            })
            .collect();
        (lines, from + bytes.len() as u64)
    }

    /// Writes a key of `MENUS` the way an operator does by hand.
    pub fn put(&self, key: &str, value: &str) {
        self.put_beside(key, value, None);
    }

    /// The same with metadata, as JSON.
    pub fn put_beside(&self, key: &str, value: &str, metadata: Option<&str>) {
        let file = self.folder.join("value");
        fs::write(&file, value).unwrap();
        let path = file.to_str().unwrap();
        let mut words = vec!["kv", "key", "put", "--binding=MENUS", "--local", key];
        words.extend(["--path", path]);
        if let Some(metadata) = metadata {
            words.extend(["--metadata", metadata]);
        }
        self.wrangler(&words);
    }

    /// What lies beside a key of `MENUS`, as JSON.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<String> {
        let words = [
            "kv",
            "key",
            "list",
            "--binding=MENUS",
            "--local",
            "--prefix",
            key,
        ];
        let listed: Value = serde_json::from_str(&self.wrangler(&words)).unwrap();
        let keys = listed.as_array().unwrap();
        let found = keys.iter().find(|it| it["name"] == key)?;
        Some(found.get("metadata")?.to_string())
    }

    /// Writes many keys of `MENUS` at once, by hand.
    pub fn put_many(&self, documents: &[(String, String)]) {
        let all = documents.iter();
        let all = all.map(|(key, value)| serde_json::json!({ "key": key, "value": value }));
        self.put_entries(all.collect());
    }

    /// The same, each with metadata.
    pub fn put_many_beside(&self, documents: &[(String, String, Value)]) {
        let all = documents.iter().map(|(key, value, metadata)| {
            serde_json::json!({ "key": key, "value": value, "metadata": metadata })
        });
        self.put_entries(all.collect());
    }

    fn put_entries(&self, all: Vec<Value>) {
        let file = self.folder.join("values");
        fs::write(&file, Value::from(all).to_string()).unwrap();
        let file = file.to_str().unwrap();
        self.wrangler(&["kv", "bulk", "put", file, "--binding=MENUS", "--local"]);
    }

    /// Reads a key of `MENUS`; `None` when there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<String> {
        let text = self.wrangler(&[
            "kv",
            "key",
            "get",
            "--binding=MENUS",
            "--local",
            "--text",
            key,
        ]);
        (!text.contains("Value not found")).then_some(text)
    }

    /// Removes a key of `MENUS`.
    pub fn delete(&self, key: &str) {
        self.wrangler(&["kv", "key", "delete", "--binding=MENUS", "--local", key]);
    }

    /// Writes an object of the archive's bucket, behind the Worker's back.
    pub fn put_object(&self, key: &str, text: &str) {
        let file = self.folder().join("object");
        fs::write(&file, text).unwrap();
        let path = format!("edge-ivr-archive/{key}");
        let file = file.to_str().unwrap();
        let _ = self.wrangler(&["r2", "object", "put", &path, "--local", "--file", file]);
    }

    /// Writes many objects of the archive's bucket at once, behind the Worker's back.
    pub fn put_objects(&self, objects: &[(String, String)]) {
        let folder = self.folder().join("objects");
        fs::create_dir_all(&folder).unwrap();
        let list: Vec<Value> = objects
            .iter()
            .enumerate()
            .map(|(number, (key, text))| {
                let file = folder.join(number.to_string());
                fs::write(&file, text).unwrap();
                serde_json::json!({ "key": key, "file": file })
            })
            .collect();
        let file = self.folder().join("list");
        fs::write(&file, Value::from(list).to_string()).unwrap();
        let file = file.to_str().unwrap();
        let bucket = "edge-ivr-archive";
        let _ = self.wrangler(&["r2", "bulk", "put", bucket, "--local", "--filename", file]);
    }

    /// The bytes of an object of the archive's bucket.
    #[must_use]
    pub fn object_bytes(&self, key: &str) -> Vec<u8> {
        let file = self.folder().join("bytes");
        let path = format!("edge-ivr-archive/{key}");
        let to = file.to_str().unwrap();
        let _ = self.wrangler(&["r2", "object", "get", &path, "--local", "--file", to]);
        fs::read(&file).unwrap_or_else(|error| panic!("{key}: {error}"))
    }

    /// Waits until `look` finds something; panics with the log after `limit`.
    pub fn wait_for<T>(
        &self,
        what: &str,
        limit: Duration,
        mut look: impl FnMut(&Self) -> Option<T>,
    ) -> T {
        let until = Instant::now() + limit;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(
                Instant::now() < until,
                "{what} did not happen within {limit:?}. The Worker's log:\n{}",
                self.log()
            );
            sleep(Duration::from_millis(100));
        }
    }

    pub(crate) fn wrangler(&self, arguments: &[&str]) -> String {
        wrangler(&self.folder, arguments)
    }
}

impl WorkerBuilder {
    /// Sets a variable or secret.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Leaves a variable or secret out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Replaces a piece of `wrangler.toml`, which has to be there.
    #[must_use]
    pub fn edit(mut self, from: &str, to: &str) -> Self {
        self.edits.push((from.to_owned(), to.to_owned()));
        self
    }

    /// Sets how many a rate limit lets through within its period.
    #[must_use]
    pub fn limit(self, name: &str, limit: u32) -> Self {
        let config = fs::read_to_string(root().join("wrangler.toml")).unwrap();
        let from = config.find(&format!("name = \"{name}\"")).unwrap();
        let (block, _) = config[from..].split_once(", period").unwrap();
        let (before, _) = block.split_once("limit = ").unwrap();
        self.edit(block, &format!("{before}limit = {limit}"))
    }

    /// Adds an argument to `wrangler dev`.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// With switches that make its services fail (`scripts/build-faults`, `Worker::fail`).
    #[must_use]
    pub fn with_faults(self) -> Self {
        assert!(
            root().join("build-faults/index.js").exists(),
            "the Worker with faults is not built: run the tests with `make test`, or `scripts/build-faults` first"
        );
        self.edit("build/index.js", "build-faults/index.js")
    }

    /// Starts it, and waits until it answers.
    #[must_use]
    pub fn start(self) -> Worker {
        let folder = fresh_folder();
        copy(seed(), &folder);
        write_config(&folder, &self.edits);
        let variables: String = self
            .variables
            .iter()
            .map(|(name, value)| {
                // Text in double quotes cannot hold another one.
                let quote = if value.contains('"') { '\'' } else { '"' };
                format!("{name}={quote}{value}{quote}\n")
            })
            .collect();
        fs::write(folder.join(".dev.vars"), variables).unwrap();

        let port = free_port();
        fs::File::create(folder.join("log")).unwrap();
        let mut worker = Worker {
            child: spawn(&folder, port, &self.arguments),
            folder,
            port,
            arguments: self.arguments,
        };
        worker.come_up();
        worker
    }
}

impl Worker {
    /// Kills it with SIGKILL, workerd and all: nothing is flushed, no handler runs.
    pub fn kill(&mut self) {
        for process in descendants(self.child.id()) {
            // One that is gone already is as good as killed.
            let _ = Command::new("kill")
                .args(["-9", &process.to_string()])
                .stderr(Stdio::null())
                .status();
        }
        let _ = self.child.wait();
    }

    /// Starts it again on the same storage.
    pub fn start_again(&mut self) {
        self.spawn();
        self.come_up();
    }

    fn spawn(&mut self) {
        self.port = free_port();
        self.child = spawn(&self.folder, self.port, &self.arguments);
    }

    /// Where its storage and its log lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until it answers. `wrangler dev` that ends before it does gets one more try, on other
    /// ports: somebody else may have taken the first ones meanwhile.
    fn come_up(&mut self) {
        if self.answers() {
            return;
        }
        eprintln!(
            "wrangler dev ended before it answered, and is started again. It printed:\n{}",
            self.log()
        );
        self.let_go();
        self.spawn();
        assert!(
            self.answers(),
            "wrangler dev ended twice before it answered. It printed:\n{}",
            self.log()
        );
    }

    /// True once it answers, false when its process ended before.
    fn answers(&self) -> bool {
        self.wait_for("start-up", START_UP, |worker| {
            let answer = ureq::get(format!("{}/healthz", worker.url()))
                .config()
                .timeout_global(Some(Duration::from_secs(10)))
                .build()
                .call();
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return Some(true);
            }
            has_ended(worker.child.id()).then_some(false)
        })
    }

    fn let_go(&mut self) {
        drop(self.child.stdin.take());
        // Nothing to do about a failure: the process is on its way out.
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Path, port: u16, arguments: &[String]) -> Child {
    let log = fs::File::options()
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    // The shell waits for the end of its input, and that comes however this process ends.
    Command::new("sh")
        .arg("-c")
        .arg(r#""$@" </dev/null & worker=$!; cat >/dev/null; kill $worker; wait $worker"#)
        .args(["sh", "wrangler", "dev", "--ip", "127.0.0.1"])
        .args([
            "--port",
            &port.to_string(),
            "--inspector-port",
            &free_port().to_string(),
        ])
        .args([
            "--show-interactive-dev-session=false",
            "--persist-to",
            "state",
        ])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .expect("sh starts")
}

/// A process and everything it started, children first to last.
fn descendants(process: u32) -> Vec<u32> {
    let mut found = vec![process];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(children(parent));
        at += 1;
    }
    found
}

fn children(process: u32) -> Vec<u32> {
    let path = format!("/proc/{process}/task/{process}/children");
    let ids = fs::read_to_string(path).unwrap_or_default();
    ids.split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect()
}

/// Whether nothing but `cat` is left of what the shell of [`spawn`] runs.
fn has_ended(shell: u32) -> bool {
    let running: Vec<String> = children(shell)
        .into_iter()
        .filter_map(|id| fs::read_to_string(format!("/proc/{id}/stat")).ok())
        .filter(|stat| !stat.contains(") Z "))
        .collect();
    running.len() == 1 && running.iter().all(|stat| stat.contains(" (cat) "))
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.let_go();
        if std::thread::panicking() {
            eprintln!("the Worker's folder is kept: {}", self.folder.display());
        } else {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// The repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("tests/e2e lies in the repository")
}

/// A folder with migrated databases and the project's menus, made once and copied.
fn seed() -> &'static Path {
    static SEED: OnceLock<PathBuf> = OnceLock::new();
    SEED.get_or_init(|| {
        assert!(
            root().join("build/index.js").exists(),
            "the Worker is not built: run the tests with `make test`, or `scripts/build` first"
        );
        let folder = fresh_folder();
        write_config(&folder, &[]);
        wrangler(&folder, &["d1", "migrations", "apply", "CALLS", "--local"]);
        let documents = folder.join("documents.json");
        let printed = Command::new(root().join("scripts/documents"))
            .output()
            .expect("scripts/documents runs");
        assert!(printed.status.success(), "{printed:?}");
        fs::write(&documents, printed.stdout).unwrap();
        let documents = documents.to_str().unwrap().to_owned();
        wrangler(
            &folder,
            &[
                "kv",
                "bulk",
                "put",
                &documents,
                "--binding=MENUS",
                "--local",
            ],
        );
        folder
    })
}

/// The project's `wrangler.toml`, for a folder elsewhere.
fn write_config(folder: &Path, edits: &[(String, String)]) {
    let root = root().to_str().unwrap();
    let mut config = fs::read_to_string(format!("{root}/wrangler.toml")).unwrap();
    let mut replace = |from: &str, to: &str| {
        assert!(config.contains(from), "wrangler.toml has no {from:?}");
        config = config.replacen(from, to, 1);
    };
    replace("main = \"", &format!("main = \"{root}/"));
    replace("command = \"scripts/build\"", "");
    for directory in ["console/dist", "console/none"] {
        fs::create_dir_all(format!("{root}/{directory}")).unwrap();
        replace(
            &format!("directory = \"{directory}\""),
            &format!("directory = \"{root}/{directory}\""),
        );
    }
    replace(
        "migrations_dir = \"",
        &format!("migrations_dir = \"{root}/"),
    );
    // Tests wait for what a batch writes.
    replace("max_batch_timeout = 5", "max_batch_timeout = 1");
    for (from, to) in edits {
        replace(from, to);
    }
    fs::write(folder.join("wrangler.toml"), config).unwrap();
}

fn wrangler(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("wrangler")
        .args(arguments)
        .args(["--persist-to", "state"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("wrangler is on the PATH: run the tests with `make test`");
    assert!(
        output.status.success(),
        "wrangler {arguments:?}: {}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A new folder of this process. Those that processes long gone have left behind are removed.
fn fresh_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let prefix = "edge-ivr-e2e-";
    for entry in fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name
            .strip_prefix(prefix)
            .and_then(|rest| rest.split('-').next());
        let processes = Path::new("/proc");
        if processes.exists() && owner.is_some_and(|owner| !processes.join(owner).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let folder = std::env::temp_dir().join(format!("{prefix}{}-{count}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}

fn read_lossy(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

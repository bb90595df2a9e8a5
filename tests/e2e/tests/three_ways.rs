//! The call scripts of the example lines, three ways: offline, by NCCO and by VoiceXML on a Worker.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::path::Path;

use desk::calls::{self, Stage, Verdict};
use desk::script;
use e2e::{SIGNATURE_SECRET, Worker};
use ivr_cli::files::{self, Role};
use ivr_cli::http::Http;
use jiff::Timestamp;
use phone::{Application, Browser, Destination, DestinationError, Phone, Request, Response};

const TOKEN: &str = "e2e vxml token, 32 characters at least";

/// Where VoiceXML is another platform: the case, and why it does not go the same way there.
const OTHERWISE: [(&str, &str); 4] = [
    ("Sales answers and the caller is put through", WHISPER),
    ("An order is two choices away", WHISPER),
    ("Billing is the third choice", WHISPER),
    ("Silence and wrong keys are counted apart", WHISPER),
];
const WHISPER: &str = "who is called hears no whisper: <transfer> has no means for one";

/// A Worker whose documents are looked at one by one.
struct Strict(Http);

impl Destination for Strict {
    fn deliver(&self, request: &Request) -> Result<Response, DestinationError> {
        let reply = self.0.deliver(request)?;
        let document = String::from_utf8_lossy(&reply.body);
        let faults = vxml::structure::faults(&document);
        assert!(
            faults.is_empty(),
            "{faults:?} in {document} of {}",
            request.url
        );
        Ok(reply)
    }

    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn unique(&self) -> String {
        self.0.unique()
    }
}

/// A transcript without its times: a platform takes its own.
fn happened(verdict: &Verdict) -> Vec<&str> {
    let lines = verdict.transcript.iter();
    lines
        .map(|line| line.get(8..).unwrap_or(line).trim())
        .collect()
}

#[test]
fn the_example_lines_are_the_same_by_every_carrier() {
    let menus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../menus");
    let files = files::gather(&[menus]).unwrap();
    let stage = Stage::of(&files::library(&files));
    let worker = Worker::builder()
        .variable("VXML_TOKEN", TOKEN)
        .limit("CALLER_LIMIT", 10_000)
        .start();
    let phone = Phone::new(
        Application::at(&worker.url(), SIGNATURE_SECRET),
        Http::new(),
    );
    let browser = Browser::new(&worker.url(), TOKEN, Strict(Http::new()));
    let (mut same, mut otherwise) = (0, Vec::new());
    let mut complaints = String::new();
    for file in files
        .iter()
        .filter(|file| matches!(file.role(), Role::Test(_)))
    {
        let document = script::read(&file.name, &file.bytes).unwrap();
        let menu = script::menu_of(&file.name, &document);
        for (number, case) in document.cases.iter().enumerate() {
            let mut given = document.world_of(case);
            // Shares and the order of a hunt go by the conversation: it has one name everywhere.
            let name = format!("vxml-three-ways-{menu}-{number}");
            given.conversation.get_or_insert(name);
            // A clock, lists and look-ups of its own no Worker takes.
            if given.only_here().is_some() {
                continue;
            }
            let offline = stage.play(&file.name, &menu, case, &given);
            let ncco = calls::play_on(&phone, &worker.url(), &file.name, &menu, case, &given);
            assert!(ncco.is_fine(), "{}: {:?}", case.name, ncco.wrong);
            assert_eq!(happened(&offline), happened(&ncco), "{}", case.name);
            let spoken = calls::play_in_browser(&browser, &file.name, &menu, case, &given);
            let agrees = spoken.is_fine() && happened(&offline) == happened(&spoken);
            match (agrees, OTHERWISE.iter().any(|(name, _)| *name == case.name)) {
                (true, false) => same += 1,
                (false, true) => otherwise.push(case.name.clone()),
                (true, true) => complaints += &format!("{}: is the same after all\n", case.name),
                (false, false) => {
                    complaints += &format!(
                        "{} {}: {:?}\n  offline:\n    {}\n  VoiceXML:\n    {}\n",
                        file.name,
                        case.name,
                        spoken.wrong,
                        happened(&offline).join("\n    "),
                        happened(&spoken).join("\n    ")
                    );
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
    assert!(same >= 19, "{same} cases are the same");
    assert_eq!(otherwise.len(), OTHERWISE.len(), "{otherwise:?}");
}

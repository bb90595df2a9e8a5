//! `ivr dial`

mod keypad;
mod load;
mod terminal;

use desk::calls::{Stage, Verdict, play_on};
use desk::offline::{Beginning, CompiledDocuments, ORIGIN, Offline};
use desk::script;
use jiff::Timestamp;
use phone::{
    Application, Call, CallSetup, Destination, EndedBy, Exchange, Method, Misbehaviour, Phone,
};
use serde_json::json;

use crate::arguments::{Dial, Transport};
use crate::error::{CliError, Done, Exit};
use crate::files::{self, Role};
use crate::http::{Http, unique};
use crate::print::{self, DIM, GREEN, RED, Text, YELLOW, print_broken};
use desk::broken::{BrokenDocument, broken};

/// Runs it.
pub(super) fn run(dial: &Dial, json: bool) -> Done {
    if let Some(menu) = &dial.menu {
        let files = files::gather(std::slice::from_ref(menu))?;
        let library = files::library(&files);
        let Role::Menu(id) = Role::of(menu) else {
            return Err(CliError::usage(format!("{}: not a menu", menu.display())));
        };
        let documents = CompiledDocuments::of(&library);
        if !documents.has_menu(&id) {
            return Err(CliError::refused(format!("the menu `{id}` has errors"))
                .help(format!("`ivr check {}` shows them", menu.display())));
        }
        let broken = broken(&library, [id.as_str()]);
        if !json {
            print_broken(&broken);
        }
        if let Some(path) = &dial.script {
            return play_here(&Stage::of(&library), path, &id, &broken, json);
        }
        let beginning = Beginning {
            at: dial.at.unwrap_or_else(Timestamp::now),
            seed: unique(),
        };
        let offline = Offline::new(documents, Vec::new(), beginning);
        let mut application = Application::at(ORIGIN, "");
        application.signature_secret = None;
        let mut setup = setup(dial);
        setup.answer_url = Some(format!("{ORIGIN}/webhooks/answer/{id}"));
        let phone = Phone::new(application, &offline).misbehaving(faults(dial));
        return place(dial, &phone, &setup, || offline.node(), &broken, json);
    }
    let Some(url) = &dial.url else {
        return Err(CliError::usage("whom to call?")
            .help("--menu FILE calls a menu here, --url URL one on a Worker (or set IVR_URL)"));
    };
    let mut application = Application::at(url, dial.signing.secret.as_deref().unwrap_or_default());
    if dial.signing.secret.is_none() {
        application.signature_secret = None;
    }
    application.api_key.clone_from(&dial.api_key);
    application.application_id.clone_from(&dial.application);
    let method = match dial.method {
        Transport::Post => Method::Post,
        Transport::Get => Method::Get,
        Transport::Form => Method::PostForm,
    };
    let application = application.with_method(method);
    let phone = Phone::new(application, Http::new()).misbehaving(faults(dial));
    let mut setup = setup(dial);
    if let Some(menu) = &dial.answer {
        setup.answer_url = Some(format!(
            "{}/webhooks/answer/{menu}",
            url.trim_end_matches('/')
        ));
    }
    if let Some(path) = &dial.script {
        return play_there(&phone, url, path, json);
    }
    if let Some(calls) = dial.calls {
        return load::load(dial, &phone, &setup, calls, json);
    }
    place(dial, &phone, &setup, || None, &[], json)
}

fn setup(dial: &Dial) -> CallSetup {
    let mut setup = CallSetup::new(&dial.from, &dial.to);
    setup.starts = dial.at;
    setup
}

fn faults(dial: &Dial) -> Misbehaviour {
    let faults = &dial.faults;
    Misbehaviour {
        duplicate_percent: faults.duplicate,
        reorder_percent: faults.reorder,
        delay_percent: faults.delay,
        delay_seconds: 20.0,
        drop_percent: faults.drop,
        unsigned_percent: faults.unsigned,
        seed: faults.seed,
    }
}

/// One call, by keys or by hand.
fn place<D: Destination>(
    dial: &Dial,
    phone: &Phone<D>,
    setup: &CallSetup,
    node: impl Fn() -> Option<String>,
    broken: &[BrokenDocument],
    json: bool,
) -> Done {
    let call = if let Some(keys) = &dial.keys {
        phone.call(setup, &mut keypad::Keypad::new(keys, !json))
    } else {
        let mut terminal = terminal::Terminal {
            node: &node,
            quiet: json,
            input: std::io::stdin().lock(),
        };
        phone.call(setup, &mut terminal)
    };
    if json {
        print::json(&json!({
            "leg": call.leg,
            "conversation": call.conversation,
            "outcome": call.outcome(),
            "ended": call.ended,
            "seconds": call.seconds,
            "moments": call.moments,
            "broken": broken,
            "requests": call.exchanges.iter().map(exchange_json).collect::<Vec<_>>(),
        }));
    } else {
        if dial.verbose {
            for exchange in &call.exchanges {
                print_exchange(exchange);
            }
        }
        print::line(Text::new().styled(
            DIM,
            format_args!(
                "{} s, {} requests, outcome {}, leg {}",
                call.seconds.round(),
                call.exchanges.len(),
                call.outcome(),
                call.leg
            ),
        ));
    }
    Ok(match finish(&call)? {
        Exit::Fine if !broken.is_empty() => Exit::Findings,
        exit => exit,
    })
}

/// What the shell is told of a call.
fn finish(call: &Call) -> Done {
    let nobody = call
        .exchanges
        .iter()
        .all(|exchange| exchange.status.is_none());
    if nobody {
        let why = call
            .exchanges
            .iter()
            .find_map(|exchange| exchange.unreachable.clone())
            .unwrap_or_default();
        return Err(CliError::unreachable(format!("nobody answers: {why}"))
            .help("is the Worker running? `make dev` starts one"));
    }
    let refused = call
        .exchanges
        .iter()
        .any(|exchange| exchange.kind == "answer" && exchange.status == Some(401));
    if refused {
        return Err(
            CliError::unreachable("the Worker refuses the signature (401)")
                .help("--secret or IVR_SECRET must be its VONAGE_SIGNATURE_SECRET"),
        );
    }
    Ok(match call.ended {
        EndedBy::Failure | EndedBy::Limit => Exit::Findings,
        EndedBy::Caller | EndedBy::Platform => Exit::Fine,
    })
}

fn exchange_json(exchange: &Exchange) -> serde_json::Value {
    json!({
        "kind": exchange.kind,
        "method": exchange.method.verb(),
        "url": exchange.url,
        "sent": exchange.sent,
        "signed": exchange.signed,
        "status": exchange.status,
        "unreachable": exchange.unreachable,
        "reply": exchange.reply_json(),
        "ms": exchange.took.as_secs_f64() * 1000.0,
    })
}

fn print_exchange(exchange: &Exchange) {
    let status = exchange
        .status
        .map_or_else(|| "no reply".to_owned(), |status| status.to_string());
    print::line(Text::new().styled(
        DIM,
        format_args!(
            "{} {} {} {status} {:.1} ms",
            exchange.kind,
            exchange.method.verb(),
            exchange.url,
            exchange.took.as_secs_f64() * 1000.0
        ),
    ));
    print::line(format!("  {}", exchange.sent));
    print::line(format!("  {}", String::from_utf8_lossy(&exchange.reply)));
}

fn cases(path: &std::path::Path) -> Result<(files::File, script::Document), CliError> {
    let file = files::read(path)?;
    let document = script::read(&file.name, &file.bytes).map_err(|wrong| {
        let first = wrong.first().map_or_else(String::new, |finding| {
            format!(
                "{}:{}:{}: {}",
                finding.file, finding.line, finding.column, finding.message
            )
        });
        CliError::refused(first)
    })?;
    Ok((file, document))
}

fn tell(verdicts: &[Verdict], broken: &[BrokenDocument], json: bool) -> Done {
    let failed = verdicts.iter().filter(|verdict| !verdict.is_fine()).count();
    if json {
        print::json(&json!({ "cases": verdicts, "failed": failed, "broken": broken }));
    } else {
        for verdict in verdicts {
            print::line(verdict.name.as_str());
            for line in &verdict.transcript {
                print::line(Text::new().plain("  ").styled(DIM, line));
            }
            match (&verdict.wrong, &verdict.skipped) {
                (Some(wrong), _) => print::line(Text::new().plain("  ").styled(
                    RED,
                    format_args!("expected {} but {}", wrong.expected, wrong.found),
                )),
                (None, Some(why)) => print::line(
                    Text::new()
                        .plain("  ")
                        .styled(YELLOW, format_args!("skipped: {why}")),
                ),
                (None, None) => print::line(Text::new().plain("  ").styled(GREEN, "as expected")),
            }
        }
    }
    Ok(if failed > 0 || !broken.is_empty() {
        Exit::Findings
    } else {
        Exit::Fine
    })
}

fn play_here(
    stage: &Stage,
    path: &std::path::Path,
    menu: &str,
    broken: &[BrokenDocument],
    json: bool,
) -> Done {
    let (file, document) = cases(path)?;
    let verdicts: Vec<_> = document
        .cases
        .iter()
        .map(|case| {
            let given = document.world_of(case);
            stage.play(&file.name, menu, case, &given)
        })
        .collect();
    tell(&verdicts, broken, json)
}

fn play_there<D: Destination>(
    phone: &Phone<D>,
    url: &str,
    path: &std::path::Path,
    json: bool,
) -> Done {
    let (file, document) = cases(path)?;
    let menu = script::menu_of(&file.name, &document);
    let origin = url.trim_end_matches('/');
    let verdicts: Vec<_> = document
        .cases
        .iter()
        .map(|case| {
            let given = document.world_of(case);
            match given.only_here() {
                Some(why) => Verdict::skipped(&file.name, case, why),
                None => play_on(phone, origin, &file.name, &menu, case, &given),
            }
        })
        .collect();
    tell(&verdicts, &[], json)
}

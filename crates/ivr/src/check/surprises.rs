//! What works, and not as its author thinks: values that are sound one by one and surprise
//! together.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::edge::{Then, To};
use super::graph::{Graph, NodeOf};
use super::paths::Paths;
use super::{Report, prompts};
use crate::document::{Kind, Menu, Node, Prompt, Subject, Switch, Test, Voice};
use crate::source::{self, Kind as Json};
use crate::{Code, Library, language, phrases, words};

/// Endings of recordings that the platform cannot play: it plays mp3, and wav of 16 bits.
const UNPLAYABLE: [&str; 10] = [
    ".ogg", ".oga", ".opus", ".aac", ".m4a", ".mp4", ".flac", ".webm", ".wma", ".aiff",
];

/// Zones by their offset alone, and the place that is meant by most who write them.
const FIXED: [(&str, &str); 4] = [
    ("EST", "America/New_York"),
    ("MST", "America/Denver"),
    ("GMT", "Europe/London"),
    ("Greenwich", "Europe/London"),
];

pub(super) fn find(
    library: &Library,
    graph: &Graph<'_>,
    paths: &Paths<'_, '_>,
    report: &mut Report<'_>,
) {
    for (index, menu) in graph.menus.iter().enumerate() {
        let document = &menu.entry.document;
        voice(index, "/voice", &document.voice, report);
        for NodeOf { id, node, .. } in graph.nodes.get(menu.nodes.clone()).unwrap_or_default() {
            let pointer = format!("/nodes/{id}");
            languages(index, &pointer, node, report);
            recordings(index, &pointer, node, report);
            read_back(index, &pointer, document, node, report);
            if let Kind::Switch(switch) = &node.kind {
                cases(index, &pointer, switch, report);
            }
        }
    }
    recorded(graph, paths, report);
    lists(library, report);
    calendars(library, report);
}

fn voice(menu: usize, pointer: &str, voice: &Voice, report: &mut Report<'_>) {
    if let Some(tag) = &voice.language {
        spoken_in(menu, &format!("{pointer}/language"), tag, report);
    }
}

/// A language the platform is not known to speak.
fn spoken_in(menu: usize, pointer: &str, tag: &str, report: &mut Report<'_>) {
    if !language::is_known(tag) {
        let message = format!("`{tag}` is no language that the platform is known to speak");
        report
            .add(menu, Code::UnknownLanguage, pointer, message)
            .with_help(language::help(tag));
    }
}

/// Every language a node names.
fn languages(menu: usize, pointer: &str, node: &Node, report: &mut Report<'_>) {
    voice(menu, &format!("{pointer}/voice"), &node.voice, report);
    for (field, prompt) in each(node) {
        if let Prompt::Spoken(spoken) = prompt {
            let pointer = format!("{pointer}/{field}/voice");
            voice(menu, &pointer, &spoken.voice, report);
        }
    }
    let speech = prompts::input(node).and_then(|input| input.speech.as_ref());
    let transcribe = match &node.kind {
        Kind::Voicemail(voicemail) => voicemail.transcribe.as_ref(),
        Kind::Record(record) => record.transcribe.as_ref(),
        _ => None,
    };
    let tags = [
        ("speech", speech.and_then(|speech| speech.language.as_ref())),
        (
            "transcribe",
            transcribe.and_then(|how| how.language.as_ref()),
        ),
    ];
    for (field, tag) in tags {
        if let Some(tag) = tag {
            spoken_in(menu, &format!("{pointer}/{field}/language"), tag, report);
        }
    }
}

/// Every prompt of a node, with its place below it.
fn each(node: &Node) -> impl Iterator<Item = (String, &Prompt)> {
    prompts::of(node).into_iter().flat_map(|(field, prompts)| {
        let single = prompts.len() == 1;
        prompts.iter().enumerate().map(move |(index, prompt)| {
            let place = if single {
                field.clone()
            } else {
                format!("{field}/{index}")
            };
            (place, prompt)
        })
    })
}

/// Recordings in a format the platform does not play.
fn recordings(menu: usize, pointer: &str, node: &Node, report: &mut Report<'_>) {
    let mut played = |field: &str, url: &str| {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let path = path.to_ascii_lowercase();
        if let Some(ending) = UNPLAYABLE.iter().find(|ending| path.ends_with(*ending)) {
            let message =
                format!("the platform does not play `{ending}`: the caller hears nothing");
            report
                .add(
                    menu,
                    Code::AudioFormat,
                    &format!("{pointer}/{field}"),
                    message,
                )
                .with_help("offer the recording as mp3, or as wav of 16 bits");
        }
    };
    for (field, prompt) in each(node) {
        if let Prompt::Audio(audio) = prompt {
            played(&format!("{field}/audio"), &audio.url);
        }
    }
    match &node.kind {
        Kind::Connect(connect) => connect
            .ringback
            .iter()
            .for_each(|url| played("ringback", url)),
        Kind::Conference(room) => room.music.iter().for_each(|url| played("music", url)),
        Kind::Wait(wait) => wait.music.iter().for_each(|url| played("music", url)),
        _ => {}
    }
}

/// Entries that are read back in words the program does not have in that language.
fn read_back(menu: usize, pointer: &str, document: &Menu, node: &Node, report: &mut Report<'_>) {
    let Kind::Collect(collect) = &node.kind else {
        return;
    };
    let (Some(confirm), Some(tag)) = (&collect.confirm, node.voice.or(&document.voice).language)
    else {
        return;
    };
    if confirm.prompt.is_empty() && !phrases::is_known(&tag) {
        let message = format!(
            "there is no built-in \"You entered …\" for `{tag}`: its voice reads English words"
        );
        let help = format!(
            "write the words into `confirm`: {{ \"prompt\": \"… {{{{var.{} | digits}}}} …\" }}, and name both keys in them",
            collect.into
        );
        report
            .add(
                menu,
                Code::PhraseMissing,
                &format!("{pointer}/confirm"),
                message,
            )
            .with_help(help);
    }
}

/// Cases of a switch that come too late: what they ask for, an earlier one has taken.
fn cases(menu: usize, pointer: &str, switch: &Switch, report: &mut Report<'_>) {
    let speech = matches!(switch.on, Subject::Variable(_));
    for (index, case) in switch.cases.iter().enumerate() {
        let earlier = switch.cases.get(..index).unwrap_or_default();
        let Some(first) = earlier
            .iter()
            .position(|earlier| covers(&earlier.test, &case.test, speech))
        else {
            continue;
        };
        let message = format!(
            "case {} takes whatever case {} asks for: nobody comes to it",
            first + 1,
            index + 1
        );
        report
            .add(
                menu,
                Code::ShadowedCase,
                &format!("{pointer}/cases/{index}"),
                message,
            )
            .with_help("put the narrower case first, or remove one of them");
    }
}

/// Whether an earlier case takes all that a later one asks for.
fn covers(earlier: &Test, later: &Test, speech: bool) -> bool {
    let same = |a: &str, b: &str| a == b || speech && words::normal(a) == words::normal(b);
    let takes = |text: &str| match earlier {
        Test::Equals(known) => same(known, text),
        Test::In(known) => known.iter().any(|known| same(known, text)),
        Test::Prefix(known) => known.iter().any(|known| text.starts_with(known.as_str())),
        Test::InList(_) | Test::Country(_) | Test::Percent(_) => false,
    };
    match (earlier, later) {
        (Test::InList(a), Test::InList(b)) => a == b,
        (Test::Country(a), Test::Country(b)) => b.iter().all(|country| a.contains(country)),
        (Test::Prefix(_), Test::Prefix(later)) => later.iter().all(|text| takes(text)),
        (_, Test::Equals(text)) => takes(text),
        (_, Test::In(texts)) => texts.iter().all(|text| takes(text)),
        _ => false,
    }
}

/// Secrets entered while the call is recorded: the tones are in the recording.
fn recorded(graph: &Graph<'_>, paths: &Paths<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let starts =
        graph.nodes.iter().enumerate().filter(|(node, about)| {
            matches!(about.node.kind, Kind::Record(_)) && paths.reach(*node)
        });
    let mut work: Vec<(usize, usize)> = starts.map(|(node, _)| (node, node)).collect();
    while let Some((node, record)) = work.pop() {
        if !seen.insert(node) {
            continue;
        }
        let Some(about) = graph.nodes.get(node) else {
            continue;
        };
        if let Kind::Collect(collect) = &about.node.kind
            && collect.secret
        {
            let message = format!(
                "the caller enters `{}` while the call is recorded (since {}): its tones can be read from the recording",
                collect.into,
                graph.label(record, about.menu)
            );
            report
                .add(
                    about.menu,
                    Code::SecretRecorded,
                    &format!("/nodes/{}/secret", about.id),
                    message,
                )
                .with_help("ask for the secret before the recording begins");
        }
        for edge in graph.edges.get(node).into_iter().flatten() {
            let (first, second) = match edge.to {
                To::Node(to) | To::Back(to) => (Some(to), None),
                To::Call { start, then } => (Some(start), then.node()),
                To::Return | To::End => (None, None),
            };
            work.extend(first.into_iter().chain(second).map(|to| (to, record)));
            let returns = matches!(
                edge.to,
                To::Return
                    | To::Call {
                        then: Then::Return,
                        ..
                    }
            );
            if returns {
                work.extend(graph.returns(about.menu).map(|to| (to, record)));
            }
        }
    }
}

/// Numbers that stand in a list more than once.
fn lists(library: &Library, report: &mut Report<'_>) {
    for list in library.lists.values() {
        let numbers = &list.document.numbers;
        if !numbers
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b))
        {
            continue;
        }
        let Ok(tree) = source::parse(&list.text) else {
            continue;
        };
        let Some(Json::List(items)) = tree.get("numbers").map(|member| &member.value.kind) else {
            continue;
        };
        let mut seen = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            if let Json::Text(number) = &item.kind
                && !seen.insert(number)
            {
                let pointer = format!("/numbers/{index}");
                let message = format!("{number} is on this list already");
                let found = list.finding(Code::DuplicateEntry, &pointer, message);
                report.push(found).with_help("remove one of them");
            }
        }
    }
}

/// Calendars whose clock knows no summer time, though their place does.
fn calendars(library: &Library, report: &mut Report<'_>) {
    for calendar in library.calendars.values() {
        let zone = calendar.document.hours.zone.name();
        let Some(help) = fixed(zone) else { continue };
        let message = format!(
            "`{zone}` is an offset without summer time: where clocks change, the doors open an hour off for half the year"
        );
        let found = calendar.finding(Code::FixedTimezone, "/timezone", message);
        report.push(found).with_help(help);
    }
}

/// What to write in place of a zone that is an offset and no place.
fn fixed(zone: &str) -> Option<String> {
    let name = zone.strip_prefix("Etc/").unwrap_or(zone);
    if let Some((_, place)) = FIXED.iter().find(|(fixed, _)| *fixed == name) {
        return Some(format!("write the place, such as `{place}`"));
    }
    let offset = name.strip_prefix("GMT")?;
    let hours: i32 = offset.parse().ok()?;
    if hours == 0 {
        return fixed("GMT");
    }
    let way = if hours > 0 { "behind" } else { "ahead of" };
    Some(format!(
        "write a city of the place, such as `America/New_York` (`{zone}` is {} {way} UTC: its sign is the other way round)",
        match hours.abs() {
            1 => "1 hour".to_owned(),
            hours => format!("{hours} hours"),
        }
    ))
}

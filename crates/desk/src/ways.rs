//! The ways out of a node: what the picture draws, the diff compares and the coverage counts.

use ivr::document::{Choice, Kind, Map, Menu, Node, Target};

/// A way out of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Its name by the words of the document: `choices/1`, `no_input`, `then`, …; `keys/0` of a key
    /// of the menu.
    pub exit: String,
    /// What the caller does or what happens, in a few words.
    pub label: String,
    /// Who takes it, as the subject of a sentence.
    pub who: String,
    /// The keys that lead here, when keys do.
    pub keys: Option<String>,
    /// The caller takes it without having chosen it: silence, a wrong key, nobody answers.
    pub fails: bool,
    /// Whether a call can be seen to take it. A message that was the last thing leaves no trace.
    pub counted: bool,
    /// Where it leads.
    pub target: Target,
}

impl Way {
    /// What the caller does or what happens, beside the cap of the key: nothing for a key without
    /// a label.
    #[must_use]
    pub fn beside_key(&self) -> &str {
        match &self.keys {
            Some(keys) => {
                let label = self.label.strip_prefix(keys.as_str());
                label.unwrap_or(&self.label).trim_start()
            }
            None => &self.label,
        }
    }
}

/// Every way out of a node, in the order of the document.
#[must_use]
pub fn ways(name: &str, node: &Node) -> Vec<Way> {
    let mut ways = Ways {
        name,
        all: Vec::new(),
    };
    match &node.kind {
        Kind::Menu(choices) => {
            ways.keys("choices", &format!("Callers at `{name}`"), &choices.choices);
            ways.errs(
                "no_input",
                "no input",
                "who stay silent",
                &choices.input.no_input.then,
            );
            ways.errs(
                "no_match",
                "no match",
                "who press a wrong key",
                &choices.input.no_match.then,
            );
        }
        Kind::Collect(collect) => {
            ways.says(
                "then",
                "entered",
                format!("Callers who entered `{name}`"),
                &collect.then,
            );
            ways.errs(
                "no_input",
                "no input",
                "who stay silent",
                &collect.input.no_input.then,
            );
            ways.errs(
                "no_match",
                "no match",
                "who enter what does not fit",
                &collect.input.no_match.then,
            );
        }
        Kind::Connect(connect) => {
            for (exit, label, who, target) in [
                ("busy", "busy", "who find it busy", &connect.busy),
                (
                    "no_answer",
                    "no answer",
                    "whom nobody answers",
                    &connect.no_answer,
                ),
                (
                    "rejected",
                    "rejected",
                    "who are rejected",
                    &connect.rejected,
                ),
                (
                    "failed",
                    "failed",
                    "who cannot be connected",
                    &connect.failed,
                ),
                (
                    "otherwise",
                    "not put through",
                    "who are not put through",
                    &connect.otherwise,
                ),
            ] {
                if let Some(target) = target {
                    ways.errs(exit, label, who, target);
                }
            }
            if let Some(target) = &connect.then {
                let who = format!("Callers at `{name}` whose talk is over");
                ways.says("then", "after the talk", who, target);
            }
        }
        Kind::Hours(hours) => {
            ways.at("open", "open", "callers in opening hours", &hours.open);
            ways.at(
                "closed",
                "closed",
                "callers outside opening hours",
                &hours.closed,
            );
            if let Some(target) = &hours.holiday {
                ways.at("holiday", "holiday", "callers on holidays", target);
            }
            if let Some(target) = &hours.overridden {
                ways.at("override", "override", "callers during an override", target);
            }
        }
        Kind::Switch(switch) => {
            for (index, case) in switch.cases.iter().enumerate() {
                let condition = condition(&case.test);
                let who = format!("callers where it {condition}");
                ways.at(&format!("cases/{index}"), &condition, &who, &case.then);
            }
            ways.at(
                "otherwise",
                "otherwise",
                "all other callers",
                &switch.otherwise,
            );
        }
        Kind::Lookup(lookup) => {
            let who = format!("Callers at `{name}` when the look-up answers");
            ways.says("then", "found", who, &lookup.then);
            ways.errs("failed", "failed", "when the look-up fails", &lookup.failed);
        }
        Kind::Submenu(submenu) => {
            let menu = Target::Menu(submenu.menu.clone());
            ways.says("menu", "in between", format!("Callers at `{name}`"), &menu);
            if let Some(way) = ways.all.last_mut() {
                way.counted = false;
            }
            let who = format!("Callers who return to `{name}`");
            ways.says("then", "on return", who, &submenu.then);
        }
        Kind::Voicemail(voicemail) => {
            let who = format!("Callers who left a message at `{name}`");
            ways.says("then", "message left", who, &voicemail.then);
            if let Some(way) = ways.all.last_mut() {
                way.counted = voicemail.then != Target::Hangup;
            }
        }
        Kind::Say(say) => ways.after(&say.then),
        Kind::Record(record) => ways.after(&record.then),
        Kind::Callback(callback) => {
            if let Some(target) = &callback.no_number {
                ways.errs("no_number", "no number", "without a number", target);
            }
            ways.after(&callback.then);
        }
        Kind::Notify(notify) => ways.after(&notify.then),
        Kind::Wait(wait) => ways.after(&wait.then),
        Kind::Conference(_) | Kind::Transfer(_) | Kind::Hangup(_) => {}
    }
    ways.all
}

/// The ways of the keys that work at every choice of a menu, in the order of the document.
#[must_use]
pub fn anywhere(menu: &Menu) -> Vec<Way> {
    let mut ways = Ways {
        name: "",
        all: Vec::new(),
    };
    ways.keys("keys", "Callers", &menu.keys);
    ways.all
}

/// The ways of the keys a caller at this node may press: its own, then those of the menu. A menu
/// node takes those it has no choice of its own for, a `collect` those without digits, which belong
/// to what is entered.
#[must_use]
pub fn keys_at(menu: &Menu, name: &str, node: &Node) -> Vec<Way> {
    let mut all: Vec<Way> = match &node.kind {
        Kind::Menu(_) => ways(name, node),
        _ => Vec::new(),
    };
    all.retain(|way| way.keys.is_some());
    let own: Vec<Option<String>> = all.iter().map(|way| way.keys.clone()).collect();
    all.extend(anywhere(menu).into_iter().filter(|way| {
        match &node.kind {
            Kind::Menu(_) => !own.contains(&way.keys),
            Kind::Collect(_) => way
                .keys
                .iter()
                .all(|keys| keys.chars().all(|key| matches!(key, '*' | '#'))),
            _ => false,
        }
    }));
    all
}

/// Where a target of a node leads, as it is drawn: `@repeat` and `@start` are the node they mean.
#[must_use]
pub fn destination(menu: &Menu, node: &str, target: &Target) -> String {
    match target {
        Target::Repeat => node.to_owned(),
        Target::Start => menu.start.clone(),
        other => other.to_string(),
    }
}

/// A case of a switch, in words.
#[must_use]
pub fn condition(test: &ivr::document::Test) -> String {
    use ivr::document::Test;
    match test {
        Test::InList(list) => format!("on the list {list}"),
        Test::Prefix(prefixes) => format!("begins with {}", prefixes.join(" or ")),
        Test::Country(countries) => {
            let names: Vec<String> = countries.iter().map(ToString::to_string).collect();
            format!("from {}", names.join(" or "))
        }
        Test::Equals(value) => format!("is {value}"),
        Test::In(values) => format!("is {}", values.join(" or ")),
        Test::Percent(share) => format!("{share} % of calls"),
    }
}

struct Ways<'n> {
    name: &'n str,
    all: Vec<Way>,
}

impl Ways<'_> {
    fn says(&mut self, exit: &str, label: &str, who: String, target: &Target) {
        self.all.push(Way {
            exit: exit.to_owned(),
            label: label.to_owned(),
            who,
            keys: None,
            fails: false,
            counted: true,
            target: target.clone(),
        });
    }

    fn after(&mut self, target: &Target) {
        self.says("then", "", format!("Callers after `{}`", self.name), target);
    }

    fn at(&mut self, exit: &str, label: &str, who: &str, target: &Target) {
        self.says(exit, label, format!("At `{}`, {who}", self.name), target);
    }

    fn keys(&mut self, field: &str, callers: &str, choices: &Map<Choice>) {
        for (keys, choice) in choices.iter() {
            let label = choice
                .label
                .as_ref()
                .map_or(keys.to_owned(), |label| format!("{keys} {label}"));
            let who = format!("{callers} who press {keys}");
            self.says(&format!("{field}/{keys}"), &label, who, &choice.then);
            if let Some(way) = self.all.last_mut() {
                way.keys = Some(keys.to_owned());
            }
        }
    }

    fn errs(&mut self, exit: &str, label: &str, who: &str, target: &Target) {
        self.says(
            exit,
            label,
            format!("Callers at `{}` {who}", self.name),
            target,
        );
        if let Some(way) = self.all.last_mut() {
            way.fails = true;
        }
    }
}

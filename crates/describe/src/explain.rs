//! The catalogue of findings: what each code means, an example, and its cure.
//!
//! `CODES.md` in the crate `ivr` is this catalogue as a page; a test holds the two together.

use crate::{Code, Severity};

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// In a few words.
    pub title: &'static str,
    /// Why it is a finding: what a caller or an operator would live through.
    pub why: &'static str,
    /// JSON with the fault.
    pub example: &'static str,
    /// How to put it right.
    pub cure: &'static str,
}

const fn about(
    title: &'static str,
    why: &'static str,
    example: &'static str,
    cure: &'static str,
) -> Explanation {
    Explanation {
        title,
        why,
        example,
        cure,
    }
}

impl Code {
    /// What the code means, with an example and its cure.
    #[must_use]
    pub const fn explain(self) -> Explanation {
        match self {
            Code::Syntax => about(
                "The text is not JSON",
                "Nothing of the document could be read. The message names the slip: a comma too many or too few, a remark, quotes that are none, a bracket that is not closed, an encoding other than UTF-8.",
                r#"{ "start": "main", "nodes": { } "#,
                "Close what is open, put a comma between members and none after the last, write keys and texts in double quotes, put remarks into `note`, and save the file as UTF-8.",
            ),
            Code::Unreadable => about(
                "A file that cannot be read",
                "It is larger than any document may be, or the system does not let it be read. Nobody knows what it says; the other files of the folder are checked.",
                "menus/recording.json: 10.0 MB is too large for a document",
                "Move it elsewhere if it is no document, or let it be read.",
            ),
            Code::UnknownFile => about(
                "A file the folder has no place for",
                "Documents are known by their file names. This name is none of them, so nobody reads the file, though its name speaks of JSON.",
                "menus/office.calender.json",
                "Name it `<menu>.json`, `<menu>.test.json`, `<id>.calendar.json`, `<id>.list.json` or `numbers.json`, or move it elsewhere.",
            ),
            Code::WrongType => about(
                "A value of another kind than the field takes",
                "The field was written, but as text where a number belongs, a list where one value belongs, and so on.",
                r#""no_input": { "tries": "2", "then": "operator" }"#,
                "Write the kind of value the message names: here `\"tries\": 2`.",
            ),
            Code::OutOfRange => about(
                "A value outside what the field takes",
                "The platform refuses values outside its ranges, and with them the whole step: the caller would hear nothing.",
                r#""sales": { "kind": "connect", "to": "447700900100", "ring": 500, "otherwise": "voicemail" }"#,
                "Write a value within the range the message names.",
            ),
            Code::MissingField => about(
                "A field that must be there is not",
                "Without it nobody knows what the node is to do.",
                r#""sales": { "kind": "connect", "otherwise": "voicemail" }"#,
                "Add the field: here `\"to\": \"447700900100\"`.",
            ),
            Code::UnknownField => about(
                "A field nobody reads",
                "Usually a misspelling. It is refused rather than ignored, because what was meant would silently not happen.",
                r#""main": { "kind": "menu", "promt": "Press 1." }"#,
                "Write the name the message suggests, or put remarks into `note`.",
            ),
            Code::DuplicateKey => about(
                "The same key twice in one object",
                "Only one of the two could count, and which one differs from program to program.",
                r#""choices": { "1": "sales", "1": "support" }"#,
                "Remove or rename one of them.",
            ),
            Code::UnknownKind => about(
                "A kind of node that does not exist",
                "`kind` says what a node does; this word says nothing.",
                r#""sales": { "kind": "conect", "to": "447700900100" }"#,
                "Write one of the kinds the message names.",
            ),
            Code::Conflict => about(
                "Fields that exclude each other",
                "Each of them says something else about the same thing.",
                r#"{ "text": "Welcome.", "audio": "https://media.example.com/welcome.mp3" }"#,
                "Keep one of them.",
            ),
            Code::BadName => about(
                "A name with characters names may not have",
                "Names of nodes, menus, calendars, lists and variables travel with the call and stand in placeholders and addresses: letters a-z, digits, `_` and `-` only, 40 at most. A document's name is its file's.",
                r#""nodes": { "main menu": { "kind": "hangup" } }"#,
                "Use another name: here `main_menu`. What people should read goes into `title`, `label` or `note`.",
            ),
            Code::BadKeys => about(
                "Keys a telephone does not have",
                "A caller can press 0 to 9, `*` and `#`, and nothing else.",
                r#""choices": { "A": "sales" }"#,
                "Use other keys. Words a caller may say go into the choice's `say`.",
            ),
            Code::BadNumber => about(
                "A telephone number that is not E.164",
                "Numbers are written as they are dialled from anywhere: country code first, 7 to 15 digits, nothing else. Anything else cannot be called, and no caller's number is ever equal to it or begins with it.",
                r#""to": "020 7946 0000""#,
                "Write `\"442079460000\"`: the country code in place of the leading 0, no `+`, no blanks. For all numbers that begin alike, use a `prefix` case of a `switch`; other destinations are objects, such as `{ \"sip\": \"sip:sales@example.com\" }`.",
            ),
            Code::BadAddress => about(
                "An address that is not one",
                "Recordings and look-ups are fetched over https only, SIP addresses begin with `sip:`, WebSockets with `wss:`.",
                r#""ringback": "http://media.example.com/tone.mp3""#,
                "Write a full address with the scheme the message names.",
            ),
            Code::BadPattern => about(
                "A pattern that cannot be read",
                "An entry cannot be held to a pattern nobody can read.",
                r#""pattern": "x{4""#,
                "Correct it as the message says.",
            ),
            Code::BadTarget => about(
                "A target that cannot be read",
                "A target is the id of a node, `menu:<id>`, or one of `@hangup`, `@repeat`, `@back`, `@start` and `@return`.",
                r#""then": "@hang-up""#,
                "Write `@hangup`.",
            ),
            Code::BadPlaceholder => about(
                "A placeholder that cannot be read",
                "Between `{{` and `}}` stand `caller`, `called`, `var.<name>` or `lookup.<name>`, and perhaps `| digits`. Anything else would be read aloud, braces and all. The host of an address, the `say` of a choice and the values of a case take no placeholder.",
                r#""prompt": "Hello {{ name }}.""#,
                "Say where the value comes from: here `{{ lookup.name }}`.",
            ),
            Code::BadSsml => about(
                "SSML the platform would refuse",
                "A tag that is not closed, or stands where it may not, makes the platform refuse the whole step.",
                r#""prompt": "<speak>Please <break time=\"1s\"> hold.</speak>""#,
                "Close every tag: here `<break time=\"1s\"/>`. A `<` that is to be read aloud is written `&lt;`.",
            ),
            Code::BadTime => about(
                "A date or time that does not exist",
                "The calendar would not be what its author thinks it is.",
                r#""mon": ["9:00-25:00"]"#,
                "Write times as `09:00-17:30` (`00:00-24:00` is all day), dates as `2026-12-25`, instants as `2026-11-21T18:00:00Z`.",
            ),
            Code::UnknownTimezone => about(
                "A time zone that does not exist",
                "Without it nobody knows when the place opens.",
                r#""timezone": "Europe/Londn""#,
                "Write a name of the IANA time zone database: here `Europe/London`.",
            ),
            Code::UnknownNode => about(
                "A target that names no node",
                "A caller who takes this exit would fall out of the call.",
                r#""choices": { "1": "slaes" }"#,
                "Name a node of this menu, or add one with that id.",
            ),
            Code::MissingExit => about(
                "A node lacks an exit it needs",
                "Something can happen here that leads nowhere: the line is busy, nothing fits, the look-up fails. The caller would be dropped just then.",
                r#""sales": { "kind": "connect", "to": "447700900100" }"#,
                "Add the exit: here `\"otherwise\": \"voicemail\"`.",
            ),
            Code::InvalidNcco => about(
                "The platform would refuse the step",
                "What this node becomes (its NCCO) breaks a rule of the platform's, which then plays nothing and hangs up.",
                r#""to": { "websocket": "wss://bot.example.com/call", "headers": { "briefing": "(600 characters)" } }"#,
                "Change the field the message names.",
            ),
            Code::PromptTooLong => about(
                "A prompt the platform would refuse for its length",
                "One talk holds 1,500 characters, tags not counted; a placeholder counts as the longest value it may have.",
                r#""prompt": "(1,501 characters or more)""#,
                "Say less, or split the text: a prompt may be a list of texts.",
            ),
            Code::EndlessPrompt => about(
                "A prompt that would be played for ever",
                "`\"loop\": 0` plays until a key interrupts it. A caller who presses none never gets further.",
                r#""hold": { "kind": "say", "prompt": { "audio": "https://media.example.com/hold.mp3", "loop": 0 }, "then": "main" }"#,
                "Write how often it is to be played: 1 or more.",
            ),
            Code::UnknownPlaceholder => about(
                "A placeholder nobody fills",
                "On some way to this node nothing has brought the value: the caller would hear a gap, or a number would be called that is none. The path shows such a way.",
                r#""hello": { "kind": "say", "prompt": "Hello {{lookup.name}}.", "then": "main" }"#,
                "Let a `collect` or `lookup` node fill it on every way here, or say something else where it is not known.",
            ),
            Code::SecretLeak => about(
                "A secret would leave",
                "What a `secret` field collects must not be spoken, stored, logged or sent anywhere but in `headers` or `body` of the look-up that follows: addresses and prompts end up in logs.",
                r#""prompt": "Your PIN is {{var.pin}}.""#,
                "Use the secret only in `headers` or `body` of a `lookup`.",
            ),
            Code::SecretLost => about(
                "A secret is gone before it is read",
                "A secret does not travel with the call. It lasts until the caller is waited for: the look-up that reads it must follow at once, in the same menu. One that nobody reads is asked for in vain.",
                r#""pin": { "kind": "collect", "into": "pin", "secret": true, "then": "menu_before_the_lookup" }"#,
                "Let `then` of the `collect` node lead straight to the `lookup` that reads it.",
            ),
            Code::UnknownMenu => about(
                "A menu that does not exist",
                "A caller who is sent there would fall out of the call.",
                r#"{ "442079460000": { "menu": "amce" } }"#,
                "Name a menu that exists, or add `<id>.json`.",
            ),
            Code::UnknownCalendar => about(
                "A calendar that does not exist",
                "Without it the line would always be closed.",
                r#""door": { "kind": "hours", "calendar": "ofice", "open": "main", "closed": "night" }"#,
                "Name a calendar that exists, or add `<id>.calendar.json`.",
            ),
            Code::UnknownList => about(
                "A list that does not exist",
                "Without it nobody would be on it.",
                r#""cases": [{ "in_list": "vips", "then": "manager" }]"#,
                "Name a list that exists, or add `<id>.list.json`.",
            ),
            Code::Empty => about(
                "A calendar or a list that covers nothing",
                "A calendar without any band is never open; nobody is on a list without numbers. Whoever wrote it meant something else.",
                r#"{ "timezone": "Europe/London", "weekly": {} }"#,
                "Write the hours or the numbers, or remove the node or case that asks for them. To close for now, use `override`.",
            ),
            Code::Trap => about(
                "A caller goes round for ever",
                "Silence, wrong keys, calls nobody takes, or nodes that simply lead on form a loop: a caller who chooses nothing never reaches an end. The path shows the shortest way in, and once round.",
                r#""main": { "kind": "menu", "no_input": { "tries": 2, "then": "main" } }"#,
                "Let one exit of the loop lead to an end: a person, a voicemail, `@hangup`.",
            ),
            Code::Unreachable => about(
                "A node nobody reaches",
                "No choice, key, hour or failure leads here. Either an exit is missing elsewhere, or the node is left over.",
                r#""nodes": { "main": { "kind": "hangup" }, "old_sales": { "kind": "hangup" } }"#,
                "Let an exit lead to it, or remove it.",
            ),
            Code::ShadowedChoice => about(
                "A choice that is heard late, or never",
                "While `12` is a choice, `1` alone is certain only after the time for another key has passed. A choice with `#` is never heard where hash ends the entry, nor is a word that already chooses something else.",
                r#""choices": { "1": "sales", "12": "spares" }"#,
                "Use keys that do not begin alike, and words that differ.",
            ),
            Code::PromptKeyMissing => about(
                "A prompt names a key the menu lacks",
                "Callers do what they are told, and are told it was wrong.",
                r#""prompt": "Press 1 for sales or 4 for spares.", "choices": { "1": "sales" }"#,
                "Add the choice, or leave the key out of the prompt.",
            ),
            Code::PromptKeyUnsaid => about(
                "A prompt omits a key the menu has",
                "A choice nobody hears of is a choice nobody makes.",
                r#""prompt": "Press 1 for sales.", "choices": { "1": "sales", "2": "support" }"#,
                "Name the key in the prompt, or remove the choice. Keys that work everywhere go into the menu's `keys`, and need not be named.",
            ),
            Code::LongPrompt => about(
                "A prompt longer than a caller bears",
                "Callers forget the first choice before they hear the last one, or hang up. Half a minute before a choice is much.",
                r#""prompt": "(more than thirty seconds of talk)""#,
                "Say less, put the commonest choice first, or split the menu.",
            ),
            Code::NoPerson => about(
                "No way to a person",
                "Whatever a caller of this menu does, nobody will speak to them or call them back.",
                r#"{ "start": "news", "nodes": { "news": { "kind": "hangup", "prompt": "We moved." } } }"#,
                "Add a `connect` or `callback`, for instance for the key 0. Ignore this for lines that only tell the time.",
            ),
            Code::NoPolicy => about(
                "Nobody has said what happens after silence or wrong keys",
                "The caller is asked three times and then hung up on. Silence is often a bad line, or someone who cannot press keys.",
                r#""main": { "kind": "menu", "prompt": "Press 1.", "choices": { "1": "sales" } }"#,
                "Write `no_input` and `no_match`, with `then` leading to a person or a voicemail.",
            ),
            Code::SelfDial => about(
                "A number that dials itself",
                "The call is answered by the menu it comes from, again and again, and every round is paid for.",
                r#""to": "{{called}}""#,
                "Dial a number of a person, or go to the menu with `menu:<id>`.",
            ),
            Code::ShadowedCase => about(
                "A case that an earlier one covers",
                "Cases are tried in order. Whatever this one asks for, an earlier case has taken already: nobody comes to it.",
                r#""cases": [{ "prefix": "44", "then": "britain" }, { "prefix": "447", "then": "mobiles" }]"#,
                "Put the narrower case first, or remove one of them.",
            ),
            Code::DuplicateEntry => about(
                "An entry that stands in a list twice",
                "It does no harm now. Whoever removes one of the two believes the number to be gone, and it is still on the list.",
                r#"{ "numbers": ["447700900001", "447700900002", "447700900001"] }"#,
                "Remove one of them.",
            ),
            Code::UnknownLanguage => about(
                "A language the platform is not known to speak",
                "The tag is well formed and names no language of the platform's guides: callers would hear another voice, or the step would be refused.",
                r#""voice": { "language": "en-UK" }"#,
                "Write the tag the message suggests: here `en-GB`. If the platform speaks it by now, say so with `\"allow\": [\"unknown-language\"]`.",
            ),
            Code::PhraseMissing => about(
                "A built-in phrase that there is not in the language",
                "An entry is read back with built-in words in Dutch, English, French, German, Italian, Polish, Portuguese and Spanish. In every other language the node's voice would read English words.",
                r#""account": { "kind": "collect", "voice": { "language": "ja-JP" }, "into": "account", "confirm": true, "then": "main" }"#,
                "Write the words: `\"confirm\": { \"prompt\": \"…\" }`, with the entry as a placeholder and the names of both keys.",
            ),
            Code::FixedTimezone => about(
                "A time zone that is an offset, not a place",
                "`EST`, `GMT` and `Etc/GMT+5` stay the same all year. Where clocks are put forward in summer, the doors would open an hour off for half the year. In `Etc/` the sign is the other way round, besides.",
                r#"{ "timezone": "EST", "weekly": { "mon": ["09:00-17:00"] } }"#,
                "Write a city of the place: here `America/New_York`. If the offset is meant, say so with `\"allow\": [\"fixed-timezone\"]`.",
            ),
            Code::AudioFormat => about(
                "A recording in a format the platform does not play",
                "Recordings are mp3, or wav of 16 bits. Of anything else the caller hears nothing.",
                r#""prompt": { "audio": "https://media.example.com/welcome.ogg" }"#,
                "Offer the recording as mp3 or wav.",
            ),
            Code::SecretRecorded => about(
                "A secret that is entered while the call is recorded",
                "Keys are tones. They can be read from a recording by whoever has it, and what a `secret` field promises does not hold for them.",
                r#""record": { "kind": "record", "then": "pin" }, "pin": { "kind": "collect", "into": "pin", "secret": true, "then": "check" }"#,
                "Ask for the secret before the node that begins the recording.",
            ),
            Code::PlatformCannot => about(
                "A platform that has no means for it",
                "A menu that says it is meant for VoiceXML too holds something a VoiceXML browser cannot do. There the caller has to do without it, or hears an apology.",
                r#""platforms": ["vonage", "vxml"], "nodes": { "main": { "kind": "conference", "name": "team" } }"#,
                "Do it another way, such as a `connect` to a number. Where callers of Vonage alone come there, say so with `\"allow\": [\"platform-cannot\"]` at the node.",
            ),
            Code::CallScript => about(
                "A call script that cannot be played",
                "A call script says what a caller does and hears. Something in it has a name, a kind or a place that it cannot have, so that the call would not be the one that was meant.",
                r#"{ "cases": [{ "name": "Sales is key 1.", "steps": [{ "pres": "1" }] }] }"#,
                "Correct it as the message says: here `press`. A step does one thing, and the last one may only listen.",
            ),
        }
    }
}

/// The catalogue as a page in Markdown.
#[must_use]
pub fn catalogue() -> String {
    let mut page = String::from(
        "# Findings\n\nWhat the check of menus, calendars, lists and numbers can find. \
         The code of a finding is stable. Errors refuse a document, warnings do not.\n\n\
         | code | | what |\n|---|---|---|\n",
    );
    for code in Code::ALL {
        let name = code.name();
        page.push_str(
            &[
                "| [`",
                name,
                "`](#",
                name,
                ") | ",
                word(*code),
                " | ",
                code.explain().title,
                " |\n",
            ]
            .concat(),
        );
    }
    for code in Code::ALL {
        let Explanation {
            title,
            why,
            example,
            cure,
        } = code.explain();
        page.push_str(
            &[
                "\n## ",
                code.name(),
                "\n\n**",
                title,
                "** (",
                word(*code),
                "). ",
                why,
                "\n\n",
            ]
            .concat(),
        );
        page.push_str(&["```json\n", example, "\n```\n\nCure: ", cure, "\n"].concat());
    }
    page
}

const fn word(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

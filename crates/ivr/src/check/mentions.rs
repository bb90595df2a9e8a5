//! Which keys a prompt tells callers to press, in the languages menus are most often
//! spoken in.
//!
//! Two readings of a text, because the two mistakes cost differently. The strict one
//! ([`named`]) finds keys a caller is surely told to press: to say that the menu lacks
//! one of them. The lenient one ([`may_name`]) takes any standalone key or its word as
//! said: to say that the prompt omits a key.

/// How one language tells a caller to press a key.
struct Language {
    /// Words that announce a key.
    verbs: &'static [&'static str],
    /// Words that may stand between such a word, or a comma, and the key.
    fillers: &'static [&'static str],
    /// What follows a key: before anything else, a word that may also mean "a" is no key.
    onward: &'static [&'static str],
    /// What a number that is no key counts.
    units: &'static [&'static str],
    /// The words for 0 to 9, `*` and `#`; several to a key.
    keys: [&'static [&'static str]; 12],
    /// Which of those words is also the article "a".
    article: &'static [&'static str],
}

const KEYS: [char; 12] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'];

static LANGUAGES: [Language; 7] = [
    // English
    Language {
        verbs: &[
            "press", "pressing", "dial", "push", "hit", "touch", "select", "choose", "option",
        ],
        fillers: &[
            "the", "key", "number", "digit", "button", "or", "and", "either", "then", "option",
        ],
        onward: &["for", "to", "if", "now", "or", "and", "at", "key", "when"],
        units: &[
            "days", "hours", "minutes", "seconds", "am", "pm", "a.m", "p.m", "o'clock", "times",
            "digits", "digit", "years", "weeks",
        ],
        keys: [
            &["zero"],
            &["one"],
            &["two"],
            &["three"],
            &["four"],
            &["five"],
            &["six"],
            &["seven"],
            &["eight"],
            &["nine"],
            &["star", "asterisk"],
            &["hash", "pound"],
        ],
        article: &["one"],
    },
    // German
    Language {
        verbs: &[
            "drücken", "drücke", "drück", "druecken", "wählen", "wähle", "waehlen", "tippen",
            "taste",
        ],
        fillers: &[
            "sie", "bitte", "die", "der", "taste", "auf", "zahl", "ziffer", "oder", "und",
            "nummer", "dann",
        ],
        onward: &["für", "um", "oder", "und", "wenn", "jetzt", "bei"],
        units: &[
            "uhr", "tage", "stunden", "minuten", "sekunden", "stellen", "ziffern", "jahre",
            "wochen", "mal",
        ],
        keys: [
            &["null"],
            &["eins"],
            &["zwei", "zwo"],
            &["drei"],
            &["vier"],
            &["fünf", "fuenf"],
            &["sechs"],
            &["sieben"],
            &["acht"],
            &["neun"],
            &["stern", "sterntaste"],
            &["raute", "rautetaste"],
        ],
        article: &[],
    },
    // French
    Language {
        verbs: &[
            "appuyez", "appuyer", "tapez", "taper", "faites", "composez", "composer", "pressez",
            "touche",
        ],
        fillers: &[
            "sur", "le", "la", "l", "les", "touche", "chiffre", "numéro", "ou", "et", "puis",
        ],
        onward: &["pour", "si", "ou", "et", "afin", "maintenant"],
        units: &[
            "heures", "jours", "minutes", "secondes", "chiffres", "ans", "semaines", "fois", "h",
        ],
        keys: [
            &["zéro"],
            &["un"],
            &["deux"],
            &["trois"],
            &["quatre"],
            &["cinq"],
            &["six"],
            &["sept"],
            &["huit"],
            &["neuf"],
            &["étoile", "astérisque"],
            &["dièse"],
        ],
        article: &["un"],
    },
    // Spanish
    Language {
        verbs: &[
            "pulse", "pulsa", "pulsar", "presione", "presiona", "oprima", "marque", "marca",
            "marcar", "teclee", "tecla",
        ],
        fillers: &[
            "el", "la", "tecla", "número", "o", "y", "u", "opción", "luego",
        ],
        onward: &["para", "si", "o", "y", "ahora"],
        units: &[
            "horas", "días", "minutos", "segundos", "dígitos", "años", "semanas", "veces",
        ],
        keys: [
            &["cero"],
            &["uno"],
            &["dos"],
            &["tres"],
            &["cuatro"],
            &["cinco"],
            &["seis"],
            &["siete"],
            &["ocho"],
            &["nueve"],
            &["asterisco", "estrella"],
            &["almohadilla", "numeral", "gato"],
        ],
        article: &["uno"],
    },
    // Italian
    Language {
        verbs: &[
            "premere",
            "prema",
            "premi",
            "premete",
            "digitare",
            "digiti",
            "digita",
            "selezionare",
            "selezioni",
            "tasto",
        ],
        fillers: &[
            "il", "lo", "la", "l", "tasto", "numero", "o", "e", "oppure", "poi",
        ],
        onward: &["per", "se", "o", "e", "oppure", "ora", "adesso"],
        units: &[
            "ore",
            "giorni",
            "minuti",
            "secondi",
            "cifre",
            "anni",
            "settimane",
            "volte",
        ],
        keys: [
            &["zero"],
            &["uno"],
            &["due"],
            &["tre"],
            &["quattro"],
            &["cinque"],
            &["sei"],
            &["sette"],
            &["otto"],
            &["nove"],
            &["asterisco", "stella"],
            &["cancelletto"],
        ],
        article: &["uno"],
    },
    // Portuguese
    Language {
        verbs: &[
            "pressione",
            "prima",
            "digite",
            "tecle",
            "marque",
            "disque",
            "aperte",
            "tecla",
        ],
        fillers: &["o", "a", "tecla", "número", "ou", "e", "opção", "depois"],
        onward: &["para", "se", "ou", "e", "agora"],
        units: &[
            "horas", "dias", "minutos", "segundos", "dígitos", "anos", "semanas", "vezes",
        ],
        keys: [
            &["zero"],
            &["um"],
            &["dois"],
            &["três"],
            &["quatro"],
            &["cinco"],
            &["seis"],
            &["sete"],
            &["oito"],
            &["nove"],
            &["asterisco", "estrela"],
            &["cardinal", "sustenido", "velha"],
        ],
        article: &["um"],
    },
    // Dutch
    Language {
        verbs: &[
            "druk", "drukt", "drukken", "toets", "toetst", "kies", "kiest", "kiezen",
        ],
        fillers: &[
            "op", "u", "de", "dan", "een", "toets", "cijfer", "nummer", "of", "en",
        ],
        onward: &["voor", "om", "als", "of", "en", "nu"],
        units: &[
            "uur", "dagen", "minuten", "seconden", "cijfers", "jaar", "weken", "keer",
        ],
        keys: [
            &["nul"],
            &["een", "één"],
            &["twee"],
            &["drie"],
            &["vier"],
            &["vijf"],
            &["zes"],
            &["zeven"],
            &["acht"],
            &["negen"],
            &["sterretje", "ster"],
            &["hekje"],
        ],
        article: &["een", "één"],
    },
];

/// One word of a text, without the punctuation around it.
struct Word {
    text: String,
    /// Whether it begins a clause.
    first: bool,
    /// Whether it ends one.
    last: bool,
}

/// The keys the text surely tells a caller to press, in the order they are named.
pub(super) fn named(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        for language in &LANGUAGES {
            if let Some(start) = sentence.iter().position(|word| is_in(language.verbs, word)) {
                named_in(language, &sentence, start, &mut found);
            }
        }
    }
    found
}

/// Whether a listener may take that key as named.
pub(super) fn may_name(text: &str, key: &str) -> bool {
    sentences(text).iter().flatten().any(|word| {
        word.text == key
            || LANGUAGES.iter().any(|language| {
                key_of(language, word).is_some_and(|spoken| key == spoken.to_string())
            })
    })
}

fn named_in(language: &Language, sentence: &[Word], start: usize, found: &mut Vec<String>) {
    // Whether what came before leads to a key: a verb itself, or the start of a clause,
    // and fillers after either.
    let mut led = false;
    let mut told = false;
    for (index, word) in sentence.iter().enumerate() {
        let next = sentence.get(index + 1);
        let counted = !word.last && next.is_some_and(|next| is_in(language.units, next));
        led |= word.first && index > 0;
        if (led || index == 0)
            && !counted
            && let Some(key) = key_at(language, word, next, told)
        {
            // A key before the first verb is named by it only in clauses such as
            // "die 1 drücken", where an article leads to it.
            let before = index < start && index == 0;
            if !before && !found.contains(&key) {
                found.push(key);
            }
            led = false;
            told = false;
            continue;
        }
        if is_in(language.verbs, word) {
            (led, told) = (true, true);
        } else if is_in(language.fillers, word) {
            // "for sales the 1", "für Vertrieb die 1": an article leads to a key anywhere
            // after the verb.
            led |= index > start || told;
        } else {
            (led, told) = (false, false);
        }
    }
}

/// The key a word stands for where one is expected. Keys of several digits are believed
/// only right after the verb (`told`): elsewhere they are amounts.
fn key_at(language: &Language, word: &Word, next: Option<&Word>, told: bool) -> Option<String> {
    if word.text.bytes().all(|byte| byte.is_ascii_digit()) && !word.text.is_empty() {
        let fits = word.text.len() == 1 || told && word.text.len() == 2;
        return fits.then(|| word.text.clone());
    }
    if is_in(language.article, word) {
        let ends = word.last || next.is_none_or(|next| is_in(language.onward, next));
        if !ends {
            return None;
        }
    }
    key_of(language, word).map(String::from)
}

/// The key a word names by itself.
fn key_of(language: &Language, word: &Word) -> Option<char> {
    if let "*" | "#" = word.text.as_str() {
        return word.text.chars().next();
    }
    let index = language.keys.iter().position(|words| is_in(words, word))?;
    KEYS.get(index).copied()
}

fn is_in(words: &[&str], word: &Word) -> bool {
    words.contains(&word.text.as_str())
}

/// The sentences of a text, without SSML tags and placeholders.
fn sentences(text: &str) -> Vec<Vec<Word>> {
    let mut all = Vec::new();
    let mut sentence: Vec<Word> = Vec::new();
    let mut first = true;
    for part in spoken(text).split(|c: char| c.is_whitespace() || matches!(c, '\'' | '’')) {
        let core = part.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '*' | '#'));
        if core.is_empty() {
            // A dash or comma that stands alone.
            first |= !part.is_empty();
            continue;
        }
        let tail = part.trim_end_matches(['"', ')', '”', '»']);
        let ends = tail.ends_with(['.', '!', '?', '。', '¡', '¿']);
        let last = ends || tail.ends_with([',', ';', ':']);
        sentence.push(Word {
            // Not `str::to_lowercase`: its table for the last sigma of a Greek word is large.
            text: core.chars().flat_map(char::to_lowercase).collect(),
            first,
            last,
        });
        first = last;
        if ends {
            all.push(core::mem::take(&mut sentence));
        }
    }
    all.push(sentence);
    all
}

/// The text with a blank for every tag and placeholder.
fn spoken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['<', '{']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let end = if from.starts_with("{{") {
            "}}"
        } else if from.starts_with('<') {
            ">"
        } else {
            "{"
        };
        let length = from.find(end).map_or(from.len(), |at| at + end.len());
        out.push(' ');
        rest = from.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// About how many seconds a voice takes to say the text: fifteen letters a second, a
/// third of that where a letter is a syllable (Chinese, Japanese, Korean).
pub(super) fn seconds(text: &str) -> usize {
    let weight: usize = spoken(text)
        .split_whitespace()
        .map(|word| {
            1 + word
                .chars()
                .map(|c| if c >= '\u{2e80}' { 3 } else { 1 })
                .sum::<usize>()
        })
        .sum();
    weight / 15
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(named(text).join(" "), expected, "{text}");
    }

    #[test]
    fn english_prompts_name_their_keys() {
        check(
            "Press 1 for sales, 2 for support, or 3 for billing.",
            "1 2 3",
        );
        check(
            "For sales, press 1. For support, press two; for billing, press the 3 key.",
            "1 2 3",
        );
        check("Press star to go back, or hash to finish.", "* #");
        check("Press 1 now, or press # to hear this again.", "1 #");
        check("To reach extension 12, press 12.", "12");
        check("Select option 4 or option 5.", "4 5");
        check("Press one for yes.", "1");
        check("Press 0 at any time.", "0");
        check("If a life is in danger, hang up and dial 999.", "");
        check(
            "Press <break time=\"1s\"/>1 for {{ var.name }}, 2 for the rest.",
            "1 2",
        );
    }

    #[test]
    fn amounts_and_times_are_no_keys() {
        check("Choose one of the following options.", "");
        check("We are open 24 hours, 7 days a week.", "");
        check("Press 1 for emergencies, 7 days a week.", "1");
        check("Press 1 for sales, Monday to Friday 9 to 5.", "1");
        check("You have 3 new messages. Press 1 to listen.", "1");
        check("Please enter your 4 digit code.", "");
        check("We open at 9:00, press 2.", "2");
        check("Press any key, or 10 people may be before you.", "");
    }

    #[test]
    fn german_prompts_name_their_keys() {
        check(
            "Für den Vertrieb drücken Sie die 1, für Technik die 2, für Rechnungen die Drei.",
            "1 2 3",
        );
        check("Drücken Sie bitte die Taste 4 oder die Sterntaste.", "4 *");
        check(
            "Wählen Sie die Raute, um zu beenden. Wir sind von 9 bis 17 Uhr da.",
            "#",
        );
    }

    #[test]
    fn french_prompts_name_their_keys() {
        check(
            "Pour les ventes, appuyez sur le 1, pour le support, sur le 2.",
            "1 2",
        );
        check("Tapez un pour continuer, ou dièse.", "1 #");
        check("Appuyez sur un bouton.", "");
        check("Appuyez sur l'étoile. Ouvert 7 jours sur 7.", "*");
    }

    #[test]
    fn spanish_prompts_name_their_keys() {
        check("Para ventas, pulse 1; para soporte, pulse 2 o 3.", "1 2 3");
        check("Marque el cuatro, o el asterisco para volver.", "4 *");
    }

    #[test]
    fn italian_prompts_name_their_keys() {
        check(
            "Per le vendite prema 1, per l'assistenza prema il tasto 2.",
            "1 2",
        );
        check("Digitare cancelletto, oppure sei.", "# 6");
    }

    #[test]
    fn portuguese_prompts_name_their_keys() {
        check("Para vendas, pressione 1; para suporte, digite o 2.", "1 2");
        check("Prima cardinal para terminar, ou um para voltar.", "# 1");
    }

    #[test]
    fn dutch_prompts_name_their_keys() {
        check(
            "Voor verkoop, toets 1. Voor service, druk op 2 of op het hekje.",
            "1 2",
        );
        check("Kies een voor verkoop, of twee voor service.", "1 2");
        check("Druk op een toets.", "");
    }

    #[test]
    fn a_key_may_be_named_by_its_digit_or_its_word() {
        assert!(may_name("For support two.", "2"));
        assert!(may_name("Die Drei.", "3"));
        assert!(may_name("Press 12 for the office.", "12"));
        assert!(!may_name("Press 12 for the office.", "1"));
        assert!(may_name("Or star.", "*"));
        assert!(!may_name(
            "<say-as interpret-as=\"digits\">x</say-as> {{ var.a2 }}",
            "2"
        ));
    }

    #[test]
    fn speaking_takes_time() {
        assert_eq!(seconds("Press 1 for sales."), 1);
        assert_eq!(seconds(&"word ".repeat(90)), 30);
        assert!(seconds(&"語".repeat(100)) >= 20);
        assert_eq!(seconds("<break time=\"1s\"/>"), 0);
    }
}

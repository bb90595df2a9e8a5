//! The words that tell callers to press a key.

/// How one language tells a caller to press a key.
pub(super) struct Language {
    /// The first part of its tag.
    pub tag: &'static str,
    /// Words that announce a key.
    pub verbs: &'static [&'static str],
    /// Those of them that announce amounts as well: "choose 4 tickets".
    pub amounts: &'static [&'static str],
    /// Words that may stand between such a word, or a comma, and the key.
    pub fillers: &'static [&'static str],
    /// What follows a key: before anything else, a word that may also mean "a" is no key.
    pub onward: &'static [&'static str],
    /// What a number that is no key counts.
    pub units: &'static [&'static str],
    /// The words for 0 to 9, `*` and `#`; several to a key.
    pub keys: [&'static [&'static str]; 12],
    /// Which of those words is also the article "a".
    pub article: &'static [&'static str],
}

pub(super) const KEYS: [char; 12] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'];

pub(super) static LANGUAGES: [Language; 7] = [
    // English
    Language {
        tag: "en",
        verbs: &[
            "press", "pressing", "dial", "push", "hit", "touch", "select", "choose", "option",
        ],
        amounts: &["dial", "select", "choose", "option"],
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
        tag: "de",
        verbs: &[
            "drücken", "drücke", "drück", "druecken", "wählen", "wähle", "waehlen", "tippen",
            "taste",
        ],
        amounts: &["wählen", "wähle", "waehlen"],
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
        tag: "fr",
        verbs: &[
            "appuyez", "appuyer", "tapez", "taper", "faites", "composez", "composer", "pressez",
            "touche",
        ],
        amounts: &["composez", "composer", "faites"],
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
        tag: "es",
        verbs: &[
            "pulse", "pulsa", "pulsar", "presione", "presiona", "oprima", "marque", "marca",
            "marcar", "teclee", "tecla",
        ],
        amounts: &["marque", "marca", "marcar"],
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
        tag: "it",
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
        amounts: &["digitare", "digiti", "digita", "selezionare", "selezioni"],
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
        tag: "pt",
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
        amounts: &["digite", "disque", "marque"],
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
        tag: "nl",
        verbs: &[
            "druk", "drukt", "drukken", "toets", "toetst", "kies", "kiest", "kiezen",
        ],
        amounts: &["kies", "kiest", "kiezen"],
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

//! Keys as people speak them: "one", "press 1", "option two, please", "my number is double seven
//! four".
//!
//! A text is keys when every word of it is a digit, a numeral, or one of the words people put
//! around them. Any other word makes it something else: "one or two" chooses nothing.

/// How one language speaks keys. Words are lower case, letters and digits only, as
/// [`crate::words::normal`] leaves them.
#[derive(Debug)]
pub(crate) struct Numerals {
    /// The first part of the tag.
    tag: &'static str,
    /// The words for 0 to 9, `*` and `#`; several to a key.
    keys: [&'static [&'static str]; 12],
    /// Words for numbers of two digits that menus have as keys.
    ten_to_twelve: [&'static str; 3],
    /// What says that the next digit comes twice, and three times.
    repeats: [&'static [&'static str]; 2],
    /// Which of the words for keys say nothing on their own: "oh, please".
    never_alone: &'static [&'static str],
    /// What people say around a key or a number, and mean nothing by.
    around: &'static [&'static str],
}

const KEYS: [char; 12] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'];

#[rustfmt::skip]
static LANGUAGES: [Numerals; 8] = [
    Numerals {
        tag: "en",
        keys: [&["zero", "oh", "o", "nought"], &["one"], &["two"], &["three"], &["four"],
            &["five"], &["six"], &["seven"], &["eight"], &["nine", "niner"],
            &["star", "asterisk"], &["hash", "pound"]],
        ten_to_twelve: ["ten", "eleven", "twelve"],
        repeats: [&["double"], &["triple", "treble"]],
        never_alone: &["oh", "o"],
        around: &["press", "option", "number", "numbers", "key", "choice", "choose", "select",
            "digit", "digits", "the", "please", "thanks", "thank", "you", "i", "want", "would",
            "like", "i'd", "i'll", "take", "my", "is", "it", "it's", "its", "that", "that's",
            "code", "pin", "account", "phone", "telephone", "mobile", "card", "order", "customer",
            "reference", "plus", "sign", "area", "and", "um", "uh", "er", "okay", "ok", "yes",
            "so", "a"],
    },
    Numerals {
        tag: "de",
        keys: [&["null"], &["eins"], &["zwei", "zwo"], &["drei"], &["vier"],
            &["fünf", "fuenf"], &["sechs"], &["sieben"], &["acht"], &["neun"],
            &["stern", "sterntaste"], &["raute", "rautetaste"]],
        ten_to_twelve: ["zehn", "elf", "zwölf"],
        repeats: [&["doppel"], &[]],
        never_alone: &[],
        around: &["drücken", "drücke", "drück", "wählen", "wähle", "taste", "option", "nummer",
            "zahl", "ziffer", "auswahl", "sie", "die", "der", "das", "bitte", "danke", "ich", "möchte",
            "nehme", "will", "meine", "mein", "ist", "lautet", "kundennummer", "telefonnummer",
            "rufnummer", "kontonummer", "bestellnummer", "handynummer", "pin", "code", "plus",
            "und", "vorwahl", "äh", "ähm", "also", "ja", "okay", "ok", "es"],
    },
    Numerals {
        tag: "fr",
        keys: [&["zéro", "zero"], &["un", "une"], &["deux"], &["trois"], &["quatre"], &["cinq"],
            &["six"], &["sept"], &["huit"], &["neuf"], &["étoile", "astérisque"], &["dièse"]],
        ten_to_twelve: ["dix", "onze", "douze"],
        repeats: [&["double"], &["triple"]],
        never_alone: &[],
        around: &["appuyez", "appuyer", "appuie", "sur", "tapez", "taper", "touche", "option",
            "l'option", "choix", "numéro", "chiffre", "le", "la", "les", "s'il", "vous", "te",
            "plaît", "plait", "merci", "je", "voudrais", "veux", "choisis", "prends", "mon", "ma",
            "est", "c'est", "code", "compte", "client", "téléphone", "portable", "de", "plus",
            "et", "euh", "alors", "oui", "voici", "d'accord"],
    },
    Numerals {
        tag: "es",
        keys: [&["cero"], &["uno"], &["dos"], &["tres"], &["cuatro"], &["cinco"],
            &["seis"], &["siete"], &["ocho"], &["nueve"], &["asterisco", "estrella"],
            &["almohadilla", "numeral"]],
        ten_to_twelve: ["diez", "once", "doce"],
        repeats: [&["doble"], &["triple"]],
        never_alone: &[],
        around: &["pulse", "pulsa", "pulsar", "presione", "presionar", "marque", "marcar", "marco",
            "oprima", "tecla", "opción", "número", "dígito", "el", "la", "por", "favor",
            "gracias", "quiero", "quisiera", "elijo", "mi", "es", "código", "cuenta", "cliente",
            "teléfono", "móvil", "de", "más", "y", "eh", "pues", "sí", "vale"],
    },
    Numerals {
        tag: "it",
        keys: [&["zero"], &["uno"], &["due"], &["tre"], &["quattro"], &["cinque"],
            &["sei"], &["sette"], &["otto"], &["nove"], &["asterisco", "stella"],
            &["cancelletto"]],
        ten_to_twelve: ["dieci", "undici", "dodici"],
        repeats: [&["doppio"], &["triplo"]],
        never_alone: &[],
        around: &["premere", "prema", "premi", "premo", "digitare", "digito", "tasto", "opzione",
            "l'opzione", "numero", "cifra", "il", "la", "lo", "per", "favore", "cortesia",
            "grazie", "vorrei", "voglio", "scelgo", "mio", "è", "codice", "conto", "cliente",
            "telefono", "cellulare", "di", "più", "e", "ehm", "allora", "sì", "va", "bene"],
    },
    Numerals {
        tag: "pt",
        keys: [&["zero"], &["um", "uma"], &["dois", "duas"], &["três"], &["quatro"], &["cinco"],
            &["seis", "meia"], &["sete"], &["oito"], &["nove"], &["asterisco", "estrela"],
            &["cardinal", "hashtag"]],
        ten_to_twelve: ["dez", "onze", "doze"],
        repeats: [&["duplo"], &["triplo"]],
        never_alone: &[],
        around: &["prima", "pressione", "pressionar", "digite", "digitar", "marque", "tecla",
            "opção", "número", "dígito", "o", "a", "por", "favor", "obrigado", "obrigada", "quero",
            "queria", "escolho", "meu", "minha", "é", "código", "conta", "cliente", "telefone",
            "telemóvel", "celular", "de", "da", "do", "mais", "e", "hum", "então", "sim"],
    },
    Numerals {
        tag: "nl",
        keys: [&["nul"], &["een", "één"], &["twee"], &["drie"], &["vier"], &["vijf"], &["zes"],
            &["zeven"], &["acht"], &["negen"], &["sterretje", "ster"], &["hekje"]],
        ten_to_twelve: ["tien", "elf", "twaalf"],
        repeats: [&["dubbel"], &[]],
        never_alone: &[],
        around: &["toets", "druk", "kies", "optie", "nummer", "cijfer", "keuze", "de", "het", "op",
            "alstublieft", "alsjeblieft", "graag", "dank", "bedankt", "u", "je", "ik", "wil",
            "neem", "mijn", "is", "code", "pincode", "klantnummer", "telefoonnummer",
            "rekeningnummer", "ordernummer", "plus", "en", "eh", "uh", "nou", "ja"],
    },
    Numerals {
        tag: "pl",
        keys: [&["zero"], &["jeden", "jedynka", "jedynkę", "jedna"],
            &["dwa", "dwójka", "dwójkę", "dwie"], &["trzy", "trójka", "trójkę"],
            &["cztery", "czwórka", "czwórkę"], &["pięć", "piątka", "piątkę"],
            &["sześć", "szóstka", "szóstkę"], &["siedem", "siódemka", "siódemkę"],
            &["osiem", "ósemka", "ósemkę"], &["dziewięć", "dziewiątka", "dziewiątkę"],
            &["gwiazdka", "gwiazdkę"], &["krzyżyk", "hasz"]],
        ten_to_twelve: ["dziesięć", "jedenaście", "dwanaście"],
        repeats: [&[], &[]],
        never_alone: &[],
        around: &["naciśnij", "naciskam", "wciśnij", "wybierz", "wybieram", "klawisz", "opcja",
            "opcję", "numer", "cyfra", "proszę", "poproszę", "dziękuję", "chcę", "mój", "moja",
            "to", "jest", "kod", "konto", "klienta", "telefonu", "pin", "plus", "i", "no", "yyy",
            "tak"],
    },
];

/// How a language speaks keys; `None` for one that is not known. Without a language it is
/// English, which the platform listens for then.
pub(crate) fn numerals(tag: Option<&str>) -> Option<&'static Numerals> {
    let first = tag.map_or("en", |tag| tag.split('-').next().unwrap_or(tag));
    LANGUAGES
        .iter()
        .find(|language| language.tag.eq_ignore_ascii_case(first))
}

/// The keys in a spoken text, made comparable by [`crate::words::normal`]; `None` when it says
/// anything else. A language that is not known has its digits all the same.
pub(crate) fn keys(numerals: Option<&Numerals>, text: &str) -> Option<String> {
    let mut keys = String::new();
    let mut times = 1;
    let mut is_sure = false;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if let Some(digits) = digits(word) {
            push(&mut keys, &digits, &mut times);
            is_sure = true;
            continue;
        }
        let numerals = numerals?;
        if let Some(said) = numerals.said(word) {
            push(&mut keys, &said, &mut times);
            is_sure |= !numerals.never_alone.contains(&word);
        } else if let Some(more) = numerals.times(word) {
            // "Double double" is nothing anybody means.
            if times > 1 {
                return None;
            }
            times = more;
        } else if !numerals.around.contains(&word) {
            return None;
        }
    }
    (is_sure && times == 1).then_some(keys)
}

/// What people say out of politeness, in the languages above.
const POLITE: [&str; 22] = [
    "please",
    "thanks",
    "thank you",
    "bitte",
    "danke",
    "s'il vous plaît",
    "s'il te plaît",
    "merci",
    "por favor",
    "gracias",
    "per favore",
    "per cortesia",
    "grazie",
    "obrigado",
    "obrigada",
    "alstublieft",
    "alsjeblieft",
    "graag",
    "dank u",
    "proszę",
    "poproszę",
    "dziękuję",
];

/// A text, made comparable by [`crate::words::normal`], without what is said out of politeness
/// before or behind it. A text of nothing else stays as it is.
pub(crate) fn without_politeness(text: &str) -> &str {
    let mut left = text;
    while let Some(rest) = POLITE.iter().find_map(|polite| {
        let behind = left
            .strip_suffix(polite)
            .and_then(|rest| rest.strip_suffix(' '));
        behind.or_else(|| left.strip_prefix(polite)?.strip_prefix(' '))
    }) {
        left = rest;
    }
    left
}

/// Appends keys, the first of them as often as was said before.
fn push(keys: &mut String, said: &str, times: &mut usize) {
    let mut letters = said.chars();
    if let Some(first) = letters.next() {
        keys.extend(std::iter::repeat_n(first, *times));
    }
    keys.push_str(letters.as_str());
    *times = 1;
}

/// The digits a word is made of, in the scripts recognisers write them in.
fn digits(word: &str) -> Option<String> {
    /// Where the digits of a script begin: ASCII, Arabic, Persian, Devanagari, full width.
    const ZEROS: [u32; 5] = [0x30, 0x660, 0x6f0, 0x966, 0xff10];
    word.chars()
        .map(|letter| {
            let value = ZEROS
                .iter()
                .map(|zero| u32::from(letter).wrapping_sub(*zero))
                .find(|value| *value < 10)?;
            char::from_digit(value, 10)
        })
        .collect()
}

impl Numerals {
    fn said(&self, word: &str) -> Option<String> {
        let key = self.keys.iter().position(|words| words.contains(&word));
        if let Some(key) = key.and_then(|key| KEYS.get(key)) {
            return Some(key.to_string());
        }
        let number = self.ten_to_twelve.iter().position(|known| *known == word)?;
        Some((10 + number).to_string())
    }

    fn times(&self, word: &str) -> Option<usize> {
        let place = self
            .repeats
            .iter()
            .position(|words| words.contains(&word))?;
        Some(place + 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::normal;

    #[test]
    fn keys_are_heard_in_every_language_the_engine_speaks() {
        #[track_caller]
        fn check(tag: &str, text: &str, expected: &str) {
            let found = keys(numerals(Some(tag)), &normal(text));
            assert_eq!(found.unwrap_or_default(), expected, "{tag}: {text}");
        }
        check("en-GB", "one", "1");
        check("en", "One.", "1");
        check("en", "press 1", "1");
        check("en", "option one please", "1");
        check("en", "Number two, thank you.", "2");
        check("en", "I'd like option three", "3");
        check("en", "star", "*");
        check("en", "the hash key", "#");
        check("en", "twelve", "12");
        check("en", "one two three four", "1234");
        check("en", "oh seven double seven", "0777");
        check("en", "triple zero", "000");
        check("en", "double 77", "777");
        check("en", "my number is 1234", "1234");
        check("en", "(415) 555-0123", "4155550123");
        check("en", "+44 7700 900123", "447700900123");
        check("en", "plus four four, 7700 900123", "447700900123");
        // Whoever says two things chooses none.
        check("en", "one or two", "");
        check("en", "someone", "");
        check("en", "one moment", "");
        check("en", "please", "");
        check("en", "oh, please", "");
        check("en", "zero", "0");
        check("en", "double", "");
        check("en", "", "");
        check("de-AT", "die Eins bitte", "1");
        check("de", "Drücken Sie", "");
        check("de", "Taste zwo", "2");
        check("de", "meine Kundennummer ist null acht fünfzehn", "");
        check("de", "null acht eins fünf", "0815");
        check("fr-FR", "l'option deux, s'il vous plaît", "2");
        check("fr", "l’option un, s’il vous plaît", "1");
        check("fr", "zéro six", "06");
        check("es-MX", "la opción tres, por favor", "3");
        check("es", "doble cero siete", "007");
        check("it-IT", "il numero quattro per favore", "4");
        check("it", "premo uno", "1");
        check("pt-BR", "a opção um, por favor", "1");
        check("pt", "meia dois", "62");
        check("nl-BE", "optie één alstublieft", "1");
        check("nl", "toets vijf", "5");
        check("pl-PL", "poproszę jedynkę", "1");
        check("pl", "numer dwa", "2");
        // Another language's words are words, its digits are digits.
        check("ja-JP", "one", "");
        check("ja-JP", "１２", "12");
        check("ar", "١", "1");
        check("en", "eins", "");
    }

    #[test]
    fn politeness_is_no_part_of_an_answer() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(without_politeness(&normal(text)), expected, "{text}");
        }
        check("yes", "yes");
        check("Yes, please.", "yes");
        check("Please, yes, thank you", "yes");
        check("Ja, bitte", "ja");
        check("oui, s'il vous plaît", "oui");
        check("please", "please");
        check("pleased", "pleased");
        check("", "");
    }

    #[test]
    fn no_word_means_two_things_in_a_language() {
        for language in &LANGUAGES {
            let mut all: Vec<&str> = language.keys.iter().copied().flatten().copied().collect();
            all.extend(language.ten_to_twelve);
            all.extend(language.repeats.iter().copied().flatten());
            all.extend(language.around);
            all.sort_unstable();
            for pair in all.windows(2) {
                assert_ne!(pair[0], pair[1], "{}", language.tag);
            }
            for word in &all {
                assert!(
                    !word.contains(' ') && *word == normal(word),
                    "{}: {word}",
                    language.tag
                );
            }
        }
    }

    #[test]
    fn every_language_with_sentences_of_ours_has_numerals() {
        for tag in crate::phrases::tags() {
            assert!(numerals(Some(tag)).is_some(), "{tag}");
        }
        assert!(numerals(None).is_some());
    }
}

//! The few sentences the engine says of its own accord, in the languages it
//! knows; English otherwise.

use std::fmt::Write;

/// The shortest NCCO that ends a call. The platform has no action to hang up and
/// refuses an empty NCCO: a talk that only pauses for 100 ms is heard as nothing.
pub const SHORTEST: &str = r#"[{"action":"talk","text":"<speak><break time=\"100ms\"/></speak>"}]"#;

/// What is said in one language.
struct Language {
    /// The first part of the tag.
    tag: &'static str,
    /// Spoken when nothing else can be.
    safe: &'static str,
    /// Spoken to a number that calls too often.
    busy: &'static str,
    /// The language and country that both are spoken with.
    voice: &'static str,
    /// Before the entry, before the first key, before the second key, the end.
    confirm: [&'static str; 4],
    star: &'static str,
    hash: &'static str,
}

static LANGUAGES: &[Language] = &[
    Language {
        tag: "en",
        safe: "We are sorry, we cannot take your call right now. Please try again later.",
        busy: "All our lines are busy. Please try again in a few minutes.",
        voice: "en-US",
        confirm: [
            "You entered ",
            ". If that is right, press ",
            ". To enter it again, press ",
            ".",
        ],
        star: "star",
        hash: "hash",
    },
    Language {
        tag: "de",
        safe: "Leider können wir Ihren Anruf gerade nicht annehmen. Bitte versuchen Sie es später noch einmal.",
        busy: "Alle unsere Leitungen sind belegt. Bitte versuchen Sie es in einigen Minuten noch einmal.",
        voice: "de-DE",
        confirm: [
            "Ihre Eingabe war ",
            ". Ist das richtig, drücken Sie die ",
            ". Um sie zu wiederholen, drücken Sie die ",
            ".",
        ],
        star: "Sterntaste",
        hash: "Rautetaste",
    },
    Language {
        tag: "fr",
        safe: "Nous sommes désolés, nous ne pouvons pas prendre votre appel. Veuillez rappeler plus tard.",
        busy: "Toutes nos lignes sont occupées. Veuillez rappeler dans quelques minutes.",
        voice: "fr-FR",
        confirm: [
            "Vous avez saisi ",
            ". Si c'est correct, appuyez sur ",
            ". Pour recommencer, appuyez sur ",
            ".",
        ],
        star: "étoile",
        hash: "dièse",
    },
    Language {
        tag: "es",
        safe: "Lo sentimos, en este momento no podemos atender su llamada. Por favor, inténtelo más tarde.",
        busy: "Todas nuestras líneas están ocupadas. Por favor, inténtelo de nuevo en unos minutos.",
        voice: "es-ES",
        confirm: [
            "Ha introducido ",
            ". Si es correcto, pulse ",
            ". Para introducirlo de nuevo, pulse ",
            ".",
        ],
        star: "asterisco",
        hash: "almohadilla",
    },
    Language {
        tag: "it",
        safe: "Siamo spiacenti, al momento non possiamo rispondere. La preghiamo di riprovare più tardi.",
        busy: "Tutte le nostre linee sono occupate. La preghiamo di riprovare tra qualche minuto.",
        voice: "it-IT",
        confirm: [
            "Ha inserito ",
            ". Se è corretto, prema ",
            ". Per inserirlo di nuovo, prema ",
            ".",
        ],
        star: "asterisco",
        hash: "cancelletto",
    },
    Language {
        tag: "pt",
        safe: "Lamentamos, mas não podemos atender a sua chamada neste momento. Por favor, tente mais tarde.",
        busy: "Todas as nossas linhas estão ocupadas. Por favor, tente novamente dentro de alguns minutos.",
        voice: "pt-PT",
        confirm: [
            "Introduziu ",
            ". Se está correto, prima ",
            ". Para introduzir de novo, prima ",
            ".",
        ],
        star: "asterisco",
        hash: "cardinal",
    },
    Language {
        tag: "nl",
        safe: "Het spijt ons, we kunnen uw oproep nu niet aannemen. Probeer het later opnieuw.",
        busy: "Al onze lijnen zijn bezet. Probeer het over een paar minuten opnieuw.",
        voice: "nl-NL",
        confirm: [
            "U hebt ",
            " ingevoerd. Als dat klopt, toets ",
            ". Om opnieuw in te voeren, toets ",
            ".",
        ],
        star: "sterretje",
        hash: "hekje",
    },
    Language {
        tag: "pl",
        safe: "Przepraszamy, nie możemy teraz odebrać połączenia. Prosimy spróbować później.",
        busy: "Wszystkie nasze linie są zajęte. Prosimy spróbować ponownie za kilka minut.",
        voice: "pl-PL",
        confirm: [
            "Wprowadzono ",
            ". Jeśli to prawidłowe, naciśnij ",
            ". Aby wprowadzić ponownie, naciśnij ",
            ".",
        ],
        star: "gwiazdkę",
        hash: "krzyżyk",
    },
];

/// The first parts of the tags of the languages these sentences are in.
#[cfg(test)]
pub(crate) fn tags() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|language| language.tag)
}

fn known(tag: Option<&str>) -> Option<&'static Language> {
    let first = tag?.split('-').next()?;
    LANGUAGES
        .iter()
        .find(|language| language.tag.eq_ignore_ascii_case(first))
}

/// Whether the sentences are known in a language.
pub(crate) fn is_known(tag: &str) -> bool {
    known(Some(tag)).is_some()
}

/// What is said when an entry is read back: a prompt with a placeholder.
pub(crate) fn confirm(tag: Option<&str>, variable: &str, yes: &str, no: &str) -> String {
    let Some(language) = known(tag).or(LANGUAGES.first()) else {
        return String::new();
    };
    let key = |key: &str| match key {
        "*" => language.star.to_owned(),
        "#" => language.hash.to_owned(),
        digit => digit.to_owned(),
    };
    let [before, first, second, end] = language.confirm;
    [
        before,
        "{{var.",
        variable,
        " | digits}}",
        first,
        &key(yes),
        second,
        &key(no),
        end,
    ]
    .concat()
}

/// The NCCO a caller gets when nothing else can be had: an apology in the
/// caller's language where it is known, in English otherwise. Needs nothing.
pub fn safe_ncco(language: Option<&str>) -> String {
    spoken(language, |known| known.safe)
}

/// The NCCO of a number that calls too often, in the same languages.
pub fn busy_ncco(language: Option<&str>) -> String {
    spoken(language, |known| known.busy)
}

fn spoken(language: Option<&str>, words: fn(&'static Language) -> &'static str) -> String {
    let (known, voice) = match (known(language), language, LANGUAGES.first()) {
        // The caller's own variant of a language that is known: `en-GB`.
        (Some(known), Some(tag), _) if tag.contains('-') && crate::document::is_name(tag) => {
            (known, tag)
        }
        (Some(known), ..) | (None, _, Some(known)) => (known, known.voice),
        (None, _, None) => return SHORTEST.to_owned(),
    };
    let text = words(known);
    let mut ncco = String::with_capacity(192);
    // Writing to a string does not fail; texts and tags hold nothing to escape.
    let _ = write!(
        ncco,
        r#"[{{"action":"talk","text":"{text}","language":"{voice}"}}]"#
    );
    ncco
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_an_ncco_the_platform_takes() {
        for tag in LANGUAGES.iter().map(|language| Some(language.tag)).chain([
            None,
            Some("ja-JP"),
            Some("en-GB"),
            Some("\"},"),
            Some("en-\"},"),
        ]) {
            for text in [safe_ncco(tag), busy_ncco(tag)] {
                let ncco = ncco::Ncco::from_json(text.as_bytes()).unwrap();
                assert_eq!(ncco.validate(), [], "{tag:?}");
            }
        }
        assert!(safe_ncco(Some("en-GB")).contains("\"language\":\"en-GB\""));
        assert!(safe_ncco(Some("DE-at")).contains("Leider"));
        assert!(safe_ncco(Some("ja-JP")).contains("sorry"));
        assert!(busy_ncco(Some("fr")).contains("occupées"));
        assert!(busy_ncco(None).contains("busy"));
    }

    #[test]
    fn an_entry_is_read_back_in_the_language_of_the_node() {
        assert_eq!(
            confirm(Some("en-GB"), "acct", "1", "*"),
            "You entered {{var.acct | digits}}. If that is right, press 1. To enter it again, press star."
        );
        assert!(confirm(Some("de"), "acct", "#", "2").contains("Rautetaste"));
    }
}

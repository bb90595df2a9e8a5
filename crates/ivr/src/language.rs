//! The languages the platform speaks or understands, as far as they are known.
//!
//! From Vonage's guides to text-to-speech and speech recognition (July 2022) and its OpenAPI
//! description of the voice API. The lists there are open: a tag that is missing here may be
//! spoken by now, so that it is at most a reason to ask.

use crate::number::Country;

/// Every tag of the two guides, with their aliases.
const KNOWN: &str = "af-ZA am-ET ar ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-MA \
     ar-OM ar-PS ar-QA ar-SA ar-TN az-AZ bg-BG bn-BD bn-IN ca-ES cmn-CN cmn-TW cmn-hans-CN \
     cmn-hant-TW cs-CZ cy-GB da-DK de-DE el-GR en-AU en-CA en-GB en-GB-WLS en-GH en-IE en-IN en-KE \
     en-NG en-NZ en-PH en-SG en-TZ en-US en-ZA es-AR es-BO es-CL es-CO es-CR es-DO es-EC es-ES \
     es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE et-EE eu-ES fa-IR \
     fi-FI fil-PH fr-CA fr-FR gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-IT ja-JP \
     jv-ID ka-GE km-KH kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY my-MM nb-NO \
     ne-NP nl-BE nl-NL no-NO pa-IN pa-guru-IN pl-PL pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI sq-AL \
     sr-RS su-ID sv-SE sw-KE sw-TZ ta-IN ta-LK ta-MY ta-SG te-IN th-TH tr-TR uk-UA ur-IN ur-PK \
     uz-UZ vi-VN yue-CN yue-HK yue-hant-HK zh zh-CN zh-HK zh-TW zu-ZA";

fn known() -> impl Iterator<Item = &'static str> {
    KNOWN.split(' ')
}

fn first(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// Whether the platform may know a language. A language without a country is left to it.
pub(crate) fn is_known(tag: &str) -> bool {
    let bare = !tag.contains('-') && known().any(|known| first(known).eq_ignore_ascii_case(tag));
    bare || known().any(|known| known.eq_ignore_ascii_case(tag))
}

/// What to write instead of a tag that is not known.
pub(crate) fn help(tag: &str) -> String {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let region = parts.next_back().unwrap_or_default();
    let region = if region.eq_ignore_ascii_case("UK") {
        "GB".to_owned()
    } else {
        region.to_ascii_uppercase()
    };
    let meant = format!("{language}-{region}");
    if let Some(meant) = known().find(|known| known.eq_ignore_ascii_case(&meant)) {
        return format!("did you mean `{meant}`?");
    }
    let same: Vec<&str> = known()
        .filter(|known| first(known).eq_ignore_ascii_case(language))
        .collect();
    if let [only] = same.as_slice() {
        return format!("did you mean `{only}`?");
    }
    if !same.is_empty() {
        return format!("of this language it knows {}", describe::words(same));
    }
    // A country in place of a language: `gb-EN`, `dk-DK`.
    let of_country: Vec<&str> = known()
        .filter(|known| known.ends_with(&format!("-{region}")))
        .collect();
    match of_country.as_slice() {
        [first, ..] if Country::with_code(&region).is_some() => format!("did you mean `{first}`?"),
        _ => "write a language and a country, like `en-GB`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn languages_of_the_platform_are_known() {
        for tag in [
            "en-GB",
            "en-gb",
            "de",
            "yue-CN",
            "en-GB-WLS",
            "ar",
            "cmn-hans-cn",
        ] {
            assert!(is_known(tag), "{tag}");
        }
    }

    #[test]
    fn a_language_that_is_not_known_gets_the_one_that_was_meant() {
        for (tag, expected) in [
            ("en-UK", "did you mean `en-GB`?"),
            ("ja-JA", "did you mean `ja-JP`?"),
            ("sv-SV", "did you mean `sv-SE`?"),
            ("de-AT", "did you mean `de-DE`?"),
            ("fr-BE", "of this language it knows `fr-CA` or `fr-FR`"),
            ("dk-DK", "did you mean `da-DK`?"),
            ("xx-YY", "write a language and a country, like `en-GB`"),
        ] {
            assert!(!is_known(tag), "{tag}");
            assert_eq!(help(tag), expected, "{tag}");
        }
    }
}

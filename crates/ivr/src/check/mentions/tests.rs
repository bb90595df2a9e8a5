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

#[test]
fn numbers_are_no_keys() {
    check(
        "En cas d’urgence, composez le 15. Pour les ventes, tapez 1.",
        "1",
    );
    check("Composez le 17, ou le 18.", "");
    check("Dial 1 800 555 0199 for help, or press 2.", "2");
    check("Dial 1-800-555-0199, or press 2.", "2");
    check(
        "Press 9 9 9? No: hang up and ring 999. Press 1 for sales.",
        "1",
    );
    check("Dial nine nine nine for the police.", "");
    check("Dial 10 10 220 first. Press 1.", "1");
    check("Dial 116 123 to talk to somebody, or 112.", "");
    check("Press 1 to choose 4 tickets.", "1");
    check("Press 1 to order, 4 tickets are left.", "1");
    check("Wählen Sie 2 Karten, oder drücken Sie die 3.", "3");
    check("Press 1 billing, 2 for sales.", "1 2");
    check("Press １ for sales.", "1");
}

/// The keys, of those asked for, that the text may name.
#[track_caller]
fn may(text: &str, asked: &str, expected: &str) {
    let named: Vec<&str> = asked.split(' ').filter(|key| may_name(text, key)).collect();
    assert_eq!(named.join(" "), expected, "{text}");
}

#[test]
fn a_key_is_found_in_any_script() {
    may("販売は1を、サポートは2を押してください。", "1 2 3", "1 2");
    may("販売は１を、サポートは２を押してください。", "1 2 3", "1 2");
    may("销售请按1，技术支持请按2", "1 2 3", "1 2");
    may(
        "销售请按一，技术支持请按二，返回请按星号",
        "1 2 3 *",
        "1 2 *",
    );
    may("1번을 누르세요. 상담원은 0번.", "0 1 2", "0 1");
    may("กด1เพื่อฝ่ายขาย กด2เพื่อฝ่ายสนับสนุน", "1 2 3", "1 2");
    may("กด ๑ หรือ ๒", "1 2 3", "1 2");
    may("للمبيعات اضغط ١، للدعم اضغط ٢.", "1 2 3", "1 2");
    may("فشار دهید ۱", "1 2", "1");
    may("बिक्री के लिए १ दबाएं", "1 2", "1");
    may("Press ① or ＊.", "1 2 *", "1 *");
    may("Нажмите 1, затем решётку.", "1 2 #", "1 #");
}

#[test]
fn ranges_and_lists_name_each_of_their_keys() {
    may("Press 1 through 3.", "1 2 3 4", "1 2 3");
    may("Press 1-3 or 5.", "1 2 3 4 5", "1 2 3 5");
    may("Press keys 1 to 3.", "1 2 3 4", "1 2 3");
    may("Drücken Sie 1 bis 3.", "1 2 3 4", "1 2 3");
    may("Appuyez sur 1 à 3.", "1 2 3 4", "1 2 3");
    may("Pulse del 1 al 3.", "1 2 3 4", "1 2 3");
    may("1から3を押してください", "1 2 3 4", "1 2 3");
    may("1番から3番を押してください", "1 2 3 4", "1 2 3");
    may("Press 1 for sales and 3 for support.", "1 2 3", "1 3");
    may("Press 1/2 for sales or support.", "1 2 3", "1 2");
    may("1-for sales, 2-for support.", "1 2 3", "1 2");
    may("Rooms 101 to 104.", "101 102 105 2", "101 102");
    may("We are open 9 to 5. Press 1.", "1 7", "1");
}

#[test]
fn any_key_and_extensions_name_keys_without_digits() {
    may("Press any key to continue.", "0 1 9", "0 1 9");
    may("Drücken Sie eine beliebige Taste.", "1 5", "1 5");
    may("按任意键继续", "1 5", "1 5");
    may(
        "If you know your party’s three digit extension, dial it now. For sales press 1.",
        "1 101 102",
        "1 101 102",
    );
    may(
        "Wenn Sie die Durchwahl kennen, wählen Sie sie jetzt.",
        "12 1",
        "12",
    );
}

#[test]
fn a_telephone_number_names_no_keys() {
    may("Dial 1 800 555 0199 for help, or press 2.", "1 2 5", "2");
    may("Dial 1-800-555-0199, or press 2.", "1 2 5", "2");
    may("Dial (415) 555 0123, or press 2.", "2 4", "2");
    may("Press 1 0 1 for the office.", "101 1", "101 1");
    may("Or call 116 123.", "1 116", "");
    may("We are open 24 hours.", "2 4", "");
}

#[test]
fn languages_are_known_by_the_first_part_of_their_tag() {
    for (tag, known) in [
        (None, true),
        (Some("en-GB"), true),
        (Some("DE"), true),
        (Some("ja-JP"), false),
        (Some("pl-PL"), false),
    ] {
        assert_eq!(is_known(tag), known, "{tag:?}");
    }
}

use super::*;

fn config(set: &[(&str, &str)]) -> Config {
    Config::from_raw(&|name| {
        set.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

const GOOD: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn what_is_not_set_is_no_problem() {
    let config = config(&[]);
    assert_eq!(config.problems, []);
    assert!(!config.has_secret(Secret::StateKey));
    assert!(config.dial.allows_number("19005550100"));
    assert!(addresses::is_allowed(
        config.allowed_ips.as_deref(),
        Some("192.0.2.1")
    ));
}

#[test]
fn every_setting_that_cannot_be_used_is_told_and_takes_its_safe_side() {
    let check = |name: &str, value: &str, is_safe: fn(&Config) -> bool| {
        let config = config(&[(name, value)]);
        let told: Vec<&str> = config.problems.iter().map(|it| it.setting).collect();
        assert_eq!(told, [name], "{name}={value:?}");
        assert!(is_safe(&config), "{name}={value:?}");
    };
    for weak in ["", " ", "k1", "admintok"] {
        check("STATE_KEY", weak, |it| !it.has_secret(Secret::StateKey));
        check("ADMIN_TOKEN", weak, |it| !it.has_secret(Secret::AdminToken));
        check("SINK_SECRET", weak, |it| it.sink_secret.is_none());
        check("STATE_KEY_PREVIOUS", weak, |_| true);
        check("VONAGE_PRIVATE_KEY", weak, |it| it.private_key.is_none());
    }
    check("VONAGE_SIGNATURE_SECRET", " ", |it| {
        !it.has_secret(Secret::VonageSignature)
    });
    for none in ["+", "UK", ",", ""] {
        check("DIAL_ALLOW", none, |it| {
            !it.dial.allows_number("447700900100")
        });
    }
    check("DIAL_ALLOW", "+ 44", |it| {
        !it.dial.allows_number("19005550100")
    });
    for none in ["https://gw.example", ""] {
        check("SIP_ALLOW", none, |it| {
            it.dial.refuse_sip("sip:a@gw.example").is_some()
        });
    }
    for none in ["", ",", "x", "1.2.3.4/33"] {
        check("ALLOWED_IPS", none, |it| {
            !addresses::is_allowed(it.allowed_ips.as_deref(), Some("1.2.3.4"))
        });
    }
    check("LOOKUP_HOSTS", "https://a.example", |_| true);
    check("RETENTION_DAYS", "30 days", |it| {
        it.retention_days == Some(KEEP_ALL_DAYS)
    });
    check("MENU_CACHE_SECONDS", "soon", |it| {
        it.menu_cache_seconds == Some(MENU_CACHE_SECONDS)
    });
    check("SINK_URL", "http://sink.example", |it| {
        it.sink_url.is_some()
    });
    for none in ["ivr.example.com", "https://", "https://a b", "https://a?b"] {
        check("PUBLIC_URL", none, |it| it.public_url.is_none());
    }
}

#[test]
fn operators_that_cannot_be_read_are_nobody_and_told() {
    for none in ["", "x", "[]", r#"{"ann@example.com":"king"}"#] {
        let config = config(&[("OPERATORS", none)]);
        assert_eq!(config.problems[0].setting, "OPERATORS", "{none}");
        let operators = config.operators.unwrap();
        assert_eq!(operators.grant("ann@example.com"), None, "{none}");
    }
}

#[test]
fn half_of_cloudflare_access_lets_nobody_in_and_is_told() {
    let half = config(&[("ACCESS_TEAM", "acme")]);
    assert_eq!(half.access, None);
    assert_eq!(half.problems[0].setting, "ACCESS_AUD");
    let whole = config(&[("ACCESS_TEAM", "acme"), ("ACCESS_AUD", "us")]);
    assert!(whole.access.is_some());
    assert_eq!(whole.problems, []);
}

#[test]
fn the_signature_secret_has_the_form_vonage_gives_it() {
    let config = config(&[("VONAGE_SIGNATURE_SECRET", "short")]);
    assert!(config.has_secret(Secret::VonageSignature));
    assert_eq!(config.problems, []);
}

#[test]
fn what_a_worker_is_set_to_do_says_which_secrets_it_needs() {
    let check = |set: &[(&str, &str)], expected: &[&str]| {
        let config = config(set);
        let needed: Vec<&str> = Secret::ALL
            .into_iter()
            .filter(|secret| config.needs_secret(*secret))
            .map(Secret::name)
            .collect();
        assert_eq!(needed, expected, "{set:?}");
    };
    let calls = ["VONAGE_SIGNATURE_SECRET", "STATE_KEY"];
    let operators = [calls[0], calls[1], "ADMIN_TOKEN"];
    check(&[], &operators);
    check(&[("ADMIN_TOKEN", GOOD), ("VXML_TOKEN", GOOD)], &operators);
    check(&[("ACCESS_TEAM", "acme"), ("ACCESS_AUD", "us")], &calls);
    check(&[("ACCESS_TEAM", "acme")], &operators);
    let sink = [calls[0], calls[1], "ADMIN_TOKEN", "SINK_SECRET"];
    check(&[("SINK_URL", "https://sink.example.com/")], &sink);
}

#[test]
fn every_secret_is_among_the_settings_of_the_readme() {
    let readme = include_str!("../../README.md");
    for secret in Secret::ALL {
        let name = secret.name();
        let is_there = readme.contains(&["`", name, "`"].concat());
        assert!(is_there, "README.md does not tell of {name}");
    }
}

#[test]
fn every_secret_is_known_to_be_set() {
    for secret in Secret::ALL {
        let config = config(&[(secret.name(), GOOD), ("VXML_TOKEN", GOOD)]);
        assert!(config.has_secret(secret), "{secret:?}");
    }
}

#[test]
fn good_settings_are_used_as_they_are() {
    let config = config(&[
        ("STATE_KEY", GOOD),
        ("ADMIN_TOKEN", GOOD),
        ("DIAL_ALLOW", "44, !449"),
        ("ALLOWED_IPS", "192.0.2.0/24"),
        ("PUBLIC_URL", "https://ivr.example.com/"),
        ("RETENTION_DAYS", "30"),
    ]);
    assert_eq!(config.problems, []);
    assert!(config.has_secret(Secret::StateKey) && config.has_secret(Secret::AdminToken));
    assert_eq!(
        config.public_url.as_deref(),
        Some("https://ivr.example.com")
    );
    assert_eq!(config.retention_days, Some(30));
    assert!(!config.dial.allows_number("449098790000"));
}

#[test]
fn events_leave_over_tls_only() {
    assert!(is_sink_url("https://sink.example/x"));
    assert!(is_sink_url("http://127.0.0.1:9000/"));
    assert!(!is_sink_url("http://sink.example/"));
    assert!(!is_sink_url("http://127.0.0.1.example/"));
    assert!(!is_sink_url("http://localhost.example/"));
    assert!(!is_sink_url("ftp://sink.example/"));
}

//! Prompts, templates and actions: what a caller hears, and what is filled into it.

use super::*;

impl Builder<'_> {
    /// Renders prompts at a field; `input` as in [`phrase::render`].
    pub(super) fn phrase(
        &mut self,
        field: &str,
        prompts: &[Prompt],
        voice: &Voice,
        barge_in: Option<bool>,
    ) -> Fragment {
        let (fragment, faults) = phrase::render(
            prompts,
            voice,
            barge_in.is_some(),
            barge_in.unwrap_or(false),
        );
        for fault in faults {
            self.at(&format!("{field}/{}", fault.index), |builder| {
                builder.note(fault.code, fault.message)
            });
        }
        for (index, prompt) in prompts.iter().enumerate() {
            let (Prompt::Spoken(document::Spoken { text, .. })
            | Prompt::Audio(document::Audio { url: text, .. })) = prompt;
            if text.contains("{{")
                && let Ok(template) = Template::new(text)
            {
                self.at(&format!("{field}/{index}"), |builder| {
                    builder.reads(&template, false)
                });
            }
        }
        fragment
    }

    /// Notes what a template reads. Only headers and body of a look-up may read
    /// a secret.
    pub(super) fn reads(&mut self, template: &Template, may_read_secrets: bool) {
        for slot in template.slots() {
            match slot {
                Slot::Lookup(path) => {
                    add(&mut self.lookups, path);
                }
                Slot::Variable(name) if !may_read_secrets && self.secrets.contains(&&**name) => {
                    let name = name.clone();
                    self.leak(&name);
                }
                _ => {}
            }
        }
    }

    pub(super) fn leak(&mut self, name: &str) {
        self.note(
            Code::SecretLeak,
            format!("`var.{name}` is secret and would leave here: only `headers` and `body` of a `lookup` may read it"),
        );
    }

    pub(super) fn template(&mut self, field: &str, text: &str, may_read_secrets: bool) -> Template {
        match Template::new(text) {
            Ok(template) => {
                self.at(field, |builder| builder.reads(&template, may_read_secrets));
                template
            }
            Err(error) => {
                let (code, message) = phrase::unreadable(&error);
                self.at(field, |builder| builder.note(code, message));
                // As if the placeholder were one: what stands around it is judged all the same.
                let before = text.split("{{").next().unwrap_or_default();
                Template(vec![
                    Part::Text(before.into()),
                    Part::Slot {
                        slot: Slot::Caller,
                        digits: false,
                    },
                ])
            }
        }
    }

    pub(super) fn json(&mut self, field: &str, text: &str, may_read_secrets: bool) -> JsonTemplate {
        match JsonTemplate::new(text) {
            Ok(json) => {
                self.at(field, |builder| builder.reads(&json.0, may_read_secrets));
                json
            }
            Err(error) => {
                let (code, message) = phrase::unreadable(&error);
                self.at(field, |builder| builder.note(code, message));
                JsonTemplate(Template::default())
            }
        }
    }

    /// Renders an action that is the same in every call.
    pub(super) fn action(&mut self, action: impl Into<Action>) -> Fragment {
        self.filled(action, &Holes::default())
    }

    /// Renders an action and notes what the platform would refuse.
    pub(super) fn filled(&mut self, action: impl Into<Action>, holes: &Holes) -> Fragment {
        let action = action.into();
        let ncco = ncco::Ncco::new(vec![action]);
        for finding in ncco.validate() {
            if finding.severity() == ncco::Severity::Error {
                self.note(
                    Code::InvalidNcco,
                    format!("the platform would refuse this: {}", finding.message),
                );
                self.findings.help(finding.code.cure());
            }
        }
        ncco.actions
            .first()
            .map(|action| Fragment::of(action, holes))
            .unwrap_or_default()
    }

    /// A text to put into an action, its placeholders noted.
    pub(super) fn text(
        &mut self,
        field: &str,
        text: &str,
        place: Place,
        holes: &mut Holes,
    ) -> String {
        let template = self.template(field, text, false);
        holes.text(&template, place)
    }
}

//! What stands in a document: handlers, and what is executed in them.

use roxmltree::Node;

use super::session::{BadDocument, Session, Submit};
use crate::report::Happening;
use crate::speech::{seconds_of, tidy};

/// What a block or a handler comes to.
pub(super) enum Instruction {
    /// `<submit>`
    Submit(Submit),
    /// `<goto>` to the only form there is.
    Goto,
    /// `<exit>`
    Exit,
    /// `<disconnect>`
    Disconnect,
    /// The caller hung up, or was let go of.
    HungUp(&'static str),
}

/// The handler of an event in an element: the first whose event is it, or begins it.
pub(super) fn handler<'a, 'i>(
    element: Node<'a, 'i>,
    name: &str,
    event: &str,
) -> Option<Node<'a, 'i>> {
    element.children().find(|node| {
        node.has_tag_name(name)
            && node.attribute("event").is_none_or(|caught| {
                let rest = event.strip_prefix(caught);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
    })
}

impl Session<'_, '_> {
    /// Executes what stands in a block or a handler, up to what leaves it.
    pub(super) fn execute(&mut self, of: Node<'_, '_>) -> Result<Option<Instruction>, BadDocument> {
        for node in of.children().filter(Node::is_element) {
            let need = |name: &str| {
                node.attribute(name)
                    .ok_or_else(|| BadDocument(format!("no {name}")))
            };
            match node.tag_name().name() {
                "prompt" => self.prompt(node),
                "var" => {
                    let value = self.evaluate(need("expr")?);
                    self.variables.insert(need("name")?.to_owned(), value);
                }
                "submit" => {
                    let names = node.attribute("namelist").unwrap_or_default();
                    let is_sound = node.attribute("enctype").is_some();
                    return Ok(Some(Instruction::Submit(self.submit(
                        need("next")?,
                        need("method")? == "get",
                        names,
                        is_sound,
                    )?)));
                }
                "goto" => return Ok(Some(Instruction::Goto)),
                "exit" => return Ok(Some(Instruction::Exit)),
                "disconnect" => return Ok(Some(Instruction::Disconnect)),
                other => return Err(BadDocument(format!("<{other}> cannot be executed"))),
            }
        }
        Ok(None)
    }

    fn submit(
        &self,
        url: &str,
        get: bool,
        names: &str,
        is_sound: bool,
    ) -> Result<Submit, BadDocument> {
        let mut fields = Vec::new();
        let mut sound = None;
        for name in names.split_whitespace() {
            match (&self.sound, self.variables.get(name)) {
                (Some((known, seconds)), _) if known == name => {
                    sound = Some((name.to_owned(), *seconds)).filter(|_| is_sound);
                }
                (_, Some(value)) => fields.push((name.to_owned(), value.clone())),
                // The sound of somebody who said nothing.
                (None, None) if is_sound => {}
                _ => return Err(BadDocument(format!("{name} is not defined"))),
            }
        }
        Ok(Submit {
            url: url.to_owned(),
            get,
            fields,
            sound,
        })
    }

    /// An expression: a property of an item, or the same with a value for when there is none.
    fn evaluate(&self, expression: &str) -> String {
        let property = expression.rsplit(" : ").next().unwrap_or(expression);
        let instead = match expression.starts_with("typeof ") {
            true => "0",
            false => "undefined",
        };
        let value = self.variables.get(property.trim()).map(String::as_str);
        value.unwrap_or(instead).to_owned()
    }

    fn prompt(&mut self, prompt: Node<'_, '_>) {
        let pause = prompt.children().filter(Node::is_element).find_map(|node| {
            let only = node.has_tag_name("break") && prompt.children().count() == 1;
            node.attribute("time").filter(|_| only)
        });
        if let Some(pause) = pause {
            let seconds = time(pause).unwrap_or_default();
            self.finish_prompts();
            self.clock.pass(seconds);
            // Less is a silence within what is said.
            if seconds >= 0.2 {
                self.tell(Happening::Waited { seconds });
            }
            return;
        }
        let mut words = String::new();
        spoken(prompt, &mut words);
        let words = tidy(&words);
        if words.is_empty() {
            return;
        }
        let seconds = match words.starts_with("[http") {
            true => 5.0,
            false => seconds_of(&words),
        };
        self.tell(Happening::Heard { text: words });
        if prompt.attribute("bargein") == Some("true") {
            self.interruptible_seconds += seconds;
        } else {
            self.finish_prompts();
            self.clock.pass(seconds);
        }
    }
}

/// The words of a prompt, as they sound.
fn spoken(of: Node<'_, '_>, words: &mut String) {
    for node in of.children() {
        if let Some(text) = node.text().filter(|_| node.is_text()) {
            words.push_str(text);
        } else if node.has_tag_name("audio") {
            let source = node.attribute("src").unwrap_or_default();
            words.extend(["[", source, "]"]);
        } else if node.is_element() {
            // A break, a paragraph or a sentence is a pause between words.
            words.push_str(match node.tag_name().name() {
                "break" | "p" => " ",
                _ => "",
            });
            spoken(node, words);
            words.push(' ');
        }
    }
}

/// A number of seconds as a document writes it: `4s`, `100ms`.
pub(super) fn seconds(node: Node<'_, '_>, name: &str) -> Option<f64> {
    time(node.attribute(name)?)
}

/// The seconds of a text such as `4s` or `100ms`.
pub(super) fn time(text: &str) -> Option<f64> {
    match text.strip_suffix("ms") {
        Some(number) => number.parse::<f64>().ok().map(|ms| ms / 1000.0),
        None => text.strip_suffix('s')?.parse().ok(),
    }
}

//! Removes entries from a TOML text and inserts others; the surrounding text stays as it was
//! written. Sees no verdicts.

use toml_edit::{Array, Decor, DocumentMut, Item, RawString, Table, Value, value};
use wassay_record::{Messages, Verdict};

/// The elements of an array, each with the comments that belong to it.
pub(super) struct Elements {
    elements: Vec<Element>,
    /// Comments on their own lines after the last element.
    rest: String,
}

struct Element {
    /// White space and comments on the lines before it, and the text before it on its line.
    before: String,
    value: Value,
    /// The comment after it on its line.
    behind: String,
}

impl Elements {
    pub(super) fn of(array: &Array) -> Elements {
        // A comment after the comma belongs to the element before it.
        let split = |text: &str| match text.find('\n') {
            Some(at) => (text[..at].to_string(), text[at..].to_string()),
            None => (String::new(), text.to_string()),
        };
        let mut elements: Vec<Element> = Vec::new();
        for value in array {
            let prefix = raw(value.decor().prefix());
            let (behind, mut before) = split(&prefix);
            match elements.last_mut() {
                Some(last) => last.behind += &behind,
                None => before = prefix,
            }
            let mut value = value.clone();
            let behind = raw(value.decor().suffix());
            value.decor_mut().clear();
            elements.push(Element { before, value, behind });
        }
        let (behind, rest) = split(array.trailing().as_str().unwrap_or_default());
        match elements.last_mut() {
            Some(last) => last.behind += &behind,
            None => return Elements { elements, rest: behind + &rest },
        }
        Elements { elements, rest }
    }

    /// Keeps the elements for which `stays` yields true, in order.
    pub(super) fn retain(&mut self, mut stays: impl Iterator<Item = bool>) {
        self.elements.retain(|_| stays.next().unwrap_or(true));
    }

    /// Updates the line numbers in comments, where the current line is known.
    pub(super) fn renumber(&mut self, lines: impl Iterator<Item = Option<u32>>) {
        for (element, line) in self.elements.iter_mut().zip(lines) {
            let number = element.behind.trim().strip_prefix("# line ");
            let is_line = number.is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()));
            if let (true, Some(line)) = (is_line, line) {
                element.behind = format!(" # line {line}");
            }
        }
    }

    pub(super) fn write(self, array: &mut Array) {
        array.clear();
        let mut behind = String::new();
        for (at, Element { before, mut value, behind: own }) in
            self.elements.into_iter().enumerate()
        {
            // On one line, a space separates an element from the one before it.
            let before = if at == 0 { before.trim_start_matches(' ') } else { &before };
            *value.decor_mut() = Decor::new(format!("{behind}{before}"), "");
            array.push_formatted(value);
            behind = own;
        }
        let is_split = self.rest.contains('\n');
        array.set_trailing(format!("{behind}{}", self.rest));
        array.set_trailing_comma(is_split && !array.is_empty());
    }
}

/// A new entry. Only a failure depends on the level of messages at which it was found.
pub(super) fn entry(
    path: &str,
    reason: &str,
    (verdict, messages): (Verdict, Messages),
    directives: impl Iterator<Item = (String, Option<u32>)>,
) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table.insert("path", value(path));
    table.insert("reason", value(reason));
    if verdict != Verdict::Failed {
        table.insert("verdict", value(verdict.name()));
    } else if messages != Messages::default() {
        table.insert("messages", value(messages.name()));
    }
    let element = |(key, line): (String, Option<u32>)| Element {
        before: "\n    ".to_string(),
        value: key.into(),
        behind: line.map_or_else(String::new, |line| format!(" # line {line}")),
    };
    let elements = Elements { elements: directives.map(element).collect(), rest: "\n".to_string() };
    let mut array = Array::new();
    elements.write(&mut array);
    table.insert("directives", value(array));
    table
}

/// Removes an entry and the comment directly above it; a blank line protects earlier comments.
pub(super) fn remove_table(document: &mut DocumentMut, at: usize) {
    let Some(tables) = document.get_mut("known").and_then(Item::as_array_of_tables_mut) else {
        return;
    };
    let Some(prefix) = tables.get(at).map(|table| raw(table.decor().prefix())) else { return };
    tables.remove(at);
    let apart = prefix.rfind("\n\n").map_or("", |end| &prefix[..=end]);
    if apart.trim().is_empty() {
        return;
    }
    match tables.get_mut(at) {
        Some(next) => {
            let own = raw(next.decor().prefix());
            next.decor_mut().set_prefix(format!("{apart}{}", own));
        }
        None => {
            let rest = document.trailing().as_str().unwrap_or_default().to_string();
            document.set_trailing(format!("{apart}{rest}"));
        }
    }
}

fn raw(text: Option<&RawString>) -> String {
    text.and_then(RawString::as_str).unwrap_or_default().to_string()
}

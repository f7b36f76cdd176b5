//! What `#[options]` adds to the docs of a struct and of its fields.

use syn::{Attribute, Data, DeriveInput, parse_quote};

use crate::declaration::Declared;
use crate::describe::source;

/// The table of all options after the struct's doc, and one sentence after each field's.
pub(crate) fn write(item: &mut DeriveInput, fields: &[Declared]) {
    let mut table = String::from("\n\n| Field | Default | Range |\n|---|---|---|");
    for field in fields.iter().filter(|field| !field.skip) {
        let name = &field.name;
        let name = if field.public {
            format!("[`{name}`](Self::{name})")
        } else {
            format!("`{name}`")
        };
        let (default, range) = (default_text(field), range_text(field));
        let row = format!("\n| {name} | {default} | {range} |");
        table += &row.replace("||", "\\|\\|");
    }
    item.attrs.push(parse_quote!(#[doc = #table]));
    for_each_field(item, fields, |attributes, field| {
        let default = default_text(field);
        let text = match (field.default.is_some(), range_text(field).as_str()) {
            (false, "") => return,
            (false, range) => format!("\n\nRange: {range}."),
            (true, "") => format!("\n\nDefault: {default}."),
            (true, range) => format!("\n\nDefault: {default}. Range: {range}."),
        };
        attributes.push(parse_quote!(#[doc = #text]));
    });
}

/// "`>= 1`, a multiple of `n_heads`".
pub(crate) fn range_text(field: &Declared) -> String {
    let range = field
        .range
        .as_ref()
        .map(|range| range.text(field.is_list()));
    let divisor = field.multiple_of.as_ref();
    let multiple = divisor.map(|divisor| format!("a multiple of `{divisor}`"));
    let parts = [range, multiple, field.rule.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// "`0.1` (PyTorch)", "required".
fn default_text(field: &Declared) -> String {
    let Some(default) = &field.default else {
        return "required".to_owned();
    };
    let mut text = if field.unset.is_empty() {
        format!("`{}`", source(default.clone()))
    } else {
        field.unset.clone()
    };
    if !field.source.is_empty() {
        text.push_str(" (");
        text.push_str(&field.source);
        text.push(')');
    }
    if field.new {
        text += ", an argument of `new`";
    }
    text
}

/// The attributes of each field with what it declares.
pub(crate) fn for_each_field(
    item: &mut DeriveInput,
    declared: &[Declared],
    mut write: impl FnMut(&mut Vec<Attribute>, &Declared),
) {
    if let Data::Struct(data) = &mut item.data {
        for (field, declared) in data.fields.iter_mut().zip(declared) {
            write(&mut field.attrs, declared);
        }
    }
}

//! `midfuse models`: what a study file can name, as the worker says.

mod markdown;
mod text;

use std::path::Path;

use midfuse_base::catalogue::{Catalogue, Entry, OptionEntry};
use midfuse_base::did_you_mean;
use midfuse_base::write_atomic;
use midfuse_study::{describe, find_worker};
use serde_json::Value;

use crate::args::ModelsArgs;
use crate::failure::Failure;
use crate::{interrupt, print};

/// The name under which the options of the training section are shown.
const TRAINING: &str = "training";

pub(crate) fn run(args: &ModelsArgs) -> Result<u8, Failure> {
    let worker = find_worker(args.worker.as_deref())?;
    let catalogue = describe(&worker, &interrupt::stop())?;
    if let Some(page) = &args.into {
        write_into(&catalogue, page)?;
    } else if let Some(name) = &args.name {
        let found = find(&catalogue, name)?;
        if args.json {
            print::line(json(
                &found.iter().map(|(_, entry)| entry).collect::<Vec<_>>(),
            )?);
        } else {
            print::line(text::entries(&found));
        }
    } else if args.json {
        print::line(json(&catalogue)?);
    } else {
        print::line(text::all(&catalogue));
    }
    Ok(0)
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(Failure::data)
}

/// The things of this name, each with what it is: one encoder may read several kinds of modality,
/// with the same options or not.
fn find(catalogue: &Catalogue, name: &str) -> Result<Vec<(String, Entry)>, Failure> {
    let mut all = catalogue.entries();
    let training = Entry {
        name: TRAINING.to_owned(),
        summary: "the section [training] of a study file".to_owned(),
        options: catalogue.training.clone(),
        from_data: Vec::new(),
    };
    all.push(("section".to_owned(), &training));
    let mut found: Vec<(String, Entry)> = Vec::new();
    for (what, entry) in all.iter().filter(|(_, entry)| entry.name == name) {
        match found.iter_mut().find(|(_, known)| known == *entry) {
            Some((known, _)) => *known = format!("{known}, {what}"),
            None => found.push((what.clone(), (*entry).clone())),
        }
    }
    if found.is_empty() {
        let known: Vec<&str> = all.iter().map(|(_, entry)| entry.name.as_str()).collect();
        let hint = did_you_mean(name, &known);
        let hint = if hint.is_empty() {
            ";".to_owned()
        } else {
            hint
        };
        return Err(Failure::usage(format_args!(
            "the worker knows no `{name}`{hint} `midfuse models` lists all that it knows"
        )));
    }
    Ok(found)
}

/// Writes the generated block of a page anew.
fn write_into(catalogue: &Catalogue, page: &Path) -> Result<(), Failure> {
    let shown = page.display();
    let wrong = |error: std::io::Error| Failure::data(format_args!("{shown}: {error}"));
    let old = std::fs::read_to_string(page).map_err(wrong)?;
    let new = markdown::into_page(catalogue, &old).ok_or_else(|| {
        Failure::data(format_args!(
            "{shown}: no place for the lists; put the lines `{}` and `{}` where they belong",
            markdown::BEGIN,
            markdown::END
        ))
    })?;
    write_atomic(page, new.as_bytes()).map_err(wrong)
}

/// A default as people read it.
fn default(option: &OptionEntry) -> String {
    match &option.default {
        Value::Null if option.unset.is_empty() => "none".to_owned(),
        Value::Null => option.unset.replace('`', ""),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The values that an option takes, as people read them.
fn range(option: &OptionEntry) -> String {
    if !option.range.is_empty() {
        return option.range.clone();
    }
    if option.choices.is_empty() {
        return option.kind.clone();
    }
    let names = option
        .choices
        .iter()
        .map(|choice| format!("`{}`", choice.name));
    names.collect::<Vec<_>>().join(", ")
}

/// What an option means, whom its default follows, and what is tried of it.
fn meaning(option: &OptionEntry) -> String {
    let source = match option.source.as_str() {
        "" => String::new(),
        source => format!(" (default: {source})"),
    };
    let tried = match &option.search {
        None => String::new(),
        Some(range) => format!("; tried: {range}"),
    };
    format!("{}{source}{tried}", option.meaning)
}

/// The options of a table as options of their own, by dotted name.
fn flat(options: &[OptionEntry]) -> Vec<OptionEntry> {
    let mut all = Vec::new();
    for option in options {
        if option.options.is_empty() {
            all.push(option.clone());
            continue;
        }
        all.extend(flat(&option.options).into_iter().map(|inner| OptionEntry {
            name: format!("{}.{}", option.name, inner.name),
            ..inner
        }));
    }
    all
}

//! Arguments that say how a plain table is read.

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use midfuse_data::{Encoding, Normalise, Reading, Strip};

/// How a table is read where its own bytes do not say.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "How tables are read")]
pub(crate) struct ReadingArgs {
    /// What stands between cells [default: seen in the file]; `\t` is a tab
    #[arg(long, value_name = "SIGN", value_parser = sign)]
    delimiter: Option<char>,
    /// Decimal sign [default: `.`, or `,` where the cells leave no doubt]
    #[arg(long, value_name = "SIGN", value_parser = sign)]
    decimal: Option<char>,
    /// What groups digits by three: `,` `.` `'` or a blank
    #[arg(long, value_name = "SIGN", value_parser = sign)]
    thousands: Option<char>,
    /// How bytes mean characters [default: UTF-8, or UTF-16 by its first bytes]
    #[arg(long, value_parser = named(Encoding::ALL))]
    encoding: Option<Encoding>,
    /// What wraps cells that hold a delimiter; empty: nothing does [default: "]
    #[arg(long, value_name = "SIGN")]
    quote: Option<String>,
    /// What a line begins with that is no row
    #[arg(long, value_name = "SIGN", value_parser = sign)]
    comment: Option<char>,
    /// Cell that says that a value is missing, beside empty ones, NA, null and the like; may be repeated
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    missing: Vec<String>,
    /// Words such as NA and null mean themselves; only an empty cell is missing
    #[arg(long)]
    literal: bool,
    /// What is taken off numbers: `35 %`, `20 mg`, `$20`, `<0.5`; may be repeated
    #[arg(long, value_parser = named(Strip::ALL))]
    strip: Vec<Strip>,
    /// What of ids, groups, classes and categories is the same however it is typed; may be repeated
    #[arg(long, value_parser = named(Normalise::ALL))]
    normalise: Vec<Normalise>,
}

fn sign(text: &str) -> Result<char, String> {
    let text = if text == "\\t" { "\t" } else { text };
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) => Ok(sign),
        _ => Err("expected one character".into()),
    }
}

/// One of these values, by its name.
fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [(&'static str, T)],
) -> impl clap::builder::TypedValueParser<Value = T> {
    let names = PossibleValuesParser::new(all.iter().map(|(name, _)| *name));
    names.try_map(|given| {
        let found = all.iter().find(|(name, _)| *name == given);
        found.map(|(_, value)| *value).ok_or("no such name")
    })
}

impl ReadingArgs {
    pub(crate) fn reading(&self) -> Reading {
        Reading {
            delimiter: self.delimiter,
            decimal: self.decimal,
            thousands: self.thousands,
            encoding: self.encoding,
            quote: self.quote.clone(),
            comment: self.comment,
            missing: self.missing.clone(),
            usual_missing: self.literal.then_some(false),
            strip: self.strip.clone(),
            normalise: self.normalise.clone(),
        }
    }
}

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
    #[arg(long, value_parser = encoding())]
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
    #[arg(long, value_parser = strip())]
    strip: Vec<Strip>,
    /// What of ids, groups, classes and categories is the same however it is typed; may be repeated
    #[arg(long, value_parser = normalise())]
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

fn encoding() -> impl clap::builder::TypedValueParser<Value = Encoding> {
    let names = PossibleValuesParser::new(Encoding::ALL.map(|(name, _)| name));
    names.map(|name| named(&Encoding::ALL, &name))
}

fn strip() -> impl clap::builder::TypedValueParser<Value = Strip> {
    let names = PossibleValuesParser::new(Strip::ALL.map(|(name, _)| name));
    names.map(|name| named(&Strip::ALL, &name))
}

fn normalise() -> impl clap::builder::TypedValueParser<Value = Normalise> {
    let names = PossibleValuesParser::new(Normalise::ALL.map(|(name, _)| name));
    names.map(|name| named(&Normalise::ALL, &name))
}

/// The value of a name that is one of these.
fn named<T: Copy, const N: usize>(all: &[(&str, T); N], name: &str) -> T {
    let found = all.iter().find(|(known, _)| *known == name);
    found.unwrap_or(&all[0]).1
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

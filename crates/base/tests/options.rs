//! What `#[options]` and `#[derive(Choices)]` write.
#![cfg(test)]

use std::marker::PhantomData;
use std::path::PathBuf;

use midfuse_base::{Choices, OptionKind, Options, Seed, Validate, options};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How it is done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
enum Way {
    /// The short way. Quick.
    ShortCut,
    /// The long way.
    #[serde(rename = "detour")]
    Long {
        /// How long.
        by: i64,
    },
}

trait Cell {
    const NAME: &'static str;
}

#[derive(Debug, Clone, PartialEq)]
struct Gru;

impl Cell for Gru {
    const NAME: &'static str = "GruConfig";
}

/// Everything that a config can have.
#[options(new = "A config of these widths.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
struct Everything<C: Cell> {
    /// Width of [`Everything`]. More.
    #[option(range = positive, multiple_of = heads)]
    width: i64,
    /// Widths.
    #[option(range = one_or_more(1..=9, "at least one width"))]
    widths: Vec<i64>,
    /// Depth.
    #[option(default = 2, new, range = odd(1..=9))]
    depth: i64,
    /// Heads.
    #[option(default = 4, range = positive, source = "BERT")]
    heads: i64,
    /// Hidden widths.
    #[option(default = [8, 8], range = 1..)]
    hidden: Vec<usize>,
    /// Hidden width.
    #[option(unset = "`4 * width`", range = positive, rule = "at most `width`")]
    d_ff: Option<i64>,
    /// Sizes.
    #[option(default = None, range = positive)]
    sizes: Option<Vec<i64>>,
    /// Dropout.
    #[option(default = 1.0 / 4.0, range = probability)]
    dropout_p: f64,
    /// Clip.
    #[option(default = Some(1.0), range = above_zero)]
    clip: Option<f64>,
    /// Way.
    #[option(default = Way::ShortCut)]
    way: Way,
    /// Device.
    #[option(default = "cpu")]
    device: String,
    /// Seed.
    #[option(default = Seed(7))]
    seed: Seed,
    #[option(skip)]
    #[serde(skip)]
    cell: PhantomData<C>,
}

impl<C: Cell> Everything<C> {
    fn error(&self) -> Option<String> {
        let error = self.check_options(Validate::new(C::NAME)).err()?;
        Some(error.to_string())
    }
}

fn good() -> Everything<Gru> {
    Everything::new(8, [1, 2], 3)
}

#[test]
fn new_sets_what_is_required_and_the_defaults_of_the_rest() {
    let config = good();
    assert_eq!((config.width, config.depth, config.heads), (8, 3, 4));
    assert_eq!((config.widths, config.hidden), (vec![1, 2], vec![8, 8]));
    assert_eq!((config.clip, config.d_ff), (Some(1.0), None));
    assert_eq!(config.device, "cpu");
}

#[test]
fn setters_take_what_is_shortest() {
    let config = good()
        .with_hidden([3])
        .with_d_ff(16)
        .with_sizes([1])
        .with_clip(None)
        .with_device("cuda:0")
        .with_way(Way::Long { by: 2 });
    assert_eq!((config.d_ff, config.clip), (Some(16), None));
    assert_eq!(config.sizes, Some(vec![1]));
    assert_eq!((config.hidden, config.device.as_str()), (vec![3], "cuda:0"));
    assert_eq!(good().with_d_ff(16).with_d_ff(None), good());
    assert_eq!(good().with_clip(Some(2.0)).clip, Some(2.0));
}

#[test]
fn files_may_leave_out_what_has_a_default() {
    let short: Everything<Gru> =
        serde_json::from_value(json!({"width": 8, "widths": [1, 2]})).unwrap();
    assert_eq!(short, Everything::new(8, [1, 2], 2));
    let written = serde_json::to_value(good()).unwrap();
    let back: Everything<Gru> = serde_json::from_value(written).unwrap();
    assert_eq!(back, good());
    let misspelt = json!({"width": 8, "widths": [1], "deepth": 1});
    assert!(serde_json::from_value::<Everything<Gru>>(misspelt).is_err());
}

#[test]
fn each_range_is_checked_and_named() {
    assert_eq!(good().error(), None);
    let cases = [
        (
            Everything::new(0, [1], 1),
            "width: expected an integer from 1 to 16777216, got 0",
        ),
        (
            Everything::new(6, [1], 1),
            "width: expected a multiple of heads = 4, got 6",
        ),
        (
            Everything::new(8, [], 1),
            "widths: expected at least one width, got []",
        ),
        (
            Everything::new(8, [1, 10], 1),
            "widths[1]: expected an integer in 1..=9, got 10",
        ),
        (
            Everything::new(8, [1], 2),
            "depth: expected an odd integer in 1..=9, got 2",
        ),
        // A multiple of what is out of range itself: that is the error.
        (
            good().with_heads(0),
            "heads: expected an integer from 1 to 16777216, got 0",
        ),
        (
            good().with_hidden([0]),
            "hidden[0]: expected at least 1, got 0",
        ),
        (
            good().with_d_ff(0),
            "d_ff: expected an integer from 1 to 16777216, got 0",
        ),
        (
            good().with_sizes([0]),
            "sizes[0]: expected an integer from 1 to 16777216, got 0",
        ),
        (
            good().with_dropout_p(1.0),
            "dropout_p: expected a probability in [0, 1), got 1.0",
        ),
        (
            good().with_clip(0.0),
            "clip: expected a finite number above 0, got 0.0",
        ),
    ];
    for (config, message) in cases {
        assert_eq!(config.error().unwrap(), format!("GruConfig.{message}"));
    }
}

#[test]
fn options_are_listed_as_they_are_declared() {
    let listed = Everything::<Gru>::options();
    let names: Vec<&str> = listed.iter().map(|option| option.name).collect();
    let expected = [
        "width",
        "widths",
        "depth",
        "heads",
        "hidden",
        "d_ff",
        "sizes",
        "dropout_p",
        "clip",
        "way",
        "device",
        "seed",
    ];
    assert_eq!(names, expected);
    let at = |name: &str| listed.iter().find(|option| option.name == name).unwrap();
    assert_eq!(at("width").meaning, "Width of `Everything`");
    assert_eq!(at("width").default, None);
    assert_eq!(at("width").range, "`>= 1`, a multiple of `heads`");
    assert_eq!(at("d_ff").default, Some(Value::Null));
    assert_eq!(at("d_ff").unset, "`4 * width`");
    assert_eq!(at("d_ff").range, "`>= 1`, at most `width`");
    assert_eq!(at("hidden").default, Some(json!([8, 8])));
    assert_eq!(at("dropout_p").default, Some(json!(0.25)));
    assert_eq!((at("heads").source, at("way").range), ("BERT", ""));
    let integer = Box::new(OptionKind::Integer);
    assert_eq!(at("sizes").kind, OptionKind::List { of: integer });
    assert_eq!(at("seed").kind, OptionKind::Integer);
    let json = serde_json::to_value(at("way")).unwrap();
    let expected = json!({
        "name": "way", "meaning": "Way", "kind": "choice", "default": "short-cut",
        "choices": [
            {"name": "short-cut", "meaning": "The short way"},
            {"name": "detour", "meaning": "The long way"},
        ],
    });
    assert_eq!(json, expected);
}

#[test]
fn choices_are_what_files_hold() {
    let names = |kind| match kind {
        OptionKind::Choice { choices } => choices,
        _ => Vec::new(),
    };
    let choices = names(<Way as midfuse_base::OptionValue>::kind());
    let written = serde_json::to_value(Way::ShortCut).unwrap();
    assert_eq!(written, choices[0].name);
    let written = serde_json::to_value(Way::Long { by: 1 }).unwrap();
    assert!(written.get(choices[1].name).is_some());
}

/// A table in a table, and a default of the whole.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    /// Rate.
    #[option(default = 1e-3)]
    rate: f64,
}

/// A config that has it.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Outer {
    /// Inner options.
    #[option(default = Inner::default().with_rate(0.5))]
    inner: Inner,
}

#[test]
fn tables_nest() {
    let outer: Outer = serde_json::from_str("{}").unwrap();
    assert_eq!(outer, Outer::default());
    assert!((outer.inner.rate - 0.5).abs() < 1e-15);
    let listed = Outer::options().remove(0);
    let options = Inner::options();
    assert_eq!(listed.kind, OptionKind::Table { options });
    assert_eq!(listed.default, Some(json!({"rate": 0.5})));
}

/// Not a file: its fields may have any type.
#[options(new = "With these.", builder)]
#[derive(Debug, Clone, PartialEq)]
struct Builder {
    /// Anything.
    any: (i64, char),
    /// Where.
    #[option(default = "here")]
    path: PathBuf,
    /// Whether.
    #[option(default = false, no_setter)]
    on: bool,
}

impl Builder {
    /// Sets on.
    fn with_on(mut self) -> Self {
        self.on = true;
        self
    }
}

#[test]
fn a_builder_has_setters_only() {
    let built = Builder::new((1, 'a')).with_path("there").with_on();
    assert_eq!(built.path, PathBuf::from("there"));
    assert!(built.on);
    assert_eq!(built.any, (1, 'a'));
}

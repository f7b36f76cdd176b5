//! Prints `docs/checklist.md`.

#![allow(clippy::print_stdout, reason = "a program that prints")]

fn main() {
    print!("{}", midfuse_report::checklist::page());
}

//! `cargo bench --package midfuse-benches --bench fusions`

fn main() -> midfuse_benches::Result<()> {
    let mut criterion = criterion::Criterion::default().configure_from_args();
    midfuse_benches::register(&mut criterion, &midfuse_benches::fusions())?;
    criterion.final_summary();
    Ok(())
}

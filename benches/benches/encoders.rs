//! `cargo bench --package midfuse-benches --bench encoders`

fn main() -> midfuse_benches::Result<()> {
    let mut criterion = criterion::Criterion::default().configure_from_args();
    midfuse_benches::register(&mut criterion, &midfuse_benches::encoders())?;
    criterion.final_summary();
    Ok(())
}

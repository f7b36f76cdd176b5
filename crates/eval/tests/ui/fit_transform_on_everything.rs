// A transform takes train rows, not all rows.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;
use midfuse_eval::transform::Standardiser;

pub fn program(dev: &Dev<Iid>, by: KFold, ids: &[String], rows: Vec<Vec<f64>>) {
    let _ = dev.cross_validate(&by, |fold| {
        let table = fold.train.fit_rows().take(ids, |row| rows[row].clone()).unwrap();
        let _ = &table;
        let _ = Standardiser::fit::<f64, Vec<f64>>(&rows); //~ ERROR E0308
        //~ TWIN let _ = Standardiser::fit::<f64, Vec<f64>>(&table);
    });
}

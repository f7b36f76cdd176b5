// A transform cannot be fitted on test rows.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;
use midfuse_eval::transform::Standardiser;

pub fn program(dev: &Dev<Iid>, by: KFold, ids: &[String], rows: &[Vec<f64>]) {
    let _ = dev.cross_validate(&by, |fold| {
        let on = fold.test.fit_rows(); //~ ERROR E0599
        //~ TWIN let on = fold.train.fit_rows();
        let table = on.take(ids, |row| rows[row].clone()).unwrap();
        let _ = Standardiser::fit(&table);
    });
}

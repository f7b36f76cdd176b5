// Nothing shows of the sealed test set but its size.
use midfuse_eval::sealed::Sealed;
use midfuse_eval::structure::Iid;

pub fn program(sealed: &Sealed<Iid>) -> usize {
    sealed.rows.len() //~ ERROR E0616
    //~ TWIN sealed.len()
}

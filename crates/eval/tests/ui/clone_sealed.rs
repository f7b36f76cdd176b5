// The sealed test set has no copy.
use midfuse_eval::sealed::Sealed;
use midfuse_eval::structure::Iid;

pub fn program(sealed: Sealed<Iid>) -> Sealed<Iid> {
    sealed.clone() //~ ERROR E0599
    //~ TWIN sealed
}

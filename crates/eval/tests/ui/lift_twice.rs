// A model is lifted once: after that it has seen the validation rows.
use midfuse_eval::fold::Inner;
use midfuse_eval::predict::Fitted;
use midfuse_eval::structure::Iid;

pub fn program<'id, M>(inner: &Inner<'_, 'id, Iid>, model: Fitted<'id, M>) {
    let lifted = inner.lift(model);
    let _ = inner.lift(model).has_seen("a"); //~ ERROR E0382
    //~ TWIN let _ = lifted.has_seen("a");
    let _ = &lifted;
}

//! Stages: `encode` is its stages by hand.

use midfuse_core::{Config, Encoder, Mode};

use super::output::{present, valid_tokens};
use super::subject::Subject;
use super::{Contract, ErrorKind};
use crate::compare::{assert_finite, assert_same_bits};

pub(super) fn check<C, I>(contract: &Contract<C, I>, subject: &Subject<'_, C, I>)
where
    C: Config,
    C::Module: Encoder<Input = I>,
{
    let what = |promise: &str| format!("{}: {promise}", contract.name);
    let (_vs, module) = subject.build(12);
    let (input, mask) = subject.batch_with_absent(6, f64::NAN);
    let whole = subject.run(&module, &input, Mode::Eval);
    let n = module.n_stages();
    let mut state = module.embed(&input, Mode::Eval).unwrap();
    for depth in 0..=n {
        let what = what(&format!("depth {depth}"));
        let tokens = module.tokens(&state).unwrap();
        let size = tokens.x.size();
        assert_eq!(size.len(), 3, "{what}: tokens {size:?}");
        assert_eq!(
            (size[0], size[2]),
            (6, module.d_at(depth)),
            "{what}: tokens {size:?}"
        );
        assert_finite(&what, &tokens.x);
        let valid = tokens.valid_or_ones();
        assert_eq!(valid.size(), size[..2], "{what}: valid");
        assert_same_bits(&what, &valid.any_dim(1, false), &mask);
        let direct = module.encode_to(&input, depth, Mode::Eval).unwrap();
        assert_same_bits(&what, &valid_tokens(&direct), &valid_tokens(&tokens));
        assert_same_bits(&what, &direct.valid_or_ones(), &valid);
        if depth < n {
            state = module.stage(depth, state, Mode::Eval).unwrap();
        }
    }
    let by_hand = module.pool(state, Mode::Eval).unwrap();
    assert_same_bits(&what("stages by hand"), &by_hand.pooled, &whole.pooled);
    assert_same_bits(&what("stages by hand"), &by_hand.tokens.x, &whole.tokens.x);
    assert_same_bits(
        &what("stages by hand"),
        &present(&by_hand),
        &present(&whole),
    );

    let state = module.embed(&input, Mode::Eval).unwrap();
    let Err(error) = module.stage(n, state, Mode::Eval) else {
        panic!("{}", what("there is a stage after the last one"))
    };
    assert_eq!(
        ErrorKind::of(&error),
        ErrorKind::Input,
        "{}: {error}",
        what("stage n")
    );
    assert!(
        module.encode_to(&input, n + 1, Mode::Eval).is_err(),
        "{}",
        what("there is a depth after the last one")
    );
}

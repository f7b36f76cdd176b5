//! A module under test, whatever it is called by.

use midfuse_core::{Config, Encoded, Mode, Result, Seed};
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

use super::Contract;
use crate::seeded::reseed;

type Forward<M, I> = fn(&M, &I, Mode) -> Result<Encoded>;

/// A contract with the way to call its module.
pub(super) struct Subject<'a, C: Config, I> {
    pub(super) contract: &'a Contract<C, I>,
    forward: Forward<C::Module, I>,
}

impl<'a, C: Config, I> Subject<'a, C, I> {
    pub(super) fn new(contract: &'a Contract<C, I>, forward: Forward<C::Module, I>) -> Self {
        Self { contract, forward }
    }

    pub(super) fn check(&self) {
        self.check_config();
        self.check_output();
        self.check_modes();
        self.check_absence();
        self.check_order();
        self.check_padding();
        self.check_gradients();
        self.check_persistence();
        self.check_errors();
        self.check_learning();
    }

    /// A label for messages.
    pub(super) fn what(&self, promise: &str) -> String {
        format!("{}: {promise}", self.contract.name)
    }

    /// A module with fresh parameters; the same ones for the same seed.
    pub(super) fn build(&self, seed: u64) -> (VarStore, C::Module) {
        self.build_with(&self.contract.config, seed)
    }

    pub(super) fn build_with(&self, config: &C, seed: u64) -> (VarStore, C::Module) {
        let vs = VarStore::new(Device::Cpu);
        reseed(Seed(seed));
        let module = config
            .init(vs.root())
            .unwrap_or_else(|error| panic!("{}: init: {error}", self.contract.name));
        (vs, module)
    }

    /// `b` present rows.
    pub(super) fn batch(&self, b: i64) -> I {
        (self.contract.inputs.batch)(b, Seed(17))
    }

    /// `b` rows of which every third, from the second on, is absent and holds `fill`; and the mask.
    pub(super) fn batch_with_absent(&self, b: i64, fill: f64) -> (I, Tensor) {
        let present: Vec<bool> = (0..b).map(|row| row % 3 != 1).collect();
        let present = Tensor::from_slice(&present);
        let input = (self.contract.inputs.absent)(&self.batch(b), &present, fill);
        (input, present)
    }

    pub(super) fn run(&self, module: &C::Module, input: &I, mode: Mode) -> Encoded {
        (self.forward)(module, input, mode)
            .unwrap_or_else(|error| panic!("{}: {mode:?}: {error}", self.contract.name))
    }

    pub(super) fn try_run(&self, module: &C::Module, input: &I, mode: Mode) -> Result<Encoded> {
        (self.forward)(module, input, mode)
    }
}

/// A scalar that depends on every output in a different way, so that no gradient cancels.
pub(super) fn loss(encoded: &Encoded) -> Tensor {
    let weigh = |x: &Tensor| {
        let n = x.numel() as i64;
        let weights = (Tensor::arange(n, (Kind::Float, x.device())) * 1.7 + 0.3).sin();
        (x * weights.view_as(x)).sum(x.kind())
    };
    let tokens = crate::contract::output::valid_tokens(&encoded.tokens);
    weigh(&encoded.pooled) + weigh(&tokens)
}

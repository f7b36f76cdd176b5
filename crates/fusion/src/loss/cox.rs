//! Cox's partial likelihood, with Efron's correction for tied events.
//!
//! **Paper**: Cox 1972, "Regression models and life-tables"; Efron 1977, "The efficiency of Cox's
//! likelihood function for censored data"; as the loss of a network: Faraggi and Simon 1995, Katzman
//! et al. 2018 (DeepSurv).
//! **Reference implementation**: `statsmodels.duration.hazard_regression.PHReg(ties="efron")` and
//! `torchsurv.loss.cox.neg_partial_log_likelihood(ties_method="efron")`.
//!
//! NOTE[DIFF] from a fit of Cox's model: the risk sets are those of the rows that are handed over. In
//! a batch they are a sample of the whole ones (Kvamme et al. 2019, "Time-to-event prediction with
//! neural networks and Cox regression", section 3, on why that works), so batches should be large.

use midfuse_core::check::{self, Dim};
use midfuse_core::{Error, Result};
use tch::{Kind, Tensor};

use super::check_targets;

const MODULE: &str = "cox";

/// Negative log partial likelihood of `log_risk: [B, 1]` per event, a scalar: with Efron's ties,
/// over the risk sets of these rows.
///
/// `time: [B]` f64 is the follow-up time of each row; `event: [B]` bool whether it ended with the
/// event. Without an event in the rows the loss is 0, and so are its gradients.
///
/// Computed in f64 whatever the dtype of the log-risk, by running log-sum-exps, so large log-risks
/// neither overflow nor vanish.
///
/// # Errors
/// [`Error::Shape`], [`Error::Kind`] or [`Error::Device`] if times or events do not fit the
/// log-risks, [`Error::Torch`] if memory runs out.
pub fn cox(log_risk: &Tensor, time: &Tensor, event: &Tensor) -> Result<Tensor> {
    check::shape(MODULE, log_risk, &[Dim::Any("B"), Dim::Is(1)])?;
    check_targets(MODULE, log_risk, time, Kind::Double)?;
    check_targets(MODULE, log_risk, event, Kind::Bool)?;
    let loss = negative_log_likelihood(log_risk, time, event);
    loss.map_err(|source| Error::Torch {
        context: "cox: partial likelihood".to_owned(),
        source,
    })
}

fn negative_log_likelihood(
    log_risk: &Tensor,
    time: &Tensor,
    event: &Tensor,
) -> std::result::Result<Tensor, tch::TchError> {
    let kind = log_risk.kind();
    // Latest first, so that the risk set of a row is all rows up to the last of its time.
    let (time, order) = time.f_sort_stable(true, 0, true)?;
    let event = event.f_index_select(0, &order)?;
    let eta = log_risk
        .f_to_kind(Kind::Double)?
        .f_view([-1])?
        .f_index_select(0, &order)?;
    let rows = event.f_nonzero()?.f_view([-1])?;
    if rows.numel() == 0 {
        return (log_risk * 0.0).f_sum(kind);
    }
    // The time of each row as a number, and where the rows of that time end.
    let (_, of_time, counts) = time.f_unique_consecutive(true, true, None)?;
    let last = counts.f_cumsum(0, Kind::Int64)? - 1;
    let of_event = of_time.f_index_select(0, &rows)?;
    let at_risk = eta
        .f_logcumsumexp(0)?
        .f_index_select(0, &last.f_index_select(0, &of_event)?)?;

    // Of the d tied events of a time, the l-th (from 0) takes out l/d of their sum.
    let zeros = Tensor::f_zeros_like(&counts)?.f_to_kind(Kind::Double)?;
    let ones = Tensor::f_ones_like(&of_event)?.f_to_kind(Kind::Double)?;
    let tied = zeros.f_index_add(0, &of_event, &ones)?;
    let before = tied.f_cumsum(0, Kind::Double)? - &tied;
    let index = ones.f_cumsum(0, Kind::Double)? - 1.0 - before.f_index_select(0, &of_event)?;
    let part = index / tied.f_index_select(0, &of_event)?;

    let eta = eta.f_index_select(0, &rows)?;
    // The tied events' share of the risk, E / R: each term is at most 1, whatever the log-risks.
    let share = zeros
        .f_index_add(0, &of_event, &(&eta - &at_risk).f_exp()?)?
        .f_index_select(0, &of_event)?;
    // log(R - l/d E) = log R + log(1 - l/d E/R), whose argument is positive: E <= R and l < d.
    let taken = (part * share).f_neg()?.f_log1p()?;
    (at_risk + taken - eta).f_mean(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    fn loss(log_risk: &Tensor, time: &[f64], event: &[bool]) -> Tensor {
        cox(
            log_risk,
            &Tensor::from_slice(time),
            &Tensor::from_slice(event),
        )
        .unwrap()
    }

    fn column(values: &[f64]) -> Tensor {
        Tensor::from_slice(values)
            .view([-1, 1])
            .set_requires_grad(true)
    }

    #[test]
    fn by_hand() {
        // Risks 1, 2, 4; the event at 1 is among 1+2+4, that at 3 alone; the row at 2 is censored.
        let eta = column(&[1.0_f64.ln(), 2.0_f64.ln(), 4.0_f64.ln()]);
        let value = loss(&eta, &[1.0, 2.0, 3.0], &[true, false, true]);
        assert!((value.double_value(&[]) - 7.0_f64.ln() / 2.0).abs() < 1e-12);
        value.backward();
        let grad = Vec::<f64>::try_from(eta.grad().view([-1])).unwrap();
        // d/d eta_i of log sum exp is the share of the risk; halved, for two events.
        for (g, want) in grad.iter().zip([1.0 / 7.0 - 1.0, 2.0 / 7.0, 4.0 / 7.0]) {
            assert!((g - want / 2.0).abs() < 1e-12, "{g} {want}");
        }
    }

    #[test]
    fn ties_are_efrons() {
        // Two of three rows die at once: log(7) and log(7 - 3/2), where 3 is the risk of the two.
        let eta = column(&[1.0_f64.ln(), 2.0_f64.ln(), 4.0_f64.ln()]);
        let value = loss(&eta, &[5.0, 5.0, 8.0], &[true, true, false]);
        let want = (7.0_f64.ln() + 5.5_f64.ln() - 2.0_f64.ln()) / 2.0;
        assert!((value.double_value(&[]) - want).abs() < 1e-12);
        // A censored row of the same time is at risk, and no tied event.
        let eta = column(&[0.0, 0.0]);
        let value = loss(&eta, &[5.0, 5.0], &[true, false]);
        assert!((value.double_value(&[]) - 2.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn the_order_of_rows_and_a_constant_change_nothing() {
        let (time, event) = ([3.0, 1.0, 1.0, 2.0], [true, true, true, false]);
        let value = loss(&column(&[0.3, -1.0, 0.5, 2.0]), &time, &event);
        let turned = loss(
            &column(&[2.0, 0.5, 0.3, -1.0]),
            &[2.0, 1.0, 3.0, 1.0],
            &[false, true, true, true],
        );
        let shifted = loss(&column(&[100.3, 99.0, 100.5, 102.0]), &time, &event);
        assert!((value.double_value(&[]) - turned.double_value(&[])).abs() < 1e-12);
        assert!((value.double_value(&[]) - shifted.double_value(&[])).abs() < 1e-12);
    }

    #[test]
    fn without_an_event_loss_and_gradient_are_zero() {
        let eta = column(&[3.0, -1.0]);
        let value = loss(&eta, &[1.0, 2.0], &[false, false]);
        assert!(value.double_value(&[]).abs() < 1e-15);
        value.backward();
        assert!(eta.grad().abs().max().double_value(&[]).abs() < 1e-15);
    }

    #[test]
    fn large_log_risks_in_f32_stay_finite() {
        for scale in [1.0_f64, 100.0, 1000.0, 10_000.0] {
            let n = 200;
            let eta = (Tensor::linspace(-1.0, 1.0, n, (Kind::Float, Device::Cpu)) * scale)
                .view([-1, 1])
                .set_requires_grad(true);
            let time: Vec<f64> = (0..n).map(|i| ((i * 37) % 50) as f64).collect();
            let event: Vec<bool> = (0..n).map(|i| i % 3 != 0).collect();
            let value = loss(&eta, &time, &event);
            assert_eq!(value.kind(), Kind::Float);
            assert!(value.double_value(&[]).is_finite(), "{scale}");
            value.backward();
            assert!(
                bool::try_from(eta.grad().isfinite().all()).unwrap(),
                "{scale}"
            );
        }
    }

    #[test]
    fn targets_that_do_not_fit() {
        let eta = column(&[0.0, 1.0]);
        let (time, event) = (
            Tensor::from_slice(&[1.0, 2.0]),
            Tensor::from_slice(&[true, false]),
        );
        let short = cox(&eta, &Tensor::from_slice(&[1.0]), &event);
        assert!(matches!(short, Err(Error::Shape { .. })));
        let numbers = cox(&eta, &time, &Tensor::from_slice(&[1.0, 0.0]));
        assert!(matches!(numbers, Err(Error::Kind { .. })));
        let two = Tensor::zeros([2, 2], (Kind::Double, Device::Cpu));
        assert!(matches!(cox(&two, &time, &event), Err(Error::Shape { .. })));
    }
}

//! Strategies: how the modalities of a row become one prediction.

use midfuse_base::Task;
use midfuse_core::{Config, Fusion, Mode, Model, Output};
use midfuse_fusion::{
    EarlyFusion, EarlyFusionConfig, Head, HeadConfig, LateFusion, LateFusionConfig, RawEarlyFusion,
    RawEarlyFusionConfig,
};
use serde_json::{Map, Value, json};
use tch::nn;

use super::encoder::DynEncoder;
use super::registry::{D_FUSED, Registry, at, init};
use super::resolve::merge;
use super::section::ModelSection;
use crate::modality::{AnyInput, Sizes};
use crate::{Error, Result};

/// A whole strategy over any modalities.
#[derive(Debug)]
pub(crate) struct StrategyModel {
    encoders: Vec<Box<dyn DynEncoder>>,
    sizes: Vec<Sizes>,
    join: Join,
}

#[derive(Debug)]
enum Join {
    Single(Head),
    Fused(Box<dyn Fusion>, Head),
    Early {
        depth: usize,
        fusion: EarlyFusion,
        head: Head,
    },
    EarlyRaw(RawEarlyFusion, Head),
    Late(LateFusion),
}

impl StrategyModel {
    /// Builds the model of a section whose configs are partly written, and returns the section with
    /// every field filled in.
    pub(crate) fn build(
        registry: &Registry,
        section: &ModelSection,
        sizes: &[Sizes],
        task: &Task,
        vs: &nn::Path<'_>,
    ) -> Result<(Self, ModelSection)> {
        let mut resolved = section.clone();
        for (modality, sizes) in resolved.modalities.iter_mut().zip(sizes) {
            let path = modality.path();
            let encoder = &mut modality.encoder;
            let name = (sizes.kind(), encoder.name.as_str());
            let config = registry.resolve_encoder(name, &encoder.config, &sizes.fields(), &path)?;
            encoder.config = config.as_object().cloned().unwrap_or_default();
        }
        let encoders = encoders(registry, &resolved, sizes, vs)?;
        let strategy = &mut resolved.strategy;
        let fields = data_fields(&strategy.name, &strategy.config, &encoders, sizes, task)?;
        let config = match defaults(&strategy.name)? {
            Some(defaults) => merge(&defaults, &strategy.config, &fields, "strategy")?,
            None => registry.resolve_fusion(&strategy.name, &strategy.config, &fields)?,
        };
        strategy.config = config.as_object().cloned().unwrap_or_default();
        let model = Self::join(registry, &resolved, encoders, sizes, task, vs)?;
        Ok((model, resolved))
    }

    /// Builds the model of a section that has every field.
    pub(crate) fn rebuild(
        registry: &Registry,
        section: &ModelSection,
        sizes: &[Sizes],
        task: &Task,
        vs: &nn::Path<'_>,
    ) -> Result<Self> {
        let encoders = encoders(registry, section, sizes, vs)?;
        Self::join(registry, section, encoders, sizes, task, vs)
    }

    fn join(
        registry: &Registry,
        section: &ModelSection,
        encoders: Vec<Box<dyn DynEncoder>>,
        sizes: &[Sizes],
        task: &Task,
        vs: &nn::Path<'_>,
    ) -> Result<Self> {
        let name = section.strategy.name.as_str();
        let config = Value::Object(section.strategy.config.clone());
        let (fusion_path, head_path) = (vs / "fusion", vs / "head");
        let head = |d| HeadConfig::new(d, head_task(task)).init(&head_path);
        let join = match name {
            "single" => {
                let [encoder] = encoders.as_slice() else {
                    let reason = format!("`single` takes one modality, got {}", encoders.len());
                    return Err(Error::section("strategy", reason));
                };
                no_fields(&section.strategy.config)?;
                Join::Single(head(encoder.d_out())?)
            }
            "early" => {
                let (depth, config) = take_depth(config)?;
                let fusion = built::<EarlyFusionConfig>(&config, &fusion_path)?;
                let head = head(fusion.d_out())?;
                Join::Early {
                    depth,
                    fusion,
                    head,
                }
            }
            "early-raw" => {
                let fusion = built::<RawEarlyFusionConfig>(&config, &fusion_path)?;
                let head = head(fusion.d_out())?;
                Join::EarlyRaw(fusion, head)
            }
            "late" => Join::Late(built::<LateFusionConfig>(&config, &fusion_path)?),
            _ => {
                let fusion = registry.build_fusion(name, &config, &fusion_path)?;
                let head = head(fusion.d_out())?;
                Join::Fused(fusion, head)
            }
        };
        Ok(Self {
            encoders,
            sizes: sizes.to_vec(),
            join,
        })
    }

    fn encode(
        &self,
        batch: &[AnyInput],
        mode: Mode,
    ) -> midfuse_core::Result<Vec<midfuse_core::Encoded>> {
        let pairs = self.encoders.iter().zip(batch);
        pairs
            .map(|(encoder, input)| encoder.encode(input, mode))
            .collect()
    }
}

impl Model for StrategyModel {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        let logits = match &self.join {
            Join::Single(head) => {
                let parts = self.encode(batch, mode)?;
                let part = parts.first().ok_or_else(no_modality)?;
                head.forward(part, mode)?
            }
            Join::Fused(fusion, head) => {
                head.forward(&fusion.fuse(&self.encode(batch, mode)?, mode)?, mode)?
            }
            Join::Early {
                depth,
                fusion,
                head,
            } => {
                let pairs = self.encoders.iter().zip(batch);
                let tokens = pairs
                    .map(|(encoder, input)| encoder.encode_to(input, *depth, mode))
                    .collect::<midfuse_core::Result<Vec<_>>>()?;
                head.forward(&fusion.fuse_tokens(&tokens, mode)?, mode)?
            }
            Join::EarlyRaw(fusion, head) => {
                let pairs = batch.iter().zip(&self.sizes);
                let features: Vec<_> = pairs
                    .map(|(input, sizes)| input.raw_features(&sizes.n_codes()))
                    .collect();
                head.forward(&fusion.fuse_raw(&features, mode)?, mode)?
            }
            Join::Late(late) => late.forward(&self.encode(batch, mode)?, mode)?,
        };
        Ok(Output { logits })
    }
}

/// The encoders of a section that has every field; none where raw features are fused.
fn encoders(
    registry: &Registry,
    section: &ModelSection,
    sizes: &[Sizes],
    vs: &nn::Path<'_>,
) -> Result<Vec<Box<dyn DynEncoder>>> {
    if section.strategy.name == "early-raw" {
        return Ok(Vec::new());
    }
    let modalities = section.modalities.iter().zip(sizes).enumerate();
    modalities
        .map(|(i, (modality, sizes))| {
            let path = modality.path();
            let encoder = &modality.encoder;
            let config = Value::Object(encoder.config.clone());
            let vs = vs / "encoders" / i;
            registry.build_encoder((sizes.kind(), &encoder.name), &config, &vs, &path)
        })
        .collect()
}

/// What a strategy that is no registered fusion starts from.
fn defaults(name: &str) -> Result<Option<Value>> {
    let defaults = match name {
        "single" => Ok(json!({})),
        "early" => serde_json::to_value(EarlyFusionConfig::new([], D_FUSED)).map(|mut fields| {
            if let Some(fields) = fields.as_object_mut() {
                fields.insert("depth".into(), json!(0));
            }
            fields
        }),
        "early-raw" => serde_json::to_value(RawEarlyFusionConfig::new([], D_FUSED)),
        "late" => serde_json::to_value(LateFusionConfig::regress([])),
        _ => return Ok(None),
    };
    defaults
        .map(Some)
        .map_err(|error| Error::section("strategy", error.to_string()))
}

/// The fields of a strategy's config that come from the data and the encoders.
fn data_fields(
    name: &str,
    written: &Map<String, Value>,
    encoders: &[Box<dyn DynEncoder>],
    sizes: &[Sizes],
    task: &Task,
) -> Result<Map<String, Value>> {
    let d_in: Vec<i64> = match name {
        "early-raw" => sizes.iter().map(Sizes::n_raw).collect(),
        _ => encoders.iter().map(|encoder| encoder.d_out()).collect(),
    };
    let mut fields = Map::new();
    fields.insert("d_in".into(), json!(d_in));
    fields.insert("task".into(), json!(head_task(task)));
    if name == "early" {
        let (depth, _) = take_depth(Value::Object(written.clone()))?;
        let deepest = encoders
            .iter()
            .map(|encoder| encoder.n_stages())
            .min()
            .unwrap_or(0);
        if depth > deepest {
            let reason = format!(
                "expected at most {deepest}, the stages of the shallowest encoder, got {depth}"
            );
            return Err(Error::section("strategy.depth", reason));
        }
        let d_tokens: Vec<i64> = encoders.iter().map(|encoder| encoder.d_at(depth)).collect();
        fields.insert("d_tokens".into(), json!(d_tokens));
    }
    Ok(fields)
}

/// The fusion point of `early`, and the rest of its config.
fn take_depth(mut config: Value) -> Result<(usize, Value)> {
    let depth = config
        .as_object_mut()
        .and_then(|fields| fields.remove("depth"))
        .unwrap_or_else(|| json!(0));
    let n = depth.as_u64().ok_or_else(|| {
        Error::section(
            "strategy.depth",
            format!("expected a number of stages from 0 on, got {depth}"),
        )
    })?;
    Ok((n as usize, config))
}

fn no_fields(config: &Map<String, Value>) -> Result<()> {
    match config.keys().next() {
        None => Ok(()),
        Some(key) => Err(Error::section(
            "strategy",
            format!("unknown field `{key}`; `single` has none"),
        )),
    }
}

fn built<C: Config>(config: &Value, vs: &nn::Path<'_>) -> Result<C::Module> {
    init::<C>(config, vs).map_err(|error| at("strategy", error))
}

fn head_task(task: &Task) -> midfuse_fusion::Task {
    match task {
        Task::Classification { classes } => midfuse_fusion::Task::Classify {
            n_classes: classes.len() as i64,
        },
        Task::Regression => midfuse_fusion::Task::Regress,
    }
}

fn no_modality() -> midfuse_core::Error {
    midfuse_core::Error::Input {
        module: "StrategyModel",
        expected: "one modality".to_owned(),
        got: "none".to_owned(),
    }
}
